"""Suggestions: records that plainly speak of the same person. They are shown to an officer, never acted upon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from attrs import frozen

from cigem_core.model.identity import Identity
from cigem_core.model.names import words
from cigem_core.model.values import Labelled
from cigem_core.spelling import fold


class Kinship(Labelled):
    """Why two records plainly speak of one person."""

    SAME_NINA = "same-nina", "même N° NINA"
    SAME_PHONE_AND_NAMES = "same-phone-and-names", "même téléphone et mêmes noms"


class SpeaksOfSomeone(Protocol):
    """Any record with an identity."""

    @property
    def identity(self) -> Identity | None:
        """Who it speaks of."""


@frozen
class Likeness:
    """A record that plainly speaks of the same person as another, and what shows it."""

    record: Any
    proofs: tuple[Kinship, ...]


def proofs_between(one: Identity | None, other: Identity | None) -> tuple[Kinship, ...]:
    """What plainly shows that two identities are one person's; nothing where it is only likely."""
    shared = marks(one) & marks(other)
    return tuple(proof for proof in Kinship if any(mark[0] is proof for mark in shared))


def likenesses(who: Identity | None, records: Iterable[SpeaksOfSomeone]) -> list[Likeness]:
    """Those of some records that plainly speak of a person, in the order given."""
    found = ((record, proofs_between(who, record.identity)) for record in records)
    return [Likeness(record, proofs) for record, proofs in found if proofs]


def doubles(records: Iterable[SpeaksOfSomeone]) -> list[tuple[Any, Any, tuple[Kinship, ...]]]:
    """Pairs of records that plainly speak of one person, each pair once."""
    sharing: dict[tuple[Kinship, Any], list[int]] = defaultdict(list)
    held = list(records)
    for place, record in enumerate(held):
        for mark in marks(record.identity):
            sharing[mark].append(place)
    pairs: dict[tuple[int, int], set[Kinship]] = defaultdict(set)
    for (proof, _), places in sharing.items():
        for at, first in enumerate(places):
            for second in places[at + 1 :]:
                pairs[first, second].add(proof)
    return [(held[a], held[b], tuple(p for p in Kinship if p in shown)) for (a, b), shown in sorted(pairs.items())]


def marks(who: Identity | None) -> set[tuple[Kinship, Any]]:
    """What nobody else has: the national number, or a phone with the names of who answers it."""
    if who is None:
        return set()
    found: set[tuple[Kinship, Any]] = set()
    if who.nina and (nina := fold(who.nina).replace(" ", "")):
        found.add((Kinship.SAME_NINA, nina))
    if names := tuple(sorted(words(who.family_name, who.given_names))):
        found |= {(Kinship.SAME_PHONE_AND_NAMES, (str(phone), names)) for phone in who.phones}
    return found
