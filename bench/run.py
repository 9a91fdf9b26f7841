"""Side by side in one run: what validating a file costs beside merely parsing it, and who names every wrong cell.

make bench                 1,000,000 rows, three turns
make bench ROWS=100000 TURNS=1
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from common import write_lists
from rows import Truth, write


class Job(NamedTuple):
    """What a peer is asked to do, and on how many rows at most."""

    peer: str
    job: str
    title: str
    at_most: int | None = None


class Turn(NamedTuple):
    """What a process used and said, or why it could not."""

    seconds: float = 0.0
    memory: float = 0.0
    rows: int = 0
    named: frozenset[Truth] = frozenset()
    broke: str = ""


SLOW = 100_000
FLOOR = Job("floor", "check", "floor: polars.read_csv, as text")
VALIDATE = (
    FLOOR,
    Job("cigem", "check", "ours: seekers.scan"),
    Job("by_polars", "check", "Polars by hand"),
    Job("by_duckdb", "check", "DuckDB SQL"),
    Job("by_msgspec", "check", "msgspec, row by row"),
    Job("by_pydantic", "check", "pydantic v2, row by row"),
    Job("by_cattrs", "check", "attrs/cattrs, as quick as it gets"),
    Job("by_cattrs", "check_as_documented", "attrs/cattrs, as documented"),
)
KEEP = (
    Job("cigem", "keep", "ours: seekers.scan"),
    Job("cigem", "keep_by_columns", "ours: seekers.scan, by columns (ADBC)"),
    Job("by_polars", "keep", "Polars by hand"),
    Job("by_duckdb", "keep", "DuckDB SQL"),
    Job("by_msgspec", "keep", "msgspec, row by row"),
    Job("by_pydantic", "keep", "pydantic v2, row by row"),
    Job("by_cattrs", "keep", "attrs/cattrs, as quick as it gets"),
    Job("by_cattrs", "keep_as_documented", "attrs/cattrs, as documented"),
    Job("cigem", "pull", "ours: Workspace.pull, whole exchange"),
)
SMALL = (
    Job("floor", "check", "floor: polars.read_csv, as text", SLOW),
    Job("cigem", "check", "ours: seekers.scan", SLOW),
    Job("cigem", "pull", "ours: Workspace.pull, whole exchange", SLOW),
    Job("by_frictionless", "check", "frictionless", SLOW),
    Job("by_singer", "keep", "singer-sdk: a tap into a target", SLOW),
    Job("by_dlt", "keep", "dlt: a resource with a model", SLOW),
)
PACKAGES = (
    "polars",
    "duckdb",
    "msgspec",
    "pydantic",
    "attrs",
    "cattrs",
    "frictionless",
    "singer-sdk",
    "dlt",
    "adbc-driver-sqlite",
)


def main() -> None:
    """Write the files, take the jobs in turn, print one table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--turns", type=int, default=3)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="cigem-bench-") as folder:
        large, small = Path(folder, "large"), Path(folder, "small")
        truths = {large: _write(large, wanted.rows), small: _write(small, min(wanted.rows, SLOW))}
        turns: dict[Job, list[Turn]] = {job: [] for job in (*VALIDATE, *KEEP, *SMALL)}
        for number in range(wanted.turns):
            for job in _rotated(list(turns), number):
                turn = _take(job, small if job.at_most else large)
                turns[job].append(turn)
                print(f"turn {number + 1}: {job.title} ({job.job}) {turn.broke or f'{turn.seconds:.2f} s'}", file=sys.stderr)
        _print(wanted.rows, turns, truths[large], truths[small])


def _write(folder: Path, rows: int) -> frozenset[Truth]:
    folder.mkdir()
    write_lists(_file(folder).with_suffix(".json"))
    return frozenset(write(_file(folder), rows))


def _file(folder: Path) -> Path:
    return folder / "demandeurs_200909.csv"


