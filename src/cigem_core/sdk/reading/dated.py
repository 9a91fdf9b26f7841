"""Of which day a file is, where its table names the column that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cigem_core.sdk.reading.flags import Flag, checked
from cigem_core.sdk.reading.plan import Plan

if TYPE_CHECKING:
    import polars as pl

_DAY = "#day"


def days_of(plan: Plan, texts: pl.DataFrame) -> tuple[frozenset[str], list[Flag]]:
    """The days that rows tell, and what is wrong with the cells that tell them; rows that were mended are of any day."""
    import polars as pl

    if plan.dated is None:
        return frozenset(), []
    days = texts.select(plan.dated.decode(pl.col).alias(_DAY))
    told = days[_DAY].drop_nulls().unique().cast(pl.String)
    return frozenset() if plan.corrects else frozenset(told), checked(texts, days, {_DAY: plan.dated})
