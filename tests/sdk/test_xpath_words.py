"""Why a form's expression cannot be asked, in the words its reader gets, and what a compiled one looks at."""

import pytest
from sdk.test_xpath import COLUMNS, FORM

from cigem_core.model.expression_parser import parse
from cigem_core.model.expressions import HERE, AnswerNode
from cigem_core.model.forms import Form, Question, QuestionType, Section
from cigem_core.sdk.forms.xpath import NotCompiled, compile_condition, resolve
from cigem_core.text import Text

ITEM = "evaluation[]/note_sur_20"


def why_not(expression: str, about: str = "nom", form: Form = FORM, columns=COLUMNS) -> Text:
    with pytest.raises(NotCompiled) as refused:
        compile_condition(parse(expression), form, about, columns)
    return refused.value.text


@pytest.mark.parametrize(
    ("expression", "fr", "en"),
    [
        (
            "instance('a')/root/item[name = 'b'] = 'x'",
            "« instance('a')/root/item[name = 'b'] » cherche dans une liste, ce qui ne se vérifie pas ici",
            "'instance('a')/root/item[name = 'b']' looks something up, which is not checked here",
        ),
        (
            "../nom[. = 'x'] = 1",
            "« ../nom[. = 'x'] » cherche dans une liste, ce qui ne se vérifie pas ici",
            "'../nom[. = 'x']' looks something up, which is not checked here",
        ),
        (
            "${agee} > 3",
            "aucune question ne s'appelle « agee » ; le plus proche est « age »",
            "no question is 'agee'; the nearest is 'age'",
        ),
        ("../village = 'x'", "« ../village » ne mène à aucune question", "'../village' leads to no question"),
        ("${x#nom} = .", "${x#nom} est la réponse d'une autre fiche", "${x#nom} is an answer of another record"),
        (
            "${note_sur_20} > 3",
            "« ${note_sur_20} » a plusieurs réponses, une par élément de la liste",
            "'${note_sur_20}' has several answers, one for each item of its list",
        ),
        (
            "upper-cas(.) = 'X'",
            "la fonction upper-cas() ne se vérifie pas ici ; le plus proche est « upper-case »",
            "the function upper-cas() is not checked here; the nearest is 'upper-case'",
        ),
        (
            "toda() = 1",
            "la fonction toda() ne se vérifie pas ici ; le plus proche est « today »",
            "the function toda() is not checked here; the nearest is 'today'",
        ),
        ("regex(., '[')", "« [ » n'est pas un motif", "'[' is no pattern"),
        ("regex(., '(a)\\1')", "le motif de regex() regarde autour de lui", "the pattern of regex() looks around"),
        ("regex(., .)", "le motif de regex() n'est pas écrit en toutes lettres", "the pattern of regex() is not spelled out"),
        ("position(..) = 1", "position() ne se vérifie que dans une répétition", "position() is checked in a repeat only"),
        (
            "format-date(., '%a') = 'lun'",
            "« '%a' » écrit des mots dans la langue du téléphone",
            "''%a'' writes words in the phone's language",
        ),
        (
            "format-date-time(., .) = 'x'",
            "« . » écrit des mots dans la langue du téléphone",
            "'.' writes words in the phone's language",
        ),
        ("translate(., ., 'x') = ''", "translate() ne dit pas quelles lettres", "translate() does not spell its letters out"),
        ("translate(., 'x', .) = ''", "translate() ne dit pas quelles lettres", "translate() does not spell its letters out"),
        (
            "jr:choice-name(., '${nom}') = ''",
            "ces choix ne sont pas dans le formulaire",
            "these choices are not in the form",
        ),
        ("jr:choice-name(., 'a' = 'b') = ''", "ces choix ne sont pas dans le formulaire", "these choices are not in the form"),
        (". | ${nom}", "« | » réunit des listes, ce qui ne se vérifie pas ici", "'|' joins lists, which is not checked here"),
        ("sum(${evaluation}) = 1", "sum() compte des réponses, pas des groupes", "sum() is of answers, not of groups"),
        ("max(${evaluation}) = 1", "max() compte des réponses, pas des groupes", "max() is of answers, not of groups"),
    ],
)
def test_what_cannot_be_asked_says_why_in_both_languages(expression, fr, en):
    """A rule that is not run is told with this reason."""
    assert why_not(expression) == Text(fr=fr, en=en)


