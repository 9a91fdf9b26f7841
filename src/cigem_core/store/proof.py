"""What a line of the journal proves: the digest of every row its act wrote, and of all that was written before.

Rows that are only ever added (conventions, acts and their files, versions) get a tag each, in the order they were added.
Rows that change in place (quarantine, other ids, cursors, parcels) leave their tag after each act in a trail. A row that
somebody edits between two acts keeps the tag it had: what an act did not change, or found altered, it does not vouch for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from attrs import evolve, field, frozen
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    cast,
    func,
    insert,
    literal,
    literal_column,
    select,
)

from cigem_core.store.dialects import compiler_of, dialect_of
from cigem_core.store.schema import (
    alias,
    batch,
    batch_file,
    convention,
    cursor,
    journal,
    outbox,
    proof,
    quarantine,
    sent,
    trail,
    version,
)

TAG = 16
"""Bytes of a digest that stand for a row."""
START = "0" * 64
"""What was written before the first line that proves anything."""
_MARKS, _WATCHED, _RUNS = "cigem_marks", "cigem_watched", "cigem_runs"
_ABOUT_ONE = 500
_AT_ONCE = 10_000
_LATEST = 20
"""Lines looked at for the last one that can be read: whoever works on after an alteration must be able to."""


@frozen(kw_only=True, eq=False)
class Added:
    """A table whose rows are only ever added, by what they are ordered, and what of them is tagged."""

    table: Table
    order: tuple[Column[Any], ...]
    text: ColumnElement[str]

    @property
    def name(self) -> str:
        """How an extent calls it."""
        return self.table.name

    @property
    def at(self) -> Column[Any]:
        """The number that grows with each act."""
        return self.order[0]

    def last(self, connection: Connection) -> int:
        """The number of its last row; 0 while there is none."""
        return int(connection.execute(select(func.coalesce(func.max(self.at), 0))).scalar_one())

    def rows(self, first: int, last: int | None, *more: ColumnElement[Any]) -> Select[Any]:
        """The text that is tagged of each row in a range, and whatever else is asked."""
        query = select(self.text, *more).where(self.at >= first).order_by(*self.order)
        return query if last is None else query.where(self.at <= last)

    def parts(self, connection: Connection, first: int, last: int, *more: ColumnElement[Any]) -> Iterator[Sequence[Any]]:
        """The same, some thousand rows at a time, as the driver hands them over: there may be millions."""
        said = _part(self, connection.engine.url.drivername, more)
        cursor = connection.connection.cursor()
        try:
            for start in range(first, last + 1, _AT_ONCE):
                cursor.execute(said, (start, min(start + _AT_ONCE - 1, last)))
                yield cursor.fetchall()
        finally:
            cursor.close()


@cache
def _part(one: Added, driver: str, more: tuple[ColumnElement[Any], ...]) -> str:
    """What is asked of a driver for the rows from one number to another."""
    dialect = compiler_of(driver)
    given: ColumnElement[Any] = literal_column("?")
    query = select(one.text, *more).where(one.at >= given, one.at <= given).order_by(*one.order)
    said = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    # Written as a mark of the other driver it would be doubled: a bare percent sign is none.
    return said if dialect.paramstyle == "qmark" else said.replace("?", "%s")


def _text(columns: Iterable[ColumnElement[Any]]) -> ColumnElement[str]:
    """Some columns as one text, each behind its length, so that nothing can move from one to the next."""
    parts = [cast(column, Text) for column in columns]
    told = [func.coalesce(cast(func.length(part), Text) + literal(":") + part, literal("-")) for part in parts]
    text: ColumnElement[str] = told[0]
    for part in told[1:]:
        text = text + part
    return text


def _of_version() -> ColumnElement[str]:
    """The same of a version, and quickly: there are millions. Its digest first, then what those of one file share."""
    c, bar = version.c, literal("|")
    shared = c.digest + bar + c.agency + bar + c.kind + bar + cast(c.batch, Text) + bar + cast(c.file, Text) + bar
    own = cast(func.length(c.scope), Text) + bar + c.scope + c.key + bar + cast(c.sequence, Text) + bar
    text: ColumnElement[str] = shared + own + func.coalesce(cast(c.corrects, Text), literal(""))
    return text


OF_VERSION = _of_version()
"""What is tagged of a version."""
_WORDING = [convention.c[name] for name in ("id", "reference", "agency", "digest", "on", "by")]
VERSIONS = Added(table=version, order=(version.c.id,), text=OF_VERSION)
ADDED = (
    Added(table=convention, order=(convention.c.id,), text=_text(_WORDING)),
    Added(table=batch, order=(batch.c.id,), text=_text(batch.c)),
    Added(table=batch_file, order=(batch_file.c.batch, batch_file.c.position), text=_text(batch_file.c)),
    VERSIONS,
)


@frozen(kw_only=True, eq=False)
class Changed:
    """A table whose rows change in place: by what one is known, and what of it is tagged."""

    table: Table
    key: tuple[Column[Any], ...]
    said: tuple[Column[Any], ...]
    _asked: Select[str, str] = field(init=False)

    @_asked.default
    def _made_once(self) -> Select[str, str]:
        return select(_text(self.key), _text(self.said))

    @property
    def name(self) -> str:
        """How the trail calls it."""
        return self.table.name

    def tags(self, connection: Connection, *where: ColumnElement[bool]) -> Iterator[tuple[str, str]]:
        """The key of each row, and its tag."""
        for key, text in connection.execute(self._asked.where(*where)):
            yield key, tag_of(text).hex()


_COUNTED = {"attempts", "heard", "said", "content"}
"""Of a parcel, what changes without an act: how often it was tried, and what was said then."""

QUARANTINE = Changed(table=quarantine, key=(quarantine.c.id,), said=tuple(quarantine.c))
ALIAS = Changed(table=alias, key=tuple(alias.primary_key.columns), said=tuple(alias.c))
CURSOR = Changed(table=cursor, key=tuple(cursor.primary_key.columns), said=tuple(cursor.c))
OUTBOX = Changed(table=outbox, key=(outbox.c.id,), said=tuple(c for c in outbox.c if c.name not in _COUNTED))
SENT = Changed(table=sent, key=tuple(sent.primary_key.columns), said=tuple(sent.c))
CHANGED = (QUARANTINE, ALIAS, CURSOR, OUTBOX, SENT)


def tag_of(text: str) -> bytes:
    """What stands for a row."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()[:TAG]


