"""What the worker runs to read a workbook: bytes in, sheets as Arrow streams out."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cigem_core.formats.books.cells import bulk, ods, xls, xlsx
from cigem_core.formats.books.cells.frame import filled, spread
from cigem_core.formats.books.cells.lines import Irregular, strings_of
from cigem_core.formats.books.cells.package import BookPackage
from cigem_core.formats.guard.archives import open_archive
from cigem_core.formats.guard.reasons import Unreadable

if TYPE_CHECKING:
    import polars as pl

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_sheets(content: bytes, entries: int, unfolded: int) -> list[list[str | bytes]]:
    """Each sheet's name, and its cells as an Arrow stream. Raises Unreadable."""
    return [[name, _streamed(cells)] for name, cells in frames_of(content, entries=entries, unfolded=unfolded)]


def frames_of(content: bytes, *, entries: int, unfolded: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each sheet's name and cells; the kind of workbook is known by its content."""
    return ((name, spread(listed)) for name, listed in _listed(content, entries=entries, unfolded=unfolded))


def _listed(content: bytes, *, entries: int, unfolded: int) -> Iterator[tuple[str, pl.DataFrame]]:
    if content.startswith(xls.HEAD):
        if _ENCRYPTED in content:
            raise Unreadable("locked")
        return ((name, filled(cells.listed(), cells.merged)) for name, cells in xls.sheets_of(content))
    if not content.startswith(b"PK"):
        raise Unreadable("kind")
    package = BookPackage(open_archive(content, entries=entries, unfolded=unfolded))
    if ods.is_ods(package):
        return ((name, filled(cells.listed(), cells.merged)) for name, cells in ods.sheets_of(package))
    return _xlsx(package)


def _xlsx(package: BookPackage) -> Iterator[tuple[str, pl.DataFrame]]:
    book = xlsx.open_workbook(package, _strings)
    for sheet in book.sheets:
        yield sheet.name, _sheet(package, book, sheet.part)


def _sheet(package: BookPackage, book: xlsx.XlsxParts, part: str) -> pl.DataFrame:
    """A large sheet by whole columns, a small or odd one element by element."""
    if part in package and package.size(part) >= LARGE:
        try:
            return bulk.listed(package.pieces(part, _PIECE), book)
        except Irregular:
            pass  # it is read below
    cells = xlsx.read_cells(package.pieces(part), book)
    return filled(cells.listed(), cells.merged)


def _strings(package: BookPackage, part: str) -> Sequence[str]:
    if package.size(part) >= LARGE:
        try:
            return strings_of(b"".join(package.pieces(part)))
        except Irregular:
            pass  # they are read below
    return xlsx.read_strings(package.pieces(part))


LARGE = 1 << 18
"""Bytes of markup from which it pays to cut it by whole columns."""
_PIECE = 2 << 20


def _streamed(cells: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    cells.write_ipc_stream(file, compression="lz4")  # no slower to write, and four times less to pass on
    return file.getvalue()
