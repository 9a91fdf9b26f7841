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

from attrs import evolve, field, frozen

from cigem_core.errors import UnknownEncoding
from cigem_core.formats.delimited.dialect import Dialect, Retold
from cigem_core.formats.delimited.header import no_text
from cigem_core.formats.delimited.sniff import dialect_of
from cigem_core.formats.delimited.wild_records import Gathering, blocks_below
from cigem_core.formats.guard.panics import unpanicked
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, LAST, ROW, Misfit, Span
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
    titles: tuple[tuple[str, ...], ...]
    """The rows above the header."""
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
    next: Wild | None = field(default=None, repr=False)
    """The table that follows in the same file, under a header of its own; its spans go on where these end."""

    @property
    def assumed(self) -> tuple[Text, ...]:
        """What was assumed, in sentences."""
        return (*self.dialect.assumed, *_of_misfits(self.misfits), *_of_next(self.next))

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
    """Read a delimited text of any dialect: a path or bytes. Raises SourceRefused where there is no text."""
    given = Source.of(source)
    with unpanicked(given.name):
        return _read(given)


def _read(given: Source) -> Wild:
    try:
        dialect = dialect_of(given)
    except UnknownEncoding:
        _check(given, nulls=_HEAD)
        raise
    _check(given, nulls=_HEAD if dialect.encoding.startswith(("utf-16", "utf-32")) else _NULLS)
    above: Span | None = Span(row=0, first=0, last=0, what="header")
    tables: list[Gathering] = []
    while above is not None:
        table, sha256 = _gather(given, dialect, above, may_end=len(tables) < _TABLES)
        tables.append(table)
        dialect, above = _following(dialect, table)
    found: Wild | None = None
    for table in reversed(tables):
        found = _told(table, given.name, sha256, found)
    assert found is not None  # there is always a table, be it empty
    return found


def _check(source: Source, *, nulls: int) -> None:
    stream = source.open()
    head = stream.read(_HEAD)
    stream.close()
    if refusal := no_text(source.name, head, nulls=nulls):
        raise refusal


_HEAD, _NULLS = 4096, 64
"""First bytes looked at, and nulls among them that a text may have by mistake."""

_TABLES = 20
"""Tables told apart in one file; each is read from the start of the file."""


def _gather(source: Source, dialect: Dialect, above: Span, *, may_end: bool) -> tuple[Gathering, str]:
    """A table and, where it is the last, the digest of the file."""
    stream = source.open()
    try:
        table = Gathering(dialect, may_end)
        for block in blocks_below(Retold(stream, dialect), dialect, above):
            table.take(block)
            if table.next:
                break
        return table, stream.sha256
    finally:
        stream.close()


def _following(dialect: Dialect, table: Gathering) -> tuple[Dialect, Span | None]:
    """The dialect of the table that follows, and what stands above it; None where none does."""
    if table.next is None:
        return dialect, None
    misfit, header = table.next
    above = Span(row=misfit.row - 1, first=1, last=misfit.first - 1)
    return evolve(dialect, preamble=misfit.row - 1, header=misfit.row, heading=1, width=len(header)), above


def _told(gathered: Gathering, name: str, sha256: str, following: Wild | None) -> Wild:
    """The table, all its blocks taken."""
    import polars as pl

    cells, header = gathered.table(), gathered.header
    further = [pl.lit("").alias(str(at)) for at in range(gathered.dialect.width, len(header))]
    rows = cells.drop(ROW, FIRST, LAST).with_columns(further)
    return Wild(
        name=name,
        sha256=sha256,
        dialect=gathered.dialect,
        titles=tuple(cells for _, cells in sorted(gathered.titles.items())),
        header=header,
        rows=rows.rename(dict(zip(rows.columns, _distinct(header, rows.width), strict=True))),
        places=cells.select(ROW, FIRST, LAST),
        surplus=gathered.surplus,
        misfits=tuple(gathered.misfits),
        next=following,
        spans=_spans(gathered.others, gathered.misfits, cells),
    )


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


def _of_next(following: Wild | None) -> list[Text]:
    if following is None:
        return []
    row = following.dialect.header
    return [Text(fr=f"un autre tableau commence à la ligne {row}", en=f"another table begins at row {row}")]
