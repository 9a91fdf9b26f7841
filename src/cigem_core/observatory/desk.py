"""The desk of the observatory: `centre.figures`, over the records of a workspace as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.model.indicators import Indicator
from cigem_core.model.periods import Period
from cigem_core.model.shipped_indicators import INDICATORS
from cigem_core.model.yardsticks import LIKE, YARDSTICKS, Yardstick
from cigem_core.observatory.counting import check_breakdowns, counted_records, tabulate
from cigem_core.observatory.coverage import Coverage, read_coverage
from cigem_core.observatory.figures import FigureList, figures_of
from cigem_core.observatory.frames import read_frames
from cigem_core.plugins import Plugins
from cigem_core.store import Store
from cigem_core.text import Language, Text

if TYPE_CHECKING:
    import polars as pl
    from markupsafe import Markup

    from cigem_core.observatory.publishing import Publication


class Figures:
    """What the records of a workspace amount to: the inside view, with every cell.

    What leaves goes through `publish`, which protects it.
    """

    def __init__(self, store: Store, plugins: Plugins) -> None:
        self._store = store
        self._plugins = plugins

    @property
    def indicators(self) -> dict[str, Indicator]:
        """Every indicator known, by name: the library's, then those of plugins."""
        return {one.name: one for one in (*INDICATORS, *self._plugins.indicators)}

    def indicator(self, name: str) -> Indicator:
        """The indicator of that name; UnknownName proposes the nearest."""
        known = self.indicators
        if name not in known:
            near = nearest(name, known)
            raise UnknownName(
                Text(fr=f"« {name} » n'est pas un indicateur ; {near.fr}", en=f"'{name}' is no indicator; {near.en}")
            )
        return known[name]

    def indicate(
        self, period: Period | str, *, only: str | None = None, by: Sequence[str] = (), at: date | None = None, series: int = 1
    ) -> FigureList:
        """The figures of a period: of one indicator, or of all that may be broken down so.

        `at` is the end of a day: what was known then. `series` asks for so many periods of that length, this one the last.
        Raises OperatorError where no indicator may be broken down so, or the one named may not.
        """
        when = as_period(period)
        chosen = self._chosen(only, by)
        frames = read_frames(self._store, chosen, at=at)
        found = FigureList()
        for one_period in check_series(when, series):
            beside = read_coverage(self._store, chosen, one_period, at=at)
            found += [f for one in chosen for f in figures_of(one, one_period, by, tabulate(one, frames, one_period, by), beside)]
        return found

    def called(self, breakdown: str, code: str | None = None) -> Text:
        """What people call a breakdown, or one of its codes; a name nobody gave stands for itself."""
        from cigem_core.observatory.labels import BREAKDOWNS, label, labels

        if code is None:
            return BREAKDOWNS.get(breakdown, Text(fr=breakdown, en=breakdown))
        return label(labels(self._plugins.codelists), breakdown, code)

    def _chosen(self, only: str | None, by: Sequence[str]) -> list[Indicator]:
        chosen = [self.indicator(only)] if only else [i for i in self.indicators.values() if set(by) <= set(i.breakdowns)]
        if not chosen:
            near = nearest(next(iter(by)), {name for one in self.indicators.values() for name in one.breakdowns})
            raise OperatorError(
                Text(
                    fr=f"aucun indicateur ne se ventile par {', '.join(by)} ; {near.fr}",
                    en=f"no indicator is broken down by {', '.join(by)}; {near.en}",
                )
            )
        for one in chosen:
            check_breakdowns(one, by)
        return chosen

    def publish(
        self,
        period: Period | str,
        to: str | Path,
        *,
        on: date,
        by: str,
        dry_run: bool = False,
        xlsx: bool = False,
        rounded_to: int | None = None,
    ) -> Publication:
        """Publish the figures of a period to an empty folder, protected; a dry run says what would be, and writes nothing.

        `xlsx` adds workbooks of the bulletin's tables; with `rounded_to` counts of people are rounded to its multiples instead of
        hidden. Raises OperatorError where the figures cannot be protected, MissingExtra where a part must be installed first.
        """
        from cigem_core.observatory.publishing import publish

        chosen, when = list(self.indicators.values()), as_period(period)
        return publish(
            self._store, self._plugins, chosen, when, Path(to), on=on, by=by, dry_run=dry_run, xlsx=xlsx, rounded_to=rounded_to
        )

    def table(
        self, name: str, period: Period | str, by: Sequence[str] = (), *, at: date | None = None, series: int = 1
    ) -> pl.DataFrame:
        """The cells of one indicator as a frame, the period of each beside it."""
        import polars as pl

        one = self.indicator(name)
        frames = read_frames(self._store, [one], at=at)
        parts = [
            tabulate(one, frames, when, by).select(pl.lit(str(when)).alias("period"), pl.all())
            for when in check_series(as_period(period), series)
        ]
        return pl.concat(parts)

    def compare(
        self,
        name: str,
        period: Period | str,
        *,
        by: str = "agency",
        need: Mapping[str, str] | None = None,
        like: Sequence[str] = LIKE,
        at: date | None = None,
    ) -> pl.DataFrame:
        """Services side by side: of the people each received for the same need, how many got there (`work`, `certified`).

        A row a service; where few succeeded or did not, its numbers are hidden. `need` keeps those who came with the same trade,
        level, region …; `like` says in what people are made alike. See `services.compare_services`.
        """
        from cigem_core.observatory.services import compare_services

        one = self.yardstick(name)
        return compare_services(one, read_frames(self._store, [one], at=at), as_period(period), by=by, need=need, like=like)

    @property
    def yardsticks(self) -> dict[str, Yardstick]:
        """What services can be compared by, by name."""
        return {one.name: one for one in YARDSTICKS}

    def yardstick(self, name: str) -> Yardstick:
        """What services are compared by under that name; UnknownName proposes the nearest."""
        if name not in self.yardsticks:
            near = nearest(name, self.yardsticks)
            raise UnknownName(
                Text(fr=f"« {name} » n'est pas une comparaison ; {near.fr}", en=f"'{name}' is no comparison; {near.en}")
            )
        return self.yardsticks[name]

    def chart(self, name: str, period: Period | str, by: str, *, at: date | None = None, language: Language = "fr") -> Markup:
        """Bars of one indicator by one breakdown, for the inside: a notebook shows them. Needs the extra `pages`."""
        from cigem_core.observatory.labels import label, labels
        from cigem_core.observatory.writing.bulletin import bars
        from cigem_core.pages import chart

        one, names = self.indicator(name), labels(self._plugins.codelists)
        cells = self.table(name, period, [by], at=at).iter_rows(named=True)
        drawn = [{"name": label(names, by, row[by]).in_(language), "value": row["value"]} for row in cells]
        return chart(bars(drawn, one), title=one.label, description=one.definition, language=language)

    def coverage(self, period: Period | str, *, only: str | None = None, at: date | None = None) -> Coverage:
        """What the figures of a period are made of, which returns are missing, and how many rows wait."""
        return read_coverage(self._store, self._chosen(only, ()), as_period(period), at=at)

    def shared(self, name: str, period: Period | str, agency: str) -> tuple[int, int]:
        """The two counts of a ratio over the records of one agency: for it, who gave them."""
        import polars as pl

        found = self.records(name, period, {}).filter(pl.col("agency") == agency)
        sums = dict(found.group_by("term").agg(pl.col("counts").sum()).iter_rows())
        return sums.get("numerator", 0), sums.get("denominator", 0)

    def records(
        self, name: str, period: Period | str, cell: Mapping[str, str], *, by: Sequence[str] = (), at: date | None = None
    ) -> pl.DataFrame:
        """The records a cell counts: whose they are, of what kind, and their keys; for those entitled to see them.

        `term` says as what each counts, and a column for each of `by` under which code.
        """
        import polars as pl

        when = as_period(period)
        one, beside = self.indicator(name), [breakdown for breakdown in by if breakdown not in cell]
        check_breakdowns(one, [*cell, *beside])
        frames = read_frames(self._store, [one], at=at)
        parts = []
        for term, tally in one.terms.items():
            found = counted_records(tally, frames, when, [*cell, *beside])
            found = found.filter(*(pl.col(breakdown) == code for breakdown, code in cell.items()))
            named = (pl.lit(term).alias("term"), pl.lit(tally.kind).alias("kind"))
            codes = (pl.col(breakdown).alias(f"by_{breakdown}") for breakdown in beside)
            parts.append(found.select(*named, "agency", "scope", "key", "counts", *codes))
        return pl.concat(parts).sort("term", "agency", "scope", "key").collect()


def as_period(given: Period | str) -> Period:
    """A period as such or as it is written; OperatorError says how one is."""
    return given if isinstance(given, Period) else Period.parse(given)


def check_series(period: Period, count: int) -> tuple[Period, ...]:
    """The period and those before it, oldest first."""
    if count < 1:
        raise OperatorError(
            Text(fr=f"une série a au moins une période, pas {count}", en=f"a series has at least one period, not {count}")
        )
    return period.series(count)
