"""The linear programs that find moves (HiGHS): the cheapest for whoever hides cells, the furthest for whoever attacks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from attrs import frozen

from cigem_core.disclosure.cells import Equations
from cigem_core.disclosure.moves import Room
from cigem_core.solve.quiet import solve, solver

if TYPE_CHECKING:
    Whole = npt.NDArray[np.int64]
    Real = npt.NDArray[np.float64]

_WHOLE = 8
"""How many programs one in whole numbers counts for."""
_SMALL = 500
"""How many cells a program in whole numbers is soon done with."""
FREE = 0.001
"""What a cell costs that is hidden already."""
_NEAR = 1e-6
_FAR = 10_000.0


@frozen
class CellReach:
    """How far a cell may go at most, and a move of whole numbers towards it where one is known."""

    furthest: int
    move: Whole | None


class LinearProgram:
    """A linear program over some cells whose sums may not change."""

    def __init__(self, equations: Equations, cells: Whole, *, halves: bool) -> None:
        """Over these cells; with `halves` each has an upward and a downward part, which may be priced."""
        self.cells = cells
        self.value = equations.value[cells]
        self.size = len(cells)
        self._halves = halves
        at = np.full(len(equations.value), -1, dtype=np.int64)
        at[cells] = np.arange(self.size)
        self.at = at
        inside = at[equations.cell] >= 0
        rows = np.unique(equations.row[inside], return_inverse=True)[1]
        columns, signs = at[equations.cell[inside]], equations.sign[inside].astype(np.float64)
        order = np.lexsort((rows, columns))
        self._row, self._column, self._sign = rows[order], columns[order], signs[order]
        self._rows = int(rows.max()) + 1 if len(rows) else 0
        self._is_solved = False
        self._solver = self._load()

    def _load(self) -> Any:
        import highspy

        made = solver()
        for name, chosen in {"presolve": "off", "simplex_strategy": 1, "mip_max_nodes": 500}.items():
            made.setOptionValue(name, chosen)
        program, times = highspy.HighsLp(), 2 if self._halves else 1
        program.num_col_, program.num_row_ = times * self.size, self._rows
        program.col_cost_ = np.zeros(times * self.size)
        below = self.value.astype(np.float64)
        program.col_lower_ = np.zeros(2 * self.size) if self._halves else -below
        program.col_upper_ = np.concatenate([np.full(self.size, np.inf), below]) if self._halves else np.full(self.size, np.inf)
        program.row_lower_ = program.row_upper_ = np.zeros(self._rows)
        begins = np.searchsorted(self._column, np.arange(self.size + 1))
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        matrix.start_ = np.concatenate([begins, begins[1:] + len(self._row)] if self._halves else [begins]).astype(np.int32)
        matrix.index_ = np.concatenate([self._row] * times).astype(np.int32)
        matrix.value_ = np.concatenate([self._sign, -self._sign]) if self._halves else self._sign
        made.passModel(program)
        return made

    def _run(self, *, whole: bool = False) -> Real:
        import highspy

        every = np.arange((2 if self._halves else 1) * self.size, dtype=np.int32)
        if whole:
            self._solver.changeColsIntegrality(len(every), every, np.full(len(every), highspy.HighsVarType.kInteger))
            self._solver.setOptionValue("presolve", "on")
        # From scratch a program takes a third of the steps that it takes from where another one ended.
        self._solver.clearSolver()
        solve(self._solver)
        # Asked at once: a solver that is told of anything new forgets how it ended.
        self._is_solved = bool(self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)
        found = np.array(self._solver.getSolution().col_value)
        if whole:
            self._solver.changeColsIntegrality(len(every), every, np.full(len(every), highspy.HighsVarType.kContinuous))
            self._solver.setOptionValue("presolve", "off")
        return found[: self.size] - found[self.size :] if self._halves else found

    def are_whole(self, change: Real) -> bool:
        """Whether a change is one of whole numbers."""
        return bool(np.abs(change - np.rint(change)).max(initial=0.0) < 1e-6)


class Search(LinearProgram):
    """Which further cells to hide so that one of them may move: the cheapest that can be found."""

    def __init__(self, equations: Equations, cells: Whole, cost: Real, reach: int) -> None:
        super().__init__(equations, cells, halves=True)
        # To a cell of two, a unit down is half of it: priced so that what moves as a whole costs as a whole.
        up, down = cost[cells] / reach, cost[cells] / np.clip(self.value, 1, reach)
        every = np.arange(2 * self.size, dtype=np.int32)
        self._solver.changeColsCost(2 * self.size, every, np.concatenate([up, down]))

    def free(self, cells: Whole) -> None:
        """Cells that are hidden cost next to nothing more: that little keeps moves small, and so whole."""
        at = self.at[cells]
        both = np.concatenate([at, at + self.size]).astype(np.int32)
        self._solver.changeColsCost(len(both), both, np.full(len(both), FREE))

    def push(self, cell: int, by: int, *, whole: bool = False) -> Real:
        """The cheapest move that raises a cell by so much; one of nothing where there is none."""
        at = int(self.at[cell])
        # Only a bound changes: the dual simplex goes on from where it stood.
        self._solver.changeColBounds(at, float(by), float(by))
        self._solver.changeColBounds(at + self.size, 0.0, 0.0)
        change = self._run(whole=whole)
        change = change if self._is_solved else np.zeros(self.size)
        self._solver.changeColBounds(at, 0.0, np.inf)
        self._solver.changeColBounds(at + self.size, 0.0, float(self.value[at]))
        return change


class Attack(LinearProgram):
    """What hidden cells may be, given all the others: the attacker's program."""

    def __init__(self, equations: Equations, cells: Whole, room: Room | None = None) -> None:
        """Over the cells that are not told exactly; of what is told of them there is `room`."""
        super().__init__(equations, cells, halves=True)
        self._equations = equations
        self.room = room or Room.above_zero(self.value)
        self._fixed = np.zeros(self.size, dtype=bool)
        self.work = 0
        """How much was solved: a program counts one, and one in whole numbers several."""
        self.is_unsure = False
        """Whether a program in whole numbers was given up among the cells of all."""
        # Moves that change little are nearly always whole.
        every = np.arange(2 * self.size, dtype=np.int32)
        self._solver.changeColsCost(2 * self.size, every, np.ones(2 * self.size))
        if room is not None:
            furthest = np.concatenate([room.up, room.down]).astype(np.float64)
            self._solver.changeColsBounds(2 * self.size, every, np.zeros(2 * self.size), furthest)

    def publish(self, at: int, *, is_published: bool) -> None:
        """As if one of the hidden cells were published, or no longer."""
        self._fixed[at] = is_published
        self._free(at)

    def _free(self, at: int) -> None:
        up, down = (0.0, 0.0) if self._fixed[at] else (float(self.room.up[at]), float(self.room.down[at]))
        self._solver.changeColBounds(at, 0.0, up)
        self._solver.changeColBounds(at + self.size, 0.0, down)

    def move(self, at: int, sign: int, most: int) -> CellReach:
        """How far a cell may go, up or down, to `most`: in fractions, and as a move of whole numbers where one is found."""
        change = self._asked(at, sign, most, whole=False)
        self.work += 1
        furthest = int(np.floor(sign * change[at] + _NEAR)) if len(change) else 0
        # A vertex in halves or thirds is whole at a part of its way.
        parts = (change * (steps / furthest) for steps in range(furthest, 0, -1)) if change[at : at + 1].any() else ()
        whole = next((part for part in parts if self.are_whole(part)), None)
        found = None if whole is None else np.rint(whole).astype(np.int64)
        return CellReach(furthest, found if found is not None and self.holds(found) else None)

    def whole_move(self, at: int, sign: int, most: int, *, near: bool = False) -> Whole | None:
        """The same in whole numbers from the start; None where none was found.

        A move that reaches far is looked for among few cells first: those in one sum with what moves in fractions. `near`
        looks no further.
        """
        is_small = self.size <= _SMALL
        found = None if is_small else self._whole_near(at, sign, most)
        if is_small or (not near and (found is None or sign * found[at] < most)):
            further = self._wholly(at, sign, most)
            self.is_unsure |= not self._is_solved
            self.work += _WHOLE if is_small else _WHOLE * self.size // _SMALL
            found = found if further is None else further
        return found

    def _whole_near(self, at: int, sign: int, most: int) -> Whole | None:
        moved = np.abs(self._asked(at, sign, most, whole=False)) > _NEAR
        rows = np.zeros(self._rows, dtype=bool)
        rows[self._row[moved[self._column]]] = True
        beside = np.zeros(self.size, dtype=bool)
        beside[self._column[rows[self._row]]] = True
        far = np.flatnonzero(~beside).astype(np.int32)
        none = np.zeros(len(far), dtype=np.int64)
        self._bound(far, none, none)
        found = self._wholly(at, sign, most)
        held = self._fixed[far]
        self._bound(far, np.where(held, 0, self.room.up[far]), np.where(held, 0, self.room.down[far]))
        self.work += 1 + _WHOLE // 2
        return found

    def _wholly(self, at: int, sign: int, most: int) -> Whole | None:
        change = self._asked(at, sign, most, whole=True)
        found = np.rint(change).astype(np.int64) if len(change) and self.are_whole(change) else None
        return found if found is not None and found.any() and self.holds(found) else None

    def _bound(self, cells: npt.NDArray[np.int32], up: Whole, down: Whole) -> None:
        both, most = np.concatenate([cells, cells + self.size]).astype(np.int32), np.concatenate([up, down]).astype(np.float64)
        self._solver.changeColsBounds(len(both), both, np.zeros(len(both)), most)

    def _asked(self, at: int, sign: int, most: int, *, whole: bool) -> Real:
        """As far as may be, and changing the others as little as can be."""
        this, other = (at, at + self.size) if sign > 0 else (at + self.size, at)
        self._solver.changeColCost(this, -_FAR)
        self._solver.changeColBounds(this, 0.0, float(min(most, (self.room.up if sign > 0 else self.room.down)[at])))
        self._solver.changeColBounds(other, 0.0, 0.0)
        change = self._run(whole=whole)
        self._solver.changeColCost(this, 1.0)
        self._free(at)
        return change

    def holds(self, change: Whole) -> bool:
        """Whether a change keeps every sum and goes no further than may be, in whole numbers: the proof."""
        if not self.room.holds(change) or change[self._fixed].any():
            return False
        whole = np.zeros(len(self._equations.value), dtype=np.int64)
        whole[self.cells] = change
        return self._equations.balance(whole)
