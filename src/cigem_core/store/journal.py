"""The journal: what happened, line after line, each holding the digest of the line before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from attrs import asdict, frozen
from sqlalchemy import Connection, insert, select

from cigem_core.model.receipts import Head
from cigem_core.sdk.hooks import Event
from cigem_core.store.dialects import dialect_of
from cigem_core.store.proof import sealed
from cigem_core.store.schema import journal
from cigem_core.text import Text

HAPPENED = "cigem_happened"
"""Where a connection keeps what its transaction told the journal, until it is committed and embedders hear of it."""

START = "0" * 64
"""What the first line holds for the line before it."""


@frozen
class Break:
    """The first line at which the journal is not what it was, and how that shows."""

    line: int
    text: Text


@frozen(kw_only=True)
class Line:
    """What the journal says of one act: the day, who, the verb, and references, counts and digests."""

    line: int
    on: date
    by: str
    act: str
    facts: dict[str, Any]


def lines(connection: Connection, *, since: date | None = None, limit: int | None = None) -> list[Line]:
    """The lines of the journal, oldest first; with `limit`, the last ones."""
    query = select(journal.c.line, journal.c.on, journal.c.by, journal.c.act, journal.c.facts).order_by(journal.c.line.desc())
    query = query.where(journal.c.on >= since) if since else query
    rows = connection.execute(query.limit(limit)).all()
    return [Line(line=n, on=on, by=by, act=act, facts=json.loads(facts)) for n, on, by, act, facts in reversed(rows)]


def head(connection: Connection) -> Head:
    """The last line and its digest."""
    digest = dialect_of(connection).octets(journal.c.digest).label("digest")
    last = connection.execute(select(journal.c.line, digest).order_by(journal.c.line.desc()).limit(1)).first()
    # A digest is ASCII; of one that was altered nothing is wanted but that it can be shown.
    return Head(0, START) if last is None else Head(last.line, last.digest.decode(errors="replace"))


def write(connection: Connection, act: str, facts: dict[str, Any], *, on: date, by: str) -> Head:
    """Add a line, in the transaction of what it tells."""
    before = head(connection)
    line = before.length + 1
    proven = {"proof": asdict(sealed(connection, line, facts))}
    text = json.dumps({**facts, **proven}, ensure_ascii=False, sort_keys=True)
    digest = chain(before.digest, line, on.isoformat(), by, act, text)
    connection.execute(
        insert(journal).values(line=line, on=on, by=by, act=act, facts=text, previous=before.digest, digest=digest)
    )
    told = Event(act=act, agency=facts.get("agency"), on=on, by=by, facts=facts)
    connection.info.setdefault(HAPPENED, []).append(told)
    return Head(line, digest)


def told(connection: Connection, *acts: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The lines of some acts, the last one first: their numbers, acts and facts; altered ones are passed over."""
    columns = (dialect_of(connection).octets(journal.c[name]) for name in _SAID)
    query = select(journal.c.line, *columns).where(journal.c.act.in_(acts)).order_by(journal.c.line.desc())
    for line, *octets in connection.execute(query):
        *said, before, digest = ((some or b"").decode(errors="surrogateescape") for some in octets)
        if digest == chain(before, line, *said):
            yield line, said[2], json.loads(said[3])


def chain(previous: str, line: int, on: str, by: str, act: str, facts: str) -> str:
    """The digest of a line; `on` as an ISO date."""
    content = json.dumps([previous, line, on, by, act, facts], ensure_ascii=False)
    return hashlib.sha256(content.encode(errors="surrogatepass")).hexdigest()


def verify(connection: Connection, held: Head | None = None) -> Break | None:
    """The first line that was altered, lost, moved or cut off; None when the journal is whole.

    A journal rewritten from some line on, or cut off at its end, chains as well as the true one: only the head
    that a partner holds in a receipt can tell. Without `held`, those two are not looked for.
    """
    previous, expected, at_held = START, 1, None
    # Tampered columns may hold anything; as bytes they can be read whatever they hold.
    columns = (dialect_of(connection).octets(journal.c[name]) for name in _SAID)
    for line, *octets in connection.execute(select(journal.c.line, *columns).order_by(journal.c.line)):
        if line != expected:
            return Break(expected, _lost(expected))
        # What is no UTF-8 becomes characters that no text of ours has.
        *said, before, digest = ((some or b"").decode(errors="surrogateescape") for some in octets)
        if before != previous or digest != chain(previous, line, *said):
            return Break(expected, _altered(expected))
        previous, expected = digest, expected + 1
        if held is not None and line == held.length:
            at_held = digest
    if held is None or (held.length == 0 and held.digest == START):
        return None
    if expected <= held.length:
        return Break(expected, _cut_off(expected, held))
    return None if at_held == held.digest else Break(held.length, _rewritten(held))


_SAID = ("on", "by", "act", "facts", "previous", "digest")


def _lost(line: int) -> Text:
    return Text(fr=f"journal : la ligne {line} manque ou a été déplacée", en=f"journal: line {line} is missing or was moved")


def _altered(line: int) -> Text:
    return Text(fr=f"journal : la ligne {line} a été modifiée", en=f"journal: line {line} was altered")


def _cut_off(line: int, held: Head) -> Text:
    return Text(
        fr=f"journal : coupé à la ligne {line}, alors que le récépissé en atteste {held.length}",
        en=f"journal: cut off at line {line}, while the receipt attests {held.length}",
    )


def _rewritten(held: Head) -> Text:
    return Text(
        fr=f"journal : réécrit ; la ligne {held.length} n'est plus celle que le récépissé atteste",
        en=f"journal: rewritten; line {held.length} is no longer the one the receipt attests",
    )
