"""Workbooks of text: sheets written cell by cell as text, never as formulas; whole numbers are numbers.

Needs the extra `xlsx` (openpyxl), which is imported when used.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cigem_core.errors import MissingExtra
from cigem_core.text import Text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_LONGEST = 32_767
"""Characters (UTF-16 code units) a cell of a workbook holds; what is longer would be cut without a word."""
_MARKED = "FFFFE08A"
_HEADER = "FFDDE5EE"
_NARROWEST, _WIDEST = 8, 40
_LINE, _HIGHEST = 15, 20
_PAGE = 220
"""Characters side by side on a page that can still be read."""
_RULED, _WRITTEN, _NARROW, _UPRIGHT = 160, 20, 4.5, 84
"""Of a sheet to write on: characters side by side, and the height of rows, the width of narrow columns, the height of upright
headers (points, characters, points)."""
_RULE = "FF8896A8"


@frozen(kw_only=True)
class Paper:
    """How a sheet is printed that people fill in by hand: ruled, with a title above every page."""

    title: str
    narrow: Collection[int] = ()
    """The columns, from 0, that hold a letter or two: their headers stand upright."""
    beside: int = 1
    """So many first columns come again on every page."""


@frozen(kw_only=True)
class Sheet:
    """A sheet of text: its headers, its rows, and the cells to be marked with what is expected there."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]] = field(repr=False)
    marks: Mapping[tuple[int, int], str] = field(factory=dict, repr=False)
    """(row, column), both from 0 → the comment of the cell."""
    choices: Mapping[int, Sequence[str]] = field(factory=dict)
    """Column, from 0 → what its cells are chosen from."""
    numbers: frozenset[int] = frozenset()
    """Columns, from 0, whose cells are whole numbers."""
    paper: Paper | None = None


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write sheets; every text is text, so that nothing in it can act as a formula."""
    openpyxl = load_openpyxl()
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _write_sheet(book.create_sheet(sheet_title(sheet.name, book.sheetnames)), sheet)
    book.save(path)


def _write_sheet(worksheet: Worksheet, sheet: Sheet) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    marked = PatternFill(fill_type="solid", fgColor=_MARKED)
    for number, row in enumerate((sheet.header, *sheet.rows), start=1):
        for column, text in enumerate(row, start=1):
            cell = worksheet.cell(number, column)
            if text and number > 1 and column - 1 in sheet.numbers:
                cell.value, cell.alignment = int(text), Alignment(horizontal="center", vertical="top")
                continue
            cell.number_format = "@"
            if text:
                cell.value = escape(text)
                cell.data_type = "s"
            if number == 1:
                cell.font, cell.fill = Font(name="Calibri", size=11, bold=True), PatternFill(fill_type="solid", fgColor=_HEADER)
            comment = sheet.marks.get((number - 2, column - 1))
            if comment:
                cell.fill, cell.comment = marked, Comment(comment, "cigem", width=320, height=90)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for column, texts in enumerate(zip_longest(sheet.header, *sheet.rows, fillvalue=""), start=1):
        worksheet.column_dimensions[get_column_letter(column)].width = min(max(_NARROWEST, *map(len, texts)) + 2, _WIDEST)
    for number, row in enumerate(sheet.rows, start=2):
        if (lines := max(map(_lines, row), default=1)) > 1:
            worksheet.row_dimensions[number].height = _LINE * min(lines, _HIGHEST)
    for at, offered in sheet.choices.items():
        _let_choose(worksheet, f"{get_column_letter(at + 1)}2:{get_column_letter(at + 1)}{len(sheet.rows) + 1}", offered)
    worksheet.freeze_panes = f"{get_column_letter(sheet.paper.beside + 1)}2" if sheet.paper else "A2"
    _prepare_for_print(worksheet)
    if sheet.paper:
        _rule(worksheet, sheet.paper)


def _let_choose(worksheet: Worksheet, cells: str, texts: Sequence[str]) -> None:
    """Offer a list of texts in some cells; a spreadsheet refuses others, and who must write another pastes it."""
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = DataValidation(type="list", formula1='"' + ",".join(texts) + '"', allow_blank=True)
    worksheet.add_data_validation(offered)
    offered.add(cells)


def _lines(text: str) -> int:
    """How many lines a cell takes in the widest of columns."""
    return sum(1 + len(line) // _WIDEST for line in text.split("\n"))


def _prepare_for_print(worksheet: Worksheet) -> None:
    """On paper too a row keeps its header and its key, and what is expected is printed after the rows."""
    from openpyxl.worksheet.properties import PageSetupProperties

    worksheet.page_setup.orientation, worksheet.page_setup.paperSize = "landscape", worksheet.PAPERSIZE_A4
    worksheet.page_setup.cellComments = "atEnd"
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    width = sum(column.width for column in worksheet.column_dimensions.values())
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = max(2, -(-int(width) // _PAGE)), 0
    worksheet.print_title_rows, worksheet.print_title_cols = "1:1", "A:A"


def _rule(worksheet: Worksheet, paper: Paper) -> None:
    """Lines around every cell, rows high enough to write in, and no more pages side by side than it takes."""
    from openpyxl.styles import Alignment, Border, Side
    from openpyxl.utils import get_column_letter

    line = Side(style="thin", color=_RULE)
    for row in worksheet.iter_rows():
        for cell in row:
            cell.border = Border(left=line, right=line, top=line, bottom=line)
    for number in range(2, worksheet.max_row + 1):
        known = worksheet.row_dimensions[number].height or 0
        worksheet.row_dimensions[number].height = max(known, _WRITTEN)
    for column in paper.narrow:
        head = worksheet.cell(1, column + 1)
        head.alignment = Alignment(text_rotation=90, horizontal="center", vertical="bottom")
        worksheet.column_dimensions[get_column_letter(column + 1)].width = _NARROW
        for number in range(2, worksheet.max_row + 1):
            worksheet.cell(number, column + 1).alignment = Alignment(horizontal="center", vertical="center")
    if paper.narrow:
        worksheet.row_dimensions[1].height = _UPRIGHT
    width = sum(one.width for one in worksheet.column_dimensions.values())
    worksheet.page_setup.fitToWidth = max(1, -(-int(width) // _RULED))
    worksheet.print_title_cols = f"A:{get_column_letter(paper.beside)}"
    worksheet.page_margins.left = worksheet.page_margins.right = 0.4
    above, below = worksheet.oddHeader, worksheet.oddFooter
    assert above is not None  # a new sheet has both
    assert below is not None
    above.center.text, below.right.text = paper.title.replace("&", "&&"), "&P / &N"


def fits(text: str) -> bool:
    """Whether a cell of a workbook holds all of a text."""
    return len(escape(text).encode("utf-16-le", "surrogatepass")) <= 2 * _LONGEST


def escape(text: str) -> str:
    """Text as a workbook holds it (ECMA-376, ST_Xstring): control characters as `_x000D_`."""
    plain = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]", lambda found: f"_x{ord(found[0]):04X}_", plain)


def sheet_title(name: str, taken: Sequence[str]) -> str:
    """A sheet's name as spreadsheets allow it: 31 characters, without some signs, and not taken."""
    base = re.sub(r"[\\/*?:\[\]]", " ", name)[:28] or "1"
    number, title = 2, base
    while title in taken:
        title, number = f"{base} {number}", number + 1
    return title


def load_openpyxl() -> Any:
    """The library that writes workbooks; MissingExtra where it is not installed."""
    try:
        import openpyxl
    except ImportError:
        raise MissingExtra(
            Text(
                fr="les classeurs demandent une extension : pip install cigem-core[xlsx]",
                en="workbooks need an extra: pip install cigem-core[xlsx]",
            )
        ) from None
    return openpyxl
