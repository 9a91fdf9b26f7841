"""XLSX and XLSM (ECMA-376): which sheets there are, what their styles mean, and their cells one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import frozen

from cigem_core.formats.books.cells import values
from cigem_core.formats.books.cells.frame import Area, Cells
from cigem_core.formats.books.cells.markup import Attributes, attribute, elements, walk
from cigem_core.formats.books.cells.number_formats import Shape, shape
from cigem_core.formats.books.cells.package import BookPackage, beside, relations
from cigem_core.formats.books.columns import column_of
from cigem_core.formats.guard.reasons import Unreadable
from cigem_core.formats.tables import BOOLEAN, ERROR, TEXT

LONGEST = 1 << 20
"""Characters in one cell; a spreadsheet takes 32,767."""

_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14


Decode = Callable[[str, int], values.Cell]
"""From the value and the style of a cell to what it shows."""


@frozen
class SheetPart:
    """A sheet of a workbook: its name and the part that holds it."""

    name: str
    part: str


@frozen(kw_only=True)
class XlsxParts:
    """What the cells of all sheets share."""

    sheets: tuple[SheetPart, ...]
    shapes: Sequence[Shape]
    """What the number format of each cell style means."""
    strings: Sequence[str]
    since_1904: bool

    def shape(self, style: int) -> Shape:
        """What the number format of a cell style means."""
        return self.shapes[style] if style < len(self.shapes) else "number"

    @property
    def decoders(self) -> Mapping[str, Decode]:
        """How the value of a cell of each type is understood; of any other type, as text."""
        return {"n": self._number, "s": self._shared, "b": _truth, "d": _day, "e": _error}

    def _number(self, value: str, style: int) -> values.Cell:
        return values.shown(value.strip(), self.shape(style), since_1904=self.since_1904)

    def _shared(self, value: str, _: int) -> values.Cell:
        at = _whole(value.strip())
        if at >= len(self.strings):
            raise Unreadable("broken")
        return self.strings[at], TEXT


def is_xlsx(package: BookPackage) -> bool:
    """Whether a package is a workbook of this kind."""
    return "_rels/.rels" in package and "content.xml" not in package


def open_workbook(package: BookPackage, strings: Callable[[BookPackage, str], Sequence[str]]) -> XlsxParts:
    """All but the sheets; `strings` reads the part of the texts that cells share."""
    main = main_part(package)
    targets = relationships(package, main)
    found = elements(package.pieces(main))
    sheets = []
    for element in found:
        if element.name == "sheet" and element.within == "sheets":
            kind, target = targets.get(attribute(element.attributes, "id") or "", ("", ""))
            if kind == "worksheet":
                sheets.append(SheetPart(element.attributes.get("name", ""), target))
    properties = next((e.attributes for e in found if e.name == "workbookPr"), {})
    parts = dict(targets.values())
    return XlsxParts(
        sheets=tuple(sheets),
        shapes=_shapes(package, parts.get("styles")),
        strings=strings(package, parts["sharedStrings"]) if parts.get("sharedStrings", "") in package else (),
        since_1904=_is_true(properties.get("date1904", "0")),
    )


def read_cells(pieces: Iterable[bytes], book: XlsxParts) -> Cells:
    """The cells of one sheet, element by element."""
    reader = _SheetParser(book)
    walk(pieces, starts=reader.start, ends=reader.end, says=reader.say)
    return reader.cells


def read_rows(rows: bytes, book: XlsxParts) -> Cells:
    """The cells of some of its rows."""
    return read_cells((b"<worksheet><sheetData>", rows, b"</sheetData></worksheet>"), book)


def main_part(package: BookPackage) -> str:
    """The part that lists the sheets."""
    for kind, target in relationships(package, "").values():
        if kind == "officeDocument" and target in package:
            return target
    raise Unreadable("kind")


def relationships(package: BookPackage, name: str) -> dict[str, tuple[str, str]]:
    """Identifier → the kind of a relationship and the part it points to."""
    part = relations(name)
    if part not in package:
        return {}
    found = (e.attributes for e in elements(package.pieces(part)) if e.name == "Relationship")
    return {
        one.get("Id", ""): (one.get("Type", "").rpartition("/")[2], beside(name, one.get("Target", "")))
        for one in found
        if one.get("TargetMode") != "External"
    }


def _shapes(package: BookPackage, part: str | None) -> list[Shape]:
    if part is None or part not in package:
        return []
    found = elements(package.pieces(part))
    codes = {e.attributes.get("numFmtId", ""): e.attributes.get("formatCode") for e in found if e.name == "numFmt"}
    formats = [e.attributes.get("numFmtId", "0") for e in found if e.name == "xf" and e.within == "cellXfs"]
    known = {one: shape(int(one) if one.isdecimal() else 0, codes.get(one)) for one in set(formats)}
    return [known[one] for one in formats]


def read_strings(pieces: Iterable[bytes]) -> list[str]:
    """The texts that cells share, element by element."""
    reader = _Strings()
    walk(pieces, starts=reader.start, ends=reader.end, says=reader.say)
    return reader.found


class _TextParser:
    """The texts of an item: plain or in runs; how it is pronounced is no part of it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0
        self._is_open = False
        self._aside = 0

    def start(self, name: str) -> None:
        if name == "rPh":
            self._aside += 1
        self._is_open = name == "t" and not self._aside

    def end(self, name: str) -> None:
        if name == "rPh":
            self._aside -= 1
        self._is_open = False

    def say(self, text: str) -> None:
        if self._is_open:
            self._pieces.append(text)
            self._size += len(text)
            if self._size > LONGEST:
                raise Unreadable("cell")

    def take(self) -> str:
        text = "".join(self._pieces)
        self._pieces, self._size = [], 0
        return unescape(text)


