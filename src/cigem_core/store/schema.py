"""The tables of a workspace: fixed ones under Alembic, and one current table per kind that follows its declaration."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    inspect,
)
from sqlalchemy.schema import CreateColumn
from sqlalchemy.types import TypeEngine

from cigem_core.model.fields import Field, Kind, kind_of

REVISION = "0005"
"""The Alembic revision this version of the library reads and writes."""

GRANTED = ("axis", "convention", "convention_digest", "clause", "mask_digest")
"""What let an act happen: empty where no convention had to."""

fixed = MetaData()

convention = Table(
    "convention",
    fixed,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("on", Date, nullable=False),
    Column("by", Text, nullable=False),
)
"""Every wording that was installed; of each reference, the last one counts."""

batch = Table(
    "batch",
    fixed,
    Column("id", Integer, primary_key=True),
    Column("act", Text, nullable=False, server_default="pull"),
    Column("agency", Text, nullable=False),
    *(Column(name, Text, nullable=False, server_default="") for name in GRANTED),
    Column("on", Date, nullable=False),
    Column("by", Text, nullable=False),
)
"""One act: what was done, with whom, and under which clause and mask where a convention had to let it happen."""

batch_file = Table(
    "batch_file",
    fixed,
    Column("batch", ForeignKey("batch.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("mask_digest", Text, nullable=False),
    Column("read", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("new", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("unchanged", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Index("batch_file_by_digest", "sha256", "kind"),
    CheckConstraint("read = accepted + quarantined AND accepted = new + changed + unchanged", name="balance"),
)
"""The files of an exchange and what became of their records; the law of balance is asked by the database too."""

version = Table(
    "version",
    fixed,
    Column("id", Integer, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("batch", ForeignKey("batch.id"), nullable=False),
    Column("file", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("cargo", Text),
    Column("digest", Text, nullable=False),
    Column("corrects", ForeignKey("quarantine.id")),
    UniqueConstraint("agency", "kind", "scope", "key", "sequence"),
)
"""History: what each version said, as canonical JSON of the fields it spoke of. Nothing is ever changed here."""

quarantine = Table(
    "quarantine",
    fixed,
    Column("id", Integer, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("scope", Text, nullable=False),
    Column("key", Text),
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("faults", Text, nullable=False),
    Column("is_unique", Boolean, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("row", Text, nullable=False),
    Column("first_batch", ForeignKey("batch.id"), nullable=False),
    Column("last_batch", ForeignKey("batch.id"), nullable=False),
    Column("closed_batch", ForeignKey("batch.id")),
    Column("because", Text),
    UniqueConstraint("agency", "kind", "digest", "occurrence"),
    CheckConstraint("state in ('open', 'corrected', 'dismissed')", name="state"),
    Index("quarantine_by_key", "agency", "kind", "key"),
)
"""Rows that cannot be taken as they are. `faults` says columns, rules and remedies, never values: `body` holds the row."""

alias = Table(
    "alias",
    fixed,
    Column("agency", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("alias", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("is_accepted", Boolean, nullable=False),
    Column("is_replaced", Boolean, nullable=False),
    Index("alias_by_key", "agency", "kind", "scope", "key"),
)
"""The ids of records that were edited: which record each is of, whether a record was accepted under it, and whether a
later one took its place."""

outbox = Table(
    "outbox",
    fixed,
    Column("id", Integer, primary_key=True),
    Column("batch", ForeignKey("batch.id"), nullable=False),
    Column("place", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary),
    Column("path", Text),
    Column("media", Text),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("said", Text),
    Column("heard", Integer, nullable=False, server_default="0"),
    UniqueConstraint("place", "name"),
    CheckConstraint("state in ('waiting', 'left', 'refused', 'withdrawn')", name="outbox_state"),
)
"""What leaves, kept with the decision that it leaves: `content` stands until it has left. A file has a folder and a name;
a letter an address, a key for a name, the path below it and its media type. `said` is what stood in the way, as JSON
without values; of its `attempts`, those `heard` were answered, and surely had no effect."""

sent = Table(
    "sent",
    fixed,
    Column("to", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("parcel", ForeignKey("outbox.id"), nullable=False),
    Column("theirs", Text),
)
"""Which of the centre's records left, and in which parcel: each leaves once. `theirs` is the number it got there."""

