"""Forms' expressions of whole columns: they say of each cell what plain Python says of it alone."""

import polars as pl
import pytest
import xpath_by_hand
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import many
from xpath_by_hand import Cell, evaluate

from cigem_core.model.expression_parser import parse
from cigem_core.model.expressions import HERE, AnswerNode, FunctionCall, Negative, Number, Operation, Words, written
from cigem_core.model.forms import Choice, Form, Question, QuestionType, Section
from cigem_core.sdk.forms.xpath import DAY, NotCompiled, compile_condition

KINDS = {"age": "number", "note": "number", "nom": "text", "sexe": "text", "langues": "text", "debut": "date", "jour": "date"}
TYPES = {"age": "integer", "note": "decimal", "nom": "text", "sexe": "text", "langues": "select_multiple", "debut": "date"}
CHOICES = (Choice(name="peul", label={"": "Peul"}), Choice(name="bambara", label={"": "Bambara"}))


def asked(name: str, type: str, **others) -> Question:
    return Question(path=name, name=name.rpartition("/")[2], type=QuestionType(type), asked=type, **others)


FORM = Form(
    title="Essai", id="essai", version="1",
    questions=(
        Question(path="start", name="start", type=QuestionType.MOMENT, asked="start"),
        *(asked(name, type, choices=CHOICES if name == "langues" else None) for name, type in TYPES.items()),
        asked("evaluation[]/note_sur_20", "decimal"),
        asked("evaluation[]/module", "text"),
    ),
    sections=(Section(path="evaluation[]", name="evaluation", repeats=True),),
)  # fmt: skip
COLUMNS = [question.path for question in FORM.questions]

numbers = st.sampled_from(["0", "1", "-3", "17", "2.5", ".5", "07", "1920", "3."])
dates = st.sampled_from(["2009-06-01", "1999-12-31", "2008-02-29", "2009-02-30", "2009-6-1"])
words = st.sampled_from(["peul", "bambara", "peul bambara", "Dembélé", "a  b", "oui", "x", "12", "N°", " "])
cells = {
    "age": st.none() | numbers, "note": st.none() | numbers, "nom": st.none() | words | dates | numbers,
    "sexe": st.none() | st.sampled_from(["f", "m"]), "langues": st.none() | words, "debut": st.none() | dates,
    "start": st.none() | st.sampled_from(["2009-09-09T09:12:00.000+00:00", "2009-06-01T08:00:00Z"]),
}  # fmt: skip
records = st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=6)


def operation(operator: str, *operands) -> Operation:
    return Operation(operator, tuple(operands))


def call(name: str, *arguments) -> FunctionCall:
    return FunctionCall(name, tuple(arguments))


leaves = (
    st.sampled_from([AnswerNode(name) for name in TYPES] + [HERE, call("today"), call("true"), call("false")])
    | numbers.map(lambda digits: Number(digits.lstrip("-")))
    | (words | dates | numbers).map(Words)
)
patterns = st.sampled_from([r"[A-Z]\w+", "[0-9]{2}", ".*é.*", "(peul|bambara)", r"\d{4}-\d{2}-\d{2}", "(?=p).*"]).map(Words)


def bigger(parts):
    two, three = st.tuples(parts, parts), st.tuples(parts, parts, parts)
    pairs = st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "and", "or"])
    ones = [
        "not",
        "boolean",
        "number",
        "string",
        "int",
        "round",
        "string-length",
        "normalize-space",
        "count-selected",
        "date",
        "once",
    ]
    twos = ["contains", "starts-with", "ends-with", "selected", "selected-at", "substring-before", "substring-after", "substr"]
    return (
        st.tuples(pairs, two).map(lambda made: operation(made[0], *made[1]))
        | st.tuples(st.sampled_from(ones), parts).map(lambda made: call(*made))
        | st.tuples(st.sampled_from(twos), two).map(lambda made: call(made[0], *made[1]))
        | three.map(lambda made: call("if", *made))
        | three.map(lambda made: call("substr", *made))
        | st.tuples(st.sampled_from(["coalesce", "concat", "min", "max"]), two | three).map(lambda m: call(m[0], *m[1]))
        | st.tuples(parts, patterns).map(lambda made: call("regex", *made))
        | parts.map(Negative)
    )


trees = st.recursive(leaves, bigger, max_leaves=8)


def ask(tree, rows: list[dict], about: str = "nom") -> list[bool]:
    """The compiled expression, of a column."""
    compiled = compile_condition(tree, FORM, about, COLUMNS)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(cells, pl.String)).with_columns(pl.col("start").str.head(10).alias(DAY))
    return compiled.over(frame).to_list()


def ask_one(tree, row: dict, about: str = "nom") -> bool:
    """The same expression, of one record, in plain Python."""
    record = {name: Cell(KINDS.get(name, "text"), text or "") for name, text in row.items()}
    record |= {".": record[about], "#day": Cell("date", (row["start"] or "")[:10])}
    return xpath_by_hand.truth(evaluate(tree, record))


@settings(max_examples=many(100, long=400), deadline=None)
@given(trees, records, st.sampled_from(list(TYPES)))
def test_a_column_is_judged_as_its_cells_are(tree, rows, about):
    """The compiled expression gives on a column what a plain interpreter gives cell by cell."""
    assert ask(tree, rows, about) == [ask_one(tree, row, about) for row in rows], written(tree)


