"""Opening a table whose columns are declared and whose dialect is not: what the bytes say, and where the header stands."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.delimited.dialect import Dialect, Retold
from cigem_core.formats.delimited.encodings import in_order
from cigem_core.formats.delimited.guarding import unguard
from cigem_core.formats.delimited.header import candidates, check_text, is_tags, no_text
from cigem_core.formats.delimited.open_csv import OpenCsv, below, check_letters, nearer
from cigem_core.formats.delimited.sniff import HEAD, FirstRow, encodings_of, first_rows, sample_of, sniff
from cigem_core.formats.source import Source, Stream
from cigem_core.formats.tables import Choose, ChosenColumns, OpenTable, Span
from cigem_core.text import Text


def found_encoding(source: Source, delimiter: str) -> tuple[Stream, tuple[str, ...]]:
    """The bytes of a source whose encoding is not declared, and what it may be; UTF-16 is told again in UTF-8."""
    encodings = encodings_of(source)
    dialect = Dialect(encoding=encodings[0], delimiter=delimiter)
    if dialect.is_plain:
        return source.open(), encodings
    return Retold(source.open(), dialect), ("utf-8",)


def open_undeclared(
    source: Source, encodings: Sequence[str] | None, choose: Choose, block: int, header_rows: int, total: str
) -> OpenTable:
    """Find dialect and header; the header is the row in which the declared columns are found."""
    stream = source.open()
    try:
        head = stream.read(HEAD)
        check_text(source.name, head.removeprefix(codecs.BOM_UTF8))
        found = _recognise(source.name, head, _encodings(source, encodings, head), choose, header_rows)
        check_letters(source.name, head, found.dialect.encoding, found.header)
        stream.put_back(head)
        told = _below(stream, found)
    except SourceRefused:
        stream.close()
        raise
    beside, last, assumed = found.beside, found.last, found.dialect.assumed
    return OpenCsv(
        source.name, found.header, found.heading, found.dialect, found.columns, told, beside, last, block, assumed, total
    )


def _encodings(source: Source, declared: Sequence[str] | None, head: bytes) -> Sequence[str]:
    """What the source may be in: as it is declared, or as its bytes say."""
    if not declared:
        return encodings_of(source)
    return in_order(candidates(source.name, head, declared), head, below(source))


@frozen(kw_only=True)
class _FoundDialect:
    dialect: Dialect
    header: tuple[str, ...]
    heading: Span
    beside: tuple[Span, ...]
    last: Span
    columns: ChosenColumns


def _recognise(name: str, head: bytes, encodings: Sequence[str], choose: Choose, header_rows: int) -> _FoundDialect:
    refusal: SourceRefused | None = None
    for encoding in encodings:
        dialect = sniff(head, encoding)
        rows = first_rows(sample_of(head, encoding), dialect)
        for row in _likely(rows, dialect):
            header = tuple(map(unguard, row.cells))
            try:
                columns = choose(header)
            except SourceRefused as refused:
                refusal = nearer(refusal, refused)
            else:
                return _found(dialect, rows, row, header, columns, header_rows)
    raise no_text(name, head) or refusal or _nothing(name)


def _likely(rows: Sequence[FirstRow], dialect: Dialect) -> Iterator[FirstRow]:
    """The rows that may be the header, the likeliest first; one with stray quotes or bytes cannot be trusted."""
    sound = [row for row in rows[:_HEADERS] if row.is_sound and not row.is_blank]
    told = next((row for row in sound if row.row == dialect.header), None)
    # Where a header is said several times over, the first one is it.
    best = next((row for row in sound if told and row.cells == told.cells), None)
    yield from (row for row in sound if row is best)
    yield from (row for row in sound if row is not best)


_HEADERS = 60
"""Rows among which the header must stand."""


def _found(
    dialect: Dialect, rows: Sequence[FirstRow], row: FirstRow, header: tuple[str, ...], columns: ChosenColumns, header_rows: int
) -> _FoundDialect:
    above = tuple(
        Span(row=other.row, first=other.first, last=other.last, what="blank" if other.is_blank else "title")
        for other in rows
        if other.row < row.row
    )
    further = tuple(_further([other for other in rows if other.row > row.row], header_rows))
    heading = Span(row=row.row, first=row.first, last=row.last, what="header")
    return _FoundDialect(
        dialect=evolve(dialect, preamble=row.row - 1, header=row.row, heading=1, width=len(header)),
        header=header,
        heading=heading,
        beside=(*above, *further),
        last=further[-1] if further else heading,
        columns=columns,
    )


def _further(below: Sequence[FirstRow], header_rows: int) -> Iterator[Span]:
    """The rows below the first one of a header that are of it: as many as are declared, and one of tags."""
    for at, row in enumerate(below, start=2):
        if at > header_rows and not is_tags(row.cells):
            return
        yield Span(row=row.row, first=row.first, last=row.last, what="header")


def _below(stream: Stream, found: _FoundDialect) -> Stream:
    """The stream from the line after the header on, told again where its dialect asks for it."""
    told = stream if found.dialect.is_plain else Retold(stream, found.dialect)
    head = told.read(HEAD).removeprefix(codecs.BOM_UTF8)
    told.put_back(b"".join(head.split(b"\n", found.last.last)[found.last.last :]))
    return told


def _nothing(name: str) -> SourceRefused:
    return SourceRefused(
        Text(
            fr=f"{name} : aucune ligne ne se lit comme un en-tête ; vérifier que c'est un fichier CSV",
            en=f"{name}: no row reads as a header; check that it is a CSV file",
        )
    )