def opened(connection: Connection) -> None:
    """Remember where a transaction begins: what is added from here on is its own."""
    connection.info[_MARKS] = {one.name: one.last(connection) for one in ADDED}
    connection.info.pop(_WATCHED, None)
    connection.info.pop(_RUNS, None)


def note(connection: Connection, before: int, *shared: str | int) -> None:
    """Remember that the versions added after a number are of one agency, kind, act and file: that is told once of them all."""
    connection.info.setdefault(_RUNS, []).append((before + 1, VERSIONS.last(connection), shared))


def watch(connection: Connection, agencies: Collection[str]) -> None:
    """Remember what the rows of some agencies were that an act may change in place."""
    connection.info[_WATCHED] = (tuple(agencies), _watched(connection, agencies))


@frozen(kw_only=True)
class Seal:
    """What a line says of what its act wrote."""

    extent: Mapping[str, Any]
    """Table → first and last number, and how many rows; how many rows were changed in place."""
    wrote: str
    before: str


def sealed(connection: Connection, line: int, facts: Mapping[str, Any]) -> Seal:
    """Tag what the transaction added and changed since its last line; what the line is to say of it."""
    marks: dict[str, int] = connection.info.get(_MARKS) or _recorded(connection)
    extent: dict[str, Any] = {}
    tags: list[bytes] = []
    for one in ADDED:
        last = one.last(connection)
        if last > marks.get(one.name, 0):
            first = marks.get(one.name, 0) + 1
            found = (_versions_tags if one.table is version else _tags)(connection, one, first, last)
            extent[one.name] = [first, last, len(found)]
            tags += found
    connection.info[_MARKS] = {one.name: max(marks.get(one.name, 0), one.last(connection)) for one in ADDED}
    if left := _left_a_trail(connection, line, facts):
        extent["trail"] = len(left)
        tags += [tag_of(text) for text in left]
    kept = b"".join(tags)
    if kept:
        connection.execute(insert(proof).values(line=line, tags=kept))
    return Seal(extent=extent, wrote=digest_of(extent, kept), before=state(connection))


def _tags(connection: Connection, added: Added, first: int, last: int) -> list[bytes]:
    """The tags of the rows in a range. To read them once more costs less than to have each told as it is added."""
    return [tag_of(text) for part in added.parts(connection, first, last) for (text,) in part]


def _versions_tags(connection: Connection, added: Added, first: int, last: int) -> list[bytes]:
    """The same of versions, and quickly: what many share is not read again."""
    tags: list[bytes] = []
    for begin, end, shared in connection.info.pop(_RUNS, ()):
        if first <= begin and end <= last:
            tags += _tags(connection, added, first, begin - 1)
            tags += _run(connection, begin, end, "|".join(map(str, shared)))
            first = end + 1
    return tags + _tags(connection, added, first, last)


def _run(connection: Connection, first: int, last: int, shared: str) -> list[bytes]:
    """The tags of versions that share agency, kind, act and file: of what `OF_VERSION` says of them."""
    sha256, between = hashlib.sha256, f"|{shared}|"
    own = version.c.scope, version.c.key, version.c.sequence, version.c.corrects
    return [
        sha256(
            f"{digest}{between}{len(scope)}|{scope}{key}|{sequence}|{'' if corrects is None else corrects}".encode(
                "utf-8", "surrogatepass"
            )
        ).digest()[:TAG]
        for part in _DIGESTS.parts(connection, first, last, *own)
        for digest, scope, key, sequence, corrects in part
    ]


_DIGESTS = evolve(VERSIONS, text=version.c.digest)


