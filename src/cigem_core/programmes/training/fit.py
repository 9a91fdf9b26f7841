"""Whom a session is for, and how well: the trade by ISCO-08, then the region."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

MOST = 100
OTHER_TRADE, OTHER_REGION = 30, 20
"""What a fit loses where the unit group differs within the minor group, and where the region does, or is not known."""


@frozen(kw_only=True)
class Traits:
    """What is asked of someone when seats are reserved; None where it is not known."""

    sex: str | None = None
    """`female` or `male`."""
    region: str | None = None
    """An ISO 3166-2 code."""
    returnee: bool | None = None
    visitor: bool | None = None


@frozen(kw_only=True)
class OpenSession:
    """A session people can be sent to: its trade, its region, how many it seats, and who sits there already."""

    reference: str
    occupation: str
    """A unit group of ISCO-08."""
    region: str | None = None
    places: int
    seated: tuple[Traits, ...] = ()

    @property
    def room(self) -> int:
        """How many can still be seated."""
        return max(self.places - len(self.seated), 0)


def minor_group(occupation: str) -> str:
    """The minor group of ISCO-08 a unit group belongs to: its first three digits."""
    return occupation[:3]


def fit(occupation: str, region: str | None, session: OpenSession) -> int | None:
    """How well a session fits someone's trade and region, of 100; None where it teaches another minor group."""
    if minor_group(occupation) != minor_group(session.occupation):
        return None
    lost = OTHER_TRADE * (occupation != session.occupation)
    return MOST - lost - OTHER_REGION * (region is None or region != session.region)


def taught(sessions: Iterable[OpenSession]) -> frozenset[str]:
    """The minor groups that some session teaches."""
    return frozenset(minor_group(session.occupation) for session in sessions)
