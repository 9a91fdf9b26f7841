"""Deferred acceptance: applicants propose to their seats in order, seats keep whom they choose of all who proposed.

The result is stable, the best for applicants among stable ones, and does not depend on who proposes first (Gale and
Shapley, College Admissions and the Stability of Marriage, 1962; Hatfield and Milgrom, Matching with Contracts, 2005, for
seats that choose as these do).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from cigem_core.programmes.scholarships.seat_choice import NEVER, SeatChoice

Ranks = Mapping[str, int]
"""Applicant → its place in the order of a seat, for those the seat accepts."""


def deferred_acceptance(
    proposers: Iterable[str],
    choices: Mapping[str, Sequence[str]],
    seats: Mapping[str, SeatChoice],
    ranks: Mapping[str, Ranks],
    holders: Mapping[str, Sequence[str]],
    members: Mapping[str, Sequence[AbstractSet[str]]],
) -> None:
    """Let each propose until it is kept or has no choice left; `seats` then hold who is kept, by rank.

    `holders` are the orders of the seats, `members` say whom each of their reserves is for. Raises KeyError for a seat
    that is none of `seats`. It is quickest when those who stand first propose first.
    """
    # Whoever stands after the last one kept, where a seat is full, is turned down without asking the seat.
    closed = {seat: -1 if choice.places == 0 else NEVER for seat, choice in seats.items()}
    shut = dict.fromkeys(seats, NEVER)
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
                if rank is None or rank >= shut[seat]:
                    continue
                choice = seats[seat]
                mask, bit = 0, 1
                for group in members[seat]:
                    if who in group:
                        mask |= bit
                    bit <<= 1
                if rank > closed[seat] and (not mask or choice.barred.get(mask, NEVER) <= rank):
                    continue
                let_go = choice.propose(rank, mask)
                closed[seat] = choice.last_open()
                if let_go != rank:
                    break
                shut[seat] = choice.shut_from()
                let_go = None
            else:
                break
            if let_go is None:
                resumed[who] = at
                break
            resumed[who] = at
            who = holders[seat][let_go]
            at = resumed[who]
