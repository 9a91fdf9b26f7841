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

from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush, heapreplace

from attrs import define, field, frozen

Mask = int
"""Which reserves of a seat someone fulfils: bit r for the r-th."""

NEVER = 1 << 62
"""A rank after all others."""

_Came = Mapping[int, "tuple[int, Mask] | None"]
"""Reserve → the reserve before it, and the sort of people who can move on from there; None where a newcomer may sit."""


@frozen
class _Shifts:
    """How far a newcomer can shift those who sit on reserved places."""

    free: int | None
    """A reserve with a free place; None where there is none within reach."""
    came: _Came
    sorts: tuple[Mask, ...]
    """The sorts of people of whom one could leave to make room, where no place is free."""


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
    """How many of each sort sit on each reserve."""
    left: list[int] = field(init=False)
    """The free places of each reserve."""
    seated: int = 0
    """How many sit on reserved places."""
    barred: dict[Mask, int] = field(factory=dict)
    """The rank from which on nobody of a sort gets a reserved place any more."""
    _reaches: dict[Mask, _Shifts] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.left = list(self.reserved)

    def propose(self, rank: int, mask: Mask) -> int | None:
        """Consider one more; the rank that is let go, if any: the newcomer's or another's."""
        pushed: int | None = rank
        if mask and (mask not in self.barred or rank < self.barred[mask]):
            pushed = self._reserve(rank, mask)
        if pushed is not None:
            heappush(self.open, -pushed)
        if len(self.open) + self.seated > self.places:
            return -heappop(self.open)
        return None

    def last_open(self) -> int:
        """The rank after which nobody gets an open place: none where there is room, everyone where all sit on reserves."""
        if len(self.open) + self.seated < self.places:
            return NEVER
        return -self.open[0] if self.open else -1

    def shut_from(self) -> int:
        """A rank from which on nobody is kept any more, whatever they fulfil.

        Whoever fulfils several reserves is shut out where those who fulfil one of them each are.
        """
        last = self.last_open()
        for reserve, many in enumerate(self.reserved):
            if not many or last == NEVER:
                continue
            reach = self._reaches.get(1 << reserve) or self._explore(1 << reserve)
            if reach.free is not None and self.seated < self.places:
                return NEVER
            last = max([last, *(-self.sitting[sort][0] for sort in self._movable(reach))])
        return last if last == NEVER else last + 1

    def ranks(self) -> Iterator[int]:
        """The ranks it keeps."""
        for ranks in (self.open, *self.sitting.values()):
            yield from (-rank for rank in ranks)

    def kept(self) -> dict[int, int | None]:
        """The ranks it keeps, each with the reserve it sits on, or None."""
        found: dict[int, int | None] = {-rank: None for rank in self.open}
        for mask, ranks in self.sitting.items():
            reserves = [reserve for reserve, many in enumerate(self.on[mask]) for _ in range(many)]
            found |= dict(zip(sorted(-rank for rank in ranks), reserves, strict=True))
        return found

    def _reserve(self, rank: int, mask: Mask) -> int | None:
        """Give a newcomer a reserved place if it should have one; who stands with the others instead, if anyone."""
        reach = self._reaches.get(mask) or self._explore(mask)
        if reach.free is not None and self.seated < self.places:
            self._sit(rank, mask, reach)
            return None
        last, leaving = 1, mask
        for sort in self._movable(reach):
            if self.sitting[sort][0] < last:
                last, leaving = self.sitting[sort][0], sort
        if -last < rank:
            self.barred[mask] = 1 - last
            return rank
        if leaving == mask:
            heapreplace(self.sitting[mask], -rank)
        elif reach.free is None:
            heappop(self.sitting[leaving])
            heappush(self.sitting.setdefault(mask, []), -rank)
            self._shift(mask, reach, next(r for r in reach.came if self.on[leaving][r]), leaving)
        else:
            heappop(self.sitting[leaving])
            place = next(r for r, many in enumerate(self.on[leaving]) if many)
            self._count(leaving, place, -1)
            self.left[place] += 1
            self.seated -= 1
            self._reaches.clear()
            self._sit(rank, mask, self._explore(mask))
        return -last

    def _movable(self, reach: _Shifts) -> Sequence[Mask]:
        """The sorts of people of whom one could make room; where no more may sit than do, that is anyone who sits."""
        return reach.sorts if reach.free is None else [sort for sort, ranks in self.sitting.items() if ranks]

    def _sit(self, rank: int, mask: Mask, reach: _Shifts) -> None:
        """Sit a newcomer down, where a place is within reach."""
        assert reach.free is not None
        self.left[reach.free] -= 1
        if not self.left[reach.free]:
            self._reaches.clear()
        heappush(self.sitting.setdefault(mask, []), -rank)
        self.seated += 1
        self._shift(mask, reach, reach.free, None)

    def _shift(self, mask: Mask, reach: _Shifts, place: int, leaving: Mask | None) -> None:
        """Free a place by moving people on one after the other, and count the newcomer where the first one sat."""
        if leaving is not None:
            self._count(leaving, place, -1)
        while (step := reach.came[place]) is not None:
            before, mover = step
            self._count(mover, place, 1)
            self._count(mover, before, -1)
            place = before
        self._count(mask, place, 1)

    def _count(self, sort: Mask, place: int, change: int) -> None:
        """One more, or one less, of a sort on a reserve; what was known of reaches holds unless the first or last did so."""
        on = self.on.setdefault(sort, [0] * len(self.reserved))
        on[place] += change
        if on[place] == (change == 1):
            self._reaches.clear()

    def _explore(self, mask: Mask) -> _Shifts:
        """Look from the reserves a newcomer fulfils to those that people sitting there could move on to."""
        came: dict[int, tuple[int, Mask] | None] = {r: None for r in range(len(self.reserved)) if mask >> r & 1}
        waiting = list(came)
        for place in waiting:
            if self.left[place]:
                reach = _Shifts(place, came, ())
                break
            for sort, on in self.on.items():
                if on[place]:
                    onward = [r for r in range(len(self.reserved)) if sort >> r & 1 and r not in came]
                    came.update(dict.fromkeys(onward, (place, sort)))
                    waiting += onward
        else:
            reach = _Shifts(None, came, tuple(sort for sort, on in self.on.items() if any(on[r] for r in came)))
        self._reaches[mask] = reach
        return reach
