"""Controlled rounding: every cell is told to a multiple of a base, and all totals still add up.

Each cell goes to one of the two multiples it lies between, and one that is a multiple stays (zero-restricted; Cox, "A
constructive procedure for unbiased controlled rounding", JASA 82, 1987); where a table of three breakdowns has no such
rounding, cells may go one base further. The nearest of all roundings is chosen, and audited like what suppression hides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cigem_core.disclosure.audit import Guarded, Proof, prove
from cigem_core.disclosure.cells import Cube, Equations, Hierarchies, Key, Sum, Universe
from cigem_core.disclosure.given import rows_of, tables_of
from cigem_core.disclosure.joint import JOINT
from cigem_core.disclosure.moves import Room
from cigem_core.disclosure.protecting import names_of, people_behind, renamed
from cigem_core.disclosure.published import Rounded
from cigem_core.disclosure.sensitivity import Rule
from cigem_core.errors import OperatorError
from cigem_core.solve.quiet import solve, solver
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

    Whole = npt.NDArray[np.int64]

_NODES = 5_000
"""How far the search for the nearest rounding goes: bounded by work, to be the same everywhere."""


def round_tables(
    frame: Any,
    *,
    by: Sequence[str] | Sequence[Sequence[str]],
    value: str | None = None,
    hierarchies: Hierarchies | None = None,
    base: int = 10,
    threshold: int = 5,
    earlier: Rounded | Iterable[Rounded] = (),
    rules: Sequence[Rule] = (),
) -> Rounded:
    """Round every cell to a multiple of `base` so that all sums hold, with the proof that no small cell can be told closely.

    Everything else is as for `protect`; `earlier` are roundings published before, and what they told stays told. Raises
    OperatorError where there is no such rounding, or no proof: a larger base helps.
    """
    before = [earlier] if isinstance(earlier, Rounded) else list(earlier)
    rows = rows_of(frame, value)
    made = tables_of(rows, by, hierarchies or {}, threshold, rules)
    cubes = [one.cube for one in made]
    return round_cubes(cubes, [one.needs for one in made], before, base=base, people=people_behind(rows, cubes, before))


def round_cubes(
    cubes: Sequence[Cube],
    needs: Sequence[Mapping[Key, tuple[int, int]]],
    earlier: Sequence[Rounded],
    *,
    base: int,
    hushed: Set[tuple[str, str]] = frozenset(),
    links: Sequence[Sum] = (),
    people: tuple[Mapping[Key, int], Sequence[Sum]] = ({}, ()),
) -> Rounded:
    """Round tables that were made already, as `round_tables` does.

    With what each of their cells needs, codes that are not told but may be reckoned, sums between cells of different tables, and
    counts that no table has.
    """
    if base < 2:
        raise OperatorError(Text(fr="la base est au moins 2", en="the base is at least 2"))
    for past in earlier:
        if past.base != base:
            raise OperatorError(
                Text(
                    fr=f"une publication fut arrondie à {past.base} ; garder cette base",
                    en=f"a release was rounded to {past.base}; keep that base",
                )
            )
    universe, guarded = Universe(), {key: asked for some in needs for key, asked in some.items()}
    for one in cubes:
        universe.add(one.values, one.sums)
    universe.add({}, links)
    universe.add(*people, untold=True)
    own, told = {key for key in universe.values if not key & hushed and JOINT not in key}, _told_before(universe, earlier)
    for past, renames in told:
        guarded |= {renames[key]: asked for key, asked in past.guarded.items()}
    equations = universe.equations()
    answer, reach = _nearest(equations, base, own, told)
    proof = _audit(equations, answer, base, reach, guarded, told, own)
    kept = {key: int(answer[equations.at[key]]) if key in equations.at else 0 for key in own}
    away = [abs(kept[key] - universe.values[key]) for key in own]
    at = sorted((key for key in guarded if key in equations.at), key=lambda key: equations.at[key])
    return Rounded(
        tables=tuple(_told(one, kept) for one in cubes), base=base, reach=reach, changed=sum(map(bool, away)),
        furthest=max(away, default=0), values=dict(universe.values), sums=tuple(universe.sums.values()), told=kept,
        guarded=guarded, ranges={key: (int(a), int(b)) for key, a, b in zip(at, proof.low, proof.high, strict=True)},
    )  # fmt: skip


_Told = Sequence[tuple[Rounded, Mapping[Key, Key]]]
"""Earlier roundings, and what their cells are called beside today's."""


def _told_before(universe: Universe, earlier: Sequence[Rounded]) -> _Told:
    found = []
    for number, past in enumerate(earlier):
        names = names_of(past.values, universe.values, number)
        universe.add({names[key]: value for key, value in past.values.items()}, renamed(past.sums, names))
        found.append((past, names))
    return found


def _nearest(equations: Equations, base: int, own: set[Key], told: _Told) -> tuple[Whole, int]:
    """The rounding nearest to the truth, and how many bases a cell may be away from it; what was told stays told."""
    said = {names[key]: number for past, names in told for key, number in past.told.items() if names[key] in own}
    for reach in (1, 2):
        steps = _solved(equations, base, reach, {equations.at[key]: n for key, n in said.items() if key in equations.at}, own)
        if steps is not None:
            return steps * base, reach
    raise _none(base)


