"""Files as agencies send them: sound in what they say, and untidy in how.

    @given(agency_mess(seekers))
    def test_the_mess_is_read(mess):
        assert list(seekers.read(mess.source).records()) == mess.records

Encodings with and without a byte order mark, columns in any order, headers in other letters, stray spaces, blank rows,
columns nobody declared; in workbooks, titles over merged cells. Dates and decimals are written as the table declares them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from attrs import field, frozen
from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from cigem_core.formats.books.sheets import SheetTable
from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.delimited.guarding import guard
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ROW
from cigem_core.model.fields import flatten
from cigem_core.sdk.frames import frame_of
from cigem_core.sdk.table import Table
from cigem_core.testing import strategies

UNDECLARED = "Visa du chef"
_SPACES = ("", "", " ", "  ", "\u00a0", "\u202f")


@frozen(kw_only=True)
class Mess:
    """A file, and the records it says."""

    source: Source
    records: list[Any] = field(repr=False)


def agency_mess(table: Table, *, most: int = 5) -> SearchStrategy[Mess]:
    """Untidy files of a table; NotImplementedError for formats that are not typed by people."""
    if not isinstance(table.format, (Csv, SheetTable)):
        raise NotImplementedError(f"nobody types a {type(table.format).__name__}")
    return _mess(table, most)


@st.composite
def _mess(draw: DrawFn, table: Table, most: int) -> Mess:
    import polars as pl

    key = table.naming[0]
    one = strategies.records(table.kind.python, table)
    drawn = draw(st.lists(one, min_size=1, max_size=most, unique_by=lambda record: _of(record, key)))
    frame = frame_of(table.kind, map(flatten, drawn)).select(list(table.lenses))
    tidy = table.encode(frame).select(pl.all().map_elements(_typed, pl.String))
    read = table.read(tidy)
    cells = tidy[[row - 2 for row in read.accepted[ROW]]]
    order = draw(st.permutations(list(cells.columns)))
    header = [draw(_header(name)) for name in order]
    rows = [[draw(_stray(text)) for text in row] for row in cells.select(order).rows()]
    if draw(st.booleans()):
        header, rows = [*header, UNDECLARED], [[*row, f"v{at}"] for at, row in enumerate(rows)]
    if isinstance(table.format, Csv):
        content = _as_text(draw, table.format, header, rows)
    else:
        content = _as_book(draw, str(getattr(table.format, "sheet_name", None)), header, rows)
    return Mess(source=Source(name="mess", content=content), records=list(read.records()))


def _of(record: Any, name: str) -> Any:
    for part in name.split("."):
        record = getattr(record, part)
    return record


def _typed(text: str) -> str:
    """What of a text a person could have typed into one line."""
    return "".join(sign for sign in text if sign.isprintable()).strip()


def _header(name: str) -> SearchStrategy[str]:
    return st.sampled_from([name, name.upper(), f" {name}", name.replace(" ", "  "), f"{name} "])


def _stray(text: str) -> SearchStrategy[str]:
    space = st.sampled_from(_SPACES)
    return st.tuples(space, st.just(text), space).map("".join)


def _as_text(draw: DrawFn, format: Csv, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    file = io.StringIO(newline="")
    ending = draw(st.sampled_from(["\r\n", "\n"]))
    delimiter = format.delimiter or ","
    plain = csv.writer(file, delimiter=delimiter, lineterminator=ending)
    quoted = csv.writer(file, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer = quoted if draw(st.booleans()) else plain
    writer.writerow(header)
    for row in rows:
        writer.writerow([guard(cell) for cell in row])
        if draw(st.booleans()):
            file.write(ending)
    text = file.getvalue()
    fit = [encoding for encoding in format.encodings or ("utf-8-sig",) if _fits(text, encoding)]
    if not fit:
        reject()
    return text.encode(draw(st.sampled_from(fit)))


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _as_book(draw: DrawFn, name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.create_sheet(name, 0)
    titles = draw(st.integers(0, 3))
    for at in range(titles):
        sheet.append([f"Titre {at}"])
        sheet.merge_cells(start_row=at + 1, end_row=at + 1, start_column=1, end_column=max(2, len(header)))
    for row in (header, *rows):
        sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
