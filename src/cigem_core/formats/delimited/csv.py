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
from collections.abc import Iterator, Mapping, Sequence, Sized
from datetime import date
from typing import TYPE_CHECKING, BinaryIO, ClassVar

from attrs import define, evolve, frozen

from cigem_core.errors import DeclarationError, OperatorError, SourceRefused
from cigem_core.formats.delimited.dialect import Dialect
from cigem_core.formats.naming import name_on, names_like
from cigem_core.formats.source import Source, Stream
from cigem_core.formats.tables import Block, Choose, Columns, OpenTable, Span
from cigem_core.text import WHITE_SPACE, Text

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.formats.delimited.csv_records import Grammar

BLOCK = 4 << 20
"""Bytes read at a time: large enough for columns to pay, small enough for a modest machine (8 MiB take as much time)."""


@frozen(init=False)
class Csv:
    """The dialect of an agency's delimited text files.

    `name` is the pattern of the files' names, with `{yyyy}`, `{yyyymm}`, `{yyyymmdd}` standing for digits.
    `encodings` are tried in their order: a file's encoding is the one under which its declared
    columns are found, a byte order mark deciding first; the first that has every character writes.
    What is not declared is found from the bytes of each file, and `Batch.assumed` says what: without a
    `delimiter`, the whole dialect and the row of the header. Written files then have commas, and UTF-8.
    """

    name: str
    delimiter: str | None
    encodings: tuple[str, ...] | None
    resource: ClassVar[str | None] = None
    is_sparse: ClassVar[bool] = False

    def __init__(self, name: str, *, delimiter: str | None = None, encodings: Sequence[str] | None = None) -> None:
        self.__attrs_init__(name, delimiter, None if encodings is None else tuple(encodings))
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

        A cell that could act as a formula is guarded (see `guard`); reading takes the guard away again.
        Raises OperatorError when no encoding has them all.
        """
        encodings = self.encodings or ("utf-8-sig",)
        for encoding in encodings:
            try:
                text = io.TextIOWrapper(file, encoding, newline="", write_through=True)
                writer = csv.writer(text, delimiter=self.delimiter or ",", lineterminator="\r\n")
                writer.writerows([guard(cell) for cell in row] for row in (header, *rows))
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
            return open_undeclared(self, source, choose, block)
        stream, encodings = (source.open(), self.encodings) if self.encodings else found_encoding(source, self.delimiter)
        try:
            return self._open(source.name, stream, self.delimiter, encodings, choose, block)
        except SourceRefused:
            stream.close()
            raise

    def _open(self, name: str, stream: Stream, delimiter: str, encodings: Sequence[str], choose: Choose, block: int) -> OpenTable:
        head = stream.read(_HEAD)
        bare = head.removeprefix(codecs.BOM_UTF8)
        check_text(name, bare)
        tried = candidates(name, head, encodings)
        try:
            encoding, header, columns = _recognise(name, head, delimiter, tried, choose)
        except SourceRefused as refusal:
            raise no_text(name, head) or refusal from None
        stream.put_back(bare[header.size :])
        dialect = Dialect(encoding=encoding, delimiter=delimiter)
        return OpenCsv(name, header.cells, header.heading, dialect, columns, stream, header.blanks, block)


def _recognise(name: str, head: bytes, delimiter: str, encodings: Sequence[str], choose: Choose) -> tuple[str, _Header, Columns]:
    refusal: SourceRefused | None = None
    for encoding in encodings:
        try:
            header = _header(name, head.removeprefix(codecs.BOM_UTF8), encoding, delimiter)
            return encoding, header, choose(header.cells)
        except SourceRefused as refused:
            refusal = nearer(refusal, refused)
    assert refusal is not None  # there is always a candidate
    raise refusal


def nearer(one: SourceRefused | None, other: SourceRefused) -> SourceRefused:
    """Of two refusals the one that misses fewer columns."""
    return other if one is None or _missing(other) < _missing(one) else one


def split_record(text: str, dialect: Csv) -> list[str] | None:
    """The cells of one record as it came; None where its quotes or its bytes are wrong, or nobody said its delimiter."""
    from cigem_core.formats.delimited.csv_records import Grammar

    if dialect.delimiter is None:
        return None
    grammar = Grammar(dialect.delimiter)
    return list(map(unguard, grammar.cells(text))) if "\\x" not in text and grammar.record.fullmatch(text) else None


_NUMBER = re.compile(r"[+-]?[0-9][0-9 .,\u00a0\u202f]*")
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def guard(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet might run it (OWASP, CSV injection).

    Numbers keep their sign. `unguard` takes the apostrophe away again, and only that one.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def guarded(text: pl.Expr) -> pl.Expr:
    """`guard` for whole columns."""
    import polars as pl

    return pl.when(_might_run(text)).then(pl.lit("'") + text).otherwise(text).name.keep()


def unguard(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text.startswith("'") and guard(text[1:]) == text else text


def _unguarded(cells: pl.DataFrame) -> pl.DataFrame:
    """`unguard` for whole tables: few cells begin with an apostrophe, and only those are looked at."""
    import polars as pl

    texts = cells.select(pl.col(pl.String))
    begins = texts.select(pl.all().str.starts_with("'").any())
    some = [name for name, begun in begins.row(0, named=True).items() if begun]
    bare = [pl.col(name).str.slice(1) for name in some]
    return cells.with_columns(
        pl.when(pl.col(name).str.starts_with("'") & _might_run(cell)).then(cell).otherwise(pl.col(name)).alias(name)
        for name, cell in zip(some, bare, strict=True)
    )


def _might_run(text: pl.Expr) -> pl.Expr:
    return text.str.contains(f"^{_FORMULA.pattern}") & ~text.str.contains(f"^(?:{_NUMBER.pattern})$")


def _missing(refused: SourceRefused) -> int:
    missing = refused.concerned.get("missing", ())
    return len(missing) if isinstance(missing, Sized) else 0


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


def check_text(name: str, bare: bytes) -> None:
    """Refuse a file that holds nothing."""
    if not bare.strip():
        raise SourceRefused(
            Text(
                fr=f"{name} : le fichier est vide ; demander à l'agence de l'envoyer à nouveau",
                en=f"{name}: the file is empty; ask the agency to send it again",
            )
        )


def no_text(name: str, head: bytes, *, nulls: int = 0) -> SourceRefused | None:
    """The refusal of a file that is no text, where its first bytes show it: a workbook, or more nulls than that."""
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        fr, en = "c'est un classeur", "this is a workbook"
    elif head[:4096].count(0) > nulls:
        fr, en = "ce n'est pas un fichier texte", "this is not a text file"
    else:
        return None
    return SourceRefused(Text(fr=f"{name} : {fr} ; l'enregistrer au format CSV", en=f"{name}: {en}; save it as CSV"))


def candidates(name: str, head: bytes, declared: Sequence[str]) -> list[str]:
    """The declared encodings a file may be in, its byte order mark deciding first."""
    plain = [codecs.lookup(encoding).name.removesuffix("-sig") for encoding in declared]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        marked = "utf-16"
    elif head.startswith(codecs.BOM_UTF8):
        marked = "utf-8"
    else:
        return plain
    if marked in plain:
        return [marked]
    names = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}
    listed = ", ".join(dict.fromkeys(names.get(encoding, encoding) for encoding in plain))
    raise SourceRefused(
        Text(
            fr=f"{name} : le fichier est en {marked.upper()} ; l'enregistrer en {listed}",
            en=f"{name}: the file is in {marked.upper()}; save it as {listed}",
        )
    )


@frozen
class _Header:
    cells: tuple[str, ...]
    heading: Span
    blanks: tuple[Span, ...]
    size: int
    """Bytes up to the end of the header."""


def _header(name: str, head: bytes, encoding: str, delimiter: str) -> _Header:
    """The first record that is not blank; rows before it are blank rows."""
    from cigem_core.formats.delimited.csv_records import Grammar, decode

    lines = head.split(b"\n")
    hollow = delimiter + '"' + WHITE_SPACE
    first = next((at for at, line in enumerate(lines) if decode(line, encoding).strip(hollow)), None)
    if first is None:
        return _Header((), Span(row=1, first=1, last=1, what="header"), (), len(head))
    closed = (end for end in range(first + 1, first + 1 + _HEADER_LINES) if b"".join(lines[first:end]).count(b'"') % 2 == 0)
    end = min(next(closed, first + 1), len(lines))
    record = decode(b"\n".join(lines[first:end]), encoding).removesuffix("\r")
    _check_header(name, record, Grammar(delimiter), complete=end < len(lines) or len(head) < _HEAD)
    blanks = tuple(Span(row=number, first=number, last=number) for number in range(1, first + 1))
    size = sum(len(line) + 1 for line in lines[:end])
    heading = Span(row=first + 1, first=first + 1, last=end, what="header")
    return _Header(tuple(map(unguard, Grammar(delimiter).cells(record))), heading, blanks, min(size, len(head)))


def _check_header(name: str, record: str, grammar: Grammar, *, complete: bool) -> None:
    """Refuse a header that cannot be trusted: a column that is not known by its name would pass for another.

    A stray quote or byte would let a column that may not be read pass for an undeclared one; a quote that swallows
    rows would make a name of them.
    """
    from cigem_core.formats.delimited.csv_records import MARK

    width = len(grammar.cells(record))
    swallows = any(line.count(grammar.delimiter) >= width - 1 for line in record.split("\n")[1:]) and width > 1
    bare = re.sub(r'"[^"]*"', "", record)
    if not complete or MARK in record or swallows or "\r" in bare or not grammar.record.fullmatch(record):
        raise SourceRefused(
            Text(
                fr=f"{name} : la première ligne n'est pas lisible ; y vérifier les guillemets, les fins de ligne et l'encodage",
                en=f"{name}: the first row cannot be read; check its quotes, its line ends and its encoding",
            ),
            missing=_UNREADABLE,
        )


_UNREADABLE = range(1 << 20)
"""Stands for more missing columns than any header has: another encoding that reads the header is preferred."""

_HEAD = 1 << 20
"""Bytes among which the header must stand, whatever the size of blocks."""

_HEADER_LINES = 40
"""A header whose quotes are still open after so many lines has a stray quote."""


@define
class OpenCsv:
    """A delimited text being read."""

    name: str
    header: Sequence[str]
    heading: Span
    _dialect: Dialect
    _columns: Columns
    _stream: Stream
    _above: tuple[Span, ...]
    """Rows above the header."""
    _block: int
    assumed: tuple[Text, ...] = ()
    """What was found without being declared."""
    letters: ClassVar[Mapping[str, str]] = {}

    @property
    def sha256(self) -> str:
        """The digest of the bytes read."""
        return self._stream.sha256

    def close(self) -> None:
        """Let go of the source."""
        self._stream.close()

    def blocks(self) -> Iterator[Block]:
        """The rows, a block at a time."""
        from cigem_core.formats.delimited.csv_records import Cutter, Grammar

        encoding = self._dialect.encoding if self._dialect.is_plain else "utf-8"
        grammar = Grammar(self._dialect.plain_delimiter)
        cutter = Cutter(grammar, encoding, len(self.header), self._columns, self.heading)
        try:
            if self._above:
                yield cutter.only_blanks(self._above)
            carried = b""
            for lines, is_last in whole_lines(self._stream, self._block):
                block, carried = cutter.cut(carried + lines, final=is_last)
                if block is not None:
                    restored = self._dialect.restore(block)
                    yield evolve(restored, cells=_unguarded(restored.cells))
        finally:
            self._stream.close()


def whole_lines(stream: Stream, size: int) -> Iterator[tuple[bytes, bool]]:
    """Some lines at a time, and whether they are the last; a line longer than `size` stays in one piece."""
    pieces: list[bytes] = []
    while chunk := stream.read(size):
        cut = chunk.rfind(b"\n") + 1
        pieces.append(chunk[:cut])
        if cut:
            yield b"".join(pieces), False
            pieces = []
        pieces.append(chunk[cut:])
    yield b"".join(pieces), True
