"""`cigem plan`, as an officer and as a script meet it."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

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


def test_both_files_may_be_workbooks(assigned, tmp_path):
    """Numbers and days as a spreadsheet keeps them; the same people, the same seats, the same wrong cells."""
    for name, encoding in (("sessions", "cp1252"), ("candidats", "utf-8-sig")):
        book = Workbook()
        text = (SAMPLE / f"{name}.csv").read_text(encoding)
        for row in csv.reader(text.splitlines(), delimiter=";"):
            book.active.append([as_kept(cell) for cell in row])
        book.save(tmp_path / f"{name}.xlsx")
    files = ("--sessions", tmp_path / "sessions.xlsx", "--candidates", tmp_path / "candidats.xlsx", *FILES[4:])

    told = json.loads(cigem("plan", "assign", *files, "--json").stdout)

    assert told["assigned"] == assigned["assigned"]
    assert [(f["row"], f["column"], f["rule"]) for f in told["faults"]] == [
        (f["row"], f["column"], f["rule"]) for f in assigned["faults"]
    ]


def as_kept(cell: str) -> object:
    try:
        return int(cell) if cell.isdecimal() else datetime.strptime(cell, "%d/%m/%Y")
    except ValueError:
        return cell or None


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
    assert "C00006 · sans place : aucun métier n'est souhaité ; en indiquer un." in run.output


def test_a_mistake_in_the_reserves_is_named(tmp_path):
    (tmp_path / "r.toml").write_text('[[reserve]]\nname = "f"\npercent = 30\nany = [{ region = "ML-99" }]\n')

    run = cigem("plan", "assign", *FILES[:4], "--reserves", tmp_path / "r.toml", language="en")

    assert run.exit_code == 1
    assert "r.toml, [[reserve]] 1 (f): region= is an ISO 3166-2 code" in run.stderr


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace whose plan was pulled."""
    path = tmp_path_factory.mktemp("plan") / "centre.sqlite"
    book = SAMPLE.parents[2] / "cigem-fafpa/samples/fafpa/plan_formation_2009.xlsx"
    who = ("--on", "2009-10-02", "--by", "awa")
    assert cigem("init", path, *who).exit_code == 0
    assert cigem("-w", path, "pull", "fafpa", book, *who).exit_code == 0
    return path


def test_a_sheet_gives_its_rates_and_what_was_kept_is_settled(workspace):
    right = next(one for one in truth("presences")["sessions"] if one["session"] == "S005")
    who = ("--on", "2010-03-05", "--by", "awa", "--json", "-w", workspace)

    told = json.loads(cigem("plan", "roll-call", SAMPLE / "presences_S005.csv", *who).stdout)
    asked = ("--instalments", SAMPLE / "instalments.toml", "--on", "2010-06-30", "--json", "-w", workspace)
    settled = json.loads(cigem("plan", "settle", *asked).stdout)

    assert told["rates"] == right["rates"]
    assert faults_of(told) == right["quarantined"]
    there = json.loads(cigem("plan", "attendance", "S005", "--json", "-w", workspace).stdout)
    of_people = {one["number"]: {name: one[name] for name in ("number", *"PRAE", "rate")} for one in there["people"]}
    assert [of_people[one["number"]] for one in right["rates"]] == right["rates"]
    assert sum(week["P"] for week in there["weeks"]) == there["P"] == sum(one["P"] for one in right["rates"])
    line = next(one for one in settled["sessions"] if one["session"] == "S005")
    wanted = next(one for one in truth("settlement")["sessions"] if (one["on"], one["session"]) == ("2010-06-30", "S005"))
    assert {name: line[name] for name in wanted} == wanted
    assert settled["totals"]["XOF"]["committed"] == sum(one["committed"] for one in settled["sessions"])


