"""Telling whoever waits how far a long work has come."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int], None]
"""Told, while a file or a list of a service is read, its name and how many records were read so far."""


def silent(_name: str, _read: int) -> None:
    """The progress of someone who does not look."""
