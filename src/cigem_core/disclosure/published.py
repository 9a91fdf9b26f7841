"""What protected tables have in common, whichever way they are protected: the tables, and what is kept of them as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cigem_core.disclosure.cells import Key, Sum

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True, eq=False)
class Published:
    """Tables that may be published, and what stays inside, for the archive of whoever publishes and no one else."""

    tables: tuple[pl.DataFrame, ...]
    values: Mapping[Key, int] = field(repr=False)
    sums: tuple[Sum, ...] = field(repr=False)
    guarded: Mapping[Key, tuple[int, int]] = field(repr=False)
    """Cell → the width its range must keep, and how far it must reach above the truth."""
    ranges: Mapping[Key, tuple[int, int]] = field(repr=False)
    """What the audit proved: between these a guarded cell may be anything, for all that is published."""

    @property
    def table(self) -> pl.DataFrame:
        """The table, where there is one."""
        return self.tables[0]

    def places(self) -> dict[Key, int]:
        """Where each cell stands in the list of those that are kept."""
        return {key: n for n, key in enumerate(self.values)}

    def kept_sums(self) -> list[list[Any]]:
        """The sums, by the places of their cells."""
        at = self.places()
        return [[at[one.total], [at[part] for part in one.parts]] for one in self.sums]

    def kept_guarded(self) -> dict[str, list[int]]:
        """What is guarded, by the place of its cell."""
        at = self.places()
        return {str(at[key]): list(needs) for key, needs in self.guarded.items()}


@frozen(kw_only=True, eq=False)
class Rounded(Published):
    """Tables told to multiples of a base, with what must be kept about them. `kept()` holds the truth: for the archive alone."""

    base: int
    reach: int
    """How many bases a cell may lie from what is told of it: all that lies nearer remains possible."""
    changed: int
    """How many cells are told otherwise than they are."""
    furthest: int
    """How far what is told lies from the truth at most."""
    told: Mapping[Key, int] = field(repr=False)

    def kept(self) -> dict[str, Any]:
        """Everything about it as plain data, the truth included."""
        return {
            "base": self.base, "reach": self.reach,
            "cells": [[sorted(map(list, key)), value, self.told.get(key)] for key, value in self.values.items()],
            "sums": self.kept_sums(), "guarded": self.kept_guarded(),
        }  # fmt: skip

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Rounded:
        """What was kept, read back; without its tables."""
        keys, parts = restored_parts(kept)
        told = {key: told for key, (_, _, told) in zip(keys, kept["cells"], strict=True) if told is not None}
        return cls(base=kept["base"], reach=kept["reach"], changed=0, furthest=0, told=told, **parts)


def restored_parts(kept: Mapping[str, Any]) -> tuple[list[Key], dict[str, Any]]:
    """The cells of what was kept, in their places, and what every kind of it is made of again; without its tables."""
    keys = [frozenset((name, code) for name, code in named) for named, *_ in kept["cells"]]
    return keys, {
        "tables": (),
        "values": {key: value for key, (_, value, *_) in zip(keys, kept["cells"], strict=True)},
        "sums": tuple(Sum(total=keys[total], parts=tuple(keys[part] for part in parts)) for total, parts in kept["sums"]),
        "guarded": {keys[int(n)]: (width, above) for n, (width, above) in kept["guarded"].items()},
        "ranges": {},
    }
