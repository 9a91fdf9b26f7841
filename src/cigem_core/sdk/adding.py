"""Rows added to a sheet of a workbook the agency gave, everything else in it as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cigem_core.errors import SourceRefused
from cigem_core.formats.books.sheets import Layout, SheetTable
from cigem_core.formats.guard import LIMITS
from cigem_core.formats.source import Source
from cigem_core.formats.tables import Choose, Columns
from cigem_core.sdk.remedies import missing_columns
from cigem_core.sdk.table import Table, header_key

if TYPE_CHECKING:
    import polars as pl


def added(table: Table, source: Source, cells: pl.DataFrame) -> bytes:
    """The workbook with these rows after the last one of the table's sheet.

    SourceRefused where the sheet or one of the columns is missing.
    """
    spans = table.read(source).spans
    return added_after(table, source, cells, int(spans.filter(spans["what"].is_in(["record", "header"]))["row"].to_list()[-1]))


def added_after(table: Table, source: Source, cells: pl.DataFrame, last: int) -> bytes:
    """The workbook with these rows after a row of the table's sheet."""
    from cigem_core.formats.books.insertion import insert_rows

    assert isinstance(table.format, SheetTable)
    layout = table.format.layout(source, _choosing(source.name, cells.columns))
    rows = [_placed(row, layout) for row in cells.iter_rows(named=True)]
    content, _ = source.whole(LIMITS.largest)
    return insert_rows(content, sheet=layout.sheet, before=last + 1, rows=rows, like=last)


def _choosing(file: str, headers: Sequence[str]) -> Choose:
    wanted = {header_key(header): header for header in headers}

    def choose(found: Sequence[str]) -> Columns:
        names = {at: wanted[key] for at, key in enumerate(map(header_key, found)) if key in wanted}
        missing = [header for header in headers if header not in names.values()]
        if missing:
            raise SourceRefused(missing_columns(file, missing), missing=missing)
        return Columns(names=names, whole=False)

    return choose


def _placed(row: Mapping[str, str], layout: Layout) -> list[str | int | None]:
    """The cells of a new row where they belong on the sheet; numbers where the sheet has nothing but numbers."""
    placed: list[str | int | None] = [None] * (max(layout.places.values()) + 1)
    for header, text in row.items():
        if text and header in layout.places:
            is_number = header in layout.numeric and re.fullmatch("0|[1-9][0-9]{0,14}", text)
            placed[layout.places[header]] = int(text) if is_number else text
    return placed
