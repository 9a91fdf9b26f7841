"""An officer with a corrections file open: what goes into each wrong cell of the agencies' samples."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import openpyxl

from cigem_core.model.fields import kind_of
from cigem_core.store.quarantined import Entry

NUMBER = "N° anomalie"


def _amount(row: Mapping[str, str]) -> str:
    return str(int(row["Quantité"]) * int(row["Coût unitaire (F CFA)"]))


def _part_of_amount(other: str) -> Callable[[Mapping[str, str]], str]:
    return lambda row: str(int(row["Montant (F CFA)"]) // int(row[other]))


# What the officer of an agency writes in each wrong cell of its sample, by sheet and column; None is a new number.
MENDED: dict[str, dict[str, str | Callable[[Mapping[str, str]], str] | None]] = {
    "demandeur d'emploi": {
        "N° inscription": None, "Date inscription": "28/02/2009", "Nom": "KEITA", "Sexe": "F",
        "Date ou année de naissance": "vers 1980", "Région": "Kayes", "Téléphone": "76 12 34 56", "Niveau d'étude": "BAC",
        "Code métier": "7112", "Expérience (années)": "2,5", "Migrant de retour": "N", "Date de retour": "", "Situation": "1",
    },
    "offre d'emploi": {
        "Type de contrat": "CDD", "Nombre de postes": "1", "Salaire mensuel (F CFA)": "5 000", "Date de dépôt": "01/06/2009",
        "Date de clôture": "",
    },
    "placement": {
        "N° inscription": "NIO-2009-00001", "N° offre": "OF-2009-0001", "Date fin prévue": "", "Situation à 6 mois": "E",
    },
    "jeune": {
        "etat_civil.nom": "KEITA", "etat_civil.sexe": "F", "etat_civil.naissance.date": "1988-02-28",
        "etat_civil.naissance.annee": "1988", "adresse.region": "ML-1", "migration.pays": "FR", "formation.metier": "7112",
        "contacts[0].valeur": "76 12 34 56",
    },
    "stage": {"jeune": "APEJ-000001", "indemnite": "0", "fin": ""},
    "session de formation": {"Code module": "M01", "Places": "15", "Date fin": ""},
    "inscription": {
        "Nom": "KEITA", "Sexe": "F", "Né(e) le": "vers 1980", "Code session": "S001", "Statut": "Inscrit",
        "Téléphone": "76 12 34 56",
    },
    "ligne budgétaire": {
        "Montant (F CFA)": _amount, "Coût unitaire (F CFA)": _part_of_amount("Quantité"),
        "Quantité": _part_of_amount("Coût unitaire (F CFA)"),
    },
    "stagiaire": {
        "stagiaire/nom": "KEITA", "stagiaire/sexe": "f", "stagiaire/region": "ml_1", "formation/heures_suivies": "40",
        "formation/fin": "", "formation/debut": "2009-02-28", "formation/filiere": "soudure",
    },
}  # fmt: skip


def mend(path: Path, only: Callable[[int], bool] = lambda _: True) -> None:
    """Write what is expected in every marked cell, as an officer would; whole rows are put back in their columns.

    `only` says which entries are mended; the others stay as they are.
    """
    book = openpyxl.load_workbook(path)
    for number, sheet in enumerate(book.worksheets):
        header = [cell.value or "" for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            if not only(int(row[header.index(NUMBER)].value or 0)):
                continue
            marked = [header[cell.column - 1] for cell in row if cell.comment]
            said = [str(cell.value or "") for cell in row]
            for cell, text in zip(row, _mended(sheet.title, header, said, marked, f"{number}-{row[0].row}"), strict=True):
                cell.value = text or None
    book.save(path)


def mend_csv(path: Path, entries: Iterable[Entry], encoding: str = "cp1252") -> None:
    """The same in a file of text, saved again as a spreadsheet does on Windows."""
    waiting = {str(entry.id): entry for entry in entries}
    header, *rows = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";")
    lines = []
    for at, row in enumerate(rows):
        entry = waiting[row[header.index(NUMBER)]]
        marked = [fault.column or NUMBER for fault in entry.faults]
        lines.append(_mended(kind_of(entry.kind).label.fr, header, row, marked, f"csv-{at}"))
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *lines])


def _mended(sheet: str, header: list[str], row: list[str], marked: list[str], fresh: str) -> list[str]:
    row = list(row)
    for title in marked:
        if title == NUMBER:  # cells beside are moved to their places: here they go
            row[header.index(NUMBER) + 1 :] = [""] * (len(row) - header.index(NUMBER) - 1)
            continue
        told = MENDED[sheet][title]
        said = dict(zip(header, row, strict=True))
        row[header.index(title)] = f"NEW-{fresh}" if told is None else told(said) if callable(told) else told
    if "Migrant de retour" in header and not row[header.index("Migrant de retour")]:
        row[header.index("Migrant de retour")] = "N"
    return row
