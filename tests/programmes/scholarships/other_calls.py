"""Other calls than the plugin's, made by lot: other countries, reserves, rules, scores and payers, and files to go with them."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, str]
SERIES = ["TSE", "TSEXP", "STI", "STG", "TSECO", "TSS", "TLL", "TAL"]
REGIONS = ["Kayes", "Koulikoro", "Sikasso", "Ségou", "Mopti", "Tombouctou", "Gao", "Kidal", "Bamako"]
CODES = [*(f"ML-{n}" for n in range(1, 9)), "ML-BKO"]
SOCIAL = ["handicap", "orphelin", "pupille"]
PIECES = ["extrait de naissance", "relevé de notes", "Certificat de nationalité", "lettre d'engagement", "reçu n° 2"]
COLUMNS = [
    "N° dossier", "Date de dépôt", "Nom", "Prénom(s)", "Sexe", "Date de naissance", "Région", "Cercle", "Téléphone",
    "N° matricule", "Série du bac", "Année du bac", "Moyenne du bac", "Redoublements", "Situation sociale", "Pièces",
    *(f"Choix {n}" for n in range(1, 6)),
]  # fmt: skip
WANTED: dict[str, list[Any]] = {
    "sex": ["F", "M"], "region": CODES, "bac_series": SERIES, "social": SOCIAL, "bac_year": [2019, 2020, 2021, 2022],
    "repeats": [0, 1, 2, 3], "pieces": PIECES,
}  # fmt: skip


def a_call(chance: random.Random) -> str:
    """The text of a call."""
    codes = [f"{chance.choice(('RW', 'GH', 'EG', 'CI', 'ZA'))}-{n}é" for n in range(chance.randint(1, 6))]
    opens = date(2022, chance.randint(1, 12), chance.randint(1, 28))
    lines = [
        f'reference = "APPEL {chance.randint(1, 999)}/É"', 'title.fr = "Un appel"', f"opens = {opens}",
        f"closes = {opens + timedelta(days=chance.randint(0, 40))}",
        f"counted_on = {chance.choice(('2022-12-31', '2024-02-29', '2023-02-28', '2023-03-01', '2022-07-15'))}",
        'source.fr = "Aucune."',
    ]  # fmt: skip
    if chance.random() < 0.7:
        lines.append(f"pieces = {_list(chance.sample(PIECES, chance.randint(1, 2)))}")
    if chance.random() < 0.8:
        lines.append(f"then = {_list(chance.sample(['bac_mean', 'bac_year', 'repeats'], chance.randint(1, 3)))}")
    for _ in range(chance.randint(0, 4)):
        lines += ["[[rule]]", f'article = "{chance.randint(1, 4)}"', *_rule(chance)]
    for n in range(chance.randint(0, 4)):
        lines += ["[[score]]", f'article = "{n + 5}"', f'name = "points {n}"', *_score(chance)]
    payers = [f"Payeur {n}" for n in range(chance.randint(0, 3))]
    for code in codes:
        lines += ["[[seat]]", f'code = "{code}"', 'title.fr = "Un siège"', 'country = "RW"']
        lines.append(f"places = {chance.choice((0, 1, 3, 8))}")
        if chance.random() < 0.4:
            lines.append(f"accepts = {_wanted(chance, 2)}")
        if chance.random() < 0.2:
            lines.append(f"at_least = {chance.randint(0, 6)}")
        if payers and chance.random() < 0.4:
            lines.append(f"payers = {_list(chance.sample(payers, chance.randint(1, len(payers))))}")
    for n in range(chance.randint(0, 5)):
        places = ", ".join(f'"{code}" = {chance.randint(0, 4)}' for code in chance.sample(codes, chance.randint(1, len(codes))))
        lines += ["[[reserve]]", f'name = "réserve {n}"', 'article = "9"', f"places = {{ {places} }}"]
        lines.append(f"when = {_wanted(chance, 2)}")
    for name in payers:
        first = chance.choice((date(2022, 11, 30), date(2023, 1, 31), date(2024, 2, 29), date(2022, 12, 15), date(2023, 2, 28)))
        lines += ["[[payer]]", f'name = "{name}"', f"amount = {chance.randint(1, 90)}", 'currency = "XOF"', f"first = {first}"]
        lines += [f"every_months = {chance.randint(1, 14)}", f"count = {chance.randint(1, 5)}"]
    return "\n".join(lines) + "\n"


def _list(words: list[str]) -> str:
    return json.dumps(words, ensure_ascii=False)


def _rule(chance: random.Random) -> list[str]:
    field = chance.choice(["birth", "birth", "sex", "bac_series", "bac_year", "bac_mean", "repeats", "social", "region"])
    if field == "birth":
        return ['field = "birth"', f"{chance.choice(('age_at_most', 'age_at_least'))} = {chance.randint(17, 23)}"]
    if field in ("bac_year", "bac_mean", "repeats") and chance.random() < 0.7:
        limit = {"bac_year": "2020", "bac_mean": '"11.5"', "repeats": "1"}[field]
        return [f'field = "{field}"', f"{chance.choice(('at_least', 'at_most'))} = {limit}"]
    if field == "bac_mean":
        return ['field = "bac_mean"', 'at_least = "9.99"']
    return [f'field = "{field}"', f"one_of = {_some(chance, field, 3)}"]


def _score(chance: random.Random) -> list[str]:
    field = chance.choice(["bac_mean", "bac_year", "repeats", "sex", "bac_series", "social", "region", "pieces"])
    if field == "bac_mean":
        return ['field = "bac_mean"', 'steps = [["15.5", 5], [13, 3], ["10.01", 1]]']
    if field == "bac_year" and chance.random() < 0.5:
        return ['field = "bac_year"', "steps = [[2021, 2], [2019, 1]]"]
    words = chance.sample(WANTED[field], 2)
    return [f'field = "{field}"', "points = { " + ", ".join(f'"{w}" = {chance.randint(0, 4)}' for w in words) + " }"]


def _wanted(chance: random.Random, most: int) -> str:
    fields = chance.sample(sorted(WANTED), chance.randint(1, most))
    return "{ " + ", ".join(f"{field} = {_some(chance, field, 4)}" for field in fields) + " }"


def _some(chance: random.Random, field: str, most: int) -> str:
    return _list(chance.sample(WANTED[field], chance.randint(1, min(most, len(WANTED[field])))))


def applications(chance: random.Random, call: dict[str, Any], many: int) -> list[Row]:
    """Rows that are written well, in every way that is."""
    codes = [seat["code"] for seat in call["seat"]]
    matricules = [f"M{n:05}" for n in range(many)]
    rows = []
    for n in chance.sample(range(many), many):
        pieces = chance.sample(PIECES, chance.choice((2, 3, 4, 5, 5, 5)))
        choices = [chance.choice([*codes, *codes, ""]) for _ in range(5)] if chance.random() < 0.95 else [""] * 5
        cells = [
            f"D{n}", f"{_day(chance, call):%d/%m/%Y}", "Traoré", "Awa", chance.choice(("F", "M", "")), _birth(chance, call),
            _written(chance, chance.choice([*REGIONS, ""])), "", "", chance.choice(("", chance.choice(matricules[: many // 4]))),
            chance.choice([*SERIES, ""]), chance.choice(("2019", "2020", "2021", "2022", "")),
            chance.choice(("", f"{chance.randint(900, 1700) / 100:.2f}".replace(".", ","), "11,5", "15,50", "13")),
            chance.choice(("0", "1", "2", "3", "")), ", ".join(chance.sample(SOCIAL, chance.choice((0, 0, 1, 2)))),
            chance.choice((",", " , ")).join(_written(chance, piece) for piece in pieces), *choices,
        ]  # fmt: skip
        rows.append(dict(zip(COLUMNS, cells, strict=True)))
    return rows


def _day(chance: random.Random, call: dict[str, Any]) -> date:
    length = (call["closes"] - call["opens"]).days
    return call["opens"] + timedelta(days=chance.randint(-1, length + 1) if chance.random() < 0.9 else 60)


def wrong_ones(chance: random.Random, call: dict[str, Any], rows: list[Row]) -> list[Row]:
    """Rows that cannot be taken, deposited last and under the N° matricule of others: they double nobody."""
    made = []
    for n, row in enumerate(chance.sample(rows, len(rows) // 8)):
        wrong = chance.choice([("Nom", ""), ("Prénom(s)", " "), ("Date de dépôt", "31/02/2022"), ("Choix 1", "nulle part")])
        last = {"N° dossier": f"Z{n}", "Date de dépôt": f"{call['closes']:%d/%m/%Y}"}
        made.append(row | last | dict([wrong]))
    return made


def _birth(chance: random.Random, call: dict[str, Any]) -> str:
    born = date(1998, 1, 1) + timedelta(days=chance.randint(0, 9 * 365))
    limits = [rule.get("age_at_most", rule.get("age_at_least")) for rule in call.get("rule", []) if rule["field"] == "birth"]
    if limits and chance.random() < 0.4:
        # The day of a limit, the days beside it, and a year later.
        on = call["counted_on"]
        born = date(on.year - chance.choice(limits) - chance.choice((0, 1)), on.month, min(on.day, 28))
        born += timedelta(days=chance.choice((-1, 0, 1)) + on.day - min(on.day, 28))
    written = (f"{born:%d/%m/%Y}", "29/02/2004", str(born.year), f"00/00/{born.year}", f"vers {born.year}", "")
    return chance.choices(written, (12, 2, 3, 1, 2, 1))[0]


def _written(chance: random.Random, words: str) -> str:
    """Words as people write them: in capitals, with a space after them."""
    return chance.choice((words, words, words.upper(), words + " " if words else words))


def payments(chance: random.Random, call: dict[str, Any], awards: list[str], due: dict[str, list[date]]) -> list[Row]:
    """Payments of any part of any instalment."""
    made = []
    for _ in range(3 * len(awards) if call.get("payer") and awards else 0):
        payer = chance.choice(call["payer"])
        day = chance.choice(due[payer["name"]])
        paid = day + timedelta(days=chance.choice((-20, 0, 29, 30, 31, 90)))
        cells = (chance.choice(awards), payer["name"], f"{day:%d/%m/%Y}", f"{paid:%d/%m/%Y}")
        amount = str(chance.choice((payer["amount"], payer["amount"], chance.randint(1, payer["amount"]))))
        made.append(dict(zip(PAID, (*cells, amount, chance.choice(("XOF", "")), ""), strict=True)))
    return made


PAID = ["N° dossier", "Payeur", "Échéance", "Payé le", "Montant", "Devise", "Mode"]


def write(path: Path, columns: list[str], rows: list[Row], encoding: str) -> Path:
    lines = [";".join(columns), *(";".join(_cell(row[name]) for name in columns) for row in rows)]
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding, newline="")
    return path


def _cell(text: str) -> str:
    return f'"{text}"' if ";" in text or '"' in text else text
