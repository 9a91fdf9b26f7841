"""Who goes to which session: the three levels proven (HiGHS), beside a flow at least cost without reserves (OR-Tools).

make bench, or: python bench/assignment.py --turns 1
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import time
from datetime import date, timedelta
from decimal import Decimal

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


def timed(offered: list[OpenSession], people: pl.DataFrame, reserves: tuple[SessionReserve, ...]) -> float:
    """CPU seconds of one assignment, whose bound must be proven."""
    start = time.process_time()
    done = assign(offered, people, reserves)
    assert done.score == done.bound
    return time.process_time() - start


def main() -> None:
    """One line a size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=3)
    turns = parser.parse_args().turns
    made_small = made(100, 10)
    timed(*made_small, RESERVES), timed(*made_small, ())  # what is imported is not measured
    for people, sessions in ((10_000, 300), (100_000, 1_000)):
        given = made(people, sessions)
        proven, flow = (statistics.median(timed(*given, reserves) for _ in range(turns)) for reserves in (RESERVES, ()))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        told = f"three levels proven {proven:.2f} CPU s, flow without reserves {flow:.2f} CPU s, {memory:.2f} GB"
        print(f"{people} × {sessions}: {told}")


if __name__ == "__main__":
    main()
