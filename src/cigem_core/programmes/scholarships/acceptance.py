"""Deferred acceptance: applicants propose to their seats in order, seats keep whom they choose of all who proposed.

The result is stable, the best for applicants among stable ones, and does not depend on who proposes first (Gale and
Shapley, College Admissions and the Stability of Marriage, 1962; Hatfield and Milgrom, Matching with Contracts, 2005, for
seats that choose as these do).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cigem_core.programmes.scholarships.seat_choice import Mask, SeatChoice

Ranks = Mapping[str, int]
"""Applicant → its place in the order of a seat, for those the seat accepts."""


def deferred_acceptance(
    proposers: Iterable[str],
    choices: Mapping[str, Sequence[str]],
    seats: Mapping[str, SeatChoice],
    ranks: Mapping[str, Ranks],
    holders: Mapping[str, Sequence[str]],
    masks: Mapping[str, Mapping[str, Mask]],
) -> None:
    """Let each propose until it is kept or has no choice left; `seats` then hold who is kept, by rank.

    `holders` are the orders of the seats, `masks` say who fulfils which of their reserves. Raises KeyError for a seat
    that is none of `seats`. It is quickest when those who stand first propose first.
    """
    # Whoever stands after the last one kept, where a seat is full, is turned down without asking the seat.
    closed = {seat: -1 if choice.places == 0 else _NEVER for seat, choice in seats.items()}
    resumed: dict[str, int] = {}
    for first in proposers:
        who, at = first, 0
        while True:
            chosen = choices[who]
            let_go = None
            while at < len(chosen):
                seat = chosen[at]
                at += 1
                rank = ranks[seat].get(who)
                if rank is None:
                    continue
                choice = seats[seat]
                mask = masks[seat].get(who, 0) if choice.reserved else 0
                if rank > closed[seat] and (not mask or choice.barred.get(mask, _NEVER) <= rank):
                    continue
                let_go = choice.propose(rank, mask)
                closed[seat] = _last_open(choice)
                if let_go != rank:
                    break
                let_go = None
            else:
                break
            if let_go is None:
                resumed[who] = at
                break
            resumed[who] = at
            who = holders[seat][let_go]
            at = resumed[who]


_NEVER = 1 << 62


def _last_open(choice: SeatChoice) -> int:
    """The rank beyond which nobody gets an open place: none where there is room, everyone where all sit on reserves."""
    if len(choice.open) + choice.seated < choice.places:
        return _NEVER
    return -choice.open[0] if choice.open else -1
