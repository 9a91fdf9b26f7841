"""A convention said in ODRL 2.2 (JSON-LD), and what of it ODRL has no way to say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from cigem_core.model.conventions import Clause, Convention
from cigem_core.model.fields import kind_of
from cigem_core.model.obligations import CENTRE, Obligation
from cigem_core.policy import compile_mask
from cigem_core.programmes.agreements.odrl_terms import (
    ACTIONS,
    AXIS,
    CONTEXT,
    DUTIES,
    EVERY,
    PROFILE,
    asset_uid,
    constraint,
    party_uid,
    policy_uid,
    typed,
)
from cigem_core.text import Text


def to_odrl(convention: Convention) -> dict[str, Any]:
    """The convention as an ODRL Agreement; what it cannot say `unsayable` tells."""
    uid, agency = policy_uid(convention.reference), convention.agency
    said: dict[str, Any] = {
        "@context": CONTEXT, "@type": "Agreement", "uid": uid, "profile": PROFILE, "title": _both(convention.title),
        "issued": convention.signed.on.isoformat(), "valid": _range(convention.begins, convention.ends),
        "cigem:agency": {"@type": "Party", "uid": party_uid(agency.code), "name": _both(agency.name)},
    }  # fmt: skip
    if convention.illustrative:
        said["description"] = _both(convention.illustrative)
    if convention.amends:
        said["alternative"] = convention.amends
    permissions = [
        _permission(convention, clause, kind, f"{uid}:clause:{at}:{kind}")
        for at, clause in enumerate(convention.clauses)
        for kind in sorted(clause.fields)
    ]
    duties = [_duty(convention, one, f"{uid}:obligation:{at}") for at, one in enumerate(convention.obligations)]
    return said | ({"permission": permissions} if permissions else {}) | ({"obligation": duties} if duties else {})


def _permission(convention: Convention, clause: Clause, kind: str, uid: str) -> dict[str, Any]:
    agency = party_uid(convention.agency.code)
    gives, gets = (party_uid(CENTRE), agency) if clause.direction == "push" else (agency, party_uid(CENTRE))
    return {
        "@type": "Permission", "uid": uid, "source": clause.article, "assigner": gives, "assignee": gets,
        "action": ACTIONS[clause.direction], "target": _targets(clause, kind),
        "constraint": [
            *_days(convention), constraint(AXIS, "eq", str(clause.axis)),
            *([constraint("purpose", "eq", {"@id": clause.purpose})] if clause.purpose else []),
        ],
    }  # fmt: skip


def _targets(clause: Clause, name: str) -> str | list[str]:
    kind = kind_of(name)
    crossing = compile_mask(clause).permitted(kind)
    if len(crossing) == len(kind.fields):
        return asset_uid(name)
    return [asset_uid(name, field.name) for field in crossing]


def _duty(convention: Convention, one: Obligation, uid: str) -> dict[str, Any]:
    agency = party_uid(convention.agency.code)
    owes, gets = (party_uid(CENTRE), agency) if one.of == CENTRE else (agency, party_uid(CENTRE))
    terms = [
        *([constraint("elapsedTime", "lteq", typed(f"P{one.within_days}D", "duration"))] if one.within_days is not None else []),
        *([constraint("timeInterval", "eq", typed(EVERY[one.every], "duration"))] if one.every else []),
        *([constraint("count", "gteq", one.places)] if one.places is not None else []),
    ]
    return {
        "@type": "Duty", "uid": uid, "source": one.article, "assigner": gets, "assignee": owes, "action": DUTIES[one.owes],
        **({"target": asset_uid(one.kind)} if one.kind else {}), "constraint": [*_days(convention), *terms],
    }  # fmt: skip


def _days(convention: Convention) -> Iterator[dict[str, Any]]:
    yield constraint("dateTime", "gteq", typed(convention.counts_from.isoformat(), "date"))
    if convention.ends:
        yield constraint("dateTime", "lteq", typed(convention.ends.isoformat(), "date"))


def _both(text: Text) -> dict[str, str]:
    return {"fr": text.fr, "en": text.en}


def _range(begins: date, ends: date | None) -> str:
    return f"{begins.isoformat()}/{ends.isoformat() if ends else '..'}"


def unsayable(convention: Convention) -> list[Text]:
    """What of a convention ODRL cannot say, and a reading back will lack."""
    found = []
    if convention.signed.certainty != "stated" or convention.signed.because:
        found.append(Text(fr="comment le jour de la signature est connu", en="how the day of its signature is known"))
    if convention.axes:
        found.append(Text(fr="les noms des axes qu'elle déclare", en="the names of the axes it declares"))
    if convention.takes_effect and convention.takes_effect <= convention.begins:
        found.append(Text(fr="qu'elle prend effet le premier jour", en="that it takes effect on the first day"))
    if convention.takes_effect and not convention.clauses and not convention.obligations:
        found.append(Text(fr="le jour où elle prend effet, sans clause", en="the day it takes effect, without a clause"))
    for clause in convention.clauses:
        found += [Text(fr=f"{clause.article} : {one.fr}", en=f"{clause.article}: {one.en}") for one in _unsaid(clause)]
    return found


def _unsaid(clause: Clause) -> Iterator[Text]:
    if clause.cargo:
        yield Text(fr="les colonnes que personne n'a déclarées (cargo)", en="the columns nobody declared (cargo)")
    if not clause.fields:
        yield Text(fr="une clause qui ne parle d'aucune fiche", en="a clause that speaks of no record")
    mask = compile_mask(clause)
    for name, written in clause.fields.items():
        kind = kind_of(name)
        crossing = [field.name for field in mask.permitted(kind)]
        if tuple(written) != (("*",) if len(crossing) == len(kind.fields) else tuple(crossing)):
            yield Text(
                fr=f"comment les champs de {name} sont écrits (groupes, « * », « ! ») : ils sont nommés un à un",
                en=f"how the fields of {name} are written (groups, '*', '!'): they are named one by one",
            )
