"""Which rows contradict themselves: the rules between their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cigem_core.sdk.reading.flags import Flag
from cigem_core.sdk.reading.inner import shown
from cigem_core.sdk.reading.plan import Plan
from cigem_core.sdk.rules import RowRule

if TYPE_CHECKING:
    import polars as pl


def contradictions(plan: Plan, texts: pl.DataFrame, values: pl.DataFrame, wrong: Sequence[Flag]) -> list[Flag]:
    """Which rows contradict themselves; a rule is skipped where a field of it is empty or already wrong."""
    import polars as pl

    rules, lenses = plan.rules, plan.lenses
    fields = dict.fromkeys(name for rule in rules for name in rule.fields)
    already = {name: [flag.broken for flag in wrong if flag.field == name] for name in fields}
    sound = values.select(
        pl.when(~pl.any_horizontal(already[name] or [pl.lit(False)])).then(pl.col(name)).alias(name) for name in fields
    )
    broken = sound.select(rule.broken(plan.table.kind).fill_null(False).alias(str(i)) for i, rule in enumerate(rules))
    # What is empty because its cell is wrong is no cell to fill.
    for i, rule in enumerate(rules):
        for flag in already[rule.blamed] if rule.of_absence else ():
            broken = broken.with_columns(pl.col(str(i)) & ~flag)
    blamed = [(i, *cell) for i, rule in enumerate(rules) for cell in _blamed(plan, rule).items()]
    here = texts.select(is_that_one.alias(str(at)) for at, (*_, is_that_one) in enumerate(blamed))
    remedies = [rule.remedy(lambda name: shown(lenses[name].headers[0])) for rule in rules]
    return [Flag(header, remedies[i], rules[i].rule, broken[str(i)] & here[str(at)]) for at, (i, header, _) in enumerate(blamed)]


def _blamed(plan: Plan, rule: RowRule) -> Mapping[str, pl.Expr]:
    """Which cell is marked where a rule is broken: header → where it is that one."""
    import polars as pl

    lens = plan.lenses[rule.blamed]
    if not rule.of_absence:
        return lens.blamed(pl.col)
    return {lens.headers[0]: pl.col(lens.headers[0]).is_null()}
