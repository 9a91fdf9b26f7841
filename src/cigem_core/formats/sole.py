"""One table in a file of its own: delimited text, or the sheet of a workbook that has its columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

from attrs import frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.books.grid import book_of
from cigem_core.formats.books.sheet_rows import open_rows
from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.source import Source
from cigem_core.formats.tables import Choose, OpenTable

_ROWS = 50_000


@frozen
class SoleTable:
    """A table that comes as text or as a workbook, as whoever filled it in saved it; it is written as text."""

    text: Csv
    resource = None
    is_sparse = False

    @property
    def name(self) -> str:
        """What such files are called, as text."""
        return self.text.name

    def matches(self, name: str) -> bool:
        """Whether a file of that name is one of these, in text."""
        return self.text.matches(name)

    def file_name(self, on: date) -> str:
        """The name a file written on a day gets."""
        return self.text.file_name(on)

    def write(self, file: BinaryIO, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write rows of text."""
        self.text.write(file, header, rows)

    def open(self, source: Source, choose: Choose, block: int = _ROWS) -> OpenTable:
        """Find the table; SourceRefused where no sheet, or not the text, has its columns."""
        if not source.is_workbook():
            return self.text.open(source, choose)
        refusal: SourceRefused | None = None
        for grid in book_of(source).sheets:
            try:
                return open_rows(source, grid, None, "TOTAL", 0, choose, block)
            except SourceRefused as refused:
                refusal = refusal or refused
        assert refusal is not None  # a workbook has a sheet
        raise refusal
