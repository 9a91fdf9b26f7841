"""A round reckoned a second time, from the rules as they are written and nothing of the library: slow, plain, its own reading.

It takes rows that were written well: what is wrong in a file is told by whoever wrote it.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

Row = dict[str, str]
COLUMNS = {
    "sex": "Sexe", "birth": "Date de naissance", "region": "Région", "bac_series": "Série du bac", "bac_year": "Année du bac",
    "bac_mean": "Moyenne du bac", "repeats": "Redoublements", "social": "Situation sociale", "pieces": "Pièces",
}  # fmt: skip


def day(text: str) -> date:
    d, m, y = text.split("/")
    return date(int(y), int(m), int(d))


def bare(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(c for c in letters if not unicodedata.combining(c) and not c.isspace()).lower()


def possible_births(text: str) -> tuple[date, date]:
    """The first and the last day a birth may be."""
    if text.startswith("vers "):
        return date(int(text[5:]) - 1, 1, 1), date(int(text[5:]) + 1, 12, 31)
    if len(text) == 4 or text.startswith("00/00/"):
        return date(int(text[-4:]), 1, 1), date(int(text[-4:]), 12, 31)
    return day(text), day(text)


def age(birth: date, on: date) -> int:
    return sum(date(birth.year + n, *((3, 1) if (birth.month, birth.day) == (2, 29) and not leap(birth.year + n)
               else (birth.month, birth.day))) <= on for n in range(1, 130))  # fmt: skip


def leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


class Second:
    """One call and the rows of its file, as dictionaries of trimmed cells."""

    def __init__(self, call: dict[str, Any], rows: list[Row], regions: dict[str, str]) -> None:
        self.call, self.regions = call, regions
        self.rows = {row["N° dossier"]: row for row in rows}

    def values(self, row: Row, field: str) -> list[str]:
        """The words of a cell as calls say them."""
        cell = row[COLUMNS[field]].strip()
        if not cell:
            return []
        if field in ("social", "pieces"):
            return [word.strip() for word in cell.split(",") if word.strip()]
        if field == "region":
            return [self.regions[bare(cell)]]
        return [cell.replace(",", ".")]

    def fulfils(self, row: Row, wanted: dict[str, list[Any]]) -> bool:
        return all(self.is_one(row, field, words) for field, words in wanted.items())

    def is_one(self, row: Row, field: str, words: list[Any]) -> bool:
        there = self.values(row, field)
        if field in ("bac_year", "repeats", "bac_mean"):
            return any(Decimal(value) == Decimal(str(word)) for value in there for word in words)
        if field == "pieces":
            return bool({bare(value) for value in there} & {bare(word) for word in words})
        return bool(set(there) & set(words))

    def holds(self, row: Row, rule: dict[str, Any]) -> bool | None:
        there = self.values(row, rule["field"])
        if not there:
            return None
        if "one_of" in rule:
            return self.is_one(row, rule["field"], rule["one_of"])
        if rule["field"] == "birth":
            on, (first, last) = (
                date.fromisoformat(str(self.call["counted_on"])),
                possible_births(row["Date de naissance"].strip()),
            )
            ages = {age(birth, on) for birth in days_that_matter(first, last)}
            met = {n <= rule["age_at_most"] if "age_at_most" in rule else n >= rule["age_at_least"] for n in ages}
            return met.pop() if len(met) == 1 else None
        number = Decimal(there[0])
        return number >= Decimal(str(rule["at_least"])) if "at_least" in rule else number <= Decimal(str(rule["at_most"]))

    def score(self, row: Row) -> int:
        total = 0
        for one in self.call.get("score", []):
            there = self.values(row, one["field"])
            if not there:
                continue
            if "steps" in one:
                total += next((p for least, p in one["steps"] if Decimal(there[0]) >= Decimal(str(least))), 0)
            elif one["field"] == "pieces":
                total += max(next((p for w, p in one["points"].items() if bare(w) == bare(v)), 0) for v in there)
            elif one["field"] in ("bac_year", "repeats"):
                total += next((p for w, p in one["points"].items() if Decimal(w) == Decimal(there[0])), 0)
            else:
                total += max(one["points"].get(value, 0) for value in there)
        return total

    def choices(self, row: Row) -> tuple[list[str], list[str]]:
        made = [row[f"Choix {n}"].strip() for n in range(1, 6)]
        while made and not made[-1]:
            made.pop()
        notices = ["choice-gap"] if "" in made else []
        kept: list[str] = []
        for seat in filter(None, made):
            if seat in kept:
                notices += ["choice-repeated"] * ("choice-repeated" not in notices)
            else:
                kept.append(seat)
        return kept, notices

    def screened(self) -> dict[str, Any]:
        opens, closes = (date.fromisoformat(str(self.call[name])) for name in ("opens", "closes"))
        found: dict[str, Any] = {"eligible": [], "to_review": [], "ineligible": [], "notices": []}
        in_time = {n: row for n, row in self.rows.items() if opens <= day(row["Date de dépôt"].strip()) <= closes}
        for number, row in sorted(self.rows.items()):
            found["notices"] += [{"application": number, "notice": one} for one in self.choices(row)[1]]
            line = {"application": number, "reason": None, "articles": [], "pieces": [], "counts": None}
            alike = [n for n, other in in_time.items() if other["N° matricule"] and other["N° matricule"] == row["N° matricule"]]
            counts = max(alike, key=lambda n: (day(in_time[n]["Date de dépôt"].strip()), n), default=number)
            there = {bare(piece) for piece in self.values(row, "pieces")} if self.call.get("pieces") else set()
            missing = [piece for piece in self.call.get("pieces", []) if bare(piece) not in there]
            answers = [(rule["article"], self.holds(row, rule)) for rule in self.call.get("rule", [])]
            failed = list(dict.fromkeys(article for article, met in answers if met is False))
            open_ = list(dict.fromkeys(article for article, met in answers if met is None))
            if number not in in_time:
                reason = "early" if day(row["Date de dépôt"].strip()) < opens else "late"
                found["ineligible"].append(line | {"reason": reason})
            elif counts != number:
                found["ineligible"].append(line | {"reason": "double", "counts": counts})
            elif missing:
                found["ineligible"].append(line | {"reason": "incomplete", "pieces": missing})
            elif failed:
                found["ineligible"].append(line | {"reason": "ineligible", "articles": failed})
            elif open_:
                found["to_review"].append({"application": number, "undetermined": open_})
            else:
                found["eligible"].append({"application": number, "score": self.score(row)})
        return found

    def order(self, seed: str) -> list[str]:
        def key(number: str) -> tuple[Any, ...]:
            row = self.rows[number]
            then = [self.values(row, field) for field in self.call.get("then", [])]
            lot = hashlib.sha256(f"{seed}|{self.call['reference']}|{number}".encode()).hexdigest()
            return -self.score(row), [(not one, -Decimal(one[0]) if one else Decimal(0)) for one in then], lot

        return sorted((one["application"] for one in self.screened()["eligible"]), key=key)

    def drawn(self, seed: str) -> tuple[dict[str, str], set[str]]:
        """Who sits where, and who of them on reserved places: one proposes at a time, the last in the order first."""
        order = self.order(seed)
        held: dict[str, list[str]] = {seat["code"]: [] for seat in self.call["seat"]}
        left = {number: list(self.choices(self.rows[number])[0]) for number in order}
        waiting = list(order)
        while waiting:
            number = waiting.pop()
            while left[number]:
                seat = next(one for one in self.call["seat"] if one["code"] == left[number][0])
                del left[number][0]
                if not self.fulfils(self.rows[number], seat.get("accepts", {})):
                    continue
                if self.score(self.rows[number]) < seat.get("at_least", -(10**9)):
                    continue
                here = [n for n in order if n in (*held[seat["code"]], number)]
                kept = self.kept(seat, here)
                held[seat["code"]] = [*kept[0], *kept[1]]
                gone = [n for n in here if n not in held[seat["code"]]]
                waiting += gone
                break
        reserved = {n for s in self.call["seat"] for n in self.kept(s, [n for n in order if n in held[s["code"]]])[0]}
        return {n: seat for seat, numbers in held.items() for n in numbers}, reserved

    def kept(self, seat: dict[str, Any], here: list[str]) -> tuple[list[str], list[str]]:
        """Whom a seat keeps on reserved places, and whom on others."""
        reserves = [(one["places"].get(seat["code"], 0), one["when"]) for one in self.call.get("reserve", [])]
        able = {n: [at for at, (_, when) in enumerate(reserves) if self.fulfils(self.rows[n], when)] for n in here}
        reserved: list[str] = []
        for number in here:
            if len(reserved) < seat["places"] and can_all_sit([able[n] for n in (*reserved, number)], [n for n, _ in reserves]):
                reserved.append(number)
        others = [n for n in here if n not in reserved]
        return reserved, others[: seat["places"] - len(reserved)]


def can_all_sit(people: list[list[int]], places: list[int]) -> bool:
    """Hall's condition: no set of reserves is all that more people can use than it has places."""
    some = range(len(places))
    for many in range(len(places) + 1):
        for chosen in combinations(some, many):
            if sum(set(able) <= set(chosen) for able in people) > sum(places[at] for at in chosen):
                return False
    return True


