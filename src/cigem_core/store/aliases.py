"""Aliases: the ids of records that are edited, where each edit comes under an id of its own.

A record goes by its first id. The ids that come later are its aliases, and so is one that an edit names and nobody has
seen: what comes under it later is older than the edit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    Table,
    and_,
    delete,
    exists,
    func,
    inspect,
    or_,
    select,
    union,
    update,
)

from cigem_core.store import children, rooms
from cigem_core.store.dialects import dialect_of
from cigem_core.store.schema import alias, current, version
from cigem_core.store.staging import StagedFile, Staging

Id = tuple[str, str]
"""A scope, and an id inside it."""


def resolve(staging: Staging, file: StagedFile) -> None:
    """Settle which record each row is of, which rows are older than an edit, and which row edits which."""
    connection, rows = staging.connection, file.rows
    named = and_(alias.c.agency == rows.c.agency, alias.c.kind == file.kind.name, alias.c.scope == rows.c.scope)
    own = and_(named, alias.c.alias == rows.c.own)
    # What this file itself replaces is not older than its edits: it goes before them.
    connection.execute(update(rows).where(exists().where(own, alias.c.is_replaced)).values(verdict="older"))
    _learn(staging, file)
    connection.execute(update(rows).where(own, rows.c.key != alias.c.key).values(key=alias.c.key))
    for child in file.children:
        children.follow(connection, file, child)


@frozen(kw_only=True)
class _Name:
    """A record gives itself another id; `place` is None for a row in quarantine."""

    place: int | None
    own: Id
    alias: Id


@define
class _IdGroups:
    """Ids that are of one record: each leads to another one, and all to the one that stands for them."""

    _next: dict[Id, Id] = field(factory=dict)

    def join(self, one: Id, other: Id) -> None:
        """Say that two ids are of one record."""
        self._next[self.first(one)] = self.first(other)

    def each(self) -> Iterable[list[Id]]:
        """The ids of each record."""
        found: dict[Id, list[Id]] = defaultdict(list)
        for one in self._next:
            found[self.first(one)].append(one)
        return found.values()

    def first(self, one: Id) -> Id:
        """The id that stands for those of its record."""
        self._next.setdefault(one, one)
        while self._next[one] != one:
            self._next[one] = self._next[self._next[one]]
            one = self._next[one]
        return one


@frozen(kw_only=True)
class _KnownId:
    """What the store holds of an id: the record it is of, whether one was accepted under it, whether it was replaced."""

    key: Id
    is_accepted: bool
    is_replaced: bool


@frozen(kw_only=True)
class _Met:
    """What the store and the file know of the ids that are named."""

    known: Mapping[Id, _KnownId]
    records: frozenset[Id]
    """The ids that records go by."""
    here: Mapping[Id, int]
    """The places of the rows that carry an id of these as their own, and are not older than what there is."""

    def was_accepted(self, one: Id) -> bool:
        """Whether a record was accepted under an id, before this file or in it."""
        return one in self.here or one in self.records or (one in self.known and self.known[one].is_accepted)

    def is_fresh(self, one: Id) -> bool:
        """Whether a record is accepted under an id for the first time."""
        return one in self.here and one not in self.records and not (one in self.known and self.known[one].is_accepted)


def _learn(staging: Staging, file: StagedFile) -> None:
    """Keep what the records of a file say of their ids, and the order in which they edit one another."""
    names = _names(staging.connection, file)
    if not names:
        return
    dialect_of(staging.connection).survey(staging.connection, alias)
    met = _meet(staging.connection, file)
    steps = _steps(names)
    replaced = {name.alias for name in names if name.place is not None}
    replaced |= {one for one, known in met.known.items() if known.is_replaced}
    folding = _Folding(connection=staging.connection, file=file, met=met, replaced=replaced)
    lines = []
    for group in _grouped(names, met).each():
        key = _key(group, met, steps, folding)
        folding.repoint(key, {met.known[one].key for one in group if one in met.known} | met.records.intersection(group))
        last = _last(group, met, steps)
        if last is not None:
            heads = {met.known[one].key for one in group if one in met.known}
            replaced |= {one for one in group if one != last and (met.was_accepted(one) or one in heads)}
        lines += [(*one, key[1], met.was_accepted(one), one in replaced, steps.get(one, 0)) for one in group]
    _keep(staging, file, lines)


def _last(group: Sequence[Id], met: _Met, steps: Mapping[Id, int]) -> Id | None:
    """The id that takes the place of all earlier ones, whether it names them or not; None where none is new."""
    if not any(met.is_fresh(one) for one in group):
        return None
    return max((one for one in group if one in met.here), key=lambda one: (steps.get(one, 0), met.here[one]))


def _names(connection: Connection, file: StagedFile) -> list[_Name]:
    assert file.names is not None
    rows = connection.execute(select(file.names).order_by(*(file.names.c[part] for part in ("place", "own", "alias"))))
    return [_Name(place=row.place, own=(row.scope, row.own), alias=(row.scope, row.alias)) for row in rows]


def _meet(connection: Connection, file: StagedFile) -> _Met:
    assert file.names is not None
    names, now, rows, kept = file.names.c, current(file.kind), file.rows, alias.c
    named = union(select(names.scope, names.own.label("id")), select(names.scope, names.alias.label("id"))).subquery()

    def held(ids: Subquery, column: ColumnElement[str]) -> ColumnElement[bool]:
        of_kind = (kept.agency == file.agency, kept.kind == file.kind.name)
        return and_(*of_kind, kept.scope == ids.c.scope, column == ids.c.id)

    keys = union(select(named), select(kept.scope, kept.key).join_from(named, alias, held(named, kept.alias))).subquery()
    known = select(kept.scope, kept.alias, kept.key, kept.is_accepted, kept.is_replaced)
    known = known.join_from(keys, alias, held(keys, kept.key))
    ids = union(select(keys), select(kept.scope, kept.alias).join_from(keys, alias, held(keys, kept.key))).subquery()
    current_one = and_(now.c.agency == file.agency, now.c.scope == ids.c.scope, now.c.key == ids.c.id)
    carried = and_(rows.c.scope == ids.c.scope, rows.c.own == ids.c.id, rows.c.verdict == "new")
    here = select(ids, func.min(rows.c.place)).join_from(ids, rows, carried).group_by(*ids.c)
    return _Met(
        known={
            (row.scope, row.alias): _KnownId(key=(row.scope, row.key), is_accepted=row.is_accepted, is_replaced=row.is_replaced)
            for row in connection.execute(known)
        },
        records=frozenset((scope, one) for scope, one in connection.execute(select(ids).join(now, current_one))),
        here={(scope, one): place for scope, one, place in connection.execute(here)},
    )


def _grouped(names: Sequence[_Name], met: _Met) -> _IdGroups:
    groups = _IdGroups()
    for one, known in met.known.items():
        groups.join(one, known.key)
    for name in (name for name in names if name.place is not None):
        groups.join(name.own, name.alias)
    carrying = {groups.first(one) for one in (*met.records, *met.here)}
    for name in (name for name in names if name.place is None):
        both = {groups.first(name.own), groups.first(name.alias)}
        # A row in quarantine does not make one record of two.
        if len(both & carrying) < len(both):
            groups.join(name.own, name.alias)
            carrying |= {groups.first(name.own)} if both & carrying else set()
    return groups


def _steps(names: Iterable[_Name]) -> dict[Id, int]:
    """How many edits after the first each edit of a file comes; edits in a circle stay in the order of the file."""
    edits: dict[Id, set[Id]] = defaultdict(set)
    for name in names:
        edits[name.own].add(name.alias)
    waiting = {own: sum(one in edits for one in named) for own, named in edits.items()}
    after: dict[Id, list[Id]] = defaultdict(list)
    for own, named in edits.items():
        for one in named:
            after[one].append(own)
    # An edit that names the one before it and the first of all comes two steps after that one, whatever stands between.
    steps = {own: len(named) for own, named in edits.items()}
    ready = [own for own, number in waiting.items() if number == 0]
    while ready:
        done = ready.pop()
        for own in after[done]:
            steps[own] = max(steps[own], steps[done] + 1)
            waiting[own] -= 1
            if waiting[own] == 0:
                ready.append(own)
    return steps


def _key(group: Sequence[Id], met: _Met, steps: Mapping[Id, int], folding: _Folding) -> Id:
    """The id a record goes by: the one it is kept under, or the first that was accepted, or the first there was."""
    records = [one for one in group if one in met.records]
    if records:
        return records[0] if len(records) == 1 else folding.chosen(records)
    here = [one for one in group if one in met.here]
    if here:
        return min(here, key=lambda one: (steps.get(one, 0), met.here[one]))
    # Nobody was accepted yet: the record will go by the id that edits none of the others.
    first = [one for one in group if one not in steps and (one not in met.known or met.known[one].key == one)]
    return min(first or group)


@frozen(kw_only=True)
class _Folding:
    """Two records turn out to be one: the edit that tells came after both."""

    connection: Connection
    file: StagedFile
    met: _Met
    replaced: set[Id]

    def chosen(self, records: Sequence[Id]) -> Id:
        """The record that goes on: one that was not replaced, and of several the one that was kept first."""
        scope, keys = records[0][0], [key for _, key in records]
        of_kind = (version.c.agency == self.file.agency, version.c.kind == self.file.kind.name, version.c.scope == scope)
        kept = select(version.c.key).where(*of_kind, version.c.key.in_(keys)).group_by(version.c.key)
        in_order = self.connection.execute(kept.order_by(func.min(version.c.id))).scalars()
        return min(((scope, key) for key in in_order), key=lambda one: not self._stands(one))

    def _stands(self, record: Id) -> bool:
        """Whether one of the ids of a record was not replaced: then the record says the latest."""
        ids = {record} | {one for one, known in self.met.known.items() if known.key == record and known.is_accepted}
        return not ids <= self.replaced

    def repoint(self, key: Id, before: set[Id]) -> None:
        """What led to another record leads to this one; the other is current no longer, and its history stays."""
        for scope, other in sorted(before - {key}):
            self.connection.execute(update(alias).where(*self._of_kind(scope), alias.c.key == other).values(key=key[1]))
            self._drop(current(self.file.kind), scope, "key", other)
            for child, parent in children.inside(self.file.kind):
                if inspect(self.connection).has_table(current(child).name):
                    self._drop(current(child), scope, parent.name, other)

    def _drop(self, table: Table, scope: str, column: str, key: str) -> None:
        of_record = (table.c.agency == self.file.agency, table.c.scope == scope, table.c[column] == key)
        self.connection.execute(delete(table).where(*of_record))

    def _of_kind(self, scope: str) -> tuple[Any, ...]:
        return alias.c.agency == self.file.agency, alias.c.kind == self.file.kind.name, alias.c.scope == scope


def _keep(staging: Staging, file: StagedFile, lines: Sequence[tuple[str, str, str, bool, bool, int]]) -> None:
    """Add or change aliases, and put the rows of a file in the order in which they edit one another."""
    import polars as pl

    connection, rows = staging.connection, file.rows
    found = staging.make(rooms.ids(rows.name))
    frame = pl.DataFrame(lines, schema=[column.name for column in found.columns][2:], orient="row")
    staging.fill(found, frame.select(pl.lit(file.agency).alias("agency"), pl.lit(file.kind.name).alias("kind"), pl.all()))
    _upsert(connection, found)
    edits = (found.c.scope == rows.c.scope, found.c.alias == rows.c.own, found.c.step > 0)
    connection.execute(update(rows).where(*edits).values(step=found.c.step))


def _upsert(connection: Connection, found: Table) -> None:
    names = [column.name for column in alias.columns]
    # That a record goes by its own id needs no saying, as long as it does.
    worth = or_(found.c.alias != found.c.key, found.c.is_replaced)
    upsert = dialect_of(connection).insert(alias).from_select(names, select(*(found.c[name] for name in names)).where(worth))
    again = {name: upsert.excluded[name] for name in ("key", "is_accepted", "is_replaced")}
    connection.execute(upsert.on_conflict_do_update(index_elements=["agency", "kind", "scope", "alias"], set_=again))
