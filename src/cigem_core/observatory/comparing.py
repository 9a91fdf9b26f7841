"""Comparison across services: what became of people, as if each service had received the same women and men of the same ages.

Direct standardisation: the rate of each stratum of a service, weighted by that stratum's share among everybody. See
Breslow and Day, Statistical Methods in Cancer Research, volume II (IARC, 1987), chapter 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cigem_core.errors import OperatorError
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_NORMAL = 1.959964
"""Half the width of a 95 % interval, in standard deviations."""


def compare(people: pl.DataFrame, *, services: str, strata: Sequence[str], succeeded: str, least: int = 5) -> pl.DataFrame:
    """For each service: how many people (`people`), the plain `rate`, and `standardised` with its interval `low`, `high`.

    `people` has a row a person; `succeeded` is true or false. A service counts in the strata where it has somebody, weighted
    anew among these; `covered` says which share of everybody they hold. Where fewer than `least` succeeded or did not,
    numbers are hidden (`is_hidden`): they would tell of few. The interval is a normal one over shares drawn towards a half.
    """
    import polars as pl

    if missing := [name for name in (services, *strata, succeeded) if name not in people.columns]:
        raise OperatorError(
            Text(fr=f"colonne(s) absente(s) : {', '.join(missing)}", en=f"no such column(s): {', '.join(missing)}")
        )
    known = people.drop_nulls([services, succeeded])
    everyone = known.group_by(strata).agg((pl.len() / known.height).alias("weight"))
    cells = known.group_by(services, *strata).agg(pl.len().alias("n"), pl.col(succeeded).cast(pl.Int64).sum().alias("s"))
    cells = cells.join(everyone, on=list(strata), nulls_equal=True).sort(services, *strata)
    drawn = (pl.col("s") + 1) / (pl.col("n") + 2)
    weight, share = pl.col("weight"), pl.col("weight") / pl.col("weight").sum()
    told = cells.group_by(services, maintain_order=True).agg(
        pl.col("n").sum().alias("people"),
        pl.col("s").sum().alias("s"),
        (share * pl.col("s") / pl.col("n")).sum().alias("standardised"),
        (share**2 * drawn * (1 - drawn) / pl.col("n")).sum().sqrt().alias("error"),
        weight.sum().alias("covered"),
    )
    few = (pl.col("s") < least) | (pl.col("people") - pl.col("s") < least)
    told = told.with_columns(
        rate=pl.col("s") / pl.col("people"),
        low=(pl.col("standardised") - _NORMAL * pl.col("error")).clip(0, 1),
        high=(pl.col("standardised") + _NORMAL * pl.col("error")).clip(0, 1),
        is_hidden=few,
    )
    shown = ("people", "rate", "standardised", "low", "high", "covered")
    return told.select(services, *(pl.when(~few).then(_rounded(name)).alias(name) for name in shown), "is_hidden")


def _rounded(name: str) -> pl.Expr:
    import polars as pl

    return pl.col(name) if name == "people" else pl.col(name).round(4)
