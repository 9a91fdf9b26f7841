"""Tables that stand in the sheets of a workbook: under titles, above totals, all of them parts of one document.

    book = Workbook("plan_{yyyy}.xlsx", named=("Plan", "N° du plan"))
    sessions = Table(TrainingSession, book.sheet("Sessions"), {"plan": column("N° du plan"), …})

The header of a table is the first row that has its declared columns; rows above it are titles. A last row whose first
cell is `TOTAL` is no record. The value that names the workbook stands with every record, under the label it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import BinaryIO, ClassVar

from attrs import field, frozen

from cigem_core.errors import OperatorError, SourceRefused
from cigem_core.formats.books.columns import column_of
from cigem_core.formats.books.grid import Grid
from cigem_core.formats.naming import name_on, names_like
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, IS, LAST, NUMBER, ROW, Block, Choose, Columns, OpenTable, Span
from cigem_core.text import WHITE_SPACE, Text

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

    def sheet(self, sheet: str) -> SheetTable:
        """The table on one of its sheets."""
        return SheetTable(self, sheet)

    def labels(self, sheet: str) -> SheetLabels:
        """The sheet that says labels and values side by side: one record."""
        return SheetLabels(self, sheet)

    def naming(self, source: Source) -> tuple[str, str] | None:
        """The label that names a workbook, and what it is named."""
        if self.named is None:
            return None
        sheet, label = self.named
        said = _pairs(_grid(source, sheet)).get(_key(label), "").strip(WHITE_SPACE)
        return label, said or re.sub(r"\.[^.]*$", "", source.name)


@frozen
class _InWorkbook:
    """What tables in workbooks share."""

    book: Workbook
    sheet_name: str
    resource: ClassVar[str | None] = None

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

    is_sparse: ClassVar[bool] = False

    def open(self, source: Source, choose: Choose, block: int = _ROWS) -> OpenTable:
        """Find the header; SourceRefused where the sheet or a declared column is missing."""
        from cigem_core.formats.books.sheet_rows import open_rows

        return open_rows(source, _grid(source, self.sheet_name), self.book.naming(source), self.book.total, choose, block)

    def layout(self, source: Source, choose: Choose) -> Layout:
        """Where the columns that are chosen stand; SourceRefused where the sheet or one of them is missing."""
        opened = self.open(source, choose)
        cells = next(opened.blocks()).cells
        numeric = {n for n in opened.letters if IS + n in cells.columns and (cells[IS + n].drop_nulls() == NUMBER).all()}
        places = {name: column_of(letters) for name, letters in opened.letters.items()}
        return Layout(sheet=_grid(source, self.sheet_name).name, places=places, numeric=frozenset(numeric))


@frozen
class SheetLabels(_InWorkbook):
    """The one record that a sheet of labels and values tells."""

    is_sparse: ClassVar[bool] = False

    def open(self, source: Source, choose: Choose, block: int = _ROWS) -> OpenTable:  # noqa: ARG002  there is one record
        """The record of the sheet; SourceRefused where there is no such sheet."""
        grid = _grid(source, self.sheet_name)
        pairs = _pairs(grid, folded=False)
        naming = self.book.naming(source)
        if naming:
            named = next((label for label in pairs if _key(label) == _key(naming[0])), naming[0])
            pairs = {**pairs, named: naming[1]}
        try:
            columns = choose(list(pairs))
        except SourceRefused as refused:
            unfilled = _unfilled(grid, refused.concerned.get("missing"))
            if not unfilled:
                raise
            pairs = {**pairs, **dict.fromkeys(unfilled, "")}
            columns = choose(list(pairs))
        return _OpenLabels(source.name, list(pairs), pairs, columns, grid.first + grid.cells.height - 1, source.sha256())


@frozen(kw_only=True)
class Layout:
    """Where the columns of a table stand on its sheet, for whoever adds to it."""

    sheet: str
    """The sheet's name, as it stands."""
    places: Mapping[str, int]
    """Column → its place, from 0."""
    numeric: frozenset[str]
    """The columns whose cells are all numbers."""


@frozen(eq=False)
class _OpenLabels:
    name: str
    header: Sequence[str]
    _pairs: Mapping[str, str] = field(repr=False)
    _columns: Columns
    _last: int
    sha256: str
    heading: ClassVar[Span | None] = None
    letters: ClassVar[Mapping[str, str]] = {}
    assumed: ClassVar[tuple[Text, ...]] = ()

    def close(self) -> None:
        """There is nothing to let go of."""

    def blocks(self) -> Iterator[Block]:
        """One block of one record, which is the whole sheet."""
        import polars as pl

        cells = {name: [self._pairs[self.header[position]]] for position, name in self._columns.names.items()}
        last = max(self._last, 1)
        places = {ROW: [1], FIRST: [1], LAST: [last]}
        yield Block(cells=pl.DataFrame(cells | places, schema_overrides=dict.fromkeys(places, pl.Int64)), first=1, last=last)


def sheets_named(source: Source) -> list[str]:
    """The names of the sheets of a workbook."""
    return [grid.name for grid in source.book().sheets]


def _found(source: Source, sheet: str) -> Grid | None:
    return next((grid for grid in source.book().sheets if _key(grid.name) == _key(sheet)), None)


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


def _pairs(grid: Grid, *, folded: bool = True) -> dict[str, str]:
    """The values of a sheet by their labels: the first cell of a row, and the next one that holds something."""
    found: dict[str, str] = {}
    names = [name for name in grid.cells.columns if not name.startswith(IS)]
    for row in grid.cells.select(names).iter_rows():
        label, *beside = (text or "" for text in row)
        values = [text for text in beside if text.strip(WHITE_SPACE)]
        if label.strip(WHITE_SPACE) and values:
            found.setdefault(_key(label) if folded else label.strip(WHITE_SPACE), values[0])
    return found


def _unfilled(grid: Grid, missing: object) -> list[str]:
    """Of the labels that were missed, those that stand on a sheet: what has no value beside it is empty, and not missing."""
    wanted = [label for label in missing if isinstance(label, str)] if isinstance(missing, (list, tuple)) else []
    first = next((name for name in grid.cells.columns if not name.startswith(IS)), None)
    there = {_key(text) for text in grid.cells[first].drop_nulls()} if first else set()
    return [label for label in wanted if _key(label) in there]


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
