"""Attendance kept and read: the hours that an agency's records tell, beside the roll calls."""

from __future__ import annotations

from datetime import date

from cigem_core.model.training_acts import Attendance, AttendedHours
from cigem_core.programmes.training.hours import AllFoundHours, SessionAttendance, attendance_in, found_hours
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.programmes.training.results import tied_trainees
from cigem_core.programmes.training.roster import Roster, read_roster
from cigem_core.programmes.training.ties import Tie
from cigem_core.store import Store


def hours_from(store: Store, roster: Roster, agency: str) -> AllFoundHours:
    """The hours that an agency's trainees' records tell of those enrolled; UnknownName where it handed none over."""
    return found_hours(tied_trainees(store, roster, agency), roster.plan.sessions)


def keep_hours(store: Store, plan: CarriedPlan, agency: str, *, plain: bool, on: date, by: str) -> AllFoundHours:
    """Keep the hours that an agency's records tell of those tied to them; with `plain`, on plain evidence too.

    What a record told of a seat and does not tell any more is emptied; the journal keeps it.
    """
    found = hours_from(store, read_roster(store, plan), agency)
    whose = str(plan.ref)
    kept = [one for one in found.hours if plain or one.tie is Tie.TIED]
    with store.acting("hours", on=on, by=by, plan=whose, source=agency) as act:
        told = {(one.session, one.enrolment, one.source) for one in found.hours}
        gone = [
            AttendedHours(plan=whose, session=one.session, enrolment=one.enrolment, source=one.source)
            for one in act.find(AttendedHours, plan=whose)
            if one.source.startswith(f"{agency}:") and (one.session, one.enrolment, one.source) not in told
        ]
        said = [
            AttendedHours(
                plan=whose, session=one.session, enrolment=one.enrolment, source=one.source, hours=one.hours,
                recorded_at=one.recorded_at,
            )
            for one in kept
        ]  # fmt: skip
        act.keep(*gone, *said)
    return AllFoundHours(hours=kept, unclear=found.unclear)


def attendance_of(store: Store, roster: Roster, code: str) -> SessionAttendance:
    """The attendance of a session, by roll calls and by hours; UnknownName where the plan has no such session."""
    session = roster.plan.session(code)
    module = roster.plan.modules.get(session.module)
    whose = {"plan": str(roster.plan.ref), "session": session.reference}
    return attendance_in(
        session.reference, module.hours if module else None, [one.reference for one in roster.enrolled(session.reference)],
        store.find(Attendance, **whose), store.find(AttendedHours, **whose),
    )  # fmt: skip
