"""Rows in quarantine go back to the agency in its own layout: cells marked, each with what is expected.

They come home by the same door: a file with the column `N° anomalie` is pulled like any other, and each row
settles the entry it names. They leave as anything does: under the clause in force today, as far as its mask lets them.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from attrs import define, evolve, field, frozen

from cigem_core.errors import ConventionError, OperatorError
from cigem_core.formats.books.workbook import Sheet, fits, write_workbook
from cigem_core.formats.delimited.csv import Csv, split_record
from cigem_core.formats.delimited.guarding import guard
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ITEM, ChosenColumns
from cigem_core.model.conventions import Axis, Convention
from cigem_core.model.fields import Kind, kind_of
from cigem_core.model.receipts import Head
from cigem_core.newfiles import new_file
from cigem_core.plugins import Plugins
from cigem_core.policy import Mask, Permit, permit
from cigem_core.sdk.batch import ENTRY_COLUMN, ORIGIN_COLUMN
from cigem_core.sdk.declaration import Declaration, TableFormat
from cigem_core.sdk.reading.plan import crossing, hides, permitted_headers
from cigem_core.sdk.table import Table
from cigem_core.store import Store, journal
from cigem_core.store.quarantined import Entry, kept_rows
from cigem_core.text import Text

_DIALECT = Csv("corrections.csv", delimiter=";", encodings=("utf-8-sig",))
"""For tables that stand in no CSV file."""


@frozen(kw_only=True)
class Corrections:
    """What was written for an agency to mend."""

    paths: tuple[Path, ...]
    rows: int
    withheld: int = 0
    """Rows that no clause in force lets cross today."""
    journal: Head | None = None
    """The line that says it was written."""


def write_corrections(store: Store, plugins: Plugins, agency: str, path: Path, *, on: date, by: str) -> Corrections:
    """Write the rows an agency must mend, to a workbook (a sheet a table) or to CSV (a file a table).

    Rows that came under several axes go to a file for each, for each comes home under its own clause. They were kept under
    an earlier wording: what today's hides is left out. Raises OperatorError when nothing waits, or the file is neither
    `.xlsx` nor `.csv`; ConventionError when no clause in force lets any of the rows cross.
    """
    adapter = plugins.adapter(agency)
    agency = adapter.agency
    with store.reading() as connection:
        waiting = kept_rows(connection, agency)
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise OperatorError(
            Text(fr=f"{path.name} : donner un nom en .xlsx ou en .csv", en=f"{path.name}: give a name ending in .xlsx or .csv")
        )
    if not waiting:
        raise OperatorError(
            Text(fr=f"aucune ligne de {agency} n'attend de correction", en=f"no row of {agency} waits for a correction")
        )
    gates = _Gates(conventions=store.conventions(), agency=agency, on=on)
    permitted = [(axis, entry, body) for axis, entry, body in waiting if gates.let(axis, entry.kind)]
    if not permitted:
        raise gates.refusals[0]
    by_axis: dict[str, list[_Rows]] = {}
    for axis, entry, body in permitted:
        by_axis.setdefault(axis, []).append((entry, body))
    files: dict[Path, _Write] = {}
    for axis, rows in by_axis.items():
        apart = path.with_stem(f"{path.stem}-{axis}") if len(by_axis) > 1 else path
        files |= files_to_mend(adapter.pull, rows, apart, partial(gates.mask, axis))
    for target in files:
        check_free(target)
    withheld = len(waiting) - len(permitted)
    facts = {"agency": agency, "rows": len(permitted), "withheld": withheld, "clauses": gates.facts}
    # The line stands first: a line too many is better than people's rows in a file that nobody knows of.
    with store.writing() as connection:
        head = journal.write(connection, "corrections", facts, on=on, by=by)
    # All are prepared before the first is written, so that one refused leaves none behind.
    put_in_place(store, files)
    return Corrections(paths=tuple(files), rows=len(permitted), withheld=withheld, journal=head)


_Rows = tuple[Entry, Mapping[str, Any]]
_Masks = Callable[[Kind], Mask]
_Write = Callable[[Path], object]


@define(kw_only=True)
class _Gates:
    """What may go back to an agency today, of each kind and under each axis it came under."""

    conventions: Sequence[Convention]
    agency: str
    on: date
    refusals: list[ConventionError] = field(factory=list)
    _granted: dict[tuple[str, str], Permit | None] = field(factory=dict)

    def let(self, axis: str, kind: str) -> bool:
        """Whether rows of a kind may go back at all."""
        if (axis, kind) not in self._granted:
            try:
                self._granted[axis, kind] = permit(
                    self.conventions, agency=self.agency, direction="pull", on=self.on, axis=Axis(axis), kinds=[kind_of(kind)]
                )
            except ConventionError as error:
                self.refusals.append(error)
                self._granted[axis, kind] = None
        return self._granted[axis, kind] is not None

    def mask(self, axis: str, kind: Kind) -> Mask:
        """What of a kind that may go back does."""
        granted = self._granted[axis, kind.name]
        return granted.mask if granted else Mask(fields={}, cargo=False)

    @property
    def facts(self) -> list[dict[str, str]]:
        """The clauses under which something goes back, each once."""
        return list({granted.article: granted.facts for granted in self._granted.values() if granted}.values())


def files_to_mend(tables: Iterable[Table], waiting: Sequence[_Rows], path: Path, masks: _Masks) -> dict[Path, _Write]:
    """What to write where; OperatorError where a text would not come home from it."""
    sheets = [
        (table, _sheet(table, rows, masks(table.kind)))
        for table in tables
        if (rows := [(entry, body) for entry, body in waiting if entry.kind == table.kind.name])
    ]
    if path.suffix.lower() == ".xlsx":
        written = [_guarded(sheet) for _, sheet in sheets]
        for sheet in written:
            _check_lengths(sheet)
        return {path: partial(write_workbook, sheets=written)}
    paths = [path if len(sheets) == 1 else path.with_stem(f"{path.stem}-{table.kind.name}") for table, _ in sheets]
    return {
        target: partial(Path.write_bytes, data=_in_csv(table, sheet))
        for target, (table, sheet) in zip(paths, sheets, strict=True)
    }


def _sheet(table: Table, rows: Sequence[_Rows], mask: Mask) -> Sheet:
    """The sheet of one table: the agency's columns, the entry's number, and what could not be put in a column.

    The declared columns that may cross are there, whether a row waiting has anything in them or not: a cell that is emptied,
    or filled where nothing stood, is a correction too. One that files may come without is there if a row came with it.
    """
    crosses = crossing(table, mask)
    rows = [(_shown(entry, crosses), body) for entry, body in rows]
    told = [_let(_told(table, body), entry, crosses, whole=not hides(table, mask)) for entry, body in rows]
    # A list nobody filled in has the columns of one item, to begin it in.
    filled = (name for row in told for name in row.columns)
    always = (name for name in permitted_headers(table, mask) if name not in table.not_needed)
    present = {name.replace(ITEM, "[0]", 1) for name in (*always, *filled)}
    # A document does not speak of what it lacks; its place is shown where something should stand there.
    present |= {fault.column for entry, _ in rows for fault in entry.faults if fault.column}
    columns = sorted(present, key=partial(_place, {header: at for at, header in enumerate(table.headers)}))
    origin = [ORIGIN_COLUMN] if any(row.origin for row in told) else []
    beside = max(len(row.beside) for row in told)
    header = [*columns, ENTRY_COLUMN, *origin, *[""] * beside]
    lines, marks = [], {}
    for at, ((entry, _), row) in enumerate(zip(rows, told, strict=True)):
        lines.append(
            [
                *(row.cells.get(name, "") for name in columns),
                str(entry.id),
                *([row.origin] if origin else []),
                *row.beside,
                *[""] * (beside - len(row.beside)),
            ]
        )
        for place, remedies in _remedies(entry, header).items():
            marks[at, place] = "\n".join(remedies)
    return Sheet(name=table.kind.label.fr, header=header, rows=lines, marks=marks)


def _place(order: Mapping[str, int], column: str) -> tuple[int, int, str]:
    """Where a column stands: as the table declares it, items of a list by their places, then what nobody declared."""
    index = re.search(r"\[([0-9]+)\]", column)
    declared = re.sub(r"\[[0-9]+\]", ITEM, column, count=1)
    return (order.get(declared, len(order)), int(index[1]) if index else 0, column)


@frozen(kw_only=True)
class _LaidOut:
    """What of a row can be put in its columns, what stands beside them, and what it was as a whole."""

    columns: Sequence[str]
    cells: Mapping[str, str]
    beside: Sequence[str] = ()
    origin: str = ""
    is_split: bool = False
    """Whether its text was told apart again, delimiter by delimiter."""


def cells_of(table: Declaration, body: Mapping[str, Any]) -> Mapping[str, str]:
    """The cells of a row in quarantine by their columns, as a corrections file shows them."""
    return _told(table, body).cells


def _told(table: Declaration, body: Mapping[str, Any]) -> _LaidOut:
    if "cells" in body:
        return _LaidOut(columns=list(body["cells"]), cells=body["cells"], beside=body.get("beside", ()))
    if "text" not in body:
        # Nothing but its place was kept: the agency finds the row in its own file, and writes it into its columns.
        place = f"{body['file']}, ligne {body['row']}"
        return _LaidOut(columns=body["columns"], cells={}, origin=place)
    columns: list[str] = body["columns"]
    cells = split_record(body["text"], table.format) if isinstance(table.format, Csv) else None
    if cells is None:
        return _LaidOut(columns=columns, cells={}, origin=body["text"])
    return _LaidOut(columns=columns, cells=dict(zip(columns, cells, strict=False)), beside=cells[len(columns) :], is_split=True)


def _shown(entry: Entry, crosses: Callable[[str], bool]) -> Entry:
    """An entry without what is wrong in columns that may not cross."""
    return evolve(entry, faults=tuple(fault for fault in entry.faults if fault.column is None or crosses(fault.column)))


def _let(row: _LaidOut, entry: Entry, crosses: Callable[[str], bool], *, whole: bool) -> _LaidOut:
    """What of a row may cross: its columns that may, and what stands beside them, or the whole of it, only under a full mask."""
    columns = [name for name in row.columns if crosses(name)]
    cells = {name: text for name, text in row.cells.items() if name in columns}
    if whole and len(columns) == len(row.columns):
        return row
    if row.is_split:
        # Its cells were told apart by their places: one too many, and each stands under another's name.
        return _LaidOut(columns=columns, cells={}, origin=_place_of(entry))
    return _LaidOut(columns=columns, cells=cells, origin=_place_of(entry) if row.origin else "")


def _place_of(entry: Entry) -> str:
    return f"{entry.file}, ligne {entry.row}"


def _remedies(entry: Entry, header: Sequence[str]) -> dict[int, list[str]]:
    """Column of the sheet → what to do there; what is wrong with a whole row stands at its number."""
    found: dict[int, list[str]] = {}
    whole = header.index(ENTRY_COLUMN)
    for fault in entry.faults:
        at = header.index(fault.column) if fault.column in header else whole
        found.setdefault(at, []).append(fault.remedy.fr)
    return found


def _guarded(sheet: Sheet) -> Sheet:
    """Cells and titles guarded as in CSV: a spreadsheet may save either file as the other, and both come home equal."""
    return evolve(sheet, header=[*map(guard, sheet.header)], rows=[[*map(guard, row)] for row in sheet.rows])


def _check_lengths(sheet: Sheet) -> None:
    """OperatorError where a text is longer than a cell of a workbook holds."""
    for row in sheet.rows:
        for at in (at for at, text in enumerate(row) if not fits(text)):
            entry, column = row[sheet.header.index(ENTRY_COLUMN)], sheet.header[at]
            raise OperatorError(
                Text(
                    fr=f"anomalie n° {entry}, colonne « {column} » : trop long pour un classeur ; demander un fichier .csv",
                    en=f"entry {entry}, column '{column}': too long for a workbook; ask for a .csv file",
                )
            )


def _in_csv(table: Table, sheet: Sheet) -> bytes:
    """A sheet as a file of text; OperatorError where it would be read as other rows than it has.

    A text of several lines may hold one that looks like a row: someone could have himself registered by it.
    """
    file = io.BytesIO()
    declared = isinstance(table.format, Csv)
    (table.format if declared else _DIALECT).write(file, sheet.header, sheet.rows)
    reader = table.format if declared else Csv("corrections.csv")  # as it will be read, whichever program saves it
    if (entry := _first_changed(reader, file.getvalue(), sheet)) is None:
        return file.getvalue()
    raise OperatorError(
        Text(
            fr=f"anomalie n° {entry} : un de ses textes se lirait comme plusieurs lignes ; demander un classeur (.xlsx)",
            en=f"entry {entry}: one of its texts would read as several rows; ask for a workbook (.xlsx)",
        )
    )


def _first_changed(reader: TableFormat, content: bytes, sheet: Sheet) -> str | None:
    """The entry of the first row that a file of text does not give back as it is; None where it gives all of them back."""
    opened = reader.open(
        Source.of(content, "corrections.csv"),
        lambda found: ChosenColumns(names={at: str(at) for at in range(len(found))}, whole=True),
    )
    names = [str(at) for at in range(len(sheet.header))]
    read = [row for block in opened.blocks() for row in block.cells.select(names).rows()]
    changed = (at for at, row in enumerate(sheet.rows) if at >= len(read) or tuple(row) != read[at])
    return next((sheet.rows[at][sheet.header.index(ENTRY_COLUMN)] for at in changed), None)


def check_free(path: Path) -> None:
    """Refuse a name that is taken: somebody may be mending that file."""
    if path.exists() or path.is_symlink():
        raise OperatorError(
            Text(
                fr=f"{path.name} est déjà là, peut-être en cours de correction : donner un autre nom, ou le ranger ailleurs",
                en=f"{path.name} is there already, and someone may be mending it; give another name, or move it away",
            )
        )


def put_in_place(store: Store, files: Mapping[Path, _Write]) -> None:
    """Write each file; OperatorError where one cannot be."""
    for target, write in files.items():
        beside = target.with_name(f".{target.name}.{os.getpid()}{target.suffix}")
        with store.writing_beside(beside):
            _put(target, beside, write)


def _put(path: Path, beside: Path, write: _Write) -> None:
    """Write beside, for its owner alone, then put in place where nothing is: a failure leaves no half-written file."""
    try:
        write(new_file(beside))
        check_free(path)
        os.replace(beside, path)
    except OSError:
        raise OperatorError(
            Text(fr=f"{path} : écriture impossible ; vérifier le dossier", en=f"{path}: cannot be written; check the folder")
        ) from None
    finally:
        beside.unlink(missing_ok=True)
