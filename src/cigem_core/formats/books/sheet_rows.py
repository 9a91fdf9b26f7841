"""The rows of a table on a sheet: where its header stands, what is no record, and what each column is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from attrs import evolve, field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.books.columns import letters_of
from cigem_core.formats.books.grid import Grid
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, IS, LAST, ROW, Block, Choose, Columns, OpenTable, Span
from cigem_core.text import WHITE_SPACE, Text

if TYPE_CHECKING:
    import polars as pl

_TITLES = 60
"""A header is looked for among so many first rows."""


def open_rows(source: Source, grid: Grid, naming: tuple[str, str] | None, total: str, choose: Choose, block: int) -> OpenTable:
    """Find the header of a sheet's table; SourceRefused, naming what is missing, where there is none."""
    refusal: SourceRefused | None = None
    for at in range(min(grid.cells.height, _TITLES)):
        header, places = _header(grid, at)
        if not header:
            continue
        constant = [naming[0]] if naming and not any(_same(name, naming[0]) for name in header) else []
        try:
            columns = choose([*header, *constant])
        except SourceRefused as refused:
            if refusal is None or _missing(refused) < _missing(refusal):
                refusal = refused
            continue
        return _OpenRows(source.name, [*header, *constant], grid, at, places, naming, total, columns, block, source.sha256())
    raise refusal or SourceRefused(
        Text(
            fr=f"{source.name}, feuille « {grid.name} » : la feuille est vide",
            en=f"{source.name}, sheet '{grid.name}': the sheet is empty",
        )
    )


def _header(grid: Grid, at: int) -> tuple[list[str], list[int]]:
    """The names in a row, and the columns they stand in; a column without a name counts where it holds something below."""
    import polars as pl

    names = [name for name in grid.cells.columns if not name.startswith(IS)]
    row = [(text or "").strip(WHITE_SPACE) for text in grid.cells.select(names).row(at)]
    if not any(row):
        return [], []
    below = grid.cells.slice(at + 1).select(pl.col(names).is_not_null().any()).row(0)
    places = [place for place, (name, filled) in enumerate(zip(row, below, strict=True)) if name or filled]
    return [row[place] for place in places], places


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _missing(refused: SourceRefused) -> int:
    return len(refused.concerned.get("missing", ()))  # type: ignore[arg-type]


@frozen(eq=False)
class _OpenRows:
    name: str
    header: Sequence[str]
    _grid: Grid = field(repr=False)
    _at: int
    _places: Sequence[int]
    _naming: tuple[str, str] | None
    _total: str
    _columns: Columns
    _block: int
    sha256: str
    assumed: ClassVar[tuple[Text, ...]] = ()

    @property
    def heading(self) -> Span:
        """Where the header stands."""
        row = self._grid.first + self._at
        return Span(row=row, first=row, last=row, what="header")

    @property
    def letters(self) -> Mapping[str, str]:
        """The letters of the columns read."""
        named = {name: position for position, name in self._columns.names.items() if position < len(self._places)}
        return {name: letters_of(self._places[position]) for name, position in named.items()}

    def close(self) -> None:
        """There is nothing to let go of."""

    def blocks(self) -> Iterator[Block]:
        """Titles first, then the rows some at a time, then what is no record at the end."""
        cells = self._cells()
        kept, others = self._sorted_out()
        above = tuple(Span(row=row, first=row, last=row, what="title") for row in range(1, self.heading.row))
        first = 1
        for start in range(0, max(cells.height, 1), self._block):
            some = cells.slice(start, self._block)
            end = self.heading.row + start + some.height
            beside = (*above, *(span for span in others if self.heading.row + start < span.row <= end))
            yield Block(cells=some.filter(kept.slice(start, self._block)), others=beside, first=first, last=end)
            above, first = (), end + 1

    def _cells(self) -> pl.DataFrame:
        import polars as pl

        rows = self._grid.cells.slice(self._at + 1)
        read = []
        for position, name in sorted(self._columns.names.items()):
            if position >= len(self._places):
                read.append(pl.lit(self._naming[1] if self._naming else "").alias(name))
                continue
            place = str(self._places[position])
            read.append(pl.col(place).alias(name))
            if IS + place in rows.columns:
                read.append(pl.col(IS + place).alias(IS + name))
        row = pl.int_range(pl.len(), dtype=pl.Int64) + self.heading.row + 1
        return rows.select(*read, *(row.alias(name) for name in (ROW, FIRST, LAST)))

    def _sorted_out(self) -> tuple[pl.Series, list[Span]]:
        """Which rows are records, and the others: blank ones, and the total at the end."""
        import polars as pl

        rows = self._grid.cells.slice(self._at + 1)
        texts = rows.select(str(place) for place in self._places)
        filled = texts.select(pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(False)).to_series()
        records = filled.arg_true()
        others = dict.fromkeys((~filled).arg_true(), "blank")
        if records.len() and _same(texts.row(records[-1])[0] or "", self._total):
            others[records[-1]] = "total"
            filled = filled.clone().scatter(records[-1], False)
        start = self.heading.row + 1
        return filled, [_span(start + at, what) for at, what in sorted(others.items())]


def _span(row: int, what: str) -> Span:
    return evolve(Span(row=row, first=row, last=row), what="total" if what == "total" else "blank")
