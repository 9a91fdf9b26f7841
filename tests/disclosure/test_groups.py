"""Tables with groups, groups of groups, together and one after the other: an auditor of another formulation narrows nobody."""

from __future__ import annotations

from contextlib import suppress

import polars as pl
import pytest
from disclosure.auditor import Auditor
from disclosure.test_protect import TABLES, rows, tables_of
from hypothesis import HealthCheck, example, given, settings

from cigem_core.disclosure import Protected, protect, round_tables
from cigem_core.disclosure.joint import are_in_a_ring
from cigem_core.errors import OperatorError

thorough = settings(max_examples=max(8, TABLES // 3), suppress_health_check=[HealthCheck.too_slow], deadline=None)


def groups_of(frame: pl.DataFrame) -> dict[str, dict[str, list[str]]]:
    """Pairs of codes, a group of all pairs but the last, and what belongs to no group."""
    codes = frame["d0"].unique().sort().to_list()
    pairs = {f"p{n}": codes[n : n + 2] for n in range(0, len(codes) - 1, 2)}
    return {"d0": pairs | ({"north": list(pairs)[:-1]} if len(pairs) > 1 else {})}


@thorough
@given(tables_of((3, 6), (2, 3)))
@example(rows({"d0": 4, "d1": 2}, [3, 0, 40, 2, 1, 60, 0, 4]))
def test_no_sensitive_cell_of_a_table_with_groups_is_narrowed(frame):
    groups = groups_of(frame)
    done = protect(frame, by=["d0", "d1"], value="n", hierarchies=groups)

    assert Auditor(frame, done.tables, groups).told() == []


@thorough
@given(tables_of((3, 5), (2, 3), (2, 2)))
def test_tables_with_groups_together_and_later_ones_do_not_undo_each_other(frame):
    """Regions in groups by sex, then by age; then a third table, beside what the first two told."""
    groups = groups_of(frame)
    first = protect(frame, by=[["d0", "d1"], ["d0", "d2"]], value="n", hierarchies=groups)
    tables = list(first.tables)
    with suppress(OperatorError):
        tables += protect(frame, by=["d1", "d2"], value="n", earlier=Protected.restored(first.kept())).tables

    assert Auditor(frame, tables, groups).told() == []


@settings(thorough, max_examples=max(8, TABLES // 6))
@given(tables_of((2, 4), (2, 3), (2, 2)))
def test_the_two_auditors_of_a_deep_table_agree(frame):
    """What is published of three breakdowns is safe for whoever counts kinds of people too."""
    done = protect(frame, by=["d0", "d1", "d2"], value="n")

    assert Auditor(frame, done.tables, {}).told() == []


RING = [["d0", "d1"], ["d0", "d2"], ["d1", "d2"]]


@thorough
@given(tables_of((2, 3), (2, 3), (2, 2)))
@example(rows({"d0": 2, "d1": 2, "d2": 3}, [6, 1, 1, 0, 0, 1, 20, 0, 6, 0, 0, 3]))
@example(rows({"d0": 4, "d1": 2, "d2": 2}, [0, 6, 20, 4, 40, 9, 40, 0, 0, 0, 0, 12, 3, 0, 0, 0]))
@example(rows({"d0": 2, "d1": 2, "d2": 3}, [6, 4, 0, 12, 0, 6, 20, 9, 2, 0, 0, 0]))
def test_tables_in_a_ring_are_safe_for_whoever_counts_the_people_behind_them(frame):
    """Three tables, each two of which share a breakdown; together, and one after the other."""
    done = protect(frame, by=RING, value="n")
    assert Auditor(frame, done.tables, {}).told() == []

    first = protect(frame, by=RING[0], value="n")
    second = protect(frame, by=RING[1], value="n", earlier=Protected.restored(first.kept()))
    tables = [*first.tables, *second.tables]
    with suppress(OperatorError):
        tables += protect(frame, by=RING[2], value="n", earlier=[first, Protected.restored(second.kept())]).tables
    assert Auditor(frame, tables, {}).told() == []


@pytest.mark.parametrize(
    ("shapes", "is_ring"),
    [(["ab"], False), (["ab", "bc"], False), (["ab", "bc", "ca"], True), (["ab", "bc", "ca", "abc"], False),
     (["ab", "bc", "cd", "da"], True), (["abx", "bcx", "cax"], True), (["ab", "ac", "ad"], False), (["a", "b"], False)],
)  # fmt: skip
def test_a_ring_is_what_no_tree_joins(shapes, is_ring):
    assert are_in_a_ring(frozenset(one) for one in shapes) == is_ring


def test_rounded_tables_in_a_ring_add_up_and_are_audited_through_the_people_behind():
    frame = rows({"d0": 2, "d1": 2, "d2": 3}, [6, 1, 1, 0, 0, 1, 20, 0, 6, 0, 0, 3])
    done = round_tables(frame, by=RING, value="n")

    assert all(high - low >= 5 for low, high in done.ranges.values())
    assert len(done.ranges) == len(done.guarded) > 0
    assert all(table["value"].to_numpy().sum() % 10 == 0 for table in done.tables)


def test_the_auditor_finds_what_is_hidden_in_vain():
    """One cell hidden alone is reckoned; two small ones beside each other are known too closely."""
    frame = rows({"d0": 2, "d1": 2}, [3, 20, 30, 40])
    table = protect(frame, by=["d0", "d1"], value="n", threshold=1).table
    alone = table.with_columns(value=pl.when((pl.col("d0") == "00") & (pl.col("d1") == "00")).then(None).otherwise("value"))

    assert [width for _, width in Auditor(frame, [alone], {}).told()] == [0.0]
    assert [width for _, width in Auditor(frame, [table], {}).told()] == [0.0]
