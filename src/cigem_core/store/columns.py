"""What a query gives by the column: of some thousand rows at a time, each column comes as one list in JSON.

Row by row, a driver makes an object of every cell, and somebody takes each of them in again: that costs three times as much.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, Connection, Integer, Select, cast, func, literal, select, tuple_

from cigem_core.store.dialects import dialect_of

if TYPE_CHECKING:
    import polars as pl

_AT_ONCE = 50_000


def columns(
    connection: Connection, query: Select[Any], types: Mapping[str, Any], *, by: Sequence[Column[Any]]
) -> Iterator[pl.DataFrame]:
    """The rows of a query as frames; `types` says what each column is in JSON: days are texts, and booleans numbers.

    `by` are columns of the query that name a row of it, and that an index is in order of: so do the rows come.
    """
    import polars as pl

    for texts in in_json(connection, query, by=by, at_once=_AT_ONCE):
        held = pl.DataFrame({name: [text] for name, text in zip(types, texts, strict=True)})
        yield held.select(pl.col(name).str.json_decode(pl.List(dtype)).explode() for name, dtype in types.items())


def in_json(connection: Connection, query: Select[Any], *, by: Sequence[Column[Any]], at_once: int) -> Iterator[Sequence[str]]:
    """The columns of so many rows at a time, each as one list in JSON; see `columns`."""
    listed = dialect_of(connection).listed
    naming = [list(query.selected_columns).index(column) for column in by]
    rest, found = query, at_once
    while found == at_once:
        some = rest.order_by(*by).limit(at_once).subquery()
        asked = [cast(column, Integer) if isinstance(column.type, Boolean) else column for column in some.c]
        found, *texts = connection.execute(select(func.count(), *map(listed, asked)).select_from(some)).one()
        if found:
            yield texts
            last = [json.loads(texts[at])[-1] for at in naming]
            rest = query.where(tuple_(*by) > tuple_(*(literal(part, column.type) for part, column in zip(last, by, strict=True))))
