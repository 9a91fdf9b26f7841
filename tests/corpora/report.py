"""How public workbooks are read: right, or refused with a typed error.

    CIGEM_CORPORA=/path/to/fixtures python tests/corpora/report.py

Run by hand; nothing of the corpora is copied. Each XLSX is read beside openpyxl, each XLS beside xlrd, cell by cell.
Where the two differ and we know ours to be what a spreadsheet shows, the reason stands in KNOWN.
"""

from __future__ import annotations

import io
import os
import sys
import time
import warnings
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any

from cigem_core.errors import CigemError
from cigem_core.formats.books.grid import Book, read_book
from cigem_core.formats.source import Source
from cigem_core.formats.tables import BOOLEAN, DATE, IS, NUMBER, TEXT

FOLDERS = ("xlsx-readxl", "frictionless", "mali-health-xls", "commcare", "iom-dtm", "cod-ab-caf", "odk-xlsform", "odk-central")
KNOWN = {
    "adjust-floating-point-error.xlsx": "fifteen digits, as a spreadsheet shows (274.66, not 274.65999999999997)",
    "issue-1024.xlsx": "fifteen digits",
    "issue-320.xlsx": "fifteen digits",
    "types.xlsx": "fifteen digits",
    "types.xls": "fifteen digits",
    "iris-excel-xls.xls": "fifteen digits",
    "template-MSIPF.xls": "fifteen digits",
    "dates-leap-year-1900-xlsx.xlsx": "29 February 1900 is told as such, not as the 28th",
    "new_line_errors.xlsx": "_x000D_ is a carriage return",
    "los-angeles-arrests-xlsx.xlsx": "the peer cannot open it (a style that is not there)",
}
Cells = dict[tuple[str, int, int], tuple[str, int]]


def main() -> None:
    """One line a file, then the sums."""
    warnings.simplefilter("ignore")
    root = os.environ.get("CIGEM_CORPORA")
    if root is None:
        sys.exit("CIGEM_CORPORA names the folder of the corpora")
    sums: dict[str, int] = {}
    for folder in FOLDERS:
        for path in sorted(Path(root, folder).glob("*")):
            if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
                said, seconds, note = look(path)
                sums[said] = sums.get(said, 0) + 1
                print(f"{folder:16} {path.name:46} {said:16} {seconds:5.2f} s  {note}")
    print(", ".join(f"{number} {said}" for said, number in sorted(sums.items())))


def look(path: Path) -> tuple[str, float, str]:
    """What became of one file."""
    began = time.monotonic()
    try:
        book = read_book(Source.of(path))
    except CigemError as error:
        return f"refused ({error.concerned.get('reason')})", time.monotonic() - began, error.text.en
    seconds = time.monotonic() - began
    note = f"{len(book.sheets)} sheets, {sum(len(sheet.cells) for sheet in book.sheets)} rows"
    if path.suffix.lower() == ".ods":
        return "read", seconds, note
    try:
        expected = beside_xlrd(path) if path.suffix.lower() == ".xls" else beside_openpyxl(path)
    except (IndexError, ValueError, KeyError) as error:
        return "read right" if path.name in KNOWN else "read", seconds, KNOWN.get(path.name, f"the peer fails: {error!r}")
    found = ours(book)
    differ = sum(found.get(place) != expected.get(place) for place in found.keys() | expected.keys())
    if differ and path.name not in KNOWN:
        return "differs", seconds, f"{differ} of {len(expected)} cells"
    return "read right", seconds, f"{note}; {KNOWN[path.name]}" if differ else note


def ours(book: Book) -> Cells:
    """Our cells by sheet, row and column."""
    found: Cells = {}
    for sheet in book.sheets:
        for column in range(sheet.cells.width // 2):
            pairs = zip(sheet.cells[str(column)], sheet.cells[f"{IS}{column}"], strict=True)
            found |= {(sheet.name, row, column): pair for row, pair in enumerate(pairs) if pair[0] is not None}
    return found


def beside_openpyxl(path: Path) -> Cells:
    """What openpyxl reads."""
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    cells = ((sheet.title, cell) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    filled = ((title, cell) for title, cell in cells if cell.value not in (None, ""))
    return {(title, cell.row - 1, cell.column - 1): as_text(cell.value) for title, cell in filled}


def as_text(value: Any) -> tuple[str, int]:
    """A value as our cells spell it."""
    if isinstance(value, bool):
        return str(value).lower(), BOOLEAN
    if isinstance(value, (int, float)):
        return (str(int(value)) if value == int(value) else repr(value)), NUMBER
    if isinstance(value, (date, datetime)):
        return value.isoformat().replace("T00:00:00", ""), DATE
    return (value.isoformat() if isinstance(value, clock) else str(value)), TEXT


def beside_xlrd(path: Path) -> Cells:
    """What xlrd reads, dates left as they are told by us."""
    import xlrd

    found: Cells = {}
    ours_ = ours(read_book(Source.of(path)))
    book = xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO())
    for sheet in book.sheets():
        for row in range(sheet.nrows):
            for column, cell in enumerate(sheet.row(row)):
                place = (sheet.name, row, column)
                if cell.ctype in (0, 6) or cell.value == "":
                    continue
                if cell.ctype == 3:
                    found[place] = ours_.get(place, ("a date", DATE))
                elif cell.ctype == 4:
                    found[place] = (("true" if cell.value else "false"), BOOLEAN)
                else:
                    value = xlrd.error_text_from_code[cell.value] if cell.ctype == 5 else cell.value
                    found[place] = as_text(value)
    return found


if __name__ == "__main__":
    main()
