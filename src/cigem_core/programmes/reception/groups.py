"""Groups that arrive: how many of those announced came, how many did not, and how many are still expected."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.model.arrivals import Arrival, Presence, Registration
from cigem_core.model.states import Transitions
from cigem_core.text import Text

PRESENCES = Transitions(
    start=Presence.EXPECTED,
    moves={
        Presence.EXPECTED: {"receive": Presence.RECEIVED, "miss": Presence.ABSENT},
        Presence.ABSENT: {"receive": Presence.RECEIVED},
    },
    words={"receive": Text(fr="recevoir", en="receive"), "miss": Text(fr="noter absent", en="miss")},
)
"""Whoever did not come may still turn up; whoever was received stays received."""


@frozen(kw_only=True)
class Headcount:
    """Announced = received + absent + expected, always; whoever came beyond those announced is counted apart."""

    announced: int
    received: int
    absent: int
    expected: int
    unannounced: int

    @property
    def present(self) -> int:
        """Everyone who came."""
        return self.received + self.unannounced


def headcount(arrival: Arrival, registrations: Iterable[Registration]) -> Headcount:
    """How a group stands: nobody at the door is refused, so more may come than were announced."""
    presences = [one.presence for one in registrations]
    present = presences.count(Presence.RECEIVED)
    absent = (arrival.absent or 0) + presences.count(Presence.ABSENT)
    received = min(present, arrival.announced - absent)
    return Headcount(
        announced=arrival.announced,
        received=received,
        absent=absent,
        expected=arrival.announced - absent - received,
        unannounced=present - received,
    )


def check_absences(arrival: Arrival, registrations: Iterable[Registration]) -> None:
    """OperatorError where more would be absent than were announced and did not come."""
    held = list(registrations)
    count = headcount(arrival, held)
    if arrival.announced < 0 or (arrival.absent or 0) < 0:
        raise OperatorError(Text(fr="un effectif n'est pas négatif", en="a headcount is not negative"))
    present = sum(1 for one in held if one.presence is Presence.RECEIVED)
    if count.absent > max(0, arrival.announced - present):
        most = max(0, arrival.announced - present)
        raise OperatorError(
            Text(
                fr=f"{arrival.reference} : {arrival.announced} annoncés, {present} reçus ; au plus {most} ne sont pas venus. "
                f"Corriger l'annonce d'abord (cigem arrivals announce --amend {arrival.reference})",
                en=f"{arrival.reference}: {arrival.announced} announced, {present} received; at most {most} did not come. "
                f"Amend the announcement first (cigem arrivals announce --amend {arrival.reference})",
            )
        )
