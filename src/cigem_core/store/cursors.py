"""How far the lists of agencies' services were read, kept in the transaction that keeps what was read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen
from sqlalchemy import Connection, delete, insert, select

from cigem_core.model.values import VALUE_TYPES
from cigem_core.store.schema import cursor


@frozen(kw_only=True)
class Cursor:
    """How far one list was read: the moment of the last change seen."""

    place: str
    resource: str
    mask_digest: str
    moment: datetime


def last(connection: Connection, agency: str, place: str) -> dict[str, Cursor]:
    """Resource → how far it was read at an address."""
    query = select(cursor).where(cursor.c.agency == agency, cursor.c.place == place)
    return {
        row["resource"]: Cursor(
            place=place, resource=row["resource"], mask_digest=row["mask_digest"], moment=datetime.fromisoformat(row["moment"])
        )
        for row in connection.execute(query).mappings()
    }


def move(connection: Connection, agency: str, cursors: Iterable[Cursor], *, batch: int) -> None:
    """Remember how far some lists were read."""
    for one in cursors:
        here = (cursor.c.agency == agency, cursor.c.place == one.place, cursor.c.resource == one.resource)
        connection.execute(delete(cursor).where(*here))
        facts = {"agency": agency, "place": one.place, "resource": one.resource, "batch": batch}
        moment = VALUE_TYPES[datetime].store(one.moment)
        connection.execute(insert(cursor).values(**facts, mask_digest=one.mask_digest, moment=moment))