def test_a_certificate_is_checked_by_its_number_and_the_journals_head(workspace):
    who = ("--on", "2010-03-05", "--by", "awa", "-w", workspace)
    (made,) = json.loads(cigem("plan", "certify", "I00049", *who, "--json").stdout)

    good = cigem("certificate", "verify", made["certificate"], "-w", workspace)
    wrong = cigem("certificate", "verify", made["certificate"], "--head", f"9999:{'0' * 64}", "-w", workspace)
    none = cigem("certificate", "verify", "AT-1999-0001", "-w", workspace)
    again = cigem("plan", "certify", "I00049", *who)
    printed = cigem("certificate", "print", made["certificate"], "--to", workspace.with_name("c.html"), "-w", workspace)
    assert again.stdout == "personne de certifié qui n'ait déjà son attestation\n"
    assert printed.exit_code == 0
    assert made["certificate"] in workspace.with_name("c.html").read_text("utf-8")

    assert (good.exit_code, good.output) == (0, f"{made['certificate']} est valable, délivrée le 05/03/2010\n")
    assert (wrong.exit_code, none.exit_code) == (1, 2)
    assert "le journal a été altéré" in wrong.output


def test_a_plan_without_anyone_waiting_is_told_so(workspace):
    told = json.loads(cigem("plan", "assign", "PF-2009-KAY-01", "--json", "-w", workspace).stdout)

    assert (told["placed"], told["assigned"], told["unassigned"]) == (0, [], [])
    assert cigem("plan", "pay", "S005", 1000, "XOF", "--funder", "fafpa", "-w", workspace).output.startswith("PF-")
    assert cigem("plan", "pay", "S005", 1000, "xof", "--funder", "fafpa", "-w", workspace).exit_code == 2


def test_a_plan_is_shown_and_its_page_written(workspace, tmp_path):
    told = json.loads(cigem("plan", "show", "--json", "-w", workspace).stdout)

    assert [one["session"] for one in told["sessions"]][:2] == ["S001", "S002"]
    assert next(one for one in told["sessions"] if one["session"] == "S005")["enrolled"] == 15
    (line,) = [line for line in cigem("plan", "show", "-w", workspace).stdout.splitlines() if line.startswith("S005")]
    assert line.split() == ["S005", "Chauffeur", "14/12/2009", "04/03/2010", "15", "30", str(told["sessions"][4]["certified"])]


def test_answers_some_months_later_are_kept_and_told_with_what_is_not_known(workspace):
    who = ("--on", "2010-09-06", "--by", "awa", "-w", workspace, "--json")

    told = json.loads(cigem("plan", "follow-up", "S005", "I00001=employed", "I00017=lost-sight-of", "--months", 6, *who).stdout)

    assert (told["at_work"], told["known"], told["all"]) == (1, 1, 15)
    assert (told["low"], told["high"]) == (0.0667, 1.0)
    wrong = cigem("plan", "follow-up", "S005", "I00001=works", "--months", 6, *who[:-1], language="en")
    assert wrong.exit_code == 2
    assert "the nearest" in wrong.output or "there are" in wrong.output


def test_a_sheet_to_fill_in_is_read_back_as_nobody_called(workspace, tmp_path):
    """One row for each person enrolled, one column for each day asked for."""
    to = tmp_path / "presences_S005.csv"
    days = ("--day", "2009-12-14", "--day", "2009-12-15")

    made = cigem("plan", "sheet", "S005", *days, "--to", to, "-w", workspace)
    told = json.loads(cigem("plan", "roll-call", to, "--on", "2010-01-01", "--by", "awa", "--json", "-w", workspace).stdout)

    assert made.exit_code == 0, made.output
    assert to.read_text("utf-8-sig").splitlines()[0] == "N°;Nom;14/12/2009;15/12/2009"
    assert (told["read"], told["accepted"], told["faults"]) == (15, 15, [])
    assert cigem("plan", "sheet", "S005", "--day", "2009-12-13", "--to", tmp_path / "x.csv", "-w", workspace).exit_code == 1


