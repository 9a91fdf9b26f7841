"""Strangers in a fresh folder: what an officer gets wrong in a day is said with what to do, and a messy file reaches gold."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.look
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "plugins"
ACT = ("--on", "2009-10-05", "--by", "awa")

SLIPS = {
    ("pull", "anpe", "nulle-part.csv", *ACT): "vérifier le chemin",
    ("pull", "anpe", "plan_formation_2009.xlsx", *ACT): "anpe remet : demandeurs_{yyyymm}.csv",
    ("pull", "fafpa", "demandeurs_200909.csv", *ACT): "fafpa remet : plan_formation_{yyyy}.xlsx",
    ("pull", "apej", "https://127.0.0.1:1/api", *ACT): "CIGEM_APEJ_TOKEN",
    ("push", "fafpa", "--to", "depot", *ACT): "--into CLASSEUR",
    ("corrections", "anpe", "--to", "a_corriger.xlsx", *ACT): "donner un autre nom",
    ("publish", "--period", "Q3", "--to", "sortie", *ACT): "comme 2009-09, 2009-Q3 ou 2009",
    ("history", "YEL-2009-00602"): "attendu structure:type:numéro",
    ("quarantine", "dismiss", "999", "--because", "doublon", *ACT): "cigem quarantine list",
    ("receipt", "show", "999"): "cigem receipt list",
    ("refer", "--to", "anpe", "--family-name", "X", "--birth", "31/02/1985", *ACT): "écrire une date du calendrier",
    ("records", "demandeur", "--to", "liste.docx"): "en .xlsx, en .html ou en .pdf",
    ("obligations", "anpee"): "le plus proche est « anpe »",
}
"""What is typed → what mends it."""

MESSY = """Chambre des métiers de Kayes - subventions 2009;;;;;;;
N° dossier;Nom de l'atelier;Métier;Subvention (F CFA);Apport (EUR);Janv 2009;Févr 2009;Mars 2009
2009/001;Atelier Diarra;soudure;150 000;200;3;4;4
2009/002;Chez Awa;couture;75 000;;2;2;
2009/003;Koné & fils;menuiserie;0;120,50;;1;5
TOTAL;;;225 000;320,50;5;7;9
"""


def run(folder: Path, *typed: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line typed in a folder, 80 columns wide."""
    held = {name: text for name, text in os.environ.items() if not name.startswith("CIGEM_")}
    told = {**held, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run([sys.executable, *typed], cwd=folder, env=told, capture_output=True, text=True, check=False)


def test_whatever_an_officer_gets_wrong_is_said_with_what_to_do(tmp_path):
    for file in (*SAMPLES.glob("cigem-anpe/samples/anpe/*_200909.csv"), *SAMPLES.glob("cigem-fafpa/samples/fafpa/*.xlsx")):
        shutil.copy(file, tmp_path)
    cigem = ("-m", "cigem_core")
    for line in (("init", "kayes.sqlite"), ("pull", "anpe", "demandeurs_200909.csv", "--axis", "emploi"),
                 ("corrections", "anpe", "--to", "a_corriger.xlsx")):  # fmt: skip
        assert run(tmp_path, *cigem, *line, *ACT, CIGEM_WORKSPACE="kayes.sqlite").returncode == 0

    for line, mends in SLIPS.items():
        said = run(tmp_path, *cigem, *line, CIGEM_WORKSPACE="kayes.sqlite")
        assert said.returncode in (1, 2), line
        assert mends in said.stderr, (line, said.stderr)
        assert "Traceback" not in said.stderr


def test_a_messy_file_reaches_gold_as_it_is_drafted(tmp_path):
    """Labels in its second row, months in columns, two currencies, a total below."""
    (tmp_path / "subventions_2009.csv").write_text(MESSY, "utf-8")
    drafted = run(tmp_path, "-m", "cigem_core", "new-adapter", "chambre", "--from", "subventions_2009.csv")

    assert drafted.returncode == 0, drafted.stderr
    module = (tmp_path / "cigem-chambre/src/cigem_chambre/__init__.py").read_text("utf-8")
    assert ": 3 records;" in module
    assert sum("column(" in line for line in module.splitlines()) == 8
    proven = run(tmp_path, "-m", "pytest", "-q", "cigem-chambre", PYTHONPATH="cigem-chambre/src")
    assert "chambre: gold" in proven.stdout, proven.stdout
