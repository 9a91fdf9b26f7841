"""The bulletin's tables as a workbook: numbers as numbers, texts as texts, nothing that a spreadsheet could run."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cigem_core.formats.books.workbook import escape, load_openpyxl, sheet_title
from cigem_core.observatory.writing.bulletin import TITLE, Bulletin
from cigem_core.observatory.writing.tables import HIDDEN, whole_of
from cigem_core.text import Language, Text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_RATIO = "0.0000"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def write_tables(bulletin: Bulletin, path: Path, language: Language, *, on: date) -> None:
    """Write a sheet a table, after one that names them and holds each indicator over everybody; the same bytes on every run."""
    book = load_openpyxl().Workbook()
    book.remove(book.active)
    book.properties.creator, book.properties.created = "cigem", datetime(on.year, on.month, on.day)
    first = book.create_sheet(sheet_title(_ALL.in_(language), ()))
    named: list[tuple[str, Text]] = []
    tables = [table for one in bulletin.indicators for table in bulletin.tables(one)]
    for table in [*tables, *([bulletin.pairs] if bulletin.pairs else [])]:
        sheet = book.create_sheet(sheet_title(f"{len(named) + 1} {table.indicator.name}", book.sheetnames))
        named.append((sheet.title, table.title))
        rows = [[*called, *numbers] for called, numbers in table.rows(bulletin.names)]
        _fill(sheet, [table.header, *rows], language)
        _finish(sheet)
    _fill(first, _summary(bulletin, named), language)
    _finish(first, frozen=False)
    file = io.BytesIO()
    book.save(file)
    path.write_bytes(_timeless(file.getvalue(), on))


_ALL = Text(fr="Ensemble", en="All")


def _summary(bulletin: Bulletin, named: Sequence[tuple[str, Text]]) -> list[Sequence[Any]]:
    head = [
        Text(fr="Indicateur", en="Indicator"), Text(fr="Unité", en="Unit"), Text(fr="Valeur", en="Value"),
        Text(fr="Dont", en="Of which"), Text(fr="Sur", en="Out of"), Text(fr="Au moins", en="At least"),
        Text(fr="Au plus", en="At most"), Text(fr="Jours (médiane)", en="Days (median)"), Text(fr="Définition", en="Definition"),
    ]  # fmt: skip
    rows = []
    for one in bulletin.indicators:
        whole = whole_of(one, bulletin.figures)
        numbers = (whole.value, whole.numerator, whole.denominator, whole.low, whole.high, whole.median_days)
        rows.append([one.label, one.unit, *([HIDDEN, *[None] * 5] if whole.is_hidden else numbers), one.definition])
    sheets = [Text(fr="Feuilles", en="Sheets")]
    return [[TITLE], [bulletin.period.label], [bulletin.way], [], head, *rows, [], sheets, *named]


def _fill(sheet: Worksheet, rows: Sequence[Sequence[Any]], language: Language) -> None:
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            told = value.in_(language) if isinstance(value, Text) else value
            if told is None:
                continue
            cell = sheet.cell(number, column)
            if isinstance(told, str):
                # Said to be text: a label that begins like a formula is none.
                cell.value, cell.data_type = escape(told), "s"
            else:
                cell.value = told
                cell.number_format = _RATIO if isinstance(told, float) else "0"


def _finish(sheet: Worksheet, *, frozen: bool = True) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(sheet.iter_cols(), start=1):
        widest = max((len(str(cell.value)) for cell in column if cell.value is not None), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(8, widest) + 2, 60 if frozen else 36)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="top")
    if frozen:
        sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4


def _timeless(content: bytes, on: date) -> bytes:
    """A workbook that says of its time only the day it was published: the library writes the clock into each part."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as write:
        for name in read.namelist():
            part = read.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rf"\g<1>{on:%Y-%m-%d}T00:00:00Z".encode(), part)
            write.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()
