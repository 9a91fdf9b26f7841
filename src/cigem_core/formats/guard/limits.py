"""How much memory and time a file may take: a fixed amount while it is small, more in proportion when it is large."""

from __future__ import annotations

import sys

from attrs import frozen

_MIB = 1 << 20


@frozen(kw_only=True)
class Limits:
    """What reading one file may take. Whoever embeds the library may hand in wider ones.

    A file of up to `small` bytes gets the `least`. Each further byte adds to both, up to the `most`: only a file that
    is large itself, and so costs its sender something, may ask for much.
    """

    small: int = 4 * _MIB
    least_memory: int = 256 * _MIB
    most_memory: int = 2048 * _MIB
    memory_per_byte: int = 24
    least_seconds: float = 4.5
    """With what it takes to notice and to end a worker, five in all."""
    most_seconds: float = 120.0
    bytes_per_second: int = _MIB // 2
    largest: int = 256 * _MIB
    """Bytes of a file that is looked at in one piece."""
    entries: int = 10_000
    """Parts of an archive."""
    unfolded: int = 64 * _MIB
    """Bytes the parts of an archive may unfold to, whatever its size…"""
    unfolded_per_byte: int = 30
    """…and what each byte of the archive adds."""

    def memory(self, size: int) -> int:
        """Bytes of memory for a file of so many bytes, the worker's own included."""
        return min(self.least_memory + self._beyond(size) * self.memory_per_byte, self.most_memory)

    def seconds(self, size: int) -> float:
        """Seconds for a file of so many bytes."""
        return min(self.least_seconds + self._beyond(size) / self.bytes_per_second, self.most_seconds)

    def unfolds_to(self, size: int) -> int:
        """Bytes an archive of so many bytes may unfold to."""
        return self.unfolded + size * self.unfolded_per_byte

    def _beyond(self, size: int) -> int:
        return max(0, size - self.small)


LIMITS = Limits()
"""What is allowed where nothing else is said."""


def restrain(memory: int) -> None:
    """Have more memory than a process may take refused to it, where the system can do that.

    Address space is what the system counts, and allocators map more than they use: this stops what is asked for at
    once. What is taken little by little is watched from outside (see `workers`).
    """
    if not sys.platform.startswith("linux"):
        return
    import resource

    import psutil

    allowed = psutil.Process().memory_info().vms + memory + memory // 2
    hardest = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (allowed if hardest == resource.RLIM_INFINITY else min(allowed, hardest), hardest))


def resident(process: int) -> int:
    """Bytes of memory a process has; 0 where it is gone."""
    import psutil

    try:
        return int(psutil.Process(process).memory_info().rss)
    except psutil.Error:
        return 0
