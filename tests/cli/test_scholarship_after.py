"""After a draw on the command line: one round is walked through, each step by its command."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner
from programmes.scholarships.samples import FOLDER, call, truth

from cigem_core.cli.commands import program

NAME, REFERENCE = "cinq-pays-2026", "CINQ-PAYS-2026"
TERMS = 'answer_days = 15\n\n[renewal]\narticle = "20"\nat_least = "10"\n\n[[rule]]'


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A workspace where the round is drawn, to be copied: each test moves awards of its own."""
    folder = tmp_path_factory.mktemp("round")
    run = commands(folder)
    (folder / "call.toml").write_text(call(NAME).text.replace("[[rule]]", TERMS, 1), "utf-8")
    (folder / "dossiers.csv").write_bytes((FOLDER / NAME / "dossiers.csv").read_bytes())
    on = ("--on", "2026-09-20")
    CliRunner().invoke(program("fr"), ["init", str(folder / "centre.sqlite"), "--bare"])
    run("draw", folder / "call.toml", "--seed", truth(NAME)["payments"]["awards_of"], "--leave-undecided", *on)
    return folder


def commands(folder):
    """The commands of scholarships in a folder's workspace."""

    def command(*words: object, code: int = 0, lang: str = "fr") -> str:
        asked = ["-w", folder / "centre.sqlite", "scholarship", *words]
        done = CliRunner().invoke(program(lang), list(map(str, asked)))
        assert done.exit_code == code, done.output
        return done.output

    return command


@pytest.fixture
def run(drawn, tmp_path):
    """A command in a workspace where the round is drawn."""
    shutil.copytree(drawn, tmp_path / "round")
    return commands(tmp_path / "round")


@pytest.fixture
def awards(run):
    listed = json.loads(run("status", REFERENCE, "--json"))["applications"]
    return [one["application"] for one in listed if one["state"] == "awarded"]


def test_status_says_where_each_application_stands(run, awards):
    """All of them, or one, and until when an award waits for its answer."""
    assert len(awards) == 75
    assert run("status", REFERENCE, awards[0]) == f"{awards[0]} · bourse attribuée · réponse attendue le 05/10/2026\n"
    assert "le plus proche est" in run("status", REFERENCE, awards[0] + "0", code=2)


def test_a_kept_call_counts_its_own_payments(run):
    """A file of payments beside a call that is kept is taken in first, not passed over in silence."""
    given = FOLDER / NAME / "paiements.csv"
    assert "cigem scholarship pay" in run("payments", REFERENCE, "--on", "2027-03-01", "--payments", given, code=2)


def test_an_appeal_is_listed_and_then_judged(run, awards):
    """Everyone who would move is on the screen before anything moves."""
    number = awards[0]
    why = ("--because", "relevé faux", "--on", "2026-09-21")
    told = json.loads(run("appeal", REFERENCE, number, "--field", "bac_mean", "--cell", "9,5", *why, "--json"))[0]
    shown = run("appeals", REFERENCE)

    assert shown.startswith(f"{number} · siège {told['before']['seat']} → irrecevable, hors des règles")
    assert all(f"{move['application']} : {move['before'] or 'aucun siège'} →" in shown for move in told["moves"])
    assert run("judge", REFERENCE, number, "--reject", *why).startswith(f"{number} : recours rejeté")
    assert "le déposer d'abord" in run("judge", REFERENCE, number, "--grant", *why, code=1)
    assert run("appeals", REFERENCE) == ""
    run("appeal", REFERENCE, number, "--field", "bac_mean", *why, code=2)


def test_answers_results_orders_and_a_statement(run, awards, tmp_path):
    """Accepted, renewed by a file of results, ordered per payer, and told to the student."""
    number = awards[0]
    assert run("note", REFERENCE, number, "accept", "--on", "2026-09-21") == f"{number} · bourse acceptée\n"
    lapsed = json.loads(run("lapse", REFERENCE, "--on", "2026-10-06", "--json"))
    assert lapsed["lapsed"] == awards[1:]

    (tmp_path / "resultats.csv").write_text(
        f"N° dossier;Année;Admis;Moyenne\r\n{number};2027;O;12,25\r\n", "utf-8-sig", newline=""
    )
    renewed = json.loads(run("renew", REFERENCE, tmp_path / "resultats.csv", "--on", "2027-07-10", "--json"))
    assert (renewed["renewed"], renewed["read"]) == ([{"application": number, "year": 2027, "state": "studying"}], 1)

    told = json.loads(run("orders", REFERENCE, "--on", "2027-03-01", "--to", tmp_path / "ordres", "--json"))["orders"]
    assert {one["file"].rpartition("/")[2] for one in told} <= {
        "ordre-pays-hote-2027-03-01.csv", "ordre-etat-du-mali-2027-03-01.csv",
    }  # fmt: skip
    statement = json.loads(run("statement", REFERENCE, number, "--on", "2027-03-01", "--json"))["instalments"]
    owed = sum(one["missing"] for one in statement if one["due_on"] <= "2027-03-01")
    assert owed == sum(one["units"] for one in told) > 0
    assert "manque" in run("statement", REFERENCE, number, "--on", "2027-03-01")
