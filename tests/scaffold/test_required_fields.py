"""A kind asks for some fields: where no column tells one of them, the draft asks, and can be declared all the same."""

from __future__ import annotations

import runpy
from datetime import date, timedelta
from pathlib import Path

from cigem_core.scaffold import draft

DAYS = [date(1970, 1, 1) + timedelta(days=97 * n) for n in range(40)]
ROWS = [f"KY-{n:04};Diarra Awa;{'HF'[n % 2]};{day:%d/%m/%Y};7012{n:04}" for n, day in enumerate(DAYS)]


def sample(folder: Path) -> Path:
    path = folder / "candidats_200909.csv"
    path.write_text("\n".join(["N° dossier;Nom et prénoms;Sexe;Date de naissance;Téléphone", *ROWS, ""]), "utf-8")
    return path


def test_a_draft_without_a_column_for_what_its_kind_asks_can_be_declared(tmp_path):
    """What no column tells is asked about, under a lens that its field takes."""
    drafted = draft("antenne", [sample(tmp_path)], to=tmp_path / "a")

    assert 'deposited_on": column("?").date("dd/mm/yyyy"),' in drafted.module.read_text("utf-8")
    assert runpy.run_path(str(drafted.module))["antenne"].pull
    assert "applications: which column tells deposited_on (Deposited on)?" in drafted.questions
    assert not [asked for asked in drafted.questions if "cannot be declared" in asked]
