"""An auditor who knows only how many of each kind of people there may be, and what every published number counts of them.

Another formulation than the library's and the attacker's, sharing nothing with either: an unknown is a kind of people (a code in
every breakdown of every table), a published number is a sum of those, and hidden numbers are no equations at all. Groups, tables
published together and earlier ones need nothing more.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import highspy
import numpy as np
import polars as pl

Groups = Mapping[str, Mapping[str, Sequence[str]]]


def members(name: str, code: str, codes: Mapping[str, Sequence[str]], groups: Groups) -> set[str]:
    """The finest codes that a code, a group of them, or the total is made of."""
    if code == "_T":
        return set(codes[name])
    inside = groups.get(name, {}).get(code)
    return {code} if inside is None else set().union(*(members(name, one, codes, groups) for one in inside))


class Auditor:
    """What is possible, given every table that was published of the same people."""

    def __init__(self, people: pl.DataFrame, tables: Iterable[pl.DataFrame], groups: Groups) -> None:
        by = [name for name in people.columns if name != "n"]
        self.codes = {name: people[name].unique().sort().to_list() for name in by}
        self.groups, self.kinds = groups, list(product(*self.codes.values()))
        self.tables = list(tables)
        true = {tuple(row[name] for name in by): row["n"] for row in people.iter_rows(named=True)}
        self.truth = np.array([true.get(kind, 0) for kind in self.kinds])
        with contextlib.redirect_stdout(io.StringIO()):
            self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("mip_rel_gap", 0.0)
        for n in range(len(self.kinds)):
            self.solver.addVar(0.0, highspy.kHighsInf)
            self.solver.changeColIntegrality(n, highspy.HighsVarType.kInteger)
        for table in self.tables:
            for row in table.filter(pl.col("value").is_not_null()).iter_rows(named=True):
                counted = self._counted(row, table)
                self.solver.addRow(float(row["value"]), float(row["value"]), len(counted), counted, np.ones(len(counted)))

    def _counted(self, row: Mapping[str, Any], table: pl.DataFrame) -> Any:
        """The kinds of people that a number counts."""
        asked = {name: members(name, row[name], self.codes, self.groups) for name in table.columns if name in self.codes}
        at = list(self.codes)
        return np.array(
            [n for n, kind in enumerate(self.kinds) if all(kind[at.index(name)] in some for name, some in asked.items())],
            dtype=np.int32,
        )

    def told(self, threshold: int = 5) -> list[tuple[dict[str, Any], float]]:
        """The small cells that are published, or known to fewer values than the threshold; with how wide they are."""
        found = []
        for table in self.tables:
            for row in table.iter_rows(named=True):
                counted = self._counted(row, table)
                number = int(self.truth[counted].sum())
                assert row["value"] in (None, number)
                if 0 < number < threshold:
                    width = 0.0 if row["value"] is not None else self._end(counted, -1.0) - self._end(counted, 1.0)
                    found += [(row, width)] if width < threshold else []
        return found

    def _end(self, counted: Any, sign: float) -> float:
        cost = np.zeros(len(self.kinds))
        cost[counted] = sign
        self.solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:  # nothing published bounds it
            return float("inf") if sign < 0 else 0.0
        return round(sign * self.solver.getInfo().objective_function_value, 6)
