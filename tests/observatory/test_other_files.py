"""Other files than the sample's, rows shuffled, missing and altered: figures and the records behind them are what loops give."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from random import Random

import polars as pl
import pytest
from agencies.truth import AXIS, sources
from observatory.by_hand import BY, ByHand, breakdowns

from cigem_core import Workspace
from cigem_core.model.periods import Period

ON = date(2009, 12, 31)
BIRTHS = ("", "1985", "vers 1985", "29/02/1984", "00/00/1950", "01/09/1994", "30/09/1994", "1994", "vers 1974", "12/12/2004")
DAYS = ("", "30/06/2009", "01/07/2009", "30/09/2009", "01/10/2009", "31/12/2008", "01/01/2009", "29/02/2008", "31/12/2009")
OTHER = {
    "Sexe": ("", "F", "M"), "Date ou année de naissance": BIRTHS, "Région": ("", "Kayes", "Gao", "bamako"),
    "Code métier": ("", "7212", "0110", "5120"), "Migrant de retour": ("", "O", "N"), "Date inscription": DAYS[1:],
    "Type de contrat": ("", "CDI", "CDD", "STAGE", "JOURNALIER"), "Nombre de postes": ("", "1", "40"),
    "Date de dépôt": DAYS, "Date début": DAYS, "Situation à 6 mois": ("", "E", "F", "S", "P"),
}  # fmt: skip
YOUNG = {"issue": (None, "emploi", "abandon", "en_cours", "termine"), "statut": (None, "finance", "rejete", "depose"),
         "fin": (None, "2009-06-30", "2009-07-01", "2009-09-30")}  # fmt: skip
TRAINED = {"formation/resultat": ("certifie", "ajourne", "abandon", "en_cours"), "stagiaire/sexe": ("f", "m"),
           "formation/fin": ("2009-06-30", "2009-07-01", "2009-09-30", "2009-10-01")}  # fmt: skip


def altered(path: Path, to: Path, dice: Random, keep: float) -> Path:
    """The same file with other rows: some gone, some changed, in another order."""
    file = to / path.name
    if path.suffix == ".csv":
        header, *lines = path.read_bytes().decode("cp1252").split("\r\n")
        kept = [_cells(line, header.split(";"), dice) for line in lines if line and dice.random() < keep]
        dice.shuffle(kept)
        file.write_bytes("\r\n".join([header, *kept, ""]).encode("cp1252"))
        return file
    document = json.loads(path.read_text("utf-8"))
    rows = document["results"] if isinstance(document, dict) else document
    rows = [_members(row, dice) for row in rows if dice.random() < keep]
    dice.shuffle(rows)
    whole = {**document, "results": rows, "count": len(rows)} if isinstance(document, dict) else rows
    file.write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
    return file


def _cells(line: str, header: list[str], dice: Random) -> str:
    cells = line.split(";")
    if len(cells) == len(header) and '"' not in line:
        for n, name in enumerate(header):
            if name in OTHER and dice.random() < 0.25:
                cells[n] = dice.choice(OTHER[name])
    return ";".join(cells)


def _members(row: dict[str, object], dice: Random) -> dict[str, object]:
    changed = {name: dice.choice(codes) for name, codes in {**YOUNG, **TRAINED}.items() if name in row and dice.random() < 0.3}
    return row | changed


def check(folder: Path, seed: int, agencies: tuple[str, ...], keep: float, most: int, *periods: str) -> int:
    """Pull altered files and compare every figure; how many there were."""
    dice, compared = Random(seed), 0
    with Workspace.create(folder / "other.sqlite", on=ON, by="awa") as centre:
        for agency in agencies:
            files = [path if path.suffix == ".xlsx" else altered(path, folder, dice, keep) for path in sources(agency)]
            centre.pull(agency, *files, axis=AXIS[agency], on=ON, by="awa")
        by_hand = ByHand(centre)
        for written in periods:
            period = Period.parse(written)
            for name in BY:
                for by in breakdowns(name, most):
                    found = centre.figures.table(name, period, by)
                    right = by_hand.cells(name, period.first, period.last, by)
                    assert {tuple(row[b] for b in by) for row in found.iter_rows(named=True)} == set(right), (name, by)
                    for row in found.iter_rows(named=True):
                        numbers = right[tuple(row[b] for b in by)]
                        assert {part: row[part] for part in numbers} == numbers, (name, written, by)
                        compared += 1
                    if found.height:
                        picked = dice.randrange(found.height)
                        cell = {b: found[b][picked] for b in by}
                        told = centre.figures.records(name, period, cell)
                        assert told.height == told.n_unique()
                        keys = {
                            term: set(some.select("agency", "scope", "key").rows())
                            for (term,), some in told.filter(pl.col("counts") > 0).partition_by("term", as_dict=True).items()
                        }
                        assert keys == by_hand.behind(name, period.first, period.last, cell), (name, cell)
    return compared


def test_figures_of_an_agencys_other_files_are_what_loops_give(tmp_path):
    """A tenth of the sample's rows, a quarter of their cells changed: births known to the year or about it, days at the ends."""
    assert check(tmp_path, 1, ("anpe",), 0.1, 1, "2009-Q3") > 50


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_figures_of_all_agencies_other_files_are_what_loops_give(tmp_path, seed):
    """Breakdowns up to three at once."""
    assert check(tmp_path, seed, ("anpe", "apej", "fafpa", "ufae"), 0.7, 3, "2009-Q3", "2009", "2009-07") > 2_000
