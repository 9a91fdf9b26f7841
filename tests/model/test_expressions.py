"""The expressions of a form: how they are read, and what is refused."""

import pytest

from cigem_core.errors import DeclarationError
from cigem_core.model.expression_parser import parse
from cigem_core.model.expressions import (
    HERE,
    AnswerNode,
    FunctionCall,
    Negative,
    Number,
    Operation,
    Path,
    PathStep,
    Words,
    written,
)


@pytest.mark.parametrize(
    ("expression", "tree"),
    [
        (". >= 0", Operation(">=", (HERE, Number("0")))),
        ("${ debut } = 'x'", Operation("=", (AnswerNode("debut"), Words("x")))),
        ("1 + 2 * 3", Operation("+", (Number("1"), Operation("*", (Number("2"), Number("3")))))),
        ("1 - 2 - 3", Operation("-", (Number("1"), Number("2"), Number("3")))),
        ("not(a) and b or c",
     Operation("or", (Operation("and", (FunctionCall("not", (Path((PathStep("a"),)),)), Path((PathStep("b"),)))),
                                               Path((PathStep("c"),))))),
        ("-. div 2", Operation("div", (Negative(HERE), Number("2")))),
        ("../a/b[1]", Path((PathStep(".."), PathStep("a"), PathStep("b", (Number("1"),))))),
        ("count(/data/r)", FunctionCall("count", (Path((PathStep("data"), PathStep("r")), absolute=True),))),
        ("today()", FunctionCall("today")),
        ("“oui”", Words("oui")),
        ("count-selected(.) mod 2", Operation("mod", (FunctionCall("count-selected", (HERE,)), Number("2")))),
    ],
)  # fmt: skip
def test_an_expression_is_a_tree(expression, tree):
    """Operators bind as in XPath 1.0; the same operator again goes on from the left."""
    assert parse(expression) == tree


@pytest.mark.parametrize(
    "expression",
    [
        "1 - (2 - 3)",
        "(1 + 2) * 3",
        "-(1 + 2)",
        ". = 1 = true()",
        "1 = (2 = 3)",
        "a/b | ../c",
        "instance('v')/root/item[name = ${x}]/label",
    ],
)
def test_brackets_stand_where_they_are_needed(expression):
    """An expression written back is the one that was read."""
    assert written(parse(expression)) == expression


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("because pyxform doesn't know", "à partir de « 't know"),
        (". >=", "s'arrête trop tôt"),
        ("(. > 1", "« ) » est attendu"),
        (". > 1)", "« ) » n'est pas attendu là"),
        ("> 1", "« > » n'est pas attendu là"),
        ("a//b", "n'est pas attendu là"),
        ("(" * 500 + "1" + ")" * 500, "trop imbriquée"),
        ("+".join(["1 - 1"] * 500), "trop imbriquée"),
        ("1" * 30_000, "trop longue"),
    ],
)
def test_what_is_no_expression_is_refused(expression, reason):
    """The sentence says where it stops making sense; nothing nests so deeply that reading it could fail otherwise."""
    with pytest.raises(DeclarationError) as refused:
        parse(expression)

    assert reason in refused.value.text.fr


def test_a_long_chain_is_no_deep_one():
    """A hundred choices joined by `or` nest no deeper than two."""
    chain = parse(" or ".join(f". = {number}" for number in range(100)))

    assert chain.depth == 3
