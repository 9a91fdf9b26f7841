"""What the worker runs to put rows into a workbook: which parts change, and whether the outcome reads as it should."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import unescape

from attrs import frozen

from cigem_core.errors import SourceRefused, nearest
from cigem_core.formats.books.cells import xlsx
from cigem_core.formats.books.cells.package import BookPackage, plain, relations
from cigem_core.formats.books.insertion import parts
from cigem_core.formats.books.insertion.archive import replaced
from cigem_core.formats.books.insertion.check import check
from cigem_core.formats.books.insertion.likeness import Given, SheetLikeness, calculated_columns, merged_alike
from cigem_core.formats.books.insertion.references import Shift, bounds
from cigem_core.formats.books.insertion.rows import (
    Adjust,
    Formula,
    adjusted,
    attribute,
    formulas_of,
    inserted,
    is_blank,
    numbered,
)
from cigem_core.formats.books.insertion.stale import Area, Named, stale
from cigem_core.formats.guard.archives import open_archive
from cigem_core.formats.guard.reasons import Unreadable
from cigem_core.text import Text

Changes = Iterator[tuple[str, str | None]]
"""Parts and how they read now; None for a part that goes."""


def insert(content: bytes, name: str, sheet: str, before: int, rows: Given, like: int, entries: int, unfolded: int) -> bytes:
    """The workbook with the rows put in. Raises Unreadable and SourceRefused."""
    archive = open_archive(content, entries=entries, unfolded=unfolded)
    package = BookPackage(archive)
    if not xlsx.is_xlsx(package):
        raise Unreadable("kind")
    book = xlsx.open_workbook(package, lambda package, part: xlsx.read_strings(package.pieces(part)))
    found = next((one for one in book.sheets if one.name.casefold() == sheet.casefold()), None)
    if found is None:
        raise _no_sheet(name, sheet, book)
    head, data, tail = parts.split(_text(package, found.part))
    first = min(before, _end(data) + 1)
    # A blank row made ready below a header is filled in: what begins with it, a sum or a list of choices, begins with it still.
    fills = 1 if like == first and rows and is_blank(like, data) else 0
    shift = Shift(first + fills, len(rows) - fills)
    sheets = _Sheets.of(package, book, found, shift)
    beside = {plain(part): text for part, text in _beside(package, found.part, shift, sheets.here)}
    calculated = [calculated_columns(text, first) for text in beside.values() if text and "calculatedColumnFormula" in text]
    own, tables = sheets.formulas[found.name], {at: text for one in calculated for at, text in one.items()}
    likeness = SheetLikeness(book=book, data=data, like=like, first=first, shift=shift, formulas=own, tables=tables)
    old = sheets.stale(package, beside, Area(found.name.casefold(), first, 0, first + len(rows) - 1, _LAST_COLUMN))
    data = inserted(adjusted(data, shift, own, old.get(found.name, frozenset())), shift, like, likeness.cells(rows))
    tail = merged_alike(parts.beside_rows(tail, shift, sheets.here), like, shift)
    changed: dict[str, str | None] = {plain(found.part): parts.beside_rows(head, shift, sheets.here) + data + tail, **beside}
    changed = {plain(part): text for part, text in _elsewhere(package, sheets, old)} | changed
    changed |= {plain(part): text for part, text in _calculation(package, changed)}
    names = {plain(entry.filename): entry.filename for entry in archive.infolist()}
    differing = {part: text for part, text in changed.items() if text is None or text != _text(package, part)}
    made = replaced(content, archive, {names[part]: text if text is None else text.encode() for part, text in differing.items()})
    check(package, BookPackage(open_archive(made, entries=entries, unfolded=2 * unfolded)), book, found, shift, fills=fills)
    return made


def _no_sheet(name: str, sheet: str, book: xlsx.XlsxParts) -> SourceRefused:
    near = nearest(sheet, [one.name for one in book.sheets])
    return SourceRefused(
        Text(
            fr=f"{name} n'a pas de feuille « {sheet} » ; {near.fr}",
            en=f"{name} has no sheet '{sheet}'; {near.en}",
        )
    )


def _end(data: str) -> int:
    """The last row that holds something."""
    return max((number for number, row in numbered(data) if row[3] and ("<" in row[3]) and _holds(row[3])), default=0)


def _holds(cells: str) -> bool:
    return any(f"{opening}{name}" in cells for opening in ("<", ":") for name in ("v>", "is>", "f>", "f "))


def _text(package: BookPackage, part: str) -> str:
    try:
        return b"".join(package.pieces(part)).decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("broken") from None


def _beside(package: BookPackage, part: str, shift: Shift, adjust: Callable[[str], str]) -> Changes:
    """The tables, comments and drawings of the sheet itself."""
    for kind, target in xlsx.relationships(package, part).values():
        if target not in package or kind not in ("table", "comments", "threadedComment", "vmlDrawing", "drawing"):
            continue
        text = _text(package, target)
        if kind == "drawing":
            yield target, parts.drawing(text, shift)
        elif kind == "vmlDrawing":
            yield target, parts.notes(text, shift)
        else:
            yield target, parts.formulas(parts.references(text, shift), adjust)


@frozen(kw_only=True)
class _Sheets:
    """The sheets of a workbook and their formulas, as they read once the rows were put into one of them."""

    book: xlsx.XlsxParts
    found: xlsx.SheetPart
    shift: Shift
    here: Adjust
    there: Adjust
    formulas: Mapping[str, Mapping[tuple[int, int], Formula]]

    @classmethod
    def of(cls, package: BookPackage, book: xlsx.XlsxParts, found: xlsx.SheetPart, shift: Shift) -> _Sheets:
        """Find the formulas of all sheets."""
        adjust = partial(shift.formula, sheet=found.name)
        here, there = partial(adjust, is_here=True), partial(adjust, is_here=False)
        formulas = {}
        for sheet in book.sheets:
            text = _text(package, sheet.part) if sheet.part in package else ""
            has_some = re.search(r"<(?:\w+:)?f[\s>/]", text) is not None
            formulas[sheet.name] = formulas_of(parts.split(text)[1], here if sheet == found else there) if has_some else {}
        return cls(book=book, found=found, shift=shift, here=here, there=there, formulas=formulas)

    def stale(self, package: BookPackage, beside: Mapping[str, str | None], new: Area) -> dict[str, frozenset[tuple[int, int]]]:
        """By their sheets, the cells as they stood whose results follow from the new rows."""
        nodes = {
            (sheet.casefold(), self._now(sheet, row), column): formula
            for sheet, formulas in self.formulas.items()
            for (row, column), formula in formulas.items()
        }
        if not nodes:
            return {}
        named = Named(names=_names(_text(package, xlsx.main_part(package)), self.there), tables=self._tables(package, beside))
        found = stale(nodes, named, new)
        return {
            sheet: frozenset(
                place
                for (row, column), formula in formulas.items()
                if (sheet.casefold(), self._now(sheet, row), column) in found
                for place in _filled(formula)
            )
            for sheet, formulas in self.formulas.items()
        }

    def _now(self, sheet: str, row: int) -> int:
        return self.shift.row(row) if sheet == self.found.name else row

    def _tables(self, package: BookPackage, beside: Mapping[str, str | None]) -> dict[str, Area]:
        """The cells of tables by their names, as they stand now."""
        found = {}
        for sheet in self.book.sheets:
            for kind, target in xlsx.relationships(package, sheet.part).values():
                if kind == "table" and target in package:
                    text = beside.get(plain(target)) or _text(package, target)
                    head = re.search(r"<(?:\w+:)?table\b[^>]*>", text)
                    name, ref = (attribute(head[0], one) if head else None for one in ("displayName", "ref"))
                    if name and ref:
                        found[name.casefold()] = Area(sheet.name.casefold(), *bounds(ref))
        return found


_LAST_COLUMN = (1 << 14) - 1


def _names(workbook: str, adjust: Adjust) -> dict[str, str]:
    """What defined names mean, by the names, folded."""
    names = re.finditer(r"<((?:\w+:)?)definedName\b([^>]*)>([^<]*)</\1definedName>", workbook)
    return {(attribute(found[2], "name") or "").casefold(): adjust(unescape(found[3])) for found in names}


def _filled(formula: Formula) -> Iterator[tuple[int, int]]:
    """The cells that hold results of a formula."""
    if formula.area is None:
        yield formula.row, formula.column
        return
    top, left, bottom, right = bounds(formula.area)
    yield from ((row, column) for row in range(top, min(bottom, top + _MOST) + 1) for column in range(left, right + 1))


_MOST = 1 << 16


def _elsewhere(package: BookPackage, sheets: _Sheets, stale: Mapping[str, frozenset[tuple[int, int]]]) -> Changes:
    """Other sheets, charts, names and pivot tables, where they speak of the sheet or follow from it."""
    here, adjust = sheets.found, sheets.there
    others = {plain(one.part): one.name for one in sheets.book.sheets if one != here}
    spelled = (here.name.casefold(), here.name.replace("'", "''").casefold())
    for part in package.names():
        if not part.endswith(".xml") or not part.startswith("xl/") or part == plain(here.part):
            continue
        if part not in others and not part.startswith(("xl/charts/", "xl/workbook", "xl/pivotcache/", "xl/tables/")):
            continue
        text, name = _text(package, part), others.get(part, "")
        if not stale.get(name) and not any(one in unescape(text).casefold() for one in spelled):
            continue
        if part in others:
            now = parts.other_sheet(text, adjust, sheets.formulas[name], stale.get(name, frozenset()))
        elif part.startswith("xl/charts/"):
            now = parts.chart(text, adjust)
        else:
            now = parts.pivot_source(parts.formulas(text, adjust), sheets.shift, here.name)
        if now != text:
            yield part, now


def _calculation(package: BookPackage, changed: dict[str, str | None]) -> Changes:
    """The workbook is calculated when it is opened, in whatever order that takes."""
    main = xlsx.main_part(package)
    yield main, parts.calculated_anew(changed.get(plain(main)) or _text(package, main))
    chain = next((target for kind, target in xlsx.relationships(package, main).values() if kind == "calcChain"), None)
    if chain is not None and chain in package:
        yield chain, None
        yield relations(main), parts.without_chain(_text(package, relations(main)), "Relationship", "calcChain")
        yield "[Content_Types].xml", parts.without_chain(_text(package, "[Content_Types].xml"), "Override", "calcChain")
