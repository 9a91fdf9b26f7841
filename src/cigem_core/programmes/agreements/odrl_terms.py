"""The words of a convention in ODRL 2.2 (https://www.w3.org/TR/odrl-model/), with DPV purposes and Dublin Core terms.

An Agreement; a permission for each clause and kind, whose assigner gives and whose assignee gets; a duty for each thing owed.
ODRL leaves to a profile what it has no word for: here the axis, and the acts that are owed.
"""

from __future__ import annotations

from typing import Any

from cigem_core.model.conventions import Direction
from cigem_core.model.obligations import Every, Owes

NAMES = "urn:cigem:"
PROFILE = f"{NAMES}odrl"
CONTEXT: list[Any] = [
    "http://www.w3.org/ns/odrl.jsonld",
    {
        "cigem": f"{PROFILE}:", "dct": "http://purl.org/dc/terms/", "vcard": "http://www.w3.org/2006/vcard/ns#",
        "xsd": "http://www.w3.org/2001/XMLSchema#", "dpv": "https://w3id.org/dpv#",
        "title": {"@id": "dct:title", "@container": "@language"},
        "description": {"@id": "dct:description", "@container": "@language"},
        "name": {"@id": "vcard:fn", "@container": "@language"},
        "alternative": "dct:alternative", "source": "dct:source",
        "issued": {"@id": "dct:issued", "@type": "xsd:date"}, "valid": "dct:valid",
    },
]  # fmt: skip

ACTIONS: dict[Direction, str] = {"pull": "use", "push": "use", "onward": "distribute"}
"""Who gives tells pull from push; to hand on is ODRL's `distribute`: to supply to third parties."""
AXIS = "cigem:axis"
DUTIES: dict[Owes, str] = {
    "answer-referrals": "cigem:answerReferrals",
    "return": "cigem:handOver",
    "seats": "cigem:acceptReferred",
    "meeting": "cigem:meet",
}
EVERY: dict[Every, str] = {"month": "P1M", "quarter": "P3M", "year": "P1Y"}


def policy_uid(reference: str) -> str:
    """The identifier of a convention."""
    return f"{NAMES}convention:{reference}"


def party_uid(code: str) -> str:
    """The identifier of a party."""
    return f"{NAMES}party:{code}"


def asset_uid(kind: str, field: str | None = None) -> str:
    """The identifier of the records of a kind, or of one field of theirs."""
    return f"{NAMES}field:{kind}:{field}" if field else f"{NAMES}kind:{kind}"


def constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    """A condition of a rule."""
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def typed(value: str, kind: str) -> dict[str, str]:
    """A literal with its XML Schema type."""
    return {"@value": value, "@type": f"xsd:{kind}"}
