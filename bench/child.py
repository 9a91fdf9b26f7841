"""One peer doing one job in a process of its own: `child.py PEER JOB FILE [BASE]`; what it found goes to the output."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path


def main() -> None:
    peer, job, file, *base = sys.argv[1:]
    found = getattr(importlib.import_module(f"peers.{peer}"), job)(file, *base)
    Path(file).with_suffix(".found").write_text(json.dumps(found), "utf-8")


if __name__ == "__main__":
    main()
