"""XLSForm workbooks: the spellings authors use are read alike, and mistakes are named with their cells."""

import datetime
import json

import pytest
from form_books import book, survey

from cigem_core import JobSeeker
from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.formats.forms.xlsform import read_form
from cigem_core.model.forms import QuestionType, in_language
from cigem_core.sdk import Source, Submissions, Table, column

SEXES = [["list_name", "name", "label"], ["sexe", "f", "Femme"], ["sexe", "m", "Homme"]]


def refused(content: bytes) -> str:
    with pytest.raises(DeclarationError) as error:
        read_form(Source.of(content, "essai.xlsx"))
    return error.value.text.fr


# --- what is read ----------------------------------------------------------------------------------------------------


def test_questions_go_by_the_names_of_their_columns():
    """Groups come before the question, and `[]` marks what is asked for each item of a repeat."""
    form = read_form(
        survey(
            "type | name | label::Français (fr) | required | constraint | relevant",
            "start | start",
            "begin_group | stagiaire | Stagiaire | | | ",
            "text | nom | Nom | yes",
            "begin repeat | note | Notes | | | ${nom} != ''",
            "decimal | sur_20 | Sur 20 | true() | . <= 20",
            "end repeat",
            "end_group",
            settings=[["form_title", "form_id", "version"], ["Suivi", "suivi", 2009091401]],
        )
    )

    assert [question.path for question in form.questions] == ["start", "stagiaire/nom", "stagiaire/note[]/sur_20"]
    assert [section.path for section in form.sections] == ["stagiaire", "stagiaire/note[]"]
    note = form.by_path["stagiaire/note[]/sur_20"]
    assert (note.type, note.required, note.constraint.text, note.repeat) == (
        QuestionType.DECIMAL,
        True,
        ". <= 20",
        "stagiaire/note[]",
    )
    assert [section.name for section in form.around(note)] == ["stagiaire", "note"]
    assert (form.title, form.id, form.version, form.languages) == ("Suivi", "suivi", "2009091401", ("Français (fr)",))
    assert form.notes == ()


@pytest.mark.parametrize(
    ("asked", "type"),
    [
        ("select_one sexe", "select_one"),
        ("select one from sexe", "select_one"),
        ("SELECT1 sexe", "select_one"),
        ("select_multiple  sexe", "select_multiple"),
        ("select all that apply from sexe", "select_multiple"),
        ("rank sexe", "rank"),
        ("dateTime", "dateTime"),
        ("int", "integer"),
        ("range", "decimal"),
        ("phone number", "text"),
        ("today", "date"),
    ],
)
def test_types_are_read_as_authors_write_them(asked, type):
    """Old and new spellings, in any letter case."""
    form = read_form(survey("type | name", f"{asked} | q", choices=SEXES))

    assert form.questions[0].type == type
    assert form.notes == ()
    assert form.questions[0].choices is None or [choice.name for choice in form.questions[0].choices] == ["f", "m"]


@pytest.mark.parametrize(
    "header",
    [
        "type | name | label | relevant | constraint_message | required_message",
        "TYPE | Name | caption | relevance | constraint message | requiredMsg",
        "command | tag | label:English | bind:relevant | bind:jr:constraintMsg | required message",
        "type | value | label::English (en) | bind::relevant | constraint_message::English (en) | bind::jr:requiredMsg",
    ],
)
def test_columns_are_found_under_their_other_names(header):
    """The meaning is the same."""
    form = read_form(survey(header, "text | nom | Name | 1 = 1 | Mend it | Fill it"))

    question = form.questions[0]
    assert question.relevant.text == "1 = 1"
    said = [question.label, question.constraint_message, question.required_message]
    assert [in_language(wording, "en") for wording in said] == ["Name", "Mend it", "Fill it"]


@pytest.mark.parametrize(
    ("written", "required"),
    [("yes", True), ("TRUE", True), (True, True), (1, True), ("true()", True), ("VRAI", True), ("oui", True),
     ("no", False), (False, False), (0, False), (None, False), ("false()", False)],
)  # fmt: skip
def test_yes_and_no_are_written_in_many_ways(written, required):
    """A workbook's own TRUE and 1 among them."""
    form = read_form(book(survey=[["type", "name", "required"], ["text", "nom", written]]))

    assert form.questions[0].required is required


def test_what_is_required_may_depend_on_answers():
    """Then it is an expression, asked of each record."""
    form = read_form(survey("type | name | required", "text | nom | ", "text | prenom | ${nom} != ''"))

    assert form.questions[1].required.text == "${nom} != ''"


