"""Moves: changes of hidden cells that leave every published one and every sum as they are, and what is made of known ones.

Whoever knows the published cells cannot tell a table from itself moved. A move of whole numbers that leaves no cell below
zero is therefore a proof of what cannot be known, and is checked in whole numbers before it is believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from attrs import frozen

if TYPE_CHECKING:
    Whole = npt.NDArray[np.int64]

_NO_LIMIT = 2**60
_TRIED = 40
"""How many known moves are tried one after the other."""


@frozen(eq=False)
class Room:
    """How far each cell may go, down and up, for all that anybody can tell."""

    down: Whole
    up: Whole

    @classmethod
    def above_zero(cls, value: Whole) -> Room:
        """Counts are not negative, and nothing else is known."""
        return cls(value, np.full(len(value), _NO_LIMIT))

    def holds(self, change: Whole) -> bool:
        """Whether a change stays within it."""
        return bool(((change >= -self.down) & (change <= self.up)).all())


class Moves:
    """Moves one under the other, a column a cell, to which more are added; some may be put away, and come back."""

    def __init__(self, size: int) -> None:
        self._rows = np.zeros((16, size), dtype=np.int64)
        self._held = np.zeros(16, dtype=bool)
        self._count = 0

    @property
    def rows(self) -> Whole:
        """All of them."""
        return self._rows[: self._count][self._held[: self._count]]

    def of(self, cell: int) -> Whole:
        """How each of them changes a cell, those put away by nothing; what stands where counts for `some`."""
        return self._rows[: self._count, cell] * self._held[: self._count]

    def some(self, which: Whole) -> Whole:
        """Those that stand there."""
        return self._rows[which]

    def seen(self, cells: Whole, since: int = 0) -> Whole:
        """How they change some cells, from one of them on."""
        kept = np.flatnonzero(self._held[since : self._count]) + since
        return self._rows[kept][:, cells]

    def uses(self) -> Whole:
        """How many of them change each cell."""
        return np.asarray(np.count_nonzero(self._rows[: self._count], axis=0), dtype=np.int64)

    def add(self, move: Whole) -> None:
        """One more."""
        if self._count == len(self._rows):
            self._rows = np.vstack([self._rows, np.zeros_like(self._rows)])
            self._held = np.concatenate([self._held, np.zeros_like(self._held)])
        self._rows[self._count], self._held[self._count] = move, True
        self._count += 1

    def put_away(self, which: Whole) -> None:
        """Do without some of them."""
        self._held[which] = False

    def back(self, count: int, which: Whole) -> None:
        """As when there were so many: with those put away since, without those added."""
        self._held[count : self._count] = False
        self._count = count
        self._held[which] = True

    def __len__(self) -> int:
        return self._count


def summed(moves: Moves, room: Room, at: int, sign: int, most: int) -> Whole | None:
    """Moves one after the other that take a cell as far as `most`, up or down, within the room there is; None if none do.

    What can be done twice is one move more: few programs have to be solved where some moves are known.
    """
    towards = sign * moves.of(at)
    which = np.flatnonzero(towards)
    some, towards = moves.some(which), towards[which]
    order = np.lexsort((np.count_nonzero(some, axis=1), -np.abs(towards)))[:_TRIED]
    reached = np.zeros(some.shape[1], dtype=np.int64)
    for one in order:
        step = some[one] if towards[one] > 0 else -some[one]
        while sign * reached[at] < most and room.holds(reached + step):
            reached = reached + step
    return reached if reached[at] else None
