"""Protecting skewed tables of three breakdowns, beside pytauargus where installed: hidden cells, narrowed ones, CPU seconds.

    python bench/suppression.py --tables 3

Counts are Poisson draws around products of lognormal effects, so that a few cells are large and many small. A peer's table is
attacked like ours: sensitive cells it leaves narrower than the threshold count against it. pytauargus is asked for its modular
method, without a safety margin (`FREQ(5,0)`). Each runs in a process apart, for no longer than `--patience` seconds: what the
peer leaves behind, it leaves in a folder that is thrown away.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from cigem_core.disclosure import suppression
from cigem_core.disclosure.audit import Guarded, prove
from cigem_core.disclosure.cells import Universe, cube
from cigem_core.disclosure.protecting import protect

BY = ("d0", "d1", "d2")


def skewed(shape: tuple[int, int, int], seed: int, mean: float) -> pl.DataFrame:
    """A row a cell that is not empty."""
    random = np.random.default_rng(seed)
    effects = [random.lognormal(0, 0.8, size) for size in shape]
    expected = np.exp(mean) * np.einsum("i,j,k->ijk", *effects) * random.lognormal(0, 0.7, shape)
    counts = random.poisson(expected)
    counts[random.random(shape) < 0.09] = 0
    at = np.argwhere(counts > 0)
    codes = {name: [f"{value:02d}" for value in at[:, n]] for n, name in enumerate(BY)}
    return pl.DataFrame({**codes, "n": counts[counts > 0]})


Cells = set[frozenset[tuple[str, str]]]


def peer(frame: pl.DataFrame, patience: int) -> tuple[float, Cells | None] | None:
    """The CPU seconds pytauargus took, and what it hides, unless it was not done in time; None where it is not installed."""
    if find_spec("pytauargus") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        frame.write_parquet(path)
        command = [sys.executable, str(Path(__file__).resolve()), "--peer", str(path)]
        try:
            found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=patience)
        except subprocess.TimeoutExpired:
            return float(patience), None
        told = json.loads(found.stdout.splitlines()[-1])
    return told["seconds"], {frozenset(map(tuple, key)) for key in told["hidden"]}


def as_peer(path: str) -> None:
    """Protect one table as pytauargus does, and say what it hides."""
    import pytauargus  # type: ignore[import-not-found]

    frame = pl.read_parquet(path)
    people = frame.select(pl.exclude("n").repeat_by("n")).explode(*BY).with_columns(one=pl.lit(1.0))
    begun = time.process_time()
    done: Any = pytauargus.protect(people, list(BY), "one", safety_rules="FREQ(5,0)", suppress="MOD(1)")
    used = time.process_time() - begun
    shutil.rmtree(done.workdir, ignore_errors=True)  # it leaves the rows there, in plain text
    hidden = [row for row in done.tables[0].rows if row["status"] in ("U", "M")]
    keys = [[(name, row[name].strip()) for name in BY if row[name] != "Total"] for row in hidden]
    print(json.dumps({"seconds": used, "hidden": keys}))


def narrowed(frame: pl.DataFrame, hidden: Cells) -> int:
    """How many sensitive cells can be told more closely than the threshold."""
    table, universe = cube(frame.rename({"n": "value"}), BY, {}), Universe()
    universe.add(table.values, table.sums)
    equations = universe.equations()
    small = np.flatnonzero((equations.value > 0) & (equations.value < 5))
    guarded = Guarded(cells=small, width=np.full(len(small), 5), above=np.zeros(len(small), dtype=np.int64))
    at = np.array(sorted({equations.at[key] for key in hidden} | set(small.tolist())), dtype=np.int64)
    return int((~prove(equations, at, guarded).complete()).sum())


def main() -> None:
    """Say, for each table, what each of the two hides."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tables", type=int, default=3)
    asked.add_argument("--shape", type=int, nargs=3, action="append")
    asked.add_argument("--mean", type=float, default=3.0)
    asked.add_argument("--patience", type=int, default=300)
    asked.add_argument("--small", type=int, default=0, help="so many small tables instead: the search alone beside the fewest")
    asked.add_argument("--peer")
    given = asked.parse_args()
    if given.peer:
        as_peer(given.peer)
        return
    if given.small:
        fewest(given.small)
        return
    protect(skewed((3, 3, 2), 0, 3.0), by=BY, value="n")  # what is imported late is not reckoned to the first
    for shape in given.shape or [(60, 5, 2), (304, 10, 2)]:
        for seed in range(given.tables if len(given.shape or ()) == 1 or shape[0] < 100 else 1):
            _one(skewed(tuple(shape), seed, given.mean), given.patience)


SHAPES = ((3, 3, 1), (4, 5, 1), (6, 4, 1), (3, 3, 2), (4, 3, 2), (8, 5, 1), (5, 3, 3), (3, 3, 3), (4, 4, 2), (10, 6, 1))
MEANS = (0.5, 1.5, 2.5, 3.0)


def fewest(tables: int) -> None:
    """Of small tables: how many cells the search alone hides, how many are hidden, and for how many that is proven least."""
    small, alone, hidden, proven, slowest = suppression.SMALL, 0, 0, 0, 0.0
    for seed in range(tables):
        shape = SHAPES[seed % len(SHAPES)]
        frame, by = skewed(shape, seed, MEANS[seed // len(SHAPES) % len(MEANS)]), BY if shape[2] > 1 else BY[:2]
        suppression.SMALL = 0
        alone += protect(frame, by=by, value="n").loss.hidden
        suppression.SMALL, begun = small, time.process_time()
        loss = protect(frame, by=by, value="n").loss
        slowest = max(slowest, time.process_time() - begun)
        hidden, proven = hidden + loss.hidden, proven + loss.is_least
    print(f"{tables} small tables: {alone:,} cells hidden by the search alone, {hidden:,} where the fewest are looked for, "
          f"proven to be fewest of {proven}; {slowest:.1f} CPU s at most")  # fmt: skip


def _one(frame: pl.DataFrame, patience: int) -> None:
    begun = time.process_time()
    done = protect(frame, by=BY, value="n")
    used = time.process_time() - begun
    keys = {key for key in done.hidden if key in done.values}
    print(f"ours       {done.loss.cells:6,} cells, {done.loss.sensitive:5,} sensitive, {done.loss.hidden:5,} hidden "
          f"({done.loss.share:.0%}), {narrowed(frame, keys):4} narrowed, {used:6.2f} CPU s", flush=True)  # fmt: skip
    if (other := peer(frame, patience)) is not None:
        seconds, hidden = other
        said = "not done, stopped" if hidden is None else f"{len(hidden):5,} hidden       {narrowed(frame, hidden):5} narrowed"
        print(f"pytauargus {said:>53}, {seconds:6.2f} CPU s", flush=True)


if __name__ == "__main__":
    main()
