"""The temporary tables in which rows wait, defined once each.

A database driver compiles what is asked of a table, and knows the table by its definition: made anew for every act, the
same tables would have the same questions compiled for every act.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text, literal_column
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement, SchemaItem

from cigem_core.model.fields import Field, Kind
from cigem_core.store.dialects import compiler_of
from cigem_core.store.schema import column_type

PLACE = "place"
"""The place of a record among those of its file: what lies beside it, in tables of its own, names it by that."""
_AT_HAND = 512
"""Definitions kept: one for each kind, place among the files of an exchange, and choice of fields that may cross."""


@lru_cache(_AT_HAND)
def rows(label: str, fields: tuple[Field, ...], *, edits: bool) -> Table:
    """Room for the accepted rows of a file; of edited records their own ids are looked up."""
    entry, turn = Column("entry", Integer), Column("turn", Integer, nullable=False)
    later = turn > literal_column("0")
    return _room(
        label,
        Column(PLACE, Integer, primary_key=True),
        # The agency is one; written beside each key, it tells the planner that records are sought for rows.
        *(Column(name, Text, nullable=False) for name in ("agency", "scope", "key", "own")),
        *(Column(f.name, column_type(f)) for f in fields),
        Column("cargo", Text),
        Column("content", Text, nullable=False),
        Column("digest", Text, nullable=False),
        entry,
        Column("step", Integer, nullable=False),
        turn,
        Column("verdict", Text, nullable=False),
        # Few records name the entry they mend; without this each entry would be looked for in all of them.
        Index(f"{label}_by_entry", entry, sqlite_where=entry.is_not(None), postgresql_where=entry.is_not(None)),
        Index(f"{label}_by_key", "scope", "key"),
        Index(f"{label}_by_turn", turn, sqlite_where=later, postgresql_where=later),
        *([Index(f"{label}_by_own", "scope", "own")] if edits else []),
    )


@lru_cache(_AT_HAND)
def children(label: str, kind: Kind, fields: tuple[Field, ...]) -> Table:
    """Room for the records inside the records of a file."""
    name = f"{label}_{kind.name}"
    return _room(
        name,
        Column(PLACE, Integer, nullable=False),
        *(Column(part, Text, nullable=False) for part in ("scope", "key")),
        *(Column(f.name, column_type(f)) for f in fields),
        Index(f"{name}_by_place", PLACE, "key"),
    )


@lru_cache(_AT_HAND)
def names(label: str) -> Table:
    """Room for the ids that the records of a file give beside their own."""
    return _room(
        f"{label}_names", Column(PLACE, Integer), *(Column(name, Text, nullable=False) for name in ("scope", "own", "alias"))
    )


@lru_cache(_AT_HAND)
def ids(label: str) -> Table:
    """Room for what becomes of the ids of edited records."""
    return _room(
        f"{label}_ids",
        *(Column(name, Text, nullable=False) for name in ("agency", "kind", "scope", "alias", "key")),
        *(Column(name, Boolean, nullable=False) for name in ("is_accepted", "is_replaced")),
        Column("step", Integer, nullable=False),
        Index(f"{label}_ids_by_alias", "scope", "alias"),
    )


@lru_cache(1)
def entries() -> Table:
    """Room for the rows that cannot be taken."""
    return _room(
        "staged_quarantine",
        Column("file", Integer, nullable=False),
        Column("digest", Text, nullable=False),
        Column(PLACE, BigInteger, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("row", "scope")),
        Column("key", Text),
        *(Column(name, Text, nullable=False) for name in ("body", "faults")),
        *(Column(name, Boolean, nullable=False) for name in ("is_unique", "is_hollow")),
        Column("entry", Integer),
        Index("staged_quarantine_by_entry", "entry"),
    )


@lru_cache(_AT_HAND)
def making(room: Table, driver: str) -> tuple[str, ...]:
    """The statements that make a room and its indexes, as a driver takes them."""
    indexes = sorted(room.indexes, key=lambda index: str(index.name))
    statements: list[ExecutableDDLElement] = [CreateTable(room), *map(CreateIndex, indexes)]
    return tuple(str(made.compile(dialect=compiler_of(driver))) for made in statements)


def _room(name: str, *parts: SchemaItem) -> Table:
    return Table(name, MetaData(), *parts, prefixes=["TEMPORARY"])
