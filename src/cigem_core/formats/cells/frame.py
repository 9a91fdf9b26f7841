"""Cells, wherever they stand, made into the columns of one sheet."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from attrs import define, field

from cigem_core.formats.cells.unreadable import Unreadable
from cigem_core.formats.tables import IS

if TYPE_CHECKING:
    import polars as pl

_ROOM = 4_000_000
_SPARSEST = 64


@define
class Cells:
    """The cells of a sheet that hold something, in any order; rows and columns from 0."""

    rows: array[int] = field(factory=lambda: array("I"))
    columns: array[int] = field(factory=lambda: array("I"))
    texts: list[str] = field(factory=list)
    kinds: array[int] = field(factory=lambda: array("B"))

    def add(self, row: int, column: int, text: str, kind: int) -> None:
        """Put down one cell; an empty text is an empty cell."""
        if text:
            self.rows.append(row)
            self.columns.append(column)
            self.texts.append(text)
            self.kinds.append(kind)

    def frame(self) -> pl.DataFrame:
        """The cells as columns of text, with what each was beside them."""
        import polars as pl

        listed = {
            "row": pl.Series(self.rows, dtype=pl.UInt32),
            "column": pl.Series(self.columns, dtype=pl.UInt32),
            "text": pl.Series(self.texts, dtype=pl.String),
            "is": pl.Series(self.kinds, dtype=pl.UInt8),
        }
        return spread(pl.DataFrame(listed))


def spread(listed: pl.DataFrame) -> pl.DataFrame:
    """Cells listed one a row (`row`, `column`, `text`, `is`), each put in its place.

    Raises Unreadable where they stand so far apart that the sheet would be many times larger than they are.
    """
    import polars as pl

    if listed.is_empty():
        return pl.DataFrame()
    height, width = (last + 1 for last in listed.select(pl.col("row", "column").max()).row(0))
    if height * width > max(_ROOM, _SPARSEST * listed.height):
        raise Unreadable("sparse")
    parts = {column: part for (column,), part in listed.partition_by("column", as_dict=True, maintain_order=True).items()}
    made = {column: _placed(parts.get(column), height) for column in range(width)}
    texts = {str(column): text for column, (text, _) in made.items()}
    kinds = {f"{IS}{column}": kind for column, (_, kind) in made.items()}
    return pl.DataFrame(texts | kinds)


def _placed(part: pl.DataFrame | None, height: int) -> tuple[pl.Series, pl.Series]:
    import polars as pl

    if part is None:
        return _nothing(height, pl.String()), _nothing(height, pl.UInt8())
    numbers = pl.int_range(part.height, dtype=pl.UInt32, eager=True)
    if part.height == height and (part["row"] == numbers).all():
        return part["text"], part["is"]
    places = _nothing(height, pl.UInt32()).scatter(part["row"], numbers)
    return part["text"].gather(places), part["is"].gather(places)


def _nothing(height: int, dtype: pl.DataType) -> pl.Series:
    import polars as pl

    return pl.Series([None], dtype=dtype).new_from_index(0, height)
