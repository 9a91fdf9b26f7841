"""What staff meet who open the results of a round in LibreOffice: every line and no formula."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from attrs import evolve
from programmes.scholarships.samples import applications, call, truth

from cigem_core.programmes.scholarships.results import write_results
from cigem_core.scholarships import Round

NAME = "cinq-pays-2026"
EVIL = '=HYPERLINK("http://x";"y")'

pytestmark = pytest.mark.look


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """The staff's workbook; one applicant of each list has a name that a spreadsheet would reckon."""
    import polars as pl

    held = Round(call=call(NAME), applications=applications(NAME))
    drawn = held.draw(truth(NAME)["draws"][0]["seed"], leave_undecided=True)
    some = [drawn.placed[0].application, drawn.waiting[0][0], min(held.screening.refused), min(held.screening.to_review)]
    name = pl.when(pl.col("application").is_in(some)).then(pl.lit(EVIL)).otherwise("family_name").alias("family_name")
    renamed = evolve(held.applications, frame=held.applications.frame.with_columns(name))
    return write_results(evolve(held, applications=renamed), drawn, tmp_path / "resultats.xlsx")


def test_it_opens_with_every_line_and_no_formula(results, office, tmp_path):
    saved = openpyxl.load_workbook(office(results, "xlsx", to=tmp_path / "saved"))
    written = openpyxl.load_workbook(results)

    for sheet in written:
        rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
        assert [[cell or "" for cell in row] for row in saved[sheet.title].iter_rows(values_only=True)] == rows
    assert not [cell for sheet in saved for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert "table:formula" not in office(results, "fods", to=tmp_path / "saved").read_text("utf-8")


def test_it_can_be_looked_at(results, shown):
    """A line is no wider than a sheet of paper; pictures are kept for a person to look at."""
    assert len(shown(results)) in (0, *range(8, 40))
