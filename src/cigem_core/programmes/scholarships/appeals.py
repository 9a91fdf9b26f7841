"""An appeal: exactly one step of a round is run again, and everyone who would move is listed before anyone decides."""

from __future__ import annotations

from typing import Any, Literal

from attrs import field, frozen

from cigem_core.programmes.scholarships.changing import Result, changed, result_of
from cigem_core.programmes.scholarships.draw import Draw
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.screening import Ruling

Step = Literal["reading", "screening"]


@frozen(kw_only=True)
class Move:
    """Someone whose seat would be another one; None is none."""

    application: str
    before: str | None
    after: str | None


@frozen(kw_only=True)
class Appeal:
    """What would follow if an appeal were granted: the step run again, its result, and who would move by it."""

    application: str
    step: Step
    before: Result
    after: Result
    moves: tuple[Move, ...]
    granted: Round = field(repr=False)
    """The round as it would stand."""


def appeal_reading(held: Round, drawn: Draw, application: str, name: str, value: Any) -> Appeal:
    """What would follow if one field of an application were read as another value."""
    return _weighed(held, drawn, application, "reading", changed(held, application, name, value))


def appeal_screening(held: Round, drawn: Draw, application: str, *, eligible: bool, because: str) -> Appeal:
    """What would follow if an officer decided otherwise of an application whose rules are undetermined."""
    decided = Ruling(application=application, is_eligible=eligible, because=because)
    return _weighed(held, drawn, application, "screening", held.decided(decided))


def moves_between(before: Draw, after: Draw) -> tuple[Move, ...]:
    """Everyone whose seat differs between two draws, by their numbers."""
    had, has = before.seats, after.seats
    found = []
    for number in sorted(had.keys() | has.keys()):
        was, would_be = (seats[number].seat if number in seats else None for seats in (had, has))
        if was != would_be:
            found.append(Move(application=number, before=was, after=would_be))
    return tuple(found)


def _weighed(held: Round, drawn: Draw, application: str, step: Step, granted: Round) -> Appeal:
    again = granted.draw(drawn.seed, leave_undecided=True)
    return Appeal(
        application=application,
        step=step,
        before=result_of(held, drawn, application),
        after=result_of(granted, again, application),
        moves=moves_between(drawn, again),
        granted=granted,
    )
