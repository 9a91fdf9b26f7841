"""Synthetic job seekers in ANPE's layout, as many as asked; one row in a hundred has a wrong cell."""

from __future__ import annotations

import random
from pathlib import Path

HEADER = (
    "N° inscription;Date inscription;Nom;Prénom(s);Sexe;Date ou année de naissance;Lieu de naissance;Nationalité;Région;"
    "Cercle;Téléphone;N° NINA;Niveau d'étude;Code métier;Métier recherché;Expérience (années);Langues;Migrant de retour;"
    "Pays de provenance;Date de retour;Motif du retour;Situation;Observations"
)
_NAMES = ("Coulibaly", "Diarra", "TRAORÉ", "Keïta", "Diallo", "KONÉ", "Touré", "Sidibé", "Cissé", "Maïga")
_GIVEN = ("Mamadou", "Fatoumata", "Oumar", "Aminata", "Bakary", "Mariam", "Moussa", "Kadiatou", "Seydou", "Awa")
_REGIONS = ("Kayes", "KOULIKORO", "Sikasso", "Segou", "Mopti", "Tombouctou", "Gao", "Kidal", "District de Bamako", "kayes ")
_LEVELS = ("Néant", "Fondamental 1", "Fondamental 2", "DEF", "CAP", "BT", "BAC", "DUT", "Licence", "Maîtrise")
_JOBS = (("7112", "Maçon"), ("7212", "Soudeur"), ("7531", "Tailleur"), ("8322", "Chauffeur"), ("6111", "Maraîcher"))
_COUNTRIES = ("France", "Mauritanie", "Algérie", "Côte d'Ivoire", "Congo", "Libye", "Espagne", "Gabon")
_NOTES = ("", "", "à recontacter", '"dit ""soudeur""; sans certificat"', '"vu au guichet\nde Kayes"')


def write(path: Path, rows: int, seed: int = 2009) -> None:
    """Write a file of so many rows in cp1252."""
    draw = random.Random(seed)
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write(HEADER + "\r\n")
        for number in range(1, rows + 1):
            file.write(";".join(_row(draw, number)) + "\r\n")


def _row(draw: random.Random, number: int) -> list[str]:
    day = f"{draw.randint(1, 28):02d}/{draw.randint(1, 9):02d}/2009"
    year = draw.randint(1955, 1992)
    birth = draw.choice(
        (f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{year}", f"{year}", f"00/00/{year}", f"vers {year}")
    )
    phone = draw.choice(("", f"7{draw.randint(0, 9999999):07d}", f"00223 6{draw.randint(0, 9)} {draw.randint(10, 99)} 12 34"))
    code, job = draw.choice(_JOBS)
    returned = draw.random() < 0.8
    back = f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{draw.randint(2005, 2008)}"
    row = [
        f"KAY-2009-{number:07d}", day, draw.choice(_NAMES), draw.choice(_GIVEN), draw.choice("MF"), birth, "Kita", "Malienne",
        draw.choice(_REGIONS), "Kita", phone, "", draw.choice(_LEVELS), code, job, draw.choice(("0", "1,5", "3", "10")),
        "bambara, français", "O" if returned else "N", draw.choice(_COUNTRIES) if returned else "", back if returned else "",
        draw.choice(("expulsion", "retour volontaire", "transit")) if returned else "", draw.choice("1234"), draw.choice(_NOTES),
    ]  # fmt: skip
    if draw.random() < 0.01:
        column, wrong = draw.choice(((1, "31/02/2009"), (4, "H"), (8, "Kaye5"), (10, "7612"), (13, "99X1"), (15, "-3")))
        row[column] = wrong
    return row
