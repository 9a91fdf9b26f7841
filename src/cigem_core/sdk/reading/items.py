"""Lists inside records: one row an item to look at them, and back to one list a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cigem_core.formats.tables import ITEM

if TYPE_CHECKING:
    import polars as pl

AT, PLACE = "#at", "#place"
"""Beside an item's cells: which record of the block it stands in, and where in its list, both from 0."""


def exploded(cells: pl.DataFrame, headers: Sequence[str]) -> pl.DataFrame:
    """The items of one list, in order: the columns asked for, `#at` and `#place`."""
    import polars as pl

    lists = cells.select(pl.int_range(pl.len()).alias(AT), *(pl.col(header) for header in headers))
    length = pl.max_horizontal(pl.col(header).list.len() for header in headers).fill_null(0)
    # A column that no record holds is null where the others are lists.
    whole = [pl.when(pl.col(h).is_not_null()).then(pl.col(h)).otherwise(_nothing(length)).alias(h) for h in headers]
    some = lists.filter(length > 0).with_columns(whole)
    return some.explode(list(headers)).with_columns(pl.int_range(pl.len()).over(AT).alias(PLACE))


def _nothing(length: pl.Expr) -> pl.Expr:
    """A list of so many empty items."""
    import polars as pl

    return pl.lit(None).repeat_by(length)


def gathered(items: pl.DataFrame, values: pl.Series, height: int) -> pl.Series:
    """The values of items as one list a record; null where there is none."""
    import polars as pl

    found = pl.DataFrame([items[AT], values.alias("value")]).drop_nulls("value")
    if isinstance(values.dtype, pl.List):
        found = found.explode("value")
    listed = found.group_by(AT, maintain_order=True).agg("value")
    every = pl.DataFrame({AT: pl.int_range(height, eager=True)})
    return every.join(listed, on=AT, how="left", maintain_order="left")["value"]


def any_of(items: pl.DataFrame, broken: pl.Series, height: int) -> pl.Series:
    """Which records have an item of which something is true."""
    import polars as pl

    return pl.int_range(height, eager=True).is_in(items[AT].filter(broken).implode())


def indexed(cells: Mapping[str, Any]) -> dict[str, str]:
    """The cells of one record, those of its lists by the places of their items: `contacts[0].valeur`."""
    return {place: text for name, value in cells.items() for place, text in _places(name, value)}


def _places(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if ITEM in name:
        yield from ((name.replace(ITEM, f"[{at}]", 1), text or "") for at, text in enumerate(value or ()))
    elif value is not None:
        yield name, value


_INDEX = re.compile(r"(?<=\S)\[([0-9]{1,6})\]")

_SPARE = 100
"""A list is no longer than its sheet is wide, or than this: columns may have been taken out of it."""


def list_column(title: str) -> str:
    """The column of a list that a title names an item of: `contacts[].valeur` for `contacts[0].valeur`; others as they are."""
    return _INDEX.sub(ITEM, title, count=1)


def listed(
    header: Sequence[str], rows: Sequence[Sequence[str]], is_list: Callable[[str], bool]
) -> tuple[list[str], list[list[Any]]]:
    """Columns named by the places of items, put back into one list a column; items that hold nothing at the end go.

    `is_list` says of which columns there are lists: in a table without them, `Note [1]` is a title like any other.
    """
    places = {at: int(mark[1]) for at, name in enumerate(header) if (mark := _INDEX.search(name))}
    # Nobody has a list so long: room made for its items would be taken from the machine.
    longest = max(len(header), _SPARE)
    found = {at: place for at, place in places.items() if place < longest and is_list(list_column(header[at]))}
    plain = [at for at in range(len(header)) if at not in found]
    columns = {at: list_column(header[at]) for at in found}
    names = list(dict.fromkeys(columns.values()))
    said = []
    for row in rows:
        lengths = dict.fromkeys((name.partition(ITEM)[0] for name in names), 0)
        for at in found:
            lengths[columns[at].partition(ITEM)[0]] = max(
                lengths[columns[at].partition(ITEM)[0]], found[at] + 1 if row[at].strip() else 0
            )
        lists = {name: [""] * lengths[name.partition(ITEM)[0]] for name in names}
        for at, place in found.items():
            if place < len(lists[columns[at]]):
                lists[columns[at]][place] = row[at]
        said.append([*(row[at] for at in plain), *lists.values()])
    return [*(header[at] for at in plain), *names], said
