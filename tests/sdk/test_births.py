"""A birth told by several columns, and what the lenses of one column say of it: words, places, and what is written."""

import polars as pl
import pytest

from cigem_core.formats.tables import DATE, TEXT
from cigem_core.model.employment import JobSeeker
from cigem_core.model.values import PartialDate
from cigem_core.report import Rule
from cigem_core.sdk import Csv, Table, column, columns
from cigem_core.text import Text

WHOLE = columns(date="Né", year="Année", approximate="Vers").birth("dd/mm/yyyy", minimum=1900, yes="oui", no="non")
TWO = columns(date="Né", year="Année").birth("dd/mm/yyyy", "yyyymmdd")
A_YEAR = Text(fr="écrire une année en chiffres, comme 1985", en="expected a year in digits, like 1985")


def read(lens, **cells):
    table = Table(JobSeeker, Csv("x.csv"), {"reference": column("N°"), "identity.birth": lens})
    row = dict.fromkeys(table.headers, "") | {"N°": "1"} | cells
    return table.read(pl.DataFrame({header: [cell] for header, cell in row.items()}))


@pytest.mark.parametrize(
    ("cells", "column", "rule", "fr", "en"),
    [
        (
            {"Né": "31/02/1985"}, "Né", Rule.TYPE,
            "écrire une date du calendrier, exactement comme 31/12/1985",
            "expected a date of the calendar, written exactly like 31/12/1985",
        ),
        ({"Année": "l'an 40"}, "Année", Rule.TYPE, A_YEAR.fr, A_YEAR.en),
        ({"Année": "10000"}, "Année", Rule.TYPE, A_YEAR.fr, A_YEAR.en),
        ({"Année": "1899"}, "Année", Rule.MINIMUM, "écrire un nombre d'au moins 1900", "expected at least 1900"),
        ({"Année": "1985", "Vers": "env."}, "Vers", Rule.ENUM, "écrire oui ou non", "expected one of: oui, non"),
        ({}, "Né", Rule.REQUIRED, "remplir cette case, elle est obligatoire", "fill in this cell, it is required"),
    ],
)  # fmt: skip
def test_a_wrong_cell_of_a_birth_says_what_to_write(cells, column, rule, fr, en):
    (fault,) = read(WHOLE.required(), **cells).faults

    assert (fault.address.column, fault.rule, fault.remedy) == (column, rule, Text(fr=fr, en=en))


@pytest.mark.parametrize(
    ("lens", "cells", "stored"),
    [
        (WHOLE, {"Année": "1985", "Vers": "oui"}, "1985~"), (WHOLE, {"Année": "1985", "Vers": "non"}, "1985"),
        (WHOLE, {"Année": "1985"}, "1985"), (WHOLE, {"Né": "12/03/1985", "Année": "1990", "Vers": "oui"}, "1985-03-12"),
        (WHOLE, {}, None), (WHOLE, {"Année": "9999"}, "9999"), (TWO, {"Année": "985"}, "0985"), (TWO, {"Année": "1"}, "0001"),
        (TWO, {"Né": "19850312"}, "1985-03-12"), (WHOLE, {"Vers": "oui"}, None),
    ],
)  # fmt: skip
def test_the_date_counts_else_the_year(lens, cells, stored):
    assert read(lens, **cells).accepted["identity.birth"].to_list() == [stored]


def test_a_year_without_bounds_is_at_least_the_first():
    """And no year comes after 9999, which could not be written in four digits."""
    assert [(f.rule, f.remedy.en) for f in read(TWO, Année="0").faults] == [("minimum", "expected at least 1")]
    assert [(f.rule, f.remedy.en) for f in read(TWO, Année="-5").faults] == [("minimum", "expected at least 1")]


