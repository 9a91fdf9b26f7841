"""Children: records inside a record, which have no history of their own and change with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    Update,
    and_,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    update,
)

from cigem_core.model.fields import Field, Kind, kinds
from cigem_core.store.dialects import dialect_of
from cigem_core.store.schema import current
from cigem_core.store.staging import StagedChildren, StagedFile


def inside(kind: Kind) -> list[tuple[Kind, Field]]:
    """The kinds whose records stand inside those of a kind, at a position, and the field that says in which."""
    found = []
    for one in kinds():
        parent = next((f for f in one.keys if f.refers_to == kind.name), None)
        if parent is not None and any(f.name == "position" for f in one.keys):
            found.append((one, parent))
    return found


def follow(connection: Connection, file: StagedFile, child: StagedChildren) -> None:
    """Children of an edited record stand in the record, under the key it goes by."""
    inside, rows = child.rows, file.rows
    write = dialect_of(connection).json
    parts = [rows.c.key if f is child.parent else cast(inside.c[f.name], Text) for f in child.kind.keys]
    key: ColumnElement[str] = literal("[") + write(parts[0])
    for part in parts[1:]:
        key = key + "," + func.coalesce(write(part), "null")
    moved = (inside.c.place == rows.c.place, rows.c.key != rows.c.own)
    values = {child.parent.name: rows.c.key, "key": key + "]"}
    connection.execute(update(inside).where(*moved).values(values))


def differing(file: StagedFile, child: StagedChildren, here: ColumnElement[bool]) -> Update:
    """A record whose children alone changed is changed: fewer, more, or others."""
    rows, inside, now = file.rows, child.rows, current(child.kind)
    asked = and_(here, rows.c.verdict == "unchanged")
    same = and_(now.c.agency == rows.c.agency, now.c.scope == rows.c.scope, now.c.key == inside.c.key)
    differs = [now.c.key.is_(None), *(inside.c[f.name].is_distinct_from(now.c[f.name]) for f in child.fields if not f.is_key)]
    more = select(rows.c.place).join_from(rows, inside, inside.c.place == rows.c.place).outerjoin(now, same)
    places = union_all(more.where(asked, or_(*differs)), _gone(file, child, asked, rows.c.place)).subquery()
    return update(rows).where(rows.c.place.in_(select(places.c.place))).values(verdict="changed")


def replace(connection: Connection, file: StagedFile, child: StagedChildren, *, batch: int, kept: ColumnElement[bool]) -> None:
    """The children of records that were kept are those of today; a field outside today's mask keeps its earlier value."""
    rows, inside, now, parent = file.rows, child.rows, current(child.kind), current(file.kind)
    gone = _gone(file, child, kept, now.c.scope, now.c.key)
    connection.execute(delete(now).where(now.c.agency == file.agency, tuple_(now.c.scope, now.c.key).in_(gone)))
    said: dict[str, ColumnElement[Any]] = {
        "agency": rows.c.agency, "scope": rows.c.scope, "key": inside.c.key, "sequence": parent.c.sequence,
        "batch": literal(batch), **{f.name: inside.c[f.name] for f in child.fields},
    }  # fmt: skip
    of_record = and_(parent.c.agency == rows.c.agency, parent.c.scope == rows.c.scope, parent.c.key == rows.c.key)
    found = rows.join(inside, inside.c.place == rows.c.place).join(parent, of_record)
    upsert = dialect_of(connection).insert(now).from_select([*said], select(*said.values()).select_from(found).where(kept))
    again = {name: upsert.excluded[name] for name in said if name not in ("agency", "scope", "key")}
    connection.execute(upsert.on_conflict_do_update(index_elements=["agency", "scope", "key"], set_=again))


def _gone(file: StagedFile, child: StagedChildren, asked: ColumnElement[bool], *wanted: ColumnElement[Any]) -> Select[Any]:
    """The current children that the records asked about no longer have."""
    rows, inside, now = file.rows, child.rows, current(child.kind)
    had = and_(now.c.agency == rows.c.agency, now.c.scope == rows.c.scope, now.c[child.parent.name] == rows.c.key)
    has = and_(inside.c.place == rows.c.place, inside.c.key == now.c.key)
    found = rows.join(now, had).outerjoin(inside, has)
    return select(*wanted).select_from(found).where(asked, inside.c.key.is_(None))
