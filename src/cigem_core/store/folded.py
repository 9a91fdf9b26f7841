"""The current records recounted from their history: each says what its versions say, the last word on each field counting.

Most records are as their last version says, and the database compares those by itself. The others (several versions that
speak of different fields, edits under other ids, undeclared columns, children) are folded one by one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, and_, false, func, inspect, not_, or_, select

from cigem_core.model.fields import Field, Kind, kinds
from cigem_core.model.refs import Ref
from cigem_core.store.children import inside
from cigem_core.store.dialects import dialect_of
from cigem_core.store.proof import seals
from cigem_core.store.recount import Altered, Spoken
from cigem_core.store.schema import alias, current, version

_Name = tuple[str, str, str]
"""Agency, scope and key of a record."""


def altered_record(connection: Connection, spoken: Iterable[Spoken]) -> Altered | None:
    """The first current record that does not say what its history says; None where all of them do."""
    there = frozenset(inspect(connection).get_table_names())
    within = {child.name for kind in kinds() for child, _ in inside(kind)}
    said = list(spoken)
    for kind in sorted(kinds(), key=lambda one: one.name):
        if current(kind).name in there and kind.name not in within:
            of_kind = [one for one in said if one.kind == kind.name]
            if found := _Fold(connection=connection, kind=kind, there=there, spoken=of_kind).altered():
                return found
    return None


@frozen(kw_only=True)
class _Fold:
    """The records of one kind."""

    connection: Connection
    kind: Kind
    there: frozenset[str]
    spoken: list[Spoken]

    def altered(self) -> Altered | None:
        """The first one that is not what its history says, or that has none, or is missing."""
        for name in self._doubtful():
            if self._is_wrong(name):
                return self._called(name)
        return self._missing()

    def _doubtful(self) -> list[_Name]:
        """The records that are not plainly what their last version says; those without one among them."""
        now, of_kind, known = current(self.kind), version.c.kind == self.kind.name, list[Any]()
        last = and_(of_kind, *(version.c[n] == now.c[n] for n in ("agency", "scope", "key", "sequence")))
        for one in self.spoken:
            same = and_(version.c.batch == one.batch, version.c.file == one.file)
            known.append(and_(same, self._says_the_same(one.names)))
        plainly = and_(version.c.id.is_not(None), or_(*known) if known else version.c.id.is_(None))
        query = select(now.c.agency, now.c.scope, now.c.key).outerjoin(version, last)
        found = self.connection.execute(query.where(not_(func.coalesce(plainly, false()))).order_by(version.c.id)).all()
        return [(agency, scope, key) for agency, scope, key in found]

    def _says_the_same(self, names: frozenset[str]) -> Any:
        now, ways = current(self.kind), dialect_of(self.connection)
        fields = [f for f in self.kind.fields.values() if f.name in names and f.name in self._columns()]
        others = [f for f in self.kind.fields.values() if f.name not in names and f.name in self._columns()]
        plain = and_(version.c.cargo.is_(None), now.c.cargo.is_(None))
        unsaid = and_(now.c.sequence == 1, *(now.c[f.name].is_(None) for f in others)) if others else None
        has_children = names - self.kind.fields.keys()
        if has_children or len(fields) != len(names):
            return false()
        same = ways.is_document(version.c.content, {f.name: (now.c[f.name], f) for f in fields})
        return and_(plain, same) if unsaid is None else and_(plain, unsaid, same)

    def _columns(self) -> frozenset[str]:
        table = current(self.kind).name
        return frozenset(column["name"] for column in inspect(self.connection).get_columns(table))

    def _is_wrong(self, name: _Name) -> bool:
        """Whether a record is not what all its versions say together."""
        row = self._now(name)
        if row is None:
            return True
        of_record = (version.c.kind == self.kind.name, *_is(version, name))
        query = select(version.c.content, version.c.cargo).where(*of_record).order_by(version.c.sequence)
        said, cargo, count = dict[str, Any](), dict[str, Any](), 0
        for content, beside in self.connection.execute(query):
            said, count = said | json.loads(content), count + 1
            cargo |= json.loads(beside) if beside else {}
        fields = [f for f in self.kind.fields.values() if not f.is_key and f.name in row]
        return (
            count != row["sequence"]
            or any(_plain(f, row[f.name]) != said.get(f.name) for f in fields)
            or _without_none(cargo) != _without_none(json.loads(row["cargo"] or "{}"))
            or any(self._other_children(child, parent, name, said) for child, parent in inside(self.kind))
        )

    def _now(self, name: _Name) -> Any:
        table, there = current(self.kind), self._columns()
        query = select(*(c for c in table.columns if c.name in there)).where(*_is(table, name))
        return self.connection.execute(query).mappings().first()

    def _other_children(self, child: Kind, parent: Field, name: _Name, said: Mapping[str, Any]) -> bool:
        """Whether its children are not those that its last version to speak of them names."""
        table = current(child)
        if table.name not in self.there or child.name not in said:
            return False
        of_record = (table.c.agency == name[0], table.c.scope == name[1], table.c[parent.name] == name[2])
        there = {one["position"]: one for one in self.connection.execute(select(table).where(*of_record)).mappings()}
        told = {one["position"]: one for one in said[child.name]}
        if there.keys() != told.keys():
            return True
        return any(_plain(child.fields[n], there[at][n]) != value for at, one in told.items() for n, value in one.items())

    def _missing(self) -> Altered | None:
        """A record that has a history and is not there, nor under another name."""
        now, of_kind = current(self.kind), version.c.kind == self.kind.name
        first = and_(of_kind, version.c.sequence == 1)
        counted = self.connection.execute(select(func.count()).select_from(version).where(first)).scalar_one()
        if counted == self.connection.execute(select(func.count()).select_from(now)).scalar_one():
            return None
        same = and_(*(now.c[n] == version.c[n] for n in ("agency", "scope", "key")))
        named = and_(*(alias.c[n] == version.c[n] for n in ("agency", "kind", "scope")), alias.c.alias == version.c.key)
        other = select(alias.c.key).where(named, alias.c.key != version.c.key).exists()
        query = select(version.c.agency, version.c.scope, version.c.key).outerjoin(now, same)
        found = self.connection.execute(query.where(first, now.c.key.is_(None), ~other).order_by(version.c.id).limit(1)).first()
        return None if found is None else self._called((found.agency, found.scope, found.key))

    def _called(self, name: _Name) -> Altered:
        query = select(func.max(version.c.id)).where(version.c.kind == self.kind.name, *_is(version, name))
        ref = Ref(name[0], self.kind.name, name[2], name[1] or None)
        line = _line(self.connection, self.connection.execute(query).scalar())
        return Altered(line=line, table=current(self.kind).name, record=str(ref))


def _line(connection: Connection, number: int | None) -> int:
    """The line that wrote a version; the last one where there is none."""
    found = 0
    for line, seal in seals(connection):
        found = line
        first, last, _ = seal.extent.get("version", (0, -1, 0))
        if number is not None and first <= number <= last:
            break
    return int(found)


def _is(table: Any, name: _Name) -> tuple[Any, ...]:
    return tuple(table.c[column] == value for column, value in zip(("agency", "scope", "key"), name, strict=True))


def _plain(field: Field, value: Any) -> Any:
    """What the database holds of a field, as JSON writes it."""
    if value is not None and field.many:
        return json.loads(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _without_none(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in told.items() if one is not None}
