"""What schemas promise is what the code declares: of answers that are values of a class, field by field."""

from __future__ import annotations

import json
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

import attrs
import pytest
from answers import SCHEMAS

from cigem_core.model.arrivals import Aid, Arrival, Registration
from cigem_core.model.counsel import Assessment, Handing, Visit
from cigem_core.model.migrants import Attachment, Situation
from cigem_core.model.party_signatures import PartySignature
from cigem_core.model.projects import IndividualProject, ProjectStep, Service
from cigem_core.model.receipts import Dispatch, Receipt
from cigem_core.observatory.coverage import Feed
from cigem_core.observatory.publishing import Publication
from cigem_core.programmes.agreements.explaining import FieldExplanation
from cigem_core.programmes.agreements.rules import Owed
from cigem_core.programmes.reception.caseload import Caseload
from cigem_core.programmes.reception.groups import Headcount
from cigem_core.programmes.reception.orienting import ReferralLine
from cigem_core.programmes.reception.sheets import InformationSheet
from cigem_core.programmes.scholarships.draw import Draw
from cigem_core.programmes.training.admissions import AdmissionShare
from cigem_core.programmes.training.assignment import PlanScore
from cigem_core.programmes.training.cash import CashLine, LatePayment
from cigem_core.programmes.training.money import FunderBalance
from cigem_core.programmes.training.outcomes import FoundResult
from cigem_core.programmes.training.settlement import Settled
from cigem_core.text import Text

VALUES = {
    "arrivals-absent": Headcount,
    "arrivals-give": Aid,
    "arrivals-leave": Situation,
    "arrivals-list[]": Arrival,
    "arrivals-show": Headcount,
    "arrivals-show.people[]": Registration,
    "migrants-assess": Assessment,
    "migrants-attach": Attachment,
    "migrants-detach": Attachment,
    "migrants-hand": Handing,
    "migrants-sheets[]": InformationSheet,
    "migrants-show.situations[]": Situation,
    "migrants-show.referrals[]": ReferralLine,
    "migrants-situation": Situation,
    "migrants-visit": Visit,
    "projects-close": IndividualProject,
    "projects-done": ProjectStep,
    "projects-list[]": IndividualProject,
    "projects-open": IndividualProject,
    "projects-revise": IndividualProject,
    "projects-show": IndividualProject,
    "projects-show.steps[]": ProjectStep,
    "projects-step": ProjectStep,
    "referrals-caseload": Caseload,
    "services-confirm": Service,
    "services[]": Service,
}
"""Where in an answer a value stands → its class."""

WORDED = {
    "conventions-explain[]": FieldExplanation,
    "conventions-report.terms[]": Owed,
    "conventions-sign": PartySignature,
    "conventions-signature": PartySignature,
    "indicators[].coverage.feeds[]": Feed,
    "obligations[]": Owed,
    "plan-assign.bound": PlanScore,
    "plan-money.funders[]": FunderBalance,
    "plan-money.late[]": LatePayment,
    "plan-money.months[]": CashLine,
    "plan-openness[]": AdmissionShare,
    "plan-result": FoundResult,
    "plan-results.results[]": FoundResult,
    "plan-settle.sessions[]": Settled,
    "plan-settle.totals{}": Settled,
    "publish": Publication,
    "pull": Receipt,
    "push": Dispatch,
    "scholarship-draw": Draw,
}
"""Where in an answer a value stands that words itself (`as_dict`) → its class."""

LEFT_OUT = {"publish.rounded_to": "what is not rounded does not speak of it"}
"""Members that are left out where their class has nothing."""

OTHERWISE = {
    "arrivals-list[].announced": "the headcount's, which is never null",
    "arrivals-list[].absent": "the headcount's, which is never null",
}
"""Members that are not those of the class, and whose they are."""