def test_comments_and_blank_rows_are_no_questions():
    """Nor are the rows that are switched off; row numbers stay those of the spreadsheet."""
    form = read_form(
        survey(
            "type | name | label | disabled | constraint",
            "",
            "# à revoir | note",
            " | | Une remarque",
            "text | ancien | | yes",
            "text | nom | Nom | | . != ''",
        )
    )

    assert [question.name for question in form.questions] == ["nom"]
    assert form.questions[0].constraint.at.row == 6


def test_another_answer_may_be_given_where_the_list_says_so():
    """`or_other` adds a choice, and a question asked where it is chosen."""
    form = read_form(survey("type | name", "select_one sexe or_other | sexe", choices=SEXES))

    assert [choice.name for choice in form.questions[0].choices] == ["f", "m", "other"]
    assert [(question.path, question.relevant.text) for question in form.questions[1:]] == [
        ("sexe_other", "selected(${sexe}, 'other')")
    ]


def test_another_answer_is_one_of_the_list_wherever_it_is_asked():
    """The form that is made of the sheet has one list, to which the choice is added once, whichever question says so."""
    rows = ["select_one sexe | avant", "select_multiple sexe or_other | sexe", "select_one sexe | après", "select_one a | a"]
    lists = [*SEXES, ["a", "other", "Autre"]]
    form = read_form(survey("type | name", *rows, "select_one a or_other | b", choices=lists))

    names = {question.name: [choice.name for choice in question.choices] for question in form.questions if question.choices}
    both = ["f", "m", "other"]
    assert names == {"avant": both, "sexe": both, "après": both, "a": ["other"], "b": ["other"]}


def test_two_columns_of_one_meaning_are_told():
    """The first that is filled is read."""
    header = "type | name | relevance | bind::relevant"
    form = read_form(survey(header, "text | a", "text | b | | ${a} = 'x'", "text | c | ${a} = 'y' | ${a} = 'z'"))

    assert [question.relevant and question.relevant.text for question in form.questions] == [None, "${a} = 'x'", "${a} = 'y'"]
    assert [note.fr for note in form.notes] == [
        "feuille « survey », ligne 1 : ces colonnes disent la même chose : relevance, bind::relevant ; n'en garder qu'une, "
        "la première remplie est lue"
    ]


GOODS = [["list_name", "name", "label"], ["biens", "car", "Voiture"], ["biens", "radio", "Radio"]]
MATRIX = "type | name | label | relevant | constraint | required | kobo--matrix_list"


def test_a_matrix_asks_its_questions_of_each_choice():
    """KoboToolbox's own section; its questions speak of those of their own row."""
    rows = [
        "begin_kobomatrix | b | Biens | ${nom} != '' | | | biens",
        "integer | n | Combien | | . >= 0 | true",
        "select_one biens | a | Autre | ${n} > 1 and ${nom} != ''",
        "end_kobomatrix",
    ]
    form = read_form(survey(MATRIX, "text | nom | Nom", *rows, choices=GOODS))

    assert [question.path for question in form.questions] == [
        "nom", "b_car/b_car_n", "b_car/b_car_a", "b_radio/b_radio_n", "b_radio/b_radio_a",
    ]  # fmt: skip
    assert form.questions[2].relevant.text == "${b_car_n} > 1 and ${nom} != ''"
    assert (form.questions[1].required, form.questions[1].constraint.text) == (True, ". >= 0")
    assert form.questions[3].label == {"": "Radio – Combien"}
    assert [(section.path, section.relevant.text) for section in form.sections] == [
        ("b_car", "${nom} != ''"), ("b_radio", "${nom} != ''"),
    ]  # fmt: skip


def test_what_was_answered_to_a_matrix_is_read():
    rows = ["begin_kobomatrix | M1 | Biens | | | | biens", "integer | Q2 | Combien", "end_kobomatrix", "text | nom"]
    form = survey(MATRIX, *rows, choices=GOODS)
    lenses = {"reference": column("_uuid").required(), "identity.family_name": column("nom")}
    table = Table(JobSeeker, Submissions("s.json", resource="s"), lenses, form=lambda: read_form(form))
    answers = [{"_uuid": "u0", "nom": "A", "M1_car/M1_car_Q2": "1"}, {"_uuid": "u1", "nom": "B", "M1_radio/M1_radio_Q2": "x"}]

    batch = table.read(json.dumps(answers).encode())

    assert batch.accepted["reference"].to_list() == ["u0"]
    assert [(fault.address.row, fault.address.column) for fault in batch.faults] == [("u1", "M1_radio/M1_radio_Q2")]


