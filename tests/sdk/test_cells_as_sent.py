"""Cells as spreadsheets save them: numbers with decimals that are none, digits rounded away, days without zeros."""

import datetime

import polars as pl
import pytest

from cigem_core.errors import DeclarationError
from cigem_core.model.employment import JobSeeker
from cigem_core.report import Rule
from cigem_core.sdk import Csv, PhonePlan, Table, column

PHONES = PhonePlan(calling_code="223", national="[2456789][0-9]{7}", like="70 12 34 56")
seekers = Table(JobSeeker, Csv("s.csv", delimiter=";"), {
    "reference": column("Ref").required(), "identity.nina": column("NINA"), "identity.family_name": column("Nom"),
})  # fmt: skip


def decoded(lens, cell: str):
    return pl.DataFrame({"C": [cell]}).select(lens.decode(pl.col)).item()


@pytest.mark.parametrize("cell", ["7012345.0", "701234.00", "70123456.0", "7012345.6", "7012345,0", "7,0123456E7"])
def test_number_saved_with_decimals_is_no_telephone(cell):
    """Without its point it would be somebody else's."""
    assert decoded(column("C").phone(PHONES), cell) is None


@pytest.mark.parametrize("cell", ["70.12.34.56", "70 12 34 56", "+223 70.12.34.56", "70123456"])
def test_points_between_groups_are_free(cell):
    """As people write them."""
    assert decoded(column("C").phone(PHONES), cell).to_list() == ["+22370123456"]


@pytest.mark.parametrize("cell", ["1,80022E+13", "1.80022E+13", "2E+09", "2e+009", "1.80022E13"])
@pytest.mark.parametrize("row", ["A-1;{};x", "{};;x"])
def test_number_in_powers_of_ten_names_nobody(cell, row):
    """A spreadsheet rounded its digits away: a fault, as a key and as an identity number; no fault in a name."""
    batch = seekers.read(f"Ref;NINA;Nom\n{row.format(cell)}\nA-9;;{cell}\n".encode())

    assert [(fault.address.row, fault.rule) for fault in batch.faults] == [(2, Rule.TYPE)]
    assert batch.accepted["identity.family_name"].to_list() == [cell]


@pytest.mark.parametrize("cell", ["18002200123.0", "4025,0", "120.0"])
@pytest.mark.parametrize("row", ["A-1;{};x", "{};;x"])
def test_number_saved_as_a_decimal_names_nobody(cell, row):
    """Next month it comes without, and would be somebody else."""
    batch = seekers.read(f"Ref;NINA;Nom\n{row.format(cell)}\nA-9;;{cell}\n".encode())

    assert [(fault.address.row, fault.rule) for fault in batch.faults] == [(2, Rule.TYPE)]
    assert batch.accepted["identity.family_name"].to_list() == [cell]


@pytest.mark.parametrize("key", ["2E10", "12.0", "A-2.0", "120.05"])
def test_what_may_be_a_number_of_its_own_is_one(key):
    """A code with an E in it, the number of a paragraph."""
    assert seekers.read(f"Ref;NINA;Nom\n{key};;x\n".encode()).accepted["reference"].to_list() == [key]


@pytest.mark.parametrize("key", ["1-févr", "1-févr.", "févr-02", "12-mai-09"])
def test_key_made_a_day_is_a_fault(key):
    """As a spreadsheet shortens a day."""
    assert [fault.rule for fault in seekers.read(f"Ref;NINA;Nom\n{key};;x\n".encode()).faults] == [Rule.TYPE]


@pytest.mark.parametrize(("form", "cell", "normal"), [
    ("m/d/yyyy", "5/30/2019", "5/30/2019"), ("m/d/yyyy", "05/30/2019", "5/30/2019"), ("d/m/yyyy", "1/2/2019", "1/2/2019"),
    ("d.m.yyyy", "30.5.2019", "30.5.2019"), ("yyyy-m-d", "2019-5-3", "2019-5-3"), ("d/mm/yyyy", "3/05/2019", "3/05/2019"),
])  # fmt: skip
def test_days_without_zeros_are_read_where_that_is_declared(form, cell, normal):
    """And written without them."""
    lens = column("C").date(form)

    day = decoded(lens, cell)

    assert isinstance(day, datetime.date)
    assert pl.DataFrame({"v": [day]}).select(lens.encode(pl.col("v"))["C"]).item() == normal


def test_day_that_exists_is_never_said_not_to():
    """Where zeros are declared, the fault shows how to write it."""
    lens = column("C").date("mm/dd/yyyy")

    assert decoded(lens, "5/30/2019") is None
    assert "exist" not in lens.codec.remedy.en + lens.codec.remedy.fr
    assert "12/31/1985" in lens.codec.remedy.fr


def test_a_list_in_a_list_is_refused_when_it_is_declared():
    """It would be empty for ever."""
    with pytest.raises(DeclarationError, match="a list in a list"):
        column("m[].e[].nom")