def members(schema: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Every member that a schema describes, by where it stands."""
    if not isinstance(schema, Mapping):
        return
    inside = [(f"{at}.{name}", one) for name, one in schema.get("properties", {}).items()]
    inside += [(f"{at}[]", schema["items"])] if "items" in schema else []
    inside += [(f"{at}[]", one) for one in schema.get("prefixItems", ())]
    inside += [(f"{at}{{}}", one) for one in [schema.get("additionalProperties")] if isinstance(one, Mapping)]
    for place, one in inside:
        yield place, one
        yield from members(one, place)
    for one in schema.get("anyOf", ()):
        yield from members(one, at)


def every_member() -> dict[str, list[Any]]:
    """The members of all schemas; two may stand at one place, where an answer is one of several."""
    found: dict[str, list[Any]] = {}
    for path in sorted(SCHEMAS.glob("*.json")):
        schema = json.loads(path.read_text("utf-8"))
        for place, one in [(path.stem, schema), *members(schema, path.stem)]:
            found.setdefault(place, []).append(one)
    return found


def described(annotation: Any) -> dict[str, Any]:
    """The schema of what `cli.plain.plain` makes of a value that is so annotated."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        (one,) = [inside for inside in typing.get_args(annotation) if inside is not type(None)]
        told = described(one)
        return told | {"type": [told["type"], "null"]}
    if (origin := typing.get_origin(annotation)) is not None:
        inside = [described(one) for one in typing.get_args(annotation) if one is not ...]
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": inside[1]}
        if origin is tuple and ... not in typing.get_args(annotation):
            return {"type": "array", "prefixItems": inside, "items": False, "minItems": len(inside)}
        return {"type": "array", "items": inside[0]}
    if annotation in (bool, int):
        return {"type": "boolean" if annotation is bool else "integer"}
    if annotation is date:
        return {"type": "string", "format": "date"}
    if annotation in (str, Fraction, Text) or issubclass(annotation, StrEnum) or "__str__" in vars(annotation):
        return {"type": "string"}
    return object_of(annotation)


def object_of(cls: type) -> dict[str, Any]:
    """The schema of a value of a class."""
    hints = typing.get_type_hints(cls)
    names = [field.name for field in attrs.fields(cls) if field.name != "wording"]
    told = {name: described(hints[name]) for name in names}
    return {"type": "object", "properties": told, "required": names, "additionalProperties": False}


def bare(schema: Any) -> Any:
    """A schema without its descriptions, types in one order."""
    if isinstance(schema, list):
        return [bare(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    told = {name: bare(one) for name, one in schema.items() if name != "description" or not isinstance(one, str)}
    return told | {name: sorted(one) for name, one in told.items() if name in ("type", "required") and isinstance(one, list)}


def test_no_schema_says_nothing_of_a_member():
    """What comes out is typed; of what may hold any value, its type lists what JSON has."""
    says = {"type", "anyOf", "enum", "const"}

    assert not [place for place, some in every_member().items() for one in some if one and not says & one.keys()]


def test_a_fault_is_told_alike_by_all():
    """Its row is a number in files with rows, and the id of a record elsewhere."""
    members = [one["properties"] for some in every_member().values() for one in some if one and "properties" in one]
    faults = [one for one in members if {"rule", "value", "row"} <= one.keys()]

    assert len(faults) > 5
    assert all(set(one["row"]["type"]) == {"integer", "string"} for one in faults)
    assert all(set(one[name]["type"]) == {"string", "null"} for one in faults for name in ("sheet", "column", "value"))


@pytest.mark.parametrize(("place", "cls"), VALUES.items(), ids=VALUES)
def test_what_a_value_says_has_the_types_that_its_class_declares(place, cls):
    """None narrower, for an answer that is right would be refused; none wider."""
    found = every_member()
    for name, told in object_of(cls)["properties"].items():
        if (at := f"{place}.{name}") not in OTHERWISE:
            assert [bare(one) for one in found[at]] == [bare(told)], at


@pytest.mark.parametrize(("place", "cls"), WORDED.items(), ids=WORDED)
def test_what_a_value_words_itself_is_null_where_its_class_may_hold_nothing(place, cls):
    """And nowhere else: a program that reads it would look for what never comes, or break on what does."""
    found, hints = every_member(), typing.get_type_hints(cls)
    names = [f.name for f in attrs.fields(cls) if f"{place}.{f.name}" in found and f"{place}.{f.name}" not in LEFT_OUT]

    assert len(names) > 2
    assert {at: may_be_null(one) for at in names for one in found[f"{place}.{at}"]} == {
        at: type(None) in typing.get_args(hints[at]) for at in names
    }


def may_be_null(schema: Mapping[str, Any]) -> bool:
    """Whether a schema takes null."""
    told = schema.get("type", ())
    return "null" in ([told] if isinstance(told, str) else told) or any(map(may_be_null, schema.get("anyOf", ())))


def test_what_words_itself_and_is_like_an_answer_is_compared():
    """A class whose members an answer has nearly all of is that answer's, and no other is left out."""
    wording = {cls for cls in vars_of_the_library() if attrs.has(cls) and "as_dict" in vars(cls)}
    known = {*VALUES, *WORDED}
    alike = {
        (place, cls.__name__)
        for place, some in every_member().items()
        for one in some
        if place not in known and isinstance(one, Mapping) and len(one.get("properties", {})) > 3
        for cls in wording
        if set(one["properties"]) == {f.name for f in attrs.fields(cls)}
    }

    assert len(wording) > 20
    assert not alike


def vars_of_the_library() -> list[type]:
    """Every class of ours that is loaded."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("cigem_core.")]
    return list({one for module in modules for one in vars(module).values() if isinstance(one, type)})
