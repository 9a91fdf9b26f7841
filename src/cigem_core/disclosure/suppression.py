"""Complementary suppression: which further cells to hide so that the sensitive ones cannot be reckoned, as few as can be.

First each sensitive cell in turn gets room to move by the cheapest cells (sequential linear programs); then each cell that
was hidden for that is shown again where the proof holds without it. For a small table the fewest are looked for beside that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cigem_core.disclosure.audit import Guarded, Proof, prove
from cigem_core.disclosure.cells import Equations
from cigem_core.disclosure.fewest import fewest
from cigem_core.disclosure.moves import Moves, Room, summed
from cigem_core.disclosure.programs import FREE, Search

if TYPE_CHECKING:
    Whole = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

SMALL = 150
"""How many cells that could be hidden a table may have to be called small."""
WORK = 1_500
"""How much the search for fewer cells may solve: it is bounded by work, not by time, to be the same everywhere."""


def suppress(equations: Equations, guarded: Guarded, *, known: Mask, silent: Mask, hidden: Mask) -> tuple[Mask, Proof, int]:
    """The cells to hide, the proof, and how few of those published it takes at least, as far as that is known.

    `known` cannot be hidden, `silent` are not published anyhow, `hidden` begin so.
    """
    chosen = hidden | silent
    chosen[guarded.cells] = True
    chosen &= ~known
    chosen, moves = _enough(equations, guarded, known, chosen)
    proof = prove(equations, np.flatnonzero(chosen), guarded, moves)
    safe = proof.complete()
    if not safe.all():
        chosen, more = _enough(equations, guarded.part(~safe), known, chosen, whole=True)
        proof = prove(equations, np.flatnonzero(chosen), guarded, [*moves, *more])
        safe = proof.complete()
    is_small = np.count_nonzero(~known) <= SMALL
    if not safe.all():
        # One that cannot rise so far, its total being known, may reach as far by falling, too.
        chosen = ~known if is_small else chosen | _moving(equations, guarded.part(~safe), known)
        proof = prove(equations, np.flatnonzero(chosen), guarded, moves)
        safe = proof.complete()
    least = int(np.count_nonzero(~silent[guarded.cells]))
    if safe.all():
        fixed = silent.copy()
        fixed[guarded.cells] = True
        chosen = _fewer(equations, proof, chosen, fixed)
        if is_small:
            fewer, least = fewest(equations, guarded, known=known, silent=silent, chosen=chosen)
            if (fewer != chosen).any():
                again = prove(equations, np.flatnonzero(fewer), guarded)
                if again.complete().all():
                    chosen, proof = fewer, again
    return chosen, proof, least


def _enough(equations: Equations, guarded: Guarded, known: Mask, chosen: Mask, *, whole: bool = False) -> tuple[Mask, Whole]:
    """Hide cells until each guarded one may rise as far as it must, the smallest ask first; with the moves that show it."""
    chosen = chosen.copy()
    cost = 1.0 + 0.05 * np.log1p(equations.value)
    cost[chosen] = FREE
    reach = int(np.median(guarded.width)) if len(guarded.width) else 1
    search = Search(equations, np.flatnonzero(~known), cost, max(1, reach))
    low, high = equations.value.copy(), equations.value.copy()
    moves, room = Moves(len(equations.value)), Room.above_zero(equations.value)
    for n in np.argsort(equations.value[guarded.cells], kind="stable"):
        cell = int(guarded.cells[n])
        rise = max(int(guarded.width[n] - (equations.value[cell] - low[cell])), int(guarded.above[n]))
        if known[cell] or high[cell] - equations.value[cell] >= rise:
            continue
        move = summed(moves, room, cell, 1, rise)
        if move is None or move[cell] < rise:
            change = search.push(cell, rise, whole=whole)
            new = search.cells[(np.abs(change) > 1e-7) & ~chosen[search.cells]]
            if len(new):
                chosen[new] = True
                search.free(new)
            if not search.are_whole(change):
                continue
            move = np.zeros(len(equations.value), dtype=np.int64)
            move[search.cells] = np.rint(change).astype(np.int64)
        moves.add(move)
        low, high = np.minimum(low, equations.value + move), np.maximum(high, equations.value + move)
    return chosen, moves.rows


def _moving(equations: Equations, guarded: Guarded, known: Mask) -> Mask:
    """The cells that move where each guarded one goes up and down as far as it must, and anything that can be may be hidden."""
    free = np.flatnonzero(~known)
    proof = prove(equations, free, guarded)
    proof.complete()
    moving = np.zeros(len(known), dtype=bool)
    moving[free] = proof.moves.uses() > 0
    return moving


def _fewer(equations: Equations, proof: Proof, chosen: Mask, fixed: Mask) -> Mask:
    """Show again, one after the other, the cells that the proof can do without, the largest first."""
    attack, uses = proof.attack, proof.moves.uses()
    loose = [at for at in range(attack.size) if not fixed[attack.cells[at]]]
    rows = _Rows(equations, attack.cells)
    for at in sorted(loose, key=lambda at: (-attack.value[at], uses[at])):
        if attack.work <= WORK and rows.may_show(at, proof.at) and proof.holds_without(at):
            rows.show(at)
            chosen[attack.cells[at]] = False
    return chosen


class _Rows:
    """How many hidden cells each sum has: one alone is as good as published."""

    def __init__(self, equations: Equations, cells: Whole) -> None:
        at = np.full(len(equations.value), -1, dtype=np.int64)
        at[cells] = np.arange(len(cells))
        inside = at[equations.cell] >= 0
        self._of_cell: dict[int, list[int]] = {}
        self._members: dict[int, set[int]] = {}
        for row, cell in zip(equations.row[inside].tolist(), at[equations.cell[inside]].tolist(), strict=True):
            self._of_cell.setdefault(cell, []).append(row)
            self._members.setdefault(row, set()).add(cell)

    def may_show(self, at: int, guarded: Whole) -> bool:
        """Whether no guarded cell would be reckoned at once, by one sum after the other."""
        kept, shown, todo = set(guarded.tolist()), {at}, [at]
        while todo:
            for row in self._of_cell.get(todo.pop(), ()):
                left = self._members[row] - shown
                if len(left) == 1:
                    (alone,) = left
                    if alone in kept:
                        return False
                    shown.add(alone)
                    todo.append(alone)
        return True

    def show(self, at: int) -> None:
        """A cell is hidden no longer."""
        for row in self._of_cell.get(at, ()):
            self._members[row].discard(at)
