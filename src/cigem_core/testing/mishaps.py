"""What happens to requests on a bad network, or at a service on a bad day; each by its name, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from attrs import field, frozen


class Mishap(StrEnum):
    """Something that goes wrong with one request."""

    TIMEOUT = "time-out"
    """No answer, for as long as anyone waits."""
    SLOW = "slow"
    """An answer that comes byte by byte."""
    BUSY = "429"
    """Too many requests, with a pause asked in seconds."""
    BUSY_UNTIL = "429 until"
    """Too many requests, with a pause asked by a date."""
    ERROR = "500"
    CUT = "cut body"
    """Fewer bytes than announced, then the connection closes."""
    CUT_UNANNOUNCED = "cut body, no length announced"
    LONGER = "wrong length: more announced than sent"
    SHORTER = "wrong length: less announced than sent"
    REPEATED = "repeated page"
    """A page that begins with the last record of the page before."""
    SAME_PAGE = "the page before once more"
    REORDERED = "reordered page"
    SWAPPED = "a later page in place of this one"
    CHANGED = "record changed while reading"
    """A record that was read already changes, moves to the end, and the others move up."""
    UNAUTHORISED = "401 in the middle"
    REDIRECT = "redirect to another host"
    LOST = "answer lost"
    """What was asked for happens; the connection closes without a word of it."""


@frozen(kw_only=True)
class Reply:
    """An answer told word for word, in place of the service's own."""

    status: int = 200
    headers: Mapping[str, str] = field(factory=dict)
    body: bytes = b""


Event = Mishap | Reply | None
Plan = Callable[[int], Event]
"""Given the number of a request, counted from 1: what happens to it."""

NEVER: Plan = lambda _: None  # noqa: E731


def plan_of(given: Plan | Sequence[Event] | None) -> Plan:
    """A plan from a list, one request after the other, or from a function."""
    if given is None:
        return NEVER
    if callable(given):
        return given
    listed = list(given)
    return lambda number: listed[number - 1] if number <= len(listed) else None


PASSING = tuple(mishap for mishap in Mishap if mishap is not Mishap.REDIRECT)
"""What may be well again at the next request."""


def one_in(often: int, mishaps: Sequence[Mishap] = PASSING) -> Plan:
    """Every so many requests something goes wrong, each mishap in turn."""

    def plan(number: int) -> Event:
        return mishaps[(number // often - 1) % len(mishaps)] if number % often == 0 else None

    return plan
