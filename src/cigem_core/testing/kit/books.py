"""Workbooks cut short, so that they are written and read again quickly."""

from __future__ import annotations

import io

from cigem_core.formats.source import Source
from cigem_core.formats.tables import ROW
from cigem_core.sdk.table import Table


def shortened(table: Table, source: Source, most: int) -> Source:
    """The workbook with no more than the first sound rows on a table's sheet, its other sheets as they are."""
    import openpyxl

    from cigem_core.testing.kit.specimens import raw

    _, cells, _, heading = raw(table, source)
    sound = set(table.read(source).accepted[ROW].head(most).to_list())
    stream = source.open()
    book = openpyxl.load_workbook(io.BytesIO(stream.read(-1)))
    stream.close()
    sheet = book[str(getattr(table.format, "sheet_name", None))]
    for row in sorted(cells[ROW].to_list(), reverse=True):
        if row not in sound and row > heading:
            sheet.delete_rows(row)
    written = io.BytesIO()
    book.save(written)
    return Source(name=source.name, content=written.getvalue())
