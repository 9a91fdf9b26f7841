"""Situations over time: several may hold at once, each with its days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from attrs import evolve

from cigem_core.errors import OperatorError
from cigem_core.model.migrants import Condition, NextLeg, Situation
from cigem_core.text import Text


def holds(situation: Situation, on: date) -> bool:
    """Whether a situation holds on a day, its first and last included; a day that is not known is no bound."""
    return (situation.since is None or situation.since <= on) and (situation.until is None or on <= situation.until)


def holding(situations: Iterable[Situation], on: date) -> list[Situation]:
    """The situations that hold on a day, in the order they were written down."""
    return sorted((one for one in situations if holds(one, on)), key=lambda one: one.number)


def begin(
    situations: Sequence[Situation], migrant: str, condition: Condition, *, since: date, until: date | None, leg: NextLeg | None
) -> Situation:
    """One more situation of someone; OperatorError where they are in that one already, or it would end before it begins."""
    if until is not None and until < since:
        raise OperatorError(
            Text(
                fr=f"la situation finirait avant de commencer ({until})", en=f"the situation would end before it begins ({until})"
            )
        )
    for one in situations:
        if one.condition is condition and _meet(one, since, until):
            held = f"{one.since:%d/%m/%Y}" if one.since else "?"
            raise OperatorError(
                Text(
                    fr=f"{migrant} est déjà « {condition.fr} » depuis le {held} ; la clore d'abord, ou donner d'autres jours",
                    en=f"{migrant} is '{condition}' since {one.since or '?'} already; end it first, or give other days",
                )
            )
    number = max((one.number for one in situations), default=0) + 1
    return Situation(migrant=migrant, number=number, condition=condition, since=since, until=until, leg=leg)


def end(situations: Iterable[Situation], migrant: str, condition: Condition, *, on: date) -> Situation:
    """The situation of that name that holds, ended on a day; OperatorError where none does, naming those that do."""
    held = holding(situations, on)
    found = next((one for one in held if one.condition is condition), None)
    if found is None:
        fr = ", ".join(one.condition.fr for one in held if one.condition) or "aucune"
        en = ", ".join(one.condition for one in held if one.condition) or "none"
        raise OperatorError(
            Text(
                fr=f"{migrant} n'est pas « {condition.fr} » le {on:%d/%m/%Y} ; ses situations ce jour-là : {fr}",
                en=f"{migrant} is not '{condition}' on {on}; situations on that day: {en}",
            )
        )
    return evolve(found, until=on)


def leave(situations: Iterable[Situation], migrant: str, *, on: date) -> Situation:
    """The transit that holds, ended because they went on; OperatorError where they are not in transit."""
    ended = end(situations, migrant, Condition.IN_TRANSIT, on=on)
    return evolve(ended, leg=evolve(ended.leg or NextLeg(), left_on=on))


def overdue(situations: Iterable[Situation], on: date) -> list[Situation]:
    """The transits whose last day to leave is over, of people who did not leave."""
    late = [one for one in holding(situations, on) if one.condition is Condition.IN_TRANSIT]
    return [one for one in late if one.leg and one.leg.leaves_by and one.leg.leaves_by < on and one.leg.left_on is None]


def needs_project(situations: Iterable[Situation], on: date) -> bool:
    """Whether someone is there for more than passing through; nothing known of them is no transit."""
    conditions = {one.condition for one in holding(situations, on)}
    return conditions != {Condition.IN_TRANSIT}


def _meet(one: Situation, since: date, until: date | None) -> bool:
    """Whether the days of a situation and some others have one in common."""
    return (one.until is None or since <= one.until) and (until is None or one.since is None or one.since <= until)
