"""Delimited text, read in blocks of whole columns without losing a line.

The width of the header is the width of every record (RFC 4180). A record that is shorter or longer,
whose quotes break the grammar, or whose bytes are not of the encoding, becomes a misfit: it keeps its
place and its lines, and reading goes on. Bytes are cut into records in `csv_records`.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

from attrs import frozen

from cigem_core.errors import DeclarationError, OperatorError, SourceRefused
from cigem_core.formats.delimited.blocks import BLOCK
from cigem_core.formats.delimited.dialect import Dialect
from cigem_core.formats.delimited.encodings import in_order
from cigem_core.formats.delimited.guarding import guard, unguard
from cigem_core.formats.delimited.header import HEAD, Header, candidates, check_text, no_text, read_header
from cigem_core.formats.delimited.open_csv import OpenCsv, below, check_letters, nearer
from cigem_core.formats.naming import name_on, names_like
from cigem_core.formats.source import Source, Stream
from cigem_core.formats.tables import Choose, ChosenColumns, OpenTable
from cigem_core.text import Text

if TYPE_CHECKING:
    pass


@frozen(init=False)
class Csv:
    """The dialect of an agency's delimited text files.

    `name` is the pattern of the files' names, with `{yyyy}`, `{yyyymm}`, `{yyyymmdd}` standing for digits.
    `encodings` are tried in their order: a file's encoding is the one under which its declared
    columns are found, a byte order mark deciding first; the first that has every character writes.
    What is not declared is found from the bytes of each file, and `Batch.assumed` says what: without a
    `delimiter`, the whole dialect and the row of the header. Written files then have commas, and UTF-8.
    Of the `header_rows` rows of a header the first names the columns; the others (labels, tags) are no records.
    Nor are totals (`total` is how their row is labelled), notes and signatures below the records.
    """

    name: str
    delimiter: str | None
    encodings: tuple[str, ...] | None
    header_rows: int
    total: str
    resource = None
    is_sparse = False

    def __init__(
        self,
        name: str,
        *,
        delimiter: str | None = None,
        encodings: Sequence[str] | None = None,
        header_rows: int = 1,
        total: str = "TOTAL",
    ) -> None:
        self.__attrs_init__(name, delimiter, None if encodings is None else tuple(encodings), header_rows, total)
        if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n'):
            raise DeclarationError(
                Text(
                    fr=f"{name} : le séparateur est un caractère ASCII autre que le guillemet, pas {delimiter!r}",
                    en=f"{name}: the delimiter is one ASCII character other than the quote, not {delimiter!r}",
                )
            )
        for encoding in self.encodings or ():
            _check_encoding(name, encoding)
        self.pattern  # noqa: B018  an unknown stamp is found now

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the names of these files look like; letter case is free."""
        return names_like(self.name)

    def matches(self, name: str) -> bool:
        """Whether a file of that name is one of these."""
        return self.pattern.fullmatch(name) is not None

    def file_name(self, on: date) -> str:
        """The name a file written on a day gets."""
        return name_on(self.name, on)

    def write(self, file: BinaryIO, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write rows of text; the first encoding that has all their characters writes.

        A header of several rows says the names of its columns in each of them: reading takes none of them for a record.
        A cell that could act as a formula is guarded (see `guard`); reading takes the guard away again.
        Raises OperatorError when no encoding has them all.
        """
        encodings = self.encodings or ("utf-8-sig",)
        for encoding in encodings:
            try:
                text = io.TextIOWrapper(file, encoding, newline="", write_through=True)
                writer = csv.writer(text, delimiter=self.delimiter or ",", lineterminator="\r\n")
                writer.writerows([guard(cell) for cell in row] for row in (*[header] * self.header_rows, *rows))
                text.detach()
                return
            except UnicodeEncodeError:
                text.detach()
                file.seek(0)
                file.truncate()
        listed = ", ".join(encodings)
        raise OperatorError(
            Text(
                fr=f"{self.name} : un texte ne peut s'écrire en {listed} ; l'adaptateur peut admettre utf-8-sig",
                en=f"{self.name}: a text cannot be written in {listed}; the adapter may admit utf-8-sig",
            )
        )

    def open(self, source: Source, choose: Choose, block: int = BLOCK) -> OpenTable:
        """Find the encoding and the header; SourceRefused when they cannot be found."""
        from cigem_core.formats.delimited.undeclared import found_encoding, open_undeclared

        if self.delimiter is None:
            return open_undeclared(source, self.encodings, choose, block, self.header_rows, self.total)
        stream, encodings = (source.open(), self.encodings) if self.encodings else found_encoding(source, self.delimiter)
        try:
            return self._open(source, stream, self.delimiter, encodings, choose, block)
        except SourceRefused:
            stream.close()
            raise

    def _open(
        self, source: Source, stream: Stream, delimiter: str, encodings: Sequence[str], choose: Choose, block: int
    ) -> OpenTable:
        name, head = source.name, stream.read(HEAD)
        bare = head.removeprefix(codecs.BOM_UTF8)
        check_text(name, bare)
        tried = in_order(candidates(name, head, encodings), bare, below(source))
        try:
            encoding, header, columns = self._recognise(name, head, delimiter, tried, choose)
        except SourceRefused as refusal:
            raise no_text(name, head) or refusal from None
        check_letters(name, bare, encoding, header.cells)
        stream.put_back(bare[header.size :])
        dialect = Dialect(encoding=encoding, delimiter=header.delimiter)
        return OpenCsv(
            name, header.cells, header.heading, dialect, columns, stream, header.beside, header.last, block, total=self.total
        )

    def _recognise(
        self, name: str, head: bytes, delimiter: str, encodings: Sequence[str], choose: Choose
    ) -> tuple[str, Header, ChosenColumns]:
        refusal: SourceRefused | None = None
        for encoding in encodings:
            try:
                header = read_header(name, head.removeprefix(codecs.BOM_UTF8), encoding, delimiter, self.header_rows)
                return encoding, header, choose(header.cells)
            except SourceRefused as refused:
                refusal = nearer(refusal, refused)
        assert refusal is not None  # there is always a candidate
        raise refusal


def split_record(text: str, dialect: Csv) -> list[str] | None:
    """The cells of one record as it came; None where its quotes or its bytes are wrong, or nobody said its delimiter."""
    from cigem_core.formats.delimited.grammar import Grammar

    if dialect.delimiter is None:
        return None
    grammar = Grammar(dialect.delimiter)
    return list(map(unguard, grammar.cells(text))) if "\\x" not in text and grammar.record.fullmatch(text) else None


def _check_encoding(name: str, encoding: str) -> None:
    try:
        plain = '";\r\n'.encode(codecs.lookup(encoding).name.removesuffix("-sig")) == b'";\r\n'
    except LookupError:
        plain = False
    if not plain:
        raise DeclarationError(
            Text(
                fr=f"{name} : l'encodage {encoding!r} n'est pas connu, ou n'étend pas l'ASCII",
                en=f"{name}: the encoding {encoding!r} is unknown, or does not extend ASCII",
            )
        )
