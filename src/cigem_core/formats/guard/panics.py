"""Where Polars gives up on what a stranger sent, be it by an error or by a panic, which `except Exception` lets pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from cigem_core.errors import SourceRefused
from cigem_core.formats.guard.reasons import sentence

T = TypeVar("T")


@contextmanager
def unpanicked(name: str) -> Iterator[None]:
    """Refuse the source of that name where Polars gives up while it is read; nothing of what it says is quoted."""
    try:
        yield
    except BaseException as error:
        if gives_up(error):
            raise SourceRefused(sentence("broken", name), reason="broken") from None
        raise


def each_unpanicked(name: str, parts: Iterable[T]) -> Iterator[T]:
    """Some parts of a source of that name, each made under `unpanicked`."""
    found = iter(parts)
    while True:
        with unpanicked(name):
            try:
                part = next(found)
            except StopIteration:
                return
        yield part


def gives_up(error: BaseException) -> bool:
    """Whether an exception is Polars' own: a panic of its Rust is a BaseException."""
    return any(kind.__module__.startswith(("pyo3_runtime", "polars.")) for kind in type(error).__mro__)
