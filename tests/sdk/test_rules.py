"""Rules between two fields of a row: compared at the precision both have, skipped where one is not known."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from cigem_core.model.employment import JobOffer, JobSeeker
from cigem_core.model.training import BudgetLine
from cigem_core.model.values import Amount, PartialDate
from cigem_core.report import Rule
from cigem_core.sdk import Csv, Table, column, columns, not_after, not_before, product
from cigem_core.text import Text

FILE = Csv("test.csv", delimiter=",")
DAY = "dd/mm/yyyy"

seekers = Table(JobSeeker, FILE, {
    "reference": column("N°").required(),
    "registered_on": column("Inscrit").date(DAY),
    "identity.birth": column("Né").birth(DAY, "yyyy", "vers yyyy"),
    "migration.returned_on": column("Retour").date(DAY),
}, rules=[not_after("identity.birth", "registered_on"), not_after("migration.returned_on", "registered_on")])  # fmt: skip

offers = Table(JobOffer, FILE, {
    "reference": column("N°").required(),
    "posted_on": column("Dépôt").date(DAY),
    "closes_on": column("Clôture").date(DAY),
}, rules=[not_before("closes_on", "posted_on")])  # fmt: skip


def faults(table, **cells):
    """Column → rule, for one row."""
    row = dict.fromkeys(table.headers, "") | {"N°": "1"} | cells
    batch = table.read(pl.DataFrame({header: [cell] for header, cell in row.items()}))
    return {fault.address.column: fault.rule for fault in batch.faults}


@pytest.mark.parametrize(
    ("birth", "is_broken"),
    [
        ("16/09/2009", False), ("17/09/2009", True), ("15/09/2009", False), ("01/01/2010", True),
        ("2009", False), ("2010", True), ("1985", False), ("vers 2009", False), ("vers 2010", True), ("0999", False),
        ("9999", True),
    ],
)  # fmt: skip
def test_a_birth_is_not_after_the_registration(birth, is_broken):
    """A birth known to the year is compared by its year."""
    found = faults(seekers, Inscrit="16/09/2009", Né=birth)

    assert found == ({"Né": Rule.ROW} if is_broken else {})


def test_early_years_are_compared_as_years():
    """The year 985 comes before 1000, though `985` sorts after `1000` as text."""
    assert faults(seekers, Inscrit="01/01/1000", Né="31/12/0999") == {}
    assert faults(seekers, Inscrit="31/12/0999", Né="1000") == {"Né": Rule.ROW}
    assert faults(seekers, Inscrit="31/12/0999", Né="01/01/1000") == {"Né": Rule.ROW}


@pytest.mark.parametrize(
    ("posted", "closed", "is_broken"),
    [("02/04/2009", "01/04/2009", True), ("02/04/2009", "02/04/2009", False), ("02/04/2009", "03/04/2009", False)],
)
def test_an_offer_closes_not_before_its_deposit(posted, closed, is_broken):
    """The same day is allowed; the first field named is blamed."""
    assert faults(offers, Dépôt=posted, Clôture=closed) == ({"Clôture": Rule.ROW} if is_broken else {})


@pytest.mark.parametrize("birth", ["", " ", "2010"])
def test_a_rule_is_skipped_where_a_field_is_empty(birth):
    """Nothing is compared with nothing."""
    assert faults(seekers, Né=birth) == {}


def test_a_rule_is_skipped_where_a_field_is_wrong():
    """A cell that is not understood is one fault, not two."""
    assert faults(seekers, Inscrit="31/02/2009", Né="2010") == {"Inscrit": Rule.TYPE}
    assert faults(seekers, Inscrit="16/09/2009", Né="32/12/2010") == {"Né": Rule.TYPE}


def test_a_rule_is_skipped_where_a_field_is_beyond_its_bound():
    """A year below its minimum is known, and wrong all the same."""
    table = Table(JobSeeker, FILE, {
        "reference": column("N°").required(),
        "registered_on": column("Inscrit").date(DAY),
        "identity.birth": columns(date="Né", year="Année").birth(DAY, minimum=1900),
    }, rules=[not_before("identity.birth", "registered_on")])  # fmt: skip

    assert faults(table, Inscrit="16/09/2009", Année="1850") == {"Année": Rule.MINIMUM}
    assert faults(table, Inscrit="16/09/2009", Année="1985") == {"Année": Rule.ROW}
    assert faults(table, Inscrit="16/09/2009", Né="12/03/1985") == {"Né": Rule.ROW}
    assert faults(table, Inscrit="16/09/2009", Né="12/03/1985", Année="1850") == {"Année": Rule.MINIMUM}
    assert faults(table, Inscrit="16/09/2009", Né="12/03/1985", Année="1990") == {"Né": Rule.ROW}


def test_each_rule_is_asked_for_itself():
    """Two contradictions of one row are two faults."""
    found = faults(seekers, Inscrit="16/09/2009", Né="2010", Retour="17/09/2009")

    assert found == {"Né": Rule.ROW, "Retour": Rule.ROW}


def test_births_of_two_precisions_compare_with_each_other():
    """Two partial dates, one known to the day: by the year."""
    first, second = "identity.birth", "registered_on"
    rule = not_after(first, second)
    rows = pl.DataFrame({first: ["1985", "1985~", "1986", "1985-03-12", None, "1985"], second: [None] * 6})
    rows = rows.with_columns(pl.Series(second, ["1985-01-01"] * 5 + [None]).str.to_date())

    assert rows.select(rule.broken(seekers.kind)).to_series().to_list() == [False, False, True, True, None, None]


def test_a_rule_names_itself_and_its_remedy_in_both_languages():
    """The name is the declaration; the remedy speaks of the agency's columns."""
    rule = not_before("closes_on", "posted_on")

    def column(name):
        return offers.lenses[name].headers[0]

    assert (rule.name, rule.blamed) == ("not_before(closes_on, posted_on)", "closes_on")
    assert rule.remedy(column).en == "expected 'Clôture' not before 'Dépôt'; mend one of the two"
    assert "« Clôture » ne peut être avant « Dépôt »" in rule.remedy(column).fr


