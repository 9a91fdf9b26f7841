"""The fewest cells that can be hidden, proven: for small tables, where all that could be better can be ruled out.

Whatever does not protect a cell does not protect it with fewer cells hidden either. So each choice that fails, made as large as
it can be while it still fails, says that one of the cells left out must be hidden; the fewest cells that obey all that was said
so are the answer as soon as they pass the audit (implicit hitting sets; Moreno-Centeno and Karp, Operations Research 61, 2013).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from attrs import define, field

from cigem_core.disclosure.audit import Guarded, Proof
from cigem_core.disclosure.cells import Equations
from cigem_core.disclosure.moves import Moves
from cigem_core.disclosure.programs import Attack
from cigem_core.solve.whole import Problem

if TYPE_CHECKING:
    Whole = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

_WORK = 2_500
"""How much may be solved, as `suppression.WORK`."""
_ROUNDS = 200


def fewest(equations: Equations, guarded: Guarded, *, known: Mask, silent: Mask, chosen: Mask) -> tuple[Mask, int]:
    """The cells to hide instead of those chosen, if fewer will do; and how few of those published it is proven to take."""
    judge, told = _Trials.of(equations, guarded, np.flatnonzero(~known)), ~silent
    found, least = int((chosen & told).sum()), int(told[guarded.cells].sum())
    asked = _Fewest(equations, judge, silent)
    for _ in range(_ROUNDS):
        hidden, least = asked.answer(least)
        if least >= found or judge.attack.work > _WORK:
            break
        failing = judge.failing(hidden, np.arange(len(guarded.cells)))
        if judge.attack.is_unsure:
            break
        if not len(failing):
            chosen = np.zeros(len(chosen), dtype=bool)
            chosen[judge.attack.cells[hidden]] = True
            break
        for n in failing.tolist():
            grown = judge.grown(hidden, n)
            if judge.attack.is_unsure or judge.attack.work > _WORK:
                break
            asked.one_of(~grown)
        else:
            continue
        break
    return chosen, min(least, found)


@define(eq=False)
class _Trials:
    """Whether cells are protected by a choice of those that could be hidden; what is found serves the next choice."""

    attack: Attack
    guarded: Guarded
    _known: Whole
    """The moves found so far, a column a cell that could be hidden."""
    _hidden: Mask = field(init=False)

    @classmethod
    def of(cls, equations: Equations, guarded: Guarded, cells: Whole) -> _Trials:
        return cls(Attack(equations, cells), guarded, np.zeros((0, len(cells)), dtype=np.int64))

    def __attrs_post_init__(self) -> None:
        self._hidden = np.ones(self.attack.size, dtype=bool)

    def failing(self, hidden: Mask, some: Whole) -> Whole:
        """Which of some guarded cells a choice does not protect."""
        for at in np.flatnonzero(hidden != self._hidden).tolist():
            self.attack.publish(at, is_published=not hidden[at])
        self._hidden = hidden.copy()
        moves = Moves(self.attack.size)
        for move in self._known[~self._known[:, ~hidden].any(axis=1)]:
            moves.add(move)
        before, proof = len(moves), Proof(self.attack, self.guarded.part(some), moves)
        safe = proof.complete()
        self._known = np.vstack([self._known, moves.rows[before:]])
        return some[~safe]

    def grown(self, hidden: Mask, n: int) -> Mask:
        """A choice with as many cells as can be hidden beside it while it still does not protect one guarded cell."""
        beside = np.flatnonzero(~hidden)
        return self._grown(hidden, beside, np.array([n]))

    def _grown(self, hidden: Mask, beside: Whole, one: Whole) -> Mask:
        more = hidden.copy()
        more[beside] = True
        if not len(beside) or len(self.failing(more, one)):
            return more
        if len(beside) == 1:
            return hidden
        half = len(beside) // 2
        return self._grown(self._grown(hidden, beside[half:], one), beside[:half], one)


class _Fewest:
    """The fewest cells that obey what is known of every choice."""

    def __init__(self, equations: Equations, judge: _Trials, silent: Mask) -> None:
        self._problem, attack = Problem(), judge.attack
        self._at = [self._problem.number(1) for _ in range(attack.size)]
        self._told = {at: -1 for at in self._at if not silent[attack.cells[at]]}
        fixed = {int(at) for at in attack.at[judge.guarded.cells]}
        for at in self._at:
            if at in fixed or at not in self._told:
                self._problem.limit({at: 1}, at_least=1)
        # One alone in a sum is as good as published, so nobody hides it.
        for members in _sums(equations, attack):
            for at in members:
                if at in self._told:
                    self._problem.limit({other: 1 if other != at else -1 for other in members}, at_least=0)

    def one_of(self, cells: Mask) -> None:
        """One of some cells must be hidden."""
        self._problem.limit({int(at): 1 for at in np.flatnonzero(cells)}, at_least=1)

    def answer(self, least: int) -> tuple[Mask, int]:
        """The fewest cells, and how many of them would be published otherwise."""
        best = self._problem.best(self._told)
        return np.array(best.values, dtype=bool), max(least, -best.bounds[0])


def _sums(equations: Equations, attack: Attack) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for row, at in zip(equations.row.tolist(), attack.at[equations.cell].tolist(), strict=True):
        if at >= 0:
            found.setdefault(row, []).append(at)
    return list(found.values())
