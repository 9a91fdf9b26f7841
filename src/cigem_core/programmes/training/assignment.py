"""Who goes to which session: the best on three levels, proven, and fair among people alike. Pure: no store, no file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cigem_core.programmes.training.fit import OpenSession, Traits, fit, minor_group, taught
from cigem_core.programmes.training.network import SINK, SOURCE, Crowd, Network, network_of, seats_of
from cigem_core.programmes.training.reserves import SessionReserve

if TYPE_CHECKING:
    import polars as pl

Seats = Mapping[tuple[Crowd, str], int]
"""How many of each crowd sit in which session."""


@frozen
class PlanScore:
    """What a plan is worth, the weightier first: people placed, reserved places met, and the sum of fits."""

    placed: int = 0
    reserved_met: int = 0
    fit: int = 0

    def __add__(self, other: PlanScore) -> PlanScore:
        return PlanScore(self.placed + other.placed, self.reserved_met + other.reserved_met, self.fit + other.fit)

    def as_dict(self) -> dict[str, int]:
        """As JSON writes it."""
        return {"placed": self.placed, "reserved_met": self.reserved_met, "fit": self.fit}


@frozen(kw_only=True, eq=False)
class Assignment:
    """Who sits where, who does not and why, what it is worth, and the most that any plan could be worth."""

    score: PlanScore
    bound: PlanScore
    assigned: pl.DataFrame = field(repr=False)
    """`candidate`, `session`, `fit`."""
    unassigned: pl.DataFrame = field(repr=False)
    """`candidate`, `reason`: `no-session` where none teaches the trade, `full` where those that do are."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        found = {"bound": self.bound.as_dict(), "assigned": self.assigned.to_dicts(), "unassigned": self.unassigned.to_dicts()}
        return {**self.score.as_dict(), **found}


def assign(sessions: Sequence[OpenSession], candidates: pl.DataFrame, reserves: Sequence[SessionReserve] = ()) -> Assignment:
    """The best plan: as many placed as can be, then as many reserved places met, then as well as can be.

    `candidates` has `candidate`, `occupation`, `region`, `sex`, `returnee`, `visitor` and `since` (the day they have
    waited from), null where not known. Among people alike whoever has waited longer is served first.
    """
    in_order = sorted(sessions, key=lambda session: session.reference)
    crowded = _crowded(candidates, reserves)
    seats: dict[tuple[Crowd, str], int] = {}
    bound = PlanScore(reserved_met=_met(in_order, reserves, {}))
    for group, crowds in _by_group(crowded).items():
        open_here = [one for one in in_order if minor_group(one.occupation) == group and one.room]
        if open_here:
            found, most = _best(open_here, crowds, reserves)
            seats |= found
            bound += most
    assigned = _named(crowded, seats, {session.reference: session for session in sessions})
    score = PlanScore(assigned.height, _met(in_order, reserves, seats), int(assigned["fit"].sum()))
    return Assignment(score=score, bound=bound, assigned=assigned, unassigned=_left(candidates, assigned, sessions))


def _crowded(candidates: pl.DataFrame, reserves: Sequence[SessionReserve]) -> pl.DataFrame:
    """The candidates with the reserves that are for them, a bit each."""
    import polars as pl

    asked = ["sex", "region", "returnee", "visitor"]
    alike = candidates.select(asked).unique(maintain_order=True)
    masks = [sum(1 << at for at, one in enumerate(reserves) if one.is_for(Traits(**row))) for row in alike.to_dicts()]
    known = alike.with_columns(pl.Series("reserves", masks, dtype=pl.Int64))
    return candidates.join(known, on=asked, how="left", nulls_equal=True).with_columns(pl.col("region").fill_null(""))


def _by_group(crowded: pl.DataFrame) -> dict[str, dict[Crowd, int]]:
    """The crowds of each minor group of trades, counted."""
    import polars as pl

    trades = crowded.filter(pl.col("occupation").is_not_null())
    counted = trades.group_by("occupation", "region", "reserves").len().sort("occupation", "region", "reserves")
    groups: dict[str, dict[Crowd, int]] = defaultdict(dict)
    for occupation, region, mask, many in counted.iter_rows():
        groups[minor_group(occupation)][Crowd(occupation, region, mask)] = many
    return dict(groups)


def _best(
    sessions: Sequence[OpenSession], crowds: Mapping[Crowd, int], reserves: Sequence[SessionReserve]
) -> tuple[Seats, PlanScore]:
    """The best seats of one minor group, and what they can add at most: whoever fits one of its sessions fits all."""
    from cigem_core.solve.flows import greatest_gain

    network = network_of(sessions, crowds)
    placed = min(sum(crowds.values()), sum(session.room for session in sessions))
    if reserves:
        return _best_with_reserves(network, sessions, reserves, placed)
    carried = greatest_gain(network.arcs, source=SOURCE, sink=SINK, amount=placed)
    # The flow found is the greatest there is, at the least cost there is: it is its own bound.
    gained = sum(arc.gain * units for arc, units in zip(network.arcs, carried, strict=True))
    return seats_of(network, carried), PlanScore(placed=placed, fit=gained)


