"""Gathering the records of a table nobody declared, block by block, up to where another table begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from attrs import define, field

from cigem_core.formats.delimited.blocks import BLOCK, whole_lines
from cigem_core.formats.delimited.dialect import Dialect
from cigem_core.formats.delimited.mending import effort
from cigem_core.formats.delimited.sniff import every_row, meant
from cigem_core.formats.source import Stream
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, Misfit, Span

if TYPE_CHECKING:
    import polars as pl

_Mended = tuple[Misfit, tuple[str, ...]]
"""A misfit, and the cells it likely means."""


def blocks_below(stream: Stream, dialect: Dialect, above: Span) -> Iterator[Block]:
    """The blocks of a text told again, below what stands above; titles and header are among the records."""
    _skip(stream, above.last)
    cutter = every_row(dialect, above)
    carried = b""
    for lines, is_last in whole_lines(stream, BLOCK):
        block, carried = cutter.cut(carried + lines, final=is_last)
        if block is not None:
            yield block


def _skip(stream: Stream, lines: int) -> None:
    """Read past so many lines."""
    while lines and (chunk := stream.read(BLOCK)):
        parts = chunk.split(b"\n", lines)
        lines -= len(parts) - 1
        if not lines:
            stream.put_back(parts[-1])


_PATIENCE = 250_000
"""Cells tried in search of what misfits mean, a few seconds' worth: where they are so many, the table is no table."""


@define
class Gathering:
    """A table in the making."""

    dialect: Dialect
    may_end: bool
    """Whether a header of another shape begins another table."""
    cells: list[pl.DataFrame] = field(factory=list)
    others: list[Span] = field(factory=list)
    misfits: list[Misfit] = field(factory=list)
    titles: dict[int, tuple[str, ...]] = field(factory=dict)
    heading: dict[int, tuple[str, ...]] = field(factory=dict)
    surplus: dict[int, tuple[str, ...]] = field(factory=dict)
    next: _Mended | None = None
    """The header of the table that follows."""
    patience: int = _PATIENCE

    @property
    def header(self) -> tuple[str, ...]:
        """The names a header gives, of several rows joined; empty ones that are too many are left out."""
        return _names([row for _, row in sorted(self.heading.items())], self.dialect.width)

    def take(self, block: Block) -> None:
        """Keep the records of a block; titles and header go beside."""
        import polars as pl

        restored = self.dialect.restore(block)
        mended = self._mended(block.misfits, restored.misfits)
        self._take_above(restored.cells, mended)
        below = [(misfit, cells) for misfit, cells in mended if misfit.row > self._body]
        self.next = next((row for row in below if self.may_end and self._is_header_again(row[1])), None)
        end = self.next[0].row if self.next else float("inf")
        below = list(takewhile(lambda row: row[0].row < end, below))
        records = self._less_headers(restored.cells.filter(pl.col(ROW) > self._body, pl.col(ROW) < end))
        self.cells.append(pl.concat([records, self._padded(below)]).sort(ROW))
        self.misfits += [misfit for misfit, _ in below]
        blanks = [] if restored.blanks is None else restored.blanks.select(ROW, FIRST, LAST).rows()
        others = (*restored.others, *(Span(row=row, first=first, last=last) for row, first, last in blanks))
        self.others += [other for other in others if other.row < end]

    def table(self) -> pl.DataFrame:
        """All records as they were taken."""
        import polars as pl

        return pl.concat([self._padded([]), *self.cells])

    def _mended(self, told: Sequence[Misfit], restored: Sequence[Misfit]) -> list[_Mended]:
        mended = []
        for one, misfit in zip(told, restored, strict=True):
            self.patience -= effort(one.text or "", self.dialect.plain_delimiter)
            mended.append((misfit, meant(one, self.dialect, search=self.patience > 0)))
        return mended

    @property
    def _body(self) -> int:
        return self.dialect.preamble + self.dialect.heading

    def _take_above(self, cells: pl.DataFrame, mended: Sequence[_Mended]) -> None:
        import polars as pl

        for *values, row, first, last in cells.filter(pl.col(ROW) <= self._body).iter_rows():
            self._put_above(row, first, last, tuple(values))
        for misfit, likely in mended:
            if misfit.row <= self._body:
                self._put_above(misfit.row, misfit.first, misfit.last, likely)

    def _put_above(self, row: int, first: int, last: int, cells: tuple[str, ...]) -> None:
        is_header = row > self.dialect.preamble
        self.others.append(Span(row=row, first=first, last=last, what="header" if is_header else "title"))
        (self.heading if is_header else self.titles)[row] = cells

    def _is_header_again(self, cells: Sequence[str]) -> bool:
        """Whether a row of another width repeats the names of the header, as the header of another table does."""
        names, others = _less_empty(self.header), _less_empty(cells)
        alike = sum(1 for one, other in zip(names, others, strict=False) if one and one == other)
        return alike >= _ALIKE and alike == min(len(names), len(others)) < max(len(names), len(others))

    def _less_headers(self, records: pl.DataFrame) -> pl.DataFrame:
        """The records; where the header itself comes again, the table goes on below it."""
        import polars as pl

        header = self.header
        if len(header) != self.dialect.width or not any(header):
            return records
        again = pl.all_horizontal(pl.col(str(at)) == name for at, name in enumerate(header))
        for row, first, last in records.filter(again).select(ROW, FIRST, LAST).iter_rows():
            self.others.append(Span(row=row, first=first, last=last, what="header"))
        return records.filter(~again)

    def _padded(self, mended: Sequence[_Mended]) -> pl.DataFrame:
        """The misfits as rows of the table; what stands in no column is kept beside."""
        import polars as pl

        width, rows = self.dialect.width, []
        for misfit, cells in mended:
            rows.append((*cells[:width], *[""] * (width - len(cells)), misfit.row, misfit.first, misfit.last))
            if any(cells[width:]):
                self.surplus[misfit.row] = cells[width:]
        texts = dict.fromkeys(map(str, range(width)), pl.String)
        return pl.DataFrame(rows, schema={**texts, ROW: pl.Int64, FIRST: pl.Int64, LAST: pl.Int64}, orient="row")


_ALIKE = 2
"""How many names a row must share with the header to be one again."""


def _names(rows: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    """The names a header gives, of several rows joined; empty ones that are too many are left out."""
    longest = max(map(len, rows), default=0)
    padded = [[*row, *[""] * (longest - len(row))] for row in rows]
    above = [_spread(row) for row in padded[:-1]]
    names = padded[-1] if len(rows) == 1 else [" ".join(filter(None, parts)) for parts in zip(*above, *padded[-1:], strict=True)]
    while len(names) > width and "" in names:
        names.pop(len(names) - 1 - names[::-1].index(""))
    return tuple(names)


def _less_empty(cells: Sequence[str]) -> Sequence[str]:
    """Cells without the empty ones at their end: a delimiter too many makes no other table."""
    return cells[: next((at for at in range(len(cells), 0, -1) if cells[at - 1]), 0)]


def _spread(row: Sequence[str]) -> list[str]:
    """A row of group names: each holds until the next, as a merged cell does."""
    names: list[str] = []
    for name in row:
        names.append(name or (names[-1] if names else ""))
    return names
