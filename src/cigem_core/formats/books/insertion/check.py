"""Reading a workbook back after rows were put in: what stood there still stands, where it should be."""

from __future__ import annotations

from cigem_core.errors import InternalError
from cigem_core.formats.books.cells import xlsx
from cigem_core.formats.books.cells.package import BookPackage
from cigem_core.formats.books.cells.values import Cell
from cigem_core.formats.books.insertion.references import Shift
from cigem_core.formats.tables import ERROR
from cigem_core.text import Text


def check(was: BookPackage, now: BookPackage, book: xlsx.XlsxParts, here: xlsx.SheetPart, shift: Shift, *, fills: int) -> None:
    """Raises InternalError where a value was lost or stands elsewhere. A result to be calculated anew may be missing.

    `fills` says how many rows were filled in above those put in.
    """
    for sheet in book.sheets:
        before, after = _cells(was, book, sheet), _cells(now, book, sheet)
        if sheet == here:
            before = {(shift.row(row + 1) - 1, column): cell for (row, column), cell in before.items()}
            new = range(shift.before - 1 - fills, shift.before - 1 + shift.by)
            after = {(row, column): cell for (row, column), cell in after.items() if row not in new}
        if any(before.get(place) != cell for place, cell in after.items() if not _waits(cell)):
            raise InternalError(
                Text(
                    fr="les lignes ajoutées auraient changé d'autres cellules ; rien n'a été écrit",
                    en="the rows put in would have changed other cells; nothing was written",
                )
            )


def _waits(cell: Cell) -> bool:
    """Whether a cell is a formula whose result is to be calculated."""
    text, kind = cell
    return kind == ERROR and text.startswith("=")


def _cells(package: BookPackage, book: xlsx.XlsxParts, sheet: xlsx.SheetPart) -> dict[tuple[int, int], Cell]:
    cells = xlsx.read_cells(package.pieces(sheet.part), book)
    places = zip(cells.rows, cells.columns, strict=True)
    return dict(zip(places, zip(cells.texts, cells.kinds, strict=True), strict=True))
