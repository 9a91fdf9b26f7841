"""Where placements and internships say someone stands some months after a session: in work, or nothing is known. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from cigem_core.model.employment import Outcome, Placement
from cigem_core.model.training_acts import InsertionAnswer, LaterStanding
from cigem_core.model.youth import Internship, InternshipOutcome
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


def is_intern(internship: Internship, on: date) -> bool:
    """Whether an internship is under way on a day, or led to a job not long before it.

    It counts as a placement by a contract of internship does. One that was abandoned, or merely finished, says nothing of
    the time after it; nor does one that led to a job, once so many months are over that a placement would be asked anew.
    """
    if internship.started_on is None or internship.started_on > on or internship.outcome is InternshipOutcome.ABANDONED:
        return False
    if internship.ends_on is None:
        return internship.outcome is not InternshipOutcome.FINISHED
    if internship.ends_on >= on:
        return True
    return internship.outcome is InternshipOutcome.JOB and on <= months_after(internship.ends_on, ASKED_AFTER)


def is_at_work(record: Placement | Internship, on: date) -> bool:
    """Whether a record says that someone works on a day."""
    return is_placed(record, on) if isinstance(record, Placement) else is_intern(record, on)


def standing_by(records: Iterable[Placement | Internship], on: date) -> LaterStanding | None:
    """Where placements and internships say someone stands on a day; having none says nothing."""
    return LaterStanding.EMPLOYED if any(is_at_work(one, on) for one in records) else None


def standings(
    ends: Mapping[str, date | None],
    months: int,
    answers: Iterable[InsertionAnswer],
    records: Mapping[str, Iterable[Placement | Internship]],
) -> dict[str, LaterStanding | None]:
    """Enrolment → where they stand so many months after their session's last day: what was answered, or else their records.

    `ends` are the last days by enrolment. Of someone who was lost sight of, a placement or an internship still counts.
    """
    said = {one.enrolment: one.standing for one in answers if one.months == months}
    found: dict[str, LaterStanding | None] = {}
    for number, ended in ends.items():
        found[number] = said.get(number)
        if found[number] in (None, LaterStanding.LOST_SIGHT_OF) and ended is not None:
            found[number] = standing_by(records.get(number, ()), months_after(ended, months)) or found[number]
    return found
