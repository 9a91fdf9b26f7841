"""The loop of the peers that go row by row: their model differs, the loop does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from common import Found, keep_in_sqlite
from rows import COLUMNS, Truth

from peers._cells import records

Structure = Callable[[dict[str, str]], tuple[Any, list[tuple[str, str]]]]
"""A record's cells → the object, or the (column, rule) of what is wrong with it."""


class Reading:
    """Validated objects of a file, with the faults of the rows that give none."""

    def __init__(self, file: str, structure: Structure) -> None:
        self.file, self.structure = file, structure
        self.rows = 0
        self.faults: list[Truth] = []

    def __iter__(self) -> Iterator[Any]:
        seen: set[str] = set()
        for row, cells in records(self.file):
            self.rows += 1
            if isinstance(cells, str):
                self.faults.append((row, "", cells))
                continue
            seeker, wrong = self.structure(cells)
            key = cells.get(COLUMNS[0])
            if key in seen:
                wrong = [*wrong, (COLUMNS[0], "unique")]
            elif key:
                seen.add(key)
            if wrong:
                self.faults += [(row, column, rule) for column, rule in wrong]
            else:
                yield seeker


def check_rows(file: str, structure: Structure) -> Found:
    reading = Reading(file, structure)
    for _ in reading:
        pass
    return Found(reading.rows, reading.faults)


def keep_rows(file: str, base: str, structure: Structure, values: Callable[[Any], tuple[Any, ...]]) -> Found:
    reading = Reading(file, structure)
    keep_in_sqlite(base, (tuple(map(stored, values(seeker))) for seeker in reading))
    return Found(reading.rows, reading.faults)


def stored(value: Any) -> Any:
    """What SQLite takes."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
