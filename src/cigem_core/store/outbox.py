"""The outbox: what leaves is kept in the transaction that decides it, and stands there until it has left.

Whoever is killed between the two leaves a parcel with its content; whoever comes next delivers it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from attrs import field, frozen
from sqlalchemy import Connection, insert, select, update

from cigem_core.model.fields import Kind
from cigem_core.store.schema import outbox, sent


@frozen(kw_only=True)
class Parcel:
    """A file on its way to a folder."""

    id: int
    place: str
    name: str
    sha256: str
    content: bytes = field(repr=False)


def put(connection: Connection, *, batch: int, place: str, name: str, content: bytes) -> Parcel:
    """Add a parcel."""
    sha256 = hashlib.sha256(content).hexdigest()
    values = {"batch": batch, "place": place, "name": name, "sha256": sha256, "content": content}
    number: int = connection.execute(insert(outbox).values(values).returning(outbox.c.id)).scalar_one()
    return Parcel(id=number, place=place, name=name, sha256=sha256, content=content)


def holds(connection: Connection, parcel: Parcel, *, to: str, kind: Kind, keys: Iterable[str]) -> None:
    """Say which of the centre's records leave in a parcel: they leave once."""
    rows = [{"to": to, "kind": kind.name, "key": key, "parcel": parcel.id} for key in keys]
    connection.execute(insert(sent), rows)


def names_at(connection: Connection, place: str) -> set[str]:
    """The names that parcels to a folder ever had."""
    return set(connection.execute(select(outbox.c.name).where(outbox.c.place == place)).scalars())


def undelivered(connection: Connection) -> Sequence[Parcel]:
    """The parcels that did not leave yet, in the order they were decided."""
    columns = (outbox.c.id, outbox.c.place, outbox.c.name, outbox.c.sha256, outbox.c.content)
    query = select(*columns).where(outbox.c.content.is_not(None)).order_by(outbox.c.id)
    return [Parcel(**row) for row in connection.execute(query).mappings()]


def has_left(connection: Connection, parcel: Parcel) -> None:
    """A parcel stands where it was to go: its content is kept no longer."""
    connection.execute(update(outbox).where(outbox.c.id == parcel.id).values(content=None))


def sent_keys(connection: Connection, kind: Kind) -> set[str]:
    """The keys of the centre's records of a kind that left."""
    return set(connection.execute(select(sent.c.key).where(sent.c.kind == kind.name)).scalars())
