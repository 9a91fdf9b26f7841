"""Rows put into one sheet of a workbook (XLSX, XLSM), as a spreadsheet would put them in, and nothing else changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from cigem_core.errors import SourceRefused
from cigem_core.formats.books.insertion.workbook import insert
from cigem_core.formats.guard import LIMITS, Limits, Wired, guarded
from cigem_core.text import Text

__all__ = ["Value", "insert_rows"]

Value = str | int | Decimal | date | None
"""What a cell is given; None leaves it empty."""


def insert_rows(
    content: bytes,
    *,
    sheet: str,
    before: int,
    rows: Sequence[Sequence[Value]],
    like: int,
    name: str = "workbook.xlsx",
    limits: Limits = LIMITS,
) -> bytes:
    """The workbook with rows put in above row `before` of a sheet, as a spreadsheet numbers them; past the end, after it.

    Each new cell has the style of the cell of row `like` in its column. Everything that refers to rows further down
    moves with them; a range that ends just above the new rows takes them in. Texts stay texts, whatever they look like.
    Parts of the workbook that need no change keep every byte. It is calculated anew when it is opened.

    A date whose cell is not styled as one is written as text (`01/10/2009`).
    Raises SourceRefused for other kinds of workbook, for one without that sheet, and where it cannot be done safely.
    """
    if not content.startswith(b"PK"):
        raise SourceRefused(
            Text(
                fr=f"{name} : des lignes ne peuvent s'ajouter qu'à un classeur XLSX ou XLSM ; l'enregistrer à ce format",
                en=f"{name}: rows can only be added to an XLSX or XLSM workbook; save it as one",
            ),
            reason="kind",
        )
    given = [[_wired(value) for value in row] for row in rows]
    unfolded = limits.unfolds_to(len(content))
    made = guarded(
        insert, content, name, sheet, before, given, like, limits.entries, unfolded, name=name, size=len(content), limits=limits
    )
    assert isinstance(made, bytes)
    return made


def _wired(value: Value) -> Wired:
    if isinstance(value, date):
        return ["date", value.year, value.month, value.day]
    if isinstance(value, (int, Decimal)):
        return ["number", format(value, "f") if isinstance(value, Decimal) else str(int(value))]
    return None if value is None else ["text", value]