@pytest.mark.long
def test_an_officer_lets_someone_go_and_the_first_on_the_list_gets_the_seat(tmp_path, monkeypatch):
    """From `plan cancel` to the letter: what the fund's workbook cannot be made to say is said in a sentence."""
    monkeypatch.setenv("CIGEM_WORKSPACE", str(tmp_path / "centre.sqlite"))
    act = ("--on", "2009-10-02", "--by", "awa")
    book = SAMPLE.parents[2] / "cigem-fafpa/samples/fafpa/plan_formation_2009.xlsx"
    for line in (("init", tmp_path / "centre.sqlite", *act), ("pull", "fafpa", book, *act)):
        assert cigem(*line).exit_code == 0

    gone = cigem("plan", "cancel", "S018", "--because", "pas de formateur", *act)
    told = json.loads(cigem("plan", "notices", "--on", "2009-10-02", "--json").stdout)
    states = json.loads(cigem("plan", "seats", "--json").stdout)

    assert "ne prend que des lignes nouvelles" in gone.stdout
    assert all(one["to_tell"].startswith("passe de S018 à ") for one in told), told
    assert {one["enrolment"] for one in told} <= {one["enrolment"] for one in states if one["session"] != "S018"}
    refused = cigem("plan", "move", "I99999", "S005", "--because", "plus près", *act)
    assert (refused.exit_code, "personne du plan n'a le numéro I99999" in refused.output) == (2, True)


def test_a_plan_of_the_centres_own_is_opened_and_paid_for(tmp_path, monkeypatch):
    monkeypatch.setenv("CIGEM_WORKSPACE", str(tmp_path / "centre.sqlite"))
    act = ("--on", "2009-10-02", "--by", "awa")
    assert cigem("init", tmp_path / "centre.sqlite", "--bare", *act).exit_code == 0

    told = json.loads(cigem("plan", "open", SAMPLE / "plan-du-centre.toml", *act, "--json").stdout)
    again = json.loads(cigem("plan", "open", *(SAMPLE / "plan-du-centre").iterdir(), *act, "--json").stdout)
    shares = cigem("plan", "fund", "cigem=66,5", "commune=33.5", *act)

    assert told == again == {"plan": "centre:training_plan:PC-2009-01", "modules": ["SOUD"], "sessions": ["C1", "C2"]}
    assert shares.stdout.split("\n")[:2] == ["cigem · 66.5 %", "commune · 33.5 %"]
    for wrong, said in (
        ("cigem", "FINANCEUR=PART"),
        ("cigem=Infinity", "FINANCEUR=PART"),
        ("cigem=90", "les parts des financeurs font 90 %"),
    ):
        assert said in cigem("plan", "fund", wrong, *act).output


def test_a_wrong_table_of_a_plan_is_told_cell_by_cell(tmp_path, monkeypatch):
    monkeypatch.setenv("CIGEM_WORKSPACE", str(tmp_path / "centre.sqlite"))
    act = ("--on", "2009-10-02", "--by", "awa")
    cigem("init", tmp_path / "centre.sqlite", "--bare", *act)
    tables = SAMPLE / "plan-du-centre"
    wrong = tmp_path / "sessions.csv"
    wrong.write_text((tables / "sessions.csv").read_text("utf-8").replace("11/01/2010", "11 janvier"), "utf-8")

    run = cigem("plan", "open", tables / "modules.csv", wrong, *act)
    told = cigem("plan", "open", tables / "modules.csv", wrong, *act, "--json")

    assert (run.exit_code, told.exit_code) == (1, 1)
    assert "Date début" in run.stdout
    assert "rien n'est gardé" in run.stdout
    (fault,) = json.loads(told.stdout)["faults"]
    assert (fault["file"], fault["row"], fault["column"], fault["value"]) == ("sessions.csv", 3, "Date début", "11 janvier")


def test_results_by_hand_and_who_to_ask_are_told_to_officers(workspace, monkeypatch):
    monkeypatch.setenv("CIGEM_WORKSPACE", str(workspace))
    act = ("--on", "2010-09-06", "--by", "awa")

    done = cigem("plan", "result", "I00321", "certified", "--mark", "14,5", *act)
    asked = json.loads(cigem("plan", "follow-up", *act, "--json").stdout)

    assert done.stdout.startswith("I00321 · S010 · "), done.output
    assert {one["session"] for one in asked} >= {"S005"}
    assert all(one["due_on"] <= "2010-09-12" for one in asked)
    assert "--mark est un nombre" in cigem("plan", "result", "I00321", "certified", "--mark", "bien", *act).output
    assert "donner des INSCRIPTION, ou --from STRUCTURE" in cigem("plan", "certify", *act).output
    assert "n'a remis aucun stagiaire" in cigem("plan", "certify", "--from", "ufae", *act).output
    assert "n'a remis aucun stagiaire" in cigem("plan", "roll-call", "--from", "ufae", *act).output
    assert "donner un FICHIER, ou --from" in cigem("plan", "roll-call", *act).output


