"""What a query gives by the column: of some thousand rows at a time, each column comes as one JSON text.

Row by row, a driver makes an object of every cell, and the frame takes each of them in again: that costs three times as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select

from cigem_core.store.dialects import dialect_of

if TYPE_CHECKING:
    import polars as pl

_AT_ONCE = 50_000


def columns(
    connection: Connection, query: Select[Any], types: Mapping[str, Any], *, by: ColumnElement[int]
) -> Iterator[pl.DataFrame]:
    """The rows of a query, in no order, as frames of so many at most; `types` has what each column is in JSON.

    `by` is a number of the rows asked about by which a file is read part by part: that of its records. Days come as texts.
    """
    import polars as pl

    for texts in dialect_of(connection).in_columns(connection, query, by, _AT_ONCE):
        held = pl.DataFrame({name: [text] for name, text in zip(types, texts, strict=True)})
        yield held.select(pl.col(name).str.json_decode(pl.List(dtype)).explode() for name, dtype in types.items())
