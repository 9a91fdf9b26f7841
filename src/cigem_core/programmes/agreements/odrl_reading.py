"""A convention read from ODRL 2.2 (JSON-LD): what a convention cannot say is refused with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cigem_core.errors import ConventionError
from cigem_core.model.axes import AXES
from cigem_core.model.conventions import Convention
from cigem_core.model.obligations import CENTRE
from cigem_core.programmes.agreements.odrl_terms import ACTIONS, AXIS, DUTIES, EVERY, NAMES, PROFILE
from cigem_core.text import Text

_POLICY = {
    "@context", "@type", "uid", "profile", "title", "issued", "valid", "cigem:agency", "description", "alternative", "permission",
    "obligation",
}  # fmt: skip
_RULE = {"@type", "uid", "source", "assigner", "assignee", "action", "target", "constraint"}
_OWES = {said: owes for owes, said in DUTIES.items()}
_EVERY = {said: every for every, said in EVERY.items()}
_DURATION = re.compile(r"P([0-9]{1,6})D")
_CLAUSE = re.compile(r".*:clause:([0-9]{1,6}):[a-z_]+")


def from_odrl(text: str | bytes) -> Convention:
    """The convention that an Agreement says; ConventionError where it says what none can, or lacks what each has."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong("", "ce n'est pas du JSON", "this is not JSON") from None
    policy = _table(said, "policy", _POLICY)
    if _bare(policy.get("@type")) != "Agreement":
        raise _wrong("@type", "il faut un Agreement", "expected an Agreement")
    agency = _table(policy.get("cigem:agency"), "cigem:agency", {"@type", "uid", "name"})
    code = _named(agency.get("uid"), "party", "cigem:agency.uid")
    if policy.get("profile", PROFILE) != PROFILE:
        raise _wrong("profile", f"il n'y a que {PROFILE}", f"there is only {PROFILE}")
    rules = [*_rules(policy, "permission"), *_rules(policy, "obligation")]
    effects = {rule.days[0] for rule in rules if rule.days[0]}
    begins, ends = _term(policy, rules)
    data: dict[str, Any] = {
        "reference": _named(policy.get("uid"), "convention", "uid"), "title": policy.get("title"),
        "agency": {"code": code, "name": agency.get("name")},
        "signed": {"on": policy.get("issued"), "certainty": "stated"}, "begins": begins,
        "clauses": _clauses([rule for rule in rules if rule.is_permission], code),
        "obligations": [_obligation(rule, code) for rule in rules if not rule.is_permission],
    }  # fmt: skip
    data |= {"ends": ends} if ends else {}
    data |= {"illustrative": policy["description"]} if "description" in policy else {}
    data |= {"amends": policy["alternative"]} if "alternative" in policy else {}
    _check_days(rules, effects, data)
    data |= {"takes_effect": min(effects)} if effects and min(effects) != begins else {}
    declared = sorted({clause["axis"] for clause in data["clauses"]} - set(map(str, AXES)))
    data |= {"axes": [{"code": one, "name": {"fr": one, "en": one}} for one in declared]} if declared else {}
    return Convention.from_document(json.dumps({name: value for name, value in data.items() if value is not None}))


def _term(policy: Mapping[str, Any], rules: list[_OdrlRule]) -> tuple[str, str | None]:
    """Its first day and its last; where the Agreement does not say them, those of its rules."""
    if "valid" in policy:
        begins, _, ends = str(policy["valid"]).partition("/")
        return begins, ends if ends not in ("", "..") else None
    first = min((rule.days[0] for rule in rules if rule.days[0]), default="")
    return first, next((rule.days[1] for rule in rules), None)


def _check_days(rules: list[_OdrlRule], effects: set[str], data: Mapping[str, Any]) -> None:
    """A convention has one term: rules of different days are several conventions."""
    if len(effects) > 1 or {rule.days[1] for rule in rules} - {data.get("ends")}:
        raise _wrong("constraint", "toutes les règles ont les mêmes jours (dateTime)", "all rules have the same days (dateTime)")


class _OdrlRule:
    """A permission or a duty, its parties named and its constraints told apart."""

    def __init__(self, said: Any, where: str) -> None:
        self.where, self.is_permission = where, where.startswith("permission")
        self.said = _table(said, where, _RULE)
        self.gives, self.gets = (_named(self.said.get(name), "party", f"{where}.{name}") for name in ("assigner", "assignee"))
        self.action = _bare(self.said.get("action"))
        self.terms = dict(_terms(self.said.get("constraint"), where))
        self.days = (self.terms.pop(("dateTime", "gteq"), None), self.terms.pop(("dateTime", "lteq"), None))
        self.article = str(self.said.get("source") or where)

    def take(self, left: str, operator: str) -> Any:
        """What a constraint says, once."""
        return self.terms.pop((left, operator), None)

    def check_spent(self) -> None:
        """ConventionError where a constraint is left that a convention has no word for."""
        for left, operator in self.terms:
            raise _wrong(
                f"{self.where}.constraint", f"« {left} {operator} » ne peut être dit", f"'{left} {operator}' cannot be said"
            )


