"""Where placements say someone stands some months after a session: in work, or nothing is known. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from cigem_core.model.employment import Outcome, Placement
from cigem_core.model.training_acts import InsertionAnswer, Standing
from cigem_core.programmes.training.settlement import months_after

ASKED_AFTER = 6
"""After how many months an employment service asks what became of a placement."""


def is_placed(placement: Placement, on: date) -> bool:
    """Whether a placement holds on a day: begun, not ended, and not known to have failed by then."""
    if placement.started_on is None or placement.started_on > on:
        return False
    asked = months_after(placement.started_on, ASKED_AFTER)
    if placement.ends_on is not None and placement.ends_on < on:  # a planned end: the service may have found them at work later
        return placement.outcome is Outcome.EMPLOYED and on <= asked
    return placement.outcome in (None, Outcome.EMPLOYED) or on < asked


def standing_by(placements: Iterable[Placement], on: date) -> Standing | None:
    """Where placements say someone stands on a day; having none says nothing."""
    return Standing.EMPLOYED if any(is_placed(one, on) for one in placements) else None


def standings(
    ends: Mapping[str, date | None],
    months: int,
    answers: Iterable[InsertionAnswer],
    placements: Mapping[str, Iterable[Placement]],
) -> dict[str, Standing | None]:
    """Enrolment → where they stand so many months after their session's last day: what was answered, or else placements.

    `ends` are the last days by enrolment. Of someone who was lost sight of, a placement still counts.
    """
    said = {one.enrolment: one.standing for one in answers if one.months == months}
    found: dict[str, Standing | None] = {}
    for number, ended in ends.items():
        found[number] = said.get(number)
        if found[number] in (None, Standing.LOST_SIGHT_OF) and ended is not None:
            found[number] = standing_by(placements.get(number, ()), months_after(ended, months)) or found[number]
    return found
