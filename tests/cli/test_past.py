"""What is over, as an officer asks for it: receipts of before, the journal in words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli.test_outward import WHO, begun, cigem  # noqa: F401
from mending import mend

import cigem_core
from cigem_core.cli.acts import ACTS

SOURCE = Path(cigem_core.__file__).parent


def test_receipts_of_before_are_listed_and_shown(cigem, tmp_path):  # noqa: F811
    """What each said, how many of its rows wait still, and how many of before it closed."""
    cigem("corrections", "anpe", "--to", "a_corriger.xlsx", *WHO)
    mend(tmp_path / "a_corriger.xlsx")
    before = cigem("receipt", "list").output.splitlines()
    cigem("pull", "anpe", "a_corriger.xlsx", "--axis", "emploi", *WHO)
    after = json.loads(cigem("receipt", "list", "--json").stdout)
    shown = cigem("receipt", "show", "5").output

    assert re.split(r"\s{2,}", before[1]) == ["5", "01/10/2009", "awa", "anpe", "1267", "27", "27"]
    assert [(one["read"], one["quarantined"], one["closed"], one["mended"], one["waiting"]) for one in after] == [
        (1267, 27, 0, 27, 0), (27, 0, 27, 0, 0),
    ]  # fmt: skip
    assert shown.startswith("Récépissé 5 · ANPE · CIGEM-ANPE-2009 art. 4 · données de l'emploi\nle 01/10/2009, par awa\n")
    assert "27 lignes de ces fichiers closes depuis\n0 ligne de ces fichiers à corriger encore" in shown


def test_a_receipt_is_the_one_the_agency_holds(cigem, tmp_path):  # noqa: F811
    """With the same head of the journal: it can be signed later."""
    held = json.loads((tmp_path / "recepisse.json").read_text("utf-8"))
    kept = json.loads(cigem("receipt", "show", "5", "--json").stdout)

    assert {name: kept[name] for name in kept.keys() & held.keys()} == {name: held[name] for name in kept.keys() & held.keys()}
    assert {"journal", "files", "convention", "read"} <= kept.keys() & held.keys()


def test_a_number_that_is_none_is_said_so(cigem):  # noqa: F811
    assert cigem("receipt", "show", "1").stderr == (
        "Erreur : aucun récépissé ne porte le numéro 1 ; les lister : cigem receipt list\n"
    )
    assert "« x » n'est pas un nombre entier" in cigem("receipt", "show", "x").stderr
    assert "donner au moins 1" in cigem("records", "demandeur", "--limit", "0").stderr


def test_the_journal_speaks_in_words(cigem):  # noqa: F811
    """Acts, facts and kinds; codes stand in JSON."""
    cigem("refer", "--to", "anpe", "--family-name", "Diarra", "--given-names", "Awa", "--birth", "1985", "--need", "7212", *WHO)
    told = cigem("journal", "list", "--limit", "2").output

    assert re.search(r"réception +structure anpe · clause art\. 4 · convention CIGEM-ANPE-2009", told)
    assert re.search(r"orientation .*gardé orientation new 1|orientation .*gardé", told)
    assert "agency" not in told


def test_every_act_has_a_name():
    """As the journal's lines are written; a new one must be named."""
    written = r'(?:journal\.write\(connection, |\bact=|acting\([^"\n]*?|_act\([^"\n]*?)"([a-z_-]+)"'
    acts = {act for path in SOURCE.rglob("*.py") for act in re.findall(written, path.read_text("utf-8"))}

    assert len(acts) > 20
    assert acts <= ACTS.keys()


@pytest.mark.parametrize("ending", ["html", "pdf"])
def test_a_list_is_written_as_a_page(cigem, tmp_path, ending):  # noqa: F811
    if ending == "pdf":
        pytest.importorskip("weasyprint")
    made = cigem("records", "demandeur", "--to", f"liste.{ending}", "--columns", "Nom,Téléphones", "--limit", "9")

    assert made.output == f"9 fiches : liste.{ending}\n"
    assert (tmp_path / f"liste.{ending}").read_bytes().startswith({"html": b"<!DOCTYPE html>", "pdf": b"%PDF"}[ending])


def test_the_history_of_a_row_in_quarantine_says_where_it_waits(cigem):  # noqa: F811
    assert cigem("history", "anpe:demandeur:BAM-2009-00043").stderr == (
        "Erreur : anpe:job_seeker:BAM-2009-00043 attend en quarantaine (n° 1 : demandeurs_200909.csv, ligne 44) ; rien n'en est "
        "gardé avant d'être corrigé\n"
    )


@pytest.mark.parametrize("line", [("records", "demandeur"), ("quarantine", "list"), ("receipt", "list")])
def test_an_agency_that_nobody_knows_is_no_empty_list(cigem, line):  # noqa: F811
    """One that is known, and of which nothing came, is."""
    wrong, known = cigem(*line, "--agency", "anpee"), cigem(*line, "--agency", "apej")

    assert (wrong.exit_code, wrong.stderr) == (
        2, "Erreur : « anpee » n'est pas une structure connue ; le plus proche est « anpe »\n",
    )  # fmt: skip
    assert known.exit_code == 0
    assert known.stdout in ("Aucune fiche.\n", "Aucune ligne en quarantaine.\n", "Rien n'a été reçu.\n")