def _rules(policy: Mapping[str, Any], name: str) -> Iterator[_OdrlRule]:
    for at, said in enumerate(_list(policy.get(name))):
        yield _OdrlRule(said, f"{name}[{at}]")


def _terms(said: Any, where: str) -> Iterator[tuple[tuple[str, str], Any]]:
    for at, one in enumerate(_list(said)):
        table = _table(one, f"{where}.constraint[{at}]", {"@type", "leftOperand", "operator", "rightOperand"})
        yield (_bare(table.get("leftOperand")), _bare(table.get("operator"))), _literal(table.get("rightOperand"))


def _clauses(rules: list[_OdrlRule], agency: str) -> list[dict[str, Any]]:
    """Permissions of one clause together: its kinds may be said in several."""
    found: dict[str, dict[str, Any]] = {}
    for at, rule in enumerate(rules):
        numbered = _CLAUSE.fullmatch(str(rule.said.get("uid") or ""))
        clause = _clause(rule, agency)
        known = found.setdefault(numbered[1] if numbered else f"at {at}", clause)
        if {**known, "fields": None} != {**clause, "fields": None}:
            raise _wrong(rule.where, "deux permissions d'une clause se contredisent", "two permissions of one clause contradict")
        known["fields"] = {**known["fields"], **clause["fields"]}
    return list(found.values())


def _clause(rule: _OdrlRule, agency: str) -> dict[str, Any]:
    directions = {(ACTIONS["pull"], agency): "pull", (ACTIONS["push"], CENTRE): "push", (ACTIONS["onward"], agency): "onward"}
    direction = directions.get((rule.action, rule.gives))
    if direction is None or {rule.gives, rule.gets} != {agency, CENTRE}:
        raise _wrong(
            rule.where, "il faut « use » ou « distribute », entre le centre et la structure",
            "expected 'use' or 'distribute', between the centre and the agency",
        )  # fmt: skip
    axis, purpose = rule.take(AXIS, "eq"), rule.take("purpose", "eq")
    if not isinstance(axis, str):
        raise _wrong(rule.where, f"l'axe manque ({AXIS})", f"the axis is missing ({AXIS})")
    rule.check_spent()
    fields: dict[str, list[str]] = {}
    for target in _list(rule.said.get("target")):
        whole = _uid(target).startswith(f"{NAMES}kind:")
        kind, _, field = _named(target, "kind" if whole else "field", f"{rule.where}.target").partition(":")
        fields.setdefault(kind, []).append("*" if whole else field)
    clause = {"article": rule.article, "axis": axis, "direction": direction, "fields": fields}
    return clause | ({"purpose": purpose} if purpose else {})


def _obligation(rule: _OdrlRule, agency: str) -> dict[str, Any]:
    owes = _OWES.get(rule.action)
    if owes is None or {rule.gives, rule.gets} != {agency, CENTRE}:
        listed = ", ".join(_OWES)
        raise _wrong(rule.where, f"il faut l'un de : {listed}", f"expected one of: {listed}")
    within, every, places = rule.take("elapsedTime", "lteq"), rule.take("timeInterval", "eq"), rule.take("count", "gteq")
    rule.check_spent()
    days = _DURATION.fullmatch(str(within or ""))
    if (within and not days) or (every and every not in _EVERY):
        raise _wrong(f"{rule.where}.constraint", "il faut une durée comme P15D ou P1M", "expected a duration like P15D or P1M")
    kind = [_named(target, "kind", f"{rule.where}.target") for target in _list(rule.said.get("target"))]
    told = {
        "article": rule.article, "of": rule.gets, "owes": owes, "within_days": int(days[1]) if days else None,
        "every": _EVERY.get(str(every)), "places": places, "kind": kind[0] if kind else None,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def _named(said: Any, what: str, where: str) -> str:
    """What an identifier of ours names."""
    uid, head = _uid(said), f"{NAMES}{what}:"
    if not uid.startswith(head) or uid == head:
        raise _wrong(where, f"il faut un identifiant {head}…", f"expected an identifier {head}…")
    return uid.removeprefix(head)


def _uid(said: Any) -> str:
    return str(_literal(said["uid"] if isinstance(said, Mapping) and "uid" in said else said))


def _table(said: Any, where: str, names: set[str]) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise _wrong(where, "il faut un objet JSON", "expected a JSON object")
    for name in said:
        if name not in names:
            raise _wrong(where, f"« {name} » ne peut être dit dans une convention", f"'{name}' cannot be said in a convention")
    return said


def _list(said: Any) -> list[Any]:
    return [] if said is None else said if isinstance(said, list) else [said]


def _literal(said: Any) -> Any:
    return next((said[name] for name in ("@value", "@id") if name in said), None) if isinstance(said, Mapping) else said


def _bare(said: Any) -> str:
    """A term without the prefix of its vocabulary."""
    return str(_literal(said)).removeprefix("odrl:").removeprefix("http://www.w3.org/ns/odrl/2/")


def _wrong(where: str, fr: str, en: str) -> ConventionError:
    fr, en = (f"{where} : {fr}", f"{where}: {en}") if where else (fr, en)
    return ConventionError(
        Text(fr=f"le document ODRL ne dit pas une convention : {fr}", en=f"the ODRL document says no convention: {en}")
    )
