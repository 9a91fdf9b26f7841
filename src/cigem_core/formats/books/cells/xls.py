"""XLS, from Excel 95 to 2003 (BIFF5, BIFF8), by xlrd: raw numbers with their formats, so that dates are made as for XLSX."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cigem_core.formats.books.cells import values
from cigem_core.formats.books.cells.frame import Cells
from cigem_core.formats.books.cells.number_formats import Shape, shape
from cigem_core.formats.guard.reasons import Unreadable
from cigem_core.formats.tables import BOOLEAN, ERROR, TEXT

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Sheet

HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an OLE file begins, and so every XLS of these versions."""

_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = range(1, 6)


def sheets_of(content: bytes) -> Iterator[tuple[str, Cells]]:
    """Each sheet's name and cells; charts are no sheets."""
    book = _open(content)
    shapes = _shapes(book)
    for sheet in book.sheets():
        yield sheet.name, _cells(sheet, shapes, since_1904=book.datemode == 1)


def _open(content: bytes) -> Book:
    import xlrd
    from xlrd.biffh import XLRDError

    try:
        return xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except XLRDError as error:
        raise Unreadable("locked" if "encrypted" in str(error) else "broken") from None


def _shapes(book: Book) -> Sequence[Shape]:
    formats = book.format_map
    return [shape(xf.format_key, _code(formats.get(xf.format_key))) for xf in book.xf_list]


def _code(found: Any) -> str | None:
    return None if found is None or not found.format_str else str(found.format_str)


def _cells(sheet: Sheet, shapes: Sequence[Shape], *, since_1904: bool) -> Cells:
    cells = Cells()
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            means = shapes[cell.xf_index or 0] if cell.ctype in (_NUMBER, _DATE) else "number"
            text, kind = _cell(cell.ctype, cell.value, means, since_1904=since_1904)
            cells.add(row, column, text, kind)
    cells.merged += [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
    return cells


def _cell(kind: int, value: Any, means: Shape, *, since_1904: bool) -> values.Cell:
    if kind == _TEXT:
        return str(value), TEXT
    if kind in (_NUMBER, _DATE):
        return values.shown(repr(float(value)), means, since_1904=since_1904)
    if kind == _BOOLEAN:
        return ("true" if value else "false"), BOOLEAN
    if kind == _ERROR:
        return _ERRORS.get(value, "#?"), ERROR
    return "", TEXT


_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
