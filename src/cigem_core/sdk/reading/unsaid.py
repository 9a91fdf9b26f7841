"""Blank cells of a corrections file that say nothing: the row came without their columns, so what is known of them stays.

Its file lacked them, or they were masked when it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from cigem_core.model.fields import Kind
from cigem_core.sdk.batch import WITHOUT
from cigem_core.sdk.reading.inner import titles
from cigem_core.sdk.reading.plan import Plan

if TYPE_CHECKING:
    import polars as pl


class Past(Protocol):
    """Looks up what was known before the file that is read."""

    def came_without(self, kind: Kind, entries: Sequence[int], keys: Sequence[str]) -> Mapping[int | str, frozenset[str]]:
        """The declared columns that rows in quarantine came without, by entry, and by key where it is open."""

    def kept(self, kind: Kind, names: Sequence[str]) -> pl.DataFrame | None:
        """What some fields of the records that are kept say; `key` is each id that a record goes by, `whose` its own."""


def unsaid(plan: Plan, past: Past | None, texts: pl.DataFrame, entries: pl.Series, keys: pl.Series) -> dict[str, pl.Series]:
    """Field → which rows do not speak of it. A row is known by the number of its entry, or else by its key."""
    import polars as pl

    unnumbered = keys.filter(entries.is_null()).drop_nulls()
    without: Mapping[int | str, frozenset[str]] = {}
    if past and plan.corrects:
        without = past.came_without(plan.table.kind, entries.drop_nulls().unique().to_list(), unnumbered.to_list())
    found = {}
    for name, lens in plan.lenses.items() if without else ():
        lacked = [row for row, columns in without.items() if columns.issuperset(titles(lens.headers))]
        if lacked and lens.path is None:
            numbered = entries.is_in([row for row in lacked if isinstance(row, int)]).fill_null(False)
            by_key = entries.is_null() & keys.is_in([row for row in lacked if isinstance(row, str)]).fill_null(False)
            blank = texts.select(pl.all_horizontal(pl.col(lens.headers).is_null())).to_series()
            found[name] = blank & (numbered | by_key)
    return found


def columns_without(plan: Plan, silent: Mapping[str, pl.Series], height: int) -> pl.Series:
    """The declared columns that each row came without, as a list a row; null where it came with all of them.

    Those that its file lacks, or that may not cross today: once they may, a blank cell of theirs is not the row's own either.
    """
    import polars as pl

    absent = titles(header for header in plan.table.headers if header not in plan.headers)
    if not silent:
        return pl.Series(WITHOUT, [absent or None], dtype=pl.List(pl.String)).new_from_index(0, height)
    listed = {name: titles(plan.lenses[name].headers) for name in silent}
    rows = [[*(title for name in listed if silent[name][at] for title in listed[name]), *absent] or None for at in range(height)]
    return pl.Series(WITHOUT, rows, dtype=pl.List(pl.String))


def with_known(
    values: pl.DataFrame, silent: Mapping[str, pl.Series], past: Past | None, kind: Kind, keys: pl.Series
) -> pl.DataFrame:
    """The values with what is known of the fields that rows do not speak of; nothing, where nobody goes by their key."""
    import polars as pl

    kept = past.kept(kind, list(silent)) if past and any(rows.any() for rows in silent.values()) else None
    if kept is None:
        return values
    known = keys.alias("key").to_frame().join(kept, on="key", how="left", maintain_order="left")
    return values.with_columns(
        pl.select(pl.when(rows).then(known[name].cast(values.schema[name])).otherwise(values[name])).to_series().alias(name)
        for name, rows in silent.items()
    )
