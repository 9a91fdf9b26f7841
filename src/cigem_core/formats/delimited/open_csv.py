"""A delimited text that was opened, and what was asked of its first bytes to open it so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Sized
from typing import TYPE_CHECKING, ClassVar

from attrs import define, evolve

from cigem_core.errors import SourceRefused
from cigem_core.formats.delimited.blocks import whole_lines
from cigem_core.formats.delimited.dialect import Dialect
from cigem_core.formats.delimited.encodings import asked, beyond_ascii, doubts
from cigem_core.formats.delimited.guarding import unguarded
from cigem_core.formats.delimited.header import HEAD
from cigem_core.formats.source import Source, Stream
from cigem_core.formats.tables import Block, ChosenColumns, Span, Unread
from cigem_core.spelling import WHITE_SPACE
from cigem_core.text import Text

if TYPE_CHECKING:
    from cigem_core.formats.delimited.footers import Footers


@define
class OpenCsv:
    """A delimited text being read."""

    name: str
    header: Sequence[str]
    heading: Span
    _dialect: Dialect
    _columns: ChosenColumns
    _stream: Stream
    _beside: tuple[Span, ...]
    """Rows above the header, and further rows of it."""
    _last: Span
    """The row after which the records begin."""
    _block: int
    assumed: tuple[Text, ...] = ()
    """What was found without being declared."""
    total: str = "TOTAL"
    """How the row of a total is labelled."""
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
        from cigem_core.formats.delimited.csv_records import Cutter
        from cigem_core.formats.delimited.grammar import Grammar

        encoding = self._dialect.encoding if self._dialect.is_plain else "utf-8"
        grammar = Grammar(self._dialect.plain_delimiter)
        named = next((at + 1 for at in reversed(range(len(self.header))) if self.header[at].strip(WHITE_SPACE)), 0)
        unread = Unread(self.name)
        cutter = Cutter(grammar, encoding, len(self.header), self._columns, self._last, least=named, unread=unread)
        footers = self._footers(unread)
        try:
            if self._beside:
                yield cutter.no_records(self._beside)
            carried = b""
            for lines, is_last in whole_lines(self._stream, self._block):
                block, carried = cutter.cut(carried + lines, final=is_last)
                if block is not None:
                    restored = self._dialect.restore(block)
                    yield footers.set_aside(evolve(restored, cells=unguarded(restored.cells)))
        finally:
            self._stream.close()

    def _footers(self, unread: Unread) -> Footers:
        from cigem_core.formats.delimited.footers import Footers

        read, key = sorted(self._columns.names.items()), self._columns.key
        titles = [self.header[at] for at, _ in read]
        named = self._columns.names.get(key) if key is not None else None
        return Footers([name for _, name in read], titles, named, self.total, unread=unread)


def below(source: Source) -> Iterator[bytes]:
    """The bytes of a source below its first ones, read only where they are asked for."""
    stream = source.open()
    try:
        stream.read(HEAD)
        while chunk := stream.read(HEAD):
            yield chunk
    finally:
        stream.close()


def check_letters(name: str, head: bytes, encoding: str, header: Sequence[str]) -> None:
    """UnknownEncoding where a text is seemingly of another encoding than that one: its letters would be others.

    A header with letters beyond ASCII was found under it, which is proof enough.
    """
    if encoding.startswith("utf") or not "".join(header).isascii():
        return
    if doubtful := doubts(b"\n".join(beyond_ascii(head)), encoding):
        raise asked(name, doubtful)


def nearer(one: SourceRefused | None, other: SourceRefused) -> SourceRefused:
    """Of two refusals the one that misses fewer columns."""
    return other if one is None or _missing(other) < _missing(one) else one


def _missing(refused: SourceRefused) -> int:
    missing = refused.concerned.get("missing", ())
    return len(missing) if isinstance(missing, Sized) else 0
