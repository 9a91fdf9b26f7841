"""Reading an agency's service: its lists from where the last reading ended, its answers one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from attrs import define, field, frozen

from cigem_core.errors import OperatorError, RemoteError
from cigem_core.exchange.following import ANSWER
from cigem_core.exchange.progress import Progress
from cigem_core.exchange.referrals import awaiting
from cigem_core.exchange.services import Services
from cigem_core.formats.rest import Client, get, read
from cigem_core.formats.source import Source
from cigem_core.model.conventions import Axis, Convention, axes_in, in_force
from cigem_core.model.fields import flatten
from cigem_core.model.referrals import Referral
from cigem_core.policy import Permit, permit
from cigem_core.report import Address, Fault, Rule
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.table import Table
from cigem_core.store import Store, cursors
from cigem_core.store.cursors import Cursor
from cigem_core.text import Text

_GONE = frozenset({404, 410})


def is_address(given: Any) -> bool:
    """Whether a source is an address, well written or not: a file that is not there is quoted, and an address never."""
    return isinstance(given, str) and re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]*:/", given) is not None


@frozen(kw_only=True)
class Fetched:
    """What was read of a service, and how far."""

    sources: tuple[Source, ...]
    cursors: tuple[Cursor, ...]
    faults: tuple[Fault, ...] = ()
    """Of what the service did not say."""


def fetch(
    store: Store, adapter: Adapter, services: Services, url: str, *, on: date, axis: Axis | None, progress: Progress
) -> Fetched:
    """Read the lists of a service that a clause in force lets cross; RemoteError where one cannot be read whole.

    The axis may be left out where only one lets any of them cross.
    """
    place = services.place(adapter, url)
    tables = [table for table in adapter.pull if table.format.resource]
    granted, permitted = _granted(store.conventions(), adapter, tables, on=on, axis=axis)
    with store.reading() as connection:
        known = cursors.last(connection, adapter.agency, place)
    sources, moved, faults = [], [], list[Fault]()
    with services.connect(adapter, place) as client:
        for table in permitted:
            resource = str(table.format.resource)
            told = partial(progress, _name(resource))
            if table.kind is ANSWER:
                asked = _Answers(adapter=adapter, client=client, table=table)
                sources.append(_source(resource, asked.document(store, told)))
                faults += asked.faults
                continue
            digest = granted.mask.digest_of(table.kind)
            before = known.get(resource)
            # Under another mask than before, what was read already is read anew.
            cursor = before.moment if before and before.mask_digest == digest else None
            found = read(client, resource, cursor=cursor, told=told)
            sources.append(_source(resource, found.document))
            if found.cursor is not None:
                moved.append(Cursor(place=place, resource=resource, mask_digest=digest, moment=found.cursor))
    return Fetched(sources=tuple(sources), cursors=tuple(moved), faults=tuple(faults))


def _source(resource: str, document: bytes) -> Source:
    return Source(name=_name(resource), content=document)


def _name(resource: str) -> str:
    return f"{resource}.json"


def _granted(
    conventions: Sequence[Convention], adapter: Adapter, tables: Sequence[Table], *, on: date, axis: Axis | None
) -> tuple[Permit, list[Table]]:
    """The permit for those of the tables that one axis lets cross."""
    ways = {}
    for one in axes_in(conventions) if axis is None else (axis,):
        spoken_of = set(_spoken_of(conventions, adapter.agency, one, on))
        if some := [table for table in tables if table.kind.name in spoken_of]:
            ways[one] = some
    if len(ways) > 1:
        listed = ", ".join(ways)
        raise OperatorError(
            Text(
                fr=f"le service de {adapter.agency} se lit sous plusieurs axes : {listed} ; préciser l'axe (--axis)",
                en=f"the service of {adapter.agency} is read under several axes: {listed}; name the axis (--axis)",
            )
        )
    chosen, some = next(iter(ways.items()), (axis, list(tables)))
    kinds = [table.kind for table in some]
    return permit(conventions, agency=adapter.agency, direction="pull", on=on, axis=chosen, kinds=kinds), some


def _spoken_of(conventions: Sequence[Convention], agency: str, axis: Axis, on: date) -> Iterator[str]:
    for convention in in_force((one for one in conventions if one.agency.code == agency), on):
        for clause in convention.clauses:
            if (clause.axis, clause.direction) == (axis, "pull"):
                yield from clause.fields


@define(kw_only=True)
class _Answers:
    """What a service says today of each referral it has and did not bring to an end."""

    adapter: Adapter
    client: Client
    table: Table
    faults: list[Fault] = field(factory=list)

    def document(self, store: Store, told: Callable[[int], None]) -> bytes:
        """The answers as one list; of a referral the service does not know, a fault in place of its answer."""
        number, found = self.table.lenses["referral"].headers[0], []
        for at, (referral, theirs) in enumerate(awaiting(store, self.adapter.agency), start=1):
            answer = self._asked(theirs)
            if isinstance(answer, dict):
                # The number is the one we gave: the service may know the referral by another, or not say it.
                found.append({**self._own(answer, referral), number: referral.reference})
            else:
                self.faults.append(self._fault(referral.reference, at))
            told(at)
        return json.dumps(found, ensure_ascii=False).encode()

    def _asked(self, theirs: str) -> Any:
        try:
            return get(self.client, str(self.table.format.resource), theirs)
        except RemoteError as error:
            if error.status in _GONE:
                return None
            raise

    def _own(self, answer: Mapping[str, Any], referral: Referral) -> dict[str, Any]:
        """An answer without what it repeats of our own letter: our reason for referring is no reason to refuse."""
        said = flatten(referral)
        lenses = [(name, lens) for table in self.adapter.push for name, lens in table.lenses.items()]
        sent = {lens.headers[0]: said[name] for name, lens in lenses if said.get(name) is not None}
        return {name: value for name, value in answer.items() if name not in sent or value != sent[name]}

    def _fault(self, reference: str, at: int) -> Fault:
        agency = self.adapter.agency
        remedy = Text(
            fr=f"{agency} ne dit rien de cette orientation, qui lui est pourtant parvenue ; le lui demander",
            en=f"{agency} says nothing of this referral, although it has it; ask the agency",
        )
        address = Address(file=str(self.table.format.resource), row=reference, at=at)
        return Fault(address=address, rule=Rule.REMOTE, remedy=remedy)
