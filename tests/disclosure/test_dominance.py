"""Amounts that one contributor makes most of."""

from __future__ import annotations

import polars as pl
import pytest

from cigem_core.disclosure import Concentration, PPercent, protect

AMOUNTS = [
    ("a", 900), ("a", 60), ("a", 40),        # the rest of 40 is less than 10 % of 900: the second could tell the first
    ("b", 300), ("b", 300), ("b", 300),      # 300 left, of 30
    ("c", 500), ("c", 400), ("c", 100),
    ("d", 450), ("d", 350), ("d", 200),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "hidden"),
    [(PPercent(10), {"a"}), (PPercent(25), {"a", "c"}), (Concentration(1, 75), {"a"}), (Concentration(2, 85), {"a", "c"})],
)
def test_the_rules_name_the_cells_they_are_known_for(rule, hidden):
    """P %: the rest is less than p % of the largest; (n, k): the n largest make more than k %."""
    frame = pl.DataFrame(AMOUNTS, schema=["branch", "amount"], orient="row")
    done = protect(frame, by=["branch"], value="amount", rules=[rule], threshold=2)

    assert {code for key in done.guarded for _, code in key} == hidden


def test_the_upper_bound_lies_as_far_above_as_the_rule_asks():
    """10 % of 900 is 90, of which the rest makes 40: the bound must lie at least 50 above the cell's 1,000."""
    frame = pl.DataFrame(AMOUNTS, schema=["branch", "amount"], orient="row")
    done = protect(frame, by=["branch"], value="amount", rules=[PPercent(10)], threshold=2)

    assert done.ranges[frozenset({("branch", "a")})][1] >= 1_050
