"""The page of a round names nobody; the staff's workbook does, and no cell of it is a formula."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from attrs import evolve
from programmes.scholarships.samples import FOLDER, applications, call, truth

from cigem_core.errors import OperatorError
from cigem_core.programmes.scholarships.results import round_page, write_results
from cigem_core.scholarships import Round

NAME = "cinq-pays-2026"


@pytest.fixture(scope="module")
def drawn():
    held = Round(call=call(NAME), applications=applications(NAME))
    return held, held.draw(truth(NAME)["draws"][0]["seed"], leave_undecided=True)


def test_the_page_counts_and_names_nobody(drawn):
    """Seats, reserves and those who applied, by counts; without a name, and the same bytes each time."""
    pytest.importorskip("jinja2")
    pytest.importorskip("vl_convert")
    made = round_page(*drawn, on=date(2026, 9, 30), issuer="Centre de Kayes")

    lines = (FOLDER / NAME / "dossiers.csv").read_text("utf-8-sig").splitlines()[1:]
    names = {cell for line in lines for cell in line.split(";")[2:4] if len(cell) > 5}
    assert "577 dossiers lus et acceptés, 241 recevables, 75 places" in made.replace("\xa0", " ")
    assert "<script" not in made
    assert not {name for name in names if f">{name}<" in made}
    assert made == round_page(*drawn, on=date(2026, 9, 30), issuer="Centre de Kayes")


def test_the_workbook_lists_everyone_once(drawn, tmp_path):
    """Placed, waiting, to decide and ineligible together are all who were accepted."""
    book = openpyxl.load_workbook(write_results(*drawn, tmp_path / "r.xlsx"))

    counts = [sheet.max_row - 1 for sheet in book]
    assert sum(counts) == len(applications(NAME))
    assert counts[0] == len(drawn[1].placed)
    with pytest.raises(OperatorError, match="already"):
        write_results(*drawn, tmp_path / "r.xlsx")


def test_a_name_that_looks_like_a_formula_is_none(drawn, tmp_path):
    """What a spreadsheet would reckon is guarded."""
    import polars as pl

    held, made = drawn
    frame = held.applications.frame.with_columns(pl.lit('=HYPERLINK("http://x","y")').alias("family_name"))
    evil = Round(call=held.call, applications=evolve(held.applications, frame=frame))

    book = openpyxl.load_workbook(write_results(evil, made, tmp_path / "r.xlsx"))

    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
