"""A solver that keeps quiet: HiGHS prints a banner on standard output when its first solver is made."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cigem_core.errors import MissingExtra
from cigem_core.text import Text

_one_at_a_time = threading.Lock()


def solver() -> Any:
    """A HiGHS solver that is silent, on one thread, and does the same on every run."""
    try:
        import highspy
    except ModuleNotFoundError:
        raise missing_solver() from None
    with _one_at_a_time, _nothing_printed():
        made: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    settings = {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 0.0, "mip_abs_gap": 0.9}
    for name, value in settings.items():
        made.setOptionValue(name, value)
    return made


def solve(made: Any) -> None:
    """Let a solver run.

    All solvers of a program share their threads. Where a caller's own asked for another number of them before, HiGHS runs
    none that asks for one thread: then ours takes them as they are, and does what it would do alone.
    """
    import highspy

    if made.run() == highspy.HighsStatus.kError and made.getModelStatus() == highspy.HighsModelStatus.kNotset:
        made.setOptionValue("threads", 0)
        made.setOptionValue("parallel", "off")
        made.run()


def missing_solver() -> MissingExtra:
    """The refusal where the extra is not installed."""
    return MissingExtra(
        Text(
            fr="répartir au mieux, ou prouver ce qu'on cache, demande une extension : pip install cigem-core[solve]",
            en="finding what is best, or proving what is hidden, needs an extra: pip install cigem-core[solve]",
        )
    )


@contextmanager
def _nothing_printed() -> Iterator[None]:
    """Standard output leads nowhere meanwhile, for C as well: a program that reads our JSON must read nothing else."""
    try:
        sys.stdout.flush()
        _flush()
        kept = os.dup(1)
    except (OSError, ValueError, AttributeError):  # there is no standard output to keep clean
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
        _flush()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _flush() -> None:
    """Write what C still holds back: it would come out later, after standard output is itself again."""
    library = ctypes.CDLL("ucrtbase" if os.name == "nt" else None)
    library.fflush(None)
