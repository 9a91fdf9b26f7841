"""What one seat keeps of those who propose to it: the reserved places as full as can be, by the best who can fill them.

Of all who proposed so far a seat keeps, in its order, each one that still lets those kept and itself sit on reserved
places, each on one they fulfil; then the best of the others, as long as there are places. In the literature this is the
meritorious choice rule for overlapping horizontal reserves (Sönmez and Yenmez, Affirmative Action in India via Vertical,
Horizontal, and Overlapping Reservations, Econometrica 90, 2022).

Those who can sit together on reserved places are the independent sets of a matroid, so the rule may be followed one
proposal at a time: a newcomer either joins those on reserved places, or takes the place of the last of those whose
places could be shifted to make room, or stands with the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from attrs import define, field

Mask = int
"""Which reserves of a seat someone fulfils: bit r for the r-th."""


@define(eq=False)
class SeatChoice:
    """The applications a seat keeps, by their ranks in its order (0 is first). Ranks are distinct."""

    places: int
    reserved: Sequence[int]
    """The places of each of its reserves."""
    open: list[int] = field(factory=list)
    """Ranks of those kept on no reserved place, negated: a heap whose head is the last of them."""
    sitting: dict[Mask, list[int]] = field(factory=dict)
    """Those on reserved places by what they fulfil, as such heaps."""
    on: dict[Mask, list[int]] = field(factory=dict)
    """How many of those sit on each reserve."""
    taken: list[int] = field(init=False)
    """How many sit on each reserve."""
    seated: int = 0
    """How many sit on reserved places."""
    barred: dict[Mask, int] = field(factory=dict)
    """The best rank that got no reserved place, for each sort of newcomer: whoever stands after it gets none either."""

    def __attrs_post_init__(self) -> None:
        self.taken = [0] * len(self.reserved)

    def propose(self, rank: int, mask: Mask) -> int | None:
        """Consider one more; the rank that is let go, if any: the newcomer's or another's."""
        pushed = self._reserve(rank, mask) if mask and (mask not in self.barred or rank < self.barred[mask]) else rank
        if pushed is not None:
            heappush(self.open, -pushed)
        if len(self.open) + self.seated > self.places:
            return -heappop(self.open)
        return None

    def _reserve(self, rank: int, mask: Mask) -> int | None:
        """Give a newcomer a reserved place if it should have one; who stands with the others instead, if anyone."""
        path, reached = self._search(mask)
        if path is not None and self.seated < self.places:
            self._shift(path, mask)
            self._sit(rank, mask)
            return None
        # Where there are no more places than people sitting, anyone who sits may make room.
        there = [other for other, on in self.on.items() if path is not None or any(on[r] for r in reached)]
        last = max(there, key=lambda other: -self.sitting[other][0] if self.sitting[other] else -1, default=None)
        if last is None or not self.sitting[last] or -self.sitting[last][0] < rank:
            self.barred[mask] = min(rank, self.barred.get(mask, rank))
            return rank
        pushed = -heappop(self.sitting[last])
        self._leave(last, path, reached)
        self.seated -= 1
        again, _ = self._search(mask)
        assert again is not None, "whoever left made room"
        self._shift(again, mask)
        self._sit(rank, mask)
        return pushed

    def _leave(self, mask: Mask, path: object, reached: frozenset[int]) -> None:
        """Take one of a sort off a reserve: one from which the newcomer can be reached."""
        on = self.on[mask]
        reserve = next(r for r in range(len(on)) if on[r] and (path is not None or r in reached))
        on[reserve] -= 1
        self.taken[reserve] -= 1

    def _sit(self, rank: int, mask: Mask) -> None:
        heappush(self.sitting.setdefault(mask, []), -rank)
        self.seated += 1

    def _search(self, mask: Mask) -> tuple[list[tuple[int, Mask | None]] | None, frozenset[int]]:
        """The way to a free reserved place: (reserve, sort that moves on from it) …; None with the reserves reached."""
        came: dict[int, tuple[int, Mask] | None] = {}
        waiting = []
        for reserve in range(len(self.reserved)):
            if mask >> reserve & 1:
                came[reserve] = None
                waiting.append(reserve)
        for reserve in waiting:
            if self.taken[reserve] < self.reserved[reserve]:
                return self._way(reserve, came), frozenset()
            for other, on in self.on.items():
                if not on[reserve]:
                    continue
                for onward in range(len(self.reserved)):
                    if other >> onward & 1 and onward not in came:
                        came[onward] = (reserve, other)
                        waiting.append(onward)
        return None, frozenset(came)

    @staticmethod
    def _way(free: int, came: dict[int, tuple[int, Mask] | None]) -> list[tuple[int, Mask | None]]:
        way: list[tuple[int, Mask | None]] = [(free, None)]
        here = free
        while (step := came[here]) is not None:
            here, mover = step
            way.append((here, mover))
        return way[::-1]

    def _shift(self, way: list[tuple[int, Mask | None]], mask: Mask) -> None:
        """Move one of each sort on along the way, and count the newcomer on its first reserve."""
        mover = mask
        for reserve, onward in way:
            on = self.on.setdefault(mover, [0] * len(self.reserved))
            on[reserve] += 1
            if onward is None:
                self.taken[reserve] += 1
                return
            self.on[onward][reserve] -= 1
            mover = onward

    def kept(self) -> dict[int, int | None]:
        """The ranks it keeps, each with the reserve it sits on, or None."""
        found: dict[int, int | None] = {-rank: None for rank in self.open}
        for mask, ranks in self.sitting.items():
            reserves = [reserve for reserve, many in enumerate(self.on[mask]) for _ in range(many)]
            found |= dict(zip(sorted(-rank for rank in ranks), reserves, strict=True))
        return found