@pytest.mark.parametrize(
    ("lens", "cells"),
    [
        (WHOLE, [("12/03/0985", None, None), (None, "985", "non"), (None, "985", "oui"), (None, None, None)]),
        (TWO, [("12/03/0985", None), (None, "985"), (None, None), (None, None)]),
    ],
)
def test_a_birth_is_written_where_it_can_be_said(lens, cells):
    """A year without the noughts before it; about a year only where there is a column for that."""
    stored = pl.DataFrame({"v": ["0985-03-12", "0985", "0985~", None]})

    assert stored.select(**lens.encode(pl.col("v"))).rows() == cells


def test_the_cell_that_holds_a_birth_is_the_one_that_is_blamed():
    cells = pl.DataFrame({"Né": ["x", None, "x", None], "Année": ["1", "1", None, None]})

    assert cells.select(**TWO.blamed(pl.col)).rows() == [(True, False), (False, True), (True, False), (False, False)]
    assert cells.select(**column("Né").blamed(pl.col)).rows() == [(True,), (False,), (True,), (False,)]


def test_the_columns_of_a_birth_and_what_it_fills():
    assert (WHOLE.headers, TWO.headers, WHOLE.fills) == (("Né", "Année", "Vers"), ("Né", "Année"), (PartialDate,))
    assert (WHOLE.is_required, WHOLE.required().is_required, WHOLE.path) == (False, True, None)


def test_only_the_dates_of_a_birth_are_spelled_as_dates():
    """A real date in the column of years stays what it was."""
    cells = pl.DataFrame({"c": ["2009-10-01", "2009-10-01"], "w": [DATE, TEXT]})

    spelled = cells.select(
        date=WHOLE.spelled("Né", pl.col("c"), pl.col("w")), year=WHOLE.spelled("Année", pl.col("c"), pl.col("w"))
    )

    assert spelled.rows() == [("01/10/2009", "2009-10-01"), ("2009-10-01", "2009-10-01")]


# --- lenses of one column --------------------------------------------------------------------------------------------


def test_bounds_say_what_they_are():
    table = Table(
        JobSeeker, Csv("x.csv"), {"reference": column("N°"), "experience_years": column("A").decimal(",", minimum=1, maximum=2)}
    )
    cells = pl.DataFrame({"N°": ["1", "2", "3", "4"], "A": ["0,9", "1", "2", "2,1"]})

    assert [(f.address.row, f.rule, f.remedy) for f in table.read(cells).faults] == [
        (2, "minimum", Text(fr="écrire un nombre d'au moins 1", en="expected at least 1")),
        (5, "maximum", Text(fr="écrire un nombre d'au plus 2", en="expected at most 2")),
    ]


def test_a_lens_may_be_tightened_and_loosened():
    lens = column("A").number(minimum=1)

    assert (lens.required().is_required, lens.required().optional()) == (True, lens)
    assert lens.required().optional().is_required is False
    assert (lens.minimum, lens.maximum, lens.header) == (1, None, "A")


def test_items_are_written_with_what_says_which_they_are():
    """A column that is looked at only where another holds a text writes that text beside each item."""
    stored = pl.DataFrame({"v": [["a", "b"], None, []]}, schema={"v": pl.List(pl.String)})
    lens = column("c[].v").where("c[].t", "tel")

    assert stored.select(**lens.encode(pl.col("v"))).rows() == [(["a", "b"], ["tel", "tel"]), (None, None), ([], [])]
    assert lens.headers == tuple(lens.encode(pl.col("v"))) == ("c[].v", "c[].t")
    assert (lens.is_many, column("c[].v").joined("-").is_many, column("v").is_many, column("v").words().is_many) == (
        True,
        False,
        False,
        True,
    )
    assert stored.select(**column("c[].v").encode(pl.col("v"))).to_series().to_list() == [["a", "b"], None, []]


def test_only_the_column_itself_is_spelled_by_its_codec():
    cells = pl.DataFrame({"c": ["2009-10-01"], "w": [DATE]})
    lens = column("c[].v").where("c[].t", "tel")

    spelled = cells.select(
        own=lens.spelled("c[].v", pl.col("c"), pl.col("w")), other=lens.spelled("c[].t", pl.col("c"), pl.col("w"))
    )

    assert spelled.rows() == [("01/10/2009", "2009-10-01")]
