"""Files made where nothing is: never over another, never through a link, and whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cigem_core.errors import is_taken, unwritable

PRIVATE, PLAIN = 0o600, 0o666
"""For its owner alone, where it holds personal data or a key; or as the system gives files to people, by its mask."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


def new_file(path: Path, mode: int = PRIVATE) -> Path:
    """Make an empty file where nothing is, no link either; OSError where something is."""
    os.close(os.open(path, _NEW, mode))
    return path


@contextmanager
def writing_new(path: Path, mode: int = PRIVATE) -> Iterator[Path]:
    """A new file to be written inside; it goes where that fails. OperatorError where one is there, or it cannot be written."""
    try:
        new_file(path, mode)
    except FileExistsError:
        raise is_taken(path) from None
    except OSError as error:
        raise unwritable(path, error) from None
    try:
        yield path
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unwritable(path, error) from None
        raise
