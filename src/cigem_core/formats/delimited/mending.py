"""Reading a record whose quotes break the grammar: what it most likely meant.

Among all the ways to part the record at its delimiters, the one that explains it with the fewest wrong quotes and
gives the width of the table is kept. It is a guess, used only where nobody declared the table, and always told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SOUND = re.compile(r'"[^"]*(?:""[^"]*)*"')

_MOST, _LONGEST, _WAYS = 200, 20, 6
"""Bounds to the search: pieces of a record, pieces of a cell, ways kept up to each piece. Beyond, records are parted at
every delimiter."""

_LOST_QUOTE, _OFF_WIDTH, _CROSSED = 1.0, 1.5, 3.0
"""What it costs to take a quote for a letter, to miss a cell or have one too many, to cross a delimiter for nothing."""


def mend(record: str, delimiter: str, width: int, *, search: bool = True) -> list[str]:
    """The cells a record most likely has; without search, it is parted at every delimiter."""
    pieces = record.split(delimiter)
    if not search or len(pieces) > _MOST or '"' not in record:
        return [_value(piece) for piece in pieces]
    return [_value(delimiter.join(pieces[begin:end])) for begin, end in _parts(pieces, width)]


def effort(record: str, delimiter: str) -> int:
    """About how many cells a search tries: what it costs beside other records."""
    return (record.count(delimiter) + 1) * min(record.count('"') + 1, _LONGEST)


def _parts(pieces: Sequence[str], width: int) -> list[tuple[int, int]]:
    """The cheapest way to join pieces into cells, as pairs of where a cell begins and where the next one does.

    `best[end][count]` is the cost of making so many cells of the pieces before `end`, and where the last begins.
    """
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for end in range(1, len(pieces) + 1):
        here: dict[int, tuple[float, int]] = {}
        for begin in _begins(pieces, end):
            cost = _cost(pieces[begin:end])
            for count, (before, _) in best[begin].items():
                if before + cost < here.get(count + 1, (float("inf"), 0))[0]:
                    here[count + 1] = (before + cost, begin)
        best.append(dict(sorted(here.items(), key=lambda way: way[1][0])[:_WAYS]))
    count = min(best[-1], key=lambda count: best[-1][count][0] + _OFF_WIDTH * abs(count - width))
    return _trace(best, count)


def _begins(pieces: Sequence[str], end: int) -> list[int]:
    """Where a cell that ends there may begin: one piece, or several from an opening quote to a closing one."""
    if not pieces[end - 1].rstrip().endswith('"'):
        return [end - 1]
    return [end - 1, *(begin for begin in range(max(0, end - _LONGEST), end - 1) if pieces[begin].lstrip().startswith('"'))]


def _trace(best: list[dict[int, tuple[float, int]]], count: int) -> list[tuple[int, int]]:
    parts, end = [], len(best) - 1
    while end:
        begin = best[end][count][1]
        parts.append((begin, end))
        end, count = begin, count - 1
    return parts[::-1]


def _cost(pieces: Sequence[str]) -> float:
    """How many quotes of a cell are taken for letters."""
    cell = pieces[0] if len(pieces) == 1 else ",".join(pieces)
    if '"' not in cell or _SOUND.fullmatch(cell):
        return 0.0
    inner = cell.strip()
    quoted = len(inner) > 1 and inner.startswith('"') and inner.endswith('"')
    crossed = sum(1 for piece in pieces[:-1] if piece.rstrip().endswith('"')) if len(pieces) > 1 else 0
    stray = inner[1:-1].replace('""', "").count('"') if quoted else inner.count('"')
    return _LOST_QUOTE * max(stray, not quoted) + _CROSSED * crossed


def _value(cell: str) -> str:
    """What a cell says, without the quotes around it; a stray quote is a letter."""
    inner = cell.strip()
    if len(inner) > 1 and inner.startswith('"') and inner.endswith('"'):
        return inner[1:-1].replace('""', '"')
    return cell
