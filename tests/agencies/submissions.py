"""Invented answers to UFAE's form, as KoboToolbox sends them, with faults at known answers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

Answers = dict[str, Any]

FAULTS: Sequence[tuple[str, Any, str]] = [
    ("stagiaire/nom", None, "required"), ("stagiaire/prenom", "  ", "required"), ("stagiaire/sexe", "x", "enum"),
    ("stagiaire/sexe", "", "required"), ("stagiaire/region", "ml_99", "enum"), ("stagiaire/langues", "bambara klingon", "enum"),
    ("stagiaire/telephone", "77", "pattern"), ("formation/filiere", "astronautique", "enum"),
    ("formation/debut", "2009-02-30", "type"), ("formation/debut", None, "required"), ("formation/fin", "2001-01-01", "row"),
    ("formation/heures_suivies", "-4", "minimum"), ("formation/heures_suivies", "beaucoup", "type"),
    ("formation/resultat", "reçu", "enum"), ("formation/evaluation[0]/note", "20.5", "maximum"),
    ("formation/evaluation[1]/note", "-1", "minimum"), ("formation/evaluation[0]/module", "", "required"),
]  # fmt: skip
"""Question, answer, and the rule it breaks."""


def submissions(dice: Random, count: int, faults: int) -> tuple[bytes, set[tuple[str, str, str]], int]:
    """A document of answers; what is wrong in it, by record, question and rule; and how many records it has."""
    records = [_answered(dice) for _ in range(count)]
    wrong: dict[int, tuple[str, str]] = {}
    for question, answer, rule in dice.sample(FAULTS, faults):
        if free := [at for at in range(count) if at not in wrong]:
            at = dice.choice(free)
            wrong[at] = (question, rule)
            _put(records[at], question, answer)
    expected = {(records[at]["_uuid"], question, rule) for at, (question, rule) in wrong.items()}
    told = [_arranged(dice, record) for record in records]
    whole = {"count": count, "next": None, "previous": None, "results": told} if dice.random() < 0.7 else {"results": told}
    return json.dumps(whole, ensure_ascii=dice.random() < 0.5, indent=dice.choice([None, 2])).encode(), expected, count


def _answered(dice: Random) -> Answers:
    begins = date(2009, 3, 1) + timedelta(days=dice.randint(0, 90))
    known = dice.random() < 0.5
    born = {"stagiaire/date_naissance": "1985-03-12"} if known else {"stagiaire/annee_naissance": "1985"}
    # An answer to a question that is not relevant is ignored, whatever it says.
    stray = {"stagiaire/annee_naissance": "vers 1700"} if known and dice.random() < 0.3 else {}
    number = str(uuid.UUID(int=dice.getrandbits(128), version=4))
    return {
        "_uuid": number, "_id": dice.randint(1, 10**9), "meta/instanceID": f"uuid:{number}",
        "start": "2009-09-09T09:12:00.000+00:00", "stagiaire/nom": dice.choice(["Diarra", "Keïta"]), "stagiaire/prenom": "Awa",
        "stagiaire/sexe": dice.choice(["f", "m"]), "stagiaire/precision_naissance": "exacte" if known else "annee",
        "stagiaire/telephone": dice.choice(["76 12 34 56", "+22376123456", "00223 76 12 34 56", None]),
        "stagiaire/region": dice.choice(["ml_1", "ml_bko"]), "stagiaire/langues": dice.choice(["bambara", "peul francais", ""]),
        "formation/filiere": "soudure", "formation/debut": begins.isoformat(),
        "formation/fin": dice.choice([begins.isoformat(), "2009-08-31", None]),
        "formation/heures_suivies": dice.choice(["0", "41"]),
        "formation/resultat": dice.choice(["en_cours", "certifie"]),
        "formation/evaluation": [_evaluated(dice) for _ in range(2)], **born, **stray,
    }  # fmt: skip


def _evaluated(dice: Random) -> Answers:
    return {
        "formation/evaluation/module": dice.choice(["Atelier", "Sécurité"]),
        "formation/evaluation/note": dice.choice(["0", "13.5", "20"]),
    }


def _put(record: Answers, question: str, answer: Any) -> None:
    if "[" not in question:
        record[question] = answer
        return
    path, _, rest = question.partition("[")
    place, _, name = rest.partition("]/")
    record[path][int(place)][f"{path}/{name}"] = answer


def _arranged(dice: Random, record: Answers) -> Answers:
    """The same answers in another order; one that is empty may as well be absent, a number be a number."""
    ways: list[Callable[[Answers], Answers]] = [
        lambda found: dict(dice.sample(list(found.items()), len(found))),
        lambda found: {name: said for name, said in found.items() if said not in (None, "")},
        lambda found: {**found, "formation/heures_suivies": _number(found.get("formation/heures_suivies"))},
        lambda found: {**found, "_tags": [], "_geolocation": [None, None], "note_du_centre": "fictif"},
    ]
    for way in ways:
        record = way(record) if dice.random() < 0.5 else record
    return record


def _number(said: Any) -> Any:
    return int(said) if isinstance(said, str) and said.lstrip("-").isdigit() else said