def test_a_sheet_as_a_workbook_has_the_weekdays_as_columns_and_is_read_back(workspace, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    to = tmp_path / "presences_S021.xlsx"
    assert cigem("plan", "sheet", "S021", "--to", to, "-w", workspace).exit_code == 0

    book = openpyxl.load_workbook(to)
    (header, *rows) = book.active.iter_rows(values_only=True)
    assert (header[0], header[2], header[-1], len(header)) == ("N°", "08/03/2010", "26/03/2010", 2 + 15)
    book.active.cell(2, 3).value, book.active.cell(2, 4).value, book.active.cell(3, 3).value = "P", "A", "X"
    book.save(to)
    told = json.loads(cigem("plan", "roll-call", to, "--on", "2010-03-27", "--by", "awa", "--json", "-w", workspace).stdout)

    assert (told["read"], told["quarantined"]) == (len(rows), 1)
    assert [(one["row"], one["column"], one["rule"]) for one in told["faults"]] == [(3, "08/03/2010", "enum")]
    assert next(one for one in told["rates"] if one["number"] == rows[0][0])["rate"] == 0.5


def test_the_money_is_told_by_funder_late_and_by_month_and_a_provider_gets_a_statement(workspace, tmp_path):
    pytest.importorskip("jinja2")
    terms = ("--instalments", SAMPLE / "instalments.toml", "--on", "2010-12-31", "-w", workspace)

    told = json.loads(cigem("plan", "money", *terms, "--by-month", "--json").stdout)
    modules = json.loads(cigem("plan", "show", "--json", "-w", workspace).stdout)["sessions"]
    first = cigem("plan", "statement", "Personne", *terms, "--to", tmp_path / "s.html")

    (fund,) = told["funders"]
    last = told["months"][-1]
    assert last["month"] == "2010-12"
    assert last["position"] == fund["paid"] - fund["earned"]
    assert sum(one["late"] for one in told["late"]) <= fund["owed"]
    assert all(one["since"] <= "2010-12-31" for one in told["late"])
    assert "aucun opérateur du plan ne s'appelle « Personne »" in first.output
    assert len(modules) == 21
    page = cigem("plan", "page", *terms, "--to", tmp_path / "page.html")
    assert page.exit_code == 0, page.output
    assert "En retard de paiement" in (tmp_path / "page.html").read_text("utf-8")


def test_whom_to_ask_is_written_as_a_list_and_read_back(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("CIGEM_WORKSPACE", str(workspace))
    act, path = ("--on", "2010-09-06", "--by", "awa"), tmp_path / "suivi.csv"

    written = cigem("plan", "follow-up", "--to", path, *act)
    asked = json.loads(cigem("plan", "follow-up", *act, "--json").stdout)
    text = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([text[0], text[1][:-1] + "au travail;", text[2][:-1] + "sans emploi;"]), "utf-8-sig")
    told = json.loads(cigem("plan", "follow-up", "--from", path, *act, "--json").stdout)

    assert written.stdout == f"{path} · {len(asked)} personnes à joindre\n"
    assert len(text) == len(asked) + 1
    assert told["answered"] == [{"enrolment": asked[1]["enrolment"], "months": asked[1]["months"]}]
    assert [(fault["row"], fault["column"], fault["value"]) for fault in told["faults"]] == [(2, "Situation", "au travail")]
    form = tmp_path / "formulaire.xlsx"
    assert cigem("plan", "follow-up", "--form", form, *act).stdout == f"{form}\n"
    both = cigem("plan", "follow-up", "S005", "--to", path, *act)
    assert (both.exit_code, "une seule à la fois" in both.output) == (2, True)
