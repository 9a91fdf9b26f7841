"""XLSForm workbooks: the spellings authors use are read alike, and mistakes are named with their cells."""

import datetime

import pytest
from form_books import book, survey

from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.formats.forms.xlsform import read_form
from cigem_core.model.forms import QuestionType, in_language
from cigem_core.sdk import Source

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