def test_a_score_asks_each_row_by_its_list():
    rows = ["begin_score | s | Avis | true | biens", "score__row | q1 | Un", "score__row | q2 | Deux", "end_score"]
    form = read_form(survey("type | name | label | required | kobo--score-choices", *rows, choices=GOODS))

    assert [(question.path, question.type, question.required) for question in form.questions] == [
        ("s/q1", QuestionType.SELECT_ONE, True), ("s/q2", QuestionType.SELECT_ONE, True),
    ]  # fmt: skip


def test_a_rank_asks_for_each_choice_once():
    header = "type | name | label | kobo--rank-items | kobo--rank-constraint-message"
    rows = ["begin rank | r | Rang | biens | Déjà dit", *(f"rank__level | n{n} | {n}" for n in (1, 2, 3)), "end rank"]
    form = read_form(survey(header, *rows, choices=GOODS))

    assert [(question.path, question.constraint and question.constraint.text) for question in form.questions] == [
        ("r/n1", None), ("r/n2", "${n2} != ${n1}"), ("r/n3", "${n3} != ${n1} and ${n3} != ${n2}"),
    ]  # fmt: skip
    assert form.questions[2].constraint_message == {"": "Déjà dit"}
    assert all(question.required for question in form.questions)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["begin_kobomatrix | b | | | | | autos", "end_kobomatrix"], "la liste « autos » n'est pas dans la feuille choices"),
        (["begin_kobomatrix | b | | | | | biens", "integer | n"], "n'est pas fermé : ajouter une ligne end_kobomatrix"),
        (["end_rank"], "end_rank ne ferme rien"),
        (["begin_kobomatrix | b", "integer | n", "end_kobomatrix"], "nommer la liste dans la colonne kobo--matrix_list"),
        (["begin_kobomatrix | b | | | | | noms", "integer | n", "end_kobomatrix"], "le choix « deux roues » de la liste noms"),
    ],
)
def test_a_section_of_kobotoolbox_that_is_wrong_is_told(rows, said):
    assert said in refused(survey(MATRIX, *rows, choices=[*GOODS, ["noms", "deux roues", "Deux roues"]]))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["begin_group | g", "begin_rank | r | | | | | biens", "rank__level | n", "end_group"], 1),
        (
            [
                "begin_rank | a | | | | | biens",
                "rank__level | n",
                "begin_rank | b | | | | | biens",
                "rank__level | n",
                "end_rank",
            ],
            1,
        ),
        (["begin_kobomatrix | b | | | | | biens", "integer", "end_kobomatrix"], 1),
        (["begin_rank | r | | | | | biens", "rank__level", "rank__level", "end_rank"], 2),
    ],
)
def test_a_mistake_is_told_once(rows, said):
    """What stands around a section that is not closed is as it was; a row is named once for all choices it is asked of."""
    header = MATRIX.replace("kobo--matrix_list", "kobo--rank-items" if "rank" in " ".join(rows) else "kobo--matrix_list")

    assert refused(survey(header, *rows, choices=GOODS)).count("feuille «") == said


@pytest.mark.parametrize("written", ["score__row", "score_row", "Score row"])
def test_a_section_may_be_written_in_several_ways(written):
    """As groups are: its end may repeat its name."""
    rows = ["begin repeat | r", "Begin score | s | | biens", f"{written} | q", "end score s", "end repeat"]
    form = read_form(survey("type | name | label | kobo--score-choices", *rows, choices=GOODS))

    assert [(question.path, question.type) for question in form.questions] == [("r[]/s/q", QuestionType.SELECT_ONE)]


def test_choices_keep_what_filters_look_at():
    """And a name may stand twice where the settings let it."""
    form = read_form(
        survey(
            "type | name | choice_filter",
            "text | pays",
            "select_one ville | ville | pays = ${pays}",
            choices=[
                ["list name", "name", "label", "pays"],
                ["ville", "kayes", "Kayes", "ml"],
                ["ville", "kayes", "Kayes", "sn"],
            ],
            settings=[["allow_choice_duplicates"], ["yes"]],
        )
    )

    assert [choice.columns for choice in form.questions[1].choices] == [{"pays": "ml"}, {"pays": "sn"}]


def test_choices_of_a_file_are_not_in_the_form():
    """Which is not the same as there being none."""
    form = read_form(survey("type | name", "select_one_from_file villages.csv | village"))

    assert form.questions[0].choices is None


