"""The commands of a round on files: the same answers as in Python, and refusals that say what to do."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from programmes.scholarships.samples import CALLS, FOLDER, as_sets, found, listed, truth

from cigem_core.cli.commands import program


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(program("fr"), ["scholarship", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parametrize("name", CALLS)
def test_screen_draw_and_payments_answer_in_json(name):
    """A round on files, without a workspace."""
    call = FOLDER / name / "call.toml"
    known, seed = truth(name), truth(name)["payments"]["awards_of"]

    screened = json.loads(run("screen", call, "--json"))
    drawn = json.loads(run("draw", call, "--seed", seed, "--leave-undecided", "--json"))
    day = known["payments"]["days"][0]
    paid = json.loads(run("payments", call, "--on", day["on"], "--seed", seed, "--leave-undecided", "--json"))

    assert as_sets(screened["eligible"]) == as_sets(known["screen"]["eligible"])
    assert found(screened["faults"]) == listed(known["quarantined"])
    assert drawn["waiting"] == known["draws"][0]["waiting"]
    assert as_sets(paid["balances"]) == as_sets(day["balances"])
    assert found(paid["faults"]) == listed(known["payments"]["quarantined"])


def test_check_reads_a_call_back_in_french():
    """Staff see what they wrote, and what in it is vain."""
    said = run("check", FOLDER / "cinq-pays-2026/call.toml")

    assert "filles : 6 places sur 15 de MA-SCI (sexe : F), article 9" in said
    assert "Attention : MA-SCI : 17 places réservées pour 15 places" in said


def test_people_are_shown_by_number():
    """What a screen shows of a round holds no name."""
    call = FOLDER / "cinq-pays-2026/call.toml"

    shown = run("screen", call) + run("draw", call, "--seed", "a", "--leave-undecided")

    names = {line.split(";")[2] for line in (call.parent / "dossiers.csv").read_text("utf-8-sig").splitlines()[1:]}
    assert not {name for name in names if len(name) > 3 and name in shown}


def test_a_draw_with_applications_to_decide_is_refused():
    """The sentence says what to do."""
    said = run("draw", FOLDER / "etat-2014/call.toml", "--seed", "a", code=1)

    assert "--leave-undecided" in said


def test_a_wrong_call_names_its_lines(tmp_path):
    """A mistake has its line in French."""
    text = (FOLDER / "etat-2014/call.toml").read_text("utf-8")
    (tmp_path / "call.toml").write_text(text.replace('"bac_mean"', '"bac_men"'), "utf-8")

    said = run("check", tmp_path / "call.toml", code=1)

    line = text[: text.index('"bac_mean"')].count("\n") + 1
    assert f"ligne {line} : un dossier n'a pas de champ « bac_men » ; le plus proche est « bac_mean »" in said


def test_each_mistake_of_a_call_has_a_line_on_the_screen(tmp_path):
    """And none begins inside a word that holds a line end."""
    text = (FOLDER / "etat-2014/call.toml").read_text("utf-8")
    text = text.replace('"bac_mean"', '"bac\\nmean"').replace('field = "sex"', 'field = "sexe"')
    (tmp_path / "call.toml").write_text(text, "utf-8")

    said = run("check", tmp_path / "call.toml", code=1).splitlines()

    assert said[0] == "Erreur : l'appel est mal écrit :"
    assert [line.partition(" : ")[0] for line in said[1:]] == ["  ligne 25", "  ligne 37"]
