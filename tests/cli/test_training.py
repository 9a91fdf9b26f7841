"""`cigem plan`, as an officer and as a script meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cigem_core.cli.commands import program

SAMPLE = Path(__file__).parents[2] / "plugins/cigem-mali/samples/training"
FILES = (
    "--sessions", SAMPLE / "sessions.csv", "--candidates", SAMPLE / "candidats.csv", "--reserves", SAMPLE / "reserves.toml"
)  # fmt: skip


def truth(name: str):
    return json.loads((SAMPLE / f"truth/{name}.json").read_text("utf-8"))


def cigem(*arguments: object, language: str = "fr"):
    return CliRunner().invoke(program(language), [str(argument) for argument in arguments])


def faults_of(told) -> list[dict]:
    """The faults as the truth writes them."""
    return [
        {"agency": told["agency"], "file": f["file"], "sheet": f["sheet"] or "", "row": f["row"],
         "column": f["column"] or "", "type": f["rule"], "value": f["value"]}
        for f in told["faults"]
    ]  # fmt: skip


@pytest.fixture(scope="module")
def assigned():
    run = cigem("plan", "assign", *FILES, "--json")
    assert run.exit_code == 0, run.output
    return json.loads(run.stdout)


def test_the_sample_is_assigned_as_well_as_can_be(assigned):
    right = truth("training")

    levels = ("placed", "reserved_met", "fit")
    assert {name: assigned[name] for name in levels} == {name: right[name] for name in levels}
    assert assigned["bound"] == right["bound"]
    left = [row["candidate"] for row in assigned["unassigned"] if row["reason"] == "no-session"]
    assert left == right["no_session"]
    assert len(assigned["unassigned"]) - len(left) == right["full"]


def test_wrong_rows_of_the_sample_take_no_part_and_have_addresses(assigned):
    right = truth("training")

    assert faults_of(assigned) == right["quarantined"]
    assert assigned["read"] == sum(right["read"].values()) == assigned["accepted"] + assigned["quarantined"]
    assert {f["path"]: f["kinds"] for f in assigned["files"]}["sessions.csv"] == {
        "offered_session": {"read": 71, "accepted": 68, "quarantined": 3}
    }


def test_without_reserves_the_sample_fits_better(assigned):
    told = json.loads(cigem("plan", "assign", *FILES[:4], "--json").stdout)

    right = truth("training")["without_reserves"]
    assert {name: told[name] for name in right} == right


def test_an_officer_reads_who_goes_where_and_why():
    run = cigem("plan", "assign", *FILES, "--why")

    assert "1471 personnes placées, 1130 places réservées pourvues, accord 123290 : rien de mieux n'existe" in run.output
    assert "C00006 → no-session · sans place : aucun métier n'est souhaité ; en indiquer un." in run.output


def test_a_mistake_in_the_reserves_is_named(tmp_path):
    (tmp_path / "r.toml").write_text('[[reserve]]\nname = "f"\npercent = 30\nany = [{ region = "ML-99" }]\n')

    run = cigem("plan", "assign", *FILES[:4], "--reserves", tmp_path / "r.toml", language="en")

    assert run.exit_code == 1
    assert "r.toml, [[reserve]] 1 (f): region= is an ISO 3166-2 code" in run.stderr
