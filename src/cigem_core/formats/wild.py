"""Reading a table nobody declared: what a delimited file holds, and what had to be assumed to read it.

found = read_any("liste.csv")
found.header, found.rows, found.assumed, found.misfits
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from cigem_core.formats.csv import BLOCK, whole_lines
from cigem_core.formats.dialect import Dialect, Retold
from cigem_core.formats.sniff import dialect_of, every_row, meant
from cigem_core.formats.source import Source, Stream
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, Misfit, Span
from cigem_core.report import Rule
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True, eq=False)
class Wild:
    """A table nobody declared.

    A record that is too short is padded, one that is too long keeps its further cells in `surplus`, one whose quotes
    are wrong is read as it was most likely meant; `misfits` holds each of them as it came.
    """

    name: str
    sha256: str
    dialect: Dialect
    header: tuple[str, ...]
    """The names of the columns as they stand; empty where the table has no header."""
    rows: pl.DataFrame = field(repr=False)
    """A column of text per name; a column without a name, or a second one of that name, is numbered."""
    places: pl.DataFrame = field(repr=False)
    """Where each row stands: `#row`, `#first`, `#last`."""
    surplus: Mapping[int, tuple[str, ...]] = field(repr=False)
    """The cells that stand in no column, by the row they stand in."""
    misfits: tuple[Misfit, ...] = field(repr=False)
    spans: pl.DataFrame = field(repr=False)
    """Which lines are what: columns `what` (header, blank, title, record, misfit), `row`, `first`, `last`."""

    @property
    def assumed(self) -> tuple[Text, ...]:
        """What was assumed, in sentences."""
        return (*self.dialect.assumed, *_of_misfits(self.misfits))

    def records(self) -> Iterator[list[str]]:
        """Each record with all its cells, those that stand in no column too."""
        for row, cells in zip(self.places[ROW], self.rows.iter_rows(), strict=True):
            yield [*cells, *self.surplus.get(row, ())]

    def write(self, to: str | Path) -> None:
        """Write the table as RFC 4180 has it, in UTF-8; texts stay as they are, formulas too."""
        with Path(to).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            if self.header:
                writer.writerow(self.header)
            writer.writerows(self.records())


def read_any(source: Any) -> Wild:
    """Read a delimited text of any dialect: a path or bytes. Raises SourceRefused where it cannot be had."""
    given = Source.of(source)
    dialect = dialect_of(given)
    stream = given.open()
    try:
        table = _Table(dialect)
        for block in _blocks(Retold(stream, dialect), dialect):
            table.take(block)
        return table.told(given.name, stream.sha256)
    finally:
        stream.close()


def _blocks(stream: Stream, dialect: Dialect) -> Iterator[Block]:
    """The blocks of a text told again, its titles and header among the records."""
    cutter = every_row(dialect)
    carried = b""
    for lines, is_last in whole_lines(stream, BLOCK):
        block, carried = cutter.cut(carried + lines, final=is_last)
        if block is not None:
            yield block


@define
class _Table:
    """A table in the making."""

    dialect: Dialect
    cells: list[pl.DataFrame] = field(factory=list)
    others: list[Span] = field(factory=list)
    misfits: list[Misfit] = field(factory=list)
    heading: dict[int, tuple[str, ...]] = field(factory=dict)
    surplus: dict[int, tuple[str, ...]] = field(factory=dict)

    def take(self, block: Block) -> None:
        """Keep the records of a block; titles and header go beside."""
        import polars as pl

        body = self.dialect.preamble + self.dialect.heading
        restored = self.dialect.restore(block)
        mended = [(misfit, meant(told, self.dialect)) for told, misfit in zip(block.misfits, restored.misfits, strict=True)]
        for *cells, row, first, last in restored.cells.filter(pl.col(ROW) <= body).iter_rows():
            self._put_above(row, first, last, tuple(cells))
        for misfit, likely in mended:
            if misfit.row <= body:
                self._put_above(misfit.row, misfit.first, misfit.last, likely)
        below = [(misfit, likely) for misfit, likely in mended if misfit.row > body]
        self.cells.append(pl.concat([restored.cells.filter(pl.col(ROW) > body), self._padded(below)]).sort(ROW))
        self.misfits += [misfit for misfit, _ in below]
        self.others += restored.others

    def _put_above(self, row: int, first: int, last: int, cells: tuple[str, ...]) -> None:
        is_header = row > self.dialect.preamble
        self.others.append(Span(row=row, first=first, last=last, what="header" if is_header else "title"))
        if is_header:
            self.heading[row] = cells

    def _padded(self, mended: Sequence[tuple[Misfit, tuple[str, ...]]]) -> pl.DataFrame:
        """The misfits as rows of the table; what stands in no column is kept beside."""
        import polars as pl

        width, rows = self.dialect.width, []
        for misfit, cells in mended:
            rows.append((*cells[:width], *[""] * (width - len(cells)), misfit.row, misfit.first, misfit.last))
            further = cells[width:]
            while further and not further[-1]:
                further = further[:-1]
            if further:
                self.surplus[misfit.row] = further
        texts = dict.fromkeys(map(str, range(width)), pl.String)
        return pl.DataFrame(rows, schema={**texts, ROW: pl.Int64, FIRST: pl.Int64, LAST: pl.Int64}, orient="row")

    def told(self, name: str, sha256: str) -> Wild:
        """The table, all its blocks taken."""
        import polars as pl

        cells = pl.concat([self._padded([]), *self.cells])
        header = _names([row for _, row in sorted(self.heading.items())], self.dialect.width)
        further = [pl.lit("").alias(str(at)) for at in range(self.dialect.width, len(header))]
        rows = cells.drop(ROW, FIRST, LAST).with_columns(further)
        return Wild(
            name=name,
            sha256=sha256,
            dialect=self.dialect,
            header=header,
            rows=rows.rename(dict(zip(rows.columns, _distinct(header, rows.width), strict=True))),
            places=cells.select(ROW, FIRST, LAST),
            surplus=self.surplus,
            misfits=tuple(self.misfits),
            spans=_spans(self.others, self.misfits, cells),
        )


def _names(rows: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    """The names a header gives, of several rows joined; empty ones that are too many are left out."""
    longest = max(map(len, rows), default=0)
    padded = [[*row, *[""] * (longest - len(row))] for row in rows]
    above = [_spread(row) for row in padded[:-1]]
    names = padded[-1] if len(rows) == 1 else [" ".join(filter(None, parts)) for parts in zip(*above, *padded[-1:], strict=True)]
    while len(names) > width and "" in names:
        names.pop(len(names) - 1 - names[::-1].index(""))
    return tuple(names)


def _spread(row: Sequence[str]) -> list[str]:
    """A row of group names: each holds until the next, as a merged cell does."""
    names: list[str] = []
    for name in row:
        names.append(name or (names[-1] if names else ""))
    return names


def _distinct(header: Sequence[str], width: int) -> list[str]:
    """A name for each column: the header's, numbered where it is empty or was given before."""
    names: list[str] = []
    for at in range(width):
        base = header[at].strip() if at < len(header) else ""
        name = base or f"column_{at + 1}"
        number = 2
        while name in names:
            name, number = f"{base}_{number}", number + 1
        names.append(name)
    return names


