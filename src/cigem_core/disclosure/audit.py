"""The attacker's audit: what can be known of each hidden cell, and whether that is too much. Nothing is published without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from attrs import define, frozen

from cigem_core.disclosure.cells import Equations
from cigem_core.disclosure.moves import Attack, Moves, Room, summed

if TYPE_CHECKING:
    Whole = npt.NDArray[np.int64]


@frozen(kw_only=True, eq=False)
class Guarded:
    """The cells that need protection, and how much: the width of what remains possible, and how far above the truth."""

    cells: Whole
    width: Whole
    above: Whole

    def are_safe(self, low: Whole, high: Whole, value: Whole) -> npt.NDArray[np.bool_]:
        """Which of them are protected by tables that reach from `low` to `high`."""
        safe: npt.NDArray[np.bool_] = (high - low >= self.width) & (high - value >= self.above)
        return safe

    def is_safe(self, n: int, low: int, high: int, value: int) -> bool:
        """Whether one of them is."""
        return bool(high - low >= self.width[n] and high - value >= self.above[n])


@define(eq=False)
class Proof:
    """Tables nobody can tell from the true one, as moves of the hidden cells; together they show what remains possible."""

    attack: Attack
    guarded: Guarded
    moves: Moves
    """A column a hidden cell."""

    @property
    def at(self) -> Whole:
        """Where the guarded cells stand among the hidden ones."""
        return self.attack.at[self.guarded.cells]

    @property
    def value(self) -> Whole:
        """The true values of the guarded cells."""
        return self.attack.value[self.at]

    def ranges(self) -> tuple[Whole, Whole]:
        """The least and the greatest each guarded cell is in these tables and the true one."""
        seen = self.moves.rows[:, self.at]
        return self.value + seen.min(axis=0, initial=0), self.value + seen.max(axis=0, initial=0)

    def complete(self, *, trial: bool = False) -> npt.NDArray[np.bool_]:
        """Look for tables until each guarded cell is proven safe, or cannot be: which of them are.

        A `trial` gives up at the first that is not proven.
        """
        low, high = self.ranges()
        safe = self.guarded.are_safe(low, high, self.value)
        for n in np.flatnonzero(~safe).tolist():
            found = _Range(self.guarded, n, int(self.value[n]), int(low[n]), int(high[n]))
            before = len(self.moves.rows)
            safe[n] = found.is_safe or self._widen(found)
            if added := self.moves.rows[before:, self.at].tolist():
                low, high = (
                    np.minimum(low, self.value + np.min(added, axis=0)),
                    np.maximum(high, self.value + np.max(added, axis=0)),
                )
            if trial and not safe[n]:
                break
        return safe

    def _widen(self, found: _Range) -> bool:
        """Look for tables in which one cell is far enough from itself; whether there are some."""
        value, at = found.value, int(self.at[found.n])
        for sign in (1, -1):
            if not found.is_safe and (most := found.most(sign)) > 0:
                self._add(found, summed(self.moves.rows, self.attack.room, at, sign, most), at)
        furthest = {1: found.high - value, -1: value - found.low}
        for sign in (1, -1):
            if not found.is_safe and (most := found.most(sign)) > 0:
                reach = self.attack.move(at, sign, most)
                furthest[sign] = max(furthest[sign], reach.furthest)
                self._add(found, reach.move, at)
        # In fractions too it does not reach far enough: in whole numbers it cannot.
        for sign in (1, -1) if self.guarded.is_safe(found.n, value - furthest[-1], value + furthest[1], value) else ():
            if not found.is_safe and (most := found.most(sign)) > 0:
                self._add(found, self.attack.whole_move(at, sign, most), at)
        return found.is_safe

    def _add(self, found: _Range, move: Whole | None, at: int) -> None:
        if move is not None and found.takes(int(move[at])):
            self.moves.add(move)


@define
class _Range:
    """Between what one guarded cell is known to lie."""

    guarded: Guarded
    n: int
    value: int
    low: int
    high: int

    @property
    def is_safe(self) -> bool:
        """Whether that is wide enough."""
        return self.guarded.is_safe(self.n, self.low, self.high, self.value)

    def most(self, sign: int) -> int:
        """How far the cell must move, one way, given how far it moves the other: no further is asked."""
        width, above = int(self.guarded.width[self.n]), int(self.guarded.above[self.n])
        if sign > 0:
            return max(width - (self.value - self.low), above)
        return min(self.value, width - (self.high - self.value))

    def takes(self, change: int) -> bool:
        """Whether a change widens it; then it does."""
        low, high = min(self.low, self.value + change), max(self.high, self.value + change)
        widens = (low, high) != (self.low, self.high)
        self.low, self.high = low, high
        return widens


def prove(equations: Equations, hidden: Whole, guarded: Guarded, moves: Whole | None = None, room: Room | None = None) -> Proof:
    """The proof that hiding some cells protects those guarded, as far as there is one.

    It starts from the truth alone, and from moves of all cells (a row each) that are known to change hidden ones only.
    `room` is what remains of cells that are told, but not exactly.
    """
    attack, known = Attack(equations, hidden, room), Moves(len(hidden))
    for move in moves if moves is not None else ():
        if attack.holds(move[hidden]):
            known.add(move[hidden])
    return Proof(attack, guarded, known)