cursor = Table(
    "cursor",
    fixed,
    Column("agency", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("resource", Text, primary_key=True),
    Column("mask_digest", Text, nullable=False),
    Column("moment", Text, nullable=False),
    Column("batch", ForeignKey("batch.id"), nullable=False),
)
"""How far each list of a service was read, and under which mask: under another one it is read whole."""

journal = Table(
    "journal",
    fixed,
    Column("line", Integer, primary_key=True),
    Column("on", Date, nullable=False),
    Column("by", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
)
"""What happened, line after line, each holding the digest of the one before. No values.

Among the facts, `proof` says `wrote`, the digest of what the act wrote, `extent`, how much of which tables that is, and
`before`, the digest of all that was written before it; lines of earlier versions prove nothing.
"""

workspace = Table(
    "workspace",
    fixed,
    Column("identity", Text, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("mark", Text, nullable=False),
    Column("entries_above", Integer, nullable=False),
)
"""Which workspace this is, in one row. Each restore raises its epoch; the numbers it gives bear the mark of the epoch, and the
numbers of entries lie above."""

proof = Table(
    "proof",
    fixed,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("tags", LargeBinary, nullable=False),
)
"""Of each row that an act added, sixteen bytes of its digest, in the order of the line's extent."""

trail = Table(
    "trail",
    fixed,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("place", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("tag", Text),
    Index("trail_by_key", "place", "key"),
)
"""Of each row that acts change in place, its digest after each of them; none once it is gone."""

errand = Table(
    "errand",
    fixed,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("process", Integer, nullable=False),
)
"""Folders in which something is being written outside; what a killed process leaves there is found by them."""

_TYPES: dict[str, type[TypeEngine[Any]]] = {"text": Text, "integer": BigInteger, "boolean": Boolean, "date": Date}

# Records come back in one order, whatever language the database sorts in.
_ORDERED = Text().with_variant(Text(collation="C"), "postgresql")


def column_type(field: Field) -> TypeEngine[Any]:
    """How the database holds a field; several values are a JSON list."""
    return Text() if field.many else _TYPES[field.value.storage]()


@cache
def current(kind: Kind) -> Table:
    """The current state of every record of a kind, one column a field, under its dotted name."""
    name = f"current_{kind.name}"
    return Table(
        name,
        MetaData(),
        *(Column(name, _ORDERED, primary_key=True) for name in ("agency", "scope", "key")),
        Column("sequence", Integer, nullable=False),
        Column("batch", Integer, nullable=False),
        *(Column(f.name, column_type(f)) for f in kind.fields.values()),
        Column("cargo", Text),
        # A record that lives inside another one is found by it.
        *(Index(f"{name}_by_{f.name}", "agency", "scope", f.name) for f in kind.keys if f.refers_to),
    )


def ensure(connection: Connection, wanted: Sequence[Kind]) -> None:
    """Make the current tables of some kinds, and of those they refer to, follow their declarations."""
    names = {k.name for k in wanted} | {str(f.refers_to) for k in wanted for f in k.references}
    for name in sorted(names):
        ensure_current(connection, kind_of(name))


def ensure_current(connection: Connection, kind: Kind) -> Table:
    """Create the current table of a kind, or add the columns its declaration has gained; nothing is ever dropped."""
    table = current(kind)
    inspector = inspect(connection)
    if not inspector.has_table(table.name):
        table.create(connection)
        return table
    there = {column["name"] for column in inspector.get_columns(table.name)}
    quoted = connection.dialect.identifier_preparer.format_table(table)
    for column in table.columns:
        if column.name not in there:
            definition = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {quoted} ADD COLUMN {definition}")
    for index in table.indexes:
        index.create(connection, checkfirst=True)
    return table
