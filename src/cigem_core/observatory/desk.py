"""The desk of the observatory: `centre.figures`, over the records of a workspace as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.model.indicators import Indicator
from cigem_core.model.periods import Period
from cigem_core.model.shipped_indicators import INDICATORS
from cigem_core.observatory.counting import check_breakdowns, counted_records, tabulate
from cigem_core.observatory.figures import Figure, figures_of
from cigem_core.observatory.frames import read_frames
from cigem_core.plugins import Plugins
from cigem_core.store import Store
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

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

    def indicate(self, period: Period | str, *, only: str | None = None, by: Sequence[str] = ()) -> list[Figure]:
        """The figures of a period: of one indicator, or of all that may be broken down so.

        Raises OperatorError where none may, or the one named may not.
        """
        when = period if isinstance(period, Period) else Period.parse(period)
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
        frames = read_frames(self._store, chosen)
        return [f for one in chosen for f in figures_of(one, when, by, tabulate(one, frames, when, by))]

    def publish(self, period: Period | str, to: str | Path, *, on: date, by: str, dry_run: bool = False) -> Publication:
        """Publish the figures of a period to an empty folder, protected; a dry run says what would be, and writes nothing.

        Raises OperatorError where they cannot be protected, MissingExtra where a part must be installed first.
        """
        from cigem_core.observatory.publishing import publish

        when = period if isinstance(period, Period) else Period.parse(period)
        chosen = list(self.indicators.values())
        return publish(self._store, self._plugins, chosen, when, Path(to), on=on, by=by, dry_run=dry_run)

    def table(self, name: str, period: Period | str, by: Sequence[str] = ()) -> pl.DataFrame:
        """The cells of one indicator as a frame."""
        when = period if isinstance(period, Period) else Period.parse(period)
        one = self.indicator(name)
        return tabulate(one, read_frames(self._store, [one]), when, by)

    def shared(self, name: str, period: Period | str, agency: str) -> tuple[int, int]:
        """The two counts of a ratio over the records of one agency: for it, who gave them."""
        import polars as pl

        found = self.records(name, period, {}).filter(pl.col("agency") == agency)
        sums = dict(found.group_by("term").agg(pl.col("counts").sum()).iter_rows())
        return sums.get("numerator", 0), sums.get("denominator", 0)

    def records(self, name: str, period: Period | str, cell: dict[str, str]) -> pl.DataFrame:
        """The records a cell counts: whose they are, of what kind, and their keys; for those entitled to see them."""
        import polars as pl

        when = period if isinstance(period, Period) else Period.parse(period)
        one = self.indicator(name)
        check_breakdowns(one, list(cell))
        frames = read_frames(self._store, [one])
        parts = []
        for term, tally in one.terms.items():
            found = counted_records(tally, frames, when, list(cell))
            found = found.filter(*(pl.col(breakdown) == code for breakdown, code in cell.items()))
            named = (pl.lit(term).alias("term"), pl.lit(tally.kind).alias("kind"))
            parts.append(found.select(*named, "agency", "scope", "key", "counts"))
        return pl.concat(parts).sort("term", "agency", "scope", "key").collect()
