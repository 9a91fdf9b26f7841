"""The people behind several tables, by all their breakdowns at once: nobody publishes these counts, but they are counts too.

Three tables that share their breakdowns in a ring (region and sex, sex and age, age and region) can be set against each other
through them: what each table alone leaves possible may be the table of no people at all. Tables that share theirs in a tree need
none of this (Dobra and Fienberg, PNAS 97, 2000: decomposable sets of margins).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from cigem_core.disclosure.cells import Key, Sum, key_of
from cigem_core.disclosure.given import coded

if TYPE_CHECKING:
    import polars as pl

JOINT = ("", "joint")
"""What names a count that no table has."""
_MOST = 20_000
"""How many kinds of people are reckoned with, at most: of more, those of nobody are taken to stay so, on the careful side."""


def are_in_a_ring(shapes: Iterable[frozenset[str]]) -> bool:
    """Whether tables by some breakdowns share them otherwise than in a tree."""
    left = set(shapes)
    while True:
        names = [name for shape in left for name in shape]
        shared = {frozenset(name for name in shape if names.count(name) > 1) for shape in left}
        fewer = {one for one in shared if one and not any(one < other for other in shared)}
        if fewer == left:
            return len(left) > 1
        left = fewer


def shapes_of(keys: Iterable[Key]) -> set[frozenset[str]]:
    """By what the cells of published tables are broken down."""
    return {frozenset(name for name, _ in key) for key in keys if not any(name == "" for name, _ in key)}


def behind(rows: pl.DataFrame, shapes: Iterable[frozenset[str]], values: Mapping[Key, int]) -> tuple[dict[Key, int], list[Sum]]:
    """The counts by all breakdowns at once, and what each cell of a table is the sum of; none where the tables need none.

    `values` are the cells of all tables: where one says otherwise than the rows, it was of other rows.
    """
    import polars as pl

    wanted = {one for one in shapes if one and one <= set(rows.columns)}
    if not are_in_a_ring(wanted):
        return {}, []
    names = sorted(frozenset().union(*wanted))
    counted = coded(rows, names).group_by(names).agg(pl.col("value").sum())
    true = {tuple(row[:-1]): row[-1] for row in counted.select(*names, "value").iter_rows()}
    codes = [counted[name].unique().sort().to_list() for name in names]
    size = 1
    for one in codes:
        size *= len(one)
    tables = [shape for shape in sorted(wanted, key=sorted) if not any(shape < other for other in wanted)]
    margins = [(sorted(shape), [names.index(name) for name in sorted(shape)]) for shape in tables]
    kinds = sorted(true) if size > _MOST else list(product(*codes))
    sums: dict[Key, list[Key]] = {}
    found: dict[Key, int] = {}
    for kind in kinds:
        cells = [key_of(by, [kind[n] for n in at]) for by, at in margins]
        if all(values.get(cell, 1) for cell in cells):  # of nobody in a published cell there is nobody
            key = key_of(names, kind) | {JOINT}
            found[key] = true.get(kind, 0)
            for cell in cells:
                sums.setdefault(cell, []).append(key)
    return found, [
        Sum(total=cell, parts=tuple(parts)) for cell, parts in sums.items() if values.get(cell) == _total(found, parts)
    ]


def _total(found: Mapping[Key, int], parts: Sequence[Key]) -> int:
    return sum(found[part] for part in parts)
