"""Workbooks as grids: XLSX, XLSM, XLS and ODS, told apart by their content, cell by cell with what each cell was.

Needs nothing but the standard library for XLSX and ODS; XLS needs the extra `xlsx` (xlrd), imported when used.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from cigem_core.errors import MissingExtra
from cigem_core.formats.books.cells.reading import read_sheets
from cigem_core.formats.guard import LIMITS, Limits, Wired, guarded
from cigem_core.formats.source import Source
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


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


def read_book(source: Source, limits: Limits = LIMITS) -> Book:
    """Every sheet of a workbook, read in another process; SourceRefused where it is none, or cannot be read safely."""
    import polars as pl

    content, sha256 = source.whole(limits.largest)
    if content.startswith(OLE):
        _check_xlrd()
    unfolded = limits.unfolds_to(len(content))
    read = guarded(read_sheets, content, limits.entries, unfolded, name=source.name, size=len(content), limits=limits)
    sheets = tuple(Grid(str(name), pl.read_ipc_stream(io.BytesIO(cells))) for name, cells in _pairs(read))
    return Book(source.name, sheets, sha256)


def at_hand(given: Any) -> Source:
    """A source that was looked at once, and its workbook read: who asks anything of it opens no file; see `Source.at_hand`."""
    source = Source.of(given).at_hand()
    return evolve(source, read=book_of(source)) if source.is_workbook() else source


def book_of(source: Source) -> Book:
    """The sheets of a workbook, read once where the source says that it was; SourceRefused where it is none."""
    return source.read if isinstance(source.read, Book) else read_book(source)


def _pairs(read: Wired) -> Iterator[tuple[str, bytes]]:
    """What the worker answered, looked at."""
    for pair in read if isinstance(read, list) else ():
        match pair:
            case [str(name), bytes(cells)]:
                yield name, cells


OLE = b"\xd0\xcf\x11\xe0"
"""How the bytes of an XLS file begin."""


def _check_xlrd() -> None:
    if find_spec("xlrd") is None:
        raise MissingExtra(
            Text(
                fr="les classeurs XLS demandent une extension : pip install cigem-core[xlsx]",
                en="XLS workbooks need an extra: pip install cigem-core[xlsx]",
            )
        )
