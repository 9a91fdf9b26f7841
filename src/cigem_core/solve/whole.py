"""Whole numbers under limits, as large as can be in one respect, then in the next: each proven before the next is asked.

seats = Problem()
one, other = seats.number(3), seats.number(5)
seats.limit({one: 1, other: 1}, at_most=6)
best = seats.best({one: 1, other: 1}, {one: 1})     # best.reached == (6, 3)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from cigem_core.errors import InternalError
from cigem_core.solve.quiet import solve, solver
from cigem_core.text import Text

if TYPE_CHECKING:
    import numpy as np

Terms = Mapping[int, int]
"""Number → how often it counts."""


@frozen(kw_only=True)
class Best:
    """The numbers found, what they reach in each respect, and the most that anyone could reach there."""

    values: tuple[int, ...]
    reached: tuple[int, ...]
    bounds: tuple[int, ...]

    @property
    def is_proven(self) -> bool:
        """Whether nothing better exists."""
        return self.reached == self.bounds


@define
class Problem:
    """Whole numbers from 0 up, and what limits them."""

    _most: list[int] = field(factory=list)
    _rows: list[tuple[Terms, float, float]] = field(factory=list)

    def number(self, most: int) -> int:
        """A number from 0 to `most`; what it is called by in limits."""
        self._most.append(most)
        return len(self._most) - 1

    def limit(self, terms: Terms, *, at_least: int | None = None, at_most: int | None = None) -> None:
        """A weighted sum of numbers that stays between two."""
        self._rows.append((terms, -math.inf if at_least is None else at_least, math.inf if at_most is None else at_most))

    def best(self, *objectives: Terms) -> Best:
        """The best in the first respect, among those the best in the second, and so on.

        Raises InternalError where there is no solution, or what the solver says does not hold in whole numbers.
        """
        values: tuple[int, ...] = (0,) * len(self._most)
        reached: list[int] = []
        bounds: list[int] = []
        solving = _Solving.of(self._most, self._rows) if self._most else None
        for objective in objectives:
            bound = 0
            if solving is not None:
                values, bound = solving.maximise(objective)
                self._check(values)
            reached.append(sum(weight * values[at] for at, weight in objective.items()))
            bounds.append(bound)
            if solving is not None:
                solving.keep(objective, reached[-1])
        return Best(values=values, reached=tuple(reached), bounds=tuple(bounds))

    def _check(self, values: Sequence[int]) -> None:
        """A solver reckons with decimals: what it found is asked again in whole numbers."""
        fits = all(0 <= value <= most for value, most in zip(values, self._most, strict=True))
        for terms, low, high in self._rows:
            fits = fits and low <= sum(weight * values[at] for at, weight in terms.items()) <= high
        if not fits:
            raise unsolved("a limit is broken")


def unsolved(why: str) -> InternalError:
    """The error where a solver does not keep its promise."""
    return InternalError(Text(fr=f"le calcul du meilleur plan a échoué ({why})", en=f"finding the best plan failed ({why})"))


@define
class _Solving:
    """A problem as HiGHS holds it."""

    highs: Any
    size: int

    @classmethod
    def of(cls, most: Sequence[int], rows: Sequence[tuple[Terms, float, float]]) -> _Solving:
        made, size = solver(), len(most)
        import highspy
        import numpy as np

        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = size, len(rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.zeros(size), np.zeros(size), np.asarray(most, dtype=float)
        lp.row_lower_ = np.array([low for _, low, _ in rows], dtype=float)
        lp.row_upper_ = np.array([high for *_, high in rows], dtype=float)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(terms) for terms, *_ in rows)]).astype(np.int32)
        lp.a_matrix_.index_ = np.array([at for terms, *_ in rows for at in terms], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([weight for terms, *_ in rows for weight in terms.values()], dtype=float)
        lp.sense_ = highspy.ObjSense.kMaximize
        made.passModel(lp)
        return cls(made, size)

    def maximise(self, objective: Terms) -> tuple[tuple[int, ...], int]:
        """The numbers that make a sum greatest, and the most it could be.

        Without asking for whole numbers first: mostly they come by themselves, and what is best then is best at all.
        """
        import numpy as np

        costs: np.ndarray[Any, Any] = np.zeros(self.size)
        for at, weight in objective.items():
            costs[at] = weight
        self.highs.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), costs)
        values = self._run()
        most = self.highs.getInfo().objective_function_value
        if np.abs(values - np.rint(values)).max() > _NOISE:
            self._ask_whole(True)
            values = self._run()
            # The search may end with a bound of its own that is worse than where it began.
            most = min(most, self.highs.getInfo().mip_dual_bound)
            self._ask_whole(False)
        # Sums of whole numbers are whole: what lies below the next one cannot be reached.
        return tuple(np.rint(values).astype(int).tolist()), math.floor(most + _NOISE)

    def _run(self) -> np.ndarray[Any, Any]:
        import highspy
        import numpy as np

        solve(self.highs)
        if (status := self.highs.getModelStatus()) != highspy.HighsModelStatus.kOptimal:
            raise unsolved(str(status))
        return np.asarray(self.highs.getSolution().col_value)

    def _ask_whole(self, asked: bool) -> None:
        import highspy
        import numpy as np

        kind = highspy.HighsVarType.kInteger if asked else highspy.HighsVarType.kContinuous
        self.highs.changeColsIntegrality(self.size, np.arange(self.size, dtype=np.int32), np.full(self.size, int(kind), np.uint8))

    def keep(self, objective: Terms, reached: int) -> None:
        """What was reached is not given up again."""
        import highspy
        import numpy as np

        at = np.array(list(objective), dtype=np.int32)
        weights = np.array(list(objective.values()), dtype=float)
        self.highs.addRow(float(reached), highspy.kHighsInf, len(at), at, weights)


_NOISE = 1e-4
"""How far a solver's decimals may be off a whole number."""
