"""A constraint as checks: its parts are judged one by one, each under the rule it breaks.

`. >= 1920 and . <= 2009` is a minimum and a maximum; `. >= ${debut}` contradicts another answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from cigem_core.model.expressions import (
    COMPARISONS,
    AnswerNode,
    FunctionCall,
    Negative,
    Node,
    Number,
    Operation,
    Path,
    Words,
    walk,
)
from cigem_core.model.forms import Form
from cigem_core.report import Rule
from cigem_core.sdk.forms.xpath import resolve

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_LOWER = frozenset({">", ">="})


@frozen
class Comparison:
    """An answer compared with something: `. >= 0`, whichever side the answer stands on."""

    operator: str
    other: Node


@frozen(kw_only=True)
class Part:
    """One part of a constraint, and the rule it breaks."""

    tree: Node
    rule: Rule
    comparison: Comparison | None
    """What the answer is compared with, where that is all the part says."""
    others: frozenset[str]
    """The other questions it speaks of."""
    cells: frozenset[str]
    """The other questions whose answers it compares: it is not asked where one of them is empty."""


def parts_of(constraint: Node, form: Form, about: str) -> tuple[Part, ...]:
    """The parts of a constraint on a question; raises NotCompiled where it names no question of the form."""
    return tuple(_part(tree, form, about) for tree in _conjoined(constraint))


def _conjoined(tree: Node) -> Iterator[Node]:
    if isinstance(tree, Operation) and tree.operator == "and":
        for operand in tree.operands:
            yield from _conjoined(operand)
    else:
        yield tree


def _part(tree: Node, form: Form, about: str) -> Part:
    others = frozenset(path for node in walk(tree) for path in _named(node, form, about)) - {about}
    comparison = _comparison(tree, form, about)
    cells = frozenset(_compared(tree, form, about)) - {about}
    return Part(tree=tree, rule=_rule(others, comparison), comparison=comparison, others=others, cells=cells)


def _rule(others: frozenset[str], comparison: Comparison | None) -> Rule:
    """Another answer makes a contradiction; a bound is one where the answer stands alone against what is no answer."""
    if others:
        return Rule.ROW
    if comparison is None or comparison.operator in ("=", "!="):
        return Rule.PATTERN
    return Rule.MINIMUM if comparison.operator in _LOWER else Rule.MAXIMUM


def _comparison(tree: Node, form: Form, about: str) -> Comparison | None:
    if not (isinstance(tree, Operation) and tree.operator in COMPARISONS):
        return None
    left, right = tree.operands
    if _is(left, form, about) and not _speaks_of(right, form, about):
        return Comparison(tree.operator, right)
    if _is(right, form, about) and not _speaks_of(left, form, about):
        return Comparison(_TURNED[tree.operator], left)
    return None


def _is(node: Node, form: Form, about: str) -> bool:
    return about in _named(node, form, about)


def _speaks_of(node: Node, form: Form, about: str) -> bool:
    return any(_is(part, form, about) for part in walk(node))


def _named(node: Node, form: Form, about: str) -> tuple[str, ...]:
    """The question a part of an expression is the answer to."""
    return (resolve(form, about, node),) if isinstance(node, (AnswerNode, Path)) else ()


def _compared(tree: Node, form: Form, about: str) -> Iterator[str]:
    """The questions whose answers are compared with another's."""
    for node in walk(tree):
        if isinstance(node, Operation) and node.operator in COMPARISONS:
            sides = [set(_measured(side, form, about)) for side in node.operands]
            if all(sides):
                yield from set.union(*sides)


def _measured(node: Node, form: Form, about: str) -> Iterator[str]:
    """The questions whose answers a side of a comparison is computed from.

    Functions are left out, for their author says what they make of an empty answer.
    """
    if isinstance(node, (AnswerNode, Path)):
        yield from _named(node, form, about)
    elif isinstance(node, (Operation, Negative)):
        for part in node.parts:
            yield from _measured(part, form, about)


def constant(node: Node) -> str | None:
    """A number, a text or a date that is spelled out; None where it is computed."""
    match node:
        case Number():
            return node.digits
        case Words():
            return node.text
        case Negative(operand=Number() as digits):
            return f"-{digits.digits}"
        case FunctionCall(name="date", arguments=(Words() as day,)):
            return day.text
    return None
