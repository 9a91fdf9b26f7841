"""Cells for the peers that go row by row: reading records, and understanding one cell as its users would write it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from common import PHONE, fold
from rows import COLUMNS

_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_YEAR = re.compile(r"(?:00/00/)?([0-9]{4})")
_ABOUT = re.compile(r"vers\s+([0-9]{4})", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:,[0-9]+)?")
_NOT_DIGITS = re.compile(r"[\s.]+")
_PHONE = re.compile(PHONE)


class WrongCell(ValueError):
    """A cell that cannot be understood: the rule it breaks, and the column where the caller cannot know it."""

    def __init__(self, rule: str, column: str = "") -> None:
        super().__init__(f"{rule}@{column}")
        self.rule, self.column = rule, column


def records(file: str) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Rows as a spreadsheet numbers them, with their filled cells trimmed; or the rule a row's width breaks."""
    with open(file, encoding="cp1252", newline="") as lines:
        reader = csv.reader(lines, delimiter=";")
        header = next(reader)
        for row, cells in enumerate(reader, start=2):
            if len(cells) != len(header):
                yield row, "missing-cell" if len(cells) < len(header) else "extra-cell"
            else:
                yield row, {name: text for name, cell in zip(header, cells, strict=True) if (text := cell.strip())}


@lru_cache(maxsize=65536)
def day(text: str) -> date:
    if not (known := _DAY.fullmatch(text)):
        raise WrongCell("type")
    try:
        return date(int(known[3]), int(known[2]), int(known[1]))
    except ValueError:
        raise WrongCell("type") from None


@lru_cache(maxsize=65536)
def birth(text: str) -> str:
    """The birth as EDTF: 1985-03-12, 1985 or 1985~."""
    if known := _YEAR.fullmatch(text):
        return known[1]
    if known := _ABOUT.fullmatch(text):
        return f"{known[1]}~"
    return day(text).isoformat()


def born_after(birth: str, registered_on: date) -> bool:
    return birth > registered_on.isoformat() if len(birth) == 10 else int(birth[:4]) > registered_on.year


def phone(text: str) -> str:
    if not (known := _PHONE.match(_NOT_DIGITS.sub("", text))):
        raise WrongCell("pattern")
    return f"+223{known[1]}"


@lru_cache(maxsize=65536)
def experience(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise WrongCell("type")
    if number < 0:
        raise WrongCell("minimum")
    return number


def named(names: dict[str, str]) -> Callable[[str], str]:
    """Looks a name up in a list where case, accents and apostrophes are free."""

    @lru_cache(maxsize=65536)
    def code_of(text: str) -> str:
        code = names.get(fold(text))
        if code is None:
            raise WrongCell("enum")
        return code

    return code_of


def one_of(codes: list[str]) -> Callable[[str], str]:
    """Takes a code of a list as it stands."""
    known = frozenset(codes)

    def code(text: str) -> str:
        if text not in known:
            raise WrongCell("enum")
        return text

    return code


__all__ = ["COLUMNS", "WrongCell", "birth", "born_after", "day", "experience", "named", "one_of", "phone", "records"]
