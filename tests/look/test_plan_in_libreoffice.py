"""What an officer of FAFPA meets who opens the plan the centre added people to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from agencies.truth import sources

from cigem_core import Identity, PartialDate, Sex, Workspace

ON = date(2009, 10, 1)
AWA = Identity(family_name="Diarra", given_names="Awa", sex=Sex.FEMALE, birth=PartialDate(year=1985, approximate=True))

pytestmark = pytest.mark.look


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """FAFPA's sample, with two people more."""
    with Workspace.create(tmp_path / "centre.sqlite", on=ON, by="awa") as centre:
        for _ in range(2):
            centre.refer(AWA, to="fafpa", session="S002", again=True, on=ON, by="awa")
        return centre.push("fafpa", to=tmp_path / "out", into=sources("fafpa")[0], on=ON, by="awa").files[0]


def test_it_opens_and_every_cell_but_the_new_rows_is_as_it_was(plan, office, tmp_path):
    """Values and widths, as LibreOffice itself sees them."""
    saved = [
        openpyxl.load_workbook(office(path, "xlsx", to=tmp_path / name))
        for path, name in ((plan, "a"), (sources("fafpa")[0], "b"))
    ]
    after, before = saved

    for name in before.sheetnames:
        was, now = (list(book[name].iter_rows(values_only=True)) for book in (before, after))
        assert len(now) - len(was) == (2 if name == "Inscriptions" else 0)
        assert [row for row in was if row not in now] == []
        widths = ({key: round(one.width, 1) for key, one in book[name].column_dimensions.items()} for book in (before, after))
        assert next(widths) == next(widths)
    assert [row[:3] for row in now_of(after, "Inscriptions")[-2:]] == [("I00331", "Diarra", "Awa"), ("I00332", "Diarra", "Awa")]


def now_of(book: openpyxl.Workbook, sheet: str) -> list[tuple[object, ...]]:
    """The rows of a sheet."""
    return list(book[sheet].iter_rows(values_only=True))


def test_it_can_be_looked_at(plan, shown):
    """Pictures of its pages are kept for a person to look at."""
    assert len(shown(plan)) in (0, *range(8, 40))
