"""XLSForms written for a test: each sheet is a header and rows, as text."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl

Rows = Sequence[Sequence[object]]


def book(**sheets: Rows) -> bytes:
    """A workbook with these sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def survey(header: str, *rows: str, **sheets: Rows) -> bytes:
    """A workbook whose survey is written as a reader would see it: cells between bars."""
    return book(survey=[cells(row) for row in (header, *rows)], **sheets)


def cells(row: str) -> list[str]:
    """A row whose cells stand between bars."""
    return [cell.strip() for cell in row.split("|")]
