"""How much validation costs beside merely parsing the same file: CPU time, side by side, as ratios.

make bench                      200,000 rows, three turns
python bench/validation.py 1000000 5
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rows import write

JOBS = {
    "floor: polars.read_csv of the cp1252 file, as text": """
import polars as pl
n = pl.read_csv(path, separator=";", encoding="cp1252", infer_schema=False).height""",
    "validation: every (row, column, rule) named": """
from cigem_anpe import seekers
n = sum(batch.read for batch in seekers.scan(path))""",
    "pull: the same into a new workspace": """
import os
from datetime import date
from cigem_core import Workspace
base = path + ".sqlite"
for suffix in ("", "-wal", "-shm"):
    if os.path.exists(base + suffix): os.remove(base + suffix)
day = date(2009, 10, 1)
with Workspace.create(base, on=day, by="bench") as centre:
    n = centre.pull("anpe", path, on=day, by="bench").counts.read""",
}
_MEASURE = """
import json, resource, sys
path = sys.argv[1]
{job}
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([n, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


def measure(job: str, path: Path) -> tuple[int, float, float]:
    """Rows, CPU seconds and peak memory (MiB) of a job in a process of its own, start included."""
    run = subprocess.run([sys.executable, "-c", _MEASURE.format(job=job), str(path)], capture_output=True, text=True, check=True)
    rows, seconds, memory = json.loads(run.stdout)
    return rows, seconds, memory


def main() -> None:
    """Write the rows, take the jobs in turn, print medians and ratios to the floor."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    turns = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demandeurs_200909.csv"
        write(path, rows)
        results: dict[str, list[tuple[int, float, float]]] = {name: [] for name in JOBS}
        for _ in range(turns):
            for name, job in JOBS.items():
                results[name].append(measure(job, path))
    print(f"{rows:,} rows, {turns} turns, median CPU seconds of a whole process")
    floor = statistics.median(seconds for _, seconds, _ in next(iter(results.values())))
    for name, found in results.items():
        seconds = statistics.median(s for _, s, _ in found)
        memory = max(m for _, _, m in found)
        print(f"{seconds:8.2f} s  {seconds / floor:5.1f} × floor  {memory:7.0f} MiB peak  {found[0][0]:>10,} rows  {name}")


if __name__ == "__main__":
    main()
