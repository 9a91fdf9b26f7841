"""Rounded tables: all totals add up, nothing lies far from the truth, and an attacker written apart tells no small cell."""

from __future__ import annotations

import contextlib
import io
from itertools import product

import highspy
import numpy as np
import polars as pl
import pytest
from disclosure.attacker import cell, counted, known
from disclosure.test_protect import TABLES, rows, tables_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cigem_core.disclosure import Rounded, round_tables
from cigem_core.errors import OperatorError

thorough = settings(max_examples=TABLES // 2, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def told(tables) -> dict[frozenset, int]:
    """What is published of each cell; where two tables have it, they say the same."""
    found: dict[frozenset, int] = {}
    for table in tables:
        by = [name for name in table.columns if name != "value"]
        for row in table.iter_rows(named=True):
            assert found.setdefault(cell(row, by), row["value"]) == row["value"]
    return found


def narrowed(releases, truth, threshold=5) -> list[frozenset]:
    """The small cells that can be told to fewer values than the threshold, by whoever knows base, reach and every table."""
    tables = [table for done, some in releases for table in some]
    cells, _, sums = known([table.with_columns(pl.lit(None, pl.Int64).alias("value")) for table in tables])
    order = sorted(cells, key=sorted)
    at = {one: n for n, one in enumerate(order)}
    low, high = np.zeros(len(order)), np.full(len(order), 1e6)
    for done, some in releases:
        for one, number in told(some).items():
            low[at[one]] = max(low[at[one]], number - done.base * done.reach + 1)
            high[at[one]] = min(high[at[one]], number + done.base * done.reach - 1)
    with contextlib.redirect_stdout(io.StringIO()):
        solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for n in range(len(order)):
        solver.addVar(low[n], high[n])
        solver.changeColIntegrality(n, highspy.HighsVarType.kInteger)
    for total, parts in sums:
        columns = np.array([at[total], *(at[part] for part in parts)], dtype=np.int32)
        solver.addRow(0.0, 0.0, len(columns), columns, np.array([-1.0, *[1.0] * len(parts)]))
    found = []
    for one in [one for one, number in truth.items() if 0 < number < threshold and one in at]:
        ends = []
        for sign in (1.0, -1.0):
            solver.changeColCost(at[one], sign)
            solver.run()
            ends.append(solver.getSolution().col_value[at[one]])
        solver.changeColCost(at[one], 0.0)
        found += [one] if ends[1] - ends[0] < threshold - 1e-6 else []
    return found


def check(done: Rounded, tables, truth) -> None:
    """Sums hold, multiples alone are told, and none lies as far from the truth as is said."""
    said = told(tables)
    for total, parts in known(tables)[2]:
        assert said[total] == sum(said[part] for part in parts)
    assert all(number % done.base == 0 for number in said.values())
    assert all(abs(number - truth.get(one, 0)) < done.base * done.reach for one, number in said.items())


@thorough
@given(tables_of((1, 4), (1, 5)))
def test_a_flat_table_adds_up_and_tells_nobody(frame):
    """Every flat table has a rounding to the multiples beside each cell."""
    done = round_tables(frame, by=["d0", "d1"], value="n")
    truth = counted(frame, ["d0", "d1"])

    check(done, done.tables, truth)
    assert done.reach == 1
    assert narrowed([(done, done.tables)], truth) == []


@settings(thorough, max_examples=max(5, TABLES // 6))
@given(tables_of((1, 3), (1, 3), (1, 2)))
def test_deep_and_linked_tables_add_up_and_tell_nobody(frame):
    """Three breakdowns at once, and two tables of the same people."""
    deep = round_tables(frame, by=["d0", "d1", "d2"], value="n")
    check(deep, deep.tables, counted(frame, ["d0", "d1", "d2"]))
    assert narrowed([(deep, deep.tables)], counted(frame, ["d0", "d1", "d2"])) == []

    both = round_tables(frame, by=[["d0", "d1"], ["d0", "d2"]], value="n")
    truth = counted(frame, ["d0", "d1"]) | counted(frame, ["d0", "d2"])
    check(both, both.tables, truth)
    assert narrowed([(both, both.tables)], truth) == []


@settings(thorough, max_examples=max(5, TABLES // 6))
@given(tables_of((2, 3), (1, 3), (1, 2)))
def test_what_was_told_stays_told_and_two_releases_tell_nobody(frame):
    """A later table says the same of the cells both have; where it cannot be made safe, it is refused."""
    first = round_tables(frame, by=["d0", "d1"], value="n")
    try:
        second = round_tables(frame, by=["d0", "d2"], value="n", earlier=Rounded.restored(first.kept()))
    except OperatorError:
        return

    truth = counted(frame, ["d0", "d1"]) | counted(frame, ["d0", "d2"])
    told([*first.tables, *second.tables])
    assert narrowed([(first, first.tables), (second, second.tables)], truth) == []


def nearest(values: np.ndarray, base: int) -> float:
    """How near any rounding to the multiples beside each cell can be: all of them are tried."""
    around = [
        (v // base * base,) if v % base == 0 else (v // base * base, v // base * base + base) for v in values.ravel().tolist()
    ]
    best = float("inf")
    for picked in product(*around):
        table = np.array(picked).reshape(values.shape)
        margins = [(table.sum(axis=axis), values.sum(axis=axis)) for axis in (0, 1)] + [(table.sum(), values.sum())]
        if all((np.abs(np.asarray(mine) - np.asarray(theirs)) < base).all() for mine, theirs in margins):
            if any((np.asarray(theirs) % base == 0)[np.asarray(mine) != np.asarray(theirs)].any() for mine, theirs in margins):
                continue
            away = np.abs(table - values).sum() + sum(np.abs(np.asarray(m) - np.asarray(t)).sum() for m, t in margins)
            best = min(best, float(away))
    return best


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=6, max_size=6))
def test_no_rounding_is_nearer(counts):
    """Beside every rounding of small tables, tried one by one."""
    frame = rows({"d0": 2, "d1": 3}, counts)
    done = round_tables(frame, by=["d0", "d1"], value="n", threshold=1)
    truth = counted(frame, ["d0", "d1"])

    away = sum(abs(number - truth.get(one, 0)) for one, number in told(done.tables).items())
    assert away == nearest(np.array(counts).reshape(2, 3), 10)


def test_a_base_as_small_as_the_threshold_is_refused():
    """Of a cell told as 0 to base 5 there are five values, no more: too few."""
    frame = pl.DataFrame({"d0": ["a", "b"], "n": [1, 40]})
    with pytest.raises(OperatorError, match="take a larger base"):
        round_tables(frame, by=["d0"], value="n", base=5)
    done = round_tables(frame, by=["d0"], value="n", base=6)
    assert done.table.height == 3
    with pytest.raises(OperatorError, match="rounded to 6; keep that base"):
        round_tables(frame, by=["d0"], value="n", base=10, earlier=done)


def test_nothing_depends_on_the_order_of_rows_and_zeros_stay():
    frame = rows({"d0": 3, "d1": 3}, [0, 9, 8, 7, 0, 30, 12, 13, 3])
    done = round_tables(frame, by=["d0", "d1"], value="n")

    assert round_tables(frame.reverse(), by=["d0", "d1"], value="n").table.equals(done.table)
    assert done.table.filter(d0="00", d1="00")["value"].item() == 0


def test_a_table_of_nobody_is_told_as_it_is():
    done = round_tables(pl.DataFrame({"d0": ["a"], "n": [0]}), by=["d0"], value="n")

    assert done.table["value"].to_list() == [0, 0]
