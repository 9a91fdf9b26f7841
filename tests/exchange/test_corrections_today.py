"""Corrections leave as anything does: under today's clause, as far as its mask lets them, on a day, by somebody."""

from __future__ import annotations

import json
from datetime import date

import openpyxl
import pytest
from attrs import evolve
from sqlalchemy import select

from cigem_core import Workspace
from cigem_core.errors import ConventionError, OperatorError
from cigem_core.store.schema import journal

ON = date(2009, 10, 1)
LATER = date(2010, 3, 1)
SECRETS = ("CANARI-NOM", "CANARI-VU", "CANARI-BESIDE")


@pytest.fixture
def centre(tmp_path, september):
    """Rows kept under a full mask: one wrong in a cell, one with a cell too many, one with a stray quote; all with a secret."""
    header = september[0].read_bytes().decode("cp1252").splitlines()[0]
    columns = header.split(";")
    row = {"N° inscription": "KAY-1", "Nom": "CANARI-NOM", "Date inscription": "32/13/2009", "Vu": "CANARI-VU"}
    wrong = ";".join(row.get(name, "") for name in [*columns, "Vu"])
    long = wrong.replace("KAY-1", "KAY-2") + ";CANARI-BESIDE"
    quoted = wrong.replace("KAY-1", "KAY-3").replace("CANARI-NOM", '"CANARI-NOM" CANARI-VU')
    path = tmp_path / "demandeurs_200909.csv"
    path.write_bytes("\r\n".join([f"{header};Vu", wrong, long, quoted, ""]).encode("cp1252"))
    with Workspace.create(tmp_path / "c.sqlite", on=ON, by="awa") as made:
        assert made.pull("anpe", path, on=ON, by="awa", axis="employment-data").counts.quarantined == 3
        yield made


def amend(centre, *, hidden=(), cargo=True, **period):
    shipped = next(c for c in centre.conventions() if c.agency.code == "anpe")

    def narrower(clause):
        if "job_seeker" not in clause.fields or clause.direction != "pull":
            return clause
        return evolve(clause, cargo=cargo, fields={**clause.fields, "job_seeker": ("*", *(f"!{name}" for name in hidden))})

    centre.install(evolve(shipped, clauses=tuple(map(narrower, shipped.clauses)), **period), on=ON, by="awa")


def texts(path):
    """Every text of a workbook, comments included."""
    if path.suffix == ".csv":
        return path.read_text("utf-8-sig")
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
    return "\n".join(f"{cell.value} {cell.comment.text if cell.comment else ''}" for cell in cells)


def test_under_a_full_mask_rows_go_back_as_they_came(centre, tmp_path):
    centre.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")

    assert [secret in texts(tmp_path / "a.xlsx") for secret in SECRETS] == [True, True, True]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
@pytest.mark.parametrize("hidden", ["identity.family_name", "identity", "remarks"])
def test_what_today_s_wording_hides_does_not_go_back(centre, tmp_path, hidden, name):
    """Neither in its column, nor beside, nor as the row that could not be told apart, nor as cargo."""
    named = hidden != "remarks"
    amend(centre, hidden=[hidden])

    written = centre.corrections("anpe", tmp_path / name, on=ON, by="awa")

    said = texts(written.paths[0])
    assert [secret in said for secret in SECRETS] == [not named, False, False]
    assert "demandeurs_200909.csv, ligne 3" in said
    assert written.rows == 3


def test_a_clause_that_names_a_column_lets_it_go_back(centre, tmp_path):
    amend(centre, hidden=["identity.family_name"], cargo=("Vu",))

    centre.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")

    said = texts(tmp_path / "a.xlsx")
    assert [secret in said for secret in SECRETS] == [False, True, False]


def test_without_a_clause_in_force_nothing_goes_back(centre, tmp_path):
    amend(centre, ends=date(2009, 12, 31))

    with pytest.raises(ConventionError, match="is in force on 2010-03-01"):
        centre.corrections("anpe", tmp_path / "a.xlsx", on=LATER, by="awa")

    assert not (tmp_path / "a.xlsx").exists()


def test_it_is_an_act_with_a_line_that_quotes_nobody(centre, tmp_path):
    written = centre.corrections("anpe", tmp_path / "a.xlsx", on=LATER, by="moussa")

    with centre.store.reading() as connection:
        line = connection.execute(select(journal).order_by(journal.c.line.desc()).limit(1)).one()
    assert (line.act, line.by, line.on, line.line) == ("corrections", "moussa", LATER, written.journal.length)
    facts = json.loads(line.facts)
    assert (facts["agency"], facts["rows"], facts["withheld"]) == ("anpe", 3, 0)
    assert [clause["clause"] for clause in facts["clauses"]] == ["art. 4"]
    assert not [secret for secret in SECRETS if secret in line.facts]
    with pytest.raises(OperatorError, match="say who acts"):
        centre.corrections("anpe", tmp_path / "b.xlsx", on=LATER, by="")
