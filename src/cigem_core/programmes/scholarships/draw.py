"""The draw: which eligible application gets which seat, and who waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from cigem_core import notebook
from cigem_core.errors import OperatorError
from cigem_core.programmes.scholarships.allocation import Market, Reserved
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.conditions import each, names
from cigem_core.programmes.scholarships.files import Applications
from cigem_core.programmes.scholarships.order import commit, in_order
from cigem_core.programmes.scholarships.screening import Screening
from cigem_core.programmes.scholarships.terms import OPEN
from cigem_core.text import Text


@frozen(kw_only=True)
class Award:
    """A seat that an application got, and which of its choices that was."""

    application: str
    seat: str
    rank_of_choice: int
    seat_type: str
    """`open`, or the name of the reserve whose place it is."""
    score: int


@frozen(kw_only=True, eq=False)
class Draw:
    """What a draw came to; the same call, list and seed give the same again."""

    call: Call = field(repr=False)
    seed: str
    placed: tuple[Award, ...] = field(repr=False)
    """In the order of merit and lot."""
    waiting: tuple[tuple[str, int], ...] = field(repr=False)
    """The eligible who got no seat with their scores, in the order."""

    def __repr__(self) -> str:
        return f"Draw({self.call.reference}, seed={self.seed!r}: {len(self.placed)} placed, {len(self.waiting)} waiting)"

    def _repr_html_(self) -> str:
        """The seats; whom they went to stands in `placed`."""
        rows = []
        for seat in self.as_dict()["seats"]:
            here = [award for award in self.placed if award.seat == seat["seat"]]
            reserves = ", ".join(f"{one['name']} {one['taken']}/{one['places']}" for one in seat["reserves"])
            first = sum(award.rank_of_choice == 1 for award in here)
            rows.append(
                (seat["seat"], seat["places"], seat["taken"], first, min((a.score for a in here), default=None), reserves)
            )
        return notebook.table(["seat", "places", "taken", "first choice", "fewest points", "reserves"], rows, title=repr(self))

    @property
    def seats(self) -> Mapping[str, Award]:
        """Application → what it got."""
        return {award.application: award for award in self.placed}

    def as_dict(self) -> dict[str, Any]:
        """The draw as it is published, by number."""
        held = {seat.code: [award for award in self.placed if award.seat == seat.code] for seat in self.call.seats}
        return {
            "call": self.call.reference,
            "seed": self.seed,
            "seats": [
                {
                    "seat": seat.code,
                    "places": seat.places,
                    "taken": len(held[seat.code]),
                    "reserves": [
                        {
                            "name": reserve.name,
                            "places": reserve.places[seat.code],
                            "taken": sum(award.seat_type == reserve.name for award in held[seat.code]),
                        }
                        for reserve in self.call.reserves_of(seat.code)
                    ],
                }
                for seat in self.call.seats
            ],
            "placed": [
                {
                    "application": award.application, "seat": award.seat, "rank_of_choice": award.rank_of_choice,
                    "seat_type": award.seat_type, "score": award.score,
                }
                for award in self.placed
            ],
            "waiting": [
                {"application": number, "rank": rank, "score": score}
                for rank, (number, score) in enumerate(self.waiting, start=1)
            ],
        }  # fmt: skip


def draw(
    screening: Screening,
    applications: Applications,
    seed: str,
    *,
    leave_undecided: bool = False,
    committed: str | None = None,
    withdrawn: Sequence[str] = (),
) -> Draw:
    """Make the draw of a screened call. Applications still to review take part in none: say so to leave them out.

    `committed` is the digest published before the seed was known: another list is refused. Those who withdrew since
    are left out, and nobody who stays gets a seat they like less.
    """
    if screening.to_review and not leave_undecided:
        raise _undecided(len(screening.to_review))
    if committed is not None and committed != commit(screening.eligible):
        raise another_list()
    if withdrawn:
        gone = set(withdrawn)
        staying = {number: score for number, score in screening.eligible.items() if number not in gone}
        screening = evolve(screening, eligible=staying)
    order = in_order(screening, applications, seed)
    seated = market(screening, applications, order).seated()
    placed, waiting = [], []
    for number in order:
        score, got = screening.eligible[number], seated.get(number)
        if got is None:
            waiting.append((number, score))
            continue
        rank = screening.choices[number].index(got.seat) + 1
        kind = OPEN if got.reserve is None else got.reserve
        placed.append(Award(application=number, seat=got.seat, rank_of_choice=rank, seat_type=kind, score=score))
    return Draw(call=screening.call, seed=seed, placed=tuple(placed), waiting=tuple(waiting))


def market(screening: Screening, applications: Applications, order: Sequence[str]) -> Market:
    """What the allocation of a call is made of: one order for all seats, and who may hold which."""
    call = screening.call
    closed = {seat.code: _shut_out(call, seat.code, screening, applications) for seat in call.seats}
    choices = {number: [s for s in screening.choices[number] if number not in closed[s]] for number in order}
    members = {reserve.name: fulfilling(applications, reserve.when) for reserve in call.reserves}
    reserves: dict[str, list[Reserved]] = {
        seat.code: [(one.name, one.places[seat.code], members[one.name]) for one in call.reserves_of(seat.code)]
        for seat in call.seats
    }
    places = {seat.code: seat.places for seat in call.seats}
    return Market(choices=choices, orders=dict.fromkeys(places, order), places=places, reserves=reserves)


def _shut_out(call: Call, code: str, screening: Screening, applications: Applications) -> frozenset[str]:
    """The eligible applications that a seat does not accept."""
    seat = call.by_code[code]
    if not seat.accepts and seat.at_least is None:
        return frozenset()
    let_in = fulfilling(applications, seat.accepts)
    least = seat.at_least
    return frozenset(n for n, score in screening.eligible.items() if n not in let_in or (least is not None and score < least))


def fulfilling(applications: Applications, wanted: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The applications that have, for every field, one of the values wanted; an empty value is none."""
    numbers: list[str] = applications.column("application")
    holds = [True] * len(numbers)
    for name, values in wanted.items():
        answers = each(applications.column(name), names(name, values))
        holds = [one and other for one, other in zip(holds, answers, strict=True)]
    return frozenset(number for number, held in zip(numbers, holds, strict=True) if held)


def _undecided(many: int) -> OperatorError:
    return OperatorError(
        Text(
            fr=f"{many} dossier(s) attendent la décision d'un agent ; décider (cigem scholarship decide), "
            "ou tirer sans eux (--leave-undecided)",
            en=f"{many} application(s) wait for an officer's decision; decide (cigem scholarship decide), "
            "or draw without them (--leave-undecided)",
        )
    )


def another_list() -> OperatorError:
    """The list drawn from is not the one whose digest was published."""
    return OperatorError(
        Text(
            fr="la liste des dossiers recevables n'est plus celle dont l'empreinte a été publiée ; le tirage est refusé",
            en="the list of eligible applications is not the one whose digest was published; the draw is refused",
        )
    )