def _spans(others: Sequence[Span], misfits: Sequence[Misfit], cells: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    bad = {misfit.row for misfit in misfits}
    listed = [(other.what, other.row, other.first, other.last) for other in others]
    schema = {"what": pl.String, ROW: pl.Int64, FIRST: pl.Int64, LAST: pl.Int64}
    what = pl.when(pl.col(ROW).is_in(list(bad))).then(pl.lit("misfit")).otherwise(pl.lit("record")).alias("what")
    records = cells.select(what, ROW, FIRST, LAST)
    both = pl.concat([pl.DataFrame(listed, schema=schema, orient="row"), records]).sort(FIRST)
    return both.rename({ROW: "row", FIRST: "first", LAST: "last"})


def _of_misfits(misfits: Iterable[Misfit]) -> list[Text]:
    """How many records did not fit, and how they were read."""
    found = Counter(misfit.rule for misfit in misfits)
    return [Text(fr=f"{count} {_READ[rule].fr}", en=f"{count} {_READ[rule].en}") for rule, count in found.items()]


_READ = {
    Rule.MISSING_CELL: Text(
        fr="lignes trop courtes, complétées de cellules vides", en="rows too short, filled up with empty cells"
    ),
    Rule.EXTRA_CELL: Text(
        fr="lignes trop longues, cellules en trop gardées à part", en="rows too long, further cells kept beside"
    ),
    Rule.STRUCTURE: Text(
        fr="lignes aux guillemets mal placés, lues au plus vraisemblable", en="rows with stray quotes, read as likely meant"
    ),
    Rule.ENCODING: Text(fr="lignes aux octets illisibles, montrés en \\xNN", en="rows with unreadable bytes, shown as \\xNN"),
}
