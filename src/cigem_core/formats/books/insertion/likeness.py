"""What new rows take from the rows above them: the styles of their cells, formulas that every row has, cells merged in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import unescape
from typing import Any
from xml.sax.saxutils import escape as to_markup

from attrs import frozen

from cigem_core.formats.books.cells import xlsx
from cigem_core.formats.books.insertion.references import Shift, bounds, moved
from cigem_core.formats.books.insertion.rows import Formula, New, attribute, numbered, styles_of, with_attribute
from cigem_core.formats.books.workbook import escape

Given = Sequence[Sequence[Any]]
"""Rows of values as they came: None, or a word for what the value is and the value."""

_MERGED = re.compile(r"<((?:\w+:)?)mergeCell\b[^>]*?(?:/>|></\1mergeCell>)")
_LIST = re.compile(r"<(?:\w+:)?mergeCells\b[^>]*>")
_COLUMN = re.compile(r"<((?:\w+:)?)tableColumn\b[^>]*?(?:/>|>(.*?)</\1tableColumn>)", re.DOTALL)
_CALCULATED = re.compile(r"<((?:\w+:)?)calculatedColumnFormula\b[^>]*>([^<]*)</\1calculatedColumnFormula>")


@frozen(kw_only=True)
class SheetLikeness:
    """The row that new ones are like, among the rows of its sheet as they stood."""

    book: xlsx.XlsxParts
    data: str
    like: int
    first: int
    """Where the first new one stands."""
    shift: Shift
    formulas: Mapping[tuple[int, int], Formula]
    tables: Mapping[int, str]
    """The formulas that tables around the new rows calculate their columns by."""

    def cells(self, rows: Given) -> list[list[New | None]]:
        """The cells of new rows; where no value is given, what every row calculates."""
        styles = self._styles(self.like)
        made = []
        for offset, row in enumerate(rows):
            calculated = self._calculated(self.first + offset)
            width = max(len(row), 1 + max(calculated, default=-1))
            values = (row[column] if column < len(row) else None for column in range(width))
            made.append([self._new(value, column, styles) or calculated.get(column) for column, value in enumerate(values)])
        return made

    def _calculated(self, row: int) -> dict[int, New]:
        texts = dict(self.tables)
        for (at, column), formula in self.formulas.items():
            if at == self.like and self._is_every_rows(formula):
                texts[column] = moved(formula.after, row - self.shift.row(self.like), 0)
        return {column: New(markup=f"<f>{to_markup(text)}</f>") for column, text in texts.items()}

    def _is_every_rows(self, formula: Formula) -> bool:
        """Whether the row above has the same formula, or else this one looks at cells of its own row."""
        above = self.formulas.get((formula.row - 1, formula.column))
        if formula.area is not None or above is not None:
            return formula.area is None and above is not None and moved(above.before, 1, 0) == formula.before
        return any(bounds(found)[::2] == (formula.row, formula.row) for found in _SINGLE.findall(formula.before))

    def _styles(self, row: int) -> dict[int, str]:
        return styles_of(row, next((found for number, found in numbered(self.data) if number == row), None))

    def _new(self, value: Any, column: int, styles: Mapping[int, str]) -> New | None:
        """A cell's markup for a value; a text is never a formula."""
        match value:
            case ["text", str(text)] if text:
                return New(type="inlineStr", markup=f'<is><t xml:space="preserve">{to_markup(escape(text))}</t></is>')
            case ["number", str(digits)]:
                return New(markup=f"<v>{digits}</v>")
            case ["date", int(year), int(month), int(day)]:
                return self._date(date(year, month, day), column, styles)
        return None

    def _date(self, day: date, column: int, styles: Mapping[int, str]) -> New | None:
        """A day; a text, where no cell above in its column is shown as a day."""
        style = next((one for one in self._above(column, styles) if self.book.shape(int(one)) == "date"), None)
        if style is None or day < date(1904, 1, 1):
            return self._new(["text", f"{day:%d/%m/%Y}"], column, styles)
        days = (day - (date(1904, 1, 1) if self.book.since_1904 else date(1899, 12, 30))).days
        return New(markup=f"<v>{days}</v>", style=style)

    def _above(self, column: int, styles: Mapping[int, str]) -> Iterator[str]:
        """The styles of a column, from the row that is like the new ones upwards."""
        yield styles.get(column, "0")
        rows = [(number, found) for number, found in numbered(self.data) if number < self.like]
        yield from (styles_of(number, found).get(column, "0") for number, found in reversed(rows))


_SINGLE = re.compile(r"(?<![\w.$!:])\$?[A-Z]{1,3}[1-9][0-9]{0,6}(?![\w.(!:\[])")


def calculated_columns(table: str, row: int) -> dict[int, str]:
    """The formulas of a table's calculated columns, by the sheet's columns; none where the table has no such row."""
    top, left, bottom, _ = bounds(attribute(table, "ref") or "A1")
    if not top < row <= bottom:
        return {}
    columns = enumerate(_COLUMN.finditer(table), start=left)
    found = {column: _CALCULATED.search(one[2] or "") for column, one in columns}
    return {column: unescape(formula[2]) for column, formula in found.items() if formula}


def merged_alike(markup: str, like: int, shift: Shift) -> str:
    """The new rows with the cells merged that are merged in the row they are like."""
    alike = []
    for found in _MERGED.finditer(markup):
        said = attribute(found[0], "ref") or ""
        if said and bounds(said)[::2] == (like, like):
            for row in range(shift.before, shift.before + shift.by):
                alike.append(with_attribute(found[0], "ref", moved(said, row - like, 0)))
    if not alike:
        return markup
    last = max(found.end() for found in _MERGED.finditer(markup))
    return _counted(markup[:last] + "".join(alike) + markup[last:], len(alike))


def _counted(markup: str, more: int) -> str:
    def replaced(found: re.Match[str]) -> str:
        said = attribute(found[0], "count")
        return with_attribute(found[0], "count", str(int(said) + more)) if said and said.isdecimal() else found[0]

    return _LIST.sub(replaced, markup, count=1)
