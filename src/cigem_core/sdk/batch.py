"""What reading a table gives: accepted records, rows in quarantine, faults, and which lines are what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from cigem_core import notebook
from cigem_core.errors import InternalError
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, Misfit, Span
from cigem_core.model.fields import Field, build
from cigem_core.report import Faults, NotRun
from cigem_core.sdk.frames import full
from cigem_core.spelling import looks_like
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.sdk.declaration import Declaration

ENTRY_COLUMN, ORIGIN_COLUMN = "N° anomalie", "Ligne d'origine"
"""Columns of a corrections file: which entry of the quarantine a row corrects, and a row that could not be aligned."""

_ENTRY_TITLES = re.compile(r"n(o|umero)?d?anomalie")
"""`ENTRY_COLUMN` as people type it again, without what the eye passes over: `No anomalie`, `N°anomalie`, `Nº d'anomalie`."""

ENTRY, SURPLUS = "#entry", "#surplus"
"""Beside the cells of a corrections file: the entry, and the cells that stand in no column."""

CARGO, REPLACES = "#cargo", "#replaces"
"""Beside the fields: undeclared columns, as JSON; other ids of the record, where its table is one of edited records."""

KEY, SCOPE, TEXT = "#key", "#scope", "#text"
"""Beside the cells of a row in quarantine: the key it carries, what that key is unique inside of, and the row as it
came where its cells could not be told apart."""

WITHOUT = "#without"
"""Beside the cells of a row in quarantine: the declared columns that it came without."""


def names_entry(title: str) -> bool:
    """Whether a column's title is that of the entries' numbers, however it was typed."""
    return _ENTRY_TITLES.fullmatch(looks_like(title)) is not None


@frozen(kw_only=True, eq=False)
class Batch:
    """Some rows of a table, sorted out: read = accepted + quarantined.

    `accepted` has a column per permitted field (stored forms, dotted names), `#row`, `#cargo` and `#entry`.
    `quarantined` has the permitted columns of the file as they came, `#row`, `#first`, `#last`, `#entry`, `#key`,
    `#scope`, `#without` (declared columns the row came without), and `#text` for rows whose cells could not be told apart.
    """

    table: Declaration = field(repr=False)
    file: str
    sha256: str
    accepted: pl.DataFrame = field(repr=False)
    quarantined: pl.DataFrame = field(repr=False)
    children: Mapping[str, pl.DataFrame] = field(factory=dict, repr=False)
    """Kind of child → the children of the accepted records: a column per field, and `#row`, that of their parent."""
    faults: Faults = field(converter=Faults, repr=False)
    pending: int = 0
    """Accepted records that point at a row in quarantine."""
    not_run: tuple[NotRun, ...] = ()
    assumed: tuple[Text, ...] = ()
    """What was found in the file without being declared: its dialect, the row of its header."""
    kinds: Mapping[str, str] = field(factory=dict, repr=False)
    """Of a document: column → what all its values were (text, number, boolean, json), so that they can be written so."""
    days: frozenset[str] = frozenset()
    """The days its rows say the file is of, where the table names the column that does."""
    spans: pl.DataFrame = field(repr=False)
    """Which lines are what: columns `what` (header, blank, title, total, note, record, misfit), `row`, `first`, `last`."""

    @property
    def read(self) -> int:
        """How many records there were."""
        return int(self.accepted.height + self.quarantined.height)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that were read: those that may cross, and that the file speaks of."""
        return tuple(f for f in self.table.kind.fields.values() if f.name in self.accepted.columns)

    @property
    def claims(self) -> pl.Series:
        """The keys that rows in quarantine carry, with their scopes where they have them."""
        import polars as pl

        key = pl.col(KEY) if self.table.kind.scope is None else full(pl.col(SCOPE).fill_null(""), pl.col(KEY))
        return self.quarantined.select(key).to_series().drop_nulls()

    def _repr_html_(self) -> str:
        """How many were read and accepted, and the faults without the values: a notebook is saved with what it shows."""
        return notebook.taken_in(self.file, self.read, self.accepted.height, self.quarantined.height, self.faults)

    def records(self) -> Iterator[Any]:
        """The accepted records as objects of their kind."""
        for row in self.accepted.iter_rows(named=True):
            yield build(self.table.kind, row)


def gather(batches: Iterator[Batch]) -> Batch:
    """One batch of all the blocks of a table."""
    import polars as pl

    parts = list(batches)
    return evolve(
        parts[-1],
        accepted=pl.concat([b.accepted for b in parts]),
        quarantined=pl.concat([b.quarantined for b in parts], how="diagonal"),
        children={name: pl.concat([b.children[name] for b in parts]) for name in parts[-1].children},
        faults=Faults(f for b in parts for f in b.faults),
        pending=sum(b.pending for b in parts),
        days=frozenset(day for b in parts for day in b.days),
        spans=pl.concat([b.spans for b in parts]),
    )


def spans_of(block: Block, heading: Span | None) -> pl.DataFrame:
    """Which lines of a block are what, the header of its file among them when it comes first."""
    import polars as pl

    def spans(some: Sequence[Span | Misfit]) -> pl.DataFrame:
        return pl.DataFrame(
            [(getattr(s, "what", "misfit"), s.row, s.first, s.last) for s in some],
            schema={"what": pl.String, "row": pl.Int64, "first": pl.Int64, "last": pl.Int64},
            orient="row",
        )

    places = {"row": ROW, "first": FIRST, "last": LAST}
    records = block.cells.select(
        pl.lit("record").alias("what"), *(pl.col(column).cast(pl.Int64).alias(name) for name, column in places.items())
    )
    blanks = [] if block.blanks is None else [_blank(block.blanks, places)]
    return pl.concat([spans([heading] if heading else []), spans(block.others), *blanks, spans(block.misfits), records])


def _blank(rows: pl.DataFrame, places: Mapping[str, str]) -> pl.DataFrame:
    import polars as pl

    return rows.select(
        pl.lit("blank").alias("what"), *(pl.col(column).cast(pl.Int64).alias(name) for name, column in places.items())
    )


def check_tiling(batch: Batch, line: int) -> int:
    """Every line belongs to exactly one span: the law that nothing is lost, asked of every block."""
    lines = int((batch.spans["last"] - batch.spans["first"] + 1).sum())
    last = max(line, (batch.spans.select("last").max().item() or 0) + 1)
    if lines != last - line or batch.read != batch.spans["what"].is_in(["record", "misfit"]).sum():
        raise InternalError(
            Text(fr=f"{batch.file} : des lignes ne sont pas comptées", en=f"{batch.file}: some lines are not accounted for")
        )
    return last
