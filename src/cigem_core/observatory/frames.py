"""Records as frames: the fields that indicators look at, read from the store, and what the store knows of referrals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, select

from cigem_core.model.fields import CENTRE, Kind, kind_of
from cigem_core.model.indicators import FOLLOWED, Indicator, needed
from cigem_core.sdk.frames import column_of
from cigem_core.store import Store
from cigem_core.store.schema import batch, current, outbox, sent

if TYPE_CHECKING:
    import polars as pl


def read_frames(store: Store, indicators: Iterable[Indicator]) -> dict[str, pl.LazyFrame]:
    """The records that some indicators count, as the workspace stands, all at one moment."""
    with store.reading() as connection:
        return {name: _frame(connection, kind_of(name), fields).lazy() for name, fields in needed(indicators).items()}


def _frame(connection: Connection, kind: Kind, fields: set[str]) -> pl.DataFrame:
    import polars as pl

    table = current(kind)
    there = (
        {c["name"] for c in inspect(connection).get_columns(table.name)} if inspect(connection).has_table(table.name) else set()
    )
    declared = [f for f in kind.fields.values() if f.name in fields]
    names = ("agency", "scope", "key", *(f.name for f in declared if f.name in there))
    rows = connection.execute(select(*(table.c[name] for name in names))).all() if there else []
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    empty = [None] * len(rows)
    frame = pl.DataFrame(
        [pl.Series(name, list(columns[name]), dtype=pl.String) for name in ("agency", "scope", "key")]
        + [column_of(f, columns.get(f.name, empty)) for f in declared]
    )
    return _followed(connection, frame, kind) if fields & FOLLOWED.get(kind.name, {}).keys() else frame


def _followed(connection: Connection, referrals: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """The day each of the centre's referrals left, and the day of its first answer."""
    import polars as pl

    left = (
        select(sent.c.key, batch.c.on)
        .join(outbox, outbox.c.id == sent.c.parcel)
        .join(batch, batch.c.id == outbox.c.batch)
        .where(sent.c.kind == kind.name, outbox.c.state == "left")
    )
    schema = {"key": pl.String, "sent_on": pl.Date}
    days = pl.DataFrame([tuple(row) for row in connection.execute(left)], schema=schema, orient="row")
    first = _first_answers(connection)
    answers = pl.DataFrame(list(first.items()), schema={"key": pl.String, "answered_on": pl.Date}, orient="row")
    ours = referrals.filter(pl.col("agency") == CENTRE)
    return ours.join(days, on="key", how="left").join(answers, on="key", how="left")


def _first_answers(connection: Connection) -> Mapping[str, object]:
    """Referral → the day of its first answer; an acknowledgement is none, and one without a day came the day it was pulled."""
    answers = current(kind_of("referral_answer"))
    if not inspect(connection).has_table(answers.name):
        return {}
    query = (
        select(answers.c.referral, answers.c.decided_on, batch.c.on)
        .join(batch, batch.c.id == answers.c.batch)
        .where(answers.c.decision.is_not(None), answers.c.decision != "received")
    )
    first: dict[str, object] = {}
    for key, decided, pulled in sorted(connection.execute(query), key=lambda row: (row[0], row[1] or row[2])):
        first.setdefault(key, decided or pulled)
    return first
