"""Conventions between a centre and its partner agencies, as documents people can read.

A convention is written in TOML (see `plugins/cigem-mali`). Each clause names one axis, one direction,
and for every kind the fields it lets cross: `"*"`, a group or a field, and `"!name"` for all but that.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from attrs import frozen

from cigem_core.errors import ConventionError
from cigem_core.text import Text

Direction = Literal["pull", "push"]


class Axis(StrEnum):
    """What centre and agencies agreed to do together."""

    RECEPTION = "reception"
    EMPLOYMENT_DATA = "employment-data"
    TRAINING = "training"

    @property
    def label(self) -> Text:
        """The axis as the conventions word it."""
        return _AXES[self]


_AXES = {
    Axis.RECEPTION: Text(fr="accueil et élaboration du projet", en="reception and elaboration of projects"),
    Axis.EMPLOYMENT_DATA: Text(fr="données de l'emploi", en="employment data"),
    Axis.TRAINING: Text(fr="plans de formation", en="training plans"),
}


@frozen(kw_only=True)
class Agency:
    """A State service the centre works with."""

    code: str
    name: Text


@frozen(kw_only=True)
class Signature:
    """The day a convention was signed, and how that day is known."""

    on: date
    certainty: Literal["stated", "inferred"]
    because: Text | None = None


@frozen(kw_only=True)
class Clause:
    """What one article lets cross, in one direction, for one axis."""

    article: str
    axis: Axis
    direction: Direction
    fields: Mapping[str, tuple[str, ...]]
    """Kind → fields that may cross."""
    cargo: bool = False
    """Whether columns nobody declared are kept for write-back."""
    purpose: str | None = None
    """A term of the W3C Data Privacy Vocabulary, for the reader; it decides nothing."""


@frozen(kw_only=True)
class Convention:
    """A signed agreement with one agency; in force from its first day to its last, both included."""

    reference: str
    agency: Agency
    title: Text
    signed: Signature
    begins: date
    ends: date | None = None
    illustrative: Text | None = None
    """Said where the clauses are not the signed ones."""
    clauses: tuple[Clause, ...]

    def is_in_force(self, on: date) -> bool:
        """Whether it lets anything happen on a day."""
        return self.begins <= on and (self.ends is None or on <= self.ends)

    @property
    def period(self) -> Text:
        """From when to when it is in force."""
        fr = f"au {self.ends:%d/%m/%Y}" if self.ends else "sans terme"
        en = f"to {self.ends}" if self.ends else "with no end"
        return Text(fr=f"du {self.begins:%d/%m/%Y}, {fr}", en=f"from {self.begins}, {en}")

    @property
    def document(self) -> str:
        """The convention as canonical JSON: what is kept, and what its digest is of."""
        return json.dumps(_converter().unstructure(self), ensure_ascii=False, sort_keys=True)

    @property
    def digest(self) -> str:
        """Which wording of the convention was applied."""
        return hashlib.sha256(self.document.encode()).hexdigest()

    @classmethod
    def from_toml(cls, text: str) -> Convention:
        """Read a convention; ConventionError names what is wrong and where."""
        try:
            return cls._structured(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise ConventionError(
                Text(fr=f"la convention n'est pas du TOML : {error}", en=f"the convention is not TOML: {error}")
            ) from None

    @classmethod
    def from_document(cls, document: str) -> Convention:
        """Read back what `document` wrote."""
        return cls._structured(json.loads(document))

    @classmethod
    def _structured(cls, data: dict[str, Any]) -> Convention:
        from cattrs.errors import BaseValidationError
        from cattrs.v import transform_error

        if "clause" in data:
            data = {**data, "clauses": data["clause"]}
            del data["clause"]
        try:
            convention: Convention = _converter().structure(data, cls)
        except BaseValidationError as error:
            said = "; ".join(transform_error(error))
            raise ConventionError(
                Text(fr=f"la convention est mal écrite : {said}", en=f"the convention is written wrongly: {said}")
            ) from None
        return convention


def _converter() -> Any:
    from cattrs.preconf.json import make_converter

    converter = make_converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook(date, lambda v, _: v if isinstance(v, date) else date.fromisoformat(v))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook_func(
        lambda t: t == tuple[str, ...], lambda v, _: (v,) if isinstance(v, str) else tuple(str(item) for item in v)
    )
    return converter
