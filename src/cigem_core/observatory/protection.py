"""What may be published: the figures of a period, protected together with each other and with earlier releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from cigem_core.disclosure.cells import TOTAL, Cube, Key, Sum, cube
from cigem_core.disclosure.protecting import Protected, protect_cubes
from cigem_core.disclosure.published import Rounded
from cigem_core.errors import OperatorError
from cigem_core.model.indicators import Indicator
from cigem_core.model.periods import Period
from cigem_core.observatory.counting import Frames, tabulate
from cigem_core.observatory.telling import KNOWN, NO, OPEN, RESULT, YES, Near, Shown, Told, counts_people
from cigem_core.solve.quiet import missing_solver
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

THRESHOLD = 5
_HUSHED = {(RESULT, NO), (RESULT, OPEN)}
_Release = Protected | Rounded
Earlier = Mapping[str, _Release]
"""Releases by period."""


@frozen(kw_only=True)
class PublishedFigure:
    """A figure that leaves: its codes (totals under `_T`), and its numbers, None where hidden, or to what they are rounded."""

    indicator: str
    by: Mapping[str, str]
    value: float | int | None
    numerator: int | None = None
    denominator: int | None = None
    low: float | None = None
    high: float | None = None
    median_days: int | None = None
    is_hidden: bool = False
    rounded_to: int | None = None


def tables_of(indicator: Indicator) -> list[tuple[str, ...]]:
    """The breakdowns an indicator is published by: each alone, and sex within each region."""
    alone: list[tuple[str, ...]] = [(name,) for name in indicator.breakdowns]
    both = [("region", "sex")] if {"region", "sex"} <= set(indicator.breakdowns) else []
    # Sex within region has both of them as its totals.
    return [by for by in alone if not both or by[0] not in both[0]] + both or [()]


def release_figures(
    indicators: Sequence[Indicator], frames: Frames, period: Period, earlier: Earlier, *, base: int | None = None
) -> tuple[list[PublishedFigure], _Release]:
    """The figures of a period as they may leave, and what must be kept about them. `earlier` are releases by period.

    With `base`, numbers of people are told to its multiples instead of hidden.
    """
    periods = _related(period, [Period.parse(written) for written in earlier])
    counted = [_Counted(one, frames) for one in indicators if counts_people(one)]
    cubes = [made for when in periods for one in counted for made in one.cubes(when)]
    needs = [{key: (THRESHOLD, 0) for key, value in made.values.items() if 0 < value < THRESHOLD} for made in cubes]
    values = {key: value for made in cubes for key, value in made.values.items()}
    links = [*_over_time(values, periods), *_twins(values, indicators)]
    hushed = _HUSHED | {("period", str(when)) for when in periods if when != period}
    done = _protected(cubes, needs, earlier, {str(one) for one in periods}, hushed, links, base)
    told: Told = Shown(done, str(period)) if isinstance(done, Protected) else Near(done, str(period))
    return [f for one in indicators for f in _figures(told, one, frames, period)], done


def _protected(
    cubes: Sequence[Cube],
    needs: Sequence[Mapping[Key, tuple[int, int]]],
    earlier: Earlier,
    related: set[str],
    hushed: set[tuple[str, str]],
    links: Sequence[Sum],
    base: int | None,
) -> _Release:
    """The tables, hidden or rounded beside what was published; OperatorError where a related release was the other way."""
    for when, past in earlier.items():
        if when in related and isinstance(past, Protected if base else Rounded):
            raise _otherwise(when, None if isinstance(past, Protected) else past.base)
    if base is None:
        return protect_cubes(cubes, needs, [one for one in earlier.values() if isinstance(one, Protected)], hushed, links)
    try:
        from cigem_core.disclosure.rounding import round_cubes
    except ModuleNotFoundError:
        raise missing_solver() from None
    before = [one for when, one in earlier.items() if when in related and isinstance(one, Rounded)]
    return round_cubes(cubes, needs, before, base=base, hushed=hushed, links=links)


def _otherwise(when: str, base: int | None) -> OperatorError:
    """One release hides cells, the other rounds them: each would tell what the other leaves out."""
    fr = f"avec --rounded-to {base}" if base else "en masquant des cases"
    en = f"with --rounded-to {base}" if base else "with cells hidden"
    return OperatorError(
        Text(
            fr=f"{when} fut publié {fr} ; publier de même toute période qui s'y rattache",
            en=f"{when} was published {en}; publish every period that belongs with it in the same way",
        )
    )


@frozen
class _Counted:
    """An indicator that counts people, as tables with their totals."""

    indicator: Indicator
    frames: Frames

    def cubes(self, period: Period) -> Iterator[Cube]:
        tags = frozenset({("population", self.indicator.name), ("period", str(period))})
        for by in tables_of(self.indicator):
            cells = tabulate(self.indicator, self.frames, period, by)
            if self.indicator.is_ratio:
                yield cube(_by_result(cells, by), (*by, RESULT), {RESULT: {KNOWN: [YES, NO]}}, tags)
            else:
                yield cube(cells.select(*by, value="numerator"), by, {}, tags)


def _by_result(cells: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The people of a ratio, each in the result they had."""
    import polars as pl

    unknown = pl.col("unknown") if "unknown" in cells.columns else pl.lit(0)
    numbers = {YES: pl.col("numerator"), NO: pl.col("denominator") - pl.col("numerator"), OPEN: unknown}
    return pl.concat(
        cells.select(*by, pl.lit(code).alias(RESULT), number.cast(pl.Int64).alias("value")) for code, number in numbers.items()
    )


