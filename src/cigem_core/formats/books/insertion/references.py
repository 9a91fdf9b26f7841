"""References to cells, as they read once rows were put in: what a spreadsheet does to them itself, and one thing more.

A range that ends just above the new rows grows to take them in, so that `SUM(F5:F28)` above a total counts them.
"""

from __future__ import annotations

import re

from attrs import frozen

from cigem_core.formats.books.columns import column_of, letters_of

_LAST_ROW = 1 << 20
_LAST_COLUMN = 1 << 14
_COLUMN, _NUMBER = r"\$?[A-Za-z]{1,3}", r"\$?[1-9][0-9]{0,6}"
_CELL = rf"{_COLUMN}{_NUMBER}"
TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<sheet>(?:'(?:[^']|'')*'|(?:\[[^\]]*\])?[^\W\d][\w.]*(?::[^\W\d][\w.]*)?)!)?"
    rf"(?<![\w.$])(?P<range>{_CELL}:(?:(?i:(?P=sheet)))?{_CELL}|{_NUMBER}:{_NUMBER}|{_COLUMN}:{_COLUMN}|{_CELL})(?![\w.(!\[])"
    r"|(?P<column>\[(?:[^\[\]]|\[[^\]]*\])*\])"
)
_PART = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]+)")


def range_of(found: re.Match[str]) -> str:
    """The cells a token means, without the sheet that some programs name again after the colon."""
    first, colon, last = found["range"].partition(":")
    return f"{first}{colon}{last.rpartition('!')[2]}"


@frozen
class Shift:
    """Rows put in: `by` of them, above what was row `before`."""

    before: int
    by: int

    def row(self, number: int) -> int:
        """Where a row is now."""
        return min(number + self.by, _LAST_ROW) if number >= self.before else number

    def reference(self, text: str, *, grows: bool = True, at: int | None = None, floats: bool = False) -> str:
        """A cell or a range, as it reads now.

        `at` is the row of the formula it stands in: what ends there, and moves with it, is a sum so far and does not grow.
        `floats` says that the formula is asked in each row: what is not fixed means rows so far from that one, and stays.
        """
        first, colon, last = text.partition(":")
        start = first if floats and not _is_fixed(first) else self._part(first)
        if not colon:
            return start
        if floats and not _is_fixed(last):
            return f"{start}:{last}"
        ends = int(_row(last)) if _row(last) else 0
        so_far = ends == at and not _is_fixed(last)
        if grows and not so_far and ends == self.before - 1 and int(_row(first) or 0) <= ends:
            return f"{start}:{self._part(last, self.by)}"
        return f"{start}:{self._part(last)}"

    def takes_in(self, text: str) -> bool:
        """Whether one of several ranges, set apart by spaces, has the new rows among its own."""
        found = [bounds(one) for one in text.split(" ") if one]
        return any(top < self.before <= bottom + 1 for top, _, bottom, _ in found)

    def references(self, text: str) -> str:
        """Several, set apart by spaces; a single cell just above the new rows is a range of one, and grows."""
        return " ".join(self.reference(one if ":" in one else self.grown(one)) for one in text.split(" "))

    def grown(self, cell: str) -> str:
        """A single cell, as a range where it stands just above the new rows."""
        return f"{cell}:{cell}" if _row(cell) == str(self.before - 1) else cell

    def formula(
        self, text: str, *, sheet: str, is_here: bool, at: int | None = None, singles: bool = False, floats: bool = False
    ) -> str:
        """A formula; `is_here` says whether what names no sheet means `sheet`, where the rows were put in.

        `at` is the row it stands in, if it does there; `singles` says whether single cells are ranges of one, `floats`
        whether it is asked in each row of a range.
        """

        def replaced(found: re.Match[str]) -> str:
            named = found["sheet"]
            if not found["range"] or not (is_here if named is None else _names(named, sheet)):
                return found[0]
            was = range_of(found)
            meant = self.grown(was) if singles and ":" not in was else was
            now = self.reference(meant, at=at if is_here else None, floats=floats)
            return found[0] if now == was else (named or "") + now

        return TOKEN.sub(replaced, text)

    def _part(self, text: str, more: int = 0) -> str:
        found = _PART.fullmatch(text)
        if not found:
            return text
        number = min(int(found[4]) + more, _LAST_ROW) if more else self.row(int(found[4]))
        return f"{found[1]}{found[2]}{found[3]}{number}"


def moved(formula: str, rows: int, columns: int) -> str:
    """A formula as it reads so many rows below and columns beside, as the cells that share one mean it."""

    def replaced(found: re.Match[str]) -> str:
        if not found["range"]:
            return found[0]
        parts = (_moved(part, rows, columns) for part in range_of(found).split(":"))
        return (found["sheet"] or "") + ":".join(parts)

    return TOKEN.sub(replaced, formula)


def _moved(text: str, rows: int, columns: int) -> str:
    found = _PART.fullmatch(text)
    if not found:
        return text
    fixed_column, letters, fixed_row, number = found.groups()
    if letters and not fixed_column:
        letters = letters_of((column_of(letters) + columns) % _LAST_COLUMN)
    row = int(number) if _is_fixed(text) else (int(number) - 1 + rows) % _LAST_ROW + 1
    return f"{fixed_column}{letters}{fixed_row}{row}"


def bounds(text: str) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of a cell or a range: rows from 1, columns from 0; whole rows and columns are all of it."""
    first, _, last = text.partition(":")
    corners = [_PART.fullmatch(part) for part in (first, last or first)]
    rows = [int(part[4]) if part and part[4] else None for part in corners]
    letters = [part[2] if part else text.replace("$", "") for part, text in zip(corners, (first, last or first), strict=True)]
    columns = [column_of(one) if one else None for one in letters]
    top, bottom = (rows[0] or 1), (rows[1] or _LAST_ROW)
    left, right = (0 if columns[0] is None else columns[0]), (_LAST_COLUMN - 1 if columns[1] is None else columns[1])
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def sheet_named(prefix: str) -> str:
    """The sheet before a reference (`'L''année'!`), folded."""
    name = prefix.removesuffix("!")
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    return name.casefold()


def _names(prefix: str, sheet: str) -> bool:
    return sheet_named(prefix) == sheet.casefold()


def _is_fixed(text: str) -> bool:
    """Whether a reference keeps its row wherever it is copied; that to whole rows has its stroke before the number."""
    found = _PART.fullmatch(text)
    return found is not None and bool(found[3] or (not found[2] and found[1]))


def _row(text: str) -> str:
    found = _PART.fullmatch(text)
    return found[4] if found else ""
