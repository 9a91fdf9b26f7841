"""How great the numbers of a promise are: small in `make test`, `long` in `make test-all`, and in `make soak` as asked for."""

from __future__ import annotations

import os

LONG = "CIGEM_LONG"
"""Set where the greater numbers are asked for (make test-all)."""
HISTORIES = "CIGEM_HISTORIES"
"""How many histories `make soak` asks for."""


def many(small: int, *, long: int, each: int = 1) -> int:
    """How many to try; `each` is how many histories one of them stands for."""
    if HISTORIES in os.environ:
        return int(os.environ[HISTORIES]) // each
    return long if is_long() else small


def is_long() -> bool:
    """Whether more is asked for than a newcomer has time for."""
    return LONG in os.environ or HISTORIES in os.environ
