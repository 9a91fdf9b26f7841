"""The watch over a command's process: a plugin that never lets go of the interpreter ends it, and nobody waits for ever."""

from __future__ import annotations

import faulthandler
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_ends_after: float | None = None
"""After how many seconds the process itself is ended where a plugin does not let go of the interpreter; None: never."""


def own_process(ends_after: float = 30.0) -> None:
    """Say that the process is a command's, and nobody else's: a plugin that computes without an end ends it.

    What loops in C and never lets go of the interpreter cannot be left behind, for no other thread runs on. The system's own
    watch then ends the process and shows on standard error in which file and line it was.
    """
    global _ends_after
    _ends_after = ends_after


@contextmanager
def held() -> Iterator[None]:
    """The time in which a plugin works, watched where the process is a command's."""
    if _ends_after is None or sys.__stderr__ is None:
        yield
        return
    faulthandler.dump_traceback_later(_ends_after, exit=True, file=sys.__stderr__)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
