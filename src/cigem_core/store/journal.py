"""The journal: what happened, line after line, each holding the digest of the line before."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, insert, select

from cigem_core.store.schema import journal

START = "0" * 64
"""What the first line holds for the line before it."""


@frozen
class Head:
    """How far the journal has come."""

    length: int
    digest: str


def head(connection: Connection) -> Head:
    """The last line and its digest."""
    last = connection.execute(select(journal.c.line, journal.c.digest).order_by(journal.c.line.desc()).limit(1)).first()
    return Head(0, START) if last is None else Head(last.line, last.digest)


def write(connection: Connection, act: str, facts: dict[str, Any], *, on: date, by: str) -> Head:
    """Add a line, in the transaction of what it tells."""
    before = head(connection)
    line, text = before.length + 1, json.dumps(facts, ensure_ascii=False, sort_keys=True)
    digest = chain(before.digest, line, on, by, act, text)
    connection.execute(
        insert(journal).values(line=line, on=on, by=by, act=act, facts=text, previous=before.digest, digest=digest)
    )
    return Head(line, digest)


def chain(previous: str, line: int, on: date, by: str, act: str, facts: str) -> str:
    """The digest of a line."""
    content = json.dumps([previous, line, on.isoformat(), by, act, facts], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
