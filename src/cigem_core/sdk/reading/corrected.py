"""A corrections file, read as the tables its rows came from, whatever those tables stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve

from cigem_core.errors import InternalError, SourceRefused
from cigem_core.formats.books.columns import letters_of
from cigem_core.formats.books.grid import book_of
from cigem_core.formats.books.sheets import SheetLabels, SheetTable
from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.delimited.guarding import unguarded
from cigem_core.formats.source import Source
from cigem_core.formats.tables import IS, ITEM, ROW, Block, ChosenColumns, OpenTable
from cigem_core.sdk.batch import ENTRY_COLUMN, SURPLUS, names_entry
from cigem_core.sdk.declaration import Declaration
from cigem_core.sdk.reading.items import list_column, listed
from cigem_core.sdk.reading.validation import columns_found
from cigem_core.spelling import title_key
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.formats.books.grid import Grid

_HEAD = 1 << 16
"""Bytes in which the header of a file of text must stand."""

_TITLES = 20
"""Among so many first rows of a sheet its header is looked for: people write titles above it."""


def corrected(source: Source, tables: Sequence[Declaration]) -> list[Source]:
    """A corrections file as one source per table; any other source as itself.

    Where one of the tables is in CSV files, a CSV file that has its columns is read as one of those.
    """
    if source.is_workbook():
        return _of_workbook(source, tables) or [source]
    if not _speaks_of_entries(source) or any(isinstance(t.format, Csv) and columns_found(t, source) for t in tables):
        return [source]
    return [_of_text(source, tables) or source]


def _of_workbook(source: Source, tables: Sequence[Declaration]) -> list[Source]:
    """The sheets of corrections: those that hold the entries' numbers, or else the columns of a table.

    The agency's own workbook is none. What is left aside is said with the first of them.
    """
    found, aside, numbered, own = [], [], False, _own_sheets(source, tables)
    for grid in book_of(source).sheets:
        if (one := _numbered(source, grid, tables)) is not None:
            numbered = True
        elif grid.name not in own:
            one = _keyed(source, grid, tables)
        found += [one] if one else []
        aside += [] if one else [grid.name]
    if not found or (own and not numbered):
        return []
    return [evolve(found[0], assumed=(*found[0].assumed, *map(_left_aside, aside))), *found[1:]]


def _own_sheets(source: Source, tables: Sequence[Declaration]) -> set[str | None]:
    """The sheets that stand in the agency's own workbooks, by their names."""
    formats = [table.format for table in tables if isinstance(table.format, (SheetTable, SheetLabels))]
    return {form.name_in(source) for form in formats} - {None}


def _numbered(source: Source, grid: Grid, tables: Sequence[Declaration]) -> Source | None:
    """The rows of a sheet with the entries' numbers: where a date was typed, a spreadsheet may hold a real one."""
    at = _header_at(grid, _has_entries)
    if at is None:
        return None
    lines, kinds = _texts(grid.cells), _kinds(grid.cells)
    return _in_memory(source, grid.name, lines[at], _below(lines, at, ""), tables, _below(kinds, at, None))


def _keyed(source: Source, grid: Grid, tables: Sequence[Declaration]) -> Source | None:
    """The rows of a sheet that lost the entries' numbers: none of them names one, so that each is known by its key."""
    at = _header_at(grid, lambda row: any(_stands_on(grid.name, row, table) for table in tables))
    if at is None:
        return None
    lines, kinds = _texts(grid.cells), _kinds(grid.cells)
    header = [ENTRY_COLUMN, *lines[at]]
    rows, are = [["", *row] for row in _below(lines, at, "")], [[None, *row] for row in _below(kinds, at, None)]
    return evolve(_in_memory(source, grid.name, header, rows, tables, are, first=-1), assumed=(_by_key(grid.name),))


def _header_at(grid: Grid, is_header: Callable[[Sequence[str]], bool]) -> int | None:
    """Where the header of a sheet stands; of an agency's own workbook, which may be large, no more is looked at than that."""
    return next((at for at, row in enumerate(_texts(grid.cells.head(_TITLES))) if is_header(row)), None)


def _stands_on(sheet: str, header: Sequence[str], table: Declaration) -> bool:
    """Whether a sheet has the columns of a table; under the name corrections are written with, some may be masked."""
    is_named = title_key(sheet) == title_key(table.kind.label.fr)
    return _holds(header, table.naming_columns if is_named else table.headers)


def _below(lines: Sequence[Sequence[Any]], header: int, nothing: Any) -> list[Sequence[Any]]:
    """The rows below a header; rows of nothing stand for those above it, so that each keeps the number it is shown with."""
    return [*[[nothing] * len(lines[header])] * header, *lines[header + 1 :]]


