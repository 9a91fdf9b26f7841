"""Rows added to a sheet of a workbook the agency gave, everything else in it as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from cigem_core.errors import SourceRefused
from cigem_core.formats.books.sheets import Layout, SheetTable
from cigem_core.formats.guard import LIMITS
from cigem_core.formats.source import Source
from cigem_core.formats.tables import Choose, ChosenColumns
from cigem_core.policy import Mask
from cigem_core.sdk.remedies import missing_columns
from cigem_core.sdk.table import Table
from cigem_core.spelling import WHITE_SPACE, title_key

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.formats.books.insertion import Value


def added(table: Table, source: Source, cells: pl.DataFrame) -> bytes:
    """The workbook with these rows after the last one of the table's sheet.

    SourceRefused where the sheet or one of the columns is missing.
    """
    naming = (*table.kind.keys, *([table.kind.scope] if table.kind.scope else []))
    keys = Mask(fields={table.kind.name: frozenset(part.name for part in naming)}, cargo=False)
    spans = table.read(source, mask=keys).spans  # of the rows that are there no more is looked at than where they stand
    return added_after(table, source, cells, int(spans.filter(spans["what"].is_in(["record", "header"]))["row"].to_list()[-1]))


def added_after(table: Table, source: Source, cells: pl.DataFrame, last: int) -> bytes:
    """The workbook with these rows after a row of the table's sheet."""
    from cigem_core.formats.books.insertion import insert_rows

    assert isinstance(table.format, SheetTable)
    layout = table.format.layout(source, _choosing(source.name, cells.columns))
    days = {name: _days(table, name, cells) for name in cells.columns if name in layout.days}
    rows = [
        _placed(row, {name: known[at] for name, known in days.items()}, layout)
        for at, row in enumerate(cells.iter_rows(named=True))
    ]
    content, _ = source.whole(LIMITS.largest)
    # Below a header alone, a row that was made ready for the first record is the one to be like.
    like = last if layout.has_records else last + 1
    return insert_rows(content, sheet=layout.sheet, before=last + 1, rows=rows, like=like, name=source.name)


def _days(table: Table, header: str, cells: pl.DataFrame) -> list[date | None]:
    """The days that the cells of a column say; None where they say none."""
    import polars as pl

    lens = next((lens for lens in table.lenses.values() if header in lens.headers), None)
    bare = cells.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in cells.columns)
    if lens is None or not all(name in cells.columns for name in lens.headers):
        return [None] * cells.height
    said = bare.select(lens.decode(pl.col)).to_series()
    if said.dtype.is_nested():
        return [None] * cells.height
    said = said.cast(pl.String)
    return [date.fromisoformat(text) if text and _DAY.fullmatch(text) else None for text in said]


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _choosing(file: str, headers: Sequence[str]) -> Choose:
    wanted = {title_key(header): header for header in headers}

    def choose(found: Sequence[str]) -> ChosenColumns:
        names = {at: wanted[key] for at, key in enumerate(map(title_key, found)) if key in wanted}
        missing = [header for header in headers if header not in names.values()]
        if missing:
            raise SourceRefused(missing_columns(file, missing), missing=missing)
        return ChosenColumns(names=names, whole=False)

    return choose


def _placed(row: Mapping[str, str], days: Mapping[str, date | None], layout: Layout) -> list[Value]:
    """The cells of a new row where they belong on the sheet, each of the type that those above it have."""
    placed: list[Value] = [None] * (max(layout.places.values()) + 1)
    for header, text in row.items():
        if text and header in layout.places:
            placed[layout.places[header]] = days.get(header) or _number(text, header, layout) or text
    return placed


def _number(text: str, header: str, layout: Layout) -> Decimal | None:
    """The number a text says, in a column of numbers that would show it so."""
    bare = text.translate(_SPACES)
    if header not in layout.numeric or not re.fullmatch(r"-?[0-9]{1,15}(?:[.,][0-9]{1,6})?", bare):
        return None
    width = layout.numeric[header]
    if re.match("-?0[0-9]", bare) and len(bare) != width:
        return None
    return Decimal(bare.replace(",", "."))


_SPACES = dict.fromkeys(map(ord, WHITE_SPACE))
