"""Records one at a time: one of an agency's looked up, one of the centre's own made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, exists, insert, inspect, select

from cigem_core.model.fields import CENTRE, Kind
from cigem_core.sdk.frames import frame_of
from cigem_core.store.schema import current, ensure_current, sent, version
from cigem_core.store.staging import digest_of


def restored(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a current table in stored forms: several values come out of their JSON list."""
    many = [f.name for f in kind.fields.values() if f.many and row.get(f.name)]
    return {**row, **{name: json.loads(row[name]) for name in many}}


def find(connection: Connection, kind: Kind, key: str) -> list[dict[str, Any]]:
    """The current records of a kind that have a key, of whichever agency, in stored forms."""
    table = current(kind)
    if not inspect(connection).has_table(table.name):
        return []
    query = select(table).where(table.c.key == key).order_by(table.c.agency)
    return [restored(kind, dict(row)) for row in connection.execute(query).mappings()]


def add(connection: Connection, kind: Kind, row: Mapping[str, Any], *, batch: int) -> None:
    """Keep a record of the centre's, given in stored forms: its first version, and what it says now."""
    import polars as pl

    ensure_current(connection, kind)
    content = frame_of(kind, [row]).select(pl.struct(sorted(kind.fields)).struct.json_encode()).item()
    facts = {"agency": CENTRE, "scope": "", "key": row[kind.keys[0].name], "sequence": 1, "batch": batch}
    digest = digest_of(content, None)
    connection.execute(insert(version).values(**facts, kind=kind.name, file=0, content=content, digest=digest))
    listed = {f.name: json.dumps(row[f.name]) for f in kind.fields.values() if f.many and row[f.name]}
    connection.execute(insert(current(kind)).values({**row, **listed, **facts}))


def next_number(connection: Connection, kind: Kind, prefix: str) -> int:
    """The number after the last one given under a prefix; writers come one after the other."""
    table = current(kind)
    if not inspect(connection).has_table(table.name):
        return 1
    query = select(table.c.key).where(table.c.agency == CENTRE, table.c.key.startswith(prefix, autoescape=True))
    given = [key.removeprefix(prefix) for key in connection.execute(query).scalars()]
    return max((int(number) for number in given if number.isdigit()), default=0) + 1


def waiting(connection: Connection, kind: Kind, to: str) -> Iterator[dict[str, Any]]:
    """The centre's records addressed to an agency that did not leave yet, in stored forms, by their keys."""
    table = current(kind)
    if not inspect(connection).has_table(table.name):
        return
    left = exists().where(sent.c.to == to, sent.c.kind == kind.name, sent.c.key == table.c.key)
    query = select(table).where(table.c.agency == CENTRE, table.c.to == to, ~left).order_by(table.c.key)
    for row in connection.execute(query).mappings():
        yield restored(kind, dict(row))
