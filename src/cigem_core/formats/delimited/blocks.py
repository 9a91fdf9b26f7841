"""Delimited text in blocks of whole lines: of so many bytes, and of so many lines."""

from __future__ import annotations

from collections.abc import Iterator

from cigem_core.formats.source import Stream

BLOCK = 4 << 20
"""Bytes read at a time: large enough for columns to pay, small enough for a modest machine (8 MiB take as much time)."""

LINES = 1 << 17
"""Lines looked at together: a block of very short ones would take a hundred times its bytes."""


def whole_lines(stream: Stream, size: int) -> Iterator[tuple[bytes, bool]]:
    """Some lines at a time, and whether they are the last; a line longer than `size` stays in one piece."""
    pieces: list[bytes] = []
    while chunk := stream.read(size):
        cut = chunk.rfind(b"\n") + 1
        for lines in _few(chunk[:cut]):
            yield b"".join((*pieces, lines)), False
            pieces = []
        pieces.append(chunk[cut:])
    yield b"".join(pieces), True


def _few(lines: bytes) -> Iterator[bytes]:
    """Whole lines, not many more than `LINES` at a time."""
    if lines.count(b"\n") <= LINES:
        yield from filter(None, (lines,))
        return
    middle = lines.find(b"\n", len(lines) // 2, -1) + 1 or lines.rfind(b"\n", 0, -1) + 1
    yield from _few(lines[:middle])
    yield from _few(lines[middle:])