def _best_with_reserves(
    network: Network, sessions: Sequence[OpenSession], reserves: Sequence[SessionReserve], placed: int
) -> tuple[Seats, PlanScore]:
    from cigem_core.solve.whole import Problem

    problem = Problem()
    numbers = [problem.number(min(arc.most, placed)) for arc in network.arcs]
    balance: dict[int, dict[int, int]] = defaultdict(dict)
    for number, arc in zip(numbers, network.arcs, strict=True):
        balance[arc.tail][number] = -1
        balance[arc.head][number] = 1
    problem.limit({number: -sign for number, sign in balance.pop(SOURCE).items()}, at_least=placed, at_most=placed)
    for node, terms in balance.items():
        if node != SINK:
            problem.limit(terms, at_least=0, at_most=0)
    met = _reserved(problem, network, numbers, sessions, reserves)
    fits = {number: arc.gain for number, arc in zip(numbers, network.arcs, strict=True) if arc.gain}
    best = problem.best(met, fits)
    seats = seats_of(network, best.values[: len(numbers)])
    return seats, PlanScore(placed, best.bounds[0], best.bounds[1])


def _reserved(
    problem: Any, network: Network, numbers: Sequence[int], sessions: Sequence[OpenSession], reserves: Sequence[SessionReserve]
) -> dict[int, int]:
    """For each session and reserve, how many of its places are met beyond those that are already."""
    into: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, (tail, head) in zip(numbers, network.ways, strict=True):
        if head[0] == "session":
            into[str(head[1])].append((number, int(tail[3])))  # type: ignore[call-overload]
    met: dict[int, int] = {}
    for session in sessions:
        for at, reserve in enumerate(reserves):
            # Those seated already count first; only what they leave is still to be met.
            wanted = reserve.places_of(session.places) - sum(map(reserve.is_for, session.seated))
            theirs = {number: 1 for number, mask in into[session.reference] if mask >> at & 1}
            if wanted > 0 and theirs:
                number = problem.number(min(wanted, session.room))
                problem.limit({**theirs, number: -1}, at_least=0)
                met[number] = 1
    return met


def _met(sessions: Sequence[OpenSession], reserves: Sequence[SessionReserve], seats: Seats) -> int:
    """The reserved places on which people sit whom they are for."""
    filled: dict[tuple[str, int], int] = defaultdict(int)
    for (crowd, reference), many in seats.items():
        for at in range(len(reserves)):
            filled[reference, at] += many * (crowd.reserves >> at & 1)
    return sum(
        min(reserve.places_of(one.places), sum(map(reserve.is_for, one.seated)) + filled[one.reference, at])
        for one in sessions
        for at, reserve in enumerate(reserves)
    )


def _named(crowded: pl.DataFrame, seats: Seats, sessions: Mapping[str, OpenSession]) -> pl.DataFrame:
    """The people on the seats: of a crowd, whoever has waited longest gets the best fit (no day waits least)."""
    import polars as pl

    rows = [
        (
            crowd.occupation,
            crowd.region,
            crowd.reserves,
            reference,
            fit(crowd.occupation, crowd.region, sessions[reference]),
            many,
        )
        for (crowd, reference), many in seats.items()
    ]
    alike = ["occupation", "region", "reserves"]
    types = {"occupation": pl.String, "region": pl.String, "reserves": pl.Int64, "session": pl.String, "fit": pl.Int64}
    offered = pl.DataFrame(rows, schema={**types, "many": pl.Int64}, orient="row").sort(
        [*alike, "fit", "session"], descending=[False, False, False, True, False]
    )
    turn = pl.int_range(pl.len()).over(alike).alias("turn")
    places = offered.select(pl.exclude("many").repeat_by("many").explode()).with_columns(turn)
    waiting = crowded.sort("since", "candidate", nulls_last=True).with_columns(turn)
    seated = waiting.join(places, on=[*alike, "turn"], how="inner")
    return seated.select("candidate", "session", "fit").sort("candidate")


def _left(candidates: pl.DataFrame, assigned: pl.DataFrame, sessions: Sequence[OpenSession]) -> pl.DataFrame:
    """Who got no seat, and why."""
    import polars as pl

    is_taught = pl.col("occupation").str.head(3).is_in(sorted(taught(sessions))).fill_null(False)
    reason = pl.when(is_taught).then(pl.lit("full")).otherwise(pl.lit("no-session")).alias("reason")
    left = candidates.join(assigned, on="candidate", how="anti")
    return left.select("candidate", reason).sort("candidate")
