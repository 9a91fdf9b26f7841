"""An officer of ANPE with a corrections workbook open: what goes into each wrong cell of the sample."""

from __future__ import annotations

from pathlib import Path

import openpyxl

NUMBER = "N° anomalie"

# What the officer at ANPE writes in each wrong cell of the sample, by sheet and column.
MENDED = {
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
}  # fmt: skip


def mend(path: Path) -> None:
    """Write what is expected in every marked cell, as an officer would; whole rows are put back in their columns."""
    book = openpyxl.load_workbook(path)
    for number, sheet in enumerate(book.worksheets):
        header = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                title = header[cell.column - 1]
                if cell.comment is None:
                    continue
                if title == NUMBER:
                    for beside in row[header.index(NUMBER) + 1 :]:
                        beside.value = None
                else:
                    fresh = MENDED[sheet.title][title]
                    cell.value = f"NEW-{number}-{cell.row}" if fresh is None else fresh or None
            if "Migrant de retour" in header and row[header.index("Migrant de retour")].value is None:
                row[header.index("Migrant de retour")].value = "N"
    book.save(path)
