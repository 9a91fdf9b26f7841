"""The desk of training plans: `centre.training`, over the records of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from cigem_core.model.training import Enrolment
from cigem_core.model.training_acts import Attendance, Certificate, SessionResult
from cigem_core.programmes.training import attending, results, seating, steps
from cigem_core.programmes.training.admissions import AdmissionShare, ReferredPerson, admission_shares, referred_people
from cigem_core.programmes.training.afterwards import Afterwards
from cigem_core.programmes.training.assignment import assign
from cigem_core.programmes.training.blank_sheet import write_sheet
from cigem_core.programmes.training.candidates import asking, frame_of_waiting, open_sessions, those_without
from cigem_core.programmes.training.explain import Explained
from cigem_core.programmes.training.hours import AllFoundHours, SessionAttendance
from cigem_core.programmes.training.instalments import ResultInstalment
from cigem_core.programmes.training.paying import open_plan
from cigem_core.programmes.training.plan_files import read_plan, refused
from cigem_core.programmes.training.plans import CarriedPlan, plan_refs
from cigem_core.programmes.training.reserves import SessionReserve, read_reserves
from cigem_core.programmes.training.roll_call import RollCall
from cigem_core.programmes.training.roster import read_roster
from cigem_core.programmes.training.seating import Asked, SeatChange
from cigem_core.text import Language


class Training(Afterwards):
    """Plans carried out: their sessions, who goes there, who attends, and what is earned.

    A plan is named by its number, or its ref where several agencies have one of that number; where there is one only, it
    need not be named.
    """

    def open_plan(self, *written: Path | str, on: date, by: str) -> CarriedPlan:
        """Keep a plan of the centre's own, written in a TOML file or in tables; one that stands already is amended.

        Tables are `modules.csv`, `sessions.csv`, `budget.csv`, `financeurs.csv` and `plan.csv`, or workbooks like them. All of
        it is kept or nothing. Raises OperatorError for what the files say wrongly (`read_plan` lists every wrong cell),
        and where a session would have fewer places than people.
        """
        found = read_plan(written)
        if found.plan is None:
            raise refused(found)
        return open_plan(self._store, found.plan, on=on, by=by)

    def roll_call(self, sheet: Any, *, on: date, by: str, plan: str | None = None, session: str | None = None) -> RollCall:
        """Read a session's sheet, text or workbook, and keep its marks; wrong rows are told with their addresses."""
        return steps.call_roll(self._store, self.plan(plan), sheet, on=on, by=by, session=session)

    def roll_call_from(self, agency: str, *, plain: bool = False, on: date, by: str, plan: str | None = None) -> AllFoundHours:
        """Keep the hours that an agency's trainees' records say were attended, beside the roll calls and each other.

        Those count whom an officer tied to the record, by a file or a referral; with `plain`, those on plain evidence too.
        """
        return attending.keep_hours(self._store, self.plan(plan), agency, plain=plain, on=on, by=by)

    def attendance(self, session: str, *, plan: str | None = None) -> SessionAttendance:
        """Who attended a session, by roll calls, by week, and by the hours that records tell; what contradicts is told."""
        return attending.attendance_of(self._store, self.roster(plan), session)

    def assign(
        self, plan: str | None = None, *, reserves: Path | str | Sequence[SessionReserve] = (), on: date | None = None
    ) -> Explained:
        """Who of those who wait would go to which session of a plan, and why; it changes nothing, so reserves can be tried.

        With `on`, sessions that began before that day take nobody.
        """
        territory = self._plugins.territory
        regions = territory.by_code if territory else ()
        held = read_reserves(Path(reserves), regions) if isinstance(reserves, (str, Path)) else reserves
        carried = self.plan(plan)
        roster = read_roster(self._store, carried)
        people = asking(self._store, roster, on=on)
        sessions = open_sessions(roster, territory, {one.who: one.traits for one in people}, on=on)
        waiting = frame_of_waiting(those_without(people, roster))
        return Explained(sessions, waiting, assign(sessions, waiting, held), held)

    def enrol(self, found: Explained, *, on: date, by: str, plan: str | None = None) -> list[Asked]:
        """Ask for the seats of an assignment: each referral names its session, and leaves with the next push to the fund.

        Someone whose project asks is referred now; in a plan of the centre's own they are enrolled at once. Those for whom
        there was no room go on the waiting list, the longest wait first. Raises ConventionError where no clause lets it,
        OperatorError where a seat was taken meanwhile.
        """
        return seating.enrol(self._store, self._plugins, self.plan(plan), found.assignment, on=on, by=by)

    def wait(self, who: str, *, session: str | None = None, on: date, by: str, plan: str | None = None) -> SeatChange:
        """Put someone at the end of a plan's waiting list: for one session, or for any that teaches their trade."""
        return seating.wait(self._store, self.plan(plan), who, session=session, on=on, by=by)

    def move(self, who: str, *, to: str, because: str, on: date, by: str, plan: str | None = None) -> SeatChange:
        """Move someone to another session that has room; the seat they leave goes to whoever is next on the waiting list."""
        held = self.plan(plan)
        done = seating.move(self._store, held, who, to=to, because=because, on=on, by=by)
        return seating.filled(self._store, self._plugins, held, done, on=on, by=by)

    def withdraw(self, who: str, *, because: str, on: date, by: str, plan: str | None = None) -> SeatChange:
        """Let someone go; the seat goes to whoever is next on the waiting list, unless the session has begun."""
        held = self.plan(plan)
        done = seating.withdraw(self._store, held, who, because=because, on=on, by=by)
        return seating.filled(self._store, self._plugins, held, done, on=on, by=by)

    def cancel(self, session: str, *, because: str, on: date, by: str, plan: str | None = None) -> SeatChange:
        """Cancel a session: its people wait again before all others, and get the seats that are free elsewhere."""
        held = self.plan(plan)
        done = seating.cancel(self._store, held, session, because=because, on=on, by=by)
        return seating.filled(self._store, self._plugins, held, done, on=on, by=by)

    def fill(self, *, on: date, by: str, plan: str | None = None) -> tuple[Asked, ...]:
        """Seat those next on the waiting list wherever a seat is free; what asks for their seats."""
        return tuple(seating.fill(self._store, self._plugins, self.plan(plan), on=on, by=by))

    def notices(self, *, issuer: Sequence[str], on: date, place: str, plan: str | None = None) -> str:
        """A letter to the fund, as HTML, of what its workbook cannot be made to say: who withdrew, or sits elsewhere now."""
        from cigem_core.programmes.training.printing import notices_page

        return notices_page(self.roster(plan), issuer=issuer, on=on, place=place)

    def certify(self, *enrolments: str, on: date, by: str, plan: str | None = None) -> list[Certificate]:
        """Attest that people were certified, each under a number of its own; those who have a certificate get no second one."""
        return steps.certify(self._store, self.plan(plan), enrolments, on=on, by=by)

    def openness(self, by: Sequence[str] = (), *, plan: str | None = None) -> list[AdmissionShare]:
        """Of those referred, the share the funds admitted and the days it took; of one plan, or of all of them.

        `by` names breakdowns: agency, trade, sex, region, returnee.
        """
        refs = [str(self.plan(plan).ref)] if plan else plan_refs(self._store)
        people: list[ReferredPerson] = []
        for ref in refs:
            roster = self.roster(ref)
            seen = self._store.first_seen(Enrolment, agency=str(roster.plan.ref.agency))
            days = {key: day for (scope, key), day in seen.items() if scope == roster.plan.ref.key}
            people += referred_people(roster, asking(self._store, roster), days)
        return admission_shares(people, by)

    def certify_from(self, agency: str, *, plain: bool = False, on: date, by: str, plan: str | None = None) -> list[Certificate]:
        """Keep the results that an agency's trainees' records tell, and attest those who were certified.

        Those count whom an officer tied to the record, by a file or a referral; with `plain`, those on plain evidence too.
        """
        found = results.keep_results(self._store, self.plan(plan), agency, plain=plain, on=on, by=by)
        held = self.roster(plan)
        passed = [one.enrolment for one in found.results if results.may_be_attested(held, one, on)]
        return steps.certify(self._store, held.plan, passed, on=on, by=by)

    def certificate(self, reference: str) -> Certificate:
        """The certificate of that number, revoked or not; UnknownName where there is none."""
        return steps.find_certificate(self._store, reference)

    def revoke(self, reference: str, *, because: str, on: date, by: str) -> Certificate:
        """Revoke a certificate: it stays, and says so."""
        return steps.revoke(self._store, reference, because=because, on=on, by=by)

    def statement(
        self, provider: str, instalments: Path | str | Sequence[ResultInstalment], *, on: date, issuer: Sequence[str],
        plan: str | None = None, language: Language = "fr",
    ) -> str:  # fmt: skip
        """The settlement statement of a provider on a day, as HTML; UnknownName where no module names it."""
        from cigem_core.programmes.training.statements import statement_page

        held = self.plan(plan)
        ledger = self.ledger(instalments, on=on, plan=str(held.ref))
        return statement_page(held, provider, ledger, on=on, issuer=issuer, language=language)

    def page(
        self, instalments: Path | str | Sequence[ResultInstalment], *, on: date, issuer: Sequence[str], plan: str | None = None,
        language: Language = "fr",
    ) -> str:  # fmt: skip
        """The page of a plan on a day, as HTML: sessions, attendance, money by session and by funder."""
        from cigem_core.programmes.training.printing import plan_page

        carried = self.plan(plan)
        known, whose = steps.results_of(self._store, carried), str(carried.ref)
        lines, funders = self.settle(instalments, on=on, plan=whose), self.money(instalments, on=on, plan=whose)
        late = self.ledger(instalments, on=on, plan=whose).late(on)
        return plan_page(carried, known, lines, funders, late, issuer=issuer, on=on, language=language)

    def session_page(
        self, session: str, *, on: date, issuer: Sequence[str], plan: str | None = None, language: Language = "fr",
        instalments: Path | str | Sequence[ResultInstalment] = (),
    ) -> str:  # fmt: skip
        """The page of a session, as HTML, for those who run it: its people by name, attendance by week, and its money."""
        from cigem_core.programmes.training.session_page import SessionRecords, session_page

        roster = self.roster(plan)
        whose = {"plan": str(roster.plan.ref), "session": roster.plan.session(session).reference}
        lines = self.settle(instalments, on=on, plan=whose["plan"]) if instalments else []
        kept = SessionRecords(
            attendance=attending.attendance_of(self._store, roster, session), results=self._store.find(SessionResult, **whose),
            certificates=self._store.find(Certificate, **whose), money=[one for one in lines if one.session == session],
        )  # fmt: skip
        return session_page(roster, session, kept, issuer=issuer, language=language)

    def badge(self, reference: str, key: Path | str, *, issuer: str, url: str, with_names: bool = False) -> str:
        """A certificate as an Open Badge 3.0, signed with the private key of a file; it names the person only where it is asked.

        Raises OperatorError for a revoked certificate. Needs the extra `badges`.
        """
        from cigem_core.programmes.training.badges import BadgeIssuer, badge_of
        from cigem_core.programmes.training.certificate_page import names_of

        found = self.certificate(reference)
        names = names_of(self.plan(found.plan).enrolment(found.enrolment).identity) if with_names else None
        return badge_of(found, Path(key), BadgeIssuer(name=issuer, url=url), names=names)

    def print_certificate(self, reference: str, *, issuer: Sequence[str], place: str) -> str:
        """A certificate as a page of A4, in French; one that was revoked says so."""
        from cigem_core.programmes.training.certificate_page import certificate_page

        found = self.certificate(reference)
        plan = self.plan(found.plan)
        whom, session = plan.enrolment(found.enrolment), plan.session(found.session)
        return certificate_page(found, whom.identity, session, issuer=issuer, place=place)

    def sheet(self, session: str, days: Sequence[date], to: Path | str, *, plan: str | None = None) -> Path:
        """Write a session's roll-call sheet: a row for each person enrolled, a column for each day, with the marks kept so far.

        A workbook where the name ends in `.xlsx`; without days, its weekdays. Raises OperatorError for a day outside the
        session, and for a file that is there already.
        """
        carried = self.plan(plan)
        held = carried.session(session)
        marks = self._store.find(Attendance, plan=str(carried.ref), session=held.reference)
        module = carried.modules.get(held.module)
        people = read_roster(self._store, carried).enrolled(held.reference)
        return write_sheet(held, people, days, marks, Path(to), title=module.title if module else None)
