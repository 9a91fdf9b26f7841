"""Cells, wherever they stand, made into the columns of one sheet."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import define, field

from cigem_core.formats.guard.reasons import Unreadable
from cigem_core.formats.tables import COVERED, IS

if TYPE_CHECKING:
    import polars as pl

Area = tuple[int, int, int, int]
"""Top, left, bottom and right of some cells, from 0."""

_ROOM = 4_000_000
_SPARSEST = 64


@define
class Cells:
    """The cells of a sheet that hold something, in any order; rows and columns from 0."""

    rows: array[int] = field(factory=lambda: array("I"))
    columns: array[int] = field(factory=lambda: array("I"))
    texts: list[str] = field(factory=list)
    kinds: array[int] = field(factory=lambda: array("B"))
    merged: list[Area] = field(factory=list)
    """The cells that are merged into one."""

    def add(self, row: int, column: int, text: str, kind: int) -> None:
        """Put down one cell; an empty text is an empty cell."""
        if text:
            self.rows.append(row)
            self.columns.append(column)
            self.texts.append(text)
            self.kinds.append(kind)

    def listed(self) -> pl.DataFrame:
        """The cells one a row: `row`, `column`, `text`, `is`."""
        import polars as pl

        listed = {
            "row": pl.Series(self.rows, dtype=pl.UInt32),
            "column": pl.Series(self.columns, dtype=pl.UInt32),
            "text": pl.Series(self.texts, dtype=pl.String),
            "is": pl.Series(self.kinds, dtype=pl.UInt8),
        }
        return pl.DataFrame(listed)


def filled(listed: pl.DataFrame, merged: Sequence[Area]) -> pl.DataFrame:
    """Cells listed one a row, those merged downwards holding in each of their rows what they show in the first.

    Those that a cell at their left covers have no text, and say so by their kind. Raises Unreadable where they are so many
    that they could not be written out.
    """
    if listed.is_empty():
        return listed
    listed = _downwards(listed, [area for area in merged if area[2] > area[0]])
    return _across(listed, [area for area in merged if area[3] > area[1]])


def _across(listed: pl.DataFrame, wide: Sequence[Area]) -> pl.DataFrame:
    """Cells listed one a row, with those that are covered by one at their left, as far as the sheet is filled."""
    import polars as pl

    if not wide:
        return listed
    height, width = listed.select(pl.col("row", "column").max().cast(pl.Int64)).row(0)
    inside = [(top, left, min(bottom, height), min(right, width)) for top, left, bottom, right in wide if top <= height]
    if sum((bottom - top + 1) * (right - left) for top, left, bottom, right in inside) > max(_ROOM, _SPARSEST * listed.height):
        raise Unreadable("sparse")
    areas = pl.DataFrame(inside, schema=dict.fromkeys(("top", "left", "bottom", "right"), pl.Int64), orient="row")
    rows = areas.with_columns(pl.int_ranges("top", pl.col("bottom") + 1).alias("row")).explode("row").drop_nulls("row")
    cells = rows.with_columns(pl.int_ranges(pl.col("left") + 1, pl.col("right") + 1).alias("column")).explode("column")
    nothing = pl.lit(None, dtype=pl.String).alias("text")
    covered = cells.drop_nulls("column").select(
        pl.col("row", "column").cast(pl.UInt32), nothing, pl.lit(COVERED, dtype=pl.UInt8).alias("is")
    )
    beside = covered.unique(["row", "column"]).join(listed, on=["row", "column"], how="anti")
    return pl.concat([listed, beside.select(listed.columns)])


def _downwards(listed: pl.DataFrame, tall: Sequence[Area]) -> pl.DataFrame:
    """Cells listed one a row, those of each area standing in all of its rows."""
    import polars as pl

    if not tall:
        return listed
    names = ("top", "left", "bottom", "right")
    end = listed.select(pl.col("row").max().cast(pl.UInt32))
    areas = pl.DataFrame(tall, schema=dict.fromkeys(names, pl.UInt32), orient="row").unique(["top", "left"])
    areas = areas.with_columns(pl.min_horizontal("bottom", pl.lit(end.item(), dtype=pl.UInt32))).filter(
        pl.col("bottom") > pl.col("top")
    )
    if areas.select(pl.col("bottom") - pl.col("top")).sum().item() > max(_ROOM, _SPARSEST * listed.height):
        raise Unreadable("sparse")
    rows = pl.int_ranges(pl.col("top") + 1, pl.col("bottom") + 1, dtype=pl.UInt32)
    below = areas.with_columns(rows.alias("row")).explode("row").select("top", "row", pl.col("left").alias("column"))
    held = listed.join(below, on=["row", "column"], how="anti")
    said = below.join(held, left_on=["top", "column"], right_on=["row", "column"], how="inner")
    return pl.concat([held, said.select(held.columns)])


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
    places = _nothing(height * width, pl.UInt32()).scatter(
        listed.select(pl.col("row").cast(pl.UInt64) * width + pl.col("column")).to_series(),
        pl.int_range(listed.height, dtype=pl.UInt32, eager=True),
    )
    columns = [pl.lit(places.gather_every(width, column)) for column in range(width)]
    texts = [pl.col("text").gather(places).alias(str(column)) for column, places in enumerate(columns)]
    kinds = [pl.col("is").gather(places).alias(f"{IS}{column}") for column, places in enumerate(columns)]
    # Taking cells from one piece is much cheaper than from the hundreds they were read in.
    return listed.rechunk().select(*texts, *kinds)


def _nothing(size: int, dtype: pl.DataType) -> pl.Series:
    import polars as pl

    return pl.Series([None], dtype=dtype).new_from_index(0, size)
