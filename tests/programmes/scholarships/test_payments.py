"""What is due and paid: schedules at the ends of months, lateness by the day, and sums that never drift."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programmes.scholarships.samples import call

from cigem_core.programmes.scholarships.terms import Payer
from cigem_core.scholarships import Paid, balances, schedule

CALL = call("cinq-pays-2026")


def payer(first: date, every_months: int = 1, count: int = 4) -> Payer:
    return Payer(name="P", amount=100, currency="XOF", first=first, every_months=every_months, count=count)


@pytest.mark.parametrize(
    ("first", "every", "days"),
    [
        (date(2026, 1, 31), 1, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (date(2024, 1, 30), 1, ["2024-01-30", "2024-02-29", "2024-03-30", "2024-04-30"]),
        (date(2026, 2, 28), 1, ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        (date(2024, 2, 28), 12, ["2024-02-28", "2025-02-28", "2026-02-28", "2027-02-28"]),
        (date(2024, 2, 29), 12, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28"]),
        (date(2026, 11, 15), 2, ["2026-11-15", "2027-01-15", "2027-03-15", "2027-05-15"]),
    ],
)
def test_a_due_day_is_the_same_day_of_the_month_or_its_last(first, every, days):
    """Where the first is the last day of its month, every one is."""
    assert [str(day) for day in schedule(payer(first, every))] == days


@pytest.mark.parametrize(("paid_after", "asked_after", "late"), [(30, 400, 0), (31, 400, 1), (None, 30, 0), (None, 31, 1)])
def test_late_is_more_than_thirty_days(paid_after, asked_after, late):
    """Whole on the thirtieth day is in time; not whole by then is late from the thirty-first."""
    host = CALL.payers[0]
    due = schedule(host)[0]
    made = [] if paid_after is None else [_paid(host, due, paid_after, host.amount)]

    line = balances(CALL, {"N1": "MA-GES"}, made, due + timedelta(days=asked_after)).balances[0]

    others = sum(due + timedelta(days=asked_after) - day > timedelta(days=30) for day in schedule(host)[1:])
    assert line.late == late + others


def _paid(host: Payer, due: date, after: int, units: int, number: str = "N1") -> Paid:
    return Paid(application=number, payer=host.name, due_on=due, paid_on=due + timedelta(days=after), units=units)


@st.composite
def cohorts(draw):
    """Some who hold seats, and payments of any part of any instalment, on any day."""
    seats = draw(st.lists(st.sampled_from([seat.code for seat in CALL.seats]), min_size=1, max_size=6))
    awards = {f"N{at}": seat for at, seat in enumerate(seats)}
    hosts = st.sampled_from(CALL.payers)
    made = []
    for _ in range(draw(st.integers(0, 12))):
        host = draw(hosts)
        due = draw(st.sampled_from(schedule(host)))
        amount = draw(st.integers(1, 2 * host.amount))
        made.append(_paid(host, due, draw(st.integers(-60, 120)), amount, draw(st.sampled_from(sorted(awards)))))
    return awards, made, draw(st.dates(date(2026, 10, 1), date(2028, 1, 1)))


@settings(max_examples=40)
@given(cohorts())
def test_the_books_of_every_cohort_reconcile(cohort):
    """Paid is what was paid, due what the schedules say; arrears are what is missing, and nothing drifts."""
    awards, made, on = cohort
    found = balances(CALL, awards, made, on)

    assert sum(line.paid for line in found.balances) == sum(one.units for one in made if one.paid_on <= on)
    for host in CALL.payers:
        lines = [line for line in found.balances if line.payer == host.name]
        assert {line.application for line in lines} == set(awards)
        assert {line.due for line in lines} == {host.amount * sum(day <= on for day in schedule(host))}
        assert all(line.arrears == max(0, line.due - line.paid) and 0 <= line.late <= host.count for line in lines)


@settings(max_examples=25)
@given(cohorts())
def test_time_takes_nothing_back(cohort):
    """A day later as much is due, paid and late, or more."""
    awards, made, on = cohort
    earlier, later = (balances(CALL, awards, made, day).balances for day in (on, on + timedelta(days=1)))

    for before, after in zip(earlier, later, strict=True):
        assert (before.due <= after.due, before.paid <= after.paid, before.late <= after.late) == (True, True, True)


@given(cohorts())
def test_equal_pay_is_not_called_unequal(cohort):
    """Of those who hold one seat, at most those paid another sum than the lower median are named."""
    awards, made, on = cohort
    found = balances(CALL, awards, made, on)

    for one in found.unequal:
        assert one.paid != one.usual
        assert any(line.paid == one.usual and awards[line.application] == one.seat for line in found.balances)


@pytest.mark.long
@settings(max_examples=1000, deadline=None)
@given(cohorts())
def test_the_books_of_a_thousand_cohorts_reconcile(cohort):
    """No drift in any of them, on the day and on the next."""
    test_the_books_of_every_cohort_reconcile.hypothesis.inner_test(cohort)
    test_time_takes_nothing_back.hypothesis.inner_test(cohort)
