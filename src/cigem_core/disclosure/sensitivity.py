"""Which cells say too much: few people, or one who makes most of an amount."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    import polars as pl


@frozen
class PPercent:
    """The p % rule: the second largest may not come within `p` % of the largest's share by taking away their own.

    See Hundepool et al., Statistical Disclosure Control (Wiley, 2012), section 4.2.
    """

    p: float

    def needs(self, largest: pl.Expr, second: pl.Expr, total: pl.Expr, top: dict[int, pl.Expr]) -> pl.Expr:  # noqa: ARG002
        """By how much the upper bound of a cell must lie above it; 0 or less where it is not sensitive."""
        return (largest * self.p / 100 - (total - largest - second)).ceil()


@frozen
class Concentration:
    """The (n, k) rule: the `n` largest may not make more than `k` % of a cell."""

    n: int
    k: float

    def needs(self, largest: pl.Expr, second: pl.Expr, total: pl.Expr, top: dict[int, pl.Expr]) -> pl.Expr:  # noqa: ARG002
        """By how much the upper bound of a cell must lie above it; 0 or less where it is not sensitive."""
        return (top[self.n] * 100 / self.k - total).ceil()


Rule = PPercent | Concentration


def protection(contributions: pl.LazyFrame, by: Sequence[str], rules: Sequence[Rule]) -> pl.DataFrame:
    """For each cell of contributions (`value`): how many there are, and what the rules ask (`needs`)."""
    import polars as pl

    value = pl.col("value")
    largest = value.sort(descending=True)
    ranks = {rule.n: largest.head(rule.n).sum() for rule in rules if isinstance(rule, Concentration)}
    parts = [rule.needs(largest.get(0), largest.get(1, null_on_oob=True).fill_null(0), value.sum(), ranks) for rule in rules]
    asked = pl.max_horizontal(*parts, pl.lit(0)) if parts else pl.lit(0)
    return contributions.group_by(by).agg(pl.len().alias("rows"), asked.cast(pl.Int64).alias("needs")).collect()
