"""Obligations and suspensions in a workspace: found in what was exchanged, asked by the gate, shown by the command line."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner
from programmes.agreements.anpe import OWED, SHIPPED

from cigem_core import Convention, Workspace
from cigem_core.cli.commands import program
from cigem_core.errors import ConventionError, UnknownName
from cigem_core.model.employment import JobSeeker

ON = date(2009, 10, 1)
AMENDMENT = """
takes_effect = 2009-11-01
amends = "avenant n° 1"
"""
NARROWER = """
[[clause]]
article = "art. 4"
axis = "employment-data"
direction = "pull"
fields.job_seeker = ["*", "!identity", "!remarks"]
"""


@pytest.fixture
def owing(tmp_path, september):
    """A workspace whose convention with ANPE says what is owed: September was handed over, someone was referred."""
    with Workspace.create(tmp_path / "centre.sqlite", on=ON, by="awa") as centre:
        centre.install(Convention.from_toml(SHIPPED.read_text("utf-8") + OWED), on=ON, by="awa")
        centre.pull("anpe", september[0], on=date(2009, 10, 12), by="awa", axis="employment-data")
        seeker = next(iter(centre.records(JobSeeker)))
        centre.refer(seeker, to="anpe", on=date(2009, 10, 12), by="awa")
        centre.push("anpe", to=tmp_path / "out", on=date(2009, 10, 12), by="awa")
        yield centre


def told(centre, on, **asked):
    return {
        (one.owes, one.about): (one.due, one.done_on, str(one.state)) for one in centre.agreements.obligations(on=on, **asked)
    }


def test_obligations_are_found_in_what_was_exchanged(owing):
    """Pulls, pushes and answers tell; nobody writes down that something was done."""
    before = told(owing, date(2009, 11, 1))
    header = "N° orientation;Décision;Date;Motif du refus;Résultat"
    answer = f"{header}\r\nOR-2009-0001;A;20/10/2009;;\r\nOR-2009-0001;D;25/10/2009;;\r\n"
    owing.pull("anpe", b"\xef\xbb\xbf" + answer.encode(), on=date(2009, 10, 20), by="awa")

    assert before["return", "2009-09"] == (date(2009, 10, 10), date(2009, 10, 12), "late")
    assert before["answer-referrals", "OR-2009-0001"] == (date(2009, 10, 27), None, "breached")
    assert told(owing, date(2009, 11, 1))["answer-referrals", "OR-2009-0001"][1:] == (date(2009, 10, 20), "met")


def test_a_suspended_convention_lets_nothing_cross_and_no_day_run(owing, september):
    owing.agreements.suspend("CIGEM-ANPE-2009", on=date(2009, 10, 15), by="awa", because="renégociation")

    with pytest.raises(ConventionError, match="suspended since 2009-10-15"):
        owing.pull("anpe", september[0], on=date(2009, 10, 16), by="awa", axis="employment-data")
    with pytest.raises(ConventionError, match="it is suspended already"):
        owing.agreements.suspend("CIGEM-ANPE-2009", on=date(2009, 10, 17), by="awa")
    owing.agreements.resume("CIGEM-ANPE-2009", on=date(2009, 10, 25), by="awa")

    assert owing.pull("anpe", september[0], on=date(2009, 10, 25), by="awa", axis="employment-data").counts.new == 0
    assert told(owing, date(2009, 10, 26))["answer-referrals", "OR-2009-0001"][0] == date(2009, 11, 6)
    assert owing.verify_journal() is None


def test_a_past_day_is_told_as_it_stood_when_that_day_ended(owing):
    """What the parties do later moves nothing that was owed before: a suspension does not, nor its end, nor notice."""
    later = {
        date(2009, 10, 15): owing.agreements.suspend,
        date(2009, 10, 20): lambda reference, **act: None,
        date(2009, 10, 25): owing.agreements.resume,
        date(2009, 10, 28): owing.agreements.meet,
        date(2009, 11, 5): owing.agreements.terminate,
    }
    then = {date(2009, 10, 14): told(owing, date(2009, 10, 14))}
    delays = {}
    for day, act in later.items():
        act("CIGEM-ANPE-2009", on=day, by="awa")
        then[day], delays[day] = told(owing, day), [one.due_on for one in owing.reception.referrals(on=day)]

    assert {day: told(owing, day) for day in then} == then
    assert {day: [one.due_on for one in owing.reception.referrals(on=day)] for day in delays} == delays
    assert len({delays[day][0] for day in delays}) == 3


def test_a_convention_that_was_ended_holds_until_its_notice_is_over(owing, september):
    owing.agreements.terminate("CIGEM-ANPE-2009", on=date(2009, 10, 15), until=date(2009, 12, 31), by="awa")

    owing.pull("anpe", september[0], on=date(2009, 12, 31), by="awa", axis="employment-data")
    with pytest.raises(ConventionError, match="to 2009-12-31"):
        owing.pull("anpe", september[0], on=date(2010, 1, 1), by="awa", axis="employment-data")


def test_the_wording_in_force_on_the_day_of_the_act_decides(owing, september):
    """An amendment stands beside what it amends: last month is judged by last month's wording, whenever it is replayed."""
    head = SHIPPED.read_text("utf-8").split("[[clause]]")[0]
    owing.install(Convention.from_toml(AMENDMENT + head + NARROWER), on=date(2009, 10, 20), by="awa")

    earlier = owing.pull("anpe", september[0], on=date(2009, 10, 31), by="awa", axis="employment-data")
    later = owing.pull("anpe", september[0], on=date(2009, 11, 1), by="awa", axis="employment-data")

    assert "required identity.family_name" not in {rule.rule for rule in earlier.not_run}
    assert "required identity.family_name" in {rule.rule for rule in later.not_run}


def test_the_command_line_tells_what_is_due(owing, tmp_path):
    def run(*arguments):
        return CliRunner().invoke(program("fr"), ["-w", str(tmp_path / "centre.sqlite"), *arguments])

    held = run("conventions", "meeting", "CIGEM-ANPE-2009", "--on", "2009-10-13", "--by", "awa")
    due = run("obligations", "anpe", "--on", "2009-10-20", "--due-within", "15", "--json")

    assert held.output == "CIGEM-ANPE-2009 : réunion du 13/10/2009\n"
    assert json.loads(due.output) == [
        {
            "convention": "CIGEM-ANPE-2009", "article": "art. 5", "of": "anpe", "owes": "answer-referrals",
            "about": "OR-2009-0001", "due": "2009-10-27", "done_on": None, "state": "pending", "count": None,
        }
    ]  # fmt: skip
    assert "manquée" in run("obligations", "--on", "2009-11-01").output
    assert run("obligations", "nobody", "--on", "2009-11-01").exit_code == 2
    assert run("conventions", "suspend", "CIGEM-ANP-2009").exit_code == 2


def test_an_unknown_convention_is_answered_with_the_nearest(owing):
    with pytest.raises(UnknownName, match="the nearest is 'CIGEM-ANPE-2009'"):
        owing.agreements.meet("CIGEM-ANP-2009", on=ON, by="awa")
