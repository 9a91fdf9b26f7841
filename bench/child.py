"""One peer doing one job in a process of its own: `child.py PEER JOB FILE [BASE]`; what it found goes to the output."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        # On one core, before any library counts them: CPU seconds are then work, not threads that wait for one another.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    peer, job, file, *base = sys.argv[1:]
    found = getattr(importlib.import_module(f"peers.{peer}"), job)(file, *base)
    Path(file).with_suffix(".found").write_text(json.dumps(found), "utf-8")


if __name__ == "__main__":
    main()
