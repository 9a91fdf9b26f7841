"""ODS (OpenDocument 1.3): sheets whose cells say their own type, and may stand for many equal ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cigem_core.formats.books.cells import values
from cigem_core.formats.books.cells.frame import Cells
from cigem_core.formats.books.cells.markup import Attributes, attribute, walk
from cigem_core.formats.books.cells.package import BookPackage
from cigem_core.formats.guard.reasons import Unreadable
from cigem_core.formats.tables import BOOLEAN, DATE, ERROR, NUMBER, SCIENTIFIC, TEXT

_CONTENT = "content.xml"
_LONGEST = 1 << 20
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14
_MOST_CELLS = 16_000_000
_NUMERIC = ("float", "percentage", "currency")


def is_ods(package: BookPackage) -> bool:
    """Whether a package is a workbook of this kind."""
    return _CONTENT in package


def sheets_of(package: BookPackage) -> Iterator[tuple[str, Cells]]:
    """Each sheet's name and cells."""
    reader = _Content()
    walk(package.pieces(_CONTENT), starts=reader.start, ends=reader.end, says=reader.say)
    if not reader.is_spreadsheet:
        raise Unreadable("kind")
    yield from reader.sheets


class _Content:
    """Follows the elements of the content; the tables inside a cell or a chart are no sheets."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, Cells]] = []
        self.is_spreadsheet = False
        self._tables = 0
        self._row = self._rows = self._column = 0
        self._cell: Attributes | None = None
        self._kept: list[tuple[int, values.Cell]] = []
        self._paragraphs: list[list[str]] = []
        self._aside = 0
        self._size = 0
        self._total = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "spreadsheet":
            self.is_spreadsheet = True
        elif name == "table":
            self._tables += 1
            if self._tables == 1:
                self.sheets.append((attribute(attributes, "name") or "", Cells()))
                self._row = 0
        elif self._tables != 1:
            return
        elif name == "table-row":
            self._rows, self._column, self._kept = _times(attributes, "number-rows-repeated"), 0, []
        elif name in ("table-cell", "covered-table-cell"):
            self._cell, self._paragraphs, self._size = attributes, [], 0
        elif self._cell is not None:
            self._inside(name, attributes)

    def _inside(self, name: str, attributes: Attributes) -> None:
        if name in ("annotation", "frame", "shapes", "custom-shape", "ruby-text"):
            self._aside += 1
        elif self._aside:
            return
        elif name in ("p", "h"):
            self._paragraphs.append([])
        elif name == "s":
            self._put(" " * min(_times(attributes, "c"), _LONGEST))
        elif name in ("tab", "line-break"):
            self._put("\t" if name == "tab" else "\n")

    def end(self, name: str) -> None:
        if name == "table":
            self._tables -= 1
        elif self._tables != 1:
            return
        elif name in ("annotation", "frame", "shapes", "custom-shape", "ruby-text"):
            self._aside -= 1 if self._cell is not None else 0
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif name == "table-row":
            self._end_row()

    def say(self, text: str) -> None:
        if self._cell is not None and not self._aside and self._tables == 1:
            self._put(text)

    def _put(self, text: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1].append(text)
            self._size += len(text)
            if self._size > _LONGEST:
                raise Unreadable("cell")

    def _end_cell(self) -> None:
        attributes, self._cell = self._cell or {}, None
        times = _times(attributes, "number-columns-repeated")
        text, kind = _value(attributes, "\n".join("".join(one) for one in self._paragraphs))
        tall, wide = (_times(attributes, f"number-{ways}-spanned") for ways in ("rows", "columns"))
        if tall > 1 or wide > 1:
            self.sheets[-1][1].merged.append((self._row, self._column, self._row + tall - 1, self._column + wide - 1))
        if text:
            if self._column + times > _MOST_COLUMNS:
                raise Unreadable("sparse")
            self._kept.extend((column, (text, kind)) for column in range(self._column, self._column + times))
        self._column += times

    def _end_row(self) -> None:
        if self._kept:
            if self._row + self._rows > _MOST_ROWS:
                raise Unreadable("sparse")
            self._total += self._rows * len(self._kept)
            if self._total > _MOST_CELLS:
                raise Unreadable("large")
            cells = self.sheets[-1][1]
            for row in range(self._row, self._row + self._rows):
                for column, (text, kind) in self._kept:
                    cells.add(row, column, text, kind)
        self._row += self._rows


def _value(attributes: Attributes, said: str) -> values.Cell:
    """A cell's value; where it has none, what it says."""
    kind, formula = attributes.get("office:value-type") or attribute(attributes, "value-type"), attribute(attributes, "formula")
    if attributes.get("calcext:value-type") == "error" or (formula is not None and _WRONG.match(said)):
        return said or "#?", ERROR  # some programs keep a number beside the error
    if formula is not None and kind is None and not said:
        return f"={formula.partition('=')[2]}", ERROR
    if kind in _NUMERIC:
        value = attribute(attributes, "value")
        return (said, TEXT) if value is None else _number(value, said)
    if kind == "date":
        return _date(attribute(attributes, "date-value") or said, said)
    if kind == "time":
        return values.duration(attribute(attributes, "time-value") or said)
    if kind == "boolean":
        return ("true" if attribute(attributes, "boolean-value") == "true" else "false"), BOOLEAN
    return (attribute(attributes, "string-value") or said), TEXT


_WRONG = re.compile(r"#[A-Z]|Err\s?:")
_POWER = re.compile(r"-?[0-9.,]+E[+-]?[0-9]+", re.IGNORECASE)


def _number(value: str, said: str) -> values.Cell:
    """A number, or what is said of it where that has more digits before it: `00042`."""
    digits, kind = values.number(value)
    said = said.strip()
    if kind == NUMBER and _POWER.fullmatch(said):
        return digits, SCIENTIFIC
    every = re.sub("[^0-9]", "", said)
    is_longer = re.search(r"(?<![0-9])0[ -]?[0-9]", said) and every.lstrip("0") == digits.lstrip("0")
    return (said, kind) if is_longer and not re.search("[0-9][.,][0-9]", said) else (digits, kind)


def _date(value: str, said: str) -> values.Cell:
    """A day, or its year where that is all that is said of it."""
    day, kind = values.iso(value)
    return (said.strip(), TEXT) if kind == DATE and re.fullmatch(rf"[^0-9]*{day[:4]}", said.strip()) else (day, kind)


def _times(attributes: Attributes, name: str) -> int:
    text = attribute(attributes, name)
    if text is None:
        return 1
    if not (text.isdecimal() and text.isascii() and len(text) < 10):
        raise Unreadable("broken")
    return max(int(text), 1)
