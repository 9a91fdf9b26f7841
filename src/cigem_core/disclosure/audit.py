"""The attacker's audit: what can be known of each hidden cell, and whether that is too much. Nothing is published without it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from attrs import define, field, frozen

from cigem_core.disclosure.cells import Equations
from cigem_core.disclosure.moves import Moves, Room, summed
from cigem_core.disclosure.programs import Attack

if TYPE_CHECKING:
    Whole = npt.NDArray[np.int64]


@frozen(kw_only=True, eq=False)
class Guarded:
    """The cells that need protection, and how much: the width of what remains possible, and how far above the truth."""

    cells: Whole
    width: Whole
    above: Whole

    def part(self, some: Whole | npt.NDArray[np.bool_]) -> Guarded:
        """Some of them."""
        return Guarded(cells=self.cells[some], width=self.width[some], above=self.above[some])

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
    at: Whole = field(init=False)
    """Where the guarded cells stand among the hidden ones."""
    value: Whole = field(init=False)
    """The true values of the guarded cells."""
    low: Whole = field(init=False)
    """The least each guarded cell is in these tables and the true one."""
    high: Whole = field(init=False)
    """The greatest."""

    def __attrs_post_init__(self) -> None:
        self.at = self.attack.at[self.guarded.cells]
        self.value = self.attack.value[self.at]
        self.low, self.high = self.value.copy(), self.value.copy()
        self._look(np.arange(len(self.at)))

    def _look(self, some: Whole, since: int = 0) -> None:
        """Take the ranges of some guarded cells from the tables there are, or from those found since."""
        seen = self.moves.seen(self.at[some], since)
        low, high = (self.low[some], self.high[some]) if since else (self.value[some], self.value[some])
        self.low[some] = np.minimum(low, self.value[some] + seen.min(axis=0, initial=0))
        self.high[some] = np.maximum(high, self.value[some] + seen.max(axis=0, initial=0))

    def complete(self, *, trial: bool = False) -> npt.NDArray[np.bool_]:
        """Look for tables until each guarded cell is proven safe, or cannot be: which of them are.

        A `trial` gives up at the first that is not proven, and soon.
        """
        safe = self.guarded.are_safe(self.low, self.high, self.value)
        every = np.arange(len(self.at))
        for n in np.flatnonzero(~safe).tolist():
            found = _Range(self.guarded, n, int(self.value[n]), int(self.low[n]), int(self.high[n]))
            before = len(self.moves)
            safe[n] = found.is_safe or self._widen(found, near=trial)
            if len(self.moves) > before:
                self._look(every, since=before)
            if trial and not safe[n]:
                break
        return safe

    def holds_without(self, at: int) -> bool:
        """Whether all are still proven safe with one of the hidden cells published; if not, all is as it was."""
        low, high, count = self.low.copy(), self.high.copy(), len(self.moves)
        self.attack.publish(at, is_published=True)
        gone = np.flatnonzero(self.moves.of(at))
        users = self.moves.some(gone)
        self.moves.put_away(gone)
        for move in _without(users, at, self.attack.value):
            self.moves.add(move)
        self._look(np.flatnonzero(users[:, self.at].any(axis=0)))
        if self.complete(trial=True).all():
            return True
        self.moves.back(count, gone)
        self.attack.publish(at, is_published=False)
        self.low, self.high = low, high
        return False

    def _widen(self, found: _Range, *, near: bool) -> bool:
        """Look for tables in which one cell is far enough from itself; whether there are some."""
        value, at = found.value, int(self.at[found.n])
        for sign in (1, -1):
            if not found.is_safe and (most := found.most(sign)) > 0:
                self._add(found, summed(self.moves, self.attack.room, at, sign, most), at)
        furthest = {1: found.high - value, -1: value - found.low}
        for sign in (1, -1):
            if not found.is_safe and (most := found.most(sign)) > 0:
                reach = self.attack.move(at, sign, most)
                furthest[sign] = max(furthest[sign], reach.furthest)
                self._add(found, reach.move, at)
        # In fractions too it does not reach far enough: in whole numbers it cannot.
        for sign in (1, -1) if self.guarded.is_safe(found.n, value - furthest[-1], value + furthest[1], value) else ():
            if not found.is_safe and (most := found.most(sign)) > 0:
                self._add(found, self.attack.whole_move(at, sign, most, near=near), at)
        return found.is_safe

    def _add(self, found: _Range, move: Whole | None, at: int) -> None:
        if move is not None and found.takes(int(move[at])):
            self.moves.add(move)


def _without(users: Whole, at: int, value: Whole) -> Whole:
    """What moves become that are set against each other until they leave one cell as it is."""
    pivots = sorted((one for one in users if abs(one[at]) == 1), key=np.count_nonzero)[:_PIVOTS]
    mended = [users - np.outer(users[:, at] * one[at], one) for one in pivots]
    found = [some[((value + some) >= 0).all(axis=1) & some.any(axis=1)] for some in mended]
    return max(found, key=len) if found else users[:0]


_PIVOTS = 3


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


def prove(equations: Equations, hidden: Whole, guarded: Guarded, moves: Iterable[Whole] = (), room: Room | None = None) -> Proof:
    """The proof that hiding some cells protects those guarded, as far as there is one.

    It starts from the truth alone, and from moves of all cells that are known to change hidden ones only.
    `room` is what remains of cells that are told, but not exactly.
    """
    attack, known = Attack(equations, hidden, room), Moves(len(hidden))
    for move in moves:
        if attack.holds(move[hidden]):
            known.add(move[hidden])
    return Proof(attack, guarded, known)
