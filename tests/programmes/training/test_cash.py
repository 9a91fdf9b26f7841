"""What is late, and where each funder stands month by month: never another sum than the settlement's."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core.model.training_acts import Funding, TrainingPayment
from cigem_core.model.values import Amount
from cigem_core.programmes.training.cash import LatePayment, Ledger
from cigem_core.programmes.training.instalments import ResultInstalment
from cigem_core.programmes.training.money import balances
from cigem_core.programmes.training.settlement import SessionResults, settle

HALVES = (ResultInstalment(when="opened", percent=Decimal(50)), ResultInstalment(when="certified", percent=Decimal(50)))
SESSION = SessionResults(
    module="M",
    session="S",
    begins_on=date(2010, 1, 4),
    ends_on=date(2010, 3, 30),
    enrolled=frozenset("ab"),
    certified=frozenset("a"),
)
FUNDERS = [Funding(plan="P", funder="fund", percent=Decimal(70)), Funding(plan="P", funder="town", percent=Decimal(30))]


def paid(units: int, day: date, funder: str = "fund") -> TrainingPayment:
    return TrainingPayment(reference=f"PF-{day}", plan="P", session="S", funder=funder, paid_on=day, amount=Amount(units, "XOF"))


def ledger(on: date, *payments: TrainingPayment) -> Ledger:
    return Ledger.of({("M", "XOF"): 1000}, [SESSION], HALVES, FUNDERS, payments, on)


def test_what_is_earned_is_late_from_the_31st_day_on_and_no_more_once_it_is_paid():
    """500 are earned on 4 January: the fund's 350 are late from 4 February on."""
    due = date(2010, 2, 3)
    assert ledger(due).late(due) == []
    late = ledger(due + timedelta(days=1)).late(due + timedelta(days=1))
    assert late == [
        LatePayment(funder=name, session="S", currency="XOF", units=units, since=date(2010, 2, 4))
        for name, units in (("fund", 350), ("town", 150))
    ]

    on = date(2010, 2, 20)
    part = ledger(on, paid(300, date(2010, 2, 19)), paid(150, date(2010, 1, 8), "town")).late(on)
    assert [(one.funder, one.units, one.since) for one in part] == [("fund", 50, date(2010, 2, 4))]


def test_a_payment_is_for_what_was_earned_first():
    """The opening paid, the certificates not: late since the 31st day after those were settled, on 31 March."""
    on = date(2010, 6, 1)
    late = ledger(on, paid(350, date(2010, 1, 20)), paid(150, date(2010, 1, 20), "town")).late(on)

    assert [(one.funder, one.units, one.since) for one in late] == [
        ("fund", 175, date(2010, 5, 1)), ("town", 75, date(2010, 5, 1)),
    ]  # fmt: skip


def test_the_position_is_told_month_by_month():
    months = ledger(date(2010, 4, 15), paid(400, date(2010, 2, 10))).months(date(2010, 4, 15))

    assert [(one.month, one.earned, one.paid, one.position) for one in months if one.funder == "fund"] == [
        ("2010-01", 350, 0, -350), ("2010-02", 0, 400, 50), ("2010-03", 175, 0, -125), ("2010-04", 0, 0, -125),
    ]  # fmt: skip
    assert ledger(date(2009, 12, 1)).months(date(2009, 12, 1)) == []


@settings(max_examples=40, deadline=None)
@given(
    units=st.integers(0, 10_000), percents=st.integers(1, 99), day=st.dates(date(2010, 1, 1), date(2010, 6, 30)),
    payments=st.lists(st.tuples(st.integers(1, 900), st.integers(0, 200), st.sampled_from(["fund", "town"])), max_size=5),
)  # fmt: skip
def test_the_months_add_up_to_where_each_funder_stands(units, percents, day, payments):
    """Earned and paid over all months are those of the balances, and the last position is what lies between them."""
    funders = [
        Funding(plan="P", funder=name, percent=Decimal(part)) for name, part in (("fund", percents), ("town", 100 - percents))
    ]
    given_ones = [paid(many, date(2010, 1, 1) + timedelta(days=after), whose) for many, after, whose in payments]
    held = Ledger.of({("M", "XOF"): units}, [SESSION], HALVES, funders, given_ones, day)

    months = held.months(day)

    for one in balances(settle({("M", "XOF"): units}, [SESSION], HALVES, day), funders, given_ones, day):
        theirs = [line for line in months if line.funder == one.funder]
        assert (sum(line.earned for line in theirs), sum(line.paid for line in theirs)) == (one.earned, one.paid)
        assert (theirs[-1].position if theirs else 0) == one.paid - one.earned
        assert sum(late.units for late in held.late(day) if late.funder == one.funder) <= one.owed