budget = Table(BudgetLine, FILE, {
    "plan": column("Plan").reference(),
    "module": column("Module").reference().required(),
    "heading": column("Rubrique"),
    "quantity": column("Quantité").decimal(","),
    "unit_cost": column("Coût").amount("EUR"),
    "amount": column("Montant").amount("EUR"),
}, rules=[product("amount", "quantity", "unit_cost")])  # fmt: skip


@pytest.mark.parametrize(
    ("quantity", "cost", "amount", "is_broken"),
    [
        ("2", "1 500", "3 000", False), ("2", "1 500", "3 001", True), ("2,5", "100", "250", False), ("0", "9", "0", False),
        ("-2", "5", "-10", False), ("-2", "5", "10", True), ("", "5", "10", False), ("2", "", "10", False), ("2", "5", "", False),
        ("999999999999", "1", "999999999999", False), ("0,333333", "3", "1", True), ("1234567890123456", "1", "1", False),
    ],
)  # fmt: skip
def test_an_amount_is_a_quantity_at_a_unit_cost(quantity, cost, amount, is_broken):
    """Skipped where one of them is empty, or longer than money ever is."""
    row = {"N°": "x", "Plan": "p", "Module": "m", "Rubrique": "r", "Quantité": quantity, "Coût": cost, "Montant": amount}
    batch = budget.read(pl.DataFrame({header: [cell] for header, cell in row.items() if header != "N°"}))

    assert {f.address.column: f.rule for f in batch.faults} == ({"Montant": Rule.ROW} if is_broken else {})


@pytest.mark.parametrize(
    ("make", "name", "fields", "takes", "fr", "en"),
    [
        (
            lambda: not_after("a", "b"), "not_after(a, b)", ("a", "b"), (date, PartialDate),
            "corriger l'une des deux dates : « A » ne peut être après « B »", "expected 'A' not after 'B'; mend one of the two",
        ),
        (
            lambda: not_before("a", "b"), "not_before(a, b)", ("a", "b"), (date, PartialDate),
            "corriger l'une des deux dates : « A » ne peut être avant « B »", "expected 'A' not before 'B'; mend one of the two",
        ),
        (
            lambda: product("a", "b", "c"), "product(a, b, c)", ("a", "b", "c"), (int, Decimal, Amount),
            "vérifier le calcul : « A » doit être « B » × « C »", "expected 'A' to be 'B' × 'C'; mend one of the three",
        ),
    ],
)  # fmt: skip
def test_what_a_rule_says(make, name, fields, takes, fr, en):
    """The first field named is the one blamed; columns are called as the agency calls them."""
    rule = make()

    assert (rule.name, rule.fields, rule.takes, rule.blamed) == (name, fields, takes, "a")
    assert rule.remedy(str.upper) == Text(fr=fr, en=en)
