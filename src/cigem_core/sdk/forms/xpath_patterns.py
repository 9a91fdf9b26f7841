"""Patterns of `regex()`, matched in linear time: no pattern of a stranger meets an engine that goes back and tries again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_LONGEST = 4_000
"""Characters of a pattern; those of forms have some dozens."""


def matched(cell: pl.Expr, pattern: str) -> pl.Expr | None:
    r"""Where a whole text is of a pattern; None where the pattern is none, or looks around in its midst.

    Patterns are read as Java does, in which `\d`, `\w` and `\s` are of ASCII. Polars matches in linear time and knows no
    look around: one at the beginning is a condition of its own on how the text begins.
    """
    looks, rest = _parted(pattern)
    ahead = [(f"^(?:{_in_ascii(inside)})", wanted) for wanted, inside in looks]
    whole = f"^(?:{_in_ascii(rest)})$"
    if len(pattern) > _LONGEST or not all(map(_is_known, (whole, *(begins for begins, _ in ahead)))):
        return None
    found = cell.str.contains(whole)
    for begins, wanted in ahead:
        found &= cell.str.contains(begins) if wanted else ~cell.str.contains(begins)
    return found


def looks_around(pattern: str) -> bool:
    """Whether a pattern says something that only engines know which go back: a look around, a reference back."""
    return re.search(r"\(\?<?[=!]|\\[1-9]", pattern) is not None


def _is_known(pattern: str) -> bool:
    import polars as pl

    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError:
        return False
    return True


def _parted(pattern: str) -> tuple[list[tuple[bool, str]], str]:
    """What a pattern looks for ahead before it begins, each wanted or not, and the rest of it."""
    looks: list[tuple[bool, str]] = []
    rest = pattern.removeprefix("^") if pattern.startswith(("^(?=", "^(?!")) else pattern
    while rest.startswith(("(?=", "(?!")) and (end := _end_of_group(rest)) is not None:
        looks.append((rest[2] == "=", rest[3:end]))
        rest = rest[end + 1 :]
    # Across a bar the conditions would be those of the first branch alone.
    return (looks, rest) if not looks or "|" not in _outside(rest) else ([], pattern)


def _end_of_group(pattern: str) -> int | None:
    """Where the group closes that a pattern begins with."""
    depth = 0
    for at, sign in _signs(pattern):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return at
    return None


def _outside(pattern: str) -> str:
    """The signs of a pattern that stand in no group."""
    depth, found = 0, []
    for _, sign in _signs(pattern):
        depth -= sign == ")"
        if not depth:
            found.append(sign)
        depth += sign == "("
    return "".join(found)


def _signs(pattern: str) -> Iterator[tuple[int, str]]:
    """The signs of a pattern that mean something: those that are escaped or stand in a class do not."""
    at, in_class = 0, False
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 2
            continue
        if not in_class:
            yield at, sign
        # A bracket right after the opening one closes nothing.
        closes = in_class and sign == "]" and pattern[at - 1] != "[" and pattern[at - 2 : at] != "[^"
        in_class = (in_class or sign == "[") and not closes
        at += 1


_CLASSES = {
    "d": "[0-9]", "w": "[A-Za-z0-9_]", "s": r"[ \t\n\x0B\f\r]",
    "D": "[^0-9]", "W": "[^A-Za-z0-9_]", "S": r"[^ \t\n\x0B\f\r]",
}  # fmt: skip


def _in_ascii(pattern: str) -> str:
    """A pattern whose classes are those of ASCII, inside brackets too: Polars knows a class within a class."""
    return re.sub(r"\\(.)", lambda found: _CLASSES.get(found[1], found[0]), pattern, flags=re.DOTALL)
