"""What a workspace gives and takes by the column: frames, frames of a day, objects, and records of the centre's own.

python bench/columns.py --rows 1000000 --turns 3

Beside it what a reader of the file's tables would do by hand: `polars.read_database` of the table as it stands. Each job is a
process of its own: how long it is waited for, its CPU seconds, both beyond those of its start, and its peak of memory.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import polars as pl
from rows import write

from cigem_core import Identity, JobSeeker, Workspace
from cigem_core.model.migrants import Migrant

FIRST, ON = date(2009, 10, 1), date(2009, 12, 31)
FIELDS = ("identity.sex", "identity.birth", "residence.region", "education")
KEPT = 100_000


def by_hand(base: Path) -> int:
    """The table as it stands: every column a text or a number, nothing split."""
    with closing(sqlite3.connect(base)) as connection:
        return pl.read_database("SELECT * FROM current_job_seeker", connection, infer_schema_length=None).height


def every_field(base: Path) -> int:
    """The current records, typed."""
    with Workspace(base) as centre:
        return centre.frame(JobSeeker).height


def four_fields(base: Path) -> int:
    """Of each record a code, a birth, a place and a level."""
    with Workspace(base) as centre:
        return centre.frame(JobSeeker, fields=FIELDS).height


def four_fields_then(base: Path) -> int:
    """The same, as they stood on a day."""
    with Workspace(base) as centre:
        return centre.frame(JobSeeker, fields=FIELDS, at=ON).height


def objects(base: Path) -> int:
    """Every record as an object of its kind."""
    with Workspace(base) as centre:
        return sum(1 for _ in centre.records(JobSeeker))


def kept(base: Path) -> int:
    """As many migrants' files, kept as one act: versions, current records, journal line and proofs."""
    made = [
        Migrant(reference=f"MG-2009-{n:06d}", identity=Identity(family_name="Traoré", given_names="Awa")) for n in range(KEPT)
    ]
    with Workspace(base) as centre:
        return len(centre.store.keep(*made, act="open", on=ON, by="awa"))


JOBS = {
    "polars.read_database of the table, by hand": by_hand, "frame, every field": every_field, "frame, four fields": four_fields,
    "frame, four fields, at=": four_fields_then, "records, as objects": objects, f"keep, {KEPT:,} files": kept,
}  # fmt: skip


def child(job: str, base: Path) -> None:
    """One job: what it took, and of what it told."""
    since, begun = time.perf_counter(), time.process_time()
    told = JOBS[job](base)
    print(f"{time.perf_counter() - since} {time.process_time() - begun} {_peak()} {told}")


def _peak() -> float:
    """MiB this process took at most. `getrusage` would count what it was cloned from; 0 where nobody says."""
    said = Path("/proc/self/status")
    lines = said.read_text().splitlines() if said.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def main() -> None:
    """Fill a workspace, and print a line for each job."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--turns", type=int, default=3)
    asked.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.child:
        child(given.child[0], Path(given.child[1]))
        return
    with tempfile.TemporaryDirectory() as temporary:
        full, scratch = Path(temporary) / "full.sqlite", Path(temporary) / "scratch.sqlite"
        fill(full, given.rows)
        print(f"{'':<45} {'s':>7} {'CPU s':>7} {'µs each':>8} {'MiB':>6}")
        for job in JOBS:
            spent = []
            for _ in range(given.turns):
                shutil.copy(full, scratch)
                line = subprocess.run(
                    [sys.executable, __file__, "--child", job, str(scratch)], capture_output=True, text=True, check=True
                )
                spent.append(tuple(map(float, line.stdout.split())))
            waited, seconds, memory, told = (statistics.median(one) for one in zip(*spent, strict=True))
            print(f"{job:<45} {waited:7.2f} {seconds:7.2f} {seconds / told * 1e6:8.2f} {memory:6.0f}")


def fill(base: Path, rows: int) -> None:
    """A workspace that took so many job seekers, as `rows.py` writes them."""
    file = base.with_name("demandeurs_200909.csv")
    write(file, rows)
    with Workspace.create(base, on=FIRST, by="bench") as centre:
        centre.pull("anpe", file, on=FIRST, by="bench")


if __name__ == "__main__":
    main()
