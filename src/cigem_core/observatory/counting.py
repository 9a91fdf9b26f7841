"""Counting: an indicator over frames of records, for a period, in each cell of a breakdown. Nothing here reads a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from cigem_core.errors import OperatorError, nearest
from cigem_core.model.fields import CENTRE, Kind, kind_of
from cigem_core.model.indicators import Indicator, Step, Tally, step
from cigem_core.model.periods import Period
from cigem_core.observatory.codes import code_of
from cigem_core.sdk.frames import stays_inside
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

Frames = Mapping[str, "pl.LazyFrame"]
"""Records by kind: `agency`, `scope`, `key`, and the fields that are looked at, as columns of the store (`store.frame`)."""


def tabulate(indicator: Indicator, frames: Frames, period: Period, by: Sequence[str] = ()) -> pl.DataFrame:
    """The cells of an indicator in a period: a column a breakdown, then its terms, `value`, and what else applies.

    Cells of nobody are left out; the whole is always there. OperatorError where the
    indicator has no such breakdown.
    """
    import polars as pl

    check_breakdowns(indicator, by)
    passes = [_counted(indicator, group, frames, period, by) for group in _alike(indicator.terms)]
    cells = reduce(lambda one, other: _beside(one, other, by), (one.collect(engine="streaming") for one in passes))
    counts = list(indicator.terms)
    cells = cells.with_columns(pl.col(counts).fill_null(0).cast(pl.Int64))
    if by:
        there = pl.any_horizontal(pl.col(name) > 0 for name in counts)
        cells = cells.filter(there).sort(*by)
    return cells.with_columns(**_values(indicator))


def check_breakdowns(indicator: Indicator, by: Sequence[str]) -> None:
    """Refuse what an indicator cannot be broken down by."""
    for name in by:
        if name not in indicator.breakdowns:
            near = nearest(name, indicator.breakdowns)
            raise OperatorError(
                Text(
                    fr=f"{indicator.name} ne se ventile pas par « {name} » ; {near.fr}",
                    en=f"{indicator.name} is not broken down by '{name}'; {near.en}",
                )
            )
    if len(set(by)) < len(by):
        raise OperatorError(Text(fr="une ventilation est nommée deux fois", en="a breakdown is named twice"))


def counted_records(tally: Tally, frames: Frames, period: Period, by: Sequence[str]) -> pl.LazyFrame:
    """The records a tally counts, each with its `agency`, `scope`, `key`, its codes and what it counts for (`counts`)."""
    import polars as pl

    amount = pl.col(step(kind_of(tally.kind), tally.amount).column).fill_null(1) if tally.amount else pl.lit(1)
    return counting(tally, frames, period).select(
        "agency", "scope", "key", *(code_of(tally, name) for name in by), amount.cast(pl.Int64).alias("counts")
    )


def counting(tally: Tally, frames: Frames, period: Period) -> pl.LazyFrame:
    """The records a tally counts, with every field it looks at beside them."""
    found, held = _within(tally, frames, period), _holds(tally)
    return found if held is None else found.filter(held)


def _alike(terms: dict[str, Tally]) -> list[dict[str, Tally]]:
    """The terms that look at the same records on the same day, together: they are counted in one pass."""
    groups: dict[tuple[str, str | None, tuple[tuple[str, object], ...]], dict[str, Tally]] = {}
    for name, tally in terms.items():
        groups.setdefault((tally.kind, tally.day, tuple(tally.by.items())), {})[name] = tally
    return list(groups.values())


def _counted(indicator: Indicator, terms: dict[str, Tally], frames: Frames, period: Period, by: Sequence[str]) -> pl.LazyFrame:
    import polars as pl

    first = next(iter(terms.values()))
    found = _within(first, frames, period, *terms.values())
    sums = [_sum(tally).alias(name) for name, tally in terms.items()]
    if indicator.until and indicator.counts.day and "numerator" in terms:
        waited = (pl.col(indicator.until) - pl.col(indicator.counts.day)).dt.total_days()
        # Of an even number the lower of the two in the middle.
        held = _holds(terms["numerator"])
        kept = (waited if held is None else waited.filter(held)).sort()
        sums.append(kept.get((kept.len().cast(pl.Int64) - 1) // 2, null_on_oob=True).alias("median_days"))
    return found.group_by(code_of(first, name) for name in by).agg(sums) if by else found.select(sums)


def _within(tally: Tally, frames: Frames, period: Period, *others: Tally) -> pl.LazyFrame:
    """The records of a tally's kind in the period, with every field that is looked at beside them."""
    import polars as pl

    kind = kind_of(tally.kind)
    found = frames[tally.kind]
    day = step(kind, tally.day) if tally.day else None
    in_period = pl.col(day.column).is_between(period.first, period.last) if day else None
    if in_period is not None and day is not None and not day.through:
        found = found.filter(in_period)
    steps = {s.column: s for one in (tally, *others) for s in one.steps()}
    found = _joined(found, kind, [s for s in steps.values() if s.through], frames)
    return found.filter(in_period) if in_period is not None and day is not None and day.through else found


