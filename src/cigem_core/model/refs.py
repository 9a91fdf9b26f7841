"""Refs: whose a record is, of what kind, and by which number; what the store yields knows its own."""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterable, Sequence
from typing import Any, Self
from urllib.parse import quote, unquote

from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.model.called import kind_called
from cigem_core.model.fields import field
from cigem_core.text import Text


@frozen
class Ref:
    """What names a record in a workspace, and prints as `chambre:job_seeker:2009-00009`.

    Where keys are unique only inside another record, its key stands before theirs: `fund:training_module:PF-1:M01`.
    """

    agency: str | None = field("Agency of the record", fr="Structure de la fiche")
    kind: str | None = field("Kind of record", fr="Type de fiche")
    key: str | None = field("Number of the record", fr="Numéro de la fiche")
    scope: str | None = field("Inside of", fr="Au sein de")

    @property
    def parts(self) -> Parts:
        """What it is made of: agency, kind, key and scope."""
        return self.agency, self.kind, self.key, self.scope

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what a ref prints, the kind by its code or as people call it (`chambre:demandeur:1`).

        OperatorError where it is none, UnknownName for a kind that nobody declared.
        """
        parts = [unquote(part) for part in text.strip().split(":")]
        if len(parts) not in (3, 4) or not all(parts):
            raise OperatorError(
                Text(
                    fr=f"« {text} » ne désigne pas une fiche ; attendu structure:type:numéro, comme chambre:job_seeker:1 ; "
                    "cigem find la donne",
                    en=f"'{text}' names no record; expected agency:kind:number, like chambre:job_seeker:1; cigem find tells it",
                )
            )
        kind = kind_called(parts[1])
        return cls(parts[0].lower(), kind.name, parts[-1], parts[2] if len(parts) == 4 else None)

    def __str__(self) -> str:
        inside = [self.scope] if self.scope else []
        return ":".join(_escaped(part or "") for part in (self.agency, self.kind, *inside, self.key))


def _escaped(part: str) -> str:
    """A part whose colons and percent signs are no separators."""
    return re.sub("[:%]", lambda found: quote(found[0], safe=""), part)


Parts = tuple[str | None, str | None, str | None, str | None]
"""Agency, kind, key and scope of a record."""


class _Held(weakref.ref[Any]):
    """Which object it is, and whose record; gone when the object is."""

    __slots__ = ("named", "place")
    place: int
    named: Parts
    """The parts of its ref, which few are asked for."""


_HELD: dict[int, _Held] = {}


def _forget(gone: weakref.ref[Any]) -> None:
    # The place may be another object's by now.
    if isinstance(gone, _Held) and _HELD.get(gone.place) is gone:
        del _HELD[gone.place]


def hold(records: Sequence[Any], named: Iterable[Parts]) -> None:
    """Remember whose each record is (agency, kind, key, scope), for as long as the object lives.

    A copy that says something else is nobody's yet.
    """
    for record, parts in zip(records, named, strict=True):
        held = _Held(record, _forget)
        held.place, held.named = id(record), parts
        _HELD[held.place] = held


def ref_of(record: Any) -> Ref | None:
    """Whose a record is that the store yielded or kept; None for one that was made by hand or changed since."""
    held = _HELD.get(id(record))
    return Ref(*held.named) if held is not None and held() is record else None
