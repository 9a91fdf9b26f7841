"""What a decision of the gate costs: the permit of an exchange, and whether each field of its records may cross.

python bench/gate.py
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date

from cigem_core.model.conventions import Convention
from cigem_core.model.employment import JobSeeker
from cigem_core.model.fields import Kind, kind_of
from cigem_core.plugins import load
from cigem_core.policy import permit

TURNS = 5_000


def main() -> None:
    """Microseconds of CPU a field, permit included: the best of three turns."""
    conventions, kind, on = load().conventions, kind_of(JobSeeker), date(2009, 10, 1)
    best = min(_turn(conventions, kind, on) for _ in range(3))
    print(f"gate: {best / len(kind.fields):.2f} µs a field ({len(kind.fields)} fields, the permit compiled anew each time)")


def _turn(conventions: Sequence[Convention], kind: Kind, on: date) -> float:
    begun = time.process_time()
    for _ in range(TURNS):
        mask = permit(conventions, agency="anpe", direction="pull", on=on, kinds=[kind]).mask
        for name in kind.fields:
            mask.permits(kind, name)
    return (time.process_time() - begun) / TURNS * 1e6


if __name__ == "__main__":
    main()
