"""Files of the four agencies drawn from a seed, and every figure of them reckoned while they are drawn.

It knows the interface page and the page of definitions, and nothing of the library: what a row counts as is decided where the row
is written, spelling and all. Some rows are wrong and count nowhere; some refer to rows that are wrong and count as unknown.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl

REGIONS = {
    "ML-1": ("Kayes", "KAYES", " kayes "), "ML-2": ("Koulikoro",), "ML-3": ("Sikasso", "sikasso"), "ML-4": ("Ségou", "Segou"),
    "ML-5": ("Mopti",), "ML-6": ("Tombouctou", "Timbuktu"), "ML-7": ("Gao",), "ML-8": ("Kidal",),
    "ML-BKO": ("Bamako", "District de Bamako"),
}  # fmt: skip
TRADES = ("0110", "1120", "2310", "3115", "4110", "5120", "6111", "7212", "8322", "9313")
CONTRACTS = {"CDI": "permanent", "CDD": "fixed-term", "STAGE": "internship", "JOURNALIER": "daily", "": "_U"}
STATUS = {"Inscrit": "enrolled", "Présent": "present", "Abandon": "abandoned", "Certifié": "certified", "": "_U"}
NUMBERS = ("seekers_registered", "posts_offered", "placements_started", "enrolments")
Codes = dict[str, str]


class Drawn:
    """The files, by agency, and what they count."""

    def __init__(self, folder: Path, seed: int, people: int) -> None:
        self.dice, self.folder, self.people = Random(seed), folder, people
        self.events: list[tuple[str, date | None, Codes, tuple[int, int, int]]] = []
        """Indicator, the day it counts on, codes, and the numerator, denominator and unknown it adds to."""
        self.files = {"anpe": self._anpe(), "apej": self._apej(), "fafpa": [self._fafpa()], "ufae": [self._ufae()]}

    def cells(self, indicator: str, first: date, last: date, by: Sequence[str]) -> dict[tuple[str, ...], dict[str, Any]]:
        """Codes → numbers; cells of nobody and of two zeros are left out, the whole is always there."""
        sums: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
        for name, on, codes, numbers in self.events:
            if name == indicator and (name == "projects_funded" or (on is not None and first <= on <= last)):
                for n, number in enumerate(numbers):
                    sums[tuple(codes[one] for one in by)][n] += number
        if not by:
            sums.setdefault((), [0, 0, 0])
        return {codes: _told(indicator, *numbers) for codes, numbers in sums.items() if not by or any(numbers)}

    def _count(self, name: str, on: date | None, codes: Codes, top: int = 0, below: int = 0, unknown: int = 0) -> None:
        self.events.append((name, on, codes, (top, below, unknown)))

    def _one_of(self, codes: Mapping[str, Sequence[str]], empty: float = 0.08) -> tuple[str, str]:
        """A code and one of its spellings; sometimes nothing."""
        if self.dice.random() < empty:
            return "_U", ""
        code = self.dice.choice(list(codes))
        return code, self.dice.choice(codes[code])

    def _day(self) -> date:
        """Often at the edge of a period."""
        if self.dice.random() < 0.3:
            return self.dice.choice([date(2009, 6, 30), date(2009, 7, 1), date(2009, 9, 30), date(2009, 10, 1),
                                     date(2008, 12, 31),
                                     date(2009, 1, 1), date(2009, 12, 31), date(2009, 8, 31)])  # fmt: skip
        return date(2008, 11, 1) + timedelta(days=self.dice.randrange(420))

    def _birth(self, on: date) -> str:
        """As it is written; the ages at which groups change are frequent."""
        age = self.dice.choice([14, 15, 24, 25, 34, 35, 54, 55, 64, 65, self.dice.randrange(12, 80)])
        way = self.dice.random()
        if way < 0.1:
            return ""
        if way < 0.7:
            near = date(on.year - age, on.month, min(on.day, 28)) + timedelta(days=self.dice.choice([-1, 0, 1, 40, 300]))
            born = date(near.year - near.year % 4, 2, 29) if self.dice.random() < 0.1 else near
            return f"{min(born, on):%d/%m/%Y}"
        year = on.year - age
        return self.dice.choice([str(year), f"00/00/{year}", f"vers {year}"])

    def _anpe(self) -> list[Path]:
        seekers, rows = {}, []
        for n in range(self.people):
            on, key = self._day(), f"KAY-2009-{n:05d}"
            (region, spelt), (sex, letter) = self._one_of(REGIONS), self._one_of({"F": ("F",), "M": ("M",)})
            birth = self._birth(on)
            trade = self.dice.choice((*TRADES, ""))
            back, moved = self._one_of({"Y": ("O",), "N": ("N",)}, 0.2)
            wrong = self.dice.random() < 0.08
            cells = {"N° inscription": key, "Date inscription": f"{on:%d/%m/%Y}", "Nom": "Traoré", "Prénom(s)": "Awa",
                     "Sexe": letter, "Date ou année de naissance": birth, "Région": spelt, "Code métier": trade,
                     "Migrant de retour": moved,
                     "Observations": self.dice.choice(["", "vue au\nguichet", "dit « ; »"])}  # fmt: skip
            if wrong:
                cells[self.dice.choice(["Nom", "Prénom(s)"])] = ""
            rows.append(cells)
            who = {"region": region, "sex": sex}
            seekers[key] = ("_U" if wrong else region, "_U" if wrong else sex, "" if wrong else birth)
            if not wrong:
                codes = {**who, "age": _group(birth, on), "occupation": trade[:1] or "_U", "returnee": back}
                self._count("seekers_registered", on, codes, 1)
                self._count("tension", on, codes, below=1)
        # The second row of a key is a fault, whatever it says: the first holder keeps it.
        rows += [{**row, "Sexe": "F", "Région": "Gao"} for row in self.dice.sample(rows, 5)]
        offers, posts = self._offers()
        placed = self._placements(seekers, offers)
        return [self._csv("demandeurs_200909.csv", _SEEKER, rows), self._csv("offres_200909.csv", _OFFER, posts),
                self._csv("placements_200909.csv", _PLACEMENT, placed)]  # fmt: skip

    def _offers(self) -> tuple[dict[str, str], list[dict[str, str]]]:
        offers, rows = {}, []
        for n in range(self.people // 3):
            on = self._day() if self.dice.random() < 0.9 else None
            (region, spelt), key = self._one_of(REGIONS), f"OF-2009-{n:04d}"
            trade, contract, wrong = self.dice.choice((*TRADES, "")), self.dice.choice(list(CONTRACTS)), self.dice.random() < 0.08
            number = self.dice.choice(["", "1", "2", "40"])
            rows.append({"N° offre": key, "Code métier": trade, "Type de contrat": contract, "Région": spelt,
                         "Nombre de postes": "0" if wrong else number,
                         "Date de dépôt": f"{on:%d/%m/%Y}" if on else ""})  # fmt: skip
            offers[key] = "_U" if wrong else trade[:1] or "_U"
            if not wrong:
                codes = {"region": region, "occupation": trade[:1] or "_U", "contract": CONTRACTS[contract]}
                self._count("posts_offered", on, codes, int(number or 1))
                self._count("tension", on, codes, int(number or 1))
        return offers, rows

    def _placements(self, seekers: Mapping[str, tuple[str, str, str]], offers: Mapping[str, str]) -> list[dict[str, str]]:
        rows = []
        for n in range(self.people // 2):
            on = self._day() if self.dice.random() < 0.92 else None
            seeker, offer, contract = (
                self.dice.choice(list(seekers)),
                self.dice.choice(list(offers)),
                self.dice.choice(list(CONTRACTS)),
            )
            later, lost = self.dice.choice(["E", "S", "F", "X", ""]), self.dice.random() < 0.06
            rows.append({"N° placement": f"PL-2009-{n:04d}", "N° offre": offer,
                         "N° inscription": "PER-2009-99999" if lost else seeker,
                         "Date début": f"{on:%d/%m/%Y}" if on else "", "Type de contrat": contract,
                         "Situation à 6 mois": later})  # fmt: skip
            if lost or on is None:
                continue
            region, sex, birth = seekers[seeker]
            who = {"region": region, "sex": sex}
            self._count("placements_started", on, {**who, "age": _group(birth, on), "occupation": offers[offer],
                                                   "contract": CONTRACTS[contract]}, 1)  # fmt: skip
            self._count(
                "employed_after_6_months", on, who, int(later == "E"), int(later in "ESF" and later != ""), int(later in "X")
            )
        return rows

    def _csv(self, name: str, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Path:
        """Columns in any order, headers in any case, in either of the two encodings."""
        order = self.dice.sample(columns, len(columns))
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow([self.dice.choice([one, one.upper(), f" {one} "]) for one in order])
        writer.writerows([row.get(one, "") for one in order] for row in rows)
        path = self.folder / name
        path.write_bytes(out.getvalue().encode(self.dice.choice(["cp1252", "utf-8-sig"])))
        return path

    def _apej(self) -> list[Path]:
        young, stages, projects = {}, [], []
        persons = []
        for n in range(self.people // 2):
            key, wrong = f"APEJ-{n:06d}", self.dice.random() < 0.08
            region, sex = self.dice.choice([*REGIONS, None]), self.dice.choice(["F", "M", None])
            persons.append({"id": key, "etat_civil": {"nom": "" if wrong else "Dao", "prenoms": ["Li"], "sexe": sex},
                            "adresse": {"region": region}, "migration": None, "modifie_le": "2009-06-01T00:04:00Z"})  # fmt: skip
            young[key] = {"region": "_U" if wrong else region or "_U", "sex": "_U" if wrong else sex or "_U"}
        for n in range(self.people // 2):
            key, ended = self.dice.choice(list(young)), self._day() if self.dice.random() < 0.9 else None
            issue = self.dice.choice(["emploi", "abandon", "en_cours", "termine", None])
            begun = self.dice.choice([None, "2008-10-01", "2009-12-31"])
            stages.append({"id": f"ST-{n:05d}", "jeune": key, "debut": begun, "fin": ended and ended.isoformat(), "issue": issue})
            backwards = begun is not None and ended is not None and ended < date.fromisoformat(begun)
            if issue in ("emploi", "abandon", "termine") and not backwards:
                self._count("internships_to_jobs", ended, young[key], int(issue == "emploi"), 1)
            status = self.dice.choice(["depose", "etude", "finance", "rejete", None])
            projects.append({"id": f"PR-{n:05d}", "jeune": key, "statut": status, "montant_accorde": None})
            if status in ("finance", "rejete"):
                self._count("projects_funded", None, young[key], int(status == "finance"), 1)
        found = []
        for name, rows in (("jeunes", persons), ("stages", stages), ("projets", projects)):
            found.append(self.folder / f"{name}.json")
            self.dice.shuffle(rows)
            found[-1].write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        return found

    def _fafpa(self) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        plan = book.create_sheet("Plan")
        labels = (["N° du plan", "PF-2009-X"], ["Convention", ""], ["Promoteur", ""], ["Région", "Kayes"])
        for row in (["PLAN DE FORMATION"], [], *labels):
            plan.append(row)
        sessions = {f"S{n:03d}": self._day() for n in range(8)}
        bad = self.dice.choice(list(sessions))
        rows = []
        for n in range(self.people // 2):
            session, status, lost = self.dice.choice(list(sessions)), self.dice.choice(list(STATUS)), self.dice.random() < 0.06
            sex, letter = self._one_of({"F": ("F",), "M": ("H",)})
            country = self.dice.choice(["", "Angola", "Libye", "ESPAGNE", "Côte d’Ivoire", "Cote d'Ivoire"])
            row = (
                f"I{n:05d}",
                "Darra",
                "Mohamed",
                letter,
                "vers 1975",
                None,
                "Yanfolila",
                country,
                "S999" if lost else session,
                status,
            )
            rows.append(row)
            if not lost and session != bad:
                codes = {"region": "_U", "sex": sex, "status": STATUS[status], "returnee": "Y" if country else "_U"}
                self._count("enrolments", sessions[session], codes, 1)
                if country:
                    self._count("openness", sessions[session], codes, 1, 1)
        _sheet(book, "Modules", ("Code module", "Intitulé", "Code métier", "Volume horaire", "Opérateur", "Certification"),
               [("M01", "Maçon", "7112", 240, "UFAE", "CAP")])  # fmt: skip
        # A session of no place is wrong: whoever sits in it waits, and its first day is not known.
        written = [(k, "M01", "Kayes", on, on + timedelta(days=30), 0 if k == bad else 20) for k, on in sessions.items()]
        _sheet(book, "Sessions", ("Code session", "Code module", "Lieu", "Date début", "Date fin", "Places"), written)
        _sheet(book, "Inscriptions", ("N°", "Nom", "Prénom", "Sexe", "Né(e) le", "Téléphone", "Résidence", "Pays de retour",
                                      "Code session", "Statut"), rows)  # fmt: skip
        _sheet(book, "Budget", ("Code module", "Rubrique", "Quantité", "Coût unitaire (F CFA)", "Montant (F CFA)"),
               [("M01", "Formateurs", 3, 180_000, 540_000)])  # fmt: skip
        path = self.folder / "plan_formation_2009.xlsx"
        book.save(path)
        return path

    def _ufae(self) -> Path:
        regions = {"ML-BKO": "ml_bko"} | {f"ML-{n}": f"ml_{n}" for n in range(1, 9)}
        rows = []
        for n in range(self.people // 2):
            ended, result = (
                self._day() if self.dice.random() < 0.9 else None,
                self.dice.choice(["certifie", "ajourne", "abandon", "en_cours"]),
            )
            region, sex, wrong = self.dice.choice(list(regions)), self.dice.choice("fm"), self.dice.random() < 0.08
            rows.append({
                "_id": 50_000 + n, "_uuid": f"00000000-0000-4000-8000-{n:012d}", "start": "2010-02-01T09:12:00.000+00:00",
                "meta/instanceID": f"uuid:00000000-0000-4000-8000-{n:012d}", "stagiaire/nom": "Barry", "stagiaire/prenom": "Li",
                "stagiaire/sexe": sex, "stagiaire/precision_naissance": "annee", "stagiaire/annee_naissance": "1985",
                "stagiaire/region": regions[region], "formation/filiere": "soudure", "formation/debut": "2008-10-01",
                "formation/heures_suivies": "-1" if wrong else "40",
                "formation/resultat": result, **({"formation/fin": ended.isoformat()} if ended else {}),
            })  # fmt: skip
            if not wrong and result != "en_cours":
                self._count("trainees_certified", ended, {"region": region, "sex": sex.upper()}, int(result == "certifie"), 1)
        path = self.folder / "submissions.json"
        path.write_text(json.dumps({"count": len(rows), "next": None, "previous": None, "results": rows}), "utf-8")
        return path


_SEEKER = ["N° inscription", "Date inscription", "Nom", "Prénom(s)", "Sexe", "Date ou année de naissance", "Lieu de naissance",
           "Nationalité", "Région", "Cercle", "Téléphone", "N° NINA", "Niveau d'étude", "Code métier", "Métier recherché",
           "Expérience (années)", "Langues", "Migrant de retour", "Pays de provenance", "Date de retour", "Motif du retour",
           "Situation", "Observations"]  # fmt: skip
_OFFER = ["N° offre", "Employeur", "Secteur", "Code métier", "Intitulé du poste", "Type de contrat", "Nombre de postes", "Région",
          "Salaire mensuel (F CFA)", "Date de dépôt", "Date de clôture", "Statut"]  # fmt: skip
_PLACEMENT = ["N° placement", "N° inscription", "N° offre", "Date début", "Date fin prévue", "Type de contrat",
              "Salaire mensuel (F CFA)", "Situation à 6 mois"]  # fmt: skip


def _sheet(book: openpyxl.Workbook, name: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    sheet = book.create_sheet(name)
    for row in ([name.upper()], ["Édité le 14/09/2009"], [], header, *rows):
        sheet.append(list(row))


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _group(birth: str, on: date) -> str:
    """The age group on a day of a birth as it is written, where all it may mean is in one."""
    return _only({_band(age) for age in _ages(birth, on)})


def _ages(birth: str, on: date) -> Iterator[int]:
    if not birth:
        return
    about, text = birth.startswith("vers"), birth.removeprefix("vers ").removeprefix("00/00/")
    if "/" in text:
        day, month, year = map(int, text.split("/"))
        yield _age(date(year, month, day), on)
        return
    for year in range(int(text) - about, int(text) + about + 1):
        yield from (_age(date(year, 1, 1), on), _age(date(year, 12, 31), on))


def _band(age: int) -> str:
    bands = {
        "Y_LT15": range(-9, 15),
        "Y15-24": range(15, 25),
        "Y25-34": range(25, 35),
        "Y35-54": range(35, 55),
        "Y55-64": range(55, 65),
    }
    return next((code for code, ages in bands.items() if age in ages), "Y_GE65")


def _only(found: set[str]) -> str:
    return found.pop() if len(found) == 1 else "_U"


def _told(indicator: str, top: int, below: int, unknown: int) -> dict[str, Any]:
    if indicator in NUMBERS:
        return {"value": top}
    numbers = {"value": _over(top, below), "numerator": top, "denominator": below}
    if indicator == "employed_after_6_months":
        numbers |= {"low": _over(top, below + unknown), "high": _over(top + unknown, below + unknown)}
    return numbers


def _over(top: int, below: int) -> float | None:
    return float((Decimal(top) / below).quantize(Decimal("0.0001"), ROUND_HALF_UP)) if below else None
