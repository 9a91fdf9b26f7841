"""The columns of a family within frames: told apart, gathered into lists when read, spread into columns when written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from cigem_core.formats.tables import COVERED, IS, ITEM
from cigem_core.sdk.declaration import Child, Declaration
from cigem_core.sdk.families import CELL, HEADING, Family
from cigem_core.sdk.lenses import Column

if TYPE_CHECKING:
    import polars as pl

_AT = "\x1f"
"""Between a family's name and a column's place, where its columns are told apart (Unicode's unit separator)."""


def handed_over(family: Family, at: int) -> str:
    """What the column at a place is called while a file is read."""
    return f"{family.name}{_AT}{at}"


def gathered(cells: pl.DataFrame, members: Mapping[Family, Mapping[str, str]], cell: Mapping[str, Column]) -> pl.DataFrame:
    """The columns of each family as two lists a row: what the headers say, and what stands below them.

    `members` has, by the name each is handed over under, the headers of each family; `cell` the lens of its cells.
    """
    import polars as pl

    for one, headers in members.items():
        names = [name for name in headers if name in cells.columns]
        cells = _uncovered(cells, names)
        texts = [
            cell[one.name].spelled(cell[one.name].header, pl.col(name), pl.col(IS + name))
            if IS + name in cells.columns
            else pl.col(name)
            for name in names
        ]
        lists = {one.name + HEADING: [pl.lit(headers[name]) for name in names], one.name + CELL: texts}
        typed = [IS + name for name in names if IS + name in cells.columns]
        cells = cells.with_columns(pl.concat_list(items).alias(name) for name, items in lists.items() if items).drop(names, typed)
    return cells


def spread(table: Declaration, children: Mapping[str, pl.DataFrame], rows: pl.Series) -> pl.DataFrame:
    """The columns of a table's families, written: one a heading, in the order of what they say.

    `children` are those of the records that stand in `rows`, by kind.
    """
    import polars as pl

    wide: list[pl.Series] = []
    for one in table.families:
        items = children.get(child_of(table, one).kind.name)
        if items is not None and items.height:
            told = items.select(rows.name, *_written(table, one))
            order = told.unique("heading").sort("said")["heading"].to_list()
            columns = told.pivot("heading", index=rows.name, values="cell").select(rows.name, *order)
            beside = rows.to_frame().join(columns, on=rows.name, how="left", maintain_order="left").drop(rows.name)
            wide += beside.with_columns(pl.all().fill_null("")).get_columns()
    return pl.DataFrame(wide)


def _written(table: Declaration, one: Family) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """What the headers of some items say, how it is written, and how the cells below are."""
    import polars as pl

    child = child_of(table, one)
    said, held = (pl.col(_field(child, one, end)) for end in (HEADING, CELL))
    cell = dict(cell_lenses(table))[one.name]
    return said.alias("said"), one.codec.encode(said).alias("heading"), cell.codec.encode(held).fill_null("").alias("cell")


def child_of(table: Declaration, family: Family) -> Child:
    """The child whose records a family's columns hold."""
    return next(child for child in table.children if child.path == family.name + ITEM)


def _field(child: Child, family: Family, end: str) -> str:
    return next(name for name, lens in child.lenses.items() if lens.headers[0] == family.name + end)


def cell_lenses(table: Declaration) -> Iterator[tuple[str, Column]]:
    """Each family's name, with the lens of its cells."""
    for one in table.families:
        child = child_of(table, one)
        lens = child.lenses[_field(child, one, CELL)]
        assert isinstance(lens, Column)
        yield one.name, lens


def _uncovered(cells: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """A mark written once over several columns, whose cells were merged, stands in each of them."""
    import polars as pl

    for left, name in pairwise(names):
        if IS + name in cells.columns and (cells[IS + name] == COVERED).any():
            covered, both = pl.col(IS + name) == COVERED, ((left, name), (IS + left, IS + name))
            cells = cells.with_columns(pl.when(covered).then(pl.col(a)).otherwise(pl.col(b)).alias(b) for a, b in both)
    return cells