class _Strings:
    def __init__(self) -> None:
        self.found: list[str] = []
        self._text = _TextParser()
        self.say = self._text.say

    def start(self, name: str, _: Attributes) -> None:
        self._text.start(name)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name == "si":
            self.found.append(self._text.take())


class _SheetParser:
    """Follows the elements of a sheet, and keeps its cells."""

    def __init__(self, book: XlsxParts) -> None:
        self.cells = Cells()
        self._decoders = book.decoders
        self._row = self._column = -1
        self._is_data = False
        self._type = "n"
        self._style = 0
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._is_value = self._is_formula = self._has_value = False
        self._size = 0
        self._inline = _TextParser()

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c" and self._is_data:
            self._place(attributes.get("r"))
            self._type, self._style = attributes.get("t", "n"), _whole(attributes.get("s", "0"))
            self._value, self._formula, self._size, self._has_value = [], None, 0, False
        elif name == "v":
            self._is_value = self._has_value = self._is_data
        elif name == "f" and self._is_data:
            self._formula, self._is_formula = [], True
        elif name == "row" and self._is_data:
            self._row = _whole(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
        elif name == "sheetData":
            self._is_data = True
        elif name == "mergeCell" and not self._is_data:
            self.cells.merged.append(area(attributes.get("ref", "")))
        elif self._is_data:
            self._inline.start(name)

    def end(self, name: str) -> None:
        if name == "v":
            self._is_value = False
        elif name == "f":
            self._is_formula = False
        elif name == "c" and self._is_data:
            self._keep()
        elif name == "sheetData":
            self._is_data = False
        elif self._is_data:
            self._inline.end(name)

    def say(self, text: str) -> None:
        if self._is_value or self._is_formula:
            (self._value if self._formula is None or self._is_value else self._formula).append(text)
            self._size += len(text)
            if self._size > LONGEST:
                raise Unreadable("cell")
        elif self._is_data:
            self._inline.say(text)

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
        else:
            self._row, self._column = place(reference)
        if not (0 <= self._row < _MOST_ROWS and self._column < _MOST_COLUMNS):
            raise Unreadable("broken")

    def _keep(self) -> None:
        inline, value = self._inline.take(), "".join(self._value)
        if self._type == "inlineStr":
            self.cells.add(self._row, self._column, inline or unescape(value), TEXT)
        elif value:
            self.cells.add(self._row, self._column, *self._decoders.get(self._type, _text)(value, self._style))
        elif self._formula is not None and not (self._type == "str" and self._has_value):
            # A formula nobody calculated; one whose result is an empty text says so.
            self.cells.add(self._row, self._column, f"={''.join(self._formula)}", ERROR)


def _truth(value: str, _: int) -> values.Cell:
    return ("true" if _is_true(value.strip()) else "false"), BOOLEAN


def _day(value: str, _: int) -> values.Cell:
    return values.iso(value)


def _error(value: str, _: int) -> values.Cell:
    return value.strip(), ERROR


def _text(value: str, _: int) -> values.Cell:
    return unescape(value), TEXT


def unescape(text: str) -> str:
    """The text a workbook holds: `_x000D_` stands for a control character (ECMA-376, ST_Xstring)."""
    if "_x" not in text:
        return text
    # Two halves of one character may come apart; a half that is alone stands for nothing.
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def place(reference: str) -> tuple[int, int]:
    """Row and column, from 0, of a reference such as `B12`."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise Unreadable("broken")
    return int(found[2]) - 1, column_of(found[1])


def area(reference: str) -> Area:
    """Top, left, bottom and right, from 0, of a reference such as `B2:B4`."""
    first, _, last = reference.partition(":")
    return (*place(first), *place(last or first))


def _whole(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and len(text) < 10):
        raise Unreadable("broken")
    return int(text)


def _is_true(text: str) -> bool:
    return text in ("1", "true")
