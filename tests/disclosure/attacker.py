"""An attacker who knows what is published and that counts are whole, written apart from the library."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import highspy
import numpy as np
import polars as pl

Cell = frozenset[tuple[str, str]]


def cell(row: Mapping[str, Any], by: Sequence[str]) -> Cell:
    return frozenset((name, row[name]) for name in by if row[name] != "_T")


def known(tables: Iterable[pl.DataFrame]) -> tuple[set[Cell], dict[Cell, int], list[tuple[Cell, list[Cell]]]]:
    """Every cell, what is published of it, and the sums a reader would write down (flat breakdowns)."""
    cells: set[Cell] = set()
    published: dict[Cell, int] = {}
    sums = []
    for table in tables:
        by = [name for name in table.columns if name not in ("value", "is_hidden")]
        codes = {name: [c for c in table[name].unique().sort().to_list() if c != "_T"] for name in by}
        for row in table.iter_rows(named=True):
            cells.add(cell(row, by))
            if row["value"] is not None:
                published[cell(row, by)] = row["value"]
        for name in by:
            others = [other for other in by if other != name]
            for fixed in product(*([*codes[other], "_T"] for other in others)):
                around = dict(zip(others, fixed, strict=True))
                parts = [cell({**around, name: code}, by) for code in codes[name]]
                sums.append((cell({**around, name: "_T"}, by), parts))
    return cells, published, sums


def ranges(tables: Sequence[pl.DataFrame], targets: Iterable[Cell], *, whole: bool = True) -> dict[Cell, tuple[float, float]]:
    """The least and the greatest each target may be, for all that the tables publish."""
    cells, published, sums = known(tables)
    unknown = sorted(cells - set(published), key=sorted)
    at = {one: n for n, one in enumerate(unknown)}
    with contextlib.redirect_stdout(io.StringIO()):
        solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    for _ in unknown:
        solver.addVar(0.0, 1e6)
    for total, parts in sums:
        right, coefficients = 0, {}
        for one, sign in ((total, -1), *((part, 1) for part in parts)):
            if one in published:
                right -= sign * published[one]
            else:
                coefficients[at[one]] = coefficients.get(at[one], 0) + sign
        columns = np.array(list(coefficients), dtype=np.int32)
        weights = np.array(list(coefficients.values()), dtype=np.float64)
        solver.addRow(float(right), float(right), len(columns), columns, weights)
    if whole:
        for n in range(len(unknown)):
            solver.changeColIntegrality(n, highspy.HighsVarType.kInteger)
    return {target: (_extreme(solver, at[target], 1), _extreme(solver, at[target], -1)) for target in targets if target in at}


def _extreme(solver: Any, column: int, sign: int) -> float:
    solver.changeColCost(column, float(sign))
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    found = solver.getSolution().col_value[column]
    solver.changeColCost(column, 0.0)
    return round(found, 6)


def counted(rows: pl.DataFrame, by: Sequence[str]) -> dict[Cell, int]:
    """The true table with its totals, the slow way."""
    cells: dict[Cell, int] = {}
    for row in rows.iter_rows(named=True):
        for kept in product((True, False), repeat=len(by)):
            named = frozenset((name, row[name]) for name, is_kept in zip(by, kept, strict=True) if is_kept)
            cells[named] = cells.get(named, 0) + row["n"]
    return cells


def narrowed(tables: Sequence[pl.DataFrame], truths: Iterable[dict[Cell, int]], threshold: int = 5) -> list[Cell]:
    """The sensitive cells that are published, or that the tables narrow below the threshold's width."""
    _, published, _ = known(tables)
    sensitive = {one for truth in truths for one, number in truth.items() if 0 < number < threshold}
    open_ones = [one for one in sensitive if one in published]
    found = ranges(tables, sorted(sensitive - set(published), key=sorted))
    return open_ones + [one for one, (low, high) in found.items() if high - low < threshold]
