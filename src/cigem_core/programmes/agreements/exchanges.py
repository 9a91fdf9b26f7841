"""The exchanges under a convention in a year, and the rows of it that were detained, found in the store by references alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, extract, select

from cigem_core.model.receipts import Counts, Head
from cigem_core.programmes.agreements.execution import Detained, Exchanged, ExchangedFile
from cigem_core.store import journal
from cigem_core.store.schema import batch, batch_file, outbox, quarantine, sent
from cigem_core.store.schema import journal as lines

_COUNTS = ("read", "accepted", "new", "changed", "unchanged", "quarantined")
_ACTS = ("pull", "push")


def exchanges_of(connection: Connection, reference: str, year: int, *, on: date) -> list[Exchanged]:
    """What crossed under a convention in a year, by a day, in the order of the journal."""
    wanted = (batch.c.convention == reference, batch.c.act.in_(_ACTS), extract("year", batch.c.on) == year, batch.c.on <= on)
    query = select(batch.c.id, batch.c.act, batch.c.on, batch.c.clause, batch.c.convention_digest).where(*wanted)
    rows = connection.execute(query.order_by(batch.c.id)).all()
    if not rows:
        return _sent_back(connection, reference, year, on)
    numbers = {row.id for row in rows}
    heads, files, left = _heads(connection, numbers), _files(connection, numbers), _left(connection, numbers)
    found = [
        Exchanged(
            act=row.act, on=row.on, clause=row.clause, convention_digest=row.convention_digest, journal=heads[row.id],
            files=tuple(files.get(row.id, ())), left=tuple(sorted(left.get(row.id, {}))),
            records=sum(left.get(row.id, {}).values()),
        )
        for row in rows
        if row.id in heads
    ]  # fmt: skip
    return sorted([*found, *_sent_back(connection, reference, year, on)], key=lambda one: one.journal.length)


def _heads(connection: Connection, numbers: Collection[int]) -> dict[int, Head]:
    """Batch → the line of the journal that tells it, and its digest."""
    told = {line: facts["batch"] for line, _, facts in journal.told(connection, *_ACTS) if facts.get("batch") in numbers}
    query = select(lines.c.line, lines.c.digest).where(lines.c.act.in_(_ACTS))
    return {told[line]: Head(line, digest) for line, digest in connection.execute(query) if line in told}


def _files(connection: Connection, numbers: Collection[int]) -> Mapping[int, list[ExchangedFile]]:
    found: dict[int, list[ExchangedFile]] = defaultdict(list)
    query = select(batch_file).join(batch, batch.c.id == batch_file.c.batch).where(batch.c.id.in_(sorted(numbers)))
    for row in connection.execute(query.order_by(batch_file.c.batch, batch_file.c.position)):
        counts = Counts(**{name: getattr(row, name) for name in _COUNTS})
        found[row.batch].append(ExchangedFile(kind=row.kind, sha256=row.sha256, counts=counts))
    return found


def _left(connection: Connection, numbers: Collection[int]) -> Mapping[int, dict[str, int]]:
    """Batch → the digests of its parcels that left, each with how many records it held."""
    query = select(outbox.c.batch, outbox.c.sha256, sent.c.key).join(sent, sent.c.parcel == outbox.c.id)
    query = query.where(outbox.c.state == "left", outbox.c.batch.in_(sorted(numbers)))
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for number, sha256, _ in connection.execute(query):
        held = found[number]
        held[sha256] = held.get(sha256, 0) + 1
    return found


def _sent_back(connection: Connection, reference: str, year: int, on: date) -> list[Exchanged]:
    """The files of corrections: rows of the agency's own that went back to it."""
    query = select(lines.c.line, lines.c.on, lines.c.digest).where(lines.c.act == "corrections")
    known = {line: (day, digest) for line, day, digest in connection.execute(query)}
    found = []
    for line, _, facts in journal.told(connection, "corrections"):
        day, digest = known[line]
        ours = [one for one in facts.get("clauses", ()) if one["convention"] == reference]
        if ours and day.year == year and day <= on:
            clause = ", ".join(one["clause"] for one in ours)
            found.append(
                Exchanged(
                    act="corrections", on=day, clause=clause, convention_digest=ours[0]["convention_digest"],
                    journal=Head(line, digest), records=facts["rows"],
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: one.journal.length)


def detained_in(connection: Connection, reference: str, year: int, *, on: date) -> list[Detained]:
    """The rows that were first put in quarantine in a year under a convention, as they stood at the end of a day."""
    first, last = batch.alias("first"), batch.alias("closing")
    query = (
        select(quarantine.c.id, quarantine.c.kind, quarantine.c.state, first.c.on.label("since"), last.c.on.label("closed"))
        .join(first, first.c.id == quarantine.c.first_batch)
        .outerjoin(last, last.c.id == quarantine.c.closed_batch)
        .where(first.c.convention == reference, extract("year", first.c.on) == year, first.c.on <= on)
    )
    dismissed = dict(_dismissed(connection))
    return [_detained(row, dismissed.get(row.id), on) for row in connection.execute(query.order_by(quarantine.c.id))]


def _detained(row: Any, dismissed: date | None, on: date) -> Detained:
    closed = row.closed if row.state == "corrected" else dismissed
    if row.state == "open" or (closed is not None and closed > on):
        return Detained(kind=row.kind, since=row.since)
    return Detained(kind=row.kind, since=row.since, state=row.state, closed_on=closed)


def _dismissed(connection: Connection) -> Iterator[tuple[int, date]]:
    """The entries that somebody closed without a correction, each with the day."""
    query = select(lines.c.line, lines.c.on).where(lines.c.act == "dismiss")
    days = {row.line: row.on for row in connection.execute(query)}
    for line, _, facts in journal.told(connection, "dismiss"):
        for entry in facts.get("entries", ()):
            yield entry, days[line]
