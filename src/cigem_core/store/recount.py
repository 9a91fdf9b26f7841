"""Recounting: whether the tables still hold what the lines of the journal say was written, row by row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, select

from cigem_core.model.refs import Ref
from cigem_core.store import proof
from cigem_core.store.proof import ADDED, CHANGED, TAG, Added, Seal
from cigem_core.store.schema import convention, trail, version
from cigem_core.store.schema import proof as proofs
from cigem_core.text import Text


@frozen(kw_only=True)
class Altered:
    """The first row that is not what was written: of which table, which record, and the line that wrote it."""

    line: int
    table: str
    record: str

    @property
    def text(self) -> Text:
        """What is said of it."""
        return Text(
            fr=f"ligne {self.line} : {self.table} : {self.record} n'est pas ce qui fut écrit",
            en=f"line {self.line}: {self.table}: {self.record} is not what was written",
        )


@frozen
class Spoken:
    """What the versions of one file of an act speak of: all of them of the same fields."""

    kind: str
    batch: int
    file: int
    names: frozenset[str]


def recount(connection: Connection, spoken: set[Spoken]) -> Altered | None:
    """The first row of a table that is not what its line says was written; None where all are.

    On the way, what each file spoke of is noted.
    """
    lines = list(_lines(connection))
    if not lines:
        return None
    left = _trails(connection)
    before = proof.START
    for line in lines:
        if line.seal.before != before or proof.digest_of(line.seal.extent, line.tags) != line.seal.wrote:
            return Altered(line=line.number, table="proof", record=f"{line.number}")
        if found := _of_line(connection, line, left.get(line.number, ()), spoken):
            return found
        before = proof.after(line.seal.before, line.seal.wrote)
    return _beside(connection, lines) or _in_place(connection, lines, left)


@frozen(kw_only=True)
class _ProvingLine:
    number: int
    seal: Seal
    tags: bytes

    @property
    def places(self) -> Mapping[str, Any]:
        """Table → first and last number, and how many rows."""
        return self.seal.extent


def _lines(connection: Connection) -> Iterator[_ProvingLine]:
    tags = {line: bytes(found) for line, found in connection.execute(select(proofs))}
    for number, seal in proof.seals(connection):
        yield _ProvingLine(number=number, seal=seal, tags=tags.get(number, b""))


_Left = Mapping[int, Sequence[tuple[str, str, str | None]]]
"""Line → the rows it changed in place: their table, their key and their tag."""


def _trails(connection: Connection) -> _Left:
    found: dict[int, list[tuple[str, str, str | None]]] = {}
    for line, place, key, tag in connection.execute(select(trail).order_by(trail.c.line)):
        found.setdefault(line, []).append((place, key, tag))
    return {line: sorted(rows, key=lambda row: row[:2]) for line, rows in found.items()}


def _of_line(
    connection: Connection, line: _ProvingLine, left: Sequence[tuple[str, str, str | None]], spoken: set[Spoken]
) -> Altered | None:
    at = 0
    for one in ADDED:
        if one.name in line.places:
            first, last, count = line.places[one.name]
            tags = line.tags[at : at + count * TAG]
            if one.table is version:
                found = _of_versions(connection, one, line, tags, first, last, spoken)
            else:
                found = _of_range(connection, one, line, tags, first, last)
            if found:
                return found
            at += count * TAG
    tags = line.tags[at:]
    for place, row in zip_longest(range(line.places.get("trail", 0)), left):
        if place is None or row is None or tags[place * TAG : (place + 1) * TAG] != proof.tag_of(proof.trail_text(*row)):
            return Altered(line=line.number, table="trail", record=row[1] if row else f"{line.number}")
    return None


def _of_range(connection: Connection, one: Added, line: _ProvingLine, tags: bytes, first: int, last: int) -> Altered | None:
    """The rows of one table that a line added: each against its tag, and its content against its digest."""
    more = (convention.c.document, convention.c.digest) if one.table is convention else ()
    at, name = 0, ""
    for text, *content in connection.execute(one.rows(first, last, *more)):
        holds = not content or hashlib.sha256(content[0].encode()).hexdigest() == content[1]
        if tags[at : at + TAG] != proof.tag_of(text) or not holds:
            return Altered(line=line.number, table=one.name, record=_called(connection, one, text))
        at, name = at + TAG, text
    if at != len(tags):
        return Altered(line=line.number, table=one.name, record=f"{_called(connection, one, name) if name else '…'} +1")
    return None


def _of_versions(
    connection: Connection, one: Added, line: _ProvingLine, tags: bytes, first: int, last: int, spoken: set[Spoken]
) -> Altered | None:
    """The same for versions, of which there are millions: each is hashed with what it says."""
    sha256, at, shared, text = hashlib.sha256, 0, "\n", ""
    for part in one.parts(connection, first, last, version.c.content, version.c.cargo):
        for text, content, cargo in part:
            said = sha256(f"{content}\n{cargo or ''}".encode(errors="surrogatepass")).hexdigest()
            tag = sha256(text.encode(errors="surrogatepass")).digest()[:TAG]
            if tags[at : at + TAG] != tag or not text.startswith(said):
                return Altered(line=line.number, table=one.name, record=_named(text))
            at += TAG
            if not text.startswith(shared, _DIGEST):
                shared = _note(text, content, spoken)
    if at != len(tags):
        return Altered(line=line.number, table=one.name, record=f"{_named(text) if text else '…'} +1")
    return None


_DIGEST = 65
"""Where, in the text of a version, what follows its digest begins."""


def _note(text: str, content: str, spoken: set[Spoken]) -> str:
    """Remember what a file spoke of; what the texts of its versions share."""
    agency, kind, batch, file, _ = text[_DIGEST:].split("|", 4)
    spoken.add(Spoken(kind, int(batch), int(file), frozenset(json.loads(content))))
    return f"{agency}|{kind}|{batch}|{file}|"


def _named(text: str) -> str:
    """The ref of the record a version is of."""
    _, agency, kind, _, _, length, rest = text.split("|", 6)
    scope, told = rest[: int(length)], rest[int(length) :]
    return str(Ref(agency, kind, told.rsplit("|", 2)[0], scope or None))


def _called(connection: Connection, one: Added, text: str) -> str:
    """How a row is called by people: the ref of a record, the reference of a convention, the number of an act."""
    if one.table is version:
        return _named(text)
    number = int(_parts(text)[0])
    if one.table is convention:
        return str(connection.execute(select(convention.c.reference).where(convention.c.id == number)).scalar())
    return str(number)


def _beside(connection: Connection, lines: Sequence[_ProvingLine]) -> Altered | None:
    """A row that no line wrote."""
    for one in ADDED:
        ranges = sorted(line.places[one.name][:2] for line in lines if one.name in line.places)
        at = 1 if lines[0].number == 1 else ranges[0][0] if ranges else None
        if at is None:
            continue
        for first, last in [*ranges, (None, None)]:
            if first is not None and first <= at:
                at = max(at, last + 1)
                continue
            stray = connection.execute(one.rows(at, None if first is None else first - 1).limit(1)).first()
            if stray is not None:
                return Altered(line=lines[-1].number, table=one.name, record=_called(connection, one, stray[0]))
            at = at if last is None else last + 1
    return None


def _in_place(connection: Connection, lines: Sequence[_ProvingLine], left: _Left) -> Altered | None:
    """A row changed in place that is not as its last act left it, or that no act left."""
    last = {(place, key): (line, tag) for line in sorted(left) for place, key, tag in left[line]}
    is_whole = lines[0].number == 1
    for one in CHANGED:
        there = dict(one.tags(connection))
        expected = {key: found for (place, key), found in last.items() if place == one.name}
        wrong = [
            key for key in there if (key in expected and expected[key][1] != there[key]) or (is_whole and key not in expected)
        ]
        wrong += [key for key, (_, tag) in expected.items() if tag is not None and key not in there]
        if wrong:
            first = min(wrong, key=lambda key: (expected.get(key, (lines[-1].number, None))[0], key))
            record = ", ".join(_parts(first))
            return Altered(line=expected.get(first, (lines[-1].number, None))[0], table=one.name, record=record)
    return None


def _parts(text: str) -> list[str]:
    """The columns that were told as one text."""
    found, rest = list[str](), text
    while rest and rest != "-":
        length, _, rest = rest.partition(":")
        found.append(rest[: int(length)])
        rest = rest[int(length) :]
    return found
