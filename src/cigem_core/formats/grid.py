"""Workbooks as grids: XLSX, XLSM, XLS and ODS, told apart by their content, cell by cell with what each cell was.

Needs nothing but the standard library for XLSX and ODS; XLS needs the extra `xlsx` (xlrd), imported when used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.cells.unreadable import Unreadable
from cigem_core.formats.source import Source
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.formats.cells.frame import Cells


@frozen
class Grid:
    """All the cells of one sheet, as a spreadsheet shows them.

    `cells` has the columns `"0"`, `"1"` … of text, null where a cell is empty, and beside each of them `"#is 0"`,
    `"#is 1"` … saying what each cell was (see `tables.IS`). Row i of the frame is row `first + i` of the sheet, and
    column j its column j: what is empty above or left of the first cell is kept, what is empty beyond the last is not.

    A date is `2009-10-01` or `2009-10-01T08:30:00`. A time of day or an elapsed time alone is text (`08:30:00`), and so
    are an error (`#N/A`) and the days spreadsheets show that never were (`1900-02-29`). A formula is its stored result.
    """

    name: str
    cells: pl.DataFrame = field(repr=False)
    first: int = 1


@frozen
class Book:
    """A workbook: its sheets in their order, hidden ones too, and the digest of its bytes."""

    name: str
    sheets: tuple[Grid, ...]
    sha256: str


def read_book(source: Source) -> Book:
    """Every sheet of a workbook; SourceRefused where it is none, or cannot be read safely."""
    stream = source.open()
    content = stream.read(-1)
    stream.close()
    try:
        sheets = tuple(Grid(name, cells.frame()) for name, cells in _sheets(content))
    except Unreadable as why:
        raise SourceRefused(_BROKEN(source.name), reason=why.reason) from None
    return Book(source.name, sheets, stream.sha256)


def _sheets(content: bytes) -> Iterator[tuple[str, Cells]]:
    from cigem_core.formats.cells import ods, xls, xlsx
    from cigem_core.formats.cells.package import Package

    if content.startswith(xls.HEAD):
        return xls.sheets_of(content)
    if not content.startswith(b"PK"):
        raise Unreadable("kind")
    package = Package(content)
    if ods.is_ods(package):
        return ods.sheets_of(package)
    return xlsx.sheets_of(package)


def _BROKEN(name: str) -> Text:  # noqa: N802
    return Text(
        fr=f"{name} : ce classeur ne peut être lu ; l'enregistrer à nouveau au format XLSX",
        en=f"{name}: this workbook cannot be read; save it again as XLSX",
    )
