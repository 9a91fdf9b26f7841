"""Current records in stored forms: all of a kind, one looked up by what names it, and what each has said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen
from sqlalchemy import BigInteger, ColumnElement, Connection, and_, cast, exists, func, inspect, literal, not_, select

from cigem_core.errors import OperatorError
from cigem_core.model.fields import CENTRE, Kind, kind_of, kinds
from cigem_core.model.refs import Ref
from cigem_core.sdk.frames import stays_inside
from cigem_core.store.dialects import dialect_of
from cigem_core.store.schema import alias, current, sent, version
from cigem_core.text import Text


def restored(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a current table in stored forms: several values come out of their JSON list."""
    many = [f.name for f in kind.fields.values() if f.many and row.get(f.name)]
    return {**row, **{name: json.loads(row[name]) for name in many}}


def every(connection: Connection, kind: Kind, *, agency: str | None = None, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The current records of a kind, with `agency`, `scope`, `key` and `sequence`, ordered by key."""
    table = current(kind)
    if not inspect(connection).has_table(table.name):
        return
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    order = [table.c.agency, table.c.scope, *_by_parts(connection, kind), table.c.key]
    query = select(*(c for c in table.columns if c.name in there)).order_by(*order)
    query = query.where(table.c.agency == agency) if agency else query
    for row in connection.execution_options(yield_per=1000).execute(query.limit(limit)).mappings():
        yield restored(kind, dict(row))


def _by_parts(connection: Connection, kind: Kind) -> list[ColumnElement[Any]]:
    """Keys of several parts are sorted part by part: the tenth child of a record does not come before the second."""
    plain, columns = dialect_of(connection).plain, current(kind).c
    parts = [(columns[f.name], f.value.storage) for f in kind.keys] if len(kind.keys) > 1 else []
    return [plain(column) if storage == "text" else column for column, storage in parts]


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many records each agency has of each kind."""
    found: dict[tuple[str, str], int] = {}
    there = set(inspect(connection).get_table_names())
    for kind in kinds():
        table = current(kind)
        if table.name in there:
            query = select(table.c.agency, func.count()).group_by(table.c.agency)
            found |= {(agency, kind.name): number for agency, number in connection.execute(query)}
    return found


def versions(connection: Connection, kind: Kind, key: str, *, agency: str, scope: str | None = None) -> list[dict[str, Any]]:
    """The history of a record: what each version said, oldest first, under whichever of its ids it came."""
    of_kind = [version.c.agency == agency, version.c.kind == kind.name]
    if scope is not None:
        of_kind.append(version.c.scope == scope)
    ids = _ids(connection, kind, key, agency)
    query = select(version).where(*of_kind, version.c.key.in_(ids)).order_by(version.c.scope, version.c.id)
    return [{**row, "content": json.loads(row["content"])} for row in connection.execute(query).mappings()]


def _ids(connection: Connection, kind: Kind, key: str, agency: str) -> set[str]:
    """The ids of the record that goes by a key or was edited under it."""
    of_kind = (alias.c.agency == agency, alias.c.kind == kind.name)
    keys = {key, *connection.execute(select(alias.c.key).where(*of_kind, alias.c.alias == key)).scalars()}
    return keys | set(connection.execute(select(alias.c.alias).where(*of_kind, alias.c.key.in_(keys))).scalars())


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


def named(connection: Connection, ref: Ref) -> tuple[dict[str, Any], Ref] | None:
    """The current record that a ref names, in stored forms, and the ref it goes by today; None where there is none.

    Raises OperatorError where records inside several others have that number, and the ref does not say inside which.
    """
    kind = kind_of(str(ref.kind))
    found = find(connection, kind, str(ref.key), agency=ref.agency, scope=ref.scope)
    refs = [Ref(row["agency"], kind.name, row["key"], row["scope"] or None) for row in found]
    if len(refs) > 1:
        listed = ", ".join(map(str, refs))
        raise OperatorError(
            Text(fr=f"{ref} peut désigner : {listed} ; dire laquelle", en=f"{ref} may be any of {listed}; say which")
        )
    return (found[0], refs[0]) if refs else None


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


@frozen(kw_only=True)
class Dangling:
    """A reference that leads nowhere yet."""

    kind: str
    key: str
    field: str


def dangling(connection: Connection) -> list[Dangling]:
    """References of kept records that lead nowhere yet: their target is in quarantine."""
    found = []
    there = set(inspect(connection).get_table_names())
    for kind in kinds():
        table = current(kind)
        for reference in kind.references if table.name in there else ():
            target, column = kind_of(str(reference.refers_to)), table.c[reference.name]
            holder = literal(CENTRE) if reference.issuer == "centre" else table.c.agency
            scope = table.c.scope if stays_inside(kind, reference) else None
            query = select(table.c.key).where(column.is_not(None), leads_nowhere(target, column, holder, scope))
            found += [Dangling(kind=kind.name, key=key, field=reference.name) for key in connection.execute(query).scalars()]
    return found


def next_number(connection: Connection, kind: Kind, prefix: str) -> int:
    """The number after the last one given under a prefix; writers come one after the other."""
    table = current(kind)
    if not inspect(connection).has_table(table.name):
        return 1
    ways, number = dialect_of(connection), func.substr(table.c.key, len(prefix) + 1)
    under = table.c.key >= prefix, table.c.key < f"{prefix}:", func.length(number).between(1, _DIGITS)
    query = select(func.max(cast(number, BigInteger))).where(
        table.c.agency == CENTRE, *under, not_(ways.holds(number, ["[^0-9]"]))
    )
    query = query.where(table.c.scope == "") if kind.scope is None else query
    return (connection.execute(query).scalar() or 0) + 1


_DIGITS = 18
"""Of a number, at most: longer ones were not given here."""


def waiting(connection: Connection, kind: Kind, to: str) -> Iterator[dict[str, Any]]:
    """The centre's records addressed to an agency that did not leave yet nor were withdrawn, in stored forms, by their keys."""
    table = current(kind)
    if not inspect(connection).has_table(table.name):
        return
    left = exists().where(sent.c.to == to, sent.c.kind == kind.name, sent.c.key == table.c.key)
    query = select(table).where(table.c.agency == CENTRE, table.c.to == to, ~left).order_by(table.c.key)
    query = query.where(table.c.withdrawn_on.is_(None)) if "withdrawn_on" in table.c else query
    for row in connection.execute(query).mappings():
        yield restored(kind, dict(row))
