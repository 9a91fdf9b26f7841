"""Reading what strangers sent: in another process, with so much memory and so much time, and no more.

    guarded(read_sheets, content, name="plan.xlsx", size=len(content))

The function runs in a worker, a process of its own that is kept for the next call. Where it takes too long, takes too
much memory or brings its process down, the worker is put away, and the caller gets a SourceRefused.
"""

from __future__ import annotations

from collections.abc import Callable

from cigem_core.errors import SourceRefused
from cigem_core.formats.guard import workers
from cigem_core.formats.guard.limits import LIMITS, Limits
from cigem_core.formats.guard.reasons import sentence
from cigem_core.formats.guard.wire import Wired
from cigem_core.text import Text

__all__ = ["LIMITS", "Limits", "Wired", "guarded"]


def guarded(function: Callable[..., Wired], *args: Wired, name: str, size: int, limits: Limits = LIMITS) -> Wired:
    """What a function answers, run in a worker with what `limits` allow for `size` bytes.

    The function is found by its module and name, so it stands at the top of a module. Arguments and answer are JSON
    values and bytes: what a hostile file had a hand in is never unpickled. Raises SourceRefused, quoting nothing, where
    the function raised it, raised anything else, or did not end within its limits.
    """
    if size > limits.largest:
        raise SourceRefused(sentence("large", name), reason="large")
    asked = {"function": f"{function.__module__}:{function.__qualname__}", "args": list(args)}
    answer = workers.ask(asked, memory=limits.memory(size), seconds=limits.seconds(size))
    if "answer" in answer:
        answered: Wired = answer["answer"]
        return answered
    reason = str(answer.get("reason", "broken"))
    match answer.get("text"):
        case [str(fr), str(en)]:
            raise SourceRefused(Text(fr=fr, en=en), reason=reason)
        case _:
            raise SourceRefused(sentence(reason, name), reason=reason)
