"""Everyone who takes part in a plan, and where they stand: read in one moment, or within an act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Protocol, TypeVar

from attrs import field, frozen
from sqlalchemy import Connection

from cigem_core.errors import UnknownName
from cigem_core.model.fields import CENTRE, kind_of
from cigem_core.model.participation import ParticipationAct, ParticipationState, SessionCancellation
from cigem_core.model.referrals import Referral
from cigem_core.model.refs import Ref
from cigem_core.model.training import Enrolment, TrainingResult
from cigem_core.model.training_acts import Attendance, AttendedHours, Certificate, Mark, SessionResult
from cigem_core.programmes.training.participation import ENROLLED, SEATED, Observed, Participation, participation, waiting_list
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.store import Store, outbox
from cigem_core.store.acts import Act
from cigem_core.text import Text

R = TypeVar("R")

RESULT_ACTS = {TrainingResult.CERTIFIED: "certify", TrainingResult.ADJOURNED: "adjourn", TrainingResult.ABANDONED: "abandon"}


class Finder(Protocol):
    """What finds records: a store, or an act that is under way."""

    def find(self, kind: type[R], *, agency: str | None = "centre", **where: Any) -> list[R]:
        """The current records of a kind with these values."""


@frozen(kw_only=True, slots=False)
class Roster:
    """Those who take part in a plan."""

    plan: CarriedPlan
    everyone: Mapping[str, Participation]
    """By the ref of the record they are known by."""
    referred: Mapping[str, Sequence[Referral]] = field(repr=False)
    """The same → their referrals to the fund that hold, the oldest first."""
    sent: Mapping[str, str] = field(repr=False)
    """Referral number → the enrolment it became, as `plan/number`."""
    observed: Observed = field(factory=dict, repr=False)
    """What roll calls, hours, results and certificates say."""
    away: Sequence[tuple[str, str]] = ()
    """Who was referred to another plan of the fund, and the enrolment that became."""
    cancelled: Mapping[str, date]
    """Session → the day it was cancelled."""

    @cached_property
    def by_session(self) -> Mapping[str, Sequence[Participation]]:
        """Who sits in each session, the fund's word or not yet."""
        found: dict[str, list[Participation]] = defaultdict(list)
        for one in self.everyone.values():
            if one.session is not None and one.state in SEATED:
                found[one.session].append(one)
        return found

    def enrolled(self, session: str) -> list[Enrolment]:
        """The rows of those who sit in a session, and of whom its results are counted."""
        sitting = self.by_session.get(session, ())
        return [one.enrolment for one in sitting if one.enrolment is not None and one.state in ENROLLED]

    @cached_property
    def waiting(self) -> Sequence[Participation]:
        """The waiting list, in its order."""
        return waiting_list(self.everyone.values())

    @property
    def untold(self) -> list[Participation]:
        """Those of whom the fund's rows still say otherwise, by their numbers."""
        found = [one for one in self.everyone.values() if one.untold is not None and self.plan.ref.agency != CENTRE]
        return sorted(found, key=lambda one: one.enrolment.reference if one.enrolment else "")

    def room(self, session: str) -> int:
        """How many can still be seated; a session that does not say its places has no room to give."""
        if session in self.cancelled:
            return 0
        return max((self.plan.sessions[session].places or 0) - len(self.by_session.get(session, ())), 0)

    def named(self, given: str) -> Participation:
        """Whoever goes by a ref, a referral's number or an enrolment's; UnknownName where nobody does."""
        if given in self.everyone:
            return self.everyone[given]
        for who, one in self.everyone.items():
            numbers = {one.enrolment.reference} if one.enrolment else set()
            numbers |= {referral.reference for referral in self.referred.get(who, ())} | {Ref.parse(who).key or ""}
            if given in numbers or given in {f"centre:referral:{number}" for number in numbers}:
                return one
        raise UnknownName(
            Text(
                fr=f"personne du plan n'a le numéro {given} ; donner celui de l'inscription, de l'orientation ou du dossier",
                en=f"nobody of the plan has the number {given}; give that of the enrolment, the referral or the file",
            )
        )


def read_roster(store: Store, plan: CarriedPlan) -> Roster:
    """The roster as it stands."""
    with store.reading() as connection:
        return roster_in(store, connection, plan)


