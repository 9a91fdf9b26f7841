"""Fails where fewer mutants were noticed than asked: mutmut itself ends well whatever survives."""

from __future__ import annotations

import json
import sys

NOTICED = ("killed", "timeout", "suspicious", "segfault")
UNNOTICED = ("survived", "no_tests")


def main(asked: float, stats: dict[str, int]) -> int:
    """Say how many were noticed; 1 where they are too few."""
    noticed, unnoticed = (sum(stats.get(name, 0) for name in names) for names in (NOTICED, UNNOTICED))
    share = 100 * noticed / max(1, noticed + unnoticed)
    print(f"{noticed} of {noticed + unnoticed} mutants noticed: {share:.1f} % ({asked:g} % asked)")
    return int(share < asked)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), json.load(sys.stdin)))
