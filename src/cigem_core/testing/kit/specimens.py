"""Specimens: small sound files made of an adapter's samples, to be written again with one thing changed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cigem_core.errors import OperatorError
from cigem_core.formats.books.sheets import SheetLabels, SheetTable
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ITEM, ROW
from cigem_core.formats.trees.submissions import Submissions
from cigem_core.model.fields import flatten
from cigem_core.sdk.table import Table
from cigem_core.testing.kit.books import raw, shortened

if TYPE_CHECKING:
    pass

ROWS = 10
"""How many rows a small file has."""

Row = Mapping[str, Any]
"""The cells of a record by their columns: text, or lists of texts where the column's name has `[]`."""


@frozen(kw_only=True, eq=False)
class Specimen:
    """Rows of one table as they stand in a file, each of them sound, and how to write such a file again."""

    table: Table
    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)
    places: tuple[int, ...]
    """Where each row stands in the file: what `Address.place` says of its cells."""
    book: bytes | None = field(default=None, repr=False)
    """The workbook its sheet stands in."""
    letters: Mapping[str, str] = field(factory=dict)
    heading: int = 1

    def written(self, rows: Sequence[Row] | None = None, more: Sequence[str] = ()) -> Source:
        """The file with these rows in place of its own, and these columns beside its own."""
        chosen, header = self.rows if rows is None else rows, [*self.header, *more]
        if self.book is not None:
            return Source(name=self.name, content=self._book(chosen, header))
        cells = [[row.get(name, [] if ITEM in name else "") for name in header] for row in chosen]
        file, format = io.BytesIO(), self.table.format
        writing = format.json if isinstance(format, Submissions) else format
        writing.write(file, header, cells)
        return Source(name=self.name, content=file.getvalue())

    def _book(self, rows: Sequence[Row], header: Sequence[str]) -> bytes:
        import openpyxl
        from openpyxl.utils import get_column_letter

        book = openpyxl.load_workbook(io.BytesIO(self.book or b""))
        sheet = book[str(getattr(self.table.format, "sheet_name", None))]
        letters = dict(self.letters)
        for name in header:
            if name not in letters and name not in self.header:
                letters[name] = get_column_letter(sheet.max_column + 1)
                sheet[f"{letters[name]}{self.heading}"] = name
        for place, old, new in zip(self.places, [*self.rows, *[{}] * len(rows)], rows, strict=False):
            for name, letter in letters.items():
                if new.get(name) != old.get(name):
                    sheet[f"{letter}{place}"] = new.get(name) or None
        written = io.BytesIO()
        book.save(written)
        return written.getvalue()


def small(table: Table, source: Source | None) -> Specimen | None:
    """A small sound file of a table, out of its sample where there is one; None where it cannot be written as one."""
    if isinstance(table.format, SheetLabels) or (isinstance(table.format, SheetTable) and source is None):
        return None
    if source is None:
        return invented(table)
    return cut(table, source, ROWS)


def invented(table: Table) -> Specimen | None:
    """A file of made-up records, for a table without a sample."""
    from hypothesis import strategies as st

    from cigem_core.sdk.frames import frame_of
    from cigem_core.testing.kit.drawing import drawn
    from cigem_core.testing.strategies import records

    key = table.naming[0]
    some = drawn(st.lists(records(table.kind.python, table), min_size=3, max_size=3, unique_by=lambda one: _at(one, key)))
    frame, name = frame_of(table.kind, map(flatten, some)).select(list(table.lenses)), _name(table)
    cells = table.encode(frame)
    made = Specimen(table=table, name=name, header=tuple(cells.columns), rows=tuple(cells.to_dicts()), places=())
    try:
        return cut(table, made.written(), ROWS)
    except OperatorError:
        return None


def _at(record: Any, name: str) -> Any:
    for part in name.split("."):
        record = getattr(record, part)
    return record


def _name(table: Table) -> str:
    from datetime import date

    return table.format.file_name(date(2009, 10, 1))


def cut(table: Table, source: Source, most: int | None) -> Specimen:
    """The first sound rows of a sample."""
    if isinstance(table.format, SheetTable) and most is not None:
        source = shortened(table, source, most)
    header, cells, letters, heading = raw(table, source)
    sound = table.read(source).accepted[ROW].head(most or cells.height)
    kept = cells.filter(cells[ROW].is_in(sound.implode()))
    is_book = isinstance(table.format, SheetTable)
    places = kept[ROW].to_list() if is_book else _places(table, kept.height)
    rows = tuple(kept.select(header).to_dicts())
    return Specimen(
        table=table, name=source.name, header=tuple(header), rows=rows, places=tuple(places), letters=letters,
        book=_content(source) if is_book else None, heading=heading,
    )  # fmt: skip


def _places(table: Table, height: int) -> list[int]:
    """Records of documents are counted from 1; rows of a file come after its header."""
    first = 1 if table.format.is_sparse else 1 + getattr(table.format, "header_rows", 1)
    return list(range(first, first + height))


def _content(source: Source) -> bytes:
    stream = source.open()
    content = stream.read(-1)
    stream.close()
    return content


def with_cell(specimen: Specimen, at: int, header: str, cell: Any) -> tuple[Row, ...]:
    """The rows with one cell changed."""
    return tuple({**row, header: cell} if n == at else row for n, row in enumerate(specimen.rows))
