"""Records one at a time: one of an agency's looked up, one of the centre's own made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, inspect, literal, select

from cigem_core.model.fields import CENTRE, Kind
from cigem_core.sdk.frames import frame_of, key_of, scope_of
from cigem_core.store.schema import alias, current, ensure_current, sent, version
from cigem_core.store.staging import digest_of


def restored(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a current table in stored forms: several values come out of their JSON list."""
    many = [f.name for f in kind.fields.values() if f.many and row.get(f.name)]
    return {**row, **{name: json.loads(row[name]) for name in many}}


def find(
    connection: Connection, kind: Kind, key: str, *, agency: str | None = None, scope: str | None = None
) -> list[dict[str, Any]]:
    """The current records of a kind that go by a key or were edited under it, in stored forms.

    `agency` asks for those of one agency, `scope` for those inside one record: the modules of one plan.
    """
    table = current(kind)
    if not inspect(connection).has_table(table.name):
        return []
    inside = scope if kind.scope else ""

    def held(columns: Any) -> list[ColumnElement[bool]]:
        asked = ((columns.agency, agency), (columns.scope, inside))
        return [column == value for column, value in asked if value is not None]

    named = (*held(alias.c), alias.c.kind == kind.name, alias.c.alias == key)
    edited = {tuple(row) for row in connection.execute(select(alias.c.agency, alias.c.scope, alias.c.key).where(*named))}
    keys = {key, *(other for *_, other in edited)}
    query = select(table).where(*held(table.c), table.c.key.in_(keys)).order_by(table.c.agency, table.c.scope)
    rows = [restored(kind, dict(row)) for row in connection.execute(query).mappings()]
    return [row for row in rows if row["key"] == key or (row["agency"], row["scope"], row["key"]) in edited]


def leads_nowhere(
    kind: Kind, key: ColumnElement[Any], agency: ColumnElement[str] | str, scope: ColumnElement[str] | None
) -> ColumnElement[bool]:
    """Whether a key leads to no current record of an agency, not even by an id one was edited under."""
    there = current(kind)
    inside = literal("") if kind.scope is None else scope
    held = [there.c.agency == agency, *([] if inside is None else [there.c.scope == inside])]
    of_record = and_(there.c.agency == alias.c.agency, there.c.scope == alias.c.scope, there.c.key == alias.c.key)
    named = [alias.c.agency == agency, *([] if inside is None else [alias.c.scope == inside])]
    edited = exists().select_from(alias.join(there, of_record)).where(*named, alias.c.kind == kind.name, alias.c.alias == key)
    return and_(~exists().where(there.c.key == key, *held), ~edited)


def add(connection: Connection, kind: Kind, row: Mapping[str, Any], *, batch: int) -> None:
    """Keep a record of the centre's, given in stored forms: its first version, and what it says now."""
    import polars as pl

    ensure_current(connection, kind)
    frame = frame_of(kind, [row])
    content = frame.select(pl.struct(sorted(kind.fields)).struct.json_encode()).item()
    named = frame.select(scope_of(kind), key_of(kind)).row(0, named=True)
    facts = {"agency": CENTRE, **named, "sequence": 1, "batch": batch}
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
