"""Whatever happens to a plan in whatever order: no seat twice, no more than the places, no unit lost, each no has its reason."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from attrs import define, evolve, field
from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core.errors import OperatorError, UnknownName
from cigem_core.model.participation import ParticipationAct, ParticipationState
from cigem_core.model.referrals import Referral
from cigem_core.model.refs import Ref
from cigem_core.model.training import Enrolment, EnrolmentStatus, TrainingModule, TrainingPlan, TrainingSession
from cigem_core.model.training_acts import Attendance, Certificate, Funding, Mark, TrainingPayment
from cigem_core.model.values import Amount, Occupation
from cigem_core.programmes.training.assignment import assign
from cigem_core.programmes.training.candidates import Waiting, frame_of_waiting, open_sessions, those_without
from cigem_core.programmes.training.explain import Explained
from cigem_core.programmes.training.fit import Traits
from cigem_core.programmes.training.instalments import ResultInstalment
from cigem_core.programmes.training.money import balances
from cigem_core.programmes.training.participation import ENROLLED, SEATED
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.programmes.training.reserves import SessionReserve
from cigem_core.programmes.training.roster import Roster, make_roster, observed
from cigem_core.programmes.training.seat_moves import SeatMoves
from cigem_core.programmes.training.settlement import SessionResults, settle, totals

WOMEN = SessionReserve(name="women", percent=Decimal(50), any=({"sex": "female"},))
NEAR = SessionReserve(name="near", percent=Decimal(50), any=({"region": "XX-1"},))
TRADES = {"M1": "7531", "M2": "7532", "M3": "5120"}
OPENS = date(2010, 1, 4)
SESSIONS = {
    code: TrainingSession(
        plan="P", reference=code, module=module, places=places, begins_on=OPENS + timedelta(days=after),
        ends_on=OPENS + timedelta(days=after + 20),
    )
    for code, module, places, after in (("S0", "M1", 2, 0), ("S1", "M2", 1, 10), ("S2", "M3", 2, 30), ("S3", "M1", 1, 40))
}  # fmt: skip
BUDGETS = {("M1", "XOF"): 1_000_003, ("M2", "XOF"): 99, ("M3", "EUR"): 7}
TERMS = (
    ResultInstalment(when="opened", percent=Decimal("33.3")),
    ResultInstalment(when="attended", percent=Decimal("26.7"), at_least=Decimal(80)),
    ResultInstalment(when="certified", percent=Decimal(40)),
)
FUNDERS = [Funding(plan="x", funder=name, percent=Decimal(part)) for name, part in (("a", 70), ("b", 20), ("c", 10))]
BARE = CarriedPlan(
    ref=Ref("fund", "training_plan", "P"), plan=TrainingPlan(reference="P"),
    modules={m: TrainingModule(plan="P", reference=m, occupation=Occupation(code)) for m, code in TRADES.items()},
    sessions=SESSIONS, enrolments=(), budget=(), pending=frozenset(),
)  # fmt: skip


@define
class World:
    """A plan, and all that is kept of it: what a workspace would hold."""

    day: date = date(2010, 1, 1)
    people: dict[str, Waiting] = field(factory=dict)
    referrals: dict[str, Referral] = field(factory=dict)
    sent: dict[str, str] = field(factory=dict)
    rows: dict[str, Enrolment] = field(factory=dict)
    acts: list[ParticipationAct] = field(factory=list)
    cancelled: dict[str, date] = field(factory=dict)
    marks: list[Attendance] = field(factory=list)
    certificates: list[Certificate] = field(factory=list)
    payments: list[TrainingPayment] = field(factory=list)
    refused: list[OperatorError] = field(factory=list)

    def roster(self) -> Roster:
        plan = evolve(BARE, enrolments=tuple(self.rows.values()))
        seen = observed(self.marks, self.certificates)
        held = [one for one in self.referrals.values() if one.withdrawn_on is None]
        return make_roster(plan, self.acts, held, self.sent, observed=seen, cancelled=self.cancelled)

    def moves(self) -> SeatMoves:
        return SeatMoves(self.roster(), self.day)

    def keep(self, moves: SeatMoves) -> None:
        self.acts += moves.acts

    def pick(self, number: int) -> str:
        known = sorted(self.roster().everyone)
        return known[number % len(known)] if known else "nobody"

    def come(self, who) -> None:
        trade, region, sex = who
        reference = f"OR-{len(self.referrals):03d}"
        occupation = Occupation(trade) if trade else None
        self.referrals[reference] = Referral(reference=reference, to="fund", occupation=occupation, referred_on=self.day)
        ref = Ref("centre", "referral", reference)
        traits = Traits(sex=sex, region=region)
        self.people[str(ref)] = Waiting(who=str(ref), ref=ref, occupation=occupation, traits=traits, since=self.day)

    def assign(self, _) -> None:
        roster, moves = self.roster(), self.moves()
        offered = open_sessions(roster, None, {who: one.traits for who, one in self.people.items()}, on=self.day)
        frame = frame_of_waiting(those_without(self.people.values(), roster))
        done = assign(offered, frame, [WOMEN, NEAR])
        told = Explained(offered, frame, done, [WOMEN, NEAR])
        assert done.score == done.bound
        for who, reason in done.unassigned.iter_rows():
            assert reason in ("no-session", "full")
            assert told.why(who).fr.startswith("sans place : ")
        for who, session, _fit in done.assigned.iter_rows():
            moves.seat(who, session)
        for who in done.unassigned.filter(pl.col("reason") == "full")["candidate"]:
            if moves.standing(who).state is not ParticipationState.WAITING:
                moves.wait(who, occupation=self.people[who].occupation)
        self.keep(moves)

    def push(self, _) -> None:
        """Whoever has a seat leaves for the fund, whose workbook shows the row."""
        roster = self.roster()
        for who, one in roster.everyone.items():
            for referral in roster.referred.get(who, ()):
                if one.state is ParticipationState.ASSIGNED and one.session and referral.reference not in self.sent:
                    number = f"I{len(self.rows):03d}"
                    self.sent[referral.reference] = f"P/{number}"
                    self.rows[number] = Enrolment(
                        plan="P", reference=number, session=one.session, status=EnrolmentStatus.ENROLLED
                    )

    def fund_enrols(self, code: str) -> None:
        """The fund seats someone of its own, where it has room by its own rows and those the centre announced."""
        if self.roster().room(code):
            number = f"I{len(self.rows):03d}"
            self.rows[number] = Enrolment(plan="P", reference=number, session=code)

    def fund_hears(self, number: int) -> None:
        """The fund reports what it was told."""
        untold = self.roster().untold
        if untold:
            one = untold[number % len(untold)]
            moved = one.state in SEATED and one.state is not ParticipationState.ABANDONED
            changed = {"session": one.session} if moved else {"status": EnrolmentStatus.ABANDONED}
            self.rows[one.enrolment.reference] = evolve(one.enrolment, **changed)

    def decide(self, step) -> None:
        moves = self.moves()
        try:
            step(moves)
        except (OperatorError, UnknownName) as refusal:
            self.refused.append(refusal)
        else:
            self.keep(moves)

    def wait(self, number: int) -> None:
        who = self.pick(number)
        asks = self.people.get(who)
        self.decide(lambda moves: moves.wait(who, occupation=asks.occupation if asks else Occupation("7531")))

    def move(self, number: int) -> None:
        self.decide(lambda moves: moves.move(self.pick(number), f"S{number % 4}", "nearer home"))

    def withdraw(self, number: int) -> None:
        self.decide(lambda moves: moves.withdraw(self.pick(number), "went away"))

    def cancel(self, code: str) -> None:
        if code not in self.cancelled and self.day <= SESSIONS[code].ends_on:
            self.decide(lambda moves: moves.free(code, "no teacher"))
            self.cancelled[code] = self.day

    def fill(self, _) -> None:
        before = [one.who for one in self.roster().waiting]
        moves = self.moves()
        seated = [who for who, _ in moves.fill()]
        assert [who for who in before if who in seated] == seated, "in the order of the list"
        self.keep(moves)
        assert not self.moves().fill(), "nobody waits for a seat that is free"

    def attend(self, number: int) -> None:
        enrolled = [one for one in self.roster().everyone.values() if one.state in ENROLLED and one.session]
        if enrolled:
            one = enrolled[number % len(enrolled)]
            mark = list(Mark)[number % 4]
            row = one.enrolment.reference
            self.marks.append(Attendance(plan="P", session=one.session, enrolment=row, day=self.day, mark=mark))

    def certify(self, number: int) -> None:
        roster = self.roster()
        able = [
            one for one in roster.everyone.values()
            if one.enrolment and one.session and one.state in (ParticipationState.ENROLLED, ParticipationState.ATTENDING)
            and SESSIONS[one.session].ends_on < self.day
        ]  # fmt: skip
        if able:
            one = able[number % len(able)]
            reference = f"AT-{len(self.certificates)}"
            row = one.enrolment.reference
            self.certificates.append(Certificate(reference=reference, plan="P", session=one.session, enrolment=row))

    def pay(self, number: int) -> None:
        amount = Amount(1 + number, ("XOF", "EUR")[number % 2])
        reference, funder = f"PF-{len(self.payments)}", "abc"[number % 3]
        paid = TrainingPayment(reference=reference, plan="P", session="S0", funder=funder, paid_on=self.day, amount=amount)
        self.payments.append(paid)

    def later(self, days: int) -> None:
        self.day += timedelta(days=days)

    def check(self) -> None:
        roster = self.roster()
        sitting = Counter(one.session for one in roster.everyone.values() if one.state in SEATED and one.session)
        assert all(many <= SESSIONS[code].places for code, many in sitting.items())
        rows = [one.enrolment.reference for one in roster.everyone.values() if one.enrolment]
        assert len(rows) == len(set(rows)) == len(self.rows), "a row is one person's"
        held = [e.reference for code in SESSIONS for e in roster.enrolled(code)]
        assert len(held) == len(set(held)), "nobody sits twice"
        assert not {one.who for one in roster.waiting} & {one.who for some in roster.by_session.values() for one in some}
        assert all(refusal.text.fr != refusal.text.en for refusal in self.refused)
        self.check_money(roster)

    def check_money(self, roster: Roster) -> None:
        results = [
            SessionResults(
                module=one.module, session=code, begins_on=one.begins_on, ends_on=one.ends_on,
                cancelled_on=self.cancelled.get(code), enrolled=frozenset(e.reference for e in roster.enrolled(code)),
                certified=frozenset(c.enrolment for c in self.certificates),
            )
            for code, one in SESSIONS.items()
        ]  # fmt: skip
        lines = settle(BUDGETS, results, TERMS, self.day)
        funders = balances(lines, FUNDERS, self.payments, self.day)
        for currency, sums in totals(lines).items():
            assert sums["committed"] == sum(units for (_, one), units in BUDGETS.items() if one == currency)
            for name, whole in sums.items():
                assert sum(getattr(one, name) for one in funders if one.currency == currency) == whole
        assert all(one.committed == one.earned + one.open + one.released for one in (*lines, *funders))
        assert sum(one.paid for one in funders) == sum(one.amount.units for one in self.payments)


trades = st.sampled_from(["7531", "7532", "5120", "2111", None])
someone = st.tuples(trades, st.sampled_from(["XX-1", "XX-2", None]), st.sampled_from(["female", "male", None]))
number, code, nothing = st.integers(0, 40), st.sampled_from(sorted(SESSIONS)), st.none()
steps = {
    "come": someone, "assign": nothing, "push": nothing, "fund_enrols": code, "fund_hears": number, "wait": number,
    "move": number, "withdraw": number, "cancel": code, "fill": nothing, "attend": number, "certify": number, "pay": number,
    "later": st.integers(1, 15),
}  # fmt: skip
events = st.lists(st.one_of([st.tuples(st.just(name), given_one) for name, given_one in steps.items()]), min_size=4, max_size=40)


def walk(history) -> None:
    """One history, its promises asked after every step."""
    world = World()
    begun = [("come", ("7531", "XX-1", "female"))] * 3 + [("come", ("5120", "XX-2", "male"))] * 3
    for name, given_one in [*begun, ("assign", None), ("push", None), ("fund_enrols", "S3"), *history]:
        getattr(world, name)(given_one)
        world.check()


@settings(max_examples=500, deadline=None)
@given(history=events)
def test_every_history_keeps_its_promises(history):
    walk(history)


@pytest.mark.long
@settings(max_examples=5_000, deadline=None)
@given(history=events)
def test_five_thousand_histories_keep_their_promises(history):
    walk(history)
