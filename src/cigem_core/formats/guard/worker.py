"""The other process: it waits for a function to run, runs it within its limits, answers, and waits again.

    python -P -m cigem_core.formats.guard.worker

It ends when its parent does, or closes the pipe between them.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from importlib import import_module
from typing import IO, Any

from cigem_core.errors import CigemError
from cigem_core.formats.guard import wire
from cigem_core.formats.guard.limits import restrain
from cigem_core.formats.guard.panics import gives_up
from cigem_core.formats.guard.reasons import Unreadable


def main() -> None:
    """Answer until the other side is gone."""
    inlet, outlet = sys.stdin.buffer, _outlet()
    _warm_up()
    wire.send(outlet, {"ready": True})
    while True:
        try:
            asked = wire.receive(inlet)
        except EOFError:
            return
        wire.send(outlet, _answer(asked))


def _answer(asked: dict[str, Any]) -> dict[str, wire.Wired]:
    try:
        restrain(asked["memory"])
        _watch(asked["memory"])
        module, _, name = asked["function"].partition(":")
        return {"answer": getattr(import_module(module), name)(*asked["args"])}
    except Unreadable as why:
        return {"reason": why.reason}
    except CigemError as error:
        return {"reason": str(error.concerned.get("reason", "broken")), "text": [error.text.fr, error.text.en]}
    except MemoryError:
        return {"reason": "large"}
    except RecursionError:
        return {"reason": "deep"}
    except BaseException as error:
        # Parsers of hostile files raise whatever they like, panics too, and quote what they read.
        if not isinstance(error, Exception) and not gives_up(error):
            raise
        return {"reason": "broken"}


def _outlet() -> IO[bytes]:
    """The pipe to the parent, kept from whatever a library may print."""
    outlet = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return outlet


def _warm_up() -> None:
    """Import what is heavy before the clock runs."""
    import polars as pl

    pl.DataFrame({"a": ["1"]}).select(pl.col("a").cast(pl.Int64)).to_series().sum()


def _watch(memory: int) -> None:
    """Where the system does not keep a process within its memory but tells how much it took, end by our own hand."""
    if sys.platform == "darwin":
        _allowed[:] = [memory]
        if not any(thread.name == _WATCH for thread in threading.enumerate()):
            threading.Thread(target=_end_beyond, name=_WATCH, daemon=True).start()


_allowed = [0]
_WATCH = "watch"


def _end_beyond() -> None:
    import resource

    while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < _allowed[0]:
        time.sleep(0.02)
    os._exit(1)


if __name__ == "__main__":
    main()
