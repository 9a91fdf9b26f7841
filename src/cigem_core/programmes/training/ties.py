"""Agencies' records that speak of someone enrolled: by a file or a referral that ties them, or on plain evidence alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from cigem_core.model.kinship import marks
from cigem_core.model.migrants import Attachment, Migrant
from cigem_core.model.refs import Ref, ref_of
from cigem_core.model.values import Labelled
from cigem_core.programmes.training.participation import ENROLLED
from cigem_core.programmes.training.roster import Roster
from cigem_core.store import Store


class Tie(Labelled):
    """How a record is known to speak of someone enrolled."""

    TIED = "tied", "même dossier"
    PLAIN = "plain-evidence", "indice évident"


@frozen
class TiedRecord:
    """A record, and the enrolment of the person it speaks of."""

    enrolment: str
    session: str
    ref: str
    record: Any
    tie: Tie


def files_of(store: Store) -> dict[str, str]:
    """Record → the migrant's file it is tied to; a migrant's own file is its own."""
    own = {str(ref_of(one)): one.reference for one in store.find(Migrant)}
    return own | {one.record: one.migrant for one in store.find(Attachment) if one.holds}


def tied_records(roster: Roster, records: Mapping[str, Any], files: Mapping[str, str]) -> list[TiedRecord]:
    """The records that speak of those enrolled, by ref: what an officer tied goes before plain evidence of that record."""
    by_ref, by_file, by_mark = _known(roster, files)
    found = []
    for ref, record in sorted(records.items()):
        numbers, tie = by_ref.get(ref) or by_file.get(files.get(ref, "")) or set(), Tie.TIED
        if not numbers and (seen := marks(getattr(record, "identity", None))):
            numbers, tie = set().union(*(by_mark.get(mark, set()) for mark in seen)), Tie.PLAIN
        found += [TiedRecord(number, session, ref, record, tie) for number, session in sorted(numbers)]
    return found


_Numbers = set[tuple[str, str]]


def _known(
    roster: Roster, files: Mapping[str, str]
) -> tuple[Mapping[str, _Numbers], Mapping[str, _Numbers], Mapping[Any, _Numbers]]:
    """Enrolment and session of those enrolled: by the refs that speak of them, by their files, and by what only they have."""
    by_ref, by_file, by_mark = (defaultdict[Any, _Numbers](set) for _ in range(3))
    for one in roster.everyone.values():
        row = one.enrolment
        if row is None or one.session is None or one.state not in ENROLLED:
            continue
        number = row.reference, one.session
        refs = {one.who, str(Ref(roster.plan.ref.agency, "enrolment", row.reference, roster.plan.ref.key))}
        for ref in refs:
            by_ref[ref].add(number)
            if ref in files:
                by_file[files[ref]].add(number)
        for mark in marks(row.identity):
            by_mark[mark].add(number)
    return by_ref, by_file, by_mark


def by_ref(records: Iterable[Any]) -> dict[str, Any]:
    """Records by the refs they know."""
    return {str(ref): one for one in records if (ref := ref_of(one)) is not None}


def of_each(tied: Sequence[TiedRecord], *, plain: bool) -> dict[tuple[str, str], list[TiedRecord]]:
    """The records of each enrolment in its session; those on plain evidence where that is enough."""
    found: dict[tuple[str, str], list[TiedRecord]] = defaultdict(list)
    for one in tied:
        if plain or one.tie is Tie.TIED:
            found[one.enrolment, one.session].append(one)
    return found
