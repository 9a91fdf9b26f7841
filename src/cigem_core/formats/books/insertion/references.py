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
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<sheet>(?:'(?:[^']|'')*'|(?:\[[^\]]*\])?[^\W\d][\w.]*(?::[^\W\d][\w.]*)?)!)?"
    rf"(?<![\w.$])(?P<range>{_CELL}:{_CELL}|{_NUMBER}:{_NUMBER}|{_CELL})(?![\w.(!\[])"
    r"|(?P<column>\[(?:[^\[\]]|\[[^\]]*\])*\])"
)
_PART = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]+)")


@frozen
class Shift:
    """Rows put in: `by` of them, above what was row `before`."""

    before: int
    by: int

    def row(self, number: int) -> int:
        """Where a row is now."""
        return min(number + self.by, _LAST_ROW) if number >= self.before else number

    def reference(self, text: str, *, grows: bool = True) -> str:
        """A cell or a range, as it reads now."""
        first, colon, last = text.partition(":")
        if not colon:
            return self._part(first)
        ends = int(_row(last)) if _row(last) else 0
        if grows and ends == self.before - 1 and int(_row(first) or 0) <= ends:
            return f"{self._part(first)}:{self._part(last, self.by)}"
        return f"{self._part(first)}:{self._part(last)}"

    def references(self, text: str, *, grows: bool = True) -> str:
        """Several, set apart by spaces."""
        return " ".join(self.reference(one, grows=grows) for one in text.split(" "))

    def formula(self, text: str, *, sheet: str, is_here: bool) -> str:
        """A formula; `is_here` says whether what names no sheet means `sheet`, where the rows were put in."""

        def replaced(found: re.Match[str]) -> str:
            named = found["sheet"]
            if not found["range"] or not (is_here if named is None else _names(named, sheet)):
                return found[0]
            return (named or "") + self.reference(found["range"])

        return _TOKEN.sub(replaced, text)

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
        parts = (_moved(part, rows, columns) for part in found["range"].split(":"))
        return (found["sheet"] or "") + ":".join(parts)

    return _TOKEN.sub(replaced, formula)


def _moved(text: str, rows: int, columns: int) -> str:
    found = _PART.fullmatch(text)
    if not found:
        return text
    fixed_column, letters, fixed_row, number = found.groups()
    if letters and not fixed_column:
        letters = letters_of((column_of(letters) + columns) % _LAST_COLUMN)
    # A reference to whole rows has its stroke before the number, and no letters.
    is_fixed = fixed_row or (not letters and fixed_column)
    row = int(number) if is_fixed else (int(number) - 1 + rows) % _LAST_ROW + 1
    return f"{fixed_column}{letters}{fixed_row}{row}"


def _names(prefix: str, sheet: str) -> bool:
    name = prefix.removesuffix("!")
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    return name.casefold() == sheet.casefold()


def _row(text: str) -> str:
    found = _PART.fullmatch(text)
    return found[4] if found else ""
