"""What is done with a plan: find, decide, keep. The rules that decide stand in files of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, cast

from attrs import evolve

from cigem_core.errors import OperatorError, UnknownName
from cigem_core.formats.source import Source
from cigem_core.model.participation import PARTICIPATION, ParticipationState
from cigem_core.model.training import EnrolmentStatus, TrainingResult, TrainingSession
from cigem_core.model.training_acts import Attendance, Certificate, Mark, SessionResult
from cigem_core.programmes.training.attendance import AttendanceCount
from cigem_core.programmes.training.participation import participation
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.programmes.training.results import employed_of
from cigem_core.programmes.training.roll_call import RollCall, read_roll_call, session_named
from cigem_core.programmes.training.roster import Roster, read_roster, roster_within
from cigem_core.programmes.training.settlement import SessionResults
from cigem_core.store import Store
from cigem_core.text import Text


def call_roll(store: Store, plan: CarriedPlan, given: Any, *, on: date, by: str, session: str | None = None) -> RollCall:
    """Read the sheet of a session and keep its marks; the session is the one named, or the one the file's name says."""
    source = Source.of(given)
    held = plan.session(session) if session else session_named(source.name, list(plan.sessions.values()))
    enrolled = [one.reference for one in read_roster(store, plan).enrolled(held.reference)]
    called = read_roll_call(source, held, enrolled, plan.pending)
    whose: dict[str, Any] = {"plan": str(plan.ref), "session": held.reference}
    with store.acting("roll-call", on=on, by=by, **whose, sha256=called.batch.sha256) as act:
        before = {(one.enrolment, one.day): one for one in act.find(Attendance, **whose)}
        marks = {(number, day): Mark(mark) for number, day, mark in called.marks.iter_rows()}  # type: ignore[call-arg]
        # What the sheet leaves empty is not called any more; days and people it does not speak of stay as they are.
        emptied = {(n, d): None for n in called.tallies for d in called.days if (n, d) in before and (n, d) not in marks}
        act.keep(*(Attendance(**whose, enrolment=n, day=d, mark=mark) for (n, d), mark in sorted({**marks, **emptied}.items())))
    return called


def tallies_of(marks: Sequence[Attendance]) -> Mapping[str, Mapping[str, AttendanceCount]]:
    """Session → enrolment → the marks counted."""
    found: dict[str, dict[str, list[Mark]]] = defaultdict(lambda: defaultdict(list))
    for one in marks:
        if one.mark is not None:
            found[one.session][one.enrolment].append(one.mark)
    return {session: {number: AttendanceCount.of(some) for number, some in people.items()} for session, people in found.items()}


def certificates_of(store: Store, plan: CarriedPlan, on: date | None = None) -> list[Certificate]:
    """The certificates of a plan that hold, on a day or now."""
    found = store.find(Certificate, plan=str(plan.ref))
    return [one for one in found if one.revoked_on is None or (on is not None and on < one.revoked_on)]


def results_of(store: Store, plan: CarriedPlan, *, months: Collection[int] = (6, 12)) -> list[SessionResults]:
    """What is known of the people of each session, as instalments ask it, and of their work so many months after."""
    roster = read_roster(store, plan)
    tallies = tallies_of(store.find(Attendance, plan=str(plan.ref)))
    attested = {one.enrolment for one in certificates_of(store, plan)}
    attested |= {one.enrolment for one in store.find(SessionResult, plan=str(plan.ref), result=TrainingResult.CERTIFIED)}
    employed = employed_of(store, roster, months)
    return [_results(roster, one, tallies.get(one.reference, {}), attested, employed) for one in plan.sessions.values()]


def _results(
    roster: Roster, one: TrainingSession, tallies: Mapping[str, AttendanceCount], attested: set[str],
    employed: Mapping[int, frozenset[str]],
) -> SessionResults:  # fmt: skip
    people = roster.enrolled(one.reference)
    by_fund = {e.reference for e in people if e.status is EnrolmentStatus.CERTIFIED}
    numbers = frozenset(e.reference for e in people)
    return SessionResults(
        module=one.module, session=one.reference, begins_on=one.begins_on, ends_on=one.ends_on, enrolled=numbers,
        cancelled_on=roster.cancelled.get(one.reference),
        tallies=tallies, certified=frozenset(by_fund | attested) & numbers, employed=employed,
    )  # fmt: skip


