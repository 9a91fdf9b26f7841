"""Codes of breakdowns: how the stored form of a field becomes the code a figure is published under."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from cigem_core.model.fields import kind_of
from cigem_core.model.identity import Sex
from cigem_core.model.indicators import UNKNOWN, Step, Tally, step
from cigem_core.model.values import Edited, Occupation, PartialDate

if TYPE_CHECKING:
    import polars as pl

AGES = ((15, "Y_LT15"), (25, "Y15-24"), (35, "Y25-34"), (55, "Y35-54"), (65, "Y55-64"), (None, "Y_GE65"))
"""The age groups: the first age that is too high for each, and its code."""


def code_of(tally: Tally, breakdown: str) -> pl.Expr:
    """The code of each record in a breakdown: the first of its paths that says something, else unknown."""
    import polars as pl

    kind = kind_of(tally.kind)
    day = pl.col(step(kind, tally.day).column) if tally.day else None
    said = [_code(step(kind, path), day) for path in tally.paths(breakdown)]
    return pl.coalesce(*said, pl.lit(UNKNOWN)).alias(breakdown)


def _code(found: Step, day: pl.Expr | None) -> pl.Expr:
    import polars as pl

    column, python = pl.col(found.column), found.field.python
    if found.is_presence:
        return pl.when(column.is_not_null()).then(pl.lit("Y"))
    if python is bool:
        return pl.when(column).then(pl.lit("Y")).when(~column).then(pl.lit("N"))
    if python is Sex:
        return column.replace_strict({str(Sex.FEMALE): "F", str(Sex.MALE): "M"}, default=None)
    if python is PartialDate and day is not None:
        return age_group(column, day)
    if issubclass(python, Edited):
        return column
    if python is Occupation:
        return column.str.head(1)
    return pl.when(column != "").then(column)


def age_group(birth: pl.Expr, day: pl.Expr) -> pl.Expr:
    """The age group on a day of someone whose birth is known to the day, the year, or about a year; null if it may be two.

    A year may be any day of it; about a year any day from 1 January of the year before to 31 December of the year after.
    Someone of 29 February is a year older on 1 March.
    """
    import polars as pl

    year = birth.str.head(4).cast(pl.Int32, strict=False)
    slack = birth.str.ends_with("~").cast(pl.Int32)
    # Months and days as one number, which compares as the calendar does: 29 February comes before 1 March.
    turn = day.dt.month().cast(pl.Int32) * 100 + day.dt.day().cast(pl.Int32)
    is_exact = birth.str.len_bytes() == 10
    born = birth.str.slice(5, 2).cast(pl.Int32, strict=False) * 100 + birth.str.slice(8, 2).cast(pl.Int32, strict=False)
    since = day.dt.year().cast(pl.Int32) - year
    oldest = since + slack - pl.when(is_exact).then((turn < born).cast(pl.Int32)).otherwise(0)
    youngest = since - slack - pl.when(is_exact).then((turn < born).cast(pl.Int32)).otherwise((turn < 1231).cast(pl.Int32))
    group = _group(oldest)
    return pl.when(group == _group(youngest)).then(group)


def _group(age: pl.Expr) -> pl.Expr:
    import polars as pl

    # From the oldest down: each group begins where the one below it ends.
    begins = [0, *(limit for limit, _ in AGES if limit is not None)]
    youngest: pl.Expr = pl.when(age.is_not_null()).then(pl.lit(AGES[0][1]))
    groups = zip(begins[1:], (code for _, code in AGES[1:]), strict=True)
    return reduce(lambda lower, group: pl.when(age >= group[0]).then(pl.lit(group[1])).otherwise(lower), groups, youngest)
