"""The list of files, and the search by name: own names, nicknames, and names that attached records give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from attrs import field, frozen
from sqlalchemy import Connection, func, inspect, select

from cigem_core.model.fields import CENTRE, Kind, kind_of
from cigem_core.model.migrants import Attachment, Migrant
from cigem_core.model.names import bears, words
from cigem_core.model.refs import Ref
from cigem_core.store.schema import current
from cigem_core.store.seeking import may_answer

MIGRANT, ATTACHMENT = kind_of(Migrant), kind_of(Attachment)
_AT_ONCE = 500


@frozen(kw_only=True)
class FileLine:
    """A file as a list shows it."""

    number: str
    names: tuple[str, ...] = field(repr=False)
    """Family name, given names and nickname of the file; where it has none, the names attached records give."""
    opened_on: date | None
    joined_to: str | None = None

    @property
    def name(self) -> str:
        """The names on one line."""
        return " ".join(self.names)


def lines(connection: Connection, *, numbers: Iterable[str] | None = None, limit: int | None = None) -> list[FileLine]:
    """Files by their numbers: all of them, or those that are asked for."""
    asked = None if numbers is None else sorted(set(numbers))
    rows = list(_rows(connection, asked, limit))
    given = names_given(connection, {key for key, *named, _, _ in rows if not any(named)})
    return [_line(row, given) for row in rows]


def search(connection: Connection, name: str, *, limit: int | None = None) -> list[FileLine]:
    """The files that answer to a name, by their numbers: every word asked is part of a name of its own."""
    asked = words(name)
    if not asked:
        return []
    found = {number for number, *names in _candidates(connection, asked) if bears(asked, names)}
    given = names_given(connection)
    if given:
        own = {one.number: one.names for one in lines(connection, numbers=given)}
        found |= {number for number, names in given.items() if bears(asked, (*own.get(number, ()), *names))}
    return lines(connection, numbers=sorted(found)[:limit])


def _candidates(connection: Connection, asked: Iterable[str]) -> Iterator[Any]:
    """The files that may answer, with their names."""
    table = current(MIGRANT)
    if not inspect(connection).has_table(table.name):
        return
    names = [func.coalesce(table.c[name], "") for name in ("identity.family_name", "identity.given_names", "known_as")]
    query = select(table.c.key, *names).where(table.c.agency == CENTRE, may_answer(connection, names, asked))
    yield from connection.execute(query)


def _line(row: Any, given: dict[str, tuple[str, ...]]) -> FileLine:
    key, *named, opened_on, joined_to = row
    own = tuple(filter(None, named))
    return FileLine(number=key, names=own or given.get(key, ()), opened_on=opened_on, joined_to=joined_to)


def _rows(connection: Connection, numbers: list[str] | None, limit: int | None) -> Iterator[Any]:
    """Number, family name, given names, nickname, day of opening, file it is a double of."""
    table = current(MIGRANT)
    if not inspect(connection).has_table(table.name):
        return
    shown = ("key", "identity.family_name", "identity.given_names", "known_as", "opened_on", "joined_to")
    query = select(*(table.c[name] for name in shown)).where(table.c.agency == CENTRE).order_by(table.c.key).limit(limit)
    if numbers is None:
        yield from connection.execute(query)
        return
    for at in range(0, len(numbers), _AT_ONCE):
        yield from connection.execute(query.where(table.c.key.in_(numbers[at : at + _AT_ONCE])))


def names_given(connection: Connection, only: set[str] | None = None) -> dict[str, tuple[str, ...]]:
    """File → the names that records attached to it give."""
    table = current(ATTACHMENT)
    if (only is not None and not only) or not inspect(connection).has_table(table.name):
        return {}
    tied: dict[tuple[str, str], dict[tuple[str, str], str]] = defaultdict(dict)
    query = select(table.c.record, table.c.migrant).where(table.c.agency == CENTRE, table.c.detached_on.is_(None))
    for record, migrant in connection.execute(query.order_by(table.c.record)):
        if only is None or migrant in only:
            ref = Ref.parse(record)
            tied[str(ref.agency), str(ref.kind)][ref.scope or "", str(ref.key)] = migrant
    found: dict[str, tuple[str, ...]] = {}
    for (agency, name), files in tied.items():
        for migrant, names in _named(connection, kind_of(name), agency, files):
            found[migrant] = (*found.get(migrant, ()), *names)
    return found


def _named(
    connection: Connection, kind: Kind, agency: str, files: dict[tuple[str, str], str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    table = current(kind)
    columns = [table.c[name] for name in ("identity.family_name", "identity.given_names") if name in kind.fields]
    if not columns or not inspect(connection).has_table(table.name):
        return
    keys = sorted({key for _, key in files})
    query = select(table.c.scope, table.c.key, *columns).where(table.c.agency == agency).order_by(table.c.scope, table.c.key)
    for at in range(0, len(keys), _AT_ONCE):
        for scope, key, *names in connection.execute(query.where(table.c.key.in_(keys[at : at + _AT_ONCE]))):
            if (scope, key) in files:
                yield files[scope, key], tuple(filter(None, names))
