"""The cells of a large sheet by whole columns: markup that is written as most programs write it, cut as text.

    <row r="2" spans="1:3"><c r="A2" t="s"><v>7</v></c><c r="B2" s="3"><v>40087</v></c></row>

Rows are cut where one begins, and cells too. Everything around every value is checked; where it is not as it should be,
the rows around it are read element by element, as in `xlsx`. What comes out is the same, cell for cell.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from cigem_core.formats.books.cells import values
from cigem_core.formats.books.cells.frame import Cells, filled
from cigem_core.formats.books.cells.lines import Irregular, cells_of, is_plain_head, spelled
from cigem_core.formats.books.cells.number_formats import Shape
from cigem_core.formats.books.cells.values import Cell
from cigem_core.formats.books.cells.xlsx import XlsxParts, area, read_rows
from cigem_core.formats.guard.reasons import Unreadable
from cigem_core.formats.tables import DATE, NUMBER, TEXT

if TYPE_CHECKING:
    import polars as pl

_ROW = b"</row>"
_DATA, _DATA_ENDS = b"<sheetData>", b"</sheetData>"
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]*?\bref=["']([^"'<>]+)["']""")


def listed(pieces: Iterable[bytes], book: XlsxParts) -> pl.DataFrame:
    """The cells of a sheet, one a row: `row`, `column` (from 0), `text`, `is`; merged ones in each of their rows.

    Raises Unreadable, and Irregular where the whole sheet is for the careful reader.
    """
    import polars as pl

    after: list[bytes] = []
    cells = pl.concat([Cells().listed(), *_in_turn(_whole_rows(pieces, after), _CellCutter(book))])
    return filled(cells, [area(found.decode()) for found in _MERGED.findall(b"".join(after))])


def _in_turn(chunks: Iterator[bytes], cutter: _CellCutter) -> Iterator[pl.DataFrame]:
    """Two chunks at a time are cut, while the next is unfolded."""
    with ThreadPoolExecutor(2) as pool:
        waiting: deque[Future[pl.DataFrame]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(cutter.cut, chunk))
            if len(waiting) > 2:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _whole_rows(pieces: Iterable[bytes], after: list[bytes]) -> Iterator[bytes]:
    """The rows of a sheet, some at a time, without what stands before them; what stands after them goes to `after`."""
    found = iter(pieces)
    carried = _after_head(next(found, b""))
    seen = 0
    while (end := carried.find(_DATA_ENDS, seen)) < 0:
        cut = carried.rfind(_ROW, seen) + len(_ROW)
        if cut >= len(_ROW):
            yield carried[:cut]
            carried = carried[cut:]
        seen = max(0, len(carried) - len(_DATA_ENDS))
        piece = next(found, None)
        if piece is None:
            raise Unreadable("broken")
        carried += piece
    yield carried[:end]
    after += [carried[end:], *found]


def _after_head(head: bytes) -> bytes:
    """What follows the head of a sheet; whatever is not plain UTF-8 or declares anything is for the careful reader."""
    before, found, after = head.partition(_DATA)
    if not found or b"<!" in before or not is_plain_head(before):
        raise Irregular
    return after


class _CellCutter:
    """Cuts chunks of whole rows into cells, and understands what stands in them."""

    def __init__(self, book: XlsxParts) -> None:
        import polars as pl

        self._book = book
        self._strings = pl.Series(book.strings, dtype=pl.String)

    def cut(self, chunk: bytes) -> pl.DataFrame:
        """The cells of some rows."""
        import polars as pl

        try:
            return pl.concat([Cells().listed(), *(self._class(cells, *shared) for shared, cells in cells_of(chunk))])
        except Irregular:
            return read_rows(chunk, self._book).listed()

    def _class(self, cells: pl.DataFrame, kind: str, style: int) -> pl.DataFrame:
        import polars as pl

        if kind == "s":
            return _become(cells, self._shared(cells["text"]), TEXT)
        shape = self._book.shape(style)
        if kind == "n" and shape == "number":
            regular = cells["text"].str.contains(_PLAIN)
            return _apart(cells, regular, lambda part: _become(part, part["text"], NUMBER), values.number)
        if kind == "n":
            careful = self._careful(shape)
            regular = cells["text"].str.contains(_DAYS) if shape == "date" else pl.repeat(False, cells.height, eager=True)
            return _apart(cells, regular, lambda part: _become(part, self._days(part["text"]), DATE), careful)
        decode = self._book.decoders.get(kind)
        if decode is None:
            return _become(cells, spelled(cells["text"]), TEXT)
        return _each(cells, lambda text: decode(text, style))

    def _shared(self, numbers: pl.Series) -> pl.Series:
        import polars as pl

        places = numbers.cast(pl.UInt32, strict=False)
        if places.null_count():
            raise Irregular
        if not (places < len(self._strings)).all():
            raise Unreadable("broken")
        return self._strings.gather(places)

    def _days(self, numbers: pl.Series) -> pl.Series:
        import polars as pl

        since = 24107 if self._book.since_1904 else 25569
        return (numbers.cast(pl.Int32) - since).cast(pl.Date).cast(pl.String)

    def _careful(self, shape: Shape) -> Callable[[str], Cell]:
        return lambda text: values.shown(text, shape, since_1904=self._book.since_1904)


_PLAIN = r"^(?:0|-?[1-9][0-9]{0,12}|-?(?:0|[1-9][0-9]{0,5})\.[0-9]{0,7}[1-9])$"
"""Numbers that are their own text; others are looked at one by one."""
_DAYS = r"^(?:6[1-9]|[7-9][0-9]|[1-9][0-9]{2,5}|1[0-9]{6})$"
"""Whole days, after the day that never was, and before the year 9999 ends."""


def _apart(
    cells: pl.DataFrame,
    regular: pl.Series,
    together: Callable[[pl.DataFrame], pl.DataFrame],
    one_by_one: Callable[[str], Cell],
) -> pl.DataFrame:
    """The regular cells together, the others each by itself."""
    import polars as pl

    if regular.all():
        return together(cells)
    return pl.concat([together(cells.filter(regular)), _each(cells.filter(~regular), one_by_one)])


def _each(cells: pl.DataFrame, decode: Callable[[str], Cell]) -> pl.DataFrame:
    """Each distinct text decoded once."""
    import polars as pl

    distinct = cells["text"].unique()
    if distinct.str.contains("&", literal=True).any():
        raise Irregular
    decoded = [decode(text) for text in distinct]
    table = pl.DataFrame(
        {"text": distinct, "shown": [text for text, _ in decoded], "is": [kind for _, kind in decoded]},
        schema={"text": pl.String, "shown": pl.String, "is": pl.UInt8},
    )
    found = cells.join(table, on="text", how="left")
    return found.select("row", "column", pl.col("shown").alias("text"), "is").filter(pl.col("text") != "")


def _become(cells: pl.DataFrame, texts: pl.Series, kind: int) -> pl.DataFrame:
    import polars as pl

    return cells.select("row", "column", texts.alias("text"), pl.lit(kind, dtype=pl.UInt8).alias("is"))
