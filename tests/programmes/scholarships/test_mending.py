"""Rows that wait go back to the school whose file they came in, and come home by the door all files use."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from programmes.scholarships.samples import FOLDER, truth

from cigem_core import Workspace
from cigem_core.errors import OperatorError
from cigem_core.model.applications import Application

NAME, REFERENCE = "cinq-pays-2026", "CINQ-PAYS-2026"
WHO = {"on": date(2026, 9, 20), "by": "awa"}


@pytest.fixture
def centre(tmp_path):
    """Two schools handed in a file each."""
    header, *lines = (FOLDER / NAME / "dossiers.csv").read_text("utf-8-sig").splitlines()
    half = len(lines) // 2
    for name, some in (("lycee-askia.csv", lines[:half]), ("lycee-badala.csv", lines[half:])):
        (tmp_path / name).write_text("\r\n".join([header, *some, ""]), "utf-8-sig", newline="")
    with Workspace.create(tmp_path / "centre.sqlite", bare=True, **WHO) as made:
        made.scholarships.open(FOLDER / NAME / "call.toml", **WHO)
        made.scholarships.intake(REFERENCE, tmp_path / "lycee-askia.csv", tmp_path / "lycee-badala.csv", **WHO)
        yield made


def test_each_school_mends_its_own_rows_and_they_come_home(centre, tmp_path):
    """A workbook for each file, with the call's columns alone; what was mended is an application, the rest goes on waiting."""
    desk = centre.scholarships
    before = desk.round(REFERENCE).applications.intake
    written = desk.corrections(REFERENCE, tmp_path / "out", **WHO)

    assert [path.name for path in written.values()] == ["a-corriger-lycee-askia.xlsx", "a-corriger-lycee-badala.xlsx"]
    book = openpyxl.load_workbook(written["lycee-askia.csv"])
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    assert "Téléphone" not in header
    mended = 0
    for cell in (row[header.index("Moyenne du bac")] for row in sheet.iter_rows(min_row=2)):
        if cell.comment:
            cell.value, mended = "12,5", mended + 1
    book.save(tmp_path / "rendu.xlsx")
    [*taken] = desk.intake(REFERENCE, tmp_path / "rendu.xlsx", **WHO)

    after = desk.round(REFERENCE).applications.intake
    assert mended > 0
    assert sum(one.accepted for one in taken) == mended
    assert (after.accepted, after.quarantined) == (before.accepted + mended, before.quarantined - mended)
    with pytest.raises(OperatorError, match="is there already"):
        desk.corrections(REFERENCE, tmp_path / "out", **WHO)


def test_a_file_that_comes_twice_changes_nothing_and_a_later_one_is_a_new_version(centre, tmp_path):
    """Nothing is counted twice; what a later file says of a number counts."""
    desk = centre.scholarships
    once = desk.round(REFERENCE)
    desk.intake(REFERENCE, tmp_path / "lycee-askia.csv", **WHO)
    again = desk.round(REFERENCE)
    assert again.applications.frame.sort("application").equals(once.applications.frame.sort("application"))
    assert again.applications.intake.as_dict() == once.applications.intake.as_dict()

    number = truth(NAME)["screen"]["eligible"][0]["application"]
    header, *lines = (FOLDER / NAME / "dossiers.csv").read_text("utf-8-sig").splitlines()
    [cells] = [line.split(";") for line in lines if line.startswith(f"{number};")]
    cells[header.split(";").index("Date de dépôt")] = "30/09/2026"
    (tmp_path / "tard.csv").write_text("\r\n".join([header, ";".join(cells), ""]), "utf-8-sig", newline="")
    desk.intake(REFERENCE, tmp_path / "tard.csv", on=date(2026, 10, 2), by="awa")

    assert str(desk.round(REFERENCE).screening.refused[number].reason) == "late"
    assert len(centre.store.find(Application, call=REFERENCE)) == len(once.applications)
