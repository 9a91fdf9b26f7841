"""Sheets of roll calls are read as the truth says, from text and from workbooks, and rates are what was called."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from cigem_fafpa import fafpa

from cigem_core.errors import OperatorError, SourceRefused
from cigem_core.model.training import Enrolment, TrainingSession
from cigem_core.programmes.training.attendance import AttendanceCount
from cigem_core.programmes.training.roll_call import read_roll_call, session_named

PLUGINS = Path(__file__).parents[3] / "plugins"
SAMPLE = PLUGINS / "cigem-mali/samples/training"
TRUTH = {one["file"]: one for one in json.loads((SAMPLE / "truth/presences.json").read_text("utf-8"))["sessions"]}


@pytest.fixture(scope="module")
def plan():
    return fafpa.read(PLUGINS / "cigem-fafpa/samples/fafpa/plan_formation_2009.xlsx")


def enrolled(plan, session) -> list[str]:
    return [one.reference for one in plan[Enrolment].records() if one.session == session.reference]


@pytest.mark.parametrize("name", TRUTH)
def test_the_sheets_of_the_sample_are_read_as_they_should_be(plan, name):
    right, sessions = TRUTH[name], list(plan[TrainingSession].records())
    session = session_named(name, sessions)

    called = read_roll_call(SAMPLE / name, session, enrolled(plan, session))

    assert called.rates() == right["rates"]
    batch = called.batch
    assert (batch.read, batch.accepted.height) == (right["read"], right["accepted"])
    assert batch.read == batch.accepted.height + batch.quarantined.height
    told = [
        {"agency": "centre", "file": f.address.file, "sheet": f.address.sheet or "", "row": f.address.row,
         "column": f.address.column or "", "type": str(f.rule), "value": f.value}
        for f in batch.faults
    ]  # fmt: skip
    assert told == right["quarantined"]


def test_a_rate_is_of_the_days_that_count():
    """Excused days are none of them; without any there is no rate."""
    tally = AttendanceCount.of(["present", "late", "absent", "excused", "excused"])

    assert (tally.attended, tally.called, tally.rate) == (2, 3, Decimal("0.6667"))
    assert AttendanceCount.of(["excused"]).rate is None


def test_the_name_of_a_sheet_says_its_session():
    sessions = [TrainingSession(plan="P", reference="S005", module="M1")]

    assert session_named("Presences_s005.CSV", sessions).reference == "S005"
    with pytest.raises(OperatorError, match=r"presences_SESSION\.csv"):
        session_named("presences_S006.csv", sessions)


def test_another_table_is_refused():
    with pytest.raises(SourceRefused, match="N°"):
        read_roll_call(b"Nom;04/01/2010\r\nAwa;P\r\n", TrainingSession(plan="P", reference="S1", module="M1"), [])
