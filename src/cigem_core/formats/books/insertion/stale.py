"""Which stored results follow, by however many steps, from rows that were put in: they can no longer be believed."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from attrs import define, field, frozen

from cigem_core.formats.books.insertion.references import TOKEN, bounds, range_of, sheet_named
from cigem_core.formats.books.insertion.rows import Formula

Place = tuple[str, int, int]
"""A folded sheet name, a row from 1 and a column from 0."""

_TEXT = re.compile(r'"(?:[^"]|"")*"')
_TABLE = re.compile(r"([^\W\d][\w.]*)(\[(?:[^\[\]]|\[[^\]]*\])*\])")
_NAME = re.compile(r"(?<![\w.'\]])([^\W\d][\w.]*)(?![\w.(!\[])")
_ANYWHERE = re.compile(r"\b(?:INDIRECT|OFFSET|CELL|ROWS?|SHEETS?)\s*\(", re.IGNORECASE)
"""What looks at cells it does not name, or at where they stand."""
_DEEPEST = 8


@frozen
class Area:
    """Some cells of a sheet, its name folded; rows from 1 and columns from 0, the last ones among them."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    def meets(self, other: Area) -> bool:
        """Whether they have cells in common."""
        rows, columns = (
            self.top <= other.bottom and other.top <= self.bottom,
            self.left <= other.right and other.left <= self.right,
        )
        return self.sheet == other.sheet and rows and columns


@frozen(kw_only=True)
class Named:
    """What formulas may call by a name: formulas by defined names, cells by those of tables; names are folded."""

    names: Mapping[str, str]
    tables: Mapping[str, Area]


def stale(formulas: Mapping[Place, Formula], named: Named, new: Area) -> set[Place]:
    """The formulas, by where they stand now, that follow from the cells of some new rows."""
    followed = _Followed()
    found: set[Place] = set()
    for place, formula in formulas.items():
        areas = list(_areas(formula.after, place, named))
        if None in areas or any(area.meets(new) for area in areas if area is not None):
            found.add(place)
        else:
            followed.add(place, (area for area in areas if area is not None))
    return followed.closure(found)


@define
class _Followed:
    """Which formulas look at a cell: by itself, or as one of many."""

    _cells: dict[Place, list[Place]] = field(factory=lambda: defaultdict(list))
    _areas: dict[Area, list[Place]] = field(factory=lambda: defaultdict(list))

    def add(self, place: Place, areas: Iterable[Area]) -> None:
        """A formula looks at these cells."""
        for area in areas:
            if (area.top, area.left) == (area.bottom, area.right):
                self._cells[area.sheet, area.top, area.left].append(place)
            else:
                self._areas[area].append(place)

    def closure(self, found: set[Place]) -> set[Place]:
        """Some formulas, those that look at them, and so on."""
        fresh = list(found)
        while fresh:
            columns: dict[tuple[str, int], list[int]] = defaultdict(list)
            while fresh:
                sheet, row, column = place = fresh.pop()
                insort(columns[sheet, column], row)
                fresh += self._found(self._cells.pop(place, ()), found)
            for area in [area for area in self._areas if _holds(area, columns)]:
                fresh += self._found(self._areas.pop(area), found)
        return found

    @staticmethod
    def _found(places: Iterable[Place], found: set[Place]) -> list[Place]:
        new = [place for place in places if place not in found]
        found.update(new)
        return new


def _holds(area: Area, columns: Mapping[tuple[str, int], list[int]]) -> bool:
    for (sheet, column), rows in columns.items():
        if sheet == area.sheet and area.left <= column <= area.right:
            at = bisect_left(rows, area.top)
            if at < len(rows) and rows[at] <= area.bottom:
                return True
    return False


def _areas(formula: str, place: Place, named: Named, deep: int = 0) -> Iterator[Area | None]:
    """The cells a formula looks at; None where they cannot be known."""
    sheet, row, _ = place
    bare = _TEXT.sub('""', formula)
    if _ANYWHERE.search(bare) or deep > _DEEPEST:
        yield None
        return
    for found in TOKEN.finditer(bare):
        if found["range"]:
            where = sheet if found["sheet"] is None else sheet_named(found["sheet"])
            yield None if ":" in where and found["sheet"] else Area(where, *bounds(range_of(found)))
    for name, columns in _TABLE.findall(bare):
        if (table := named.tables.get(name.casefold())) is not None:
            is_row = "[#This Row]" in columns or columns.startswith("[@")
            yield Area(table.sheet, row, table.left, row, table.right) if is_row else table
    if named.names:
        for name in _NAME.findall(bare):
            if (meant := named.names.get(name.casefold())) is not None:
                yield from _areas(meant, place, named, deep + 1)
