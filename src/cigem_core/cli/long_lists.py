"""Tables of very many rows, laid out by counting characters: Rich takes half a millisecond a row to fit them to a screen."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from cigem_core.cli.streams import HELD, SIGNS

MANY = 1000
"""Rows beyond which a table is laid out here."""
WORD = 24
"""Characters of a number, a day or a code, which is not parted."""
_LEAST = 8
"""Characters that a column of texts keeps on the narrowest screen."""

Rows = Sequence[Sequence[str]]


def laid_out(headings: Sequence[str], rows: Rows, *, width: int | None = None) -> str:
    """Rows under their headings, each line ending with its last word; a cell of several lines goes on below.

    With `width`, the columns of a screen: texts are parted between words to fit them, and what is one word stays whole.
    Without it each line of a cell is one line, however wide: nothing is parted in a file, or in another program.
    """
    lines = [tuple(headings), *(tuple(row) for row in rows)]
    widest = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    gap = "  " if width is None or sum(widest) + 2 * len(widest) <= width else " "
    widths = widest if width is None else _fitted(widest, rows, width - len(gap) * (len(widest) - 1))
    parted = widths != widest
    form = gap.join(f"{{:<{one}}}" for one in widths).format
    return "\n".join(told for line in lines for told in _lines(line, widths, form, parted=parted))


def _width(cell: str) -> int:
    return max(map(len, cell.split("\n"))) if "\n" in cell else len(cell)


def _fitted(widest: Sequence[int], rows: Rows, width: int) -> list[int]:
    """The width of each column: of those that hold texts, the widest give way first."""
    found, over = list(widest), sum(widest) - width
    gives = [at for at, most in enumerate(widest) if most > WORD or any(" " in row[at] for row in rows)]
    while over > 0 and (wide := [at for at in gives if found[at] > _LEAST]):
        first = max(wide, key=lambda at: found[at])
        others = [found[at] for at in wide if found[at] < found[first]]
        step = min(over, found[first] - max(others, default=_LEAST) or 1)
        found[first], over = found[first] - step, over - step
    return found


def _lines(cells: Sequence[str], widths: Sequence[int], form: Callable[..., str], *, parted: bool) -> Iterator[str]:
    if not parted and not any("\n" in cell for cell in cells):
        yield form(*cells).rstrip()
        return
    below = [_parts(cell, width) if parted else cell.split("\n") for cell, width in zip(cells, widths, strict=True)]
    for at in range(max(map(len, below))):
        yield form(*(some[at] if at < len(some) else "" for some in below)).rstrip()


@lru_cache(10_000)
def _parts(cell: str, width: int) -> list[str]:
    """A cell in lines no longer than its column; a sign stays beside its word."""
    if len(cell) <= width and "\n" not in cell:
        return [cell]
    held = (SIGNS.sub(HELD, line) for line in cell.split("\n"))
    return [part.replace(HELD, " ") for line in held for part in textwrap.wrap(line, width, break_on_hyphens=False) or [""]]
