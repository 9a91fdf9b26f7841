"""The cells of a table as answers to a form: those it did not ask for are ignored, and its own rules are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cigem_core.formats.tables import ITEM
from cigem_core.report import NotRun
from cigem_core.sdk.lenses import path_of
from cigem_core.sdk.reading.cells import trimmed
from cigem_core.sdk.reading.flags import Flag
from cigem_core.sdk.reading.items import exploded
from cigem_core.sdk.reading.plan import Plan

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.sdk.forms.rules import FormFault, FormRules


def answered(plan: Plan, cells: pl.DataFrame, *, hides: bool = True) -> tuple[pl.DataFrame, list[Flag], tuple[NotRun, ...]]:
    """The trimmed cells of the declared columns, what the form finds wrong in them, and what it could not ask."""
    rules = plan.form_rules
    texts = trimmed(cells, [*plan.headers, *plan.aside(cells.columns)], hides=hides)
    if rules is None:
        return texts, [], ()
    judged = rules.apply(_answers(rules, plan, texts))
    texts = texts.with_columns(judged.cells[name] for name in judged.cells.columns if name in texts.columns)
    return texts, [_flag(fault, texts) for fault in judged.broken], judged.not_run


def _answers(rules: FormRules, plan: Plan, texts: pl.DataFrame) -> pl.DataFrame:
    """The answers that may be read; a question nobody answered has a column all the same."""
    import polars as pl

    asked = [question.path for question in rules.form.questions]
    there = texts.select(name for name in asked if name in texts.columns)
    unanswered = [name for name in asked if name not in texts.columns] if plan.takes_all and plan.is_sparse else []
    hidden = set(plan.table.headers) - set(plan.headers)
    return there.with_columns(
        pl.lit(None, dtype=pl.List(pl.String) if ITEM in name else pl.String).alias(name)
        for name in unanswered
        if name not in hidden
    )


def _flag(fault: FormFault, texts: pl.DataFrame) -> Flag:
    import polars as pl

    flag = Flag(fault.header, fault.remedy, fault.rule, fault.broken)
    if path_of(fault.header) is None:
        return flag
    name = fault.header
    cells = (
        texts[name] if name in texts.columns else pl.Series(name, [None], dtype=pl.List(pl.String)).new_from_index(0, len(texts))
    )
    items = exploded(pl.DataFrame([cells.alias(name), fault.broken.alias("#broken")]), [name, "#broken"])
    return Flag(name, fault.remedy, fault.rule, items["#broken"].fill_null(False)).of_items(items, texts.height)
