"""What the worker runs to put rows into a workbook: which parts change, and whether the outcome reads as it should."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from html import unescape
from typing import Any
from xml.sax.saxutils import escape as to_markup

from cigem_core.errors import SourceRefused, nearest
from cigem_core.formats.books.cells import xlsx
from cigem_core.formats.books.cells.package import Package, plain, relations
from cigem_core.formats.books.insertion import parts
from cigem_core.formats.books.insertion.archive import replaced
from cigem_core.formats.books.insertion.check import check
from cigem_core.formats.books.insertion.references import Shift
from cigem_core.formats.books.insertion.rows import New, adjusted, inserted, numbered, styles_of
from cigem_core.formats.books.workbook import escape
from cigem_core.formats.guard.archives import open_archive
from cigem_core.formats.guard.reasons import Unreadable
from cigem_core.text import Text

Given = Sequence[Sequence[Any]]
"""Rows of values as they came: None, or a word for what the value is and the value."""

Changes = Iterator[tuple[str, str | None]]
"""Parts and how they read now; None for a part that goes."""


def insert(content: bytes, name: str, sheet: str, before: int, rows: Given, like: int, entries: int, unfolded: int) -> bytes:
    """The workbook with the rows put in. Raises Unreadable and SourceRefused."""
    archive = open_archive(content, entries=entries, unfolded=unfolded)
    package = Package(archive)
    if not xlsx.is_xlsx(package):
        raise Unreadable("kind")
    book = xlsx.open_workbook(package, lambda package, part: xlsx.read_strings(package.pieces(part)))
    found = next((one for one in book.sheets if one.name.casefold() == sheet.casefold()), None)
    if found is None:
        raise _no_sheet(name, sheet, book)
    head, data, tail = parts.split(_text(package, found.part))
    shift = Shift(min(before, _end(data) + 1), len(rows))
    styles = styles_of(like, next((row for number, row in numbered(data) if number == like), None))
    cells = [[_new(value, styles.get(column), book) for column, value in enumerate(row)] for row in rows]
    adjust = partial(shift.formula, sheet=found.name)
    here, elsewhere = partial(adjust, is_here=True), partial(adjust, is_here=False)
    data = inserted(adjusted(data, shift, here), shift, like, cells)
    changed: dict[str, str | None] = {
        plain(found.part): parts.beside_rows(head, shift, here) + data + parts.beside_rows(tail, shift, here)
    }
    changed |= {plain(part): text for part, text in _beside(package, found.part, shift, here)}
    changed = {plain(part): text for part, text in _elsewhere(package, book, found, shift, elsewhere)} | changed
    changed |= {plain(part): text for part, text in _calculation(package, changed)}
    names = {plain(entry.filename): entry.filename for entry in archive.infolist()}
    differing = {part: text for part, text in changed.items() if text is None or text != _text(package, part)}
    made = replaced(content, archive, {names[part]: text if text is None else text.encode() for part, text in differing.items()})
    check(package, Package(open_archive(made, entries=entries, unfolded=2 * unfolded)), book, found, shift)
    return made


def _no_sheet(name: str, sheet: str, book: xlsx.Workbook) -> SourceRefused:
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


def _text(package: Package, part: str) -> str:
    try:
        return b"".join(package.pieces(part)).decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("broken") from None


def _beside(package: Package, part: str, shift: Shift, adjust: Callable[[str], str]) -> Changes:
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


def _elsewhere(
    package: Package, book: xlsx.Workbook, here: xlsx.SheetPart, shift: Shift, adjust: Callable[[str], str]
) -> Changes:
    """Other sheets, charts, names and pivot tables, where they speak of the sheet."""
    sheets = {plain(one.part) for one in book.sheets} - {plain(here.part)}
    spelled = (here.name.casefold(), here.name.replace("'", "''").casefold())
    for part in package.names():
        if not part.endswith(".xml") or not part.startswith("xl/") or part == plain(here.part):
            continue
        if part not in sheets and not part.startswith(("xl/charts/", "xl/workbook", "xl/pivotcache/", "xl/tables/")):
            continue
        text = _text(package, part)
        if not any(one in unescape(text).casefold() for one in spelled):
            continue
        if part in sheets:
            now = parts.other_sheet(text, adjust)
        else:
            now = parts.pivot_source(parts.formulas(text, adjust), shift, here.name)
        if now != text:
            yield part, now


def _calculation(package: Package, changed: dict[str, str | None]) -> Changes:
    """The workbook is calculated when it is opened, in whatever order that takes."""
    main = xlsx.main_part(package)
    yield main, parts.calculated_anew(changed.get(plain(main)) or _text(package, main))
    chain = next((target for kind, target in xlsx.relationships(package, main).values() if kind == "calcChain"), None)
    if chain is not None and chain in package:
        yield chain, None
        yield relations(main), parts.without_chain(_text(package, relations(main)), "Relationship", "calcChain")
        yield "[Content_Types].xml", parts.without_chain(_text(package, "[Content_Types].xml"), "Override", "calcChain")


def _new(value: Any, style: str | None, book: xlsx.Workbook) -> New | None:
    """A cell's markup for a value; a text is never a formula."""
    match value:
        case ["text", str(text)] if text:
            return New(type="inlineStr", markup=f'<is><t xml:space="preserve">{to_markup(escape(text))}</t></is>')
        case ["number", str(digits)]:
            return New(markup=f"<v>{digits}</v>")
        case ["date", int(year), int(month), int(day)]:
            return _date(date(year, month, day), style, book)
    return None


def _date(day: date, style: str | None, book: xlsx.Workbook) -> New | None:
    if book.shape(int(style or 0)) != "date" or day < date(1904, 1, 1):
        return _new(["text", f"{day:%d/%m/%Y}"], style, book)
    return New(markup=f"<v>{(day - date(1904, 1, 1)).days if book.since_1904 else (day - date(1899, 12, 30)).days}</v>")
