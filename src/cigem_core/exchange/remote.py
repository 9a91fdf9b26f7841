"""Reading an agency's service: its lists from where the last reading ended, its answers one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.exchange.referrals import ANSWER, awaiting
from cigem_core.exchange.services import Services
from cigem_core.formats.rest import Client, get, read
from cigem_core.formats.source import Source
from cigem_core.model.conventions import Axis, Convention
from cigem_core.policy import Permit, permit
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.table import Table
from cigem_core.store import Store, cursors
from cigem_core.store.cursors import Cursor
from cigem_core.text import Text


def is_address(given: Any) -> bool:
    """Whether a source is the address of a service."""
    return isinstance(given, str) and given.partition("://")[0].lower() in ("http", "https")


@frozen(kw_only=True)
class Fetched:
    """What was read of a service, and how far."""

    sources: tuple[Source, ...]
    cursors: tuple[Cursor, ...]


def fetch(store: Store, adapter: Adapter, services: Services, url: str, *, on: date, axis: Axis | None) -> Fetched:
    """Read the lists of a service that a clause in force lets cross; RemoteError where one cannot be read whole.

    The axis may be left out where only one lets any of them cross.
    """
    place = url.rstrip("/")
    tables = [table for table in adapter.pull if table.format.resource]
    granted, permitted = _granted(store.conventions(), adapter, tables, on=on, axis=axis)
    with store.reading() as connection:
        known = cursors.last(connection, adapter.agency, place)
    sources, moved = [], []
    with services.connect(adapter, place) as client:
        for table in permitted:
            resource = str(table.format.resource)
            if table.kind is ANSWER:
                sources.append(_source(resource, _answers(store, adapter, client, table)))
                continue
            digest = granted.mask.digest_of(table.kind)
            before = known.get(resource)
            found = read(client, resource, cursor=before.moment if before and before.mask_digest == digest else None)
            sources.append(_source(resource, found.document))
            if found.cursor is not None:
                moved.append(Cursor(place=place, resource=resource, mask_digest=digest, moment=found.cursor))
    return Fetched(sources=tuple(sources), cursors=tuple(moved))


def _source(resource: str, document: bytes) -> Source:
    return Source(name=f"{resource}.json", content=document)


def _granted(
    conventions: Sequence[Convention], adapter: Adapter, tables: Sequence[Table], *, on: date, axis: Axis | None
) -> tuple[Permit, list[Table]]:
    """The permit for those of the tables that one axis lets cross."""
    ways = {}
    for one in Axis if axis is None else (axis,):
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
    for convention in conventions:
        if convention.agency.code == agency and convention.is_in_force(on):
            for clause in convention.clauses:
                if (clause.axis, clause.direction) == (axis, "pull"):
                    yield from clause.fields


def _answers(store: Store, adapter: Adapter, client: Client, table: Table) -> bytes:
    """What the service says today of each referral it has and did not bring to an end."""
    number, found = table.lenses["referral"].headers[0], []
    for reference, theirs in awaiting(store, adapter.agency):
        answer = get(client, str(table.format.resource), theirs)
        # The number is the one we gave: the service may know the referral by another, or not say it.
        found.append({**(answer if isinstance(answer, dict) else {}), number: reference})
    return json.dumps(found, ensure_ascii=False).encode()
