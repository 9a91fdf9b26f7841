"""The keys of a file so far: which of those that come stood before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    import polars as pl


@define
class Seen:
    """Keys by their hashes, in runs that are sorted; a run is at least twice as long as the one after it.

    So each key is moved a few times only, and looking up those of a block takes little more in a large file than in a
    small one. Texts are compared only where hashes are equal.
    """

    _runs: list[pl.DataFrame] = field(factory=list)

    def repeated(self, keys: pl.Series) -> pl.Series:
        """Which keys stood before, among these or earlier ones; a null is no key. They are then remembered."""
        import polars as pl

        again = ~keys.is_first_distinct() & keys.is_not_null()
        key = pl.col("key")
        run = pl.LazyFrame({"key": keys}).drop_nulls().with_columns(hash=key.hash()).sort("hash").collect()
        if met := [found for earlier in self._runs if (found := _met(earlier, run["hash"])).len()]:
            again = again | keys.is_in(pl.concat(met).implode()).fill_null(False)
        self._remember(run)
        return again

    def _remember(self, run: pl.DataFrame) -> None:
        import polars as pl

        if run.is_empty():
            return
        while self._runs and self._runs[-1].height < 2 * run.height:
            run = pl.concat([self._runs.pop(), run]).sort("hash")
        self._runs.append(run)


def _met(run: pl.DataFrame, hashes: pl.Series) -> pl.Series:
    """The keys of a run that have one of some hashes; these are sorted, too."""
    import polars as pl

    held = run["hash"]
    nearest = held.gather(held.search_sorted(hashes).clip(0, held.len() - 1))
    common = hashes.filter(nearest == hashes).unique()
    if common.is_empty():
        return run["key"].head(0)
    places = zip(held.search_sorted(common), held.search_sorted(common, side="right"), strict=True)
    return run["key"].gather(pl.Series([at for begin, end in places for at in range(begin, end)], dtype=pl.UInt32))
