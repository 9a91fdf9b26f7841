"""Other sets than the sample, made by lot: sessions, candidates, reserves and odd roll calls, with the cells that are wrong.

Whoever makes a mistake knows where it is: each set comes with the addresses of its wrong cells.
"""

from __future__ import annotations

import csv
import io
import random
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
from attrs import field, frozen

Wrong = tuple[int, str, str]
"""Row, column and rule of a wrong cell; of a header, row 1."""
REGIONS = {
    "ML-1": ["Kayes", "KAYES", "kayes "], "ML-2": ["Koulikoro", "koulikoro"], "ML-4": ["Ségou", "SEGOU", "segou"],
    "ML-6": ["Tombouctou", "Timbuktu", "TOMBOUCTOU"], "ML-7": ["Gao"], "ML-BKO": ["Bamako", "District de Bamako", "BAMAKO"],
}  # fmt: skip
TRADES = ["7531", "7532", "7533", "7112", "7114", "5120", "7212", "7213", "6111"]
FIELDS = {"sex": ["F", "M"], "region": list(REGIONS), "returnee": [True, False], "visitor": [True, False]}


@frozen(kw_only=True)
class MadeFile:
    """A file, what its rows say, and what is wrong in it."""

    name: str
    content: bytes = field(repr=False)
    rows: dict[int, dict[str, str]] = field(repr=False)
    """The row a spreadsheet shows → its cells; blank ones and totals are no rows."""
    wrong: list[Wrong]


@frozen(kw_only=True)
class MadeSet:
    """Two files and a page of reserves."""

    sessions: MadeFile
    candidates: MadeFile
    reserves: list[dict[str, Any]]


def a_set(chance: random.Random, *, people: int, sessions: int) -> MadeSet:
    """Sessions and candidates as two agencies might send them, and what is reserved."""
    trades = chance.sample(TRADES, chance.randint(2, len(TRADES)))
    return MadeSet(
        sessions=_sessions(chance, trades, sessions), candidates=_candidates(chance, trades, people), reserves=_reserves(chance)
    )


def _region(chance: random.Random) -> str:
    return chance.choice(REGIONS[chance.choice(list(REGIONS))]) if chance.random() < 0.85 else ""


def _day(chance: random.Random, first: date, days: int) -> str:
    return f"{first + timedelta(days=chance.randint(0, days)):%d/%m/%Y}" if chance.random() < 0.9 else ""


def _sessions(chance: random.Random, trades: list[str], many: int) -> MadeFile:
    columns = ["Session", "Code métier", "Région", "Places", "Début"]
    rows = [
        [
            f"S{at:02d}", chance.choice(trades), _region(chance), str(chance.choice((1, 2, 3, 5, 10))),
            _day(chance, date(2009, 10, 1), 300),
        ]
        for at in range(many)
    ]  # fmt: skip
    wrong = {
        "Places": chance.choice((("0", "minimum"), ("-5", "minimum"), ("dix", "type"), ("12,5", "type"), ("", "required"))),
        "Code métier": chance.choice((("", "required"), ("Soudeur", "enum"), ("721", "enum"))),
        "Début": chance.choice((("31/09/2009", "type"), ("1/10/2009", "type"), ("octobre 2009", "type"))),
        "Session": ("S00", "unique"), "Région": ("Kaye5", "enum"),
    }  # fmt: skip
    return _as_csv(chance, "sessions.csv", columns, rows, wrong)


def _candidates(chance: random.Random, trades: list[str], many: int) -> MadeFile:
    columns = ["N°", "Code métier souhaité", "Région", "Sexe", "Migrant de retour", "Visiteur du centre", "En attente depuis"]
    rows = [
        [
            f"C{at:03d}", chance.choice([*trades, chance.choice(TRADES), ""]), _region(chance), chance.choice("FM" * 4 + " "),
            chance.choice(("O", "N", "")), chance.choice(("O", "N", "")), _day(chance, date(2009, 1, 1), 20),
        ]
        for at in range(many)
    ]  # fmt: skip
    wrong = {
        "N°": ("", "required"), "Code métier souhaité": ("7199", "enum"), "Sexe": ("H", "enum"),
        "Visiteur du centre": ("oui", "enum"), "En attente depuis": ("2009-03-01", "type"), "Région": ("ML-9", "enum"),
        "Migrant de retour": ("o", "enum"),
    }  # fmt: skip
    return _as_csv(chance, "candidats.csv", columns, rows, wrong)


