"""People put into a training plan: their rows stand in the agency's own workbook, and nothing else has changed."""

from __future__ import annotations

import io
from datetime import date
from random import Random
from typing import Any

import openpyxl
import pytest
from agencies.plans import Plan, plan
from attrs import evolve

from cigem_core import Identity, PartialDate, Sex, Workspace
from cigem_core.errors import OperatorError
from cigem_core.formats.source import Source
from cigem_core.model.axes import AXES
from cigem_core.model.training import Enrolment, EnrolmentStatus
from cigem_core.model.values import Phone

ON = date(2009, 10, 1)
PEOPLE = [
    Identity(family_name=name, given_names="Awa", sex=Sex.FEMALE, birth=birth, phones=(Phone("+22376123456"),))
    for name, birth in (("Diarra", PartialDate(year=1985, approximate=True)), ("Touré", PartialDate(year=1990, month=3, day=12)))
]


@pytest.fixture
def here(tmp_path):
    """A workspace of its own, in a file."""
    with Workspace.create(tmp_path / "centre.sqlite", on=ON, by="awa") as workspace:
        yield workspace


def roomy(seed: int, number: str = "PF-2009-01") -> Plan:
    """A plan without faults, all of whose sessions have room."""
    made = plan(Random(seed), number, faults=0)
    made.wrong.clear()
    for rows in made.tables.values():
        keys = [(row.get("N°"), row.get("Code module"), row.get("Rubrique"), row.get("Code session")) for row in rows]
        rows[:] = [row for at, row in enumerate(rows) if keys[at] not in keys[:at]]
    for session in made.tables["Sessions"]:
        session["Places"] = 30
    return made


def source_of(made: Plan) -> Source:
    """Its workbook, with a sheet of formulas that nobody reads."""
    book = openpyxl.load_workbook(io.BytesIO(made.workbook()))
    sheet = book.create_sheet("Calculs")
    sheet.append(["=SUM(Budget!E1:E40)", "=Plan!B2", "=SUM(A1:A1)"])
    written = io.BytesIO()
    book.save(written)
    return Source(name="plan_formation_2009.xlsx", content=written.getvalue())


def refer(here: Workspace, who: Identity, session: str) -> str:
    return here.refer(who, to="fafpa", session=session, again=True, on=ON, by="awa").reference


def push(here: Workspace, into: Any, to: Any):
    return here.push("fafpa", to=to, into=into, on=ON, by="awa")


def looks(sheet: Any) -> dict[str, Any]:
    """Everything a person sees of a sheet: cells with their styles, widths, heights and merged cells."""
    cells = {
        cell.coordinate: (cell.value, cell.number_format, cell.font.b, cell.fill.fgColor.rgb, cell.alignment.horizontal)
        for row in sheet.iter_rows()
        for cell in row
    }
    widths = {name: column.width for name, column in sheet.column_dimensions.items()}
    return {"cells": cells, "widths": widths, "merged": {str(cells) for cells in sheet.merged_cells.ranges}}


@pytest.mark.parametrize("seed", range(6))
def test_new_rows_stand_below_the_others_and_all_else_is_as_it_was(here, tmp_path, seed):
    """Before a TOTAL if there is one; read back, they say what was sent; the numbering goes on."""
    made = roomy(seed)
    source, session = source_of(made), made.tables["Sessions"][0]["Code session"]
    for who in PEOPLE:
        refer(here, who, session)

    (path,) = push(here, source, tmp_path / "out").files

    before, after = openpyxl.load_workbook(io.BytesIO(source.content or b"")), openpyxl.load_workbook(path)
    assert after.sheetnames == before.sheetnames
    for name in before.sheetnames:
        if name.casefold() != "inscriptions":
            assert looks(after[name]) == looks(before[name])
    (sheet,) = [name for name in before.sheetnames if name.casefold() == "inscriptions"]
    was, now = (list(book[sheet].iter_rows(values_only=True)) for book in (before, after))
    added = [at for at, row in enumerate(now) if row not in was]
    assert added == [added[0], added[0] + 1]
    assert now[: added[0]] + now[added[-1] + 1 :] == was
    assert looks(after[sheet])["widths"] == looks(before[sheet])["widths"]

    receipt = here.pull("fafpa", path, on=ON, by="awa", axis="training")
    known = len(made.tables["Inscriptions"])
    kept = {one.reference: one for one in here.records(Enrolment)}
    new = [kept[f"I{known + at:05d}"] for at in (1, 2)]
    assert receipt.faults == ()
    assert [one.identity for one in new] == PEOPLE
    assert {(one.session, one.status) for one in new} == {(session, EnrolmentStatus.ENROLLED)}


def test_a_seat_is_taken_under_the_axis_the_referral_was_decided_for(here, tmp_path):
    """Who was referred under another axis gets no seat by this one, and goes on waiting."""
    shipped = next(one for one in here.conventions() if one.agency.code == "fafpa")
    (clause,) = [one for one in shipped.clauses if one.direction == "push"]
    other = next(axis for axis in AXES if axis != clause.axis)
    here.install(evolve(shipped, clauses=(*shipped.clauses, evolve(clause, axis=other))), on=ON, by="awa")
    made = roomy(1)
    session = made.tables["Sessions"][0]["Code session"]
    here.refer(PEOPLE[0], to="fafpa", session=session, axis=other, again=True, on=ON, by="awa")

    done, later = (
        here.push("fafpa", to=tmp_path / "out", into=source_of(made), axis=axis, on=ON, by="awa") for axis in (clause.axis, other)
    )

    assert (done.waiting, done.sent, done.files) == (0, 0, ())
    assert (later.waiting, later.sent) == (1, 1)


def test_a_full_session_takes_nobody_and_is_a_fault_of_the_plan(here, tmp_path):
    """The fault stands where the session says how many places it has."""
    made = roomy(1)
    full = made.tables["Sessions"][0]
    made.tables["Inscriptions"][0]["Code session"], full["Places"] = full["Code session"], 1
    refer(here, PEOPLE[0], full["Code session"])

    done = push(here, source_of(made), tmp_path / "out")

    (fault,) = done.faults
    assert (done.sent, done.withheld, done.files) == (0, 1, ())
    assert (fault.address.sheet, fault.address.column, fault.value) == ("Sessions", "Places", "1")
    assert str(next(here.referrals()).state) == "waiting"


def test_a_session_that_does_not_say_its_places_is_not_full(here, tmp_path):
    """An empty cell is no zero: the plan may leave it open."""
    made = roomy(1)
    open_ended = made.tables["Sessions"][0]
    open_ended["Places"] = None
    refer(here, PEOPLE[0], open_ended["Code session"])

    done = push(here, source_of(made), tmp_path / "out")

    assert (done.sent, done.withheld, done.faults) == (1, 0, ())


def test_a_workbook_from_before_the_last_enrolments_is_refused(here, tmp_path):
    """Its numbers would be given twice: the last workbook is asked for."""
    made = roomy(2)
    source, session = source_of(made), made.tables["Sessions"][0]["Code session"]
    refer(here, PEOPLE[0], session)
    (first,) = push(here, source, tmp_path / "out").files
    refer(here, PEOPLE[1], session)

    with pytest.raises(OperatorError, match="take the last workbook"):
        push(here, source, tmp_path / "out")
    (second,) = push(here, first, tmp_path / "out").files

    assert here.pull("fafpa", second, on=ON, by="awa", axis="training").counts.accepted == 1 + 2 + sum(
        map(len, made.tables.values())
    )
