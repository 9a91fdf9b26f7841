"""Figures: an indicator's value in a period and a cell, as programs read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cigem_core import notebook
from cigem_core.model.indicators import Indicator
from cigem_core.model.periods import Period
from cigem_core.observatory.coverage import Coverage

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True)
class Figure:
    """One figure: which indicator, when, of which cell, and what it is worth.

    `value` is None for a ratio of nothing; the other numbers are there where they apply.
    """

    indicator: str
    period: str
    by: Mapping[str, str]
    value: float | int | None
    more: Mapping[str, float | int | None] = field(factory=dict)
    """`numerator` and `denominator`, `low` and `high`, `median_days`."""
    coverage: Coverage = field(default=Coverage(), repr=False, eq=False)
    """What it is made of, which returns are missing, and how many rows wait beside it."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {"indicator": self.indicator, "period": self.period, "by": dict(self.by), "value": self.value, **self.more}


class FigureList(list[Figure]):
    """Figures one after the other; a notebook shows them as a table."""

    def _repr_html_(self) -> str:
        by = list(dict.fromkeys(name for one in self for name in one.by))
        more = list(dict.fromkeys(name for one in self for name in one.more))
        rows = []
        for one in self:
            numbers = [one.value, *(one.more.get(name) for name in more)]
            rows.append([one.indicator, one.period, *(one.by.get(name, "") for name in by), *map(_shown, numbers)])
        return notebook.table(["indicator", "period", *by, "value", *more], rows, shown=len(rows))


def _shown(number: float | int | None) -> str:
    return "" if number is None else f"{number:.4f}" if isinstance(number, float) else str(number)


def figures_of(
    indicator: Indicator, period: Period, by: Sequence[str], cells: pl.DataFrame, coverage: Coverage | None = None
) -> Iterator[Figure]:
    """The figures of a table of cells."""
    shown = ("numerator", "denominator", "low", "high", "median_days") if indicator.is_ratio else ()
    beside = (coverage or Coverage()).of(indicator)
    for row in cells.iter_rows(named=True):
        more = {name: row[name] for name in shown if name in row}
        where = {name: row[name] for name in by}
        said = {"value": row["value"], "more": more, "coverage": beside}
        yield Figure(indicator=indicator.name, period=str(period), by=where, **said)
