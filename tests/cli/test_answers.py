"""Every command answers programs as its schema says (`tests/answers.py` compares); here those run that no other test runs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from answers import SCHEMAS, answered, validator
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from made import SAMPLES, make

from cigem_core import errors
from cigem_core.cli.commands import program

TRAINING = Path(__file__).parents[2] / "plugins/cigem-fafpa/samples/fafpa"
DAY = ("--on", "2009-10-01", "--by", "awa")

SHEET = """country = "CA"
purpose = "études"
title = { fr = "Étudier au Canada", en = "Studying in Canada" }
source = "site de l'ambassade"
checked_on = 2009-09-01
valid_until = 2010-09-01
"""
SERVICES = (
    "N°;Prestation;Structure;Prestataire;Code métier;Projets;Résidents de;Lieu;Âge min;Âge max;Sexe;Niveau CITE min;"
    "Situations;Langues;Places;Commence le;À apporter;Comment faire;Confirmée le\n"
    "1;Maçonnerie;fafpa;;7112;formation, emploi;Kayes, Ségou;Kayes;16;40;M;;de retour;bambara,peul;12;;Carte;;01/09/2009\n"
    "2;Soudure;fafpa;;7212;rien;;;;;;;;;;;;;\n"
)
ROUND = Path(__file__).parents[2] / "plugins/cigem-bourses/samples/cinq-pays-2026"


@pytest.fixture
def cigem(tmp_path, monkeypatch):
    """The command line, in a folder with a workspace that agreed with the four agencies."""
    monkeypatch.chdir(tmp_path)
    make(str(tmp_path / "centre.sqlite"))

    def run(*typed: str, acts: bool = True):
        answered = CliRunner().invoke(program("en"), [*typed, *(DAY if acts else ()), "-w", "centre.sqlite"])
        assert answered.exit_code == 0, (typed, answered.output)
        return answered.output.strip()

    return run


def test_the_road_of_a_migrant(cigem, tmp_path):
    """From the door to a project that came to its end, and a referral that was answered and re-oriented."""
    (tmp_path / "fiches").mkdir()
    (tmp_path / "fiches/canada.toml").write_text(SHEET, "utf-8")
    group = cigem("arrivals", "announce", "3", "--country", "LY")
    name = ("--family-name", "Diarra", "--given-names", "Awa", "--birth", "1985")
    who = cigem("receive", "--arrival", group, *name, "--situation", "in-transit")

    assert cigem("arrivals", "show", group, acts=False).startswith("announced 3 · received 1")
    assert cigem("migrants", "visit", who, "--reason", "information", "--minutes", "20") == "VI-2009-0001"
    assert "Studying in Canada" in cigem("migrants", "sheets", "--sheets", "fiches", "--on", "2009-10-01", acts=False)
    assert cigem("migrants", "hand", who, "CA-études", "--sheets", "fiches").startswith(who)
    first = cigem("migrants", "assess", who, "projet-exemple.toml", "--answer", "experience=aucune")
    second = cigem("migrants", "assess", who, "projet-exemple.toml", "--answer", "experience=deux-ans-ou-plus")
    assert cigem("migrants", "scores", second, acts=False)
    assert cigem("migrants", "scores", second, "--before", first, acts=False)
    assert cigem("arrivals", "leave", who) == who
    cigem("migrants", "situation", who, "--situation", "resident")
    project = cigem("projects", "open", who, "--goal", "job", "--need", "7212")
    cigem("projects", "step", project, "refaire la carte", "--due", "2009-11-01")
    cigem("projects", "done", project, "1")
    cigem("projects", "revise", project, "--town", "Kayes", "--because", "plus près")
    assert project in cigem("projects", "list", acts=False)
    assert "refaire la carte" in cigem("projects", "show", project, acts=False)
    assert cigem("projects", "close", project, "--result", "achieved") == project
    assert cigem("find", "diarra", "awa", acts=False).count(who) == 1


def test_the_road_of_a_referral(cigem, tmp_path):
    who = cigem("receive", "--family-name", "Diarra", "--given-names", "Awa", "--birth", "1985")
    number = cigem("referrals", "prepare", who, "--to", "anpe", "--because", "cherche un emploi")
    (tmp_path / "depot").mkdir()
    cigem("push", "anpe", "--to", "depot")

    assert cigem("referrals", "letter", number, "--out", "lettre.html", acts=False) == "lettre.html"
    assert "Diarra" in cigem("referrals", "caseload", acts=False)
    cigem("referrals", "answer", number, "refuse", "--said-by", "Moussa", "--told-by", "phone", "--reason", "full")
    assert cigem("referrals", "reorient", number, "--to", "apej") == "OR-2009-0002"
    assert "2009-10-01" in cigem("history", f"centre:referral:{number}", acts=False)
    assert cigem("journal", "list", "--limit", "3", acts=False).startswith("No.")


def test_the_road_of_a_convention(cigem):
    reference = "CIGEM-UFAE-2009"
    assert "suspended" in cigem("conventions", "suspend", reference, "--because", "a request")
    assert "resumed" in cigem("conventions", "resume", reference)
    assert "ended" in cigem("conventions", "terminate", reference, "--until", "2010-10-01", "--because", "over")


def test_records_are_json_lines_of_their_kind(cigem):
    """One record a line, by the names of its fields."""
    cigem("pull", "anpe", str(SAMPLES / "demandeurs_200909.csv"), "--axis", "employment-data")
    lines = [json.loads(line) for line in cigem("records", "demandeur", "--limit", "3", "--json", acts=False).splitlines()]

    assert len(lines) == 3
    assert {"agency", "reference", "identity.birth"} <= lines[0].keys()


def test_the_seats_of_a_plan(cigem, tmp_path):
    """Someone leaves, another is let in; the fund is told."""
    shutil.copy(TRAINING / "plan_formation_2009.xlsx", tmp_path)
    cigem("pull", "fafpa", "plan_formation_2009.xlsx")
    seat = next(one for one in json.loads(cigem("plan", "seats", "--json", acts=False)) if one["state"] == "enrolled")

    assert cigem("plan", "withdraw", seat["who"].rpartition(":")[2], "--because", "parti")
    assert cigem("plan", "seats", acts=False)
    assert cigem("plan", "openness", acts=False) is not None
    assert cigem("plan", "fill") is not None


def test_a_directory_of_services(cigem, tmp_path):
    """Loaded, confirmed, and asked what fits someone."""
    (tmp_path / "prestations.csv").write_text(SERVICES, "utf-8")
    who = cigem("receive", "--family-name", "Diarra", "--given-names", "Awa", "--birth", "1985", "--region", "Kayes")

    assert cigem("services", "load", "prestations.csv")
    assert "Maçonnerie" in cigem("services", acts=False)
    assert "Maçonnerie" in cigem("services", "--for", who, "--on", "2009-10-01", acts=False)
    assert cigem("services", "confirm", "prestations/1", "--places", "10") == "prestations/1"


@pytest.mark.long
def test_the_road_of_a_round(tmp_path, monkeypatch):
    """From a call that is opened to grants that were paid."""
    monkeypatch.chdir(tmp_path)

    def run(*typed: object, on: str | None = None) -> str:
        acts = ("--on", on, "--by", "awa") if on else ()
        line = ["scholarship", *map(str, typed), *acts, "-w", "centre.sqlite"]
        answered = CliRunner().invoke(program("en"), line)
        assert answered.exit_code == 0, (typed, answered.output)
        return answered.output

    CliRunner().invoke(program("en"), ["init", "centre.sqlite", "--bare"])
    call = "CINQ-PAYS-2026"
    assert call in run("open", ROUND / "call.toml", on="2026-06-01")
    run("intake", call, ROUND / "dossiers.csv", on="2026-09-12")
    assert "a-corriger" in run("corrections", call, "--to", "a_corriger", on="2026-09-12")
    commitment = run("commit", call, on="2026-09-12").strip()
    assert len(commitment) == 64
    run("draw", call, "--seed", "4711", "--leave-undecided", on="2026-09-20")
    assert "digest of the package" in run("publish", call, "--to", "publie")
    told = json.loads(run("status", call, "--json"))["applications"]
    number = next(one["application"] for one in told if one["state"] == "awarded")
    assert number in run("explain", call, number)
    run("withdraw", call, number, "--because", "parti", on="2026-09-22")
    assert run("pay", call, ROUND / "paiements.csv", on="2027-03-01")


def test_a_doctor_tells_programs_what_is_wrong_and_what_is_not(cigem):
    """Each finding has a name that stays, whether it is sound, and the sentence people read."""
    found = json.loads(cigem("doctor", "--json", acts=False))

    assert {one["name"] for one in found} == {"versions", "plugin", "database", "journal", "conventions", "quarantine"}
    assert all(one["is_sound"] and one["message"] for one in found)
    assert {one["message"] for one in found} <= set(re.findall(r"(?<=✔ ).*", cigem("doctor", acts=False)))
    missing = CliRunner().invoke(program("en"), ["doctor", "--json", "-w", "nowhere.sqlite"])
    (wrong,) = [one for one in json.loads(missing.stdout) if not one["is_sound"]]
    assert (missing.exit_code, wrong["name"]) == (1, "workspace")


def test_what_is_kept_in_order_answers_programs(cigem, tmp_path):
    """Copies, exports and what comes of them, and what no other test asks for."""
    made, copied = cigem("init", "other.sqlite", "--json"), cigem("backup", "--to", "copie.sqlite", "--json")
    restored = json.loads(cigem("restore", "copie.sqlite", "--to", "again.sqlite", "--json"))

    assert [one["reference"] for one in json.loads(made)["installed"]] == [
        one["reference"] for one in json.loads(cigem("conventions", "list", "--json", acts=False))
    ]
    assert json.loads(copied)["file"].endswith("copie.sqlite")
    assert json.loads(cigem("journal", "verify", "--json", acts=False))["is_whole"]
    assert restored["workspace"].endswith("again.sqlite")
    assert json.loads(cigem("export", "--to", "sortie", "--json"))["rows"]["quarantine"] == 0
    assert json.loads(cigem("deliver", "--json")) == {"files": [], "waiting": []}
    assert json.loads(cigem("completion", "bash", "--json", acts=False))["shell"] == "bash"


def test_receipts_of_before(cigem):
    cigem("pull", "anpe", str(SAMPLES / "demandeurs_200909.csv"), "--axis", "employment-data")

    assert cigem("receipt", "list", acts=False)
    assert cigem("receipt", "show", "5", acts=False)


def commands(command: click.Command, *words: str) -> Iterator[tuple[str, click.Command]]:
    """Every command below one, by its words; one that has others below it is a command too."""
    own = getattr(command, "_own", None if isinstance(command, click.Group) else command)
    if own is not None:
        yield " ".join(words), own
    for name, one in getattr(command, "commands", {}).items():
        yield from commands(one, *words, name)


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object that a schema describes by its names."""
    if isinstance(schema, dict):
        yield from [schema] if "properties" in schema else []
        for inside in schema.values():
            yield from objects(inside)
    elif isinstance(schema, list):
        for inside in schema:
            yield from objects(inside)