@pytest.mark.parametrize(
    ("call", "given"),
    [
        ("not()", 0),
        ("true(1)", 1),
        ("if(1, 2)", 2),
        ("count()", 0),
        ("count(., .)", 2),
        ("count-non-empty()", 0),
        ("once()", 0),
        ("once(., .)", 2),
        ("today(1)", 1),
        ("now(1)", 1),
        ("regex(.)", 1),
        ("regex(., 'a', 'b')", 3),
        ("translate(., 'x')", 2),
        ("translate(., 'x', 'y', 'z')", 4),
        ("format-date(.)", 1),
        ("format-date(., '%Y', 1)", 3),
        ("jr:choice-name(.)", 1),
        ("jr:choice-name(., 'x', 'y')", 3),
        ("sum()", 0),
        ("sum(., .)", 2),
        ("min()", 0),
        ("substr(.)", 1),
        ("substr(., 1, 2, 3)", 4),
        ("round(., 1, 2)", 3),
        ("pow(2)", 1),
        ("selected(.)", 1),
        ("join()", 0),
        ("coalesce()", 0),
        ("pi(1)", 1),
    ],
)
def test_a_function_takes_its_number_of_values(call, given):
    name = call.partition("(")[0]

    assert why_not(f"{call} = 1") == Text(
        fr=f"{name}() reçoit {given} valeurs, ce qui n'est pas son nombre",
        en=f"{name}() is given {given} values, which is not its number",
    )


def test_a_group_is_no_answer():
    """Nor is the repeat an item stands in."""
    form = Form(
        title="t",
        id="t",
        version="1",
        questions=(Question(path="g/q", name="q", type=QuestionType.TEXT, asked="text"),),
        sections=(Section(path="g", name="g", repeats=False),),
    )

    assert why_not("../../g = 'x'", "g/q", form, ["g/q"]) == Text(
        fr="« g » est un groupe, pas une réponse", en="'g' is a group, not an answer"
    )
    assert why_not("count(..) = 1", ITEM).en == "'evaluation[]' is a group, not an answer"


@pytest.mark.parametrize(
    ("expression", "masked"),
    [
        ("${age} > 1", "age"),
        ("sum(${note_sur_20}) > 1", ITEM),
        ("count(${evaluation}) > 1", "evaluation[]"),
        ("today() > 1", "start"),
        ("now() > 1", "start"),
    ],
)
def test_what_the_convention_hides_cannot_be_asked(expression, masked):
    assert why_not(expression, columns=["nom"]) == Text(
        fr=f"la convention ne laisse pas lire : {masked}", en=f"the convention does not let these be read: {masked}"
    )


def test_a_form_that_does_not_note_the_day_knows_no_today():
    form = Form(title="t", id="t", version="1", questions=(Question(path="q", name="q", type=QuestionType.TEXT, asked="text"),))

    assert why_not("today() > 1", "q", form, ["q"]) == Text(
        fr="le formulaire ne note pas le jour (start)", en="the form does not note the day (start)"
    )


@pytest.mark.parametrize(
    ("expression", "about", "needs", "paths"),
    [
        ("${age} > . and ${age} < 9", "nom", ("age", "nom"), {"age", "nom"}),
        ("sum(${note_sur_20}) > 1", "nom", (f"#list {ITEM}",), {ITEM}),
        (". > 1 and ../module = 'x'", ITEM, (ITEM, "evaluation[]/module"), {ITEM, "evaluation[]/module"}),
        ("count(${evaluation}) > 1", "nom", ("#items evaluation[]",), set()),
        ("count-non-empty(${evaluation}) > 1", "nom", ("#items evaluation[]",), set()),
        ("position(..) > 1", ITEM, ("#place",), set()),
        ("today() > ${debut}", "nom", ("#day", "debut"), {"debut"}),
        ("now() > 1", "nom", ("#now",), set()),
        ("1 = 1", "nom", (), set()),
    ],
)
def test_an_expression_notes_the_columns_it_needs(expression, about, needs, paths):
    """Each once, in the order it looks at them; the questions among them are those whose answers it asks."""
    compiled = compile_condition(parse(expression), FORM, about, COLUMNS)

    assert (compiled.needs, compiled.paths) == (needs, paths)


@pytest.mark.parametrize(
    ("path", "about", "leads_to"),
    [
        (".", "nom", "nom"),
        ("../age", "nom", "age"),
        ("./../age", "nom", "age"),
        ("/data/age", ITEM, "age"),
        ("/data/evaluation/module", "nom", "evaluation[]/module"),
        ("../module", ITEM, "evaluation[]/module"),
        ("../../age", ITEM, "age"),
        ("current()/../module", ITEM, "evaluation[]/module"),
        ("/data/x/../age", "nom", "age"),
    ],
)
def test_a_path_leads_from_where_it_stands(path, about, leads_to):
    assert resolve(FORM, about, parse(path)) == leads_to
    assert resolve(FORM, about, HERE) == about
    assert resolve(FORM, about, AnswerNode("age")) == "age"
