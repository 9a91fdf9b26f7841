"""Whose an id is: for records that are edited under new ids, all the ids of each and what is known of the person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, select

from cigem_core.model.fields import Kind
from cigem_core.sdk.frames import full
from cigem_core.store.frames import stored
from cigem_core.store.schema import alias, current

if TYPE_CHECKING:
    import polars as pl

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


def kept(connection: Connection, agency: str, kind: Kind, names: Sequence[str]) -> pl.DataFrame:
    """What some fields of the records of an agency say, in stored forms.

    `key` is each id that a record goes by, `whose` its own, both with their scope where the kind has one.
    """
    import polars as pl

    def named(name: str) -> pl.Expr:
        return pl.col(name) if kind.scope is None else full(pl.col("scope"), pl.col(name))

    found = stored(connection, kind, [kind.field(name) for name in names], agency).with_columns(named("key").alias("whose"))
    of_kind = (alias.c.agency == agency, alias.c.kind == kind.name, alias.c.alias != alias.c.key)
    rows = [tuple(row) for row in connection.execute(select(alias.c.scope, alias.c.alias, alias.c.key).where(*of_kind))]
    others = pl.DataFrame(rows, schema=dict.fromkeys(("scope", "alias", "key"), pl.String), orient="row")
    first = found.select(pl.col("whose").alias("key"), "whose")
    later = others.select(named("alias").alias("key"), named("key").alias("whose"))
    return pl.concat([first, later]).join(found.select("whose", *names), on="whose", how="inner", maintain_order="left")