def _reserves(chance: random.Random) -> list[dict[str, Any]]:
    def condition() -> dict[str, Any]:
        return {name: chance.choice(FIELDS[name]) for name in chance.sample(list(FIELDS), chance.randint(1, 2))}

    return [
        {"name": f"réserve {at}", "percent": chance.choice((0, 15, 30, 40, 50, 100)),
         "any": [condition() for _ in range(chance.randint(1, 3))]}
        for at in range(chance.randint(0, 4))
    ]  # fmt: skip


def _as_csv(
    chance: random.Random, name: str, columns: list[str], rows: list[list[str]], ways: dict[str, tuple[str, str]]
) -> MadeFile:
    """The file with its columns in any order and letter case, blank rows, one nobody declared, a total below, and mistakes."""
    order = chance.sample(range(len(columns)), len(columns))
    shown = [chance.choice((columns[at], columns[at].upper(), f" {columns[at]} ")) for at in order]
    lines, told, wrong = [[*shown, "Remarque"]], dict[int, dict[str, str]](), list[Wrong]()
    for row in rows:
        if chance.random() < 0.05:
            lines.append(["", " ", *[""] * (len(columns) - 1)])
        cells = dict(zip(columns, row, strict=True))
        if chance.random() < 0.06:
            column = chance.choice(list(ways))
            cells[column], rule = ways[column]
            wrong += [(len(lines) + 1, column, rule)] if rule != "unique" else []
        told[len(lines) + 1] = cells
        note = chance.choice(("", "", 'vu à "Kayes"', "a ; b", "ligne\r\nsuite"))
        spaced = [chance.choice(("{}", "{}", "{}", " {} ", "{}\N{NO-BREAK SPACE}")).format(cells[columns[at]]) for at in order]
        lines.append([*spaced, note])
        if len(told) > 1 and chance.random() < 0.03:
            lines[-1], rule = chance.choice(((lines[-1][:-1], "missing-cell"), ([*lines[-1], "de trop"], "extra-cell")))
            wrong = [*(one for one in wrong if one[0] != len(lines)), (len(lines), "", rule)]
    wrong = _seen_once(told, wrong, columns[0])
    if chance.random() < 0.3:
        lines += [["", "", *[""] * (len(columns) - 1)], ["TOTAL", str(len(rows)), *[""] * (len(columns) - 1)]]
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(lines)
    encoding = chance.choice(("cp1252", "utf-8-sig"))
    return MadeFile(name=name, content=written.getvalue().encode(encoding), rows=told, wrong=wrong)


def _seen_once(rows: dict[int, dict[str, str]], wrong: list[Wrong], key: str) -> list[Wrong]:
    """A number that stands twice is wrong the second time, whatever else is wrong with the rows that bear it."""
    seen, found = set[str](), list(wrong)
    misaligned = {row for row, column, _ in wrong if not column}
    for row, cells in rows.items():
        number = "" if row in misaligned else cells[key].strip()
        if number in seen:
            found.append((row, key, "unique"))
        seen |= {number} if number else set()
    return sorted(found)


@frozen(kw_only=True)
class MadeSheet:
    """A roll call, with what it says of whom, and what is wrong in it."""

    name: str
    content: bytes = field(repr=False)
    first: date
    last: date
    enrolled: list[str]
    marks: dict[str, list[str]]
    """Number → the letters that count; of rows that are taken."""
    rows: int
    wrong: list[Wrong]


OUTSIDE = ("minimum", "maximum")


def a_roll_call(chance: random.Random) -> MadeSheet:
    """A sheet as a trainer fills it in."""
    first = date(2010, chance.randint(1, 6), chance.randint(1, 28))
    last = first + timedelta(days=chance.randint(1, 60))
    enrolled = [f"I{n:05d}" for n in sorted(chance.sample(range(1, 900), chance.randint(3, 15)))]
    days = sorted(chance.sample([first + timedelta(days=n) for n in range((last - first).days + 1)], min(6, (last - first).days)))
    as_book = chance.random() < 0.5
    headers: list[date | str] = [*days]
    wrong: list[Wrong] = []
    for day, rule in ((first - timedelta(days=chance.randint(1, 9)), "minimum"), (last + timedelta(days=1), "maximum")):
        if chance.random() < 0.4:
            headers.insert(chance.randint(0, len(headers)), day)
            wrong.append((1, f"{day:%d/%m/%Y}", rule))
    for other, rule in ((f"{days[0]:%d/%m/%Y}", "unique"), ("31/02/2010", "type"), ("3 mars 2010", "type")):
        if chance.random() < 0.15:
            headers.append(other)
            wrong.append((1, other, rule))
    if chance.random() < 0.4:
        headers += ["Observations", "Total P"]
    titles = chance.choice((0, 0, 3)) if as_book else 0
    wrong = [(row + titles, column, rule) for row, column, rule in wrong]
    lines, areas, marks, rows = _filled_in(chance, enrolled, headers, days, wrong, titles, as_book)
    name = f"presences_S07.{'xlsx' if as_book else 'csv'}"
    content = _book(headers, lines, areas, titles) if as_book else _text(chance, headers, lines)
    return MadeSheet(
        name=name, content=content, first=first, last=last, enrolled=enrolled, marks=marks, rows=rows, wrong=sorted(wrong)
    )


