"""The seats of one minor group of trades as a network: people alike flow as one, through hubs, to pools of sessions.

Whoever fits one session of a minor group fits them all, so that the groups are independent of one another. Of a group:
source → people alike → hub → pool (sessions of one trade and region, for one set of reserves) → session → sink. A hub
gathers those who share a trade, a region, or neither; what an arc out of it gains is the fit they get there. Somebody who
would gain more by a nearer hub always can, so the greatest gain of the network is the greatest sum of fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from attrs import define, field, frozen

from cigem_core.programmes.training.fit import MOST, OTHER_REGION, OTHER_TRADE, OpenSession
from cigem_core.solve.flows import Arc

SOURCE, SINK = 0, 1


@frozen(order=True)
class Crowd:
    """People alike in all that a seat depends on: trade, region, and the reserves that are for them (a bit each)."""

    occupation: str
    region: str
    """Empty where it is not known."""
    reserves: int


Node = tuple[object, ...]


@define
class Network:
    """The arcs, and the nodes they join."""

    nodes: dict[Node, int] = field(factory=lambda: {("source",): SOURCE, ("sink",): SINK})
    arcs: list[Arc] = field(factory=list)
    ways: list[tuple[Node, Node]] = field(factory=list)

    def join(self, tail: Node, head: Node, most: int, gain: int = 0) -> None:
        """A way between two nodes."""
        at = [self.nodes.setdefault(node, len(self.nodes)) for node in (tail, head)]
        self.arcs.append(Arc(tail=at[0], head=at[1], most=most, gain=gain))
        self.ways.append((tail, head))


def network_of(sessions: Sequence[OpenSession], crowds: Mapping[Crowd, int]) -> Network:
    """The network of some sessions that have room, and the people who fit them."""
    made, rooms = Network(), _rooms(sessions)
    reserves = sorted({crowd.reserves for crowd in crowds})
    for crowd, many in sorted(crowds.items()):
        _from_crowd(made, crowd, many, rooms)
    for mask in reserves:
        _from_hubs(made, mask, rooms)
        for session in sessions:
            pool = ("pool", session.occupation, session.region or "", mask)
            if pool in made.nodes:
                made.join(pool, ("session", session.reference), session.room)
    for session in sessions:
        made.join(("session", session.reference), ("sink",), session.room)
    return made


def _rooms(sessions: Sequence[OpenSession]) -> dict[tuple[str, str], int]:
    rooms: dict[tuple[str, str], int] = defaultdict(int)
    for session in sessions:
        rooms[session.occupation, session.region or ""] += session.room
    return dict(sorted(rooms.items()))


def _from_crowd(made: Network, crowd: Crowd, many: int, rooms: Mapping[tuple[str, str], int]) -> None:
    here, mask = ("crowd", crowd.occupation, crowd.region, crowd.reserves), crowd.reserves
    made.join(("source",), here, many)
    if crowd.region and (crowd.occupation, crowd.region) in rooms:
        made.join(here, ("pool", crowd.occupation, crowd.region, mask), many, MOST)
    if any(occupation == crowd.occupation for occupation, _ in rooms):
        made.join(here, ("trade", crowd.occupation, mask), many)
    if crowd.region and any(region == crowd.region for _, region in rooms):
        made.join(here, ("region", crowd.region, mask), many)
    made.join(here, ("any", mask), many)


def _from_hubs(made: Network, mask: int, rooms: Mapping[tuple[str, str], int]) -> None:
    for (occupation, region), room in rooms.items():
        gains = {
            ("trade", occupation, mask): MOST - OTHER_REGION,
            ("region", region, mask): MOST - OTHER_TRADE,
            ("any", mask): MOST - OTHER_TRADE - OTHER_REGION,
        }
        for hub, gain in gains.items():
            if hub in made.nodes:
                made.join(hub, ("pool", occupation, region, mask), room, gain)


def seats_of(network: Network, carried: Sequence[int]) -> dict[tuple[Crowd, str], int]:
    """How many of each crowd sit in which session, given what each arc carries.

    Who of those that meet in a hub goes where is all the same: they are paired in their order.
    """
    into: dict[Node, list[tuple[Node, int]]] = defaultdict(list)
    out: dict[Node, list[tuple[Node, int]]] = defaultdict(list)
    for (tail, head), units in zip(network.ways, carried, strict=True):
        if units:
            into[head].append((tail, units))
            out[tail].append((head, units))
    held: dict[Node, list[tuple[Crowd, int]]] = {}
    for node in _in_order(network.nodes):
        if node == ("source",):
            continue
        if node[0] == "crowd":
            held[node] = [(Crowd(*node[1:]), sum(units for _, units in into[node]))]  # type: ignore[arg-type]
        for head, shares in _dealt(held.get(node, ()), out[node]):
            if head != ("sink",):
                held.setdefault(head, []).extend(shares)
    seats: dict[tuple[Crowd, str], int] = defaultdict(int)
    for node, shares in held.items():
        if node[0] == "session":
            for crowd, units in shares:
                seats[crowd, str(node[1])] += units
    return dict(seats)


_FLOOR = {"source": 0, "crowd": 1, "trade": 2, "region": 2, "any": 2, "pool": 3, "session": 4, "sink": 5}


def _in_order(nodes: Mapping[Node, int]) -> list[Node]:
    """The nodes from the source on, so that what comes into one is known before it leaves."""
    return sorted(nodes, key=lambda node: (_FLOOR[str(node[0])], nodes[node]))


def _dealt(held: Sequence[tuple[Crowd, int]], out: Sequence[tuple[Node, int]]) -> list[tuple[Node, list[tuple[Crowd, int]]]]:
    """Those who are at a node, dealt out to where they go from there."""
    here = [crowd for crowd, _ in held]
    left = [units for _, units in held]
    dealt, at = [], 0
    for head, wanted in out:
        shares: list[tuple[Crowd, int]] = []
        while wanted:
            taken = min(wanted, left[at])
            if taken:
                shares.append((here[at], taken))
            wanted, left[at] = wanted - taken, left[at] - taken
            at += not left[at]
        dealt.append((head, shares))
    return dealt
