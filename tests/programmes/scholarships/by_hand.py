"""The choice of a seat and the best stable allocation, reckoned the slow way: word for word, and by trying everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from attrs import evolve, frozen

Reserved = tuple[str, int, frozenset[str]]


@frozen
class Small:
    """A market small enough to look at whole."""

    preferences: Mapping[str, tuple[str, ...]]
    priorities: Mapping[str, tuple[str, ...]]
    places: Mapping[str, int]
    reserves: Mapping[str, tuple[Reserved, ...]]

    @property
    def arguments(self) -> tuple[object, ...]:
        return self.preferences, self.priorities, self.places, self.reserves

    def saying(self, who: str, seats: Sequence[str]) -> Small:
        return evolve(self, preferences={**self.preferences, who: tuple(seats)})

    def without(self, *gone: str) -> Small:
        return evolve(self, preferences={who: seats for who, seats in self.preferences.items() if who not in gone})


def can_sit(people: Sequence[str], reserves: Sequence[Reserved]) -> bool:
    """Whether all of some people can sit on reserved places, each on one they fulfil."""
    places = [members for _, many, members in reserves for _ in range(many)]
    taken: dict[int, str] = {}

    def sits(who: str, tried: set[int]) -> bool:
        for at, members in enumerate(places):
            if who in members and at not in tried:
                tried.add(at)
                if at not in taken or sits(taken[at], tried):
                    taken[at] = who
                    return True
        return False

    return all(sits(who, set()) for who in people)


def chosen(market: Small, seat: str, proposing: Sequence[str]) -> tuple[list[str], list[str]]:
    """Whom a seat keeps on reserved places, and whom on open ones."""
    order = [who for who in market.priorities[seat] if who in proposing]
    many, reserved = market.places[seat], list[str]()
    for who in order:
        if len(reserved) < many and can_sit([*reserved, who], market.reserves.get(seat, ())):
            reserved.append(who)
    others = [who for who in order if who not in reserved]
    return reserved, others[: many - len(reserved)]


def stable(market: Small, seats: Mapping[str, str]) -> bool:
    """Whether each seat would keep whom it has, also of those who would rather sit there."""
    for seat in market.places:
        holding = [who for who, held in seats.items() if held == seat]
        wanting = [who for who, listed in market.preferences.items() if seat in listed and _prefers(listed, seat, seats.get(who))]
        kept = {*chosen(market, seat, [*holding, *wanting])[0], *chosen(market, seat, [*holding, *wanting])[1]}
        if kept != set(holding):
            return False
    return True


def _prefers(listed: Sequence[str], seat: str, held: str | None) -> bool:
    return held is None or listed.index(seat) < listed.index(held)


def every_allocation(market: Small) -> Iterator[dict[str, str]]:
    """Everything that could be given to everyone, of what they chose."""
    people = list(market.preferences)
    for seats in product(*([None, *dict.fromkeys(market.preferences[who])] for who in people)):
        yield {who: seat for who, seat in zip(people, seats, strict=True) if seat is not None}


def most_reserved(market: Small, seat: str, proposing: Sequence[str]) -> int:
    """How many of some people could sit on reserved places of a seat at most."""
    many = market.places[seat]
    listed = [who for who in market.priorities[seat] if who in proposing]
    reserves = market.reserves.get(seat, ())
    return next(n for n in range(min(many, len(listed)), -1, -1) if any(can_sit(c, reserves) for c in combinations(listed, n)))
