"""What workers are asked to do in tests; it stands where they find it."""

from __future__ import annotations

import os
import time

import polars as pl

from cigem_core.formats.books.cells.markup import elements
from cigem_core.formats.guard.reasons import Unreadable

MIB = 1 << 20


def greet(name: str) -> str:
    return f"hello {name}"


def sleep() -> None:
    time.sleep(60)


def swell(mebibytes: int) -> int:
    return len(bytearray(os.urandom(MIB) * mebibytes))


def die() -> None:
    os._exit(3)


def refuse() -> None:
    raise Unreadable("sparse")


def boast() -> None:
    raise ValueError("Awa DIARRA, 65 12 34 56")


def elements_of(content: bytes) -> list[str]:
    return [element.name for element in elements((content,))]


def panic() -> None:
    raise pl.exceptions.PanicException("Awa DIARRA, 65 12 34 56")


def environment() -> dict[str, str]:
    return dict(os.environ)