@pytest.mark.parametrize("name", ["substring-before", "substring-after", "contains", "starts-with", "ends-with"])
def test_one_text_is_asked_about_the_mark_of_each_row(name):
    """Not about the first row's for all of them."""
    tree = FunctionCall(name, (Words("2009-06-01"), AnswerNode("note")))
    rows = [{**dict.fromkeys(cells), "note": mark} for mark in (None, "0", "-06", "01", "x")]

    assert ask(tree, rows) == [ask_one(tree, row) for row in rows]


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "=", "!="])
@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_a_question_nobody_answered_is_compared_for_each_row(operator, rows):
    """However many there are: the first one's result is not the only one."""
    tree = Operation(operator, (Number("0"), AnswerNode("age")))
    blank = [dict.fromkeys(cells)] * rows

    assert ask(tree, blank) == [ask_one(tree, row) for row in blank]


@settings(max_examples=many(80, long=300), deadline=None)
@given(trees)
def test_an_expression_reads_back_as_it_was_written(tree):
    """Written and read again, a tree is asked the same."""
    again = parse(written(tree))

    assert parse(written(again)) == again
    assert ask(again, [dict.fromkeys(cells)]) == ask(tree, [dict.fromkeys(cells)])


BLANK = dict.fromkeys(cells)


@pytest.mark.parametrize(
    ("expression", "row", "holds"),
    [
        (". >= 0", {"nom": "-4"}, False),
        (". >= 0", {}, False),
        ("${age} = ''", {}, True),
        ("${age} = ''", {"age": "0"}, False),
        ("${age} != 5", {}, True),
        ("${debut} <= today()", {"debut": "2009-06-01", "start": "2009-06-01T08:00:00Z"}, True),
        ("${debut} > '2009-05-31'", {"debut": "2009-06-01"}, True),
        ("${debut} > date('2009-06-01')", {"debut": "2009-06-01"}, False),
        ("today() - ${debut} >= 100", {"debut": "2009-06-01", "start": "2009-09-09T09:12:00.000+00:00"}, True),
        ("regex(., '[2-9][0-9]{7}')", {"nom": "67443383"}, True),
        ("regex(., '[0-9]{2}')", {"nom": "123"}, False),
        (r"regex(., '^\d{4}$')", {"nom": "١٩٨٥"}, False),
        ("regex(., '(?!12).*')", {"nom": "123"}, False),
        ("count-selected(${langues}) <= 2", {"langues": "peul bambara"}, True),
        ("not(selected(., 'yes') and selected (., 'no'))", {"nom": "yes no"}, False),
        ("int(${note}) = 2 and round(${note}) = 3 and ${note} mod 2 = 0.5", {"note": "2.5"}, True),
        ("format-date(${debut}, '%e/%n/%Y') = '1/6/2009'", {"debut": "2009-06-01"}, True),
        ("jr:choice-name(${langues}, '${langues}') = 'Peul'", {"langues": "peul"}, True),
        ("translate(${nom}, 'éè', 'ee') = 'Dembele'", {"nom": "Dembélé"}, True),
        ("../nom = 'x' and /data/nom = 'x' and current()/../nom = 'x'", {"nom": "x"}, True),
        ("pow(${age}, 2) = 289 and round(${note}, 1) = 0.1 and -${age} = -17", {"age": "17", "note": "0.08"}, True),
        ("substring('12345', 2, 3) = '234' and substring('12345', 0, 3) = '12'", {}, True),
        ("boolean-from-string('TRUE') and upper-case('é') = 'É' and join('-', 'a', 'b') = 'a-b'", {}, True),
        ("decimal-time('12:00') = 0.5 and decimal-date-time('1970-01-02T12:00') = 1.5", {}, True),
    ],
)
def test_what_expressions_mean(expression, row, holds):
    """ODK's own page of functions says so; an empty answer is the empty text, and no number."""
    assert ask(parse(expression), [BLANK | row]) == [holds]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("pulldata('fruits', 'name', 'name', 'mango') = 'x'", "la fonction pulldata()"),
        ("instance('a')/root/item[name = 'b']/label = 'x'", "cherche dans une liste"),
        ("${agee} > 3", "le plus proche est « age »"),
        ("../village = 'x'", "ne mène à aucune question"),
        ("${note_sur_20} > 3", "plusieurs réponses"),
        ("regex(., '[')", "n'est pas un motif"),
        ("regex(., ${nom})", "pas écrit en toutes lettres"),
        ("position(..) = 1", "dans une répétition"),
        ("format-date(${debut}, '%a') = 'lun'", "langue du téléphone"),
        ("not()", "reçoit 0 valeurs"),
        ("${evaluation} = 1", "plusieurs réponses"),
        (". | ${nom}", "réunit des listes"),
        ("${last-saved#nom} = .", "une autre fiche"),
        ("sum(${evaluation}) = 1", "des réponses, pas des groupes"),
    ],
)
def test_what_cannot_be_asked_says_why(expression, reason):
    """It is no mistake of the form's author, and its rule will be reported as not run."""
    with pytest.raises(NotCompiled) as refused:
        compile_condition(parse(expression), FORM, "nom", COLUMNS)

    assert reason in refused.value.text.fr


def test_a_masked_question_cannot_be_asked():
    """The reason is the one of every rule that needs a masked column."""
    with pytest.raises(NotCompiled) as refused:
        compile_condition(parse(". > ${age}"), FORM, "note", ["note"])

    assert refused.value.text.fr == "la convention ne laisse pas lire : age"
