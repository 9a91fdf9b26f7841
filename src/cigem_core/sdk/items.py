"""Lists inside records: one row an item to look at them, and back to one list a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

AT, PLACE = "#at", "#place"
"""Beside an item's cells: which record of the block it stands in, and where in its list, both from 0."""


def exploded(cells: pl.DataFrame, headers: Sequence[str]) -> pl.DataFrame:
    """The items of one list, in order: the columns asked for, `#at` and `#place`."""
    import polars as pl

    lists = cells.select(pl.int_range(pl.len()).alias(AT), *(pl.col(header) for header in headers))
    length = pl.max_horizontal(pl.col(header).list.len() for header in headers).fill_null(0)
    # A column that no record holds is null where the others are lists.
    whole = [pl.when(pl.col(h).is_not_null()).then(pl.col(h)).otherwise(_nothing(length)).alias(h) for h in headers]
    some = lists.filter(length > 0).with_columns(whole)
    return some.explode(list(headers)).with_columns(pl.int_range(pl.len()).over(AT).alias(PLACE))


def _nothing(length: pl.Expr) -> pl.Expr:
    """A list of so many empty items."""
    import polars as pl

    return pl.lit(None, dtype=pl.String).repeat_by(length)


def gathered(items: pl.DataFrame, values: pl.Series, height: int) -> pl.Series:
    """The values of items as one list a record; null where there is none."""
    import polars as pl

    found = pl.DataFrame([items[AT], values.alias("value")]).drop_nulls("value")
    if isinstance(values.dtype, pl.List):
        found = found.explode("value")
    listed = found.group_by(AT, maintain_order=True).agg("value")
    every = pl.DataFrame({AT: pl.int_range(height, eager=True)})
    return every.join(listed, on=AT, how="left", maintain_order="left")["value"]


def any_of(items: pl.DataFrame, broken: pl.Series, height: int) -> pl.Series:
    """Which records have an item of which something is true."""
    import polars as pl

    return pl.int_range(height, eager=True).is_in(items[AT].filter(broken).implode())
