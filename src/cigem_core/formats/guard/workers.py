"""The workers of this process: taken for one call, kept for the next, replaced when they fail."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, Any

from cigem_core.formats.guard import wire
from cigem_core.formats.guard.limits import resident

_STARTS = 120.0
"""Seconds a worker may take to start, on a machine that is busy; they are not counted against the file."""

_THRIFTY = {
    "POLARS_MAX_THREADS": "2",
    "MALLOC_ARENA_MAX": "2",
    "_RJEM_MALLOC_CONF": "narenas:2,background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0,retain:false",
}
"""Allocators that give back what they do not need, addresses too (`retain:false`), for those are counted against a worker,
and do not reserve what they may need."""

_KEPT = (
    "PATH", "HOME", "TMPDIR", "TMP", "TEMP", "LANG", "LC_ALL", "LC_CTYPE", "TZ",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "WINDIR", "USERPROFILE", "PYTHONHOME",
)  # fmt: skip
"""What a process needs to find its libraries and speak its language. Tokens, passwords and proxies are none of it."""


def bare() -> dict[str, str]:
    """The environment of a worker: nothing secret, for it reads what strangers sent."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | _THRIFTY | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


_idle: list[Worker] = []
_lock = threading.Lock()


class Worker:
    """A process that waits for functions to run."""

    def __init__(self) -> None:
        command = [sys.executable, "-P", "-m", "cigem_core.formats.guard.worker"]
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter, our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=bare()
        )
        self._is_ready = False

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def has_room(self, memory: int) -> bool:
        """Whether it kept so little of what it read before that the next file has most of its memory to itself."""
        return resident(self._process.pid) <= memory * 5 // 8

    def ask(self, request: Mapping[str, Any], *, memory: int, seconds: float) -> dict[str, Any]:
        """What it answers; where it does not, it is gone, and the reason is said."""
        if not self._is_ready:
            self._within(_STARTS, None, self._receive)
            self._is_ready = True
        return self._within(seconds, memory, partial(self._exchange, {**request, "memory": memory}))

    def end(self) -> None:
        """Put it away at once."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close(pipe)
        self._process.wait()

    def _within(self, seconds: float, memory: int | None, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        watch = _Watch(self._process, seconds, memory)
        watch.start()
        try:
            return act()
        except (EOFError, OSError):
            # It is gone, or going: until it is buried it would pass for one that can be asked.
            self._process.kill()
            self._process.wait()
            return {"reason": watch.reason}
        finally:
            watch.is_over.set()
            watch.join()
            if watch.has_ended_it:
                self._process.wait()  # so that nobody asks one that is about to be gone

    def _exchange(self, request: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        wire.send(self._process.stdin, request)
        return self._receive()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = wire.receive(self._process.stdout)
        return answer


class _Watch(threading.Thread):
    """Ends a worker that takes too long, or more memory than it may have."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float, memory: int | None) -> None:
        super().__init__(daemon=True)
        self.is_over = threading.Event()
        self.has_ended_it = False
        self.reason = "large"  # a worker that ends by itself was refused memory
        self._process, self._seconds, self._memory = process, seconds, memory

    def run(self) -> None:
        """Look now and then, until it is over."""
        ends = time.monotonic() + self._seconds
        while not self.is_over.wait(_GLANCE):
            if time.monotonic() > ends:
                self.reason = "time"
                self._end()
                return
            if self._memory is not None and resident(self._process.pid) > self._memory - _MARGIN:
                self._end()
                return

    def _end(self) -> None:
        self.has_ended_it = True
        self._process.kill()


_GLANCE = 0.01
_MARGIN = 24 << 20
"""What a process may take between two glances."""


def ask(request: Mapping[str, Any], *, memory: int, seconds: float) -> dict[str, Any]:
    """The answer of a worker, or why there is none. A worker that fails, or kept much memory, is replaced."""
    worker = _take(memory)
    kept = None
    try:
        answer = worker.ask(request, memory=memory, seconds=seconds)
        kept = worker if worker.is_alive else None
        return answer
    finally:
        if kept is None:
            worker.end()
        with _lock:
            _idle.append(kept or Worker())  # a new one starts while nobody waits for it


def _take(memory: int) -> Worker:
    with _lock:
        while _idle:
            worker = _idle.pop()
            if worker.is_alive and worker.has_room(memory):
                return worker
            worker.end()
    return Worker()


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        return  # what was still to be written has nobody to read it


def close() -> None:
    """Put all idle workers away."""
    with _lock:
        while _idle:
            _idle.pop().end()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    # Workers are the parent's: two processes at one pipe would mix what they say.
    os.register_at_fork(after_in_child=_idle.clear)
