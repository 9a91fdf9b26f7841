"""Ours: the adapter's table, block by block; and the whole exchange into a workspace."""
# mypy: disable-error-code="import-not-found,import-untyped"

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from common import Found, keep_in_sqlite, make_table
from rows import COLUMNS, Truth

if TYPE_CHECKING:
    import polars as pl

NOTE = ""


def check(file: str) -> Found:
    from cigem_anpe import seekers

    rows, faults = 0, list[Truth]()
    for batch in seekers.scan(file):
        rows += batch.read
        faults += map(_truth, batch.faults)
    return Found(rows, faults)


def keep(file: str, base: str) -> Found:
    """Validate, and put accepted rows where the others put theirs, as they put them: row after row."""
    said = _Said(Found(0, []))
    columns = ((column.to_list() for column in part) for frame in _accepted(file, said) for part in frame.iter_slices(4096))
    keep_in_sqlite(base, chain.from_iterable(zip(*part, strict=True) for part in columns))
    return said.found


def keep_by_columns(file: str, base: str) -> Found:
    """Validate, and put accepted rows into the same table whole columns at a time, by Arrow's driver for SQLite."""
    import polars as pl
    import pyarrow as pa
    from adbc_driver_sqlite import dbapi

    make_table(base)
    said = _Said(Found(0, []))
    frames = _accepted(file, said)
    first = next(frames)
    older = pl.CompatLevel.oldest()
    schema = first.to_arrow(compat_level=older).schema
    parts = (part for frame in chain([first], frames) for part in frame.to_arrow(compat_level=older).to_batches())
    # The table is made and closed before: two copies of SQLite in one process do not see each other's locks.
    with dbapi.connect(base) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("seeker", pa.RecordBatchReader.from_batches(schema, parts), mode="append")
        connection.commit()
    return said.found


class _Said:
    """What was found so far."""

    def __init__(self, found: Found) -> None:
        self.found = found

    def take(self, batch: Any) -> None:
        self.found = Found(self.found.rows + batch.read, [*self.found.faults, *map(_truth, batch.faults)])


def _accepted(file: str, said: _Said) -> Iterator[pl.DataFrame]:
    """The accepted rows a block at a time, a column per header, as SQLite takes them."""
    import polars as pl
    import polars.selectors as cs

    from cigem_anpe import seekers

    plain = [pl.col(name).list.join(", ") if seekers.kind.fields[name].many else pl.col(name) for name in seekers.lenses]
    for batch in seekers.scan(file):
        said.take(batch)
        stored = batch.accepted.select(plain).with_columns(cs.date().cast(pl.String), cs.boolean().cast(pl.Int64))
        yield stored.rename(dict(zip(stored.columns, COLUMNS, strict=True)))


def pull(file: str, base: str) -> Found:
    """The whole exchange: convention, history, current records, quarantine and journal, in one transaction."""
    from cigem_core import Workspace

    day = date(2009, 10, 1)
    with Workspace.create(base, on=day, by="bench") as centre:
        receipt = centre.pull("anpe", file, on=day, by="bench")
    return Found(receipt.counts.read, [_truth(fault) for fault in receipt.faults])


def _truth(fault: Any) -> Truth:
    return int(fault.address.row), fault.address.column or "", str(fault.rule)
