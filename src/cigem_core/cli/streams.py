"""What reaches a terminal: nothing that a cell, a file name or a service could make it obey."""

from __future__ import annotations

import io
import re
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from shutil import get_terminal_size
from typing import TextIO

from cigem_core.text import written_out

HELD = "\ue0a0"
"""Stands for a space at which no line is broken, until the lines are made."""
SIGNS = re.compile(r"(?<=«)[ \u00a0\u202f]|[ \u00a0\u202f](?=[»:;?!])")
"""The spaces that keep a French sign beside its word."""


def folded(text: str, width: int) -> str:
    """Sentences parted between words where a terminal would part them anywhere; tables and JSON stay as they are."""
    return "\n".join(_folded(line, width) if len(line) > width and line[0] not in ' {["' else line for line in text.split("\n"))


def _folded(line: str, width: int) -> str:
    held = SIGNS.sub(HELD, line)
    lines = textwrap.wrap(held, width, break_long_words=False, break_on_hyphens=False, replace_whitespace=False)
    return "\n".join(lines).replace(HELD, " ")


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
        told = written_out(text)
        self.beneath.write(folded(told, get_terminal_size().columns) if self.isatty() else told)
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
