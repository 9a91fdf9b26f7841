"""Reading a list of a service: every record once, or an error and nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import field, frozen

from cigem_core.errors import RemoteError
from cigem_core.formats.rest import documents
from cigem_core.formats.rest.api import Resource
from cigem_core.formats.rest.client import Client
from cigem_core.formats.rest.documents import Listing
from cigem_core.formats.rest.transport import Request, Response
from cigem_core.formats.rest.turns import Ask, RestTurn, by_number, by_time, is_whole
from cigem_core.text import Text


@frozen(kw_only=True)
class ReadList:
    """A list of a service, read whole from a moment on."""

    resource: str
    document: bytes = field(repr=False)
    """Its records as one JSON list, each in the service's own text."""
    count: int
    cursor: datetime | None
    """The latest change seen, and no later than the reading: where the next one begins, less the overlap."""
    began: datetime
    overlap: timedelta
    calls: int
    turns: int
    """How often the list was read until nothing was missing."""

    def records(self) -> Iterator[Any]:
        """The records as values."""
        yield from documents.parsed(self.document)


Told = Callable[[int], None]
"""Told, page after page, how many records were read so far."""


def read(client: Client, name: str, *, cursor: datetime | None = None, told: Told | None = None) -> ReadList:
    """A list with every record once: all of it, or what changed since a cursor that an earlier reading gave.

    The latest change of a record counts. RemoteError where not every record could be had: then nothing was.
    """
    resource = client.api.resource(name)
    began, calls = client.clock.now(), client.calls
    start = cursor - resource.overlap if cursor and resource.modified else None
    turn, turns = RestTurn(resource=resource, size=client.api.paging.per_page), 0
    for query in resource.queries:
        before = len(turn.records)
        part, more = _whole(_Asking(client=client, resource=resource, query=query, before=before, told=told), start)
        turn.keep_all(part)
        turns += more
    return ReadList(
        resource=name, document=_document(turn), count=len(turn.records), cursor=_cursor(turn, cursor, began),
        began=began, overlap=resource.overlap, calls=client.calls - calls, turns=turns,
    )  # fmt: skip


@frozen(kw_only=True)
class _Asking:
    """How the pages of one list are asked for."""

    client: Client
    resource: Resource
    query: Mapping[str, str] = field(factory=dict)
    before: int = 0
    """How many records came by other parameters."""
    told: Told | None = field(default=None, repr=False)

    def __call__(self, since: datetime | None, page: int, size: int, seen: int) -> Listing:
        api, resource = self.client.api, self.resource
        query = {**self.query, **api.paging.query(page, size, seen=seen)}
        if since is not None and resource.since is not None:
            query[resource.since] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        url = self.client.base.at((resource.path or resource.name).split("/"), query)

        def listing(answer: Response) -> Listing | None:
            try:
                return documents.listing(answer.body, api.paging, page=page, size=size, seen=seen)
            except ValueError:
                return None

        return self.client.ask(Request(method="GET", url=url, headers={"Accept": "application/json"}), listing, frozenset({200}))


def _whole(ask: _Asking, start: datetime | None) -> tuple[RestTurn, int]:
    """Turn after turn, until one saw all there is."""
    api, resource = ask.client.api, ask.resource
    before, known = None, set[str | bytes | None]()
    for number in range(api.patience.turns):
        turn = RestTurn(resource=resource, size=max(1, api.paging.per_page - number))
        bounded = _bounded(ask, turn)
        if resource.modified is not None and number % 3 == 0:
            whole = by_time(turn, bounded, start)
        else:
            by_number(turn, bounded, start)
            whole, before = is_whole(turn, before, known), turn
        if ask.before + len(turn.records) > api.budget.records:
            raise ask.client.spent("records", api.budget.records)
        if whole:
            return turn, number + 1
        known = _known(known, turn)
    raise _restless(ask)


def _bounded(ask: _Asking, turn: RestTurn) -> Ask:
    """The same asking, until more came than a run may take."""
    most = ask.client.api.budget.records

    def bounded(since: datetime | None, page: int, size: int, seen: int) -> Listing:
        if ask.before + len(turn.records) > most:
            raise ask.client.spent("records", most)
        if ask.told is not None:
            ask.told(ask.before + len(turn.records))
        return ask(since, page, size, seen)

    return bounded


def _known(known: set[str | bytes | None], turn: RestTurn) -> set[str | bytes | None]:
    """All that is known to be there; where that is more than there is, some went, and the last turn counts alone."""
    both = known | turn.identities
    return both if turn.total is not None and len(both) <= turn.total else turn.identities


def _document(turn: RestTurn) -> bytes:
    return ("[" + ",\n".join(record.text for record in turn.records.values()) + "]").encode("utf-8")


def _cursor(turn: RestTurn, cursor: datetime | None, began: datetime) -> datetime | None:
    """A change dated in the future is a mistake; taken for a cursor, it would hide every change until then."""
    moments = [record.changed for record in turn.records.values() if record.changed and record.changed <= began]
    return max([*moments, *([cursor] if cursor else [])], default=None)


def _restless(ask: _Asking) -> RemoteError:
    agency, name = ask.client.api.agency, ask.resource.name
    return RemoteError(
        Text(
            fr=f"{agency} : la liste {name} a changé sans cesse pendant sa lecture, ou ne tient pas le nombre qu'elle annonce ; "
            "rien n'en est gardé ; réessayer plus tard",
            en=f"{agency}: the list {name} kept changing while it was read, or does not hold the number it announces; "
            "nothing of it is kept; try again later",
        ),
        may_retry=True, agency=agency, resource=name,
    )  # fmt: skip