def _solved(equations: Equations, base: int, reach: int, said: Mapping[int, int], own: set[Key]) -> Whole | None:
    """How many bases each cell is told as; None where there is no such rounding, or none was found."""
    import highspy

    value, size = equations.value, len(equations.value)
    if not size:  # of nobody
        return value
    floor, rest = value // base, value % base
    # Below the multiple under a cell, from that to the one over it, and beyond: each step costs what it takes from the truth.
    room = np.stack([np.minimum(reach - 1, floor), np.where(rest > 0, 1, min(reach - 1, 1)), np.where(rest > 0, reach - 1, 0)])
    cost = np.stack([np.full(size, base), base - 2 * rest, np.full(size, base)])
    least = np.zeros_like(room)
    for at, number in said.items():
        steps = number // base - int(floor[at])
        least[:, at] = room[:, at] = (max(-steps, 0), min(max(steps, 0), 1), max(steps - 1, 0))
        if abs(number - value[at]) >= reach * base:
            return None
    ours = _own_rows(equations, own)
    inside = ours[equations.row]
    made, program = solver(), highspy.HighsLp()
    for name, setting in {"mip_max_nodes": _NODES, "mip_abs_gap": 0.5}.items():
        made.setOptionValue(name, setting)
    program.num_col_, program.num_row_ = 3 * size, len(ours)
    program.col_cost_ = cost.ravel().astype(np.float64)
    program.col_lower_, program.col_upper_ = least.ravel().astype(np.float64), room.ravel().astype(np.float64)
    program.integrality_ = [highspy.HighsVarType.kInteger] * (3 * size)
    row, cell, sign = equations.row[inside], equations.cell[inside], equations.sign[inside]
    left = -np.bincount(row, weights=sign * floor[cell], minlength=len(ours))
    program.row_lower_ = program.row_upper_ = left.astype(np.float64)
    order = np.lexsort((row, cell))
    begins = np.searchsorted(cell[order], np.arange(size + 1))
    matrix, entries = program.a_matrix_, len(order)
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = np.concatenate([begins, begins[1:] + entries, begins[1:] + 2 * entries]).astype(np.int32)
    matrix.index_ = np.tile(row[order], 3).astype(np.int32)
    matrix.value_ = np.concatenate([-sign[order], sign[order], sign[order]]).astype(np.float64)
    made.passModel(program)
    solve(made)
    down, up, beyond = np.rint(np.array(made.getSolution().col_value).reshape(3, -1)).astype(np.int64)
    told: Whole = floor - down + up + beyond
    held = not left.size or not np.bincount(row, weights=sign * told[cell], minlength=len(ours)).any()
    return told if held and made.getInfo().primal_solution_status == 2 else None


def _own_rows(equations: Equations, own: set[Key]) -> npt.NDArray[np.bool_]:
    """The sums that today's rounding must keep: earlier ones hold among what was told then."""
    others = np.array([key not in own for key in equations.keys], dtype=np.float64)
    rows = int(equations.row.max()) + 1 if len(equations.row) else 0
    return np.bincount(equations.row, weights=others[equations.cell], minlength=rows) == 0 if rows else np.zeros(0, dtype=bool)


def _audit(
    equations: Equations, answer: Whole, base: int, reach: int, guarded: Mapping[Key, tuple[int, int]], told: _Told, own: set[Key]
) -> Proof:
    """The proof that what is told leaves each guarded cell wide enough; OperatorError where there is none."""
    below, above = np.zeros(len(answer), dtype=np.int64), np.full(len(answer), 2**60)
    said = [({key: int(number) for key, number in zip(equations.keys, answer, strict=True) if key in own}, base, reach)]
    said += [({names[key]: n for key, n in past.told.items()}, past.base, past.reach) for past, names in told]
    for numbers, step, bases in said:
        for key, number in numbers.items():
            if (at := equations.at.get(key)) is not None:
                below[at] = max(below[at], number - bases * step + 1)
                above[at] = min(above[at], number + bases * step - 1)
    room = Room(equations.value - below, above - equations.value)
    keys = sorted((key for key in guarded if key in equations.at), key=lambda key: equations.at[key])
    wanted = Guarded(
        cells=np.array([equations.at[key] for key in keys], dtype=np.int64),
        width=np.array([guarded[key][0] for key in keys], dtype=np.int64),
        above=np.array([guarded[key][1] for key in keys], dtype=np.int64),
    )
    proof = prove(equations, np.arange(len(answer)), wanted, room=room)
    if not proof.complete().all() or not all(proof.attack.holds(move) for move in proof.moves.rows):
        raise _none(base)
    return proof


def _told(one: Cube, told: Mapping[Key, int]) -> pl.DataFrame:
    import polars as pl

    rows = one.frame.select(*one.by, pl.Series("value", [told.get(key) for key in one.keys], dtype=pl.Int64))
    return rows.drop_nulls("value")


def _none(base: int) -> OperatorError:
    return OperatorError(
        Text(
            fr=f"aucun arrondi à {base} ne protège ces tableaux à côté de ce qui est publié ; prendre une base plus grande",
            en=f"no rounding to {base} protects these tables beside what is published; take a larger base",
        )
    )
