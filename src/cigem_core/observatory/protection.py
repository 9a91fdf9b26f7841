"""What may be published: the figures of a period, protected together with each other and with earlier releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cigem_core.disclosure.cells import TOTAL, Cube, Key, Sum, cube
from cigem_core.disclosure.protecting import Protected, protect_cubes
from cigem_core.model.indicators import Indicator
from cigem_core.model.periods import Period
from cigem_core.observatory.counting import Frames, tabulate

if TYPE_CHECKING:
    import polars as pl

THRESHOLD = 5
_YES, _NO, _KNOWN, _OPEN = "yes", "no", "known", "open"
_RESULT = "result"
"""The breakdown of a ratio's people: those of the numerator, the others, and those of whom nothing is known."""
_HUSHED = {(_RESULT, _NO), (_RESULT, _OPEN)}


@frozen(kw_only=True)
class Published:
    """A figure that leaves: its codes (totals under `_T`), and its numbers, None where hidden."""

    indicator: str
    by: Mapping[str, str]
    value: float | int | None
    numerator: int | None = None
    denominator: int | None = None
    low: float | None = None
    high: float | None = None
    median_days: int | None = None
    is_hidden: bool = False


def tables_of(indicator: Indicator) -> list[tuple[str, ...]]:
    """The breakdowns an indicator is published by: each alone, and sex within each region."""
    alone: list[tuple[str, ...]] = [(name,) for name in indicator.breakdowns]
    both = [("region", "sex")] if {"region", "sex"} <= set(indicator.breakdowns) else []
    # Sex within region has both of them as its totals.
    return [by for by in alone if not both or by[0] not in both[0]] + both or [()]


def release_figures(
    indicators: Sequence[Indicator], frames: Frames, period: Period, earlier: Mapping[str, Protected]
) -> tuple[list[Published], Protected]:
    """The figures of a period as they may leave, and what must be kept about them. `earlier` are releases by period."""
    periods = _related(period, [Period.parse(written) for written in earlier])
    counted = [_Counted(one, frames) for one in indicators if _is_protected(one)]
    cubes = [made for when in periods for one in counted for made in one.cubes(when)]
    needs = [{key: (THRESHOLD, 0) for key, value in made.values.items() if 0 < value < THRESHOLD} for made in cubes]
    values = {key: value for made in cubes for key, value in made.values.items()}
    links = [*_over_time(values, periods), *_twins(values, indicators)]
    hushed = _HUSHED | {("period", str(when)) for when in periods if when != period}
    done = protect_cubes(cubes, needs, list(earlier.values()), hushed, links)
    told = _Told(done, str(period))
    return [f for one in indicators for f in told.figures(one, frames, period)], done


def _is_protected(indicator: Indicator) -> bool:
    """Whether it counts people by itself: a ratio to people counted elsewhere follows them."""
    return indicator.counts.is_people


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
                yield cube(_by_result(cells, by), (*by, _RESULT), {_RESULT: {_KNOWN: [_YES, _NO]}}, tags)
            else:
                yield cube(cells.select(*by, value="numerator"), by, {}, tags)


def _by_result(cells: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The people of a ratio, each in the result they had."""
    import polars as pl

    unknown = pl.col("unknown") if "unknown" in cells.columns else pl.lit(0)
    numbers = {_YES: pl.col("numerator"), _NO: pl.col("denominator") - pl.col("numerator"), _OPEN: unknown}
    return pl.concat(
        cells.select(*by, pl.lit(code).alias(_RESULT), number.cast(pl.Int64).alias("value")) for code, number in numbers.items()
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
            inside = tuple((key - {when}) | {("period", part)} for part in parts)
            if sum(values.get(part, 0) for part in inside) == values[key]:
                yield Sum(total=key, parts=inside)


def _twins(values: Mapping[Key, int], indicators: Sequence[Indicator]) -> Iterator[Sum]:
    """Cells of two indicators that count the same people: the whole of a ratio, or its numerator, may be a count as well."""
    plain = {
        (i.counts.kind, i.counts.day): i.name for i in indicators if _is_protected(i) and not i.is_ratio and not i.counts.where
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
            bare = key - {ours, (_RESULT, _YES), (_RESULT, _KNOWN)} | {theirs}
            twin = bare | {*where} if (_RESULT, _YES) in key and where else bare
            is_same = (_RESULT, _YES) not in key or where
            if is_same and not any(name == _RESULT for name, _ in twin) and values.get(twin) == value and value:
                yield Sum(total=key, parts=(twin,))


@frozen
class _Told:
    """The figures as they may be told, given what is hidden."""

    done: Protected
    period: str

    def figures(self, indicator: Indicator, frames: Frames, period: Period) -> Iterator[Published]:
        seen = set()
        for by in tables_of(indicator):
            for some in _margins(by):
                if some in seen:
                    continue
                seen.add(some)
                for row in tabulate(indicator, frames, period, some).iter_rows(named=True):
                    yield self._figure(indicator, {name: row[name] for name in some}, row)

    def _figure(self, indicator: Indicator, codes: dict[str, str], row: dict[str, Any]) -> Published:
        by = {name: codes.get(name, TOTAL) for name in indicator.breakdowns}
        if not indicator.is_ratio:
            hidden = _is_protected(indicator) and self._hides(indicator.name, codes)
            return Published(indicator=indicator.name, by=by, value=None if hidden else row["value"], is_hidden=hidden)
        yes, known, every = self._terms(indicator, codes)
        if yes or known:
            return Published(indicator=indicator.name, by=by, value=None, is_hidden=True)
        bounds = {} if every else {name: row[name] for name in ("low", "high") if name in row}
        extra = {"median_days": row["median_days"]} if "median_days" in row else {}
        terms = {name: row[name] for name in ("value", "numerator", "denominator")}
        return Published(indicator=indicator.name, by=by, **terms, **bounds, **extra)

    def _terms(self, indicator: Indicator, codes: dict[str, str]) -> tuple[bool, bool, bool]:
        """Whether a ratio's numerator, its denominator, and everyone it is about are hidden."""
        if _is_protected(indicator):
            results: tuple[dict[str, str], ...] = ({_RESULT: _YES}, {_RESULT: _KNOWN}, {})
            yes, known, every = (self._hides(indicator.name, {**codes, **result}) for result in results)
            return yes, known, every
        denominator = indicator.among
        if denominator is None or not denominator.is_people:
            return False, False, False
        return False, self._hides_people(denominator.kind, codes), False

    def _hides_people(self, kind: str, codes: dict[str, str]) -> bool:
        """Whether a count of the same people is hidden, in the indicator that publishes it."""
        of_kind = {"job_seeker": "seekers_registered", "placement": "placements_started", "enrolment": "enrolments"}
        name = of_kind.get(kind)
        key = self._key(name, codes) if name else None
        return key is None or key not in self.done.values or key in self.done.hidden

    def _hides(self, name: str, codes: dict[str, str]) -> bool:
        return self._key(name, codes) in self.done.hidden

    def _key(self, name: str, codes: dict[str, str]) -> Key:
        return frozenset({*codes.items(), ("population", name), ("period", self.period)})


def _margins(by: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A breakdown with every one that is its total."""
    found: list[tuple[str, ...]] = [()]
    for name in by:
        found += [(*one, name) for one in found]
    return found
