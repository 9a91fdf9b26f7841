"""The rows of a table on a sheet: where its header stands, what is no record, and what each column is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.books.columns import letters_of
from cigem_core.formats.books.grid import Grid
from cigem_core.formats.books.sheet_labels import Naming
from cigem_core.formats.no_records import What, no_records
from cigem_core.formats.source import Source
from cigem_core.formats.tables import COVERED, DATE, FIRST, IS, LAST, ROW, Block, Choose, ChosenColumns, OpenTable, Span
from cigem_core.spelling import WHITE_SPACE, title_key
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_TITLES = 60
"""A header is looked for among so many first rows."""


_DEEPEST = 3
"""A header stands in so many rows at most."""


def open_rows(source: Source, grid: Grid, naming: Naming | None, total: str, skip: int, choose: Choose, block: int) -> OpenTable:
    """Find the header of a sheet's table; SourceRefused, naming what is missing, where there is none.

    It is one row, or else up to three: each column is then called what stands lowest in them.
    """
    refusal: SourceRefused | None = None
    for deep in range(1, _DEEPEST + 1):
        for at in range(deep - 1, min(grid.cells.height, _TITLES)):
            header, places = _header(grid, at, deep)
            if not header:
                continue
            constant = [naming.label] if naming and not any(_same(name, naming.label) for name in header) else []
            try:
                columns = choose([*header, *constant])
            except SourceRefused as refused:
                if refusal is None or _missing(refused) < _missing(refusal):
                    refusal = refused
                continue
            return _OpenRows(
                source.name, [*header, *constant], grid, at, places, naming, columns, block, total, skip, source.sha256()
            )
    raise refusal or SourceRefused(
        Text(
            fr=f"{source.name}, feuille « {grid.name} » : la feuille est vide",
            en=f"{source.name}, sheet '{grid.name}': the sheet is empty",
        )
    )


def _header(grid: Grid, at: int, deep: int) -> tuple[list[str], list[int]]:
    """The names in a row, and the columns they stand in; a column without a name counts where it holds something below.

    Of a header of several rows the last one is `at`, and each of them says something.
    """
    import polars as pl

    names = [name for name in grid.cells.columns if not name.startswith(IS)]
    above = grid.cells.slice(at - deep + 1, deep)
    said, were = above.select(names).iter_rows(), above.select(IS + name for name in names).iter_rows()
    rows = [[_spelled(t or "", what) for t, what in zip(*row, strict=True)] for row in zip(said, were, strict=True)]
    if not all(map(any, rows)):
        return [], []
    row = [next((text for text in reversed(texts) if text), "") for texts in zip(*rows, strict=True)]
    below = grid.cells.slice(at + 1).select(pl.col(names).is_not_null().any()).row(0)
    places = [place for place, (name, filled) in enumerate(zip(row, below, strict=True)) if name or filled]
    return [row[place] for place in places], places


def _spelled(text: str, what: int | None) -> str:
    """A header as it stands; a real date as the text of a French spreadsheet says it."""
    year, month, day = text[:4], text[5:7], text[8:10]
    return f"{day}/{month}/{year}" if what == DATE else text.strip(WHITE_SPACE)


def _same(one: str, other: str) -> bool:
    return title_key(one) == title_key(other)


def _missing(refused: SourceRefused) -> int:
    return len(refused.concerned.get("missing", ()))  # type: ignore[arg-type]


@frozen(eq=False)
class _OpenRows:
    name: str
    header: Sequence[str]
    _grid: Grid = field(repr=False)
    _at: int
    _places: Sequence[int]
    _naming: Naming | None
    _columns: ChosenColumns
    _block: int
    _total: str
    _skip: int
    sha256: str

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
                read.append(pl.lit(self._naming.value if self._naming else "").alias(name))
                read.append(pl.lit(self._naming.kind if self._naming else None, dtype=pl.UInt8).alias(IS + name))
                continue
            place = str(self._places[position])
            read.append(pl.col(place).alias(name))
            if IS + place in rows.columns:
                read.append(pl.col(IS + place).alias(IS + name))
        row = pl.int_range(pl.len(), dtype=pl.Int64) + self.heading.row + 1
        return rows.select(*read, *(row.alias(name) for name in (ROW, FIRST, LAST)))

    @cached_property
    def _aside(self) -> Mapping[int, What]:
        """The rows below the header that hold something and are no records."""
        import polars as pl

        rows = self._grid.cells.slice(self._at + 1)
        texts, kinds = (rows.select(f"{mark}{place}" for place in self._places) for mark in ("", IS))
        key = self._columns.key if self._columns.key is not None and self._columns.key < len(self._places) else 0
        kinds = kinds.select(pl.when(pl.all() != COVERED).then(pl.all()))
        return no_records(texts, kinds, self.header, key=key, total=self._total, skip=self._skip)

    @property
    def assumed(self) -> tuple[Text, ...]:
        """Which rows were taken for none of the records, but for a total at the end, which is declared."""
        start = self.heading.row + 1
        last = self._grid.cells.height - self._at - 2
        told = [start + at for at, what in self._aside.items() if at >= self._skip and (what, at) != ("total", last)]
        return (_left_aside(self._grid.name, told),) if told else ()

    def _sorted_out(self) -> tuple[pl.Series, list[Span]]:
        """Which rows are records, and the others: blank ones, titles, totals and notes."""
        import polars as pl

        rows = self._grid.cells.slice(self._at + 1)
        texts = rows.select(str(place) for place in self._places)
        filled = texts.select(pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(False)).to_series()
        others: dict[int, What | Literal["blank"]] = {**dict.fromkeys((~filled).arg_true().to_list(), "blank"), **self._aside}
        kept = filled.clone().scatter(list(self._aside), False) if self._aside else filled
        start = self.heading.row + 1
        return kept, [Span(row=start + at, first=start + at, last=start + at, what=what) for at, what in sorted(others.items())]


def _left_aside(sheet: str, rows: Sequence[int]) -> Text:
    listed = ", ".join(map(str, rows[:_TOLD])) + ("…" if len(rows) > _TOLD else "")
    return Text(
        fr=f"feuille « {sheet} », hors des fiches (titres, totaux, notes) : {'ligne' if len(rows) == 1 else 'lignes'} {listed}",
        en=f"sheet '{sheet}', none of the records (titles, totals, notes): {'row' if len(rows) == 1 else 'rows'} {listed}",
    )


_TOLD = 10
