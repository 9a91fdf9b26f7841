"""Rows that carry the id of somebody else, where records are edited and come again under their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from attrs import define, field

from cigem_core.model.fields import Kind
from cigem_core.sdk.reading.plan import Plan

if TYPE_CHECKING:
    import polars as pl

Holder = tuple[frozenset[str], tuple[str, ...]]
"""All the ids of a record, and what some of its fields say."""


class Holders(Protocol):
    """Looks up whose ids are beyond the file that is read."""

    def holders(self, kind: Kind, names: Sequence[str]) -> Mapping[str, Holder]:
        """Id → all the ids of the record that goes by it, and what those fields of it say."""


@define
class Others:
    """Whose each id is: of the rows above, and of what is known beyond the file."""

    above: dict[str, tuple[list[str | None], str]] = field(factory=dict)
    """The first row that carries an id, with its other ids and what it says of someone."""
    kept: Mapping[str, Holder] | None = None

    def of(self, plan: Plan, known: Holders | None, texts: pl.DataFrame, values: pl.DataFrame) -> pl.Series:
        """Which rows carry the id of somebody else: their other ids differ, and what they say of someone."""
        key = plan.key_columns[0]
        ids = texts.select(key, *(name for name in plan.table.replaces if name in texts.columns and name != key))
        return self._of_rows_above(ids, values) | self._of_records(plan, known, ids, values)

    def _of_rows_above(self, ids: pl.DataFrame, values: pl.DataFrame) -> pl.Series:
        import polars as pl

        who = [name for name in values.columns if name.startswith("identity.")] or values.columns
        plain = [name for name in who if not isinstance(values.schema[name], pl.List)]
        said = values.select(pl.concat_str(pl.col(name).cast(pl.String, strict=False).fill_null("") for name in plain))
        found = []
        for (own, *named), says in zip(ids.iter_rows(), said.to_series(), strict=True):
            first_ids, first_says = self.above.setdefault(own, (named, says)) if own else (named, says)
            differs = any(one and other and one != other for one, other in zip(first_ids, named, strict=True))
            found.append(differs and says != first_says)
        return pl.Series(found, dtype=pl.Boolean)

    def _of_records(self, plan: Plan, known: Holders | None, ids: pl.DataFrame, values: pl.DataFrame) -> pl.Series:
        import polars as pl

        who = [name for name in values.columns if name.startswith("identity.") and values.schema[name] == pl.String]
        if known is None or not who:
            return pl.Series([False]).new_from_index(0, ids.height)
        if self.kept is None:
            self.kept = known.holders(plan.table.kind, who)
        found = []
        for (own, *named), said in zip(ids.iter_rows(), values.select(pl.col(who).fill_null("")).iter_rows(), strict=True):
            theirs, says = self.kept.get(own, (frozenset(), ()))
            others, mine = {name.removeprefix("uuid:") for name in named if name} - {own}, theirs - {own}
            found.append(bool(others and mine) and others.isdisjoint(mine) and said != says)
        return pl.Series(found, dtype=pl.Boolean)
