"""Current records as objects that know whose they are, and one record's history."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import repeat
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, Select, func, inspect, select

from cigem_core.model.bulk import built
from cigem_core.model.fields import CENTRE, Field, Kind
from cigem_core.model.refs import Ref, hold
from cigem_core.store.columns import in_json
from cigem_core.store.schema import batch, current, version

_AT_ONCE = 10_000


@frozen(kw_only=True)
class Version:
    """What one act made a record say: who did it, when, and the fields it spoke of in stored forms."""

    sequence: int
    act: str
    on: date
    by: str
    agency: str
    """With whom it was exchanged, or the centre."""
    said: Mapping[str, Any]
    corrects: int | None
    """The entry of the quarantine that it mended."""
    digest: str


def objects(
    connection: Connection, kind: Kind, *, agency: str | None = None, where: Mapping[str, Any] | None = None
) -> Iterator[Any]:
    """The current records of a kind, ordered by key; each knows its ref.

    `where` names fields by their dotted names, `__` standing for the dot; a tuple, list or set means any of its values.
    """
    table = current(kind)
    if not inspect(connection).has_table(table.name):
        return
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    fields = [f for f in kind.fields.values() if f.name in there]
    query = select(table.c.agency, table.c.scope, table.c.key, *(table.c[f.name] for f in fields))
    query = query.where(*_conditions(kind, where or {}))
    query = query.where(table.c.agency == agency) if agency else query
    for texts in in_json(connection, query, by=[table.c.agency, table.c.scope, table.c.key], at_once=_AT_ONCE):
        agencies, scopes, keys, *columns = map(json.loads, texts)
        stored = {f.name: _stored(f, column) for f, column in zip(fields, columns, strict=True)}
        made = built(kind, stored, height=len(keys))
        hold(made, zip(agencies, repeat(kind.name), keys, scopes if kind.scope else repeat(None), strict=False))
        yield from made


def history(connection: Connection, ref: Ref) -> list[Version]:
    """What each version of a record said, oldest first; empty where there is no such record."""
    of_record = (version.c.agency == ref.agency, version.c.kind == ref.kind, version.c.key == ref.key)
    query = select(
        version.c.sequence, batch.c.act, batch.c.on, batch.c.by, batch.c.agency, version.c.content, version.c.corrects,
        version.c.digest,
    ).join(batch, batch.c.id == version.c.batch)  # fmt: skip
    query = query.where(*of_record, version.c.scope == (ref.scope or "")).order_by(version.c.id)
    return [
        Version(sequence=n, act=act, on=on, by=by, agency=agency, said=json.loads(said), corrects=corrects, digest=digest)
        for n, act, on, by, agency, said, corrects, digest in connection.execute(query)
    ]


def first_seen(connection: Connection, kind: Kind, *, agency: str) -> dict[tuple[str, str], date]:
    """The day of the first version of each of an agency's records of a kind, by scope and key."""
    query = select(version.c.scope, version.c.key, func.min(batch.c.on)).join(batch, batch.c.id == version.c.batch)
    query = query.where(version.c.agency == agency, version.c.kind == kind.name).group_by(version.c.scope, version.c.key)
    return {(scope or "", key): day for scope, key, day in connection.execute(query)}


def acts_of(connection: Connection, kind: Kind) -> dict[str, list[str]]:
    """The acts that made each of the centre's records of a kind, in their order: what states are folded from."""
    query = select(version.c.key, batch.c.act).join(batch, batch.c.id == version.c.batch)
    query = query.where(version.c.agency == CENTRE, version.c.kind == kind.name).order_by(version.c.id)
    found: dict[str, list[str]] = {}
    for key, act in connection.execute(query):
        found.setdefault(key, []).append(act)
    return found


def in_blocks(connection: Connection, query: Select[Any], at_once: int = _AT_ONCE) -> Iterator[Any]:
    """The rows of a query, so many at once: of very many, few are held together."""
    for rows in connection.execute(query, execution_options={"yield_per": at_once}).partitions(at_once):
        yield from rows


def _stored(field: Field, column: list[Any]) -> list[Any]:
    """The stored forms that a column holds: in JSON days are texts, booleans numbers, and lists texts of their own."""
    if field.many:
        texts = [text for text in dict.fromkeys(column) if text]
        lists = dict(zip(texts, json.loads(f"[{','.join(texts)}]"), strict=True))
        return [lists.get(text) for text in column]
    if field.value.storage in ("date", "boolean"):
        restore = date.fromisoformat if field.value.storage == "date" else bool
        known = {None: None} | {said: restore(said) for said in set(column) if said is not None}
        return [known[said] for said in column]
    return column


def _conditions(kind: Kind, where: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
    table = current(kind)
    for name, value in where.items():
        field = kind.field(name.replace("__", "."))
        yield _condition(field, value, table.c[field.name])
        if kind.keys == (field,) and field.value.storage == "text" and kind.scope is None:
            # What names a record is found by the index, where its field would be looked for in all of them.
            yield from (table.c.scope == "", _condition(field, value, table.c.key))


def _condition(field: Field, value: Any, column: ColumnElement[Any]) -> ColumnElement[bool]:
    if isinstance(value, (tuple, list, set, frozenset)):
        return column.in_([field.store(one) for one in value])
    return column.is_(None) if value is None else column == field.store(value)
