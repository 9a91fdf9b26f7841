"""The greatest flow through a network at the least cost, in whole numbers (OR-Tools)."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from cigem_core.solve.quiet import missing_solver
from cigem_core.solve.whole import unsolved


@frozen(kw_only=True)
class Arc:
    """A way from one node to another: how much it carries, and what each unit of it gains."""

    tail: int
    head: int
    most: int
    gain: int = 0


def greatest_gain(arcs: Sequence[Arc], *, source: int, sink: int, amount: int) -> tuple[int, ...]:
    """What each arc carries where as much of an amount as can be flows from source to sink, with the greatest gain."""
    try:
        import numpy as np
        from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        raise missing_solver() from None
    if not arcs or not amount:
        return (0,) * len(arcs)
    flow = min_cost_flow.SimpleMinCostFlow()
    tails, heads, most, costs = (
        np.array(given, dtype=kind)
        for given, kind in (
            ([arc.tail for arc in arcs], np.int32),
            ([arc.head for arc in arcs], np.int32),
            ([arc.most for arc in arcs], np.int64),
            ([-arc.gain for arc in arcs], np.int64),
        )
    )
    placed = flow.add_arcs_with_capacity_and_unit_cost(tails, heads, most, costs)
    flow.set_nodes_supplies(np.array([source, sink], dtype=np.int32), np.array([amount, -amount], dtype=np.int64))
    if (status := flow.solve_max_flow_with_min_cost()) != flow.OPTIMAL:
        raise unsolved(str(status))
    return tuple(int(carried) for carried in flow.flows(placed))
