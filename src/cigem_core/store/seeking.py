"""Someone sought over every record: by parts of names in any order, by telephone, by number."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, reduce
from itertools import islice
from typing import Any, Self

from attrs import field, frozen
from sqlalchemy import ColumnElement, Connection, and_, false, func, inspect, literal, or_, select, true

from cigem_core.model.fields import Kind, kinds
from cigem_core.model.names import bears, words
from cigem_core.model.refs import Ref
from cigem_core.model.values import PartialDate
from cigem_core.spelling import fold
from cigem_core.store.dialects import dialect_of
from cigem_core.store.schema import current, quarantine

_NAMES = ("identity.family_name", "identity.given_names", "known_as")
_BIRTH, _NINA, _PHONES = "identity.birth", "identity.nina", "identity.phones"
_BETWEEN = " -/.:_'"
"""What people write between the digits of a number, or leave out."""


@frozen(kw_only=True)
class Found:
    """A record that answers."""

    ref: Ref
    names: tuple[str, ...] = field(default=(), repr=False)
    birth: PartialDate | None = field(default=None, repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)


@frozen(kw_only=True)
class WaitingRow:
    """A row in quarantine that answers: nobody has taken it in yet."""

    entry: int
    agency: str
    kind: str
    file: str
    row: str


@frozen
class _Sought:
    names: tuple[str, ...]
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Digits that follow one another are one number, as telephones are written."""
        pieces = re.sub(r"(?<=\d)[\s.]+(?=\d)", "", text).split()
        numbers = [_squeezed(piece) for piece in pieces if _has_digit(piece)]
        return cls(words(*(piece for piece in pieces if not _has_digit(piece))), tuple(filter(None, numbers)))

    def __bool__(self) -> bool:
        return bool(self.names or self.numbers)


def seek(connection: Connection, text: str, *, limit: int | None = None) -> list[Found]:
    """The records that answer to every word of a text, kind by kind and by number.

    A word without digits is part of a name of its own, whatever the accents, the case and the order; one with digits is part
    of the record's number, of a national number or of a telephone number, whatever stands between its digits: digits that
    follow one another are one number. An empty text finds nobody.
    """
    return list(islice(_found(connection, _Sought.of(text)), limit))


def seek_waiting(connection: Connection, text: str) -> list[WaitingRow]:
    """The open rows of the quarantine that hold every word of a text, oldest first."""
    asked = _Sought.of(text)
    if not asked:
        return []
    q = quarantine.c
    query = select(q.id, q.agency, q.kind, q.file, q.row, q.body).where(q.state == "open").order_by(q.id)
    return [
        WaitingRow(entry=number, agency=agency, kind=kind, file=file, row=row)
        for number, agency, kind, file, row, body in connection.execute(query)
        if _is_in(asked, body)
    ]


def may_answer(connection: Connection, names: Iterable[ColumnElement[str]], asked: Iterable[str]) -> ColumnElement[bool]:
    """Whether names may answer to some words: the database passes over those whose letters do not.

    Names with letters of other alphabets, or accents written apart, are left to `bears`: no database folds as we do.
    """
    ways, text = dialect_of(connection), on_one_line(names)
    words_there = and_(true(), *(ways.holds(text, map(_letter, word)) for word in asked))
    return or_(words_there, ways.holds(text, [_other()]))


_LATIN = {letter: fold(letter) for letter in map(chr, range(0xC0, 0x180))}
"""Letters with accents, and as what they are compared."""


@cache
def _other() -> str:
    """What only `bears` understands: all but plain letters and those with accents that are compared as one."""
    known = "".join(letter if len(folded) == 1 else " " for letter, folded in _LATIN.items())
    return f"[^ -~{''.join(f'{one[0]}-{one[-1]}' for one in known.split())}]"


@cache
def _letter(letter: str) -> str:
    """Every way a letter of a word is written, as a set of signs."""
    return f"[{letter}{letter.upper()}{''.join(one for one, folded in _LATIN.items() if folded == letter)}]"


def on_one_line(names: Iterable[ColumnElement[str]]) -> ColumnElement[str]:
    """Names with a space between them."""
    return reduce(lambda one, other: one + " " + other, names)


def _found(connection: Connection, asked: _Sought) -> Iterator[Found]:
    there = inspect(connection).get_table_names() if asked else []
    for kind in kinds():
        if current(kind).name in there:
            yield from _of_kind(connection, kind, asked)


def _of_kind(connection: Connection, kind: Kind, asked: _Sought) -> Iterator[Found]:
    table = current(kind)
    names = [func.coalesce(table.c[name], "") if name in kind.fields else literal("") for name in _NAMES]
    if asked.names and not any(name in kind.fields for name in _NAMES):
        return
    more = [table.c[name] if name in kind.fields else literal(None) for name in (_BIRTH, _PHONES)]
    query = select(table.c.agency, table.c.scope, table.c.key, *more, *names)
    query = query.where(*(_numbered(kind, number) for number in asked.numbers))
    if asked.names:
        query = query.where(may_answer(connection, names, asked.names))
    query = query.order_by(table.c.agency, table.c.scope, table.c.key)
    for agency, scope, key, birth, phones, *named in connection.execute(query):
        if not asked.names or bears(asked.names, named):
            ref = Ref(agency, kind.name, key, scope if kind.scope else None)
            born = PartialDate.parse(birth) if birth else None
            yield Found(ref=ref, names=tuple(filter(None, named)), birth=born, phones=tuple(json.loads(phones or "[]")))


def _numbered(kind: Kind, number: str) -> ColumnElement[bool]:
    """Whether a record's number, national number or telephone holds a number; those that speak of nobody have theirs whole."""
    columns = current(kind).c
    of_someone = [columns[name] for name in (_NINA, _PHONES) if name in kind.fields]
    if not of_someone:
        return _bare(columns.key) == number
    ways = [_bare(column).like(f"%{number}%") for column in (columns.key, *of_someone)]
    return or_(*ways) if len(number) > 2 else false()


def _bare(column: ColumnElement[Any]) -> ColumnElement[str]:
    text = func.lower(column)
    for sign in _BETWEEN:
        text = func.replace(text, sign, "")
    return text


def _squeezed(piece: str) -> str:
    """A number as it is compared: letters and digits alone, and no 00 before a country's calling code."""
    bare = "".join(c for c in fold(piece) if c.isalnum() and c.isascii())
    return bare.removeprefix("00") if bare.isdigit() and len(bare) > 8 else bare


def _has_digit(piece: str) -> bool:
    return any(c.isdigit() for c in piece)


def _is_in(asked: _Sought, body: str) -> bool:
    cells = list(_texts(json.loads(body)))
    if asked.names and not bears(asked.names, cells):
        return False
    bare = [_squeezed(cell) for cell in cells]
    return all(len(number) > 2 and any(number in cell for cell in bare) for number in asked.numbers)


def _texts(said: Any) -> Iterable[str]:
    if isinstance(said, dict):
        said = list(said.values())
    if isinstance(said, Sequence) and not isinstance(said, str):
        return [text for one in said for text in _texts(one)]
    return [str(said)] if said is not None else []
