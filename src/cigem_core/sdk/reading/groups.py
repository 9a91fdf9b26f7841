"""Rules over the rows of a file: which of them are too many of their group, as the file goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import define, field

from cigem_core.model.fields import Kind
from cigem_core.report import Rule
from cigem_core.sdk.frames import full, scope_of
from cigem_core.sdk.reading.flags import Flag
from cigem_core.sdk.reading.inner import shown
from cigem_core.sdk.reading.plan import Plan
from cigem_core.sdk.reading.unsaid import Past
from cigem_core.sdk.rules import GroupRule

if TYPE_CHECKING:
    import polars as pl


@define
class Groups:
    """How many rows of each group stood so far, rule by rule; one that is wrong for another reason is among them too."""

    _counts: dict[str, pl.DataFrame] = field(factory=dict)

    def too_many(self, plan: Plan, known: Past | None, values: pl.DataFrame, keys: pl.Series) -> Iterator[Flag]:
        """Which rows come after as many of their group as there may be; `keys` are those the rows carry, with their scopes."""
        import polars as pl

        for rule in plan.group_rules:
            group = values.select(_group(rule, plan.table.kind))
            before = self._counts[rule.name] if rule.name in self._counts else _kept(rule, plan, known, keys)
            placed = group.with_columns(place=pl.int_range(1, pl.len() + 1).over("group"))
            both = placed.join(before, on="group", how="left", maintain_order="left")
            over = (both["group"].is_not_null()) & (both["place"] + both["count"].fill_null(0) > rule.most)
            here = group.drop_nulls().group_by("group").agg(pl.len().cast(pl.Int64).alias("count"))
            self._counts[rule.name] = pl.concat([before, here]).group_by("group").agg(pl.col("count").sum())
            remedy = rule.remedy(lambda name: shown(plan.lenses[name].headers[0]))
            yield Flag(plan.lenses[rule.fields[0]].headers[0], remedy, Rule.ROW, over)


def _group(rule: GroupRule, kind: Kind) -> pl.Expr:
    """The group a row counts in, inside what its key is unique inside of; null where it counts in none."""
    import polars as pl

    counts = [pl.col(name).is_in([kind.field(name).store(value) for value in held]) for name, held in rule.among.items()]
    said = pl.col(rule.by).cast(pl.String)
    group = said if kind.scope is None else full(scope_of(kind), said)
    return pl.when(pl.all_horizontal([pl.lit(True), *counts])).then(group).alias("group")


def _kept(rule: GroupRule, plan: Plan, known: Past | None, keys: pl.Series) -> pl.DataFrame:
    """How many records are kept of each group, but for those whose rows come again; nothing of a file that is whole."""
    import polars as pl

    kind = plan.table.kind
    inside = [] if kind.scope is None else [kind.scope.name]
    kept = known.kept(kind, list(dict.fromkeys([*rule.fields, *inside]))) if known and plan.corrects else None
    if kept is None:
        return pl.DataFrame(schema={"group": pl.String, "count": pl.Int64})
    here = kept.filter(pl.col("key").is_in(keys.drop_nulls().implode()))["whose"]
    others = kept.filter(~pl.col("whose").is_in(here.implode())).unique("whose")
    return others.select(_group(rule, kind)).drop_nulls().group_by("group").agg(pl.len().cast(pl.Int64).alias("count"))
