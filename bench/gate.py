"""What the gate costs: a decision about a field, and its share of a whole pull.

python bench/gate.py                                a decision: the permit of an exchange, and whether each field may cross
python bench/gate.py --rows 1000000 --turns 3       and the pull of a file, with the gate and with its answers known beforehand
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

from rows import write

from cigem_core import Workspace
from cigem_core.exchange import pull
from cigem_core.model.conventions import Convention
from cigem_core.model.employment import JobSeeker
from cigem_core.model.fields import Kind, kind_of
from cigem_core.plugins import load
from cigem_core.policy import Mask, permit
from cigem_core.store import Store

ON = date(2009, 10, 1)
TURNS = 5_000
ASKED = ("permits", "hides", "takes", "permitted", "digest_of")
"""What an exchange asks of a mask."""


def main() -> None:
    """Microseconds of CPU a field, permit included: the best of three turns; then, where asked, the share of a pull."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=0)
    asked.add_argument("--turns", type=int, default=3)
    given = asked.parse_args()
    if hasattr(os, "sched_setaffinity"):
        # On one core, before any library counts them: CPU seconds are then work, not threads that wait for one another.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    conventions, kind = load().conventions, kind_of(JobSeeker)
    best = min(_turn(conventions, kind, ON) for _ in range(3))
    print(f"gate: {best / len(kind.fields):.2f} µs a field ({len(kind.fields)} fields, the permit compiled anew each time)")
    if given.rows:
        share(given.rows, given.turns)


def _turn(conventions: Sequence[Convention], kind: Kind, on: date) -> float:
    begun = time.process_time()
    for _ in range(TURNS):
        mask = permit(conventions, agency="anpe", direction="pull", on=on, kinds=[kind]).mask
        for name in kind.fields:
            mask.permits(kind, name)
    return (time.process_time() - begun) / TURNS * 1e6


def share(rows: int, turns: int) -> None:
    """The same pull in one process, in turns: as it is, with the gate's answers known beforehand, and with the gate timed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "demandeurs_200909.csv"
        write(file, rows)
        ways: dict[str, Callable[[], Any]] = {"gate": ExitStack, "no gate": _known, "timed": _timed}
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        within: list[float] = []
        for turn in range(turns):
            for way in sorted(ways, key=lambda way: (list(ways).index(way) + turn) % len(ways)):
                taken, spent = _pulled(file, Path(folder) / f"{way}{turn}.sqlite", ways[way])
                seconds[way].append(taken)
                within += [sum(spent)] if way == "timed" else []
        for way, some in seconds.items():
            print(f"pull of {rows:,} rows, {way:<8} {statistics.median(some):8.2f} CPU s   {', '.join(f'{s:.2f}' for s in some)}")
        between = statistics.median(seconds["gate"]) / statistics.median(seconds["no gate"]) - 1
        print(f"between the two: {between:+.1%}; within the gate: {max(within) * 1e3:.2f} ms, "
              f"{max(within) / statistics.median(seconds['timed']):.4%} of the pull")  # fmt: skip


def _pulled(file: Path, base: Path, way: Callable[[], Any]) -> tuple[float, Any]:
    with Workspace.create(base, on=ON, by="bench") as centre, way() as said:
        begun = time.process_time()
        centre.pull("anpe", file, on=ON, by="bench")
        spent = time.process_time() - begun
    base.unlink()
    return spent, said


@contextmanager
def _known() -> Iterator[None]:
    """The gate's work taken out: the permit is there already, and each question to the mask has its answer."""
    answered: dict[Any, Any] = {}

    def known(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def answer(*asked: Any, **named: Any) -> Any:
            key = name, *asked[1:]
            if key not in answered:
                answered[key] = work(*asked, **named)
            return answered[key]

        return answer

    with _replaced(known):
        yield


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Seconds within each question to the gate."""
    spent: list[float] = []

    def timed(_: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*asked: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return work(*asked, **named)
            finally:
                spent.append(time.perf_counter() - begun)

        return run

    with _replaced(timed):
        yield spent


@contextmanager
def _replaced(other: Callable[[str, Callable[..., Any]], Callable[..., Any]]) -> Iterator[None]:
    with ExitStack() as held:
        held.enter_context(mock.patch.object(pull, "permit", other("permit", permit)))
        held.enter_context(mock.patch.object(Store, "conventions", other("conventions", Store.conventions)))
        for name in ASKED:
            held.enter_context(mock.patch.object(Mask, name, other(name, vars(Mask)[name])))
        yield


if __name__ == "__main__":
    main()
