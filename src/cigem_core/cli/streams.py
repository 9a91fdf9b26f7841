"""What reaches a terminal: nothing that a cell, a file name or a service could make it obey."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO

from cigem_core.text import written_out


class Plain(io.TextIOBase):
    """A stream on which controls are written out; `beneath` is the one it writes to."""

    def __init__(self, beneath: TextIO) -> None:
        self.beneath = beneath

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """How characters are written."""
        return self.beneath.encoding or "utf-8"

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """What becomes of those that cannot be."""
        return self.beneath.errors

    def write(self, text: str) -> int:
        """Write a text, its controls as people read them."""
        if not isinstance(text, str):
            raise TypeError("a text is written here")
        self.beneath.write(written_out(text))
        return len(text)

    def flush(self) -> None:
        """Hand on what is held back."""
        self.beneath.flush()

    def isatty(self) -> bool:
        """Whether people look."""
        return self.beneath.isatty()

    def fileno(self) -> int:
        """The descriptor beneath."""
        return self.beneath.fileno()

    def writable(self) -> bool:
        """It is."""
        return True


@contextmanager
def plainly_said() -> Iterator[None]:
    """Whatever is printed in here is printed plainly."""
    out, err = (stream if isinstance(stream, Plain) else Plain(stream) for stream in (sys.stdout, sys.stderr))
    with redirect_stdout(out), redirect_stderr(err):
        yield


class _Nobody(io.TextIOBase):
    """A stream nobody reads: no terminal, so that no progress is drawn on it either."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        """Take a text, and leave it."""
        return len(text)

    def writable(self) -> bool:
        """It is."""
        return True


@contextmanager
def silenced() -> Iterator[None]:
    """Answers printed in here are heard by nobody; what is wrong is told as ever."""
    with redirect_stdout(_Nobody()):
        yield


def is_silenced() -> bool:
    """Whether answers are heard by nobody."""
    return isinstance(sys.stdout, _Nobody)
