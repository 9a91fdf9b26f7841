"""Invented training plans in FAFPA's layout, each workbook arranged in its own way, with faults at known cells."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import openpyxl
from attrs import define, field
from openpyxl.styles import Font, PatternFill

Row = dict[str, Any]
Fault = tuple[str, str, Any, str]
"""Sheet, column, what is written there, and the rule that it breaks."""

FAULTS: Sequence[Fault] = [
    ("Modules", "Code métier", "9999", "enum"), ("Modules", "Code métier", "maçon", "enum"),
    ("Modules", "Volume horaire", "beaucoup", "type"),
    ("Sessions", "Code module", "M99", "foreign-key"), ("Sessions", "Code module", "", "required"),
    ("Sessions", "Places", 0, "minimum"), ("Sessions", "Places", "-5", "minimum"), ("Sessions", "Places", "vingt", "type"),
    ("Sessions", "Date début", "31/02/2009", "type"), ("Sessions", "Date fin", date(2008, 1, 1), "row"),
    ("Inscriptions", "Nom", None, "required"), ("Inscriptions", "Prénom", "  ", "required"),
    ("Inscriptions", "Sexe", "Z", "enum"), ("Inscriptions", "Sexe", "f", "enum"), ("Inscriptions", "N°", "", "required"),
    ("Inscriptions", "Né(e) le", "35/01/1980", "type"), ("Inscriptions", "Né(e) le", "vers quinze ans", "type"),
    ("Inscriptions", "Téléphone", 77, "pattern"), ("Inscriptions", "Téléphone", "16 12 34 56", "pattern"),
    ("Inscriptions", "Pays de retour", "Atlantide", "enum"), ("Inscriptions", "Code session", "S999", "foreign-key"),
    ("Inscriptions", "Statut", "Peut-être", "enum"), ("Inscriptions", "Statut", "inscrit", "enum"),
    ("Budget", "Code module", "M99", "foreign-key"), ("Budget", "Quantité", "-2", "minimum"),
    ("Budget", "Coût unitaire (F CFA)", "cher", "type"), ("Budget", "Montant (F CFA)", 12345, "row"),
    ("Budget", "Montant (F CFA)", "", "required"),
]  # fmt: skip

_HEADERS = {
    "Modules": ["Code module", "Intitulé", "Code métier", "Volume horaire", "Opérateur", "Certification"],
    "Sessions": ["Code session", "Code module", "Lieu", "Date début", "Date fin", "Places"],
    "Inscriptions": ["N°", "Nom", "Prénom", "Sexe", "Né(e) le", "Téléphone", "Résidence",
                     "Pays de retour", "Code session", "Statut"],
    "Budget": ["Code module", "Rubrique", "Quantité", "Coût unitaire (F CFA)", "Montant (F CFA)"],
}  # fmt: skip


@define
class Plan:
    """A plan, and how its workbook is arranged: `dice` decides."""

    dice: Random
    number: str
    tables: dict[str, list[Row]] = field(factory=dict)
    wrong: dict[tuple[str, int], tuple[str, str]] = field(factory=dict)
    """Sheet and place of a row → the column that is wrong in it, and the rule."""
    expected: set[tuple[str, str, str, str]] = field(factory=set)
    """Sheet, row, column, rule, once the workbook is written."""

    def workbook(self) -> bytes:
        """The bytes of the workbook."""
        book = openpyxl.Workbook()
        self._labels(book.active)
        for name in self.dice.sample(list(_HEADERS), len(_HEADERS)):
            self._sheet(book.create_sheet(name if self.dice.random() < 0.7 else name.upper()), name)
        written = io.BytesIO()
        book.save(written)
        return written.getvalue()

    def _labels(self, sheet: Any) -> None:
        sheet.title = "Plan"
        pairs = [("N° du plan", self.number or None), ("Convention", "CIGEM-FAFPA-2009"), ("Promoteur", "CIGEM")]
        pairs += [("Région", "Kayes"), ("Part FAFPA (%)", 70)]
        sheet.append(["PLAN DE FORMATION (fictif)"])
        for label, value in self.dice.sample(pairs, len(pairs)):
            sheet.append([label, value])

    def _sheet(self, sheet: Any, name: str) -> None:
        headers, dice = list(_HEADERS[name]), self.dice
        if dice.random() < 0.4:
            dice.shuffle(headers)
        shown = [*headers, *(["Remarque du promoteur"] if dice.random() < 0.4 else [])]
        for title in dice.sample(["LISTE (fictive)", "Édité le 14/09/2009", None, None], dice.randint(0, 4)):
            sheet.append([title])
        sheet.append([self._as_typed(header) for header in shown])
        for at, row in enumerate(self.tables[name]):
            if dice.random() < 0.15:
                sheet.append([" "])
            cells = [self._cell(header, row.get(header)) for header in headers]
            sheet.append([*cells, *(["vu"] if len(shown) > len(headers) and dice.random() < 0.5 else [])])
            if (name, at) in self.wrong:
                column, rule = self.wrong[name, at]
                self.expected.add((sheet.title, str(sheet._current_row), column, rule))
        if dice.random() < 0.5:
            sheet.append(["TOTAL", *[None] * (len(headers) - 2), 1234])
        _dress(sheet)

    def _as_typed(self, header: str) -> str:
        """A header with stray spaces, or in other letters."""
        ways: list[Callable[[str], str]] = [str, str, str, lambda h: f"  {h} ", str.upper, lambda h: h.replace(" ", "  ")]
        return self.dice.choice(ways)(header)

    def _cell(self, header: str, value: Any) -> Any:
        """A value as one of the many hands that filled the sheet in wrote it."""
        dice = self.dice
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day) if dice.random() < 0.5 else f"{value:%d/%m/%Y}"
        if header == "Téléphone" and isinstance(value, int) and value > 999:
            return dice.choice([value, str(value), f"+223 {value}", f"{str(value)[:2]} {str(value)[2:]}"])
        if isinstance(value, float):
            return dice.choice([value, str(value).replace(".", ",")])
        if isinstance(value, int):
            return dice.choice(
                [value, float(value), str(value), *([f"{value:,}".replace(",", " ")] if "F CFA" in header else [])]
            )
        return f" {value} " if isinstance(value, str) and value and dice.random() < 0.1 else value


def _dress(sheet: Any) -> None:
    """Styles and widths, so that whoever adds rows has something to keep."""
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill(fill_type="solid", fgColor="FFDDE5EE")
    for at, letter in enumerate("ABCDEFGHIJ"):
        sheet.column_dimensions[letter].width = 9 + at


def plan(dice: Random, number: str, faults: int) -> Plan:
    """A plan of invented people, with so many faults, at most one in a row."""
    made = Plan(dice, number)
    made.tables = {
        "Modules": [_module(dice, at) for at in range(dice.randint(2, 4))],
        "Sessions": [],
        "Inscriptions": [],
        "Budget": [],
    }
    codes = [row["Code module"] for row in made.tables["Modules"]]
    made.tables["Sessions"] = [_session(dice, at, codes) for at in range(dice.randint(2, 5))]
    sessions = [row["Code session"] for row in made.tables["Sessions"]]
    made.tables["Inscriptions"] = [_enrolment(dice, at, sessions) for at in range(dice.randint(3, 8))]
    made.tables["Budget"] = [_line(dice, code, heading) for code in codes for heading in ("Formateurs", "Transport")]
    for fault in dice.sample(FAULTS, faults):
        _put(made, fault)
    if dice.random() < 0.3:
        _repeat(made)
    return made


def _put(made: Plan, fault: Fault) -> None:
    sheet, column, written, rule = fault
    free = [at for at in range(len(made.tables[sheet])) if (sheet, at) not in made.wrong]
    if free:
        at = made.dice.choice(free)
        made.tables[sheet][at][column] = written
        made.wrong[sheet, at] = (column, rule)


def _repeat(made: Plan) -> None:
    """A key that stands twice: the second row is wrong, in the first column of its key."""
    sheet, key = made.dice.choice([("Modules", "Code module"), ("Inscriptions", "N°"), ("Budget", "Code module")])
    rows = made.tables[sheet]
    sound = [row for at, row in enumerate(rows) if (sheet, at) not in made.wrong]
    if sound:
        made.wrong[sheet, len(rows)] = (key, "unique")
        rows.append(dict(made.dice.choice(sound)))


def _module(dice: Random, at: int) -> Row:
    return {
        "Code module": f"M{at + 1:02d}", "Intitulé": dice.choice(["Maçon", "Tailleur", "Soudeur"]),
        "Code métier": dice.choice(["7112", "7531", "7212"]), "Volume horaire": dice.choice([240, 360, None]),
        "Opérateur": "UFAE", "Certification": dice.choice(["CAP", None]),
    }  # fmt: skip


def _session(dice: Random, at: int, modules: Sequence[str]) -> Row:
    begins = date(2010, 1, 4) + timedelta(days=dice.randint(0, 200))
    return {
        "Code session": f"S{at + 1:03d}", "Code module": dice.choice(modules), "Lieu": "Kayes", "Date début": begins,
        "Date fin": dice.choice([None, begins, begins + timedelta(days=40)]), "Places": dice.choice([1, 15, 30]),
    }  # fmt: skip


def _enrolment(dice: Random, at: int, sessions: Sequence[str]) -> Row:
    births = [date(1985, 3, 12), 1985, "vers 1975", "00/00/1990", None]
    return {
        "N°": f"I{at + 1:05d}", "Nom": dice.choice(["Diarra", "Keïta", "Coulibaly"]), "Prénom": "Awa",
        "Sexe": dice.choice(["F", "H", None]), "Né(e) le": dice.choice(births),
        "Téléphone": dice.choice([76123456, 20225555, None]), "Résidence": "Kita",
        "Pays de retour": dice.choice(["France", "Côte d'Ivoire", "GABON", None]),
        "Code session": dice.choice(sessions), "Statut": dice.choice(["Inscrit", "Présent", "Abandon", "Certifié"]),
    }  # fmt: skip


def _line(dice: Random, module: str, heading: str) -> Row:
    quantity, cost = dice.choice([1, 3, 2.5]), dice.choice([20_000, 180_000])
    return {
        "Code module": module, "Rubrique": heading, "Quantité": quantity, "Coût unitaire (F CFA)": cost,
        "Montant (F CFA)": int(quantity * cost),
    }  # fmt: skip