def test_every_command_answers_programs_and_has_its_schema():
    every = dict(commands(program("en")))
    answering = {words for words, one in every.items() if any("--json" in option.opts for option in one.params)}

    assert answering == every.keys()
    assert {path.stem for path in SCHEMAS.glob("*.json")} == {words.replace(" ", "-") for words in answering} | {"error"}


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_a_schema_is_one_and_leaves_nothing_unsaid(path):
    """A name that no schema has is noticed: what is added to an answer is added here too."""
    schema = json.loads(path.read_text("utf-8"))

    Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"]
    assert all(one["additionalProperties"] is False for one in objects(schema))


def test_what_answers_otherwise_is_noticed(cigem):
    """Also where what people read was asked for."""
    listed = next(one for words, one in commands(program("en")) if words == "receipt list")
    with listed.make_context("list", ["-w", "centre.sqlite"], parent=_context("receipt")):
        answered([])
        with pytest.raises(AssertionError, match=r"cigem receipt list --json at \$: \{\} is not of type 'array'"):
            answered({})


def _context(*words: str) -> click.Context:
    context = click.Context(program("en"), info_name="cigem")
    for word in words:
        context = click.Context(click.Command(word), info_name=word, parent=context)
    return context


@pytest.mark.parametrize("typed", [("records", "--limit", "x"), ("records", "--nonsense"), ("receipt", "show"), ("nothing",)])
def test_what_is_typed_wrongly_is_told_to_programs_too(typed):
    """Whether the option that asks for JSON stands before it or after."""
    for line in ([*typed, "--json"], [typed[0], "--json", *typed[1:]]):
        run = CliRunner().invoke(program("en"), line)
        told = json.loads(run.stdout)

        validator("error").validate(told)
        assert (run.exit_code, told["error"]["code"]) == (2, "usage_error")
        assert told["error"]["message"] in run.stderr


def test_a_refusal_has_a_code_and_says_what_to_do(cigem):
    """Every code of an error is one of those that are promised."""
    refused = CliRunner().invoke(program("en"), ["receipt", "show", "999", "--json", "-w", "centre.sqlite"])
    told = json.loads(refused.stdout)["error"]

    assert told == {"code": "workspace_error", "message": "no receipt has the number 999; list them: cigem receipt list"}
    known = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.CigemError)]
    codes = {one.__new__(one).code for one in known}
    assert codes | {"usage_error"} == set(validator("error").schema["properties"]["error"]["properties"]["code"]["enum"])
