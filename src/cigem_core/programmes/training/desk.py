"""The desk of training plans: `centre.training`, over the records of a workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from cigem_core.model.training import TrainingResult
from cigem_core.model.training_acts import (
    Attendance,
    Certificate,
    Funding,
    InsertionAnswer,
    SessionResult,
    Standing,
    TrainingPayment,
)
from cigem_core.model.values import Amount
from cigem_core.plugins import Plugins
from cigem_core.programmes.training import results, seating, steps
from cigem_core.programmes.training.assignment import assign
from cigem_core.programmes.training.blank_sheet import write_sheet
from cigem_core.programmes.training.candidates import asking, frame_of_waiting, open_sessions, those_without
from cigem_core.programmes.training.cash import Ledger
from cigem_core.programmes.training.explain import Explained
from cigem_core.programmes.training.insertion import InsertionRate, insertion_rate
from cigem_core.programmes.training.instalments import ResultInstalment, terms_of
from cigem_core.programmes.training.money import FunderBalance, balances
from cigem_core.programmes.training.outcomes import FoundResults
from cigem_core.programmes.training.own_plan import read_own_plan
from cigem_core.programmes.training.paying import fund, funders_of, open_plan, pay
from cigem_core.programmes.training.plans import CarriedPlan, find_plan
from cigem_core.programmes.training.reserves import SessionReserve, read_reserves
from cigem_core.programmes.training.results import ToAsk
from cigem_core.programmes.training.roll_call import RollCall
from cigem_core.programmes.training.roster import Roster, read_roster
from cigem_core.programmes.training.seating import Asked, SeatChange
from cigem_core.programmes.training.settlement import SessionResults, Settled, settle
from cigem_core.store import Store
from cigem_core.text import Language


class Training:
    """Plans carried out: their sessions, who goes there, who attends, and what is earned.

    A plan is named by its number, or its ref where several agencies have one of that number; where there is one only, it
    need not be named.
    """

    def __init__(self, store: Store, plugins: Plugins) -> None:
        self._store = store
        self._plugins = plugins

    def plan(self, named: str | None = None) -> CarriedPlan:
        """A plan with all that belongs to it; UnknownName or OperatorError where it is none, or not one."""
        return find_plan(self._store, named)

    def open_plan(self, written: Path | str, *, on: date, by: str) -> CarriedPlan:
        """Keep a plan of the centre's own, written in a TOML file; one that stands already is amended.

        Raises OperatorError for what the file says wrongly, and where a session would have fewer places than people.
        """
        return open_plan(self._store, read_own_plan(Path(written)), on=on, by=by)

    def results(self, plan: str | None = None) -> list[SessionResults]:
        """What is known of the people of each session: who is enrolled, attended, is certified, works."""
        return steps.results_of(self._store, self.plan(plan))

    def roll_call(self, sheet: Any, *, on: date, by: str, plan: str | None = None, session: str | None = None) -> RollCall:
        """Read a session's sheet, text or workbook, and keep its marks; wrong rows are told with their addresses."""
        return steps.call_roll(self._store, self.plan(plan), sheet, on=on, by=by, session=session)

    def settle(self, instalments: Path | str | Sequence[ResultInstalment], *, on: date, plan: str | None = None) -> list[Settled]:
        """Where the money of each session stands on a day; `instalments` say what earns which part of it."""
        terms, held = terms_of(instalments), self.plan(plan)
        return settle(held.budgets, self._results(held, terms), terms, on)

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

    def roster(self, plan: str | None = None) -> Roster:
        """Everyone who takes part in a plan and where they stand, with its waiting list."""
        return read_roster(self._store, self.plan(plan))

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

    def certify_from(self, agency: str, *, plain: bool = False, on: date, by: str, plan: str | None = None) -> list[Certificate]:
        """Keep the results that an agency's trainees' records tell, and attest those who were certified.

        Those count whom an officer tied to the record, by a file or a referral; with `plain`, those on plain evidence too.
        """
        found = results.keep_results(self._store, self.plan(plan), agency, plain=plain, on=on, by=by)
        held = self.roster(plan)
        passed = [one.enrolment for one in found.results if results.may_be_attested(held, one, on)]
        return steps.certify(self._store, held.plan, passed, on=on, by=by)

    def results_from(self, agency: str, *, plan: str | None = None) -> FoundResults:
        """What an agency's records tell of those enrolled, and on what evidence; it changes nothing."""
        return results.results_from(self._store, self.roster(plan), agency)

    def record_result(
        self, who: str, result: TrainingResult, *, mark: Decimal | None = None, on: date, by: str, plan: str | None = None
    ) -> SessionResult:
        """Keep how someone's session ended, by hand."""
        return results.keep_result(self._store, self.plan(plan), who, result, mark, on=on, by=by)

    def to_ask(self, *, on: date, months: Sequence[int] = (6, 12), plan: str | None = None) -> list[ToAsk]:
        """Who is to be asked in the week of a day where they stand, and how; nobody of whom nothing is known is dropped."""
        return results.asked_this_week(self._store, self.roster(plan), on=on, months=months)

    def certificate(self, reference: str) -> Certificate:
        """The certificate of that number, revoked or not; UnknownName where there is none."""
        return steps.find_certificate(self._store, reference)

    def revoke(self, reference: str, *, because: str, on: date, by: str) -> Certificate:
        """Revoke a certificate: it stays, and says so."""
        return steps.revoke(self._store, reference, because=because, on=on, by=by)

    def fund(self, shares: Mapping[str, Decimal | int], *, on: date, by: str, plan: str | None = None) -> list[Funding]:
        """Say who pays which share of a plan, in percent; OperatorError where they do not make the whole."""
        return fund(self._store, self.plan(plan), shares, on=on, by=by)

    def pay(self, session: str, funder: str, amount: Amount, *, on: date, by: str, plan: str | None = None) -> TrainingPayment:
        """Record what a funder paid for a session."""
        return pay(self._store, self.plan(plan), session, funder, amount, on=on, by=by)

    def follow_up(self, answers: Mapping[str, Standing], *, months: int, on: date, by: str, plan: str | None = None) -> None:
        """Record where people stand some months after their session: enrolment → situation."""
        carried = self.plan(plan)
        for number in answers:
            carried.enrolment(number)
        said = (
            InsertionAnswer(plan=str(carried.ref), enrolment=number, months=months, standing=standing, answered_on=on)
            for number, standing in sorted(answers.items())
        )
        self._store.keep(*said, act="follow-up", on=on, by=by)

    def insertion(self, session: str, *, months: int, plan: str | None = None) -> InsertionRate:
        """The rate of a session, with what it would be if all who were not reached had no work, or had."""
        roster = self.roster(plan)
        enrolled = [one.reference for one in roster.enrolled(roster.plan.session(session).reference)]
        return insertion_rate(enrolled, results.standings_of(self._store, roster, months))

    def money(
        self, instalments: Path | str | Sequence[ResultInstalment], *, on: date, plan: str | None = None
    ) -> list[FunderBalance]:
        """Where each funder stands on a day; a plan nobody said the funders of is paid by its fund alone."""
        carried = self.plan(plan)
        lines, payments = self.settle(instalments, on=on, plan=plan), self._store.find(TrainingPayment, plan=str(carried.ref))
        return balances(lines, funders_of(self._store, carried), payments, on)

    def ledger(self, instalments: Path | str | Sequence[ResultInstalment], *, on: date, plan: str | None = None) -> Ledger:
        """A plan's money as it falls due on a day: what is `late`, and each funder's cash position in `months`."""
        terms, held = terms_of(instalments), self.plan(plan)
        payments = self._store.find(TrainingPayment, plan=str(held.ref))
        return Ledger.of(held.budgets, self._results(held, terms), terms, funders_of(self._store, held), payments, on)

    def statement(
        self, provider: str, instalments: Path | str | Sequence[ResultInstalment], *, on: date, issuer: Sequence[str],
        plan: str | None = None, language: Language = "fr",
    ) -> str:  # fmt: skip
        """The settlement statement of a provider on a day, as HTML; UnknownName where no module names it."""
        from cigem_core.programmes.training.statements import statement_page

        held = self.plan(plan)
        ledger = self.ledger(instalments, on=on, plan=str(held.ref))
        return statement_page(held, provider, ledger, on=on, issuer=issuer, language=language)

    def _results(self, plan: CarriedPlan, terms: Sequence[ResultInstalment]) -> list[SessionResults]:
        months = [one.months for one in terms if one.months is not None]
        return steps.results_of(self._store, plan, months=months)

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
        return plan_page(carried, known, lines, funders, late, issuer=issuer, language=language)

    def print_certificate(self, reference: str, *, issuer: Sequence[str], place: str) -> str:
        """A certificate as a page of A4, in French; one that was revoked says so."""
        from cigem_core.programmes.training.printing import certificate_page

        found = self.certificate(reference)
        whom = self.plan(found.plan).enrolment(found.enrolment)
        return certificate_page(found, whom.identity, issuer=issuer, place=place)

    def sheet(self, session: str, days: Sequence[date], to: Path | str, *, plan: str | None = None) -> Path:
        """Write a session's roll-call sheet: a row for each person enrolled, a column for each day, with the marks kept so far.

        A workbook where the name ends in `.xlsx`; without days, its weekdays. Raises OperatorError for a day outside the
        session, and for a file that is there already.
        """
        carried = self.plan(plan)
        held = carried.session(session)
        marks = self._store.find(Attendance, plan=str(carried.ref), session=held.reference)
        return write_sheet(held, read_roster(self._store, carried).enrolled(held.reference), days, marks, Path(to))
