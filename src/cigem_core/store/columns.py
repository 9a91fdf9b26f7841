"""What a query gives by the column: of some thousand rows at a time, each column comes as one list in JSON.

Row by row, a driver makes an object of every cell, and somebody takes each of them in again: that costs three times as much.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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

    `by` are columns of the query that name a row of it, and that an index is in order of: so do the rows come. What came is taken
    in while the database writes the next.
    """
    with ThreadPoolExecutor(1) as beside:
        ahead = deque[Future[Any]]()
        for texts in in_json(connection, query, by=by, at_once=_AT_ONCE):
            ahead.append(beside.submit(_taken_in, types, texts))
            if len(ahead) > 1:
                yield ahead.popleft().result()
        yield from (last.result() for last in ahead)


def in_json(connection: Connection, query: Select[Any], *, by: Sequence[Column[Any]], at_once: int) -> Iterator[Sequence[str]]:
    """The columns of so many rows at a time, each as one list in JSON; see `columns`.

    SQLite copies every cell once more where rows are asked for in their order. So only the first are: of the next we ask where
    they end, which the index knows, and take them as they come, in its order. Should they ever not be, they are asked for again.
    """
    listed = dialect_of(connection).listed
    naming = [list(query.selected_columns).index(column) for column in by]
    rest, walks = query, True
    while True:
        end = _nth(connection, rest, by, at_once) if walks and rest is not query else None
        some = (rest.order_by(*by).limit(at_once) if end is None else rest.where(tuple_(*by) <= end)).subquery()
        asked = [cast(column, Integer) if isinstance(column.type, Boolean) else column for column in some.c]
        found, *texts = connection.execute(select(func.count(), *map(listed, asked)).select_from(some)).one()
        names = list(zip(*(json.loads(texts[at]) for at in naming), strict=True)) if found else []
        if end is not None and names != sorted(names):
            walks = False
            continue
        if found:
            yield texts
            rest = query.where(tuple_(*by) > _named(by, names[-1]))
        if end is None and found < at_once:
            return


def _nth(connection: Connection, query: Select[Any], by: Sequence[Column[Any]], nth: int) -> Any:
    """What names the nth row of a query in the order of an index; None where it has fewer."""
    found = connection.execute(query.with_only_columns(*by).order_by(*by).offset(nth - 1).limit(1)).one_or_none()
    return None if found is None else _named(by, found)


def _named(by: Sequence[Column[Any]], parts: Sequence[Any]) -> Any:
    return tuple_(*(literal(part, column.type) for part, column in zip(parts, by, strict=True)))


def _taken_in(types: Mapping[str, Any], texts: Sequence[str]) -> pl.DataFrame:
    """Columns out of their lists: the first element of one list is the column itself, where `explode` would copy it."""
    import polars as pl

    return pl.DataFrame(
        pl.Series(name, [text]).str.json_decode(pl.List(of))[0].alias(name)
        for (name, of), text in zip(types.items(), texts, strict=True)
    )
