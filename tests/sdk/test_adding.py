"""Rows added to a sheet of a workbook the agency gave."""

import io
from datetime import date

import openpyxl
import polars as pl
import pytest

from cigem_core.errors import SourceRefused
from cigem_core.model.employment import JobOffer
from cigem_core.sdk import Source, Table, Workbook, column
from cigem_core.sdk.adding import added
from cigem_core.text import Text

OFFERS = Table(JobOffer, Workbook("offres.xlsx").sheet("Offres"), {
    "reference": column("N°"), "title": column("Poste"), "posts": column("Places").number(),
    "posted_on": column("Le").date("dd/mm/yyyy"),
})  # fmt: skip


def book(*rows) -> Source:
    made = openpyxl.Workbook()
    made.active.title = "Offres"
    for row in rows:
        made.active.append(row)
    content = io.BytesIO()
    made.save(content)
    return Source.of(content.getvalue(), "offres.xlsx")


def rows(content: bytes) -> list[tuple]:
    return list(openpyxl.load_workbook(io.BytesIO(content))["Offres"].iter_rows(values_only=True))


CELLS = pl.DataFrame({"n°": ["A3", "A4"], "Poste": ["maçon", ""], "Places": ["4", "05"]})


def test_new_rows_stand_after_the_last_one_of_the_table():
    """Whatever the order of the columns; a number is one where the sheet has nothing but numbers."""
    source = book(
        ["Titre"],
        [None],
        ["Places", "Vu", "N°", "Poste", "Le"],
        [2, "x", "A1", "1", date(2009, 6, 1)],
        [3, None, "A2", "y", None],
    )

    found = rows(added(OFFERS, source, CELLS))

    assert found[-2:] == [(4, None, "A3", "maçon", None), ("05", None, "A4", None, None)]
    assert len(found) == 7
    assert OFFERS.read(Source.of(added(OFFERS, source, CELLS), "offres.xlsx")).accepted["posts"].to_list() == [2, 3, 4, 5]


def test_new_rows_stand_below_the_header_where_there_is_no_other():
    found = rows(added(OFFERS, book(["N°", "Poste", "Places", "Le"]), CELLS.head(1)))

    assert found == [("N°", "Poste", "Places", "Le"), ("A3", "maçon", 4, None)]


def test_a_sheet_without_one_of_the_columns_is_refused():
    source = book(["N°", "Poste", "Places", "Le"], ["A1", "x", 1, None])

    with pytest.raises(SourceRefused) as refused:
        added(OFFERS, source, CELLS.with_columns(pl.lit("x").alias("Employeur"), pl.lit("y").alias("Salaire")))

    assert refused.value.concerned == {"missing": ["Employeur", "Salaire"]}
    assert refused.value.text == Text(
        fr="offres.xlsx : colonnes attendues en première ligne et non trouvées : « Employeur », « Salaire »",
        en="offres.xlsx: columns expected in the first row and not found: 'Employeur', 'Salaire'",
    )
