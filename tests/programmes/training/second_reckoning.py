"""Assignments and roll calls reckoned a second time, from the rules as they are written and nothing of the library.

The best plan is asked of another solver (CP-SAT), person by person; what is fair is asked of every pair of people alike.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

Row = Mapping[str, str]
TOWNS = {
    "kayes": "ML-1", "koulikoro": "ML-2", "segou": "ML-4", "tombouctou": "ML-6", "timbuktu": "ML-6", "gao": "ML-7",
    "bamako": "ML-BKO", "districtdebamako": "ML-BKO",
}  # fmt: skip
CANDIDATE = ("N°", "Code métier souhaité", "Région", "Sexe", "Migrant de retour", "Visiteur du centre", "En attente depuis")


def region(text: str) -> str | None:
    letters = unicodedata.normalize("NFKD", text.strip().lower())
    return TOWNS["".join(c for c in letters if c.isalpha() and c.isascii())] if text.strip() else None


def fit(wanted: str, where: str | None, session: Row) -> int | None:
    """How well someone fits a session; None where not at all."""
    taught = session["Code métier"].strip()
    if not wanted.strip() or wanted.strip()[:3] != taught[:3]:
        return None
    here = region(session["Région"])
    return 100 - 30 * (wanted.strip()[3] != taught[3]) - 20 * (where is None or here is None or where != here)


def is_for(who: Row, reserve: Mapping[str, Any]) -> bool:
    known = {
        "sex": who["Sexe"].strip() or None, "region": region(who["Région"]),
        "returnee": {"O": True, "N": False}.get(who["Migrant de retour"].strip()),
        "visitor": {"O": True, "N": False}.get(who["Visiteur du centre"].strip()),
    }  # fmt: skip
    return any(all(known[name] == value for name, value in condition.items()) for condition in reserve["any"])


def worth(seats: Mapping[str, str], people: Mapping[str, Row], sessions: Mapping[str, Row], reserves: Sequence[Any]) -> tuple:
    """What a plan is worth on the three levels, seat by seat."""
    met = 0
    for code, session in sessions.items():
        here = [people[number] for number, where in seats.items() if where == code]
        met += sum(min(_held(reserve, session), sum(is_for(who, reserve) for who in here)) for reserve in reserves)
    fits = [fit(people[n]["Code métier souhaité"], region(people[n]["Région"]), sessions[s]) for n, s in seats.items()]
    assert None not in fits
    return len(seats), met, sum(one for one in fits if one is not None)


def _held(reserve: Mapping[str, Any], session: Row) -> int:
    return int(session["Places"]) * reserve["percent"] // 100


def best(people: Mapping[str, Row], sessions: Mapping[str, Row], reserves: Sequence[Any]) -> tuple[int, int, int]:
    """The best there is on the three levels, one after the other."""
    model, sits, fits = cp_model.CpModel(), dict[tuple[str, str], Any](), dict[tuple[str, str], int]()
    for number, who in people.items():
        for code, session in sessions.items():
            value = fit(who["Code métier souhaité"], region(who["Région"]), session)
            if value is not None:
                sits[number, code], fits[number, code] = model.new_bool_var(""), value
    for number in people:
        model.add(sum(sits[pair] for pair in sits if pair[0] == number) <= 1)
    met = []
    for code, session in sessions.items():
        here = [pair for pair in sits if pair[1] == code]
        model.add(sum(sits[pair] for pair in here) <= int(session["Places"]))
        for reserve in reserves:
            filled = model.new_int_var(0, _held(reserve, session), "")
            model.add(filled <= sum(sits[pair] for pair in here if is_for(people[pair[0]], reserve)))
            met.append(filled)
    found = []
    for level in (sum(sits.values()), sum(met), sum(value * sits[pair] for pair, value in fits.items())):
        model.maximize(level)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers, solver.parameters.linearization_level = 1, 2
        assert solver.solve(model) == cp_model.OPTIMAL
        found.append(round(solver.objective_value))
        model.add(level == found[-1])
    return found[0], found[1], found[2]


def unfair(seats: Mapping[str, str], people: Mapping[str, Row], sessions: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    """Pairs of people alike of whom the one who has waited longer was left out for the other, or got a lesser fit."""

    def alike(who: Row) -> tuple:
        return (who[CANDIDATE[1]].strip(), region(who["Région"]), *(who[name].strip() for name in CANDIDATE[3:6]))

    def turn(number: str) -> tuple:
        said = people[number]["En attente depuis"].strip()
        return (not said, said[6:] + said[3:5] + said[:2], number)

    def got(number: str) -> int:
        if number not in seats:
            return -1
        value = fit(people[number][CANDIDATE[1]], region(people[number]["Région"]), sessions[seats[number]])
        return -1 if value is None else value

    for one, other in combinations(sorted(people, key=turn), 2):
        if alike(people[one]) == alike(people[other]) and got(one) < got(other):
            yield one, other


def reason(who: Row, sessions: Mapping[str, Row]) -> str:
    wanted = who["Code métier souhaité"].strip()
    return "full" if wanted and any(wanted[:3] == one["Code métier"].strip()[:3] for one in sessions.values()) else "no-session"


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last."""
    year, month = day.year + (day.month + months - 1) // 12, (day.month + months - 1) % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError


def settled(
    budgets: Mapping[str, int], sessions: Sequence[Mapping[str, Any]], terms: Sequence[Any], on: date
) -> dict[str, tuple]:
    """Session → committed, earned, open, released: a session is a dictionary with its days and the people who did what."""
    found = {}
    for module, units in budgets.items():
        codes = sorted(one["code"] for one in sessions if one["module"] == module)
        for one in (one for one in sessions if one["module"] == module):
            each, over = divmod(units, len(codes))
            share = each + (1 if codes.index(one["code"]) < over else 0)
            earned = waiting = given = 0
            for at, term in enumerate(terms):
                part = share - given if at == len(terms) - 1 else share * term["percent"] // 100
                given += part
                day = one["begins"] if term["when"] == "opened" else one["ends"] + timedelta(days=1)
                if term["when"] == "inserted":
                    day = months_later(one["ends"], term["months"]) + timedelta(days=1)
                if on < day:
                    waiting += part
                elif term["when"] == "opened":
                    earned += part
                elif one["people"]:
                    done = [who for who in one["people"] if _did(one, term, who)]
                    earned += part * len(done) // len(one["people"])
            found[one["code"]] = (share, earned, waiting, share - earned - waiting)
    return found


def _did(session: Mapping[str, Any], term: Mapping[str, Any], who: str) -> bool:
    if term["when"] == "certified":
        return who in session["certified"]
    if term["when"] == "inserted":
        return who in session["at_work"].get(term["months"], ())
    there, called = session["called"].get(who, (0, 0))
    return called > 0 and Fraction(there, called) >= Fraction(term["at_least"], 100)


def rate(letters: Sequence[str]) -> dict[str, Any]:
    """What a row of a roll call comes to."""
    counts = {letter: letters.count(letter) for letter in "PRAE"}
    called = counts["P"] + counts["R"] + counts["A"]
    share = (Decimal(counts["P"] + counts["R"]) / called).quantize(Decimal("0.0001"), ROUND_HALF_UP) if called else None
    return {**counts, "rate": None if share is None else float(share)}