def test_a_workbook_of_one_sheet_is_a_survey():
    """Whatever the sheet is called; the form then goes by the name of the file."""
    form = read_form(Source.of(book(Feuil1=[["type", "name"], ["text", "nom"]]), "suivi.xlsx"))

    assert (form.id, form.title, [question.name for question in form.questions]) == ("suivi", "suivi", ["nom"])


def test_what_nobody_knows_is_noted():
    """An unknown type, column or sheet, and an expression that cannot be understood, are kept apart and never hidden."""
    form = read_form(
        survey(
            "type | name | couleur | constraint",
            "integr | age | bleu | ",
            "text | nom | | parce que c'est ainsi",
            stettings=[["form_id"], ["x"]],
        )
    )

    assert form.questions[0].type is QuestionType.UNKNOWN
    assert [note.fr for note in form.notes] == [
        "feuille « survey », ligne 1 : colonnes inconnues, elles ne sont pas lues : couleur",
        "la feuille « stettings » n'est pas lue ; le plus proche est « settings »",
        "feuille « survey », ligne 2, colonne « type » : le type « integr » est inconnu et ne sera pas vérifié ; "
        "le plus proche est « integer »",
        "feuille « survey », ligne 3, colonne « constraint » : l'expression ne se comprend pas : "
        "elle ne se lit pas à partir de « 'est ainsi »",
    ]


def test_dates_and_numbers_of_a_workbook_are_read_as_text():
    """A version is often a number, and a default a date."""
    form = read_form(
        book(survey=[["type", "name", "default"], ["date", "jour", datetime.date(2009, 6, 1)], ["integer", "n", 2.0]])
    )

    assert form.questions[1].default == "2"


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["select_one sex | q"], "ligne 2, colonne « type » : la liste « sex » n'est pas dans la feuille choices"),
        (["text | "], "ligne 2, colonne « name » : donner un nom à cette ligne"),
        (["text | 1er nom"], "colonne « name » : « 1er nom » n'est pas un nom"),
        (["text | nom", "text | nom"], "ligne 3, colonne « name » : le nom « nom » est déjà pris ligne 2"),
        (["begin_group | g", "text | nom"], "ligne 2, colonne « type » : « g » n'est pas fermé : ajouter une ligne end_group"),
        (["begin_group | g", "end_repeat | "], "ligne 3, colonne « type » : end_repeat ne ferme rien"),
        (["end_group | "], "end_group ne ferme rien"),
        (["text | nom | ${nomm} = 'x'"], "« relevant » : aucune question ne s'appelle « nomm » ; le plus proche est « nom »"),
        ([" | nom"], "ligne 2, colonne « type » : dire le type de cette question"),
        (["begin loop over sexe | l", "end loop |"], "les boucles ne sont plus lues"),
        (["include | autre"], "copier ces questions dans la feuille"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_cells(rows, said):
    """Sheet, row, column and mend."""
    assert said in refused(survey("type | name | relevant", *rows, choices=SEXES))


def test_every_mistake_is_named_at_once():
    """An author mends them all before trying again."""
    said = refused(
        survey(
            "type | name",
            "select_one sex | q",
            "text | ",
            choices=[["list_name", "name"], ["sexe", ""], ["sexe", "f"], ["sexe", "f"]],
        )
    )

    assert said.count("\n") == 3
    assert "feuille « choices », ligne 2, colonne « name » : donner un nom à ce choix" in said
    assert "feuille « choices », ligne 4, colonne « name » : le choix « f » est déjà dans la liste" in said


def test_a_name_that_means_two_questions_is_refused_where_it_is_asked():
    """It is no mistake before."""
    rows = ["begin_group | a", "text | nom", "end_group", "begin_group | b", "text | nom", "end_group"]

    assert len(read_form(survey("type | name | relevant", *rows)).questions) == 2
    assert "« nom » est à la fois a/nom et b/nom" in refused(survey("type | name | relevant", *rows, "text | c | ${nom} = 'x'"))


def test_a_choice_of_several_holds_no_space():
    """Spaces part the answers."""
    said = refused(survey("type | name", "select_multiple langue | l", choices=[["list_name", "name"], ["langue", "deux mots"]]))

    assert "le choix « deux mots » contient un espace" in said


def test_a_workbook_without_a_survey_is_no_form():
    """The sheets it has are named."""
    assert "pas de feuille « survey »" in refused(book(enquete=[["type", "name"]], choices=[["list_name"]]))
    assert "il manque la colonne « type »" in refused(book(survey=[["nom", "âge"]], choices=[["list_name"]]))


def test_what_is_no_workbook_is_refused():
    """Nothing of it is read."""
    with pytest.raises(SourceRefused):
        read_form(b"type;name\ntext;nom\n")
