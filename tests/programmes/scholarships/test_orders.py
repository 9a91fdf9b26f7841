"""An order pays what is missing and no more, and comes home as a file of payments; a statement tells a student all of it."""

from __future__ import annotations

from datetime import date

from attrs import evolve
from hypothesis import given, settings
from programmes.scholarships.samples import call
from programmes.scholarships.test_payments import cohorts

from cigem_core.programmes.scholarships.orders import orders, statement, write_orders
from cigem_core.programmes.scholarships.payment_file import read_payments
from cigem_core.scholarships import Paid, balances

CALL = call("cinq-pays-2026")


@settings(max_examples=100)
@given(cohorts())
def test_whoever_is_paid_by_the_order_is_owed_nothing(cohort):
    """Once every line of every order is paid, no arrears are left and no instalment is short."""
    awards, made, on = cohort
    lines = [line for listed in orders(CALL, awards, made, on).values() for line in listed]
    more = [Paid(application=one.application, payer=one.payer, due_on=one.due_on, paid_on=on, units=one.missing) for one in lines]

    assert all(line.arrears == 0 for line in balances(CALL, awards, [*made, *more], on).balances)
    assert not any(orders(CALL, awards, [*made, *more], on).values())


@settings(max_examples=50)
@given(cohorts())
def test_a_statement_adds_up_to_what_was_paid(cohort):
    """Instalment by instalment it is the balance."""
    awards, made, on = cohort
    for number in awards:
        lines = statement(CALL, awards, made, number, on)
        paid = [one.units for one in made if one.application == number and one.paid_on <= on]
        known = {payer.name for payer in CALL.payers_of(awards[number])}

        assert sum(line.paid for line in lines) == sum(paid)
        assert {line.payer for line in lines} == known


def test_an_order_comes_home_as_a_file_of_payments(tmp_path):
    """Whoever pays fills in the day; the file is then read like any other."""
    awards, on = {"N1": "MA-GES", "N2": "CI-ECO"}, date(2027, 3, 1)
    listed = orders(CALL, awards, [], on)["État du Mali"]
    path = write_orders(listed, tmp_path / "ordre.csv")
    path.write_text(path.read_text("utf-8-sig").replace(";;60000", ";01/03/2027;60000"), "utf-8-sig", newline="")

    paid, intake = read_payments(path, CALL, awards)

    assert intake.quarantined == 0
    assert sorted(paid, key=lambda one: (one.application, one.due_on)) == [
        evolve(Paid(application=one.application, payer=one.payer, due_on=one.due_on, paid_on=on, units=one.missing))
        for one in listed
    ]
