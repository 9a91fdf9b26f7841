"""A workbook as a sample: a table on each sheet, under titles and above a total, or labels with their values."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from cigem_core.formats.books.grid import Book, Grid, read_book
from cigem_core.formats.books.workbook import escape, load_openpyxl
from cigem_core.formats.delimited.headings import find_heading
from cigem_core.formats.source import Source
from cigem_core.formats.tables import BOOLEAN, DATE, IS, NUMBER, SCIENTIFIC, TEXT
from cigem_core.scaffold.samples import Replace, SampleColumn, SampleTable, pattern, quoted

if TYPE_CHECKING:
    import polars as pl

_TITLES = 60


def look(source: Source) -> BookSample:
    """A workbook, whatever its format; SourceRefused where it is none."""
    book = read_book(source)
    return BookSample(book, tuple(sheet for sheet in map(_sheet, book.sheets) if sheet.named))


@frozen(kw_only=True, eq=False)
class _FoundSheet:
    """A sheet, and where its table stands."""

    grid: Grid
    at: int
    """The row of the header, from 0; of labels, the row of the first."""
    end: int
    """The row after the last record."""
    header_rows: int = 1
    is_labels: bool = False
    total: str | None = None

    @property
    def named(self) -> dict[str, str]:
        """Column of the grid → the name above it."""
        names = [name for name in self.grid.cells.columns if not name.startswith(IS)]
        row = self.grid.cells.select(names).row(self.at) if self.at < self.grid.cells.height else []
        return {name: text.strip() for name, text in zip(names, row, strict=False) if text and text.strip()}

    def hints(self, name: str) -> tuple[str, ...]:
        """What further rows of the header say above a column of the grid."""
        said = self.grid.cells[name].slice(self.at + 1, self.header_rows - 1).to_list()
        return tuple(text.strip() for text in said if text and text.strip())


def _sheet(grid: Grid) -> _FoundSheet:
    names = [name for name in grid.cells.columns if not name.startswith(IS)]
    rows = [tuple((text or "").strip() for text in row) for row in grid.cells.select(names).iter_rows()]
    filled = [(at, row) for at, row in enumerate(rows) if any(row)]
    pairs = [(at, row) for at, row in filled if row[0] and sum(map(bool, row)) == 2]
    if len(pairs) > 1 and all(sum(map(bool, row)) <= 2 for _, row in filled):
        return _FoundSheet(grid=grid, at=pairs[0][0], end=pairs[-1][0] + 1, is_labels=True)
    heading = find_heading([row for _, row in filled[:_TITLES]], len(names))
    if not heading.header:
        return _FoundSheet(grid=grid, at=grid.cells.height, end=grid.cells.height)
    at, deep = _naming_row(filled[heading.titles : heading.titles + heading.header])
    end, total = filled[-1][0] + 1, None
    if filled[-1][1][0].casefold().startswith("total"):
        end, total = end - 1, filled[-1][1][0]
    return _FoundSheet(grid=grid, at=at, end=end, header_rows=deep, total=total)


def _naming_row(rows: Sequence[tuple[int, tuple[str, ...]]]) -> tuple[int, int]:
    """Of the rows of a header the one that names the columns, and how many it begins: the first, where it names as many."""
    (first, names), (last, others) = rows[0], rows[-1]
    return (first, len(rows)) if sum(map(bool, names)) >= sum(map(bool, others)) else (last, 1)


@frozen(eq=False)
class BookSample:
    """A workbook that was read whole."""

    book: Book
    sheets: tuple[_FoundSheet, ...]
    uses: ClassVar[Sequence[str]] = ("Workbook",)

    @property
    def file_name(self) -> str:
        """Its own name; what is written is XLSX, whatever was read."""
        stem, _, ending = self.book.name.rpartition(".")
        return self.book.name if ending.lower() == "xlsx" else f"{stem or ending}.xlsx"

    @property
    def tables(self) -> Sequence[SampleTable]:
        """A table of each sheet that has one."""
        return [_labels(sheet) if sheet.is_labels else _table(sheet) for sheet in self.sheets]

    def preamble(self, naming: tuple[str, str] | None) -> Sequence[str]:
        """The workbook, and what names it."""
        named = f", named=({quoted(naming[0])}, {quoted(naming[1])})" if naming else ""
        total = next((sheet.total for sheet in self.sheets if sheet.total), None)
        last = f", total={quoted(total)}" if total and total != "TOTAL" else ""
        return [f"book = Workbook({quoted(pattern(self.file_name))}{named}{last})"]

    def copied(self, replace: Replace) -> bytes:
        """The workbook again, each cell of the type it had."""
        copy = load_openpyxl().Workbook()
        copy.remove(copy.active)
        for sheet in self.sheets:
            page = copy.create_sheet(sheet.grid.name)
            for row, column, cell, what in _cells(sheet, replace):
                written = page.cell(row + sheet.grid.first, column + 1)
                written.value, what = _typed(cell, what)
                if what not in (NUMBER, DATE, BOOLEAN):
                    written.data_type = "s"
                if what == DATE:
                    written.number_format = "DD/MM/YYYY"
        file = io.BytesIO()
        copy.save(file)
        return file.getvalue()


def _labels(sheet: _FoundSheet) -> SampleTable:
    import polars as pl

    columns = []
    for row in range(sheet.at, sheet.end):
        label, value = _pair(sheet.grid, row)
        if label and value:
            cells = pl.Series([value[0].strip()], dtype=pl.String)
            columns.append(SampleColumn(header=label, cells=cells, what=pl.Series([value[1]], dtype=pl.UInt8)))
    declared = f"book.labels({quoted(sheet.grid.name)})"
    return SampleTable(title=sheet.grid.name, columns=tuple(columns), declared=declared, is_labels=True)


def _pair(grid: Grid, row: int) -> tuple[str, tuple[str, int] | None]:
    """A label, and the cell beside it with what it was."""
    names = [name for name in grid.cells.columns if not name.startswith(IS)]
    cells = grid.cells.row(row, named=True)
    value = next(((str(cells[name]), cells[IS + name]) for name in names[1:] if (cells[name] or "").strip()), None)
    return (cells[names[0]] or "").strip(), value


def _table(sheet: _FoundSheet) -> SampleTable:
    import polars as pl

    below = sheet.grid.cells.slice(sheet.at + sheet.header_rows, sheet.end - sheet.at - sheet.header_rows)
    names = list(sheet.named)
    below = below.filter(pl.any_horizontal(pl.col(names).is_not_null()))
    columns = tuple(
        SampleColumn(header=header, cells=_bare(below[name]), what=below[IS + name], hints=sheet.hints(name))
        for name, header in sheet.named.items()
    )
    notes = [f"header at row {sheet.grid.first + sheet.at}"] + (["a total below the last record"] if sheet.total else [])
    deep = f", header_rows={sheet.header_rows}" if sheet.header_rows > 1 else ""
    declared = f"book.sheet({quoted(sheet.grid.name)}{deep})"
    return SampleTable(title=sheet.grid.name, columns=columns, declared=declared, notes=tuple(notes))


def _bare(cells: pl.Series) -> pl.Series:
    return cells.str.strip_chars().replace("", None)


def _cells(sheet: _FoundSheet, replace: Replace) -> list[tuple[int, int, str, int]]:
    """Every cell of a copy: its row and column from 0, its text and what it is."""
    grid, found = sheet.grid, []
    names = [name for name in grid.cells.columns if not name.startswith(IS)]
    for row, cells in enumerate(grid.cells.iter_rows(named=True)):
        for column, name in enumerate(names):
            if cells[name] is not None:
                text = _replaced(sheet, row, name, cells, replace)
                found.append((row, column, text, cells[IS + name]))
    return found


def _replaced(sheet: _FoundSheet, row: int, name: str, cells: dict[str, Any], replace: Replace) -> str:
    text, title = cells[name], sheet.grid.name
    if sheet.is_labels and sheet.at <= row < sheet.end:
        return text if name == "0" else str(replace(title, (cells["0"] or "").strip(), text))
    if not sheet.is_labels and sheet.at <= row < sheet.at + sheet.header_rows:
        return str(text)
    is_total = row >= sheet.end and sheet.total is not None
    if is_total and (text == sheet.total or cells[IS + name] == NUMBER):
        return str(text)
    inside = not sheet.is_labels and sheet.at < row < sheet.end
    return str(replace(title, sheet.named.get(name, "") if inside else "", text))


def _typed(text: str, what: int) -> tuple[Any, int]:
    """A cell's value and what it is; what stands for a number or a day need not be one, and is a text then."""
    try:
        if what in (NUMBER, SCIENTIFIC):
            return (float(text) if set(text) & set(".eE") else int(text)), NUMBER
        if what == DATE:
            return (datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)), what
    except ValueError:
        return escape(text), TEXT
    return (text == "true", what) if what == BOOLEAN else (escape(text), TEXT)
