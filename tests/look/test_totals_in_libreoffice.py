"""The totals an officer reads in a workbook the centre added rows to, calculated anew by LibreOffice."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from sdk.test_written_back import NEW, OFFERS, book, with_results

from cigem_core.sdk import Source
from cigem_core.sdk.adding import added

pytestmark = pytest.mark.look


def test_no_total_is_the_one_from_before(office, tmp_path: Path):
    """Sums, counts and what follows from them; read back from XLSX and ODS, no cell of ours is a fault."""

    def finish(made) -> None:
        sums = made["Sommes"]
        for row, formula in enumerate(["SUM(Offres!C2:C3)", "COUNTA(Offres!A:A)", "A1*2"], start=1):
            sums.cell(row, 1, f"={formula}")

    stale = with_results(book(finish=finish), {"Sommes": {"A1": "5", "A2": "3", "A3": "10"}})
    path = tmp_path / "offres.xlsx"
    path.write_bytes(added(OFFERS, stale, NEW))

    saved = office(path, "xlsx", to=tmp_path / "saved")
    opened = openpyxl.load_workbook(saved, data_only=True)
    assert [opened["Sommes"].cell(row, 1).value for row in (1, 2, 3)] == [14, 5, 28]
    for found in (saved, office(path, "ods", to=tmp_path / "saved")):
        batch = OFFERS.read(Source.of(found.read_bytes(), "offres.xlsx"))
        assert (batch.accepted["posts"].to_list(), batch.faults) == ([2, 3, 4, 5], ())