def digest_of(extent: Mapping[str, Any], tags: bytes) -> str:
    """The digest of what an act wrote."""
    return hashlib.sha256(json.dumps(extent, sort_keys=True).encode() + b"\n" + tags).hexdigest()


def state(connection: Connection) -> str:
    """The digest of all that was written so far."""
    last = next(iter(seals(connection, newest_first=True)), None)
    return START if last is None else after(last[1].before, last[1].wrote)


def seals(connection: Connection, *, newest_first: bool = False) -> Iterator[tuple[int, Seal]]:
    """The lines that prove something, and what; of one that was altered beyond reading nothing is told."""
    facts = dialect_of(connection).octets(journal.c.facts)
    order = journal.c.line.desc() if newest_first else journal.c.line
    query = select(journal.c.line, facts).order_by(order)
    with connection.execute(query.limit(_LATEST) if newest_first else query) as found:
        for line, octets in found:
            try:
                told = json.loads((octets or b"").decode())["proof"]
                yield line, Seal(extent=dict(told["extent"]), wrote=str(told["wrote"]), before=str(told["before"]))
            except (ValueError, KeyError, TypeError):
                continue


def after(before: str, wrote: str) -> str:
    """The digest of what was written up to a line, the line included."""
    return hashlib.sha256(f"{before}{wrote}".encode()).hexdigest()


def trail_text(place: str, key: str, tag: str | None) -> str:
    """What is tagged of a row of the trail."""
    return json.dumps([place, key, tag], ensure_ascii=False)


def _recorded(connection: Connection) -> dict[str, int]:
    """Where the lines that prove something end: for whoever writes a line in a transaction of their own making."""
    found: dict[str, int] = {}
    for _, seal in seals(connection):
        for name, place in seal.extent.items():
            if name != "trail":
                found[name] = max(found.get(name, 0), place[1])
    return found


def _left_a_trail(connection: Connection, line: int, facts: Mapping[str, Any]) -> list[str]:
    agencies, before = connection.info.pop(_WATCHED, ((), {}))
    now = _watched(connection, agencies) if agencies else {}
    differs = {at: now.get(at) for at in {*before, *now} if before.get(at) != now.get(at)}
    left = _last_left(connection, list(differs))
    # Of a row older than all trails nothing is known; any other must have been, when the act began, what the last one left.
    vouched = {at: tag for at, tag in differs.items() if at not in left or left[at] == before.get(at)}
    vouched |= _parcels(connection, facts)
    rows = [{"line": line, "place": place, "key": key, "tag": tag} for (place, key), tag in sorted(vouched.items())]
    if rows:
        connection.execute(insert(trail), rows)
    if agencies:
        connection.info[_WATCHED] = (agencies, now)
    return [trail_text(row["place"], row["key"], row["tag"]) for row in rows]


_At = tuple[str, str]


def _watched(connection: Connection, agencies: Iterable[str]) -> dict[_At, str]:
    listed = list(agencies)
    return {
        (one.name, key): tag
        for one in (QUARANTINE, ALIAS, CURSOR)
        for key, tag in one.tags(connection, one.table.c.agency.in_(listed))
    }


def _last_left(connection: Connection, rows: list[_At]) -> dict[_At, str | None]:
    """What the last act to change each of some rows left."""
    found: dict[_At, str | None] = {}
    for start in range(0, len(rows), _ABOUT_ONE):
        keys = {key for _, key in rows[start : start + _ABOUT_ONE]}
        places = {place for place, _ in rows[start : start + _ABOUT_ONE]}
        query = select(trail.c.place, trail.c.key, trail.c.tag).where(trail.c.place.in_(places), trail.c.key.in_(keys))
        query = query.order_by(trail.c.line)
        found |= {(place, key): tag for place, key, tag in connection.execute(query)}
    return found


def _parcels(connection: Connection, facts: Mapping[str, Any]) -> dict[_At, str | None]:
    """The parcels that a line speaks of, and the records each holds."""
    named = facts.get("parcels", facts.get("parcel"))
    ids = [int(one) for one in named] if isinstance(named, (dict, list)) else [named] if isinstance(named, int) else []
    found: dict[_At, str | None] = {}
    for start in range(0, len(ids), _ABOUT_ONE):
        some = ids[start : start + _ABOUT_ONE]
        found |= {(OUTBOX.name, key): tag for key, tag in OUTBOX.tags(connection, outbox.c.id.in_(some))}
        there = {(SENT.name, key): tag for key, tag in SENT.tags(connection, sent.c.parcel.in_(some))}
        found |= there
    if isinstance(named, list):
        found |= dict.fromkeys(_taken_back(connection, facts), None)
    return found


def _taken_back(connection: Connection, facts: Mapping[str, Any]) -> Iterator[_At]:
    """The records that were in parcels taken back: they are in none any more."""
    for to, key in facts.get("taken", ()):
        text = connection.execute(select(_text((literal(to), literal("referral"), literal(key))))).scalar_one()
        yield SENT.name, text