def _filled_in(
    chance: random.Random, enrolled: list[str], headers: list[date | str], days: list[date], wrong: list[Wrong],
    titles: int, as_book: bool,
) -> tuple[list[list[str]], list[tuple[int, int, int]], dict[str, list[str]], int]:  # fmt: skip
    """Rows of the sheet: people as they are, strangers, doubles, blanks, a total; merged days; unknown marks."""
    lines: list[list[str]] = []
    areas: list[tuple[int, int, int]] = []
    marks: dict[str, list[str]] = {}
    seen: set[str] = set()
    rows = 0
    people = [*enrolled, *(["I99999"] if chance.random() < 0.4 else []), *(["I88888"] if chance.random() < 0.2 else [])]
    people += chance.sample(enrolled, chance.choice((0, 0, 1))) + ([""] if chance.random() < 0.2 else [])
    for number in people:
        at = len(lines) + titles + 2
        letters = [chance.choice("PPPPPRAE ") for _ in headers]
        if as_book and chance.random() < 0.15 and len(days) > 2 and headers[:3] == days[:3]:
            letters[0:3] = [letters[0].strip() or "P"] * 3
            areas.append((at, 3, 5))
        rows, is_wrong = rows + 1, False
        if number in seen:
            wrong.append((at, "N°", "unique"))
            is_wrong = True
        elif number not in enrolled:
            wrong.append((at, "N°", "foreign-key" if number else "required"))
            is_wrong = True
        seen |= {number} if number else set()
        if chance.random() < 0.12 and not any(area[0] == at for area in areas):
            column = chance.randrange(len(headers))
            letters[column] = chance.choice(("X", "p", "PP", "1", "présent"))
            if headers[column] in days:
                wrong.append((at, f"{headers[column]:%d/%m/%Y}", "enum"))
                is_wrong = True
        if not is_wrong:
            counted = dict(zip(headers, letters, strict=True))
            marks[number] = [counted[day].strip() for day in days]
        told = [f" {letter} " if chance.random() < 0.05 else letter.strip() for letter in letters]
        lines.append([number, chance.choice(("Diarra", "Keïta", 'dit "Bah"', "")), *told])
        if not number and not any(lines[-1]):
            lines[-1][1] = "Sow"
        if chance.random() < 0.08:
            lines.append(["", *[""] * (len(headers) + 1)])
    if chance.random() < 0.3:
        lines.append(["TOTAL", "", *[str(chance.randint(1, 9)) for _ in headers]])
    return lines, areas, marks, rows


def _text(chance: random.Random, headers: list[date | str], lines: list[list[str]]) -> bytes:
    written = io.StringIO(newline="")
    shown = [header if isinstance(header, str) else f"{header:%d/%m/%Y}" for header in headers]
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows([["N°", "Nom", *shown], *lines])
    return written.getvalue().encode(chance.choice(("cp1252", "utf-8-sig")))


def _book(headers: list[date | str], lines: list[list[str]], areas: list[tuple[int, int, int]], titles: int) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for said in ["Feuille d'appel de la session S07", "Formateur : M. Sangaré", ""][:titles]:
        sheet.append([said])
    if titles:
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(headers) + 2)
    days = [header if isinstance(header, str) else datetime.combine(header, datetime.min.time()) for header in headers]
    sheet.append(["N°", "Nom", *days])
    for line in lines:
        sheet.append([int(cell) if line[0] == "TOTAL" and cell.isdigit() else cell or None for cell in line])
    for row, left, right in areas:
        sheet.merge_cells(start_row=row, end_row=row, start_column=left, end_column=right)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
