"""Who goes to which session: the three levels proven (HiGHS), beside a flow at the least cost without reserves (OR-Tools).

Each turn is a process of its own. The peer takes people one by one, as its documentation shows; ours counts those alike together.

make bench, or: python bench/assignment.py --turns 1
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from multiprocessing import get_context

import numpy as np
import polars as pl

from cigem_core.programmes.training.assignment import assign
from cigem_core.programmes.training.fit import OpenSession
from cigem_core.programmes.training.reserves import SessionReserve

TRADES = [
    "7532",
    "7531",
    "7534",
    "5120",
    "5142",
    "5141",
    "6121",
    "6112",
    "7114",
    "7112",
    "7115",
    "3511",
    "3512",
    "7213",
    "7212",
    "7512",
    "7511",
    "7233",
    "7231",
    "7411",
    "7412",
]
REGIONS = [f"ML-{number}" for number in range(1, 9)]
RESERVES = (
    SessionReserve(name="women", percent=Decimal(30), any=({"sex": "female"},)),
    SessionReserve(name="near", percent=Decimal(40), any=({"region": "ML-1"}, {"visitor": True})),
    SessionReserve(
        name="north", percent=Decimal(15), any=({"returnee": True, "region": "ML-6"}, {"returnee": True, "region": "ML-7"})
    ),
)


def made(people: int, sessions: int) -> tuple[list[OpenSession], pl.DataFrame]:
    """Invented sessions and candidates, the same on every run."""
    draw = random.Random(people)
    offered = [
        OpenSession(
            reference=f"S{at:05d}",
            occupation=draw.choice(TRADES),
            region=draw.choice(REGIONS),
            places=draw.choice([15, 20, 25, 30]),
        )
        for at in range(sessions)
    ]
    rows = [
        (
            f"C{at:06d}", draw.choice(TRADES), draw.choice([*REGIONS, None]), draw.choice(["female", "male"]),
            draw.choice([True, False, None]), draw.choice([True, False, None]), date(2009, 1, 4) + timedelta(draw.randrange(300)),
        )
        for at in range(people)
    ]  # fmt: skip
    names = ["candidate", "occupation", "region", "sex", "returnee", "visitor", "since"]
    return offered, pl.DataFrame(rows, schema=names, orient="row")


def ours(offered: list[OpenSession], people: pl.DataFrame, reserves: tuple[SessionReserve, ...]) -> str:
    """One assignment, whose bound must be proven."""
    done = assign(offered, people, reserves)
    assert done.score == done.bound, "what was found is not proven to be the best"
    score = done.score
    return f"{score.placed} placed, {score.reserved_met} reserved met, fit {score.fit}: proven"


def by_ortools(offered: list[OpenSession], people: pl.DataFrame, _: tuple[SessionReserve, ...]) -> str:
    """The same without reserves, person by person, by OR-Tools' min-cost flow: person → sessions of a trade and region → sink."""
    from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]

    pools: dict[tuple[str, str | None], int] = {}
    for session in offered:
        pools[session.occupation, session.region] = pools.get((session.occupation, session.region), 0) + session.places
    kinds = people.select("occupation", "region").unique(maintain_order=True)
    fits = pl.DataFrame(
        [
            (occupation, region, at, -100 + 30 * (occupation[3] != trade[3]) + 20 * (region is None or region != where))
            for occupation, region in kinds.iter_rows()
            for at, (trade, where) in enumerate(pools)
            if occupation[:3] == trade[:3]
        ],
        schema=["occupation", "region", "pool", "cost"],
        orient="row",
    )
    flow, many = min_cost_flow.SimpleMinCostFlow(), people.height
    arcs = people.select("occupation", "region", pl.int_range(pl.len()).alias("person"))
    arcs = arcs.join(fits, on=["occupation", "region"], nulls_equal=True)
    source, first, sink = many, many + 1, many + 1 + len(pools)
    one = np.ones(arcs.height, dtype=np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(
        arcs["person"].to_numpy().astype(np.int32),
        (arcs["pool"].to_numpy() + first).astype(np.int32),
        one,
        arcs["cost"].to_numpy(),
    )
    everyone, nothing = np.arange(many, dtype=np.int32), np.zeros(many, dtype=np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(np.full(many, source, np.int32), everyone, np.ones(many, np.int64), nothing)
    for at, room in enumerate(pools.values()):
        flow.add_arc_with_capacity_and_unit_cost(first + at, sink, room, 0)
    flow.set_node_supply(source, many)
    flow.set_node_supply(sink, -many)
    assert flow.solve_max_flow_with_min_cost() == flow.OPTIMAL
    return f"{flow.maximum_flow()} placed, fit {-flow.optimal_cost()}"


JOBS = {
    "ours, three levels proven": (ours, RESERVES),
    "ours, without reserves": (ours, ()),
    "OR-Tools' min-cost flow, without reserves": (by_ortools, ()),
}


def measured(title: str, people: int, sessions: int) -> tuple[float, float, str]:
    """CPU seconds and peak of memory (MiB) of one job, in this process."""
    work, reserves = JOBS[title]
    work(*made(100, 10), reserves)  # what is imported is not measured
    given = made(people, sessions)
    began = time.process_time()
    said = work(*given, reserves)
    return time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, said


def main() -> None:
    """A line a job and size; each turn is a process of its own, and the median counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=3)
    turns = parser.parse_args().turns
    for people, sessions in ((10_000, 300), (100_000, 1_000)):
        for title in JOBS:
            with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
                runs = list(pool.map(measured, [title] * turns, [people] * turns, [sessions] * turns))
            seconds, memory = statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)
            print(f"{people:,} × {sessions:,}: {title:<42} {seconds:6.2f} CPU s {memory:6.0f} MiB  {runs[0][2]}")


if __name__ == "__main__":
    main()
