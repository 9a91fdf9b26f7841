"""Reads the expressions of a form into trees.

parse(". >= 1920 and . <= 2009")
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from attrs import define, frozen

from cigem_core.errors import DeclarationError
from cigem_core.model.expressions import (
    BINDS,
    COMPARISONS,
    AnswerNode,
    FunctionCall,
    Negative,
    Node,
    Number,
    Operation,
    Path,
    PathStep,
    Words,
)
from cigem_core.text import Text

_DEEPEST = 60
"""How far an expression may nest: deeper ones are no officer's, and would exhaust whoever walks them."""

_LONGEST = 20_000


def parse(text: str) -> Node:
    """The tree of an expression; DeclarationError where it cannot be read."""
    if len(text) > _LONGEST:
        _refuse("elle est trop longue", "it is too long")
    reader = _Parser(_tokens(text))
    tree = reader.expression(0)
    if reader.here is not None:
        _refuse(f"« {reader.here.text} » n'est pas attendu là", f"'{reader.here.text}' is not expected there")
    return tree


@frozen
class _Token:
    kind: str
    text: str


_NAME = r"[^\W\d][\w.-]*(?:::?[^\W\d][\w.-]*)?"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    | (?P<words>"[^"]*"|'[^']*'|[“”][^“”]*[“”]|[‘’][^‘’]*[‘’])
    | \$\{{\s*(?P<answer>[^{{}}]*?)\s*\}}
    | (?P<name>{_NAME})
    | (?P<sign>!=|<=|>=|//|::|\.\.|[=<>+\-*/|()\[\],.@])
    )""",
    re.VERBOSE,
)


def _tokens(text: str) -> list[_Token]:
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            _refuse(f"elle ne se lit pas à partir de « {text[at:end][:20]} »", f"it cannot be read from '{text[at:end][:20]}' on")
        tokens.append(_Token(found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


@define
class _Parser:
    """Reads tokens from the left, the loosest operators first."""

    tokens: list[_Token]
    at: int = 0
    nested: int = 0

    @property
    def here(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def sees(self, *texts: str) -> bool:
        """Whether one of these signs, or words that are operators, stands here."""
        here = self.here
        return here is not None and here.kind in ("sign", "name") and here.text in texts

    def take(self) -> _Token:
        here = self.here
        if here is None:
            _refuse("elle s'arrête trop tôt", "it stops too early")
        self.at += 1
        return here

    def expect(self, sign: str) -> None:
        if not self.sees(sign):
            found = self.here.text if self.here else "…"
            _refuse(f"« {sign} » est attendu à la place de « {found} »", f"'{sign}' is expected in place of '{found}'")
        self.at += 1

    def expression(self, loosest: int) -> Node:
        """Operands and the operators that bind at least so tightly."""
        left = self.negative()
        while (here := self.here) and here.kind in ("sign", "name") and BINDS.get(here.text, -1) >= loosest:
            self.at += 1
            right = self.expression(BINDS[here.text] + 1)
            left = _bounded(_operation(here.text, left, right))
        return left

    def negative(self) -> Node:
        if not self.sees("-"):
            return self.union()
        self.at += 1
        with_sign = self.inside(self.negative)
        return _bounded(Negative(with_sign))

    def union(self) -> Node:
        left = self.path()
        while self.sees("|"):
            self.at += 1
            left = _bounded(_operation("|", left, self.path()))
        return left

    def path(self) -> Node:
        if self.sees("/"):
            self.at += 1
            return _bounded(Path(self.steps(), absolute=True))
        here = self.take()
        self.at -= 1
        if here.kind == "name" and not self._is_call():
            return _bounded(Path(self.steps()))
        if here.text in (".", "..", "*", "@") and here.kind == "sign":
            return _bounded(Path(self.steps()))
        start = self.primary()
        if self.sees("["):
            return _bounded(Path((PathStep(".", self.conditions()), *self.more_steps()), start=start))
        more = self.more_steps()
        return _bounded(Path(more, start=start)) if more else start

    def _is_call(self) -> bool:
        following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
        return following is not None and following == _Token("sign", "(")

    def steps(self) -> tuple[PathStep, ...]:
        return (self.step(), *self.more_steps())

    def more_steps(self) -> tuple[PathStep, ...]:
        steps = []
        while self.sees("/"):
            self.at += 1
            steps.append(self.step())
        return tuple(steps)

    def step(self) -> PathStep:
        here = self.take()
        name = here.text
        if here == _Token("sign", "@"):
            name += self.take().text
        elif here.kind != "name" and name not in (".", "..", "*"):
            _refuse(f"« {name} » n'est pas un pas de chemin", f"'{name}' is no step of a path")
        return PathStep(name, self.conditions())

    def conditions(self) -> tuple[Node, ...]:
        conditions = []
        while self.sees("["):
            self.at += 1
            conditions.append(self.inside(lambda: self.expression(0)))
            self.expect("]")
        return tuple(conditions)

    def primary(self) -> Node:
        here = self.take()
        match here.kind:
            case "number":
                return Number(here.text)
            case "words":
                return Words(here.text[1:-1])
            case "answer":
                return AnswerNode(here.text)
            case "name":
                return self.call(here.text)
        if here.text != "(":
            _refuse(f"« {here.text} » n'est pas attendu là", f"'{here.text}' is not expected there")
        inner = self.inside(lambda: self.expression(0))
        self.expect(")")
        return inner

    def call(self, name: str) -> Node:
        self.expect("(")
        arguments: list[Node] = []
        while not self.sees(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.inside(lambda: self.expression(0)))
        self.expect(")")
        return _bounded(FunctionCall(name, tuple(arguments)))

    def inside(self, read: Callable[[], Node]) -> Node:
        """Read something nested."""
        self.nested += 1
        if self.nested > _DEEPEST:
            _refuse_deep()
        node = read()
        self.nested -= 1
        return node


def _operation(operator: str, left: Node, right: Node) -> Operation:
    """One operation more; the same operator goes on where it stood, which means the same and nests less."""
    chained = isinstance(left, Operation) and left.operator == operator and operator not in COMPARISONS
    return Operation(operator, (*left.parts, right) if chained else (left, right))


def _bounded(node: Node) -> Node:
    if node.depth > _DEEPEST:
        _refuse_deep()
    return node


def _refuse_deep() -> NoReturn:
    _refuse("elle est trop imbriquée", "it nests too deeply")


def _refuse(fr: str, en: str) -> NoReturn:
    raise DeclarationError(Text(fr=f"l'expression ne se comprend pas : {fr}", en=f"the expression cannot be understood: {en}"))
