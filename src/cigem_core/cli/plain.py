"""What the desks answer, for programs (JSON) and on the screen: any value, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs

from cigem_core.cli.language import Speech
from cigem_core.text import Language, Text


def plain(value: Any, language: Language = "fr") -> Any:
    """A value as JSON holds it: exact numbers as text where JSON has none, days as ISO, sentences in the language."""
    if value is None or type(value) is str or isinstance(value, (bool, int)):
        return value
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return exact(value)
    if isinstance(value, Mapping):
        return {str(name): plain(inside, language) for name, inside in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one, language) for one in value]
    if (names := _MEMBERS[type(value)]) is not None:
        return {name: plain(getattr(value, name), language) for name in names}
    return str(value)


class _Members(dict[type, tuple[str, ...] | None]):
    """Class → what its values are told by, one by one; None where they are told as texts."""

    def __missing__(self, kind: type) -> tuple[str, ...] | None:
        told = attrs.has(kind) and "__str__" not in vars(kind)
        self[kind] = tuple(f.name for f in attrs.fields(kind) if f.name != "wording") if told else None
        return self[kind]


_MEMBERS = _Members()


def exact(value: Fraction) -> str:
    """A number without rounding: as a decimal where it is one, else as a fraction."""
    number = value.denominator
    for prime in (2, 5):
        while number % prime == 0:
            number //= prime
    if number != 1:
        return str(value)
    text = f"{value.numerator / value.denominator:.12f}" if value.denominator > 1 else str(value.numerator)
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(say: Speech, value: Any) -> str:
    """A value on the screen: safe from what it may hold, days as people write them."""
    from rich.markup import escape

    return escape(_said(say, value))


def _said(say: Speech, value: Any) -> str:
    if value is None:
        return ""
    if type(value) is str:
        return printable(value)
    from cigem_core.model.values import PartialDate

    if isinstance(value, PartialDate):
        return _said(say, value.said)
    if isinstance(value, bool):
        return say("oui", "yes") if value else say("non", "no")
    if isinstance(value, date):
        return say(f"{value:%d/%m/%Y}", f"{value}")
    if isinstance(value, Fraction):
        return say(exact(value).replace(".", ","), exact(value))
    if isinstance(value, StrEnum) and (label := getattr(value, "label", None)):
        return str(label.in_(say.language))
    if isinstance(value, Text):
        return printable(say.text(value))
    if isinstance(value, (tuple, list)):
        return ", ".join(_said(say, one) for one in value)
    return printable(str(value))


def printable(text: str) -> str:
    """A text without characters that would move the cursor or change the terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def table(say: Speech, headings: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str) -> None:
    """Rows under their headings, or the sentence that says there are none."""
    from cigem_core.cli.long_lists import MANY
    from cigem_core.cli.show import screen

    rows = list(rows)
    if len(rows) > MANY:
        screen().long_list(headings, [[_said(say, cell) for cell in row] for row in rows])
        return
    from rich.table import Table

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        drawn.add_column(heading)
    for row in rows:
        drawn.add_row(*(shown(say, cell) for cell in row))
    screen().print(drawn if drawn.row_count else empty)


def write_page(to: Path, html: str) -> None:
    """Write a page to a file: as PDF where its name ends so, else as HTML."""
    if to.suffix.lower() == ".pdf":
        from cigem_core.pages import pdf

        to.write_bytes(pdf(html))
    else:
        to.write_text(html, "utf-8", newline="\n")
