"""Cells with everything that adds up to them: the totals of a table, its groups, and what tables have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from cigem_core.errors import OperatorError
from cigem_core.text import Text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

TOTAL = "_T"
"""The code of everything there is of a breakdown (SDMX)."""
Key = frozenset[tuple[str, str]]
"""What names a cell, whichever table it stands in: its breakdowns with their codes, totals left out."""
Hierarchies = Mapping[str, Mapping[str, Sequence[str]]]
"""Breakdown → group → the codes or groups it is made of. What belongs to no group adds up to the total."""


@frozen(kw_only=True)
class Sum:
    """A cell that others add up to."""

    total: Key
    parts: tuple[Key, ...]


@define(kw_only=True)
class Universe:
    """Every cell that somebody may know or reckon, and the sums that bind them together."""

    values: dict[Key, int] = field(factory=dict)
    sums: dict[tuple[Key, frozenset[Key]], Sum] = field(factory=dict)
    untold: set[Key] = field(factory=set)
    """Cells that no table has: nobody knows that there is nobody in one."""

    def add(self, values: Mapping[Key, int], sums: Sequence[Sum], *, untold: bool = False) -> None:
        """Take in the cells of a table; what is there already is the same cell."""
        self.values.update(values)
        self.untold.update(values if untold else ())
        for one in sums:
            self.sums[one.total, frozenset(one.parts)] = one

    def equations(self) -> Equations:
        """The sums as sparse numbers; told cells of nobody are no unknowns, so they are left out."""
        import numpy as np

        keys = sorted((key for key, value in self.values.items() if value or key in self.untold), key=sorted)
        at = {key: n for n, key in enumerate(keys)}
        rows, cells, signs = [], [], []
        ordered = sorted(self.sums.values(), key=lambda s: (sorted(s.total), sorted(map(sorted, s.parts))))
        for row, one in enumerate(ordered):
            for key, sign in ((one.total, -1), *((part, 1) for part in one.parts)):
                if key in at:
                    rows.append(row)
                    cells.append(at[key])
                    signs.append(sign)
        values = np.array([self.values[key] for key in keys], dtype=np.int64)
        return Equations(
            keys=tuple(keys), at=at, value=values, row=np.array(rows, dtype=np.int64), cell=np.array(cells, dtype=np.int64),
            sign=np.array(signs, dtype=np.int64),
        )  # fmt: skip


@frozen(kw_only=True, eq=False)
class Equations:
    """Cells that are not zero, by number, and the sums between them: in each row, signed cells add up to zero."""

    keys: tuple[Key, ...]
    at: Mapping[Key, int]
    value: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    cell: npt.NDArray[np.int64]
    sign: npt.NDArray[np.int64]

    def balance(self, change: npt.NDArray[np.int64]) -> bool:
        """Whether every sum still holds after a change of the cells, in whole numbers."""
        import numpy as np

        if not len(self.row):
            return True
        left = np.zeros(int(self.row.max()) + 1, dtype=np.int64)
        np.add.at(left, self.row, self.sign * change[self.cell])
        return not left.any()


def parents_of(codes: Sequence[str], groups: Mapping[str, Sequence[str]], breakdown: str) -> dict[str, str]:
    """Code → what it adds up to; OperatorError where a code stands in two groups, or a group in itself."""
    parents: dict[str, str] = {}
    for group, members in groups.items():
        for member in members:
            if member in parents:
                raise OperatorError(
                    Text(
                        fr=f"{breakdown} : « {member} » est dans deux groupes, {parents[member]} et {group}",
                        en=f"{breakdown}: '{member}' stands in two groups, {parents[member]} and {group}",
                    )
                )
            parents[member] = group
    wanted = dict.fromkeys([*codes, *groups])
    for code in wanted:
        seen, at = {code}, code
        while (at := parents.setdefault(at, TOTAL)) != TOTAL:
            if at in seen:
                raise OperatorError(
                    Text(fr=f"{breakdown} : le groupe « {at} » se contient", en=f"{breakdown}: group '{at}' holds itself")
                )
            seen.add(at)
    return {code: parents[code] for code in parents if code in wanted or parents[code] in wanted}


@frozen(kw_only=True)
class Cube:
    """One table with all its totals: a frame of cells, and the sums between them."""

    by: tuple[str, ...]
    frame: pl.DataFrame
    """A row a cell, zeros included: its codes, `value`, and what else was summed."""
    sums: tuple[Sum, ...]
    tags: Key = frozenset()
    """What every one of its cells has in common: whom it counts, and when."""

    @property
    def values(self) -> dict[Key, int]:
        """The cells by what names them."""
        return dict(zip(self.keys, self.frame["value"].to_list(), strict=True))

    @property
    def keys(self) -> list[Key]:
        """What names each cell, in the order of the frame."""
        return [key_of(self.by, row) | self.tags for row in self.frame.select(self.by).iter_rows()]


def key_of(by: Sequence[str], codes: Sequence[Any]) -> Key:
    """What names a cell of a table."""
    return frozenset((name, code) for name, code in zip(by, codes, strict=True) if code != TOTAL)


def cube(leaves: pl.DataFrame, by: Sequence[str], hierarchies: Hierarchies, tags: Key = frozenset()) -> Cube:
    """A table with its groups and totals. `leaves` has a row a cell: its codes, and columns of whole numbers to add up."""
    import polars as pl

    counted = [name for name in leaves.columns if name not in by]
    parents = {name: parents_of(leaves[name].unique().to_list(), hierarchies.get(name, {}), name) for name in by}
    whole = leaves
    for name in by:
        ups = [(code, up) for code in whole[name].unique().to_list() for up in _above(code, parents[name])]
        above = pl.DataFrame(ups, schema={name: pl.String, "up": pl.String}, orient="row")
        whole = whole.join(above, on=name).drop(name).rename({"up": name})
        whole = whole.group_by(by).agg(pl.col(counted).sum())
    # The total is there even of nobody.
    codes = [pl.DataFrame({name: sorted({*whole[name], TOTAL})}, schema={name: pl.String}) for name in by]
    every = reduce(lambda one, other: one.join(other, how="cross"), codes) if by else whole
    whole = every.join(whole, on=list(by), how="left").with_columns(pl.col(counted).fill_null(0)) if by else whole
    whole = whole.select(*by, *counted).sort(*by) if by else whole.select(pl.col(counted).sum())
    return Cube(by=tuple(by), frame=whole, sums=tuple(_sums(whole, by, parents, tags)), tags=tags)


def _above(code: str, parents: Mapping[str, str]) -> list[str]:
    found = [code]
    while found[-1] != TOTAL:
        found.append(parents[found[-1]])
    return found


def _sums(whole: pl.DataFrame, by: Sequence[str], parents: Mapping[str, Mapping[str, str]], tags: Key) -> list[Sum]:
    """The sums of cells that are not zero; a sum of one part alone says that two cells are the same."""
    sums: dict[tuple[str, Key], list[Key]] = {}
    for row in whole.filter(whole["value"] != 0).select(by).iter_rows():
        key = key_of(by, row) | tags
        for n, name in enumerate(by):
            if row[n] != TOTAL:
                total = key_of(by, [*row[:n], parents[name][row[n]], *row[n + 1 :]]) | tags
                sums.setdefault((name, total), []).append(key)
    return [Sum(total=total, parts=tuple(parts)) for (_, total), parts in sums.items()]