def roster_within(act: Act, plan: CarriedPlan) -> Roster:
    """The roster as the act that is under way sees it."""
    return roster_in(act, act.connection, plan)


def roster_in(finder: Finder, connection: Connection, plan: CarriedPlan) -> Roster:
    """The roster of a plan, of what a finder finds."""
    whose = str(plan.ref)
    sent = outbox.numbers_given(connection, to=str(plan.ref.agency), kind=kind_of(Referral))
    referrals = [one for one in finder.find(Referral, to=str(plan.ref.agency)) if one.withdrawn_on is None]
    cancelled = finder.find(SessionCancellation, plan=whose)
    return make_roster(
        plan, finder.find(ParticipationAct, plan=whose), referrals, sent,
        observed=observed(
            finder.find(Attendance, plan=whose), finder.find(Certificate, plan=whose), finder.find(SessionResult, plan=whose),
            finder.find(AttendedHours, plan=whose),
        ),
        cancelled={one.session: one.cancelled_on for one in cancelled if one.cancelled_on is not None},
    )  # fmt: skip


def observed(
    marks: Iterable[Attendance], certificates: Iterable[Certificate], results: Iterable[SessionResult] = (),
    hours: Iterable[AttendedHours] = (),
) -> dict[tuple[str, str], list[str]]:  # fmt: skip
    """What roll calls and hours, results and certificates say, in this order: session and enrolment → acts."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    there = {(one.session, one.enrolment) for one in marks if one.mark in (Mark.PRESENT, Mark.LATE)}
    for session, enrolment in there | {(one.session, one.enrolment) for one in hours if one.hours}:
        found[session, enrolment].append("attend")
    for result in results:
        found[result.session, result.enrolment] += [RESULT_ACTS[result.result]] if result.result in RESULT_ACTS else []
    for one in certificates:
        if one.revoked_on is None:
            found[one.session, one.enrolment].append("certify")
    return found


def make_roster(
    plan: CarriedPlan, acts: Iterable[ParticipationAct], referrals: Iterable[Referral], sent: Mapping[str, str], *,
    observed: Observed, cancelled: Mapping[str, date],
) -> Roster:  # fmt: skip
    """Everyone who takes part: by the record they are known by, with the fund's row their referral became."""
    inside = f"{plan.ref.key}/"
    rows = {f"{inside}{one.reference}": one for one in plan.enrolments}
    own: dict[str, list[ParticipationAct]] = defaultdict(list)
    for act in acts:
        own[act.who].append(act)
    referred: dict[str, list[Referral]] = defaultdict(list)
    away = []
    for one in sorted(referrals, key=lambda one: one.reference):
        if sent.get(one.reference, inside).startswith(inside):
            referred[one.known_as].append(one)
        else:
            away.append((one.known_as, sent[one.reference]))
    everyone: dict[str, Participation] = {}
    for who in sorted(referred.keys() | own.keys()):
        numbers = [sent[one.reference] for one in referred.get(who, ()) if one.reference in sent]
        numbers += [f"{inside}{act.enrolment}" for act in own.get(who, ()) if act.enrolment]
        numbers += [f"{ref.scope}/{ref.key}"] if (ref := Ref.parse(who)).kind == "enrolment" else []
        row = next((rows.pop(number) for number in numbers if number in rows), None)
        if row is None and who not in own:
            everyone[who] = _asked(who, referred[who], sent)
        else:
            everyone[who] = participation(who, own.get(who, ()), row, observed)
    for row in rows.values():
        who = str(Ref(plan.ref.agency, "enrolment", row.reference, plan.ref.key))
        everyone[who] = participation(who, own.get(who, ()), row, observed)
    return Roster(plan=plan, everyone=everyone, referred=referred, sent=sent, observed=observed, away=away, cancelled=cancelled)


def _asked(who: str, referrals: Sequence[Referral], sent: Mapping[str, str]) -> Participation:
    """Someone of whom the centre decided nothing yet: a candidate, or one whose seat the fund's next workbook will show."""
    gone = next((one for one in referrals if one.reference in sent), None)
    if gone is None:
        return Participation(who=who, state=ParticipationState.CANDIDATE)
    return Participation(who=who, state=ParticipationState.ASSIGNED, session=gone.session)
