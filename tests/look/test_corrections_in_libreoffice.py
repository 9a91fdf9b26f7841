"""What an officer meets who opens a corrections file in LibreOffice, and what becomes of it when it is saved there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hostile import STRINGS, some
from mending import mend

from cigem_core import Workspace
from cigem_core.formats.books.workbook import Sheet, escape, write_workbook
from cigem_core.formats.delimited.csv import Csv

ON = date(2009, 10, 1)
EVALUATING = "Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,false,false,false,-1,true"
"""Opens a CSV file with semicolons in UTF-8 as a careless user would: formulas in it are evaluated."""

pytestmark = pytest.mark.look


@pytest.fixture
def corrections(centre: Workspace, september: list[Path], tmp_path: Path) -> Path:
    """September's rows to mend."""
    centre.pull("anpe", *september, on=ON, by="awa", axis="employment-data")
    centre.corrections("anpe", tmp_path / "a_corriger.xlsx", on=ON, by="awa")
    return tmp_path / "a_corriger.xlsx"


def told(path: Path) -> dict[str, list[tuple[str, str | None, str | None]]]:
    """Of each sheet, every cell that holds or says something: its text, its comment and the colour it is marked with."""
    return {
        sheet.title: [
            (str(cell.value or ""), cell.comment and cell.comment.text, cell.comment and cell.fill.fgColor.rgb)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None or cell.comment
        ]
        for sheet in openpyxl.load_workbook(path).worksheets
    }


def kinds(path: Path) -> set[str]:
    """Of what types the cells are; "f" is a formula."""
    return {
        cell.data_type
        for sheet in openpyxl.load_workbook(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value
    }


def test_it_opens_with_its_texts_marks_and_comments_and_no_formula(corrections, office, tmp_path):
    saved = office(corrections, "xlsx", to=tmp_path / "saved")

    assert told(saved) == told(corrections)
    assert kinds(saved) == {"s"}
    assert sum(comment is not None for cells in told(saved).values() for _, comment, _ in cells) == 27
    assert "table:formula" not in office(corrections, "fods", to=tmp_path / "saved").read_text("utf-8")


def test_it_has_few_pages_and_all_can_be_looked_at(corrections, shown):
    """A row is no longer than two pages side by side; pictures of them are kept for a person to look at."""
    assert len(shown(corrections)) in (0, 6)


def test_what_was_mended_and_saved_there_empties_the_quarantine(corrections, centre, office, tmp_path):
    mend(corrections)
    saved = office(corrections, "xlsx", to=tmp_path / "saved")

    receipt = centre.pull("anpe", saved, on=ON, by="awa", axis="employment-data")

    assert receipt.faults == ()
    assert centre.quarantine() == []


def test_hostile_texts_in_a_workbook_stay_the_texts_they_are(office, tmp_path):
    # Saving makes line breaks of carriage returns, and letters of what stands for a letter.
    texts = [text for text in (*STRINGS, *some(2000, seed=1)) if "\r" not in text and escape(text) == text]
    write_workbook(tmp_path / "h.xlsx", [Sheet(name="=A1", header=["T", "N"], rows=[[text, "end"] for text in texts])])

    saved = office(tmp_path / "h.xlsx", "xlsx", to=tmp_path / "saved")

    sheet = openpyxl.load_workbook(saved).active
    assert kinds(saved) <= {"s"}
    assert [row[0].value or "" for row in sheet.iter_rows(min_row=2)] == texts


def test_no_text_in_a_csv_file_is_evaluated_even_where_formulas_are(office, tmp_path):
    texts = [*STRINGS, *some(2000, seed=2)]
    with (tmp_path / "h.csv").open("w+b") as file:
        Csv("h.csv", delimiter=";", encodings=("utf-8",)).write(file, ["T", "N"], [[text, "end"] for text in texts])

    opened = office(tmp_path / "h.csv", "fods", to=tmp_path / "saved", reads=EVALUATING).read_text("utf-8")

    assert opened.count("<text:p>end</text:p>") == len(texts)
    assert "table:formula" not in opened
