"""What an agency's files brought and what they left waiting, as it was known on a day; counts and days, no row."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, or_, select

from cigem_core.store import journal
from cigem_core.store.schema import batch, batch_file, quarantine
from cigem_core.store.schema import journal as lines

ByKind = tuple[str, str]
"""An agency, and a kind of its records."""


def received_on(connection: Connection, at: date | None = None) -> dict[ByKind, date]:
    """The last day on which each agency handed over each kind, even with nothing new in it."""
    query = select(batch.c.agency, batch_file.c.kind, func.max(batch.c.on)).join(batch, batch.c.id == batch_file.c.batch)
    query = query.where(batch.c.on <= at) if at else query
    return {(agency, kind): on for agency, kind, on in connection.execute(query.group_by(batch.c.agency, batch_file.c.kind))}


def waiting(connection: Connection, at: date | None = None) -> dict[ByKind, int]:
    """How many rows in quarantine waited for a correction at the end of a day; now, where none is named."""
    query = select(quarantine.c.agency, quarantine.c.kind, func.count()).group_by(quarantine.c.agency, quarantine.c.kind)
    if at is None:
        return _counted(connection, query.where(quarantine.c.state == "open"))
    come, gone = batch.alias("come"), batch.alias("gone")
    query = query.join(come, come.c.id == quarantine.c.first_batch).outerjoin(gone, gone.c.id == quarantine.c.closed_batch)
    was_mended_later = gone.c.on > at
    still_open = quarantine.c.state == "open"
    was_dismissed_later = quarantine.c.id.in_(_dismissed_after(connection, at))
    return _counted(connection, query.where(come.c.on <= at, or_(still_open, was_mended_later, was_dismissed_later)))


def _counted(connection: Connection, query: object) -> dict[ByKind, int]:
    return {(agency, kind): number for agency, kind, number in connection.execute(query)}  # type: ignore[call-overload]


def _dismissed_after(connection: Connection, at: date) -> list[int]:
    """The entries that were closed without a correction after a day: the journal alone knows when."""
    later = {line for (line,) in connection.execute(select(lines.c.line).where(lines.c.on > at, lines.c.act == "dismiss"))}
    return [entry for line, _, facts in journal.told(connection, "dismiss") if line in later for entry in facts["entries"]]
