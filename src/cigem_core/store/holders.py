"""Whose an id is: for records that are edited under new ids, all the ids of each and what is known of the person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, inspect, select

from cigem_core.model.fields import Kind
from cigem_core.store.schema import alias, current

Holder = tuple[frozenset[str], tuple[str, ...]]
"""The ids of a record, and what some of its fields say."""


def holders(connection: Connection, agency: str, kind: Kind, names: Sequence[str]) -> Mapping[str, Holder]:
    """Id → the record that goes by it; nothing for kinds whose keys are unique only inside something."""
    table = current(kind)
    if kind.scope is not None or not inspect(connection).has_table(table.name):
        return {}
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    ids: dict[str, set[str]] = defaultdict(set)
    for one, key in connection.execute(
        select(alias.c.alias, alias.c.key).where(alias.c.agency == agency, alias.c.kind == kind.name)
    ):
        ids[key].add(one)
    told = select(table.c.key, *(table.c[name] for name in names if name in there)).where(table.c.agency == agency)
    found: dict[str, Holder] = {}
    for key, *said in connection.execute(told):
        mine = frozenset({key, *ids.get(key, ())})
        found |= dict.fromkeys(mine, (mine, tuple(text or "" for text in said)))
    return found
