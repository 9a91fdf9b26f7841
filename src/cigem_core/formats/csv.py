"""Delimited text, read in blocks of whole columns without losing a line.

The width of the header is the width of every record (RFC 4180). A record that is shorter or longer,
whose quotes break the grammar, or whose bytes are not of the encoding, becomes a misfit: it keeps its
place and its lines, and reading goes on. Bytes are cut into records in `csv_records`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.formats.source import Source, Stream
from cigem_core.formats.tables import Block, Choose, Columns, OpenTable, Span
from cigem_core.text import Text

if TYPE_CHECKING:
    from cigem_core.formats.csv_records import Grammar

BLOCK = 8 << 20
"""Bytes read at a time: large enough for columns to pay, small enough for a modest machine."""

_STAMPS = {"yyyymmdd": r"[0-9]{8}", "yyyymm": r"[0-9]{6}", "yyyy": r"[0-9]{4}", "mm": r"[0-9]{2}", "dd": r"[0-9]{2}"}


@frozen(init=False)
class Csv:
    """The dialect of an agency's delimited text files.

    `name` is the pattern of the files' names, with `{yyyy}`, `{yyyymm}`, `{yyyymmdd}` standing for digits.
    `encodings` are tried in their order: a file's encoding is the one under which its declared
    columns are found, a byte order mark deciding first.
    """

    name: str
    delimiter: str
    encodings: tuple[str, ...]

    def __init__(self, name: str, *, delimiter: str = ",", encodings: Sequence[str] = ("utf-8-sig",)) -> None:
        self.__attrs_init__(name, delimiter, tuple(encodings))  # type: ignore[attr-defined]
        if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n':
            raise DeclarationError(
                Text(
                    fr=f"{name} : le séparateur est un caractère ASCII autre que le guillemet, pas {delimiter!r}",
                    en=f"{name}: the delimiter is one ASCII character other than the quote, not {delimiter!r}",
                )
            )
        for encoding in self.encodings:
            _check_encoding(name, encoding)
        self.pattern  # noqa: B018  an unknown stamp is found now

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the names of these files look like; letter case is free."""
        parts = re.split(r"\{([^}]*)\}", self.name)
        if unknown := [stamp for stamp in parts[1::2] if stamp not in _STAMPS]:
            listed = ", ".join(f"{{{stamp}}}" for stamp in _STAMPS)
            raise DeclarationError(
                Text(
                    fr=f"{self.name} : {{{unknown[0]}}} n'est pas connu ; il existe : {listed}",
                    en=f"{self.name}: {{{unknown[0]}}} is unknown; there are: {listed}",
                )
            )
        expression = "".join(_STAMPS[p] if i % 2 else re.escape(p) for i, p in enumerate(parts))
        return re.compile(expression, re.IGNORECASE)

    def matches(self, name: str) -> bool:
        """Whether a file of that name is one of these."""
        return self.pattern.fullmatch(name) is not None

    def open(self, source: Source, choose: Choose, block: int = BLOCK) -> OpenTable:
        """Find the encoding and the header; SourceRefused when they cannot be found."""
        stream = source.open()
        head = stream.read(block)
        if not head.removeprefix(codecs.BOM_UTF8).strip():
            stream.close()
            raise SourceRefused(
                Text(
                    fr=f"{source.name} : le fichier est vide ; demander à l'agence de l'envoyer à nouveau",
                    en=f"{source.name}: the file is empty; ask the agency to send it again",
                )
            )
        try:
            encoding, header, columns = self._recognise(source.name, head, choose)
        except SourceRefused:
            stream.close()
            raise
        start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
        return _OpenCsv(source.name, header.cells, header.heading, self, encoding, columns, stream, head[start:], header, block)

    def _recognise(self, name: str, head: bytes, choose: Choose) -> tuple[str, _Header, Columns]:
        refusal: SourceRefused | None = None
        for encoding in _candidates(name, head, self.encodings):
            header = _header(head.removeprefix(codecs.BOM_UTF8), encoding, self.delimiter)
            try:
                return encoding, header, choose(header.cells)
            except SourceRefused as refused:
                if refusal is None or _missing(refused) < _missing(refusal):
                    refusal = refused
        assert refusal is not None  # there is always a candidate
        if b"\0" in head[:4096]:
            raise SourceRefused(
                Text(
                    fr=f"{name} : ce n'est pas un fichier texte ; l'enregistrer au format CSV",
                    en=f"{name}: this is not a text file; save it as CSV",
                )
            )
        raise refusal


def _missing(refused: SourceRefused) -> int:
    return len(refused.concerned.get("missing", ()))  # type: ignore[arg-type]


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


def _candidates(name: str, head: bytes, declared: Sequence[str]) -> list[str]:
    plain = [codecs.lookup(encoding).name.removesuffix("-sig") for encoding in declared]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        marked = "utf-16"
    elif head.startswith(codecs.BOM_UTF8):
        marked = "utf-8"
    else:
        return plain
    if marked in plain:
        return [marked]
    listed = ", ".join(declared)
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


def _header(head: bytes, encoding: str, delimiter: str) -> _Header:
    """The first record that is not blank; rows before it are blank rows."""
    from cigem_core.formats.csv_records import Grammar, decode

    grammar = Grammar(delimiter)
    blanks: list[Span] = []
    offset = 0
    for number, line in enumerate(head.split(b"\n"), start=1):
        size = len(line) + 1
        text = decode(line, encoding)
        if text.strip(delimiter + '" \t\r\xa0'):
            last, record = number, text
            for more in head[offset + size :].split(b"\n")[:_HEADER_LINES]:
                if record.count('"') % 2 == 0:
                    break
                record, last, size = record + "\n" + decode(more, encoding), last + 1, size + len(more) + 1
            else:
                last, record, size = number, text, len(line) + 1
            cells = tuple(grammar.cells(record.removesuffix("\r")))
            return _Header(cells, Span(row=len(blanks) + 1, first=number, last=last), tuple(blanks), min(offset + size, len(head)))
        blanks.append(Span(row=len(blanks) + 1, first=number, last=number))
        offset += size
    return _Header((), Span(row=1, first=1, last=1), (), len(head))


_HEADER_LINES = 40
"""A header whose quotes are still open after so many lines has a stray quote."""


@define
class _OpenCsv:
    name: str
    header: Sequence[str]
    heading: Span
    _dialect: Csv
    _encoding: str
    _columns: Columns
    _stream: Stream
    _head: bytes = field(repr=False)
    _found: _Header
    _block: int

    @property
    def sha256(self) -> str:
        return self._stream.sha256

    def blocks(self) -> Iterator[Block]:
        from cigem_core.formats.csv_records import Cutter, Grammar

        grammar: Grammar = Grammar(self._dialect.delimiter)
        cutter = Cutter(grammar, self._encoding, len(self.header), self._columns, self.heading)
        try:
            if self._found.blanks:
                yield cutter.only_blanks(self._found.blanks)
            held, more = self._head[self._found.size :], True
            self._head = b""
            while more or held:
                chunk = self._stream.read(self._block) if more else b""
                more = bool(chunk)
                data = held + chunk
                cut = data.rfind(b"\n") + 1 if more else len(data)
                block, carried = cutter.cut(data[:cut], final=not more)
                held = carried + data[cut:]
                if block is not None:
                    yield block
        finally:
            self._stream.close()
