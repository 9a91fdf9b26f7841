"""HXL tags, which some lists carry below their header, in the words columns are usually called by."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TAG = re.compile(r"#[A-Za-z][A-Za-z0-9_]*(?:\s*\+[A-Za-z0-9_]+)*")

_SAID: tuple[tuple[str, frozenset[str], str], ...] = tuple(
    (tag, frozenset(attributes.split()), said)
    for tag, attributes, said in (
        ("", "family", "nom de famille"), ("", "surname", "nom de famille"), ("", "last", "nom de famille"),
        ("", "given", "prénoms"), ("", "first", "prénoms"), ("", "firstname", "prénoms"),
        ("", "gender", "sexe"), ("", "sex", "sexe"), ("gender", "", "sexe"),
        ("", "birth", "date de naissance"), ("", "dob", "date de naissance"), ("", "birthdate", "date de naissance"),
        ("loc", "birth", "lieu de naissance"), ("adm1", "", "région"), ("adm2", "", "district"), ("", "phone", "téléphone"),
        ("", "nationality", "nationalité"), ("", "id", "identifiant"), ("", "num", "identifiant"), ("", "code", "code"),
        ("date", "registered", "date inscription"), ("date", "registration", "date inscription"),
        ("date", "return", "date de retour"), ("date", "returned", "date de retour"), ("country", "return", "pays de retour"),
        ("date", "start", "date début"), ("date", "end", "date fin"), ("status", "", "statut"), ("", "status", "statut"),
        ("", "education", "niveau scolaire"), ("", "occupation", "code métier"), ("", "isco", "code métier"),
        ("", "comment", "observations"), ("description", "", "observations"), ("org", "", "employeur"),
    )
)  # fmt: skip
"""Tag, attributes it has among others → what such a column is called; the more is asked of a tag, the more it says."""

_NAMES = {"affected", "beneficiary", "contact", "inneed", "reached", "targeted"}
"""Tags of people: their `+name` is somebody's whole name."""


def is_tag(text: str) -> bool:
    """Whether a text is an HXL tag: `#affected+name`."""
    return _TAG.fullmatch(text.strip()) is not None


def said_by(text: str) -> Iterator[tuple[str, float]]:
    """What a tag says a column is, in the words columns are called by, and how much each is worth."""
    tag, *further = re.split(r"\s*\+", text.strip().casefold().removeprefix("#"))
    attributes = set(further)
    known = [(named, asked, said) for named, asked, said in _SAID if named in ("", tag) and asked <= attributes]
    most = max((bool(named) + len(asked) for named, asked, _ in known), default=0)
    yield from ((said, 1.0) for named, asked, said in known if bool(named) + len(asked) == most)
    if tag in _NAMES and "name" in attributes and not known:
        yield "full name", 1.0
    if tag == "country" and not known:
        yield "pays", _LESS
    if further:
        yield " ".join(further), _LESS


_LESS = 0.8
"""What is taken and asked about."""
