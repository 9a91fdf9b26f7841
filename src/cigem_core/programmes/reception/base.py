"""What every desk of reception stands on: the store, and finding one record by its number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar

from attrs import frozen
from sqlalchemy import Connection, inspect, select

from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.model.fields import CENTRE, kind_of
from cigem_core.model.migrants import Migrant
from cigem_core.plugins import Plugins
from cigem_core.store import Store
from cigem_core.store.acts import Act
from cigem_core.store.schema import current
from cigem_core.text import Text

R = TypeVar("R")


@frozen(slots=False)
class Desk:
    """Somewhere the centre's own work is done: what it finds and keeps is in one store."""

    store: Store
    plugins: Plugins

    def one(self, kind: type[R], number: str) -> R:
        """The centre's record of that number; UnknownName proposes the nearest."""
        with self.store.reading() as connection:
            return one_of(connection, kind, number, self.store.find(kind, **{_key_of(kind): number}))


def found(act: Act, kind: type[R], number: str) -> R:
    """The same, inside an act."""
    return one_of(act.connection, kind, number, act.find(kind, **{_key_of(kind): number}))


def file_of(act: Act, number: str) -> Migrant:
    """The file of that number, to act upon; OperatorError where it is a double of another."""
    return main_of(found(act, Migrant, number))


def main_of(migrant: Migrant) -> Migrant:
    """The file itself, unless it is a double: then OperatorError says of which."""
    if (main := migrant.joined_to) is not None:
        number = migrant.reference
        raise OperatorError(
            Text(fr=f"{number} est un double de {main} : agir sur {main}", en=f"{number} is a double of {main}: act on {main}")
        )
    return migrant


def one_of(connection: Connection, kind: type[R], number: str, held: list[R]) -> R:
    """The one record that was found; UnknownName where there is none, with the nearest number there is."""
    if held:
        return held[0]
    label, near = kind_of(kind).label, nearest(number, set(_neighbours(connection, kind, number)))
    raise UnknownName(
        Text(fr=f"aucun dossier « {label.fr} » n'a le numéro {number} ; {near.fr}",
             en=f"no {label.en} has the number {number}; {near.en}")
    )  # fmt: skip


def _key_of(kind: type[Any]) -> str:
    return kind_of(kind).keys[0].name


def _neighbours(connection: Connection, kind: type[Any], number: str) -> Iterator[str]:
    """The numbers that stand beside one that is not there, and the last ones given: among them is what was meant."""
    table = current(kind_of(kind))
    if not inspect(connection).has_table(table.name):
        return
    keys = select(table.c.key).where(table.c.agency == CENTRE)
    for query in (
        keys.where(table.c.key < number).order_by(table.c.key.desc()),
        keys.where(table.c.key > number).order_by(table.c.key),
        keys.where(table.c.key.like(f"%{number[-4:]}")).order_by(table.c.key),
        keys.order_by(table.c.key.desc()),
    ):
        yield from connection.execute(query.limit(5)).scalars()


def year_of(on: date) -> str:
    """The year as numbers carry it."""
    return f"{on.year:04d}"
