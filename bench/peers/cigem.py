"""Ours: the adapter's table, block by block; and the whole exchange into a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from common import Found, keep_in_sqlite
from rows import Truth

NOTE = ""


def check(file: str) -> Found:
    from cigem_anpe import seekers

    rows, faults = 0, list[Truth]()
    for batch in seekers.scan(file):
        rows += batch.read
        faults += map(_truth, batch.faults)
    return Found(rows, faults)


def keep(file: str, base: str) -> Found:
    """Validate, and put accepted rows where the others put theirs."""
    rows, faults = 0, list[Truth]()

    def accepted() -> Iterator[tuple[Any, ...]]:
        nonlocal rows
        for batch in seekers.scan(file):
            rows += batch.read
            faults.extend(map(_truth, batch.faults))
            fields = [pl.col(name) for name in seekers.lenses]
            texts = [(column.list.join(", ") if _many(batch, column) else column) for column in fields]
            yield from batch.accepted.select(texts).with_columns(cs.date().cast(pl.String)).iter_rows()

    import polars as pl
    import polars.selectors as cs

    from cigem_anpe import seekers

    def _many(batch: Any, column: pl.Expr) -> bool:
        return isinstance(batch.accepted.schema[column.meta.output_name()], pl.List)

    keep_in_sqlite(base, accepted())
    return Found(rows, faults)


def pull(file: str, base: str) -> Found:
    """The whole exchange: convention, history, current records, quarantine and journal, in one transaction."""
    from cigem_core import Workspace

    day = date(2009, 10, 1)
    with Workspace.create(base, on=day, by="bench") as centre:
        receipt = centre.pull("anpe", file, on=day, by="bench")
    return Found(receipt.counts.read, [_truth(fault) for fault in receipt.faults])


def _truth(fault: Any) -> Truth:
    return int(fault.address.row), fault.address.column or "", str(fault.rule)
