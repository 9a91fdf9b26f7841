"""Files as they stand, every column of them; and workbooks cut short, so that they are written and read again quickly."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cigem_core.errors import SourceRefused
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ROW, Choose, ChosenColumns
from cigem_core.sdk.table import Table
from cigem_core.spelling import title_key
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


def shortened(table: Table, source: Source, most: int) -> Source:
    """The workbook with no more than the first sound rows on a table's sheet, its other sheets as they are."""
    import openpyxl

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


def raw(table: Table, source: Source) -> tuple[list[str], pl.DataFrame, Mapping[str, str], int]:
    """Every column of a file as it stands, the rows with their places, and what a spreadsheet calls the columns."""
    import polars as pl

    opened = table.format.open(source, _every(table))
    blocks = [block.cells for block in opened.blocks()]
    names = [name for name in blocks[0].columns if not name.startswith("#")]
    declared = {title_key(header): header for header in table.headers}
    renamed = {name: declared.get(title_key(name), name) for name in names}
    cells = pl.concat([block.select(*names, ROW) for block in blocks]).rename(renamed)
    letters = {renamed[name]: letter for name, letter in opened.letters.items() if name in renamed}
    return list(renamed.values()), cells, letters, opened.heading.row if opened.heading else 1


def _every(table: Table) -> Choose:
    """Every column that has a name of its own, of the row that has the declared ones."""

    def choose(found: Sequence[str]) -> ChosenColumns:
        if not table.format.is_sparse and not {title_key(header) for header in table.headers} <= {
            title_key(name) for name in found
        }:
            raise SourceRefused(Text(fr="ce n'est pas l'en-tête", en="this is not the header"))
        names = {at: name for at, name in enumerate(found) if name.strip() and name not in found[:at]}
        return ChosenColumns(names=names, whole=True)

    return choose
