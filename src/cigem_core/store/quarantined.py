"""Rows in quarantine, read back: what is wrong with each, whose keys they carry; and their dismissal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, select, update

from cigem_core.errors import OperatorError, WorkspaceError
from cigem_core.model.refs import Ref
from cigem_core.store import journal
from cigem_core.store.proof import watch
from cigem_core.store.schema import batch, quarantine
from cigem_core.text import Text


@frozen(kw_only=True)
class EntryFault:
    """What is wrong with a row in quarantine: the column (None for the whole row), the rule, and what to do."""

    column: str | None
    rule: str
    remedy: Text
    cell: str | None = None
    """Where it stands in a workbook, as its program calls it: `Inscriptions!D40`."""


@frozen(kw_only=True)
class Entry:
    """A row in quarantine: where it stands and what is wrong, without what its cells hold."""

    id: int
    agency: str
    kind: str
    key: str | None
    state: str
    file: str
    row: str
    faults: tuple[EntryFault, ...]


def entries(
    connection: Connection, *, agency: str | None = None, kind: str | None = None, state: str | None = "open"
) -> list[Entry]:
    """The rows in quarantine, in the order they came."""
    query = select(quarantine).order_by(quarantine.c.id)
    for column, value in ((quarantine.c.agency, agency), (quarantine.c.kind, kind), (quarantine.c.state, state)):
        query = query.where(column == value) if value else query
    shown = ("id", "agency", "kind", "key", "state", "file", "row")
    return [
        Entry(**{name: row[name] for name in shown}, faults=_faults(row["faults"]))
        for row in connection.execute(query).mappings()
    ]


def kept_rows(connection: Connection, agency: str) -> list[tuple[str, Entry, dict[str, Any]]]:
    """The open entries of an agency: the axis they last came under, the entry, and the row it keeps."""
    query = (
        select(quarantine.c.id, quarantine.c.body, batch.c.axis)
        .join(batch, batch.c.id == quarantine.c.last_batch)
        .where(quarantine.c.agency == agency, quarantine.c.state == "open")
    )
    kept = {row.id: (row.axis, json.loads(row.body)) for row in connection.execute(query)}
    return [(kept[e.id][0], e, kept[e.id][1]) for e in entries(connection, agency=agency) if e.id in kept]


def not_kept(connection: Connection, ref: Ref) -> OperatorError:
    """Why there is no record that a ref names: a row with its number waits in quarantine, or nobody told of it."""
    waiting = (one for one in entries(connection, agency=str(ref.agency), kind=str(ref.kind)) if one.key == ref.key)
    if (entry := next(waiting, None)) is None:
        return OperatorError(
            Text(
                fr=f"l'espace de travail n'a pas de fiche {ref} ; la chercher : cigem find {ref.key}",
                en=f"the workspace has no record {ref}; look for it: cigem find {ref.key}",
            )
        )
    fr, en = f"n° {entry.id} : {entry.file}, ligne {entry.row}", f"no. {entry.id}: {entry.file}, row {entry.row}"
    return OperatorError(
        Text(
            fr=f"{ref} attend en quarantaine ({fr}) ; rien n'en est gardé avant d'être corrigé",
            en=f"{ref} waits in quarantine ({en}); nothing of it is kept before it is mended",
        )
    )


def dismiss(connection: Connection, numbers: Sequence[int], *, because: str, on: date, by: str) -> None:
    """Close open entries that will not be corrected; WorkspaceError when one is not open, and then none is closed."""
    is_open = (quarantine.c.id.in_(numbers), quarantine.c.state == "open")
    found = set(connection.execute(select(quarantine.c.id).where(*is_open)).scalars())
    if absent := sorted(set(numbers) - found):
        listed = ", ".join(map(str, absent))
        raise WorkspaceError(
            Text(
                fr=f"aucune anomalie ouverte ne porte le numéro {listed} ; les lister : cigem quarantine list",
                en=f"no open entry has the number {listed}; list them: cigem quarantine list",
            )
        )
    agencies = connection.execute(select(quarantine.c.agency).where(quarantine.c.id.in_(numbers)).distinct())
    watch(connection, agencies.scalars().all())
    connection.execute(update(quarantine).where(quarantine.c.id.in_(numbers)).values(state="dismissed", because=because))
    journal.write(connection, "dismiss", {"entries": sorted(found)}, on=on, by=by)


def _faults(text: str) -> tuple[EntryFault, ...]:
    # Those kept before cells were said have none.
    return tuple(
        EntryFault(column=column, rule=rule, remedy=Text(fr=fr, en=en), cell=next(iter(cell), None))
        for column, rule, fr, en, *cell in json.loads(text)
    )
