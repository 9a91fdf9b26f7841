"""The list of files, and the search by name: own names, nicknames, and names that attached records give."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from attrs import field, frozen
from sqlalchemy import ColumnElement, Connection, and_, func, inspect, literal, or_, select

from cigem_core.model.fields import CENTRE, Kind, kind_of
from cigem_core.model.migrants import Attachment, Migrant
from cigem_core.model.names import bears, words
from cigem_core.model.refs import Ref
from cigem_core.store.dialects import dialect_of
from cigem_core.store.objects import in_blocks
from cigem_core.store.schema import current
from cigem_core.store.seeking import may_answer, on_one_line

MIGRANT, ATTACHMENT = kind_of(Migrant), kind_of(Attachment)
_NAMES = ("identity.family_name", "identity.given_names")
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
    own_names = (number for number, names in _candidates(connection, asked) if bears(asked, (names,)))
    found = set(islice(own_names, limit))  # the first ones by their numbers: no more are looked for
    # A name that holds no word that is asked changes nothing.
    given = names_given(connection, asked=asked)
    if hinted := given.keys() - found:
        rows = _rows(connection, sorted(hinted), None)
        found |= {number for number, *own, _, _ in rows if bears(asked, (*own, *given[number]))}
    return lines(connection, numbers=sorted(found)[:limit])


def _candidates(connection: Connection, asked: Iterable[str]) -> Iterator[Any]:
    """The files that may answer, with their names on one line."""
    table = current(MIGRANT)
    if not inspect(connection).has_table(table.name):
        return
    names = [func.coalesce(table.c[name], "") for name in ("identity.family_name", "identity.given_names", "known_as")]
    query = select(table.c.key, on_one_line(names)).where(table.c.agency == CENTRE, table.c.scope == "")
    query = query.where(may_answer(connection, names, asked))
    yield from in_blocks(connection, query.order_by(table.c.key), at_once=100)


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
    of_ours = table.c.agency == CENTRE, table.c.scope == ""
    query = select(*(table.c[name] for name in shown)).where(*of_ours).order_by(table.c.key).limit(limit)
    if numbers is None:
        yield from in_blocks(connection, query)
        return
    for at in range(0, len(numbers), _AT_ONCE):
        yield from connection.execute(query.where(table.c.key.in_(numbers[at : at + _AT_ONCE])))


def names_given(
    connection: Connection, only: Collection[str] | None = None, *, asked: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """File → the names that records attached to it give; those alone that hold one of the words asked, where some are."""
    found: dict[str, tuple[str, ...]] = {}
    if (only is not None and not only) or not inspect(connection).has_table(current(ATTACHMENT).name):
        return found
    for prefix, kind, agency in _tied(connection):
        for migrant, *names in _named(connection, prefix, kind, agency, only, asked):
            said = tuple(filter(None, names))
            if not asked or any(bears((word,), said) for word in asked):
                found[migrant] = (*found.get(migrant, ()), *said)
    return found


def _tied(connection: Connection) -> Iterator[tuple[str, Kind, str]]:
    """Whose records of what kind are attached to files: how their refs begin, the kind and the agency."""
    table, after = current(ATTACHMENT), ""
    there = frozenset(inspect(connection).get_table_names())
    query = select(func.min(table.c.key)).where(table.c.agency == CENTRE, table.c.scope == "")
    while first := connection.execute(query.where(table.c.key > after)).scalar():
        ref = Ref.parse(first)
        prefix = ":".join(first.split(":")[:2])
        kind = kind_of(str(ref.kind))
        if current(kind).name in there and any(name in kind.fields for name in _NAMES):
            yield f"{prefix}:", kind, str(ref.agency)
        after = f"{prefix};"  # the sign after the colon: all of this beginning are passed over


def _named(
    connection: Connection, prefix: str, kind: Kind, agency: str, only: Collection[str] | None, asked: Sequence[str]
) -> Iterator[Any]:
    """File, then the names of a record attached to it, for every record of one agency and kind."""
    tied, table = current(ATTACHMENT), current(kind)
    names = [func.coalesce(table.c[name], "") for name in _NAMES if name in kind.fields]
    scope, key = _said_in(connection, func.substr(tied.c.key, len(prefix) + 1), kind)
    of_record = and_(table.c.agency == agency, table.c.scope == scope, table.c.key == key)
    query = select(tied.c.migrant, *names).join_from(tied, table, of_record).order_by(tied.c.key)
    query = query.where(tied.c.agency == CENTRE, tied.c.scope == "", tied.c.detached_on.is_(None))
    query = query.where(tied.c.key > prefix, tied.c.key < f"{prefix[:-1]};")
    if asked:
        query = query.where(or_(*(may_answer(connection, names, (word,)) for word in asked)))
    if only is None:
        yield from in_blocks(connection, query)
        return
    wanted = sorted(only)
    for at in range(0, len(wanted), _AT_ONCE):
        yield from connection.execute(query.where(tied.c.migrant.in_(wanted[at : at + _AT_ONCE])))


def _said_in(connection: Connection, ref: ColumnElement[str], kind: Kind) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """Scope and key in what follows agency and kind in a ref, as `Ref` writes them."""
    if kind.scope is None:
        return literal(""), _unquoted(ref)
    colon = dialect_of(connection).place_of(ref, ":")
    return _unquoted(func.substr(ref, 1, colon - 1)), _unquoted(func.substr(ref, colon + 1))


def _unquoted(part: ColumnElement[str]) -> ColumnElement[str]:
    return func.replace(func.replace(part, "%3A", ":"), "%25", "%")
