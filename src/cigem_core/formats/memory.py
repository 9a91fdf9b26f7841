"""A table already in memory, handed over like a file: its header is row 1."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, Choose, Columns, OpenTable, Span

if TYPE_CHECKING:
    import polars as pl

_ROWS = 50_000


def open_frame(source: Source, choose: Choose) -> OpenTable:
    """Start reading an Arrow table; its cells are taken as text."""
    frame = source.frame()
    return _OpenFrame(source.name, frame.columns, frame, choose(frame.columns))


@frozen(eq=False)
class _OpenFrame:
    name: str
    header: Sequence[str]
    _frame: pl.DataFrame = field(repr=False)
    _columns: Columns
    heading: Span = Span(row=1, first=1, last=1)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self._frame.write_csv().encode()).hexdigest()

    def close(self) -> None:
        pass

    def blocks(self) -> Iterator[Block]:
        import polars as pl

        text = self._frame.select(pl.all().cast(pl.String).fill_null(""))
        filled = text.select(pl.any_horizontal(pl.all().str.strip_chars() != "")).to_series()
        names = {self.header[position]: name for position, name in sorted(self._columns.names.items())}
        rows = pl.int_range(pl.len(), dtype=pl.Int64) + 2
        read = text.select(
            *(pl.col(header).alias(name) for header, name in names.items()), *(rows.alias(n) for n in (ROW, FIRST, LAST))
        )
        for start in range(0, read.height, _ROWS):
            cells, is_filled = read.slice(start, _ROWS), filled.slice(start, _ROWS)
            blanks = tuple(Span(row=row, first=row, last=row) for row in cells[ROW].filter(~is_filled))
            yield Block(cells=cells.filter(is_filled), blanks=blanks, first=start + 2, last=start + 1 + cells.height)
