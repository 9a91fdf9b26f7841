"""The keys of an agency's records: which are somebody's, and which are carried by rows in quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, inspect, select

from cigem_core.model.fields import Kind
from cigem_core.sdk.frames import SEPARATOR
from cigem_core.store.schema import alias, current, quarantine

if TYPE_CHECKING:
    import polars as pl


def keys(connection: Connection, agency: str, kind: Kind, *, to: str | None = None) -> tuple[pl.Series, pl.Series]:
    """The keys of an agency's records of a kind: those kept, and those of its rows in quarantine.

    They come with their scopes where the kind has one, and with the ids that records were edited under. `to` asks
    only for the records addressed to an agency.
    """
    import polars as pl

    table = current(kind)
    kept: list[str] = []
    if inspect(connection).has_table(table.name):
        query = select(_full_key(kind, table.c)).where(table.c.agency == agency)
        kept += connection.execute(query.where(table.c.to == to) if to else query).scalars()
        of_record = and_(alias.c.agency == table.c.agency, alias.c.scope == table.c.scope, alias.c.key == table.c.key)
        edited = select(_full_key(kind, alias.c, "alias")).join_from(alias, table, of_record)
        kept += connection.execute(edited.where(alias.c.agency == agency, alias.c.kind == kind.name)).scalars()
    carried = select(_full_key(kind, quarantine.c)).where(*_open_entries(agency, kind), quarantine.c.key.is_not(None))
    waiting = connection.execute(carried).scalars()
    return pl.Series(kept, dtype=pl.String), pl.Series(list(waiting), dtype=pl.String)


def repeated(connection: Connection, agency: str, kind: Kind) -> dict[int, str | None]:
    """The entries of a kind refused for another's key, and not corrected since: entry → that key, None if dismissed."""
    of_kind = (quarantine.c.agency == agency, quarantine.c.kind == kind.name, quarantine.c.state != "corrected")
    query = select(quarantine.c.id, quarantine.c.state, _full_key(kind, quarantine.c).label("key"))
    found = connection.execute(query.where(*of_kind, quarantine.c.is_unique))
    return {row.id: row.key if row.state == "open" else None for row in found}


def held(connection: Connection, agency: str, kind: Kind) -> pl.Series:
    """The keys of a kind that are somebody's: those of records, and of open entries refused for something else."""
    import polars as pl

    kept, _ = keys(connection, agency, kind)
    wrong = (*_open_entries(agency, kind), quarantine.c.key.is_not(None), quarantine.c.is_unique == false())
    waiting = connection.execute(select(_full_key(kind, quarantine.c)).where(*wrong)).scalars()
    return pl.concat([kept, pl.Series(list(waiting), dtype=pl.String)])


def came_without(
    connection: Connection, agency: str, kind: Kind, entries: Sequence[int], keys: Sequence[str]
) -> dict[int | str, frozenset[str]]:
    """The declared columns that rows in quarantine came without, by entry whatever its state, by key where it is open."""
    of_kind, key = (quarantine.c.agency == agency, quarantine.c.kind == kind.name), _full_key(kind, quarantine.c)
    bare = [one.rpartition(SEPARATOR)[2] for one in keys]
    asked: list[Select[Any]] = [
        *(select(quarantine.c.id, quarantine.c.body).where(*of_kind, quarantine.c.id.in_(some)) for some in _some(entries)),
        *(select(key, quarantine.c.body).where(*_open_entries(agency, kind), quarantine.c.key.in_(some)) for some in _some(bare)),
    ]
    told = [row for query in asked for row in connection.execute(query)]
    return {name: frozenset(columns) for name, body in told if (columns := json.loads(body).get("without"))}


def _some(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Values by the thousand: databases take so many in one question, and no more."""
    return (values[first : first + 1_000] for first in range(0, len(values), 1_000))


def _full_key(kind: Kind, columns: Any, key: str = "key") -> ColumnElement[str]:
    """The key of each row, with its scope where the kind has one."""
    named: ColumnElement[str] = columns[key]
    return named if kind.scope is None else columns.scope + SEPARATOR + named


def _open_entries(agency: str, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    return quarantine.c.agency == agency, quarantine.c.kind == kind.name, quarantine.c.state == "open"
