"""The expressions of a form (XPath 1.0 as ODK writes it) as trees: what is asked, not yet of whom.

A tree is a value; `expression_parser.parse` reads one, `written` writes it, and `parse(written(tree)) == tree`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen


class Node:
    """A part of an expression."""

    depth: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The parts it is made of."""
        return ()


def _depth(node: Node) -> int:
    return 1 + max((part.depth for part in node.parts), default=0)


@frozen
class Number(Node):
    """A number as it is written: digits, and perhaps a point."""

    digits: str

    depth = 1

    @property
    def value(self) -> float:
        """The number itself."""
        return float(self.digits)


@frozen
class Words(Node):
    """A text between quotes."""

    text: str

    depth = 1


@frozen
class AnswerNode(Node):
    """`${name}`: the answer to a question."""

    name: str

    depth = 1


@frozen
class PathStep:
    """One step of a path: a name, `.`, `..` or `*`, and the conditions in brackets after it."""

    name: str
    conditions: tuple[Node, ...] = ()


@frozen
class Path(Node):
    """A way to a question: `.`, `../age`, `/data/group/age`, or one that starts at what a function gives."""

    steps: tuple[PathStep, ...]
    absolute: bool = False
    start: Node | None = None
    depth: int = field(init=False, eq=False, repr=False)

    @depth.default
    def _deep(self) -> int:
        return _depth(self)

    @property
    def parts(self) -> tuple[Node, ...]:
        """Where it starts, and its conditions."""
        conditions = tuple(condition for step in self.steps for condition in step.conditions)
        return (*([self.start] if self.start else []), *conditions)


@frozen
class FunctionCall(Node):
    """A function and what it is given."""

    name: str
    arguments: tuple[Node, ...] = ()
    depth: int = field(init=False, eq=False, repr=False)

    @depth.default
    def _deep(self) -> int:
        return _depth(self)

    @property
    def parts(self) -> tuple[Node, ...]:
        """What it is given."""
        return self.arguments


@frozen
class Operation(Node):
    """One operator between two or more operands, taken from the left: `a and b and c` is one operation."""

    operator: str
    operands: tuple[Node, ...]
    depth: int = field(init=False, eq=False, repr=False)

    @depth.default
    def _deep(self) -> int:
        return _depth(self)

    @property
    def parts(self) -> tuple[Node, ...]:
        """Its operands."""
        return self.operands


@frozen
class Negative(Node):
    """A minus sign before an operand."""

    operand: Node
    depth: int = field(init=False, eq=False, repr=False)

    @depth.default
    def _deep(self) -> int:
        return _depth(self)

    @property
    def parts(self) -> tuple[Node, ...]:
        """What it stands before."""
        return (self.operand,)


HERE = Path((PathStep("."),))
"""`.`, the answer the expression is about."""

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})

_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
BINDS: Mapping[str, int] = {operator: strength for strength, level in enumerate(_LEVELS) for operator in level}
"""How tightly each operator between two operands binds."""
_MINUS, _UNION, _TIGHTEST = len(_LEVELS), len(_LEVELS) + 1, len(_LEVELS) + 2


def walk(node: Node) -> Iterator[Node]:
    """A tree and every part of it, outermost first."""
    yield node
    for part in node.parts:
        yield from walk(part)


def written(node: Node) -> str:
    """An expression as text; brackets stand only where they are needed."""
    return _written(node, 0)


def _written(node: Node, around: int) -> str:
    match node:
        case Number():
            return node.digits
        case Words():
            quote = '"' if "'" in node.text else "'"
            return f"{quote}{node.text}{quote}"
        case AnswerNode():
            return f"${{{node.name}}}"
        case FunctionCall():
            return f"{node.name}({', '.join(map(written, node.arguments))})"
        case Path():
            return _path_written(node)
        case Negative():
            return _bracketed("-" + _written(node.operand, _MINUS), _MINUS, around)
        case Operation():
            binds = _UNION if node.operator == "|" else BINDS[node.operator]
            first, *others = node.operands
            operands = [_written(first, binds), *(_written(operand, binds + 1) for operand in others)]
            return _bracketed(f" {node.operator} ".join(operands), binds, around)
    raise NotImplementedError(type(node).__name__)


def _bracketed(text: str, binds: int, around: int) -> str:
    return text if binds >= around else f"({text})"


def _path_written(path: Path) -> str:
    steps = "/".join(step.name + "".join(f"[{written(c)}]" for c in step.conditions) for step in path.steps)
    if path.start is None:
        return ("/" if path.absolute else "") + steps
    start = _written(path.start, _TIGHTEST)
    start = f"({start})" if isinstance(path.start, Path) else start
    return f"{start}/{steps}" if steps else start