def certify(store: Store, plan: CarriedPlan, numbers: Sequence[str], *, on: date, by: str) -> list[Certificate]:
    """Attest that people were certified, each under a number of its own; who has a certificate that holds gets no second one.

    Raises UnknownName for a number that is none of the plan's, OperatorError where the session has not ended, or they
    abandoned it.
    """
    tallies = tallies_of(store.find(Attendance, plan=str(plan.ref)))
    with store.acting("certify", on=on, by=by, plan=str(plan.ref)) as act:
        roster = roster_within(act, plan)
        attested = {one.enrolment for one in act.find(Certificate, plan=str(plan.ref)) if one.revoked_on is None}
        results = {(one.session, one.enrolment): one for one in act.find(SessionResult, plan=str(plan.ref))}
        made = []
        for number in dict.fromkeys(numbers):
            enrolment, session = _to_certify(roster, number)
            if enrolment in attested:
                continue
            check_ended(session, on)
            tally = tallies.get(session.reference, {}).get(enrolment)
            certificate = evolve(
                _certificate(plan, session, results.get((session.reference, enrolment))), enrolment=enrolment, issued_on=on,
                reference=act.next_number(Certificate, f"AT-{on.year:04d}-"), rate=tally.rate if tally else None,
            )  # fmt: skip
            act.keep(certificate)
            made.append(certificate)
    return made


def _to_certify(roster: Roster, number: str) -> tuple[str, TrainingSession]:
    """The enrolment and the session to attest; who is certified by the fund or a training unit gets the centre's paper too."""
    roster.plan.enrolment(number)
    one = roster.named(number)
    if one.state is ParticipationState.ABANDONED and one.enrolment is not None:
        # An officer who attests knows better than a row the fund did not bring up to date; not than the centre's own word.
        one = participation(one.who, one.acts, evolve(one.enrolment, status=None), roster.observed)
    if one.state is not ParticipationState.CERTIFIED or one.session is None:
        PARTICIPATION.after(one.state, "certify", about=number)
    return number, roster.plan.session(str(one.session))


def _certificate(plan: CarriedPlan, session: TrainingSession, result: SessionResult | None) -> Certificate:
    """What a certificate says of the training, before it has a number and a name."""
    module = plan.modules.get(session.module)
    return Certificate(
        reference="", plan=str(plan.ref), session=session.reference, enrolment="", module=session.module,
        title=module.title if module else None, occupation=module.occupation if module else None,
        hours=module.hours if module else None, mark=result.mark if result else None, source=result.source if result else None,
    )  # fmt: skip


def check_ended(session: TrainingSession, on: date) -> None:
    """OperatorError where nobody can be certified yet."""
    if session.ends_on is None or on < session.ends_on:
        last = f" ({session.ends_on:%d/%m/%Y})" if session.ends_on else ""
        raise OperatorError(
            Text(
                fr=f"la session {session.reference} n'est pas finie{last} : rien ne s'atteste avant son dernier jour",
                en=f"the session {session.reference} has not ended{last}; nothing is attested before its last day",
            )
        )


def revoke(store: Store, reference: str, *, because: str, on: date, by: str) -> Certificate:
    """Revoke a certificate; UnknownName where there is none, OperatorError where it is revoked already."""
    found = find_certificate(store, reference)
    if found.revoked_on is not None:
        raise OperatorError(Text(fr=f"{reference} est déjà annulée", en=f"{reference} is revoked already"))
    (kept,) = store.keep(evolve(found, revoked_on=on, revoked_because=because), act="revoke", on=on, by=by)
    return cast(Certificate, kept)


def find_certificate(store: Store, reference: str) -> Certificate:
    """The certificate of that number; UnknownName where there is none."""
    for one in store.find(Certificate, reference=reference):
        return one
    raise UnknownName(
        Text(fr=f"aucune attestation ne porte le numéro {reference}", en=f"no certificate has the number {reference}")
    )