def _rotated(jobs: list[Job], number: int) -> Iterator[Job]:
    """The jobs, begun a third further on each turn: none always runs first, or after the same rest."""
    start = number * (len(jobs) // 3 + 1) % len(jobs)
    yield from jobs[start:]
    yield from jobs[:start]


def _take(job: Job, folder: Path) -> Turn:
    """One process, its start and end included: its CPU time, and that of the processes it waited for."""
    file, work = _file(folder), folder / "work"
    work.mkdir()
    base = [] if job.job.startswith("check") else [str(work / "base.sqlite")]
    environment = os.environ | {"TMPDIR": str(work), "HOME": str(work), "RUNTIME__DLTHUB_TELEMETRY": "false", "DO_NOT_TRACK": "1"}
    command = [sys.executable, str(Path(__file__).with_name("child.py")), job.peer, job.job, str(file), *base]
    try:
        with (work / "said").open("w+b") as said:
            child = subprocess.Popen(command, stdout=said, stderr=said, env=environment, cwd=work)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
        if child.returncode:
            return Turn(broke=last or f"exit code {child.returncode}")
        rows, faults = json.loads(file.with_suffix(".found").read_text("utf-8"))
        named = frozenset((row, column, rule) for row, column, rule in faults)
        return Turn(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, rows, named)
    finally:
        shutil.rmtree(work)


def _print(rows: int, turns: dict[Job, list[Turn]], large: frozenset[Truth], small: frozenset[Truth]) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {len(turns[FLOOR])} turns, median CPU seconds of a whole process")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; " + ", ".join(_versions()))
    _print_part(f"{rows:,} rows: validate", VALIDATE, turns, large)
    _print_part(f"{rows:,} rows: validate, accepted rows into SQLite", KEEP, turns, large)
    _print_part(f"{min(rows, SLOW):,} rows: frameworks", SMALL, turns, small)
    for theirs in (job for job in KEEP if job.peer == "by_cattrs"):
        ours = {job.title: _median(turns[job]) for job in KEEP if job.peer == "cigem"}
        told = ", ".join(f"{_median(turns[theirs]) / seconds:.1f} × {title}" for title, seconds in ours.items() if seconds)
        print(f"\nInto the same SQLite table, {theirs.title} costs {told}")


def _median(turns: list[Turn]) -> float:
    """The median CPU seconds of a job; 0 where it could not run."""
    return 0.0 if any(turn.broke for turn in turns) else statistics.median(turn.seconds for turn in turns)


def _versions() -> Iterator[str]:
    for package in PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"{package} absent"


def _print_part(title: str, jobs: tuple[Job, ...], turns: dict[Job, list[Turn]], truth: frozenset[Truth]) -> None:
    floor = statistics.median(t.seconds for t in turns[SMALL[0] if jobs is SMALL else FLOOR])
    print(f"\n{title:48} {'CPU s':>8} {'spread':>15} {'× floor':>8} {'MiB':>6}  names (row, column, rule), of {len(truth):,}")
    for job in jobs:
        if broke := [turn.broke for turn in turns[job] if turn.broke]:
            print(f"{job.title:48} could not run: {broke[0][:120]}")
            continue
        seconds = sorted(turn.seconds for turn in turns[job])
        memory = max(turn.memory for turn in turns[job])
        middle = statistics.median(seconds)
        spread = f"{seconds[0]:.2f}–{seconds[-1]:.2f}"
        said = _verdict(turns[job][-1].named, truth, import_module(f"peers.{job.peer}").NOTE if job.peer != "floor" else None)
        print(f"{job.title:48} {middle:8.2f} {spread:>15} {middle / floor:8.1f} {memory:6.0f}  {said}")


def _verdict(named: frozenset[Truth], truth: frozenset[Truth], note: str | None) -> str:
    """Whether what was named is exactly what is wrong; where not, how far it goes."""
    if note is None:
        return "–"
    if named == truth:
        return "exactly" + (f" ({note})" if note else "")
    rows = {row for row, *_ in named} & {row for row, *_ in truth}
    return f"{len(named & truth):,} + {len(named - truth):,} others, {len(rows):,} of its rows ({note})"


if __name__ == "__main__":
    main()