def _texts(cells: pl.DataFrame) -> list[list[str]]:
    """The rows of a sheet. Corrections are written under guard, as in CSV, so that either file may be saved as the other."""
    import polars as pl

    texts = unguarded(cells.select(pl.col(str(at)).cast(pl.String).fill_null("") for at in range(cells.width // 2)))
    return [list(row) for row in texts.iter_rows()]


def _kinds(cells: pl.DataFrame) -> list[list[Any]]:
    """What the cells of a sheet were."""
    return [list(row) for row in cells.select(f"{IS}{at}" for at in range(cells.width // 2)).iter_rows()]


def _of_text(source: Source, tables: Sequence[Declaration]) -> Source | None:
    """The rows of a file of text, whichever program saved it; None where no row of it is such a header."""
    try:
        opened = _open(source)
    except SourceRefused:
        return None
    rows = [row for block in opened.blocks() for row in _rows(block)]
    lines: list[Sequence[str]] = [()] * (max((at for at, _ in rows), default=1) - 1)
    for at, cells in rows:
        lines[at - 2] = cells
    return _in_memory(source, None, opened.header, lines, tables)


def _rows(block: Block) -> list[tuple[int, Sequence[str]]]:
    """The rows of a block by their numbers, those that are too short or too long as well."""
    width = sum(not name.startswith("#") for name in block.cells.columns)
    aligned = [(row[-1], row[:-1]) for row in block.cells.select(*map(str, range(width)), ROW).iter_rows()]
    misfits = [(misfit.row, misfit.cells) for misfit in block.misfits if misfit.cells is not None]
    if len(misfits) < len(block.misfits):
        # Every column was asked for, so the cells of every row are told.
        raise InternalError(
            Text(fr="des lignes de corrections ne sont pas comptées", en="some rows of corrections are not accounted for")
        )
    return [*aligned, *misfits]


def _choose(header: Sequence[str]) -> ChosenColumns:
    if not _has_entries(header):
        raise SourceRefused(Text(fr=f"il n'y a pas de colonne « {ENTRY_COLUMN} »", en=f"there is no column '{ENTRY_COLUMN}'"))
    return ChosenColumns(names={at: str(at) for at in range(len(header))}, whole=True)


def _has_entries(header: Sequence[str]) -> bool:
    return any(map(names_entry, header))


def is_corrections(source: Source) -> bool:
    """Whether a source has the column of the entries' numbers: it is known by its columns, whatever its name."""
    if source.table is not None:
        return _has_entries(source.table.columns)
    if not _speaks_of_entries(source):
        return False
    try:
        _open(source).close()
    except SourceRefused:
        return False
    return True


def _open(source: Source) -> OpenTable:
    return Csv("corrections.csv").open(source, _choose)


def _speaks_of_entries(source: Source) -> bool:
    """Whether the first bytes may be the header of a corrections file, in any encoding."""
    if source.table is not None:
        return False
    try:
        head = source.first(_HEAD).replace(b"\0", b"").lower()
    except SourceRefused:
        return False
    return ENTRY_COLUMN.split()[-1].encode() in head


def _in_memory(
    source: Source,
    sheet: str | None,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    tables: Sequence[Declaration],
    kinds: Sequence[Sequence[Any]] = (),
    *,
    first: int = 0,
) -> Source:
    """The cells of a table by their headers; cells without a header get a name that says so.

    `first` is where the first of them stands in its sheet: -1 where one was put before those that are there.
    """
    width = max([len(header), *map(len, rows)])
    titles = [*header, *[""] * (width - len(header))]
    names = [name if name.strip() else f"{SURPLUS}{at}" for at, name in enumerate(titles)]
    known = [ENTRY_COLUMN if names_entry(name) else name for name in names]
    if twice := next((name for name in known if known.count(name) > 1), None):
        raise SourceRefused(_twice(source, sheet, twice))
    columns, lines = listed(names, [[*row, *[""] * (width - len(row))] for row in rows], _lists(names, tables))
    frame = _frame(columns, lines, names, kinds)
    letters = {name: letters_of(at) for at, name in enumerate(names, first) if sheet and at >= 0}
    return Source(name=source.name, sheet=sheet, table=frame, digest=source.sha256(), letters=letters)


def _lists(header: Sequence[str], tables: Sequence[Declaration]) -> Callable[[str], bool]:
    """Which columns are of lists: those a table with this header declares, and in documents whatever they hold beside.

    Where the column of the key is gone, any table may be meant, and its lists are no missing columns.
    """
    here = [table for table in tables if _holds(header, table.naming_columns)] or tables
    declared = {title_key(column) for table in here for column in table.headers if ITEM in column}
    of_documents = any(table.format.is_sparse for table in here)
    return lambda column: of_documents or title_key(column) in declared


def _holds(header: Sequence[str], columns: Iterable[str]) -> bool:
    """Whether columns are all there, those of lists by one item at least."""
    there = {title_key(list_column(title)) for title in header}
    return all(title_key(column) in there for column in columns)


def _frame(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], names: Sequence[str], kinds: Sequence[Sequence[Any]]
) -> pl.DataFrame:
    import polars as pl

    lists = {name for name in columns if name not in names}
    schema = {name: pl.List(pl.String) if name in lists else pl.String() for name in columns}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    plain = [at for at, name in enumerate(names) if name in schema] if kinds else []
    return frame.with_columns(pl.Series(IS + names[at], [row[at] for row in kinds], dtype=pl.UInt8) for at in plain)


def _by_key(sheet: str) -> Text:
    return Text(
        fr=f"la feuille « {sheet} » n'a pas de colonne « {ENTRY_COLUMN} » : ses lignes sont reconnues à leur clé",
        en=f"the sheet '{sheet}' has no column '{ENTRY_COLUMN}': its rows are known by their keys",
    )


def _left_aside(sheet: str) -> Text:
    return Text(
        fr=f"la feuille « {sheet} » est laissée de côté : ni colonne « {ENTRY_COLUMN} », ni toutes les colonnes d'une table",
        en=f"the sheet '{sheet}' is left aside: no column '{ENTRY_COLUMN}', nor all the columns of a table",
    )


def _twice(source: Source, sheet: str | None, column: str) -> Text:
    place_fr, place_en = (f", feuille « {sheet} »", f", sheet '{sheet}'") if sheet else ("", "")
    return Text(
        fr=f"{source.name}{place_fr} : la colonne « {column} » est là deux fois ; en garder une",
        en=f"{source.name}{place_en}: the column '{column}' is there twice; keep one",
    )
