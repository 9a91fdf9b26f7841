"""What is typed wrongly is answered by what to type: options that are missing, words in another order, days, periods."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from cigem_core import Workspace
from cigem_core.cli.commands import program

ON = date(2009, 10, 1)
SEEKERS = Path(__file__).parents[2] / "plugins/cigem-anpe/samples/anpe/demandeurs_200909.csv"


@pytest.fixture
def cigem(tmp_path, monkeypatch):
    """The command line in a folder of its own, on a workspace that received September."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CIGEM_WORKSPACE", raising=False)
    (tmp_path / SEEKERS.name).write_bytes(SEEKERS.read_bytes())
    with Workspace.create(tmp_path / "c.sqlite", on=ON, by="awa") as centre:
        centre.pull("anpe", SEEKERS, on=ON, by="awa", axis="employment-data")
    return lambda line, language="fr": CliRunner().invoke(program(language), line.split())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("corrections anpe", "--to FICHIER (Un classeur .xlsx, ou un fichier .csv)"),
        ("backup", "--to FICHIER (Un fichier qui n'existe pas encore)"),
        ("refer --family-name Diarra", "--to STRUCTURE (La structure visée)"),
        ("publish --period 2009-Q3", "--to DOSSIER (Un dossier vide)"),
        ("--json records", "« --json » vient après le nom de la commande : cigem COMMANDE … --json"),
        ("--by awa records", "« --by » vient après le nom de la commande"),
        ("help", "l'aide : cigem --help"),
        ("help pull", "cigem COMMANDE --help"),
        ("anpe pull demandeurs_200909.csv", "la commande vient d'abord : cigem pull anpe demandeurs_200909.csv"),
        ("pull demandeurs_200909.csv", "« demandeurs_200909.csv » est un fichier ; la structure vient d'abord"),
        ("pull demandeurs_200909.csv anpe", "« demandeurs_200909.csv » est un fichier ; la structure vient d'abord"),
        ("pull anpe", "donner un fichier, un dossier ou une adresse"),
        ("records", "en créer un : cigem init centre.sqlite"),
        ("records -w c.sqlite --columns Nom", "--columns va avec un type de fiche"),
        ("records demandeur -w c.sqlite --columns Nom --json", "--json donne toujours les fiches entières"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_run_is_answered_by_what_to_type(cigem, line, said):
    answered = cigem(line)

    assert answered.exit_code == 2
    assert said in answered.stderr
    if "--json" in line:
        assert json.loads(answered.stdout)["error"]["code"] == "usage_error"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("history anpe:demandeur:NIO-2009-00576 -w c.sqlite", "attend en quarantaine (n° "),
        ("refer anpe:demandeur:NIO-2009-00576 --to anpe --need 7212 -w c.sqlite", "attend en quarantaine (n° "),
        ("refer anpe:demandeur:KAY-0 --to anpe --need 7212 -w c.sqlite", "la chercher : cigem find KAY-0"),
        ("history NIO-2009-00576 -w c.sqlite", "cigem find la donne"),
        ("init absent/c.sqlite", "le créer, ou en donner un autre"),
        ("restore c.sqlite", "dire où restaurer (--to)"),
    ],
)
def test_what_is_not_there_is_told_with_where_to_look(cigem, line, said):
    answered = cigem(line)

    assert (answered.exit_code, said in answered.stderr) == (1, True), answered.stderr


@pytest.mark.parametrize("day", ["1/10/2009", "01/10/2009", "2009-10-01"])
def test_a_day_may_be_typed_without_its_noughts(cigem, day):
    told = cigem(f"receive --family-name Diarra -w c.sqlite --by awa --on {day}")

    assert (told.exit_code, told.stdout) == (0, "MG-2009-0001\n")


def test_a_quarter_may_have_its_french_letter(cigem):
    told = [cigem(f"indicators --period 2009-{letter}3 --json -w c.sqlite").stdout for letter in "QT"]

    assert told[0] == told[1]
    assert json.loads(told[0])


def test_columns_are_chosen_on_the_screen_too(cigem):
    """As people call them: `Prénom` is `Prénom(s)`."""
    told = cigem("records demandeur -w c.sqlite --limit 1 --columns Prénom,Région").stdout

    assert told == "ABE-2009-00119 · anpe · version 1\n  Prénom(s) : Ssouleymane\n  Région : Kidal\n"