def days_that_matter(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1) if last - first < timedelta(days=9) else timedelta(days=min(9, (last - first).days))


def due_days(payer: dict[str, Any]) -> list[date]:
    first = date.fromisoformat(str(payer["first"]))
    ends = (first + timedelta(days=1)).day == 1
    found = []
    for k in range(payer["count"]):
        year, month = divmod(first.year * 12 + first.month - 1 + k * payer["every_months"], 12)
        last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        found.append(date(year, month + 1, last if ends else min(first.day, last)))
    return found


def reckoned(call: dict[str, Any], seats: dict[str, str], made: list[Row], on: date) -> dict[str, list[dict[str, Any]]]:
    """The balances and the unequal of a day, of payments that were written well."""
    found: dict[str, list[dict[str, Any]]] = {"balances": [], "unequal": []}
    for number in sorted(seats):
        seat = next(one for one in call["seat"] if one["code"] == seats[number])
        for payer in call.get("payer", []):
            if payer["name"] not in seat.get("payers", [one["name"] for one in call["payer"]]):
                continue
            mine = [r for r in made if (r["N° dossier"], r["Payeur"]) == (number, payer["name"]) and day(r["Payé le"]) <= on]
            due = sum(payer["amount"] for one in due_days(payer) if one <= on)
            paid = sum(int(row["Montant"]) for row in mine)
            late = 0
            for one in due_days(payer):
                whole = [p for p in sorted({day(r["Payé le"]) for r in mine}) if payer["amount"] <= sum(
                    int(r["Montant"]) for r in mine if day(r["Échéance"]) == one and day(r["Payé le"]) <= p)]  # fmt: skip
                late += ((whole[0] if whole else on) - one).days > 30
            line = {"application": number, "payer": payer["name"], "due": due, "paid": paid}
            found["balances"].append(line | {"arrears": max(0, due - paid), "late": late})
    for seat in call["seat"]:
        for payer in call.get("payer", []):
            lines = [o for o in found["balances"] if (seats[o["application"]], o["payer"]) == (seat["code"], payer["name"])]
            sums = sorted(one["paid"] for one in lines)
            usual = sums[(len(sums) - 1) // 2] if sums else 0
            found["unequal"] += [
                {"seat": seat["code"], "payer": payer["name"], "application": o["application"], "paid": o["paid"], "usual": usual}
                for o in lines if o["paid"] != usual
            ]  # fmt: skip
    return found
