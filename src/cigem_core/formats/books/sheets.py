"""Tables that stand in the sheets of a workbook: under titles, above totals, all of them parts of one document.

    book = Workbook("plan_{yyyy}.xlsx", named=("Plan", "N° du plan"))
    sessions = Table(TrainingSession, book.sheet("Sessions"), {"plan": column("N° du plan"), …})

The header of a table is the first row that has its declared columns; rows above it are titles. A last row whose first
cell is `TOTAL` is no record. The value that names the workbook stands with every record, under the label it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

from attrs import field, frozen

from cigem_core.errors import OperatorError, SourceRefused
from cigem_core.formats.books.columns import column_of
from cigem_core.formats.books.grid import Grid, book_of
from cigem_core.formats.books.sheet_labels import Naming, named_by, open_labels
from cigem_core.formats.naming import name_on, names_like
from cigem_core.formats.source import Source
from cigem_core.formats.tables import COVERED, DATE, IS, NUMBER, Choose, OpenTable
from cigem_core.spelling import title_key
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_ROWS = 50_000


@frozen(kw_only=True)
class Workbook:
    """The workbooks of an agency, by the pattern of their names.

    `named` is the sheet of labels and the label whose value names the workbook; where it is empty, the file's name
    without its ending does.
    """

    name: str = field(kw_only=False)
    named: tuple[str, str] | None = None
    total: str = "TOTAL"

    def __attrs_post_init__(self) -> None:
        names_like(self.name)  # an unknown stamp is found now

    def sheet(self, sheet: str, *, header_rows: int = 1) -> SheetTable:
        """The table on one of its sheets; of the rows of its header the first names the columns, the others are no records."""
        return SheetTable(self, sheet, header_rows)

    def labels(self, sheet: str) -> SheetLabels:
        """The sheet that says labels and values side by side: one record."""
        return SheetLabels(self, sheet)

    def naming(self, source: Source) -> Naming | None:
        """The label that names a workbook, and what it is named; SourceRefused where the label stands under a name like it."""
        if self.named is None:
            return None
        sheet, label = self.named
        return named_by(source, _grid(source, sheet), label)


@frozen
class _InWorkbook:
    """What tables in workbooks share."""

    book: Workbook
    sheet_name: str
    resource = None

    @property
    def name(self) -> str:
        """The pattern of the files' names."""
        return self.book.name

    def matches(self, name: str) -> bool:
        """Whether a file of that name is one of these."""
        return names_like(self.book.name).fullmatch(name) is not None

    def file_name(self, on: date) -> str:
        """The name a file written on a day gets."""
        return name_on(self.book.name, on)

    def write(self, file: BinaryIO, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:  # noqa: ARG002
        """Refuse: a sheet is added to, in a workbook the agency gave."""
        raise OperatorError(
            Text(
                fr=f"{self.name} : une feuille ne s'écrit pas seule ; compléter le classeur reçu (into=)",
                en=f"{self.name}: a sheet is not written alone; add to the workbook received (into=)",
            )
        )

    def name_in(self, source: Source) -> str | None:
        """The sheet's name as it stands in a workbook; None where it has no such sheet."""
        found = _found(source, self.sheet_name)
        return found.name if found else None


@frozen
class SheetTable(_InWorkbook):
    """The table on a sheet of a workbook."""

    header_rows: int = 1
    is_sparse = False

    def open(self, source: Source, choose: Choose, block: int = _ROWS) -> OpenTable:
        """Find the header; SourceRefused where the sheet or a declared column is missing."""
        from cigem_core.formats.books.sheet_rows import open_rows

        naming = self.book.naming(source)
        return open_rows(source, _grid(source, self.sheet_name), naming, self.book.total, self.header_rows - 1, choose, block)

    def layout(self, source: Source, choose: Choose) -> Layout:
        """Where the columns that are chosen stand; SourceRefused where the sheet or one of them is missing."""
        opened = self.open(source, choose)
        cells = next(opened.blocks()).cells
        are = {name: cells[IS + name] for name in opened.letters if IS + name in cells.columns}
        kinds = {name: some.filter((some != COVERED).fill_null(False)) for name, some in are.items()}
        numeric = {
            name: _width(cells[name]) for name, are in kinds.items() if 2 * (are == NUMBER).sum() > len(are) or are.is_empty()
        }
        days = {name for name, are in kinds.items() if 2 * (are == DATE).sum() >= len(are)}
        places = {name: column_of(letters) for name, letters in opened.letters.items()}
        return Layout(
            sheet=_grid(source, self.sheet_name).name,
            places=places,
            numeric=numeric,
            days=frozenset(days),
            has_records=cells.height > 0,
        )


def _width(texts: pl.Series) -> int | None:
    """How many digits numbers are shown with, where zeros stand before some."""
    padded = texts.filter(texts.str.contains("^0[0-9]+$"))
    return int(padded.str.len_bytes().max() or 0) if len(padded) else None  # type: ignore[arg-type]


@frozen
class SheetLabels(_InWorkbook):
    """The one record that a sheet of labels and values tells."""

    is_sparse = False

    def open(self, source: Source, choose: Choose, block: int = _ROWS) -> OpenTable:  # noqa: ARG002  there is one record
        """The record of the sheet; SourceRefused where there is no such sheet."""
        return open_labels(source, _grid(source, self.sheet_name), self.book.naming(source), choose)


@frozen(kw_only=True)
class Layout:
    """Where the columns of a table stand on its sheet, for whoever adds to it."""

    sheet: str
    """The sheet's name, as it stands."""
    places: Mapping[str, int]
    """Column → its place, from 0."""
    numeric: Mapping[str, int | None]
    """The columns most of whose cells are numbers: with how many digits they are shown, where zeros are put before them."""
    has_records: bool
    days: frozenset[str]
    """The columns at least half of whose cells are days; all of them, where no row says otherwise."""


def sheets_named(source: Source) -> list[str]:
    """The names of the sheets of a workbook."""
    return [grid.name for grid in book_of(source).sheets]


def _found(source: Source, sheet: str) -> Grid | None:
    return next((grid for grid in book_of(source).sheets if title_key(grid.name) == title_key(sheet)), None)


def _grid(source: Source, sheet: str) -> Grid:
    grid = _found(source, sheet)
    if grid is None:
        raise SourceRefused(
            Text(
                fr=f"{source.name} : la feuille « {sheet} » manque ; la remettre sous ce nom",
                en=f"{source.name}: the sheet '{sheet}' is missing; put it back under that name",
            ),
            missing=(sheet,),
        )
    return grid
