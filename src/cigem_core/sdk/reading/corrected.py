"""A corrections workbook, read as the tables its rows came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cigem_core.errors import SourceRefused
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ITEM
from cigem_core.sdk.batch import ENTRY_COLUMN, SURPLUS
from cigem_core.sdk.reading.items import listed
from cigem_core.sdk.table import header_key
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.formats.books.workbook import Sheet


def corrected(source: Source) -> list[Source]:
    """A corrections workbook as one source per sheet; any other source as itself."""
    if not source.is_workbook():
        return [source]
    from cigem_core.formats.books.workbook import read_workbook

    sheets = [sheet for sheet in read_workbook(source) if header_key(ENTRY_COLUMN) in map(header_key, sheet.header)]
    if not sheets:
        return [source]
    return [Source(name=source.name, sheet=s.name, table=_frame(s, source), digest=source.sha256()) for s in sheets]


def _frame(sheet: Sheet, source: Source) -> pl.DataFrame:
    """The cells of a sheet by their headers; cells without a header get a name that says so."""
    import polars as pl

    width = max([len(sheet.header), *map(len, sheet.rows)])
    header = [*sheet.header, *[""] * (width - len(sheet.header))]
    names = [name if name.strip() else f"{SURPLUS}{at}" for at, name in enumerate(header)]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise SourceRefused(
            Text(
                fr=f"{source.name}, feuille « {sheet.name} » : la colonne « {twice} » est là deux fois ; en garder une",
                en=f"{source.name}, sheet '{sheet.name}': the column '{twice}' is there twice; keep one",
            )
        )
    columns, rows = listed(names, [[*row, *[""] * (width - len(row))] for row in sheet.rows])
    schema = {name: pl.List(pl.String) if ITEM in name else pl.String() for name in columns}
    return pl.DataFrame(rows, schema=schema, orient="row")
