"""Synthetic job seekers in ANPE's layout, as many as asked; one row in a hundred is wrong, and it is known how."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

Truth = tuple[int, str, str]
"""Row as a spreadsheet shows it, column ('' where the whole row is meant), rule."""

COLUMNS = (
    "N° inscription", "Date inscription", "Nom", "Prénom(s)", "Sexe", "Date ou année de naissance", "Lieu de naissance",
    "Nationalité", "Région", "Cercle", "Téléphone", "N° NINA", "Niveau d'étude", "Code métier", "Métier recherché",
    "Expérience (années)", "Langues", "Migrant de retour", "Pays de provenance", "Date de retour", "Motif du retour",
    "Situation", "Observations",
)  # fmt: skip

_NAMES = ("Coulibaly", "Diarra", "TRAORÉ", "Keïta", "Diallo", "KONÉ", "Touré", "Sidibé", "Cissé", "Maïga")
_GIVEN = ("Mamadou", "Fatoumata", "Oumar", "Aminata", "Bakary", "Mariam", "Moussa", "Kadiatou", "Seydou", "Awa")
_REGIONS = ("Kayes", "KOULIKORO", "Sikasso", "Segou", "Mopti", "Tombouctou", "Gao", "Kidal", "District de Bamako", "kayes ")
_LEVELS = ("Néant", "Fondamental 1", "Fondamental 2", "DEF", "CAP", "BT", "BAC", "DUT", "Licence", "Maîtrise")
_JOBS = (("7112", "Maçon"), ("7212", "Soudeur"), ("7531", "Tailleur"), ("8322", "Chauffeur"), ("6111", "Maraîcher"))
_COUNTRIES = ("France", "Mauritanie", "ALGERIE", "Côte d'Ivoire", "Côte d’Ivoire", "Congo", "Libye", "espagne", "Gabon")
_NOTES = ("", "", "à recontacter – bœufs", '"dit ""soudeur""; sans certificat"', '"vu au guichet\nde Kayes"')

# A wrong cell, the rule it breaks, and its column.
_WRONG_CELLS = (
    ("Date inscription", "31/02/2009", "type"),
    ("Date inscription", "", "required"),
    ("Nom", "", "required"),
    ("Sexe", "H", "enum"),
    ("Date ou année de naissance", "12-03-1985", "type"),
    ("Date ou année de naissance", "29/02/1985", "type"),
    ("Date ou année de naissance", "vers 2011", "row"),
    ("Région", "Kaye5", "enum"),
    ("Téléphone", "7612", "pattern"),
    ("Niveau d'étude", "Bac", "enum"),
    ("Code métier", "99X1", "enum"),
    ("Expérience (années)", "-3", "minimum"),
    ("Expérience (années)", "deux", "type"),
    ("Migrant de retour", "oui", "enum"),
    ("Pays de provenance", "Wakanda", "enum"),
    ("Date de retour", "31/06/2008", "type"),
    ("Date de retour", "01/01/2010", "row"),
    ("Motif du retour", "voyage", "enum"),
    ("Situation", "9", "enum"),
)


def write(path: Path, rows: int, seed: int = 2009) -> list[Truth]:
    """Write a file of so many rows in cp1252; which cells are wrong, and by which rule."""
    draw = random.Random(seed)
    damage = _Damage(draw)
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write(";".join(COLUMNS) + "\r\n")
        for number in range(1, rows + 1):
            row = _row(draw, number)
            file.write(";".join(damage(number, row) if draw.random() < 0.01 else row) + "\r\n")
    return damage.done


class _Damage:
    """Makes one thing wrong in a row and remembers it."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.done: list[Truth] = []
        self._spoilt: set[int] = set()
        self._ways: tuple[Callable[[int, list[str]], list[str]], ...] = (self._repeat, self._shorten, self._lengthen)

    def __call__(self, number: int, row: list[str]) -> list[str]:
        self._spoilt.add(number)
        if self.draw.random() < 0.85:
            return self._spoil(number, row)
        return self.draw.choice(self._ways)(number, row)

    def _spoil(self, number: int, row: list[str]) -> list[str]:
        column, cell, rule = self.draw.choice(_WRONG_CELLS)
        row[COLUMNS.index(column)] = cell
        return self._note(number, row, column, rule)

    def _repeat(self, number: int, row: list[str]) -> list[str]:
        earlier = self.draw.randrange(1, number) if number > 1 else number
        if earlier in self._spoilt:
            return self._spoil(number, row)
        row[0] = _reference(earlier)
        return self._note(number, row, COLUMNS[0], "unique")

    def _shorten(self, number: int, row: list[str]) -> list[str]:
        return self._note(number, row[: self.draw.randrange(5, len(row))], "", "missing-cell")

    def _lengthen(self, number: int, row: list[str]) -> list[str]:
        return self._note(number, [*row, "de trop"], "", "extra-cell")

    def _note(self, number: int, row: list[str], column: str, rule: str) -> list[str]:
        self.done.append((number + 1, column, rule))
        return row


def _reference(number: int) -> str:
    return f"KAY-2009-{number:07d}"


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
    return [
        _reference(number), day, draw.choice(_NAMES), draw.choice(_GIVEN), draw.choice("MF"), birth, "Kita", "Malienne",
        draw.choice(_REGIONS), "Kita", phone, "", draw.choice(_LEVELS), code, job, draw.choice(("0", "1,5", "3", "10")),
        "bambara, français", "O" if returned else "N", draw.choice(_COUNTRIES) if returned else "", back if returned else "",
        draw.choice(("expulsion", "retour volontaire", "transit")) if returned else "", draw.choice("1234"), draw.choice(_NOTES),
    ]  # fmt: skip