def _joined(found: pl.LazyFrame, kind: Kind, steps: Sequence[Step], frames: Frames, prefix: str = "") -> pl.LazyFrame:
    """The fields that references lead to, beside the records that refer."""
    import polars as pl

    for reference in {s.through[0].name: s.through[0] for s in steps}.values():
        there = kind_of(str(reference.refers_to))
        beyond = [s for s in steps if s.through[0] == reference]
        ours = prefix + reference.name
        wanted = {s.field.name for s in beyond if len(s.through) == 1} | {s.through[1].name for s in beyond if s.through[1:]}
        inside = stays_inside(kind, reference)
        theirs = frames[there.name].select(
            pl.col("agency"),
            *([pl.col("scope")] if inside else []),
            pl.col("key").alias(ours),
            *(pl.col(name).alias(f"{ours}.{name}") for name in sorted(wanted)),
        )
        if reference.issuer == "centre":
            theirs = theirs.filter(pl.col("agency") == CENTRE).drop("agency")
        on = [*([] if reference.issuer == "centre" else ["agency"]), *(["scope"] if inside else []), ours]
        found = found.join(theirs, on=on, how="left")
        further = [Step(through=s.through[1:], kind=s.kind, field=s.field) for s in beyond if s.through[1:]]
        found = _joined(found, there, further, frames, f"{ours}.") if further else found
    return found


def _sum(tally: Tally) -> pl.Expr:
    """What a tally's records amount to in a group."""
    import polars as pl

    held = _holds(tally)
    if tally.amount is None:
        return pl.len() if held is None else held.sum()
    amount = pl.col(step(kind_of(tally.kind), tally.amount).column).fill_null(1).cast(pl.Int64)
    return (amount if held is None else amount.filter(held)).sum()


def _holds(tally: Tally) -> pl.Expr | None:
    """Whether a record is one that the tally counts; None where all are."""
    import polars as pl

    held = None
    for name, codes in tally.where.items():
        found = step(kind_of(tally.kind), name) if name not in tally.by else None
        said = pl.col(found.column) if found and not found.is_presence else code_of(tally, name)
        is_named = said.is_in([code for code in codes if code is not None]).fill_null(False)
        one = is_named | said.is_null() if None in codes else is_named
        held = one if held is None else held & one
    return held


def _beside(one: pl.DataFrame, other: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    return one.join(other, on=list(by), how="full", coalesce=True) if by else pl.concat([one, other], how="horizontal")


def _values(indicator: Indicator) -> dict[str, pl.Expr]:
    import polars as pl

    if not indicator.is_ratio:
        return {"value": pl.col("numerator")}
    values = {"value": ratio(pl.col("numerator"), pl.col("denominator"))}
    if indicator.unknown:
        whole = pl.col("denominator") + pl.col("unknown")
        values["low"] = ratio(pl.col("numerator"), whole)
        values["high"] = ratio(pl.col("numerator") + pl.col("unknown"), whole)
    return values


def ratio(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """One count by another, rounded half up to four decimals in whole numbers; null where the second is 0."""
    import polars as pl

    rounded = (numerator * 20_000 + denominator) // (2 * denominator)
    # Polars divides by a constant with its reciprocal, which is off by a last digit; rounding mends it.
    return pl.when(denominator > 0).then((rounded / 10_000).round(4))