def _related(period: Period, earlier: Sequence[Period]) -> list[Period]:
    """The period, and every part by which it and periods published before can be reckoned from each other."""
    nested = [one for one in earlier if one != period and (_holds(one, period) or _holds(period, one))]
    root = max([period, *nested], key=lambda one: one.months)
    finest = min([period, *nested], key=lambda one: one.months)
    found, level = [root], [root]
    while level[0].months > finest.months:
        level = [part for one in level for part in one.parts()]
        found += level
    return found


def _holds(one: Period, other: Period) -> bool:
    return one.first <= other.first and other.last <= one.last


def _over_time(values: Mapping[Key, int], periods: Sequence[Period]) -> Iterator[Sum]:
    """A year is the sum of its quarters, cell by cell."""
    there = {str(one) for one in periods}
    for one in periods:
        parts = [str(part) for part in one.parts() if part != one]
        if not parts or not there.issuperset(parts):
            continue
        when = ("period", str(one))
        for key in [key for key in values if when in key]:
            # In a part where nobody is of some code there is no cell of it.
            inside = tuple(one for one in ((key - {when}) | {("period", part)} for part in parts) if one in values)
            if inside and sum(values[one] for one in inside) == values[key]:
                yield Sum(total=key, parts=inside)


def _twins(values: Mapping[Key, int], indicators: Sequence[Indicator]) -> Iterator[Sum]:
    """Cells of two indicators that count the same people: the whole of a ratio, or its numerator, may be a count as well."""
    plain = {
        (i.counts.kind, i.counts.day): i.name for i in indicators if counts_people(i) and not i.is_ratio and not i.counts.where
    }
    for one in indicators:
        count = plain.get((one.counts.kind, one.counts.day))
        if count is None or not one.is_ratio:
            continue
        ours, theirs = ("population", one.name), ("population", count)
        where = [(n, str(codes[0])) for n, codes in one.counts.where.items() if n in one.counts.by and len(codes) == 1]
        for key, value in values.items():
            if ours not in key:
                continue
            bare = key - {ours, (RESULT, YES), (RESULT, KNOWN)} | {theirs}
            twin = bare | {*where} if (RESULT, YES) in key and where else bare
            is_same = (RESULT, YES) not in key or where
            if is_same and not any(name == RESULT for name, _ in twin) and values.get(twin) == value and value:
                yield Sum(total=key, parts=(twin,))


def _figures(told: Told, indicator: Indicator, frames: Frames, period: Period) -> Iterator[PublishedFigure]:
    seen = set()
    for by in tables_of(indicator):
        for some in _margins(by):
            if some in seen:
                continue
            seen.add(some)
            for row in tabulate(indicator, frames, period, some).iter_rows(named=True):
                codes = {name: row[name] for name in some}
                by_all = {name: codes.get(name, TOTAL) for name in indicator.breakdowns}
                yield PublishedFigure(indicator=indicator.name, by=by_all, **told.numbers(indicator, codes, row))


def _margins(by: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A breakdown with every one that is its total."""
    found: list[tuple[str, ...]] = [()]
    for name in by:
        found += [(*one, name) for one in found]
    return found
