"""The attacker's audit: what can be known of each hidden cell, and whether that is too much. Nothing is published without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from attrs import define, field, frozen

from cigem_core.disclosure.cells import Equations
from cigem_core.disclosure.moves import Attack

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


@define(eq=False)
class Proof:
    """Tables nobody can tell from the true one, as moves of the hidden cells; together they show what remains possible."""

    attack: Attack
    guarded: Guarded
    moves: list[Whole] = field(factory=list)

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
        seen = np.stack([np.zeros(self.attack.size, dtype=np.int64), *self.moves])[:, self.at]
        return self.value + seen.min(axis=0), self.value + seen.max(axis=0)

    def complete(self, *, trial: bool = False) -> npt.NDArray[np.bool_]:
        """Look for tables until each guarded cell is proven safe, or cannot be: which of them are.

        A `trial` gives up at the first that is not proven.
        """
        low, high = self.ranges()
        safe = self.guarded.are_safe(low, high, self.value)
        for n in np.flatnonzero(~safe).tolist():
            for sign in (1, -1):
                if self.guarded.are_safe(low, high, self.value)[n]:
                    break
                most = self._most(n, sign, low, high)
                if most > 0 and (move := self.attack.move(int(self.at[n]), sign, most)) is not None:
                    self.moves.append(move)
                    low, high = np.minimum(low, self.value + move[self.at]), np.maximum(high, self.value + move[self.at])
            if trial and not self.guarded.are_safe(low, high, self.value)[n]:
                break
        return self.guarded.are_safe(low, high, self.value)

    def _most(self, n: int, sign: int, low: Whole, high: Whole) -> int:
        """How far a cell must move, one way, given how far it moves the other: no further is asked."""
        if sign > 0:
            return int(max(self.guarded.width[n] - (self.value[n] - low[n]), self.guarded.above[n]))
        return int(min(self.value[n], self.guarded.width[n] - (high[n] - self.value[n])))


def prove(equations: Equations, hidden: Whole, guarded: Guarded) -> Proof:
    """The proof that hiding some cells protects those guarded, as far as there is one; it starts from the truth alone."""
    return Proof(Attack(equations, hidden), guarded)
