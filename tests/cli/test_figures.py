"""The figures on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from cigem_core import Workspace
from cigem_core.cli.commands import program


def run(*words: str) -> str:
    done = CliRunner().invoke(program("en"), list(words), catch_exceptions=False)
    return done.output


@pytest.fixture
def empty(tmp_path):
    """A workspace of nobody."""
    from datetime import date

    path = tmp_path / "empty.sqlite"
    Workspace.create(path, on=date(2009, 10, 1), by="awa").close()
    return str(path)


def test_the_whole_is_told_even_of_nobody(empty):
    told = json.loads(run("indicators", "-w", empty, "--period", "2009-Q3", "--json"))

    assert {one["indicator"]: one["value"] for one in told}["seekers_registered"] == 0
    assert {one["indicator"]: one["value"] for one in told}["tension"] is None
    assert json.loads(run("indicators", "-w", empty, "--period", "2009-Q3", "--by", "region", "--json")) == []


def test_an_indicator_is_explained_in_words(empty):
    told = run("indicators", "explain", "openness", "-w", empty)

    assert "Enrolments in sessions" in told or "enrolments in sessions" in told
    assert "counts : enrolment; Begins on in the period; Return migrant: Y" in told


def test_a_period_must_be_given(empty):
    assert "--period" in run("indicators", "-w", empty)


def test_a_name_nobody_declared_is_met_with_the_nearest(empty):
    assert "the nearest is 'openness'" in run("indicators", "-w", empty, "--period", "2009", "--only", "opennes")


def test_a_figure_says_what_is_missing_beside_it(empty):
    """Nobody handed anything over: with --coverage each figure says so, without it the form stays as it was."""
    told = json.loads(run("indicators", "-w", empty, "--period", "2009-Q3", "--series", "2", "--coverage", "--json"))
    plain = json.loads(run("indicators", "-w", empty, "--period", "2009-Q3", "--at", "2009-12-31", "--json"))

    assert [one["period"] for one in told if one["indicator"] == "openness"] == ["2009-Q2", "2009-Q3"]
    assert "job_seeker" in told[0]["coverage"]["unheard"]
    assert "coverage" not in plain[0]
    assert "Nothing was received: job seeker." in run(
        "indicators", "-w", empty, "--period", "2009", "--only", "seekers_registered", "--coverage"
    )


def test_services_are_compared_by_what_is_declared(empty):
    told = json.loads(run("indicators", "compare", "work", "-w", empty, "--period", "2009", "--need", "trade=72", "--json"))

    assert (told["need"], told["by"], told["services"]) == ({"trade": "72"}, "agency", [])
    assert "the nearest is 'work'" in run("indicators", "compare", "wrk", "-w", empty, "--period", "2009")
    assert "a cell is written region=ML-1" in run("indicators", "compare", "work", "-w", empty, "--period", "2009", "--need", "x")


def test_a_rounded_publication_says_so(empty, tmp_path):
    """In words and as data; a base below the threshold's width is refused before anything is written."""
    asked = ("publish", "-w", empty, "--period", "2009-Q3", "--dry-run", "--on", "2009-10-15", "--by", "awa")
    told = json.loads(run(*asked, "--to", str(tmp_path / "a"), "--rounded-to", "10", "--json"))

    assert (told["rounded_to"], told["less_than_from_truth"], told["hidden"]) == (10, 10, 0)
    assert "rounded to 10 (by less than 10)" in run(*asked, "--to", str(tmp_path / "a"), "--rounded-to", "10")
    assert "rounded_to" not in json.loads(run(*asked, "--to", str(tmp_path / "a"), "--json"))
    assert "the base is at least 2" in run(*asked, "--to", str(tmp_path / "a"), "--rounded-to", "1")
    assert not (tmp_path / "a").exists()
