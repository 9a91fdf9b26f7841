"""Records as frames: the fields that indicators look at, read from the store, and what the store knows of referrals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from cigem_core.model.fields import CENTRE, Kind, kind_of
from cigem_core.model.indicators import FOLLOWED, Indicator, needed
from cigem_core.model.yardsticks import Yardstick
from cigem_core.store import Store
from cigem_core.store.answers import answers
from cigem_core.store.frames import frame
from cigem_core.store.outbox import addressees, sent_on

if TYPE_CHECKING:
    import polars as pl


def read_frames(store: Store, indicators: Iterable[Indicator | Yardstick], *, at: date | None = None) -> dict[str, pl.LazyFrame]:
    """The records that some indicators count, all at one moment: as the workspace stands, or as it stood when a day ended."""
    with store.reading() as connection:
        return {name: _frame(connection, kind_of(name), fields, at).lazy() for name, fields in needed(indicators).items()}


def _frame(connection: Connection, kind: Kind, fields: set[str], at: date | None) -> pl.DataFrame:
    found = frame(connection, kind, fields=[name for name in kind.fields if name in fields], at=at)
    return _followed(connection, found, kind, at) if fields & FOLLOWED.get(kind.name, {}).keys() else found


def _followed(connection: Connection, referrals: pl.DataFrame, kind: Kind, at: date | None) -> pl.DataFrame:
    """The day each of the centre's referrals left, and the day of its first answer."""
    import polars as pl

    left = {key: on for key, on in sent_on(connection, kind).items() if at is None or on <= at}
    first: dict[str, date] = {}
    for one in answers(connection, addressees(connection, kind)):
        if at is None or one.came <= at:
            first[one.referral] = min(one.on, first.get(one.referral, one.on))
    days = [
        pl.DataFrame(list(known.items()), schema={"key": pl.String, name: pl.Date}, orient="row")
        for name, known in (("sent_on", left), ("answered_on", first))
    ]
    ours = referrals.filter(pl.col("agency") == CENTRE)
    return ours.join(days[0], on="key", how="left").join(days[1], on="key", how="left")
