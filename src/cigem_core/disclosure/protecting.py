"""Protecting tables: `protect` hides what says too much of somebody, and proves that what is left cannot tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cigem_core.disclosure.cells import Cube, Hierarchies, Key, Sum, Universe
from cigem_core.disclosure.given import Given, rows_of, tables_of
from cigem_core.disclosure.joint import JOINT, behind, shapes_of
from cigem_core.disclosure.published import Published, restored_parts
from cigem_core.disclosure.sensitivity import Rule
from cigem_core.errors import OperatorError
from cigem_core.solve.quiet import missing_solver
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True)
class Loss:
    """What protection took away."""

    cells: int
    sensitive: int
    hidden: int
    least: int = 0
    """How many it takes at least, as far as that is proven: of a small table usually as many as are hidden."""

    @property
    def is_least(self) -> bool:
        """Whether nobody could hide fewer."""
        return self.hidden == self.least

    @property
    def share(self) -> float:
        """The share of cells that are hidden."""
        return self.hidden / self.cells if self.cells else 0.0


@frozen(kw_only=True, eq=False)
class Protected(Published):
    """Tables with what says too much hidden, and what must be kept about them so that later ones do not undo their protection.

    `tables` hold `value` (null where hidden) and `is_hidden`, totals under `_T`.
    """

    loss: Loss
    hidden: frozenset[Key] = field(repr=False)

    def kept(self) -> dict[str, Any]:
        """Everything about it as plain data, hidden cells included."""
        at = self.places()
        return {
            "cells": [[sorted(map(list, key)), value] for key, value in self.values.items()],
            "sums": self.kept_sums(),
            "hidden": sorted(at[key] for key in self.hidden),
            "guarded": self.kept_guarded(),
        }

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Protected:
        """What was kept, read back; without its tables."""
        keys, parts = restored_parts(kept)
        loss = Loss(cells=len(parts["values"]), sensitive=0, hidden=len(kept["hidden"]))
        return cls(loss=loss, hidden=frozenset(keys[n] for n in kept["hidden"]), **parts)


def protect(
    frame: Any,
    *,
    by: Sequence[str] | Sequence[Sequence[str]],
    value: str | None = None,
    hierarchies: Hierarchies | None = None,
    threshold: int = 5,
    earlier: Protected | Iterable[Protected] = (),
    rules: Sequence[Rule] = (),
    silent: Mapping[str, Iterable[str]] | None = None,
) -> Protected:
    """Hide the cells that say too much, and others with them, so that nobody can reckon what is hidden; with the proof.

    `frame` (Polars, or anything of Arrow's) has a row a person, or a row a cell with its count in `value`; with `rules` of
    dominance, a row a contributor with the amount in `value`. `by` names the breakdowns; a list of lists makes tables that
    are protected together. `hierarchies` says, for a breakdown, which codes a group is made of. A cell counting fewer than
    `threshold` is hidden. `earlier` are tables published before. `silent` names codes that are never published, but can
    be reckoned with. Raises OperatorError where no proof was found: then nothing may be published.
    """
    rows = rows_of(frame, value)
    cubes = tables_of(rows, by, hierarchies or {}, threshold, rules)
    hushed = {(name, code) for name, codes in (silent or {}).items() for code in codes}
    before = [earlier] if isinstance(earlier, Protected) else list(earlier)
    people = people_behind(rows, [one.cube for one in cubes], before)
    return protect_cubes(
        [one.cube for one in cubes], [one.needs for one in cubes], before, hushed, pairs=_pairs(cubes), people=people
    )


def people_behind(rows: pl.DataFrame, cubes: Sequence[Cube], earlier: Sequence[Published]) -> tuple[dict[Key, int], list[Sum]]:
    """The counts that no table has, of tables published together and before."""
    past = {key: number for one in earlier for key, number in one.values.items()}
    shapes = {frozenset(one.by) for one in cubes} | shapes_of(past)
    return behind(rows, shapes, {**past, **{key: number for one in cubes for key, number in one.values.items()}})


def _pairs(cubes: Iterable[Given]) -> dict[Sum, tuple[int, int]]:
    """Two cells of one contributor each in one sum, together, and what they need.

    Each of the two knows their own cell, so that what can be told of both tells the other: it is protected like a cell. See the
    Handbook on Statistical Disclosure Control, chapter 4 (singletons), and Cox in Confidentiality, Disclosure and Data Access
    (2001), chapter 8.
    """
    found = {}
    for given in cubes:
        for one in given.cube.sums:
            for two in combinations([part for part in one.parts if part in given.alone], 2):
                above = max(given.needs[part][1] for part in two)
                found[Sum(total=frozenset({_TOGETHER}).union(*two), parts=two)] = (above, above)
    return found


_TOGETHER = ("", "together")


def protect_cubes(
    cubes: Sequence[Cube],
    needs: Sequence[Mapping[Key, tuple[int, int]]],
    earlier: Sequence[Protected],
    hushed: set[tuple[str, str]],
    links: Sequence[Sum] = (),
    pairs: Mapping[Sum, tuple[int, int]] | None = None,
    people: tuple[Mapping[Key, int], Sequence[Sum]] = ({}, ()),
) -> Protected:
    """Protect tables that were made already, as `protect` does.

    With what each of their cells needs, codes that are never published, sums between cells of different tables, pairs of
    cells with what they need together, and counts that no table has (`people_behind`).
    """
    try:
        import numpy as np
    except ModuleNotFoundError:
        raise missing_solver() from None

    from cigem_core.disclosure.audit import Guarded
    from cigem_core.disclosure.suppression import suppress

    universe, known, begun = Universe(), set[Key](), set[Key]()
    guarded: dict[Key, tuple[int, int]] = {}
    own: set[Key] = set()
    for one, asked in zip(cubes, needs, strict=True):
        universe.add(one.values, one.sums)
        guarded |= asked
        own |= {key for key in one.values if not key & hushed}
    universe.add({}, links)
    together = {one.total: sum(universe.values[part] for part in one.parts) for one in pairs or ()}
    universe.add(together, list(pairs or ()))
    guarded |= {one.total: asked for one, asked in (pairs or {}).items()}
    universe.add(*people, untold=True)
    silent = {key for key in universe.values if key & hushed or key in together or JOINT in key}
    for number, past in enumerate(earlier):
        names = names_of(past.values, universe.values, number)
        universe.add({names[key]: v for key, v in past.values.items()}, renamed(past.sums, names))
        known |= {names[key] for key in past.values if key not in past.hidden}
        begun |= {names[key] for key in past.hidden}
        silent |= {names[key] for key in past.hidden} - own
        guarded |= {names[key]: asked for key, asked in past.guarded.items()}
    equations = universe.equations()
    masks = {}
    for name, some in (("known", known), ("silent", silent - known), ("hidden", begun - known)):
        masks[name] = np.zeros(len(equations.keys), dtype=bool)
        masks[name][[equations.at[key] for key in some if key in equations.at]] = True
    asked_of = sorted((key for key in guarded if key in equations.at), key=lambda key: equations.at[key])
    asked_of = [key for key in asked_of if key not in known or not any(key in past.guarded for past in earlier)]
    exposed = [key for key in asked_of if key in known]
    if exposed:
        raise _unsafe(len(exposed))
    wanted = Guarded(
        cells=np.array([equations.at[key] for key in asked_of], dtype=np.int64),
        width=np.array([guarded[key][0] for key in asked_of], dtype=np.int64),
        above=np.array([guarded[key][1] for key in asked_of], dtype=np.int64),
    )
    chosen, proof, least = suppress(equations, wanted, **masks)
    low, high = proof.low, proof.high
    safe = wanted.are_safe(low, high, proof.value)
    if not safe.all() or not all(proof.attack.holds(move) for move in proof.moves.rows):
        raise _unsafe(int((~safe).sum()))
    hidden = frozenset(key for key, is_hidden in zip(equations.keys, chosen, strict=True) if is_hidden)
    return Protected(
        tables=tuple(_published(one, hidden, hushed) for one in cubes),
        loss=Loss(cells=len(own), sensitive=len(set(asked_of) & own), hidden=len(hidden & own), least=least),
        values={key: universe.values[key] for key in universe.values},
        sums=tuple(universe.sums.values()),
        hidden=hidden,
        guarded=guarded,
        ranges={key: (int(a), int(b)) for key, a, b in zip(asked_of, low, high, strict=True)},
    )


def _unsafe(number: int) -> OperatorError:
    return OperatorError(
        Text(
            fr=f"{number} case(s) sensible(s) ne peuvent être protégées à côté de ce qui est publié ; rien ne peut l'être : "
            "ôter une ventilation, ou regrouper des codes",
            en=f"{number} sensitive cell(s) cannot be protected beside what is published; nothing can be: "
            "leave out a breakdown, or group codes",
        )
    )


def names_of(past: Mapping[Key, int], now: Mapping[Key, int], number: int) -> dict[Key, Key]:
    """What cells published earlier are called beside today's: the same where they say the same, else others."""
    return {key: key if now.get(key, value) == value else key | {("", f"release {number}")} for key, value in past.items()}


def renamed(sums: Iterable[Sum], names: Mapping[Key, Key]) -> list[Sum]:
    """Sums between cells under other names."""
    return [Sum(total=names[one.total], parts=tuple(names[part] for part in one.parts)) for one in sums]


def _published(one: Cube, hidden: frozenset[Key], hushed: set[tuple[str, str]]) -> pl.DataFrame:
    import polars as pl

    keys = one.keys
    is_hidden = pl.Series("is_hidden", [key in hidden for key in keys], dtype=pl.Boolean)
    shown = pl.Series([not key & hushed for key in keys], dtype=pl.Boolean)
    whole = one.frame.select(*one.by, "value").with_columns(is_hidden).filter(shown)
    return whole.with_columns(pl.when(~pl.col("is_hidden")).then(pl.col("value")).alias("value"))
