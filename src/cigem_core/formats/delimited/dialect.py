"""How a delimited text is written, and how one of another dialect is told again in the one grammar we read.

Records are cut from text in one grammar only (`csv_records`): a one-character delimiter, `"` doubled inside quotes,
lines that end in LF or CRLF. A text written otherwise is told again in that grammar, block by block, with characters
no text may hold (Unicode §23.7) standing for what would be misread; its cells are then turned back, and nothing is lost.
"""

from __future__ import annotations

import codecs
import io
import re

from attrs import evolve, frozen

from cigem_core.formats.delimited.decoding import MARK
from cigem_core.formats.source import Stream
from cigem_core.formats.tables import Block, Misfit
from cigem_core.text import Text

UNIT = "\x1f"
"""Between cells, where the delimiter is not one ASCII character (Unicode's unit separator)."""

_LITERAL, _UNIT, _QUOTED, _ESCAPED, _DELIMITING = "\ufdd2", "\ufdd3", "\ufdd4", "\ufdd5", "\ufdd6"
"""Stand for: a `"` that is no quote; a unit separator in the text; an escaped quote, escape and delimiter."""

_STAND_INS = re.compile("[\ufdd2-\ufdd6]")


@frozen(kw_only=True)
class Dialect:
    """How a delimited text is written, as it was found from its bytes."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str | None = '"'
    """None where quotes mean nothing."""
    escape: str | None = None
    """What stands before a quote inside quotes; None where it is doubled."""
    line_end: str = "\r\n"
    preamble: int = 0
    """How many rows stand above the header, or above the first record."""
    header: int | None = 1
    """The row of the header, the last one if it takes several; None where there is none."""
    heading: int = 1
    """How many rows the header takes, blank ones between them included."""
    width: int = 1
    """How many cells most records have."""

    @property
    def assumed(self) -> tuple[Text, ...]:
        """What was assumed, in sentences."""
        return (_of_text(self), _of_cells(self), _of_rows(self))

    @property
    def plain_delimiter(self) -> str:
        """The delimiter in the text as it is told again."""
        return self.delimiter if len(self.delimiter) == 1 and self.delimiter.isascii() else UNIT

    @property
    def is_plain(self) -> bool:
        """Whether the text can be cut as it is."""
        ascii_based = not self.encoding.startswith(("utf-16", "utf-32"))
        told = self.quote == '"' and self.escape is None and self.line_end != "\r"
        return ascii_based and told and self.plain_delimiter == self.delimiter

    def retell(self, text: str) -> str:
        """The text in the one grammar."""
        if self.is_plain:
            return text
        text = _STAND_INS.sub(lambda found: "".join(f"{MARK}{byte:02x}" for byte in found[0].encode()), text)
        if self.line_end == "\r":
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.escape:
            text = self._escaped.sub(lambda found: self._stand_in(found[1]), text)
        if self.quote != '"':
            text = text.translate({ord('"'): _LITERAL, ord(self.quote): '"'} if self.quote else {ord('"'): _LITERAL})
        if self.delimiter != self.plain_delimiter:
            text = text.replace(UNIT, _UNIT).replace(self.delimiter, UNIT)
        return text

    def restore(self, block: Block) -> Block:
        """A block of the text as it was told again, with its own characters in cells and misfits."""
        if self.is_plain:
            return block
        import polars as pl

        cells = block.cells
        for told, own in self._back(self._values):
            cells = cells.with_columns(pl.col(pl.String).str.replace_all(told, own, literal=True))
        return evolve(block, cells=cells, misfits=tuple(map(self._misfit, block.misfits)))

    def cell(self, told: str) -> str:
        """The value of a cell of the text as it was told again."""
        return _swap(told, self._back(self._values))

    def _misfit(self, misfit: Misfit) -> Misfit:
        text = None if misfit.text is None else _swap(misfit.text, self._back(self._marks))
        return evolve(misfit, text=text, cells=misfit.cells and tuple(map(self.cell, misfit.cells)))

    @property
    def _escaped(self) -> re.Pattern[str]:
        escape, quote, delimiter = (re.escape(mark or "") for mark in (self.escape, self.quote, self.delimiter))
        return re.compile(f"{escape}({escape}|{quote}|{delimiter})")

    def _stand_in(self, escaped: str) -> str:
        return {self.quote: _QUOTED, self.escape: _ESCAPED}.get(escaped, _DELIMITING)

    @property
    def _values(self) -> dict[str, str]:
        """What an escaped quote, escape and delimiter mean."""
        return {_QUOTED: self.quote or "", _ESCAPED: self.escape or "", _DELIMITING: self.delimiter}

    @property
    def _marks(self) -> dict[str, str]:
        """How they stand in the text."""
        return {told: f"{self.escape}{meant}" for told, meant in self._values.items()}

    def _back(self, escaped: dict[str, str]) -> list[tuple[str, str]]:
        """What to put back, in this order."""
        swaps: list[tuple[str, str]] = [*escaped.items()] if self.escape else []
        if self.delimiter != self.plain_delimiter:
            swaps += [(UNIT, self.delimiter), (_UNIT, UNIT)]
        if self.quote != '"':
            swaps = [*([('"', self.quote)] if self.quote else []), *swaps, (_LITERAL, '"')]
        return swaps + [("\n", "\r")] * (self.line_end == "\r")


def _of_text(dialect: Dialect) -> Text:
    ends = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}[dialect.line_end]
    return Text(
        fr=f"encodage {dialect.encoding}, fins de ligne {ends}",
        en=f"encoding {dialect.encoding}, line ends {ends}",
    )


def _of_cells(dialect: Dialect) -> Text:
    delimiter = {"\t": "TAB", " ": "SPACE"}.get(dialect.delimiter, dialect.delimiter)
    inside = Text(fr="doublé", en="doubled")
    if dialect.escape:
        inside = Text(fr=f"précédé de {dialect.escape}", en=f"preceded by {dialect.escape}")
    quoting = Text(fr="pas de guillemets", en="no quotes")
    if dialect.quote:
        quoting = Text(fr=f"guillemet {dialect.quote} ({inside.fr})", en=f"quote {dialect.quote} ({inside.en})")
    return Text(
        fr=f"séparateur {delimiter}, {quoting.fr}, {dialect.width} cellules par ligne",
        en=f"delimiter {delimiter}, {quoting.en}, {dialect.width} cells a row",
    )


def _of_rows(dialect: Dialect) -> Text:
    if dialect.header is None:
        return Text(
            fr=f"pas d'en-tête ; les données commencent à la ligne {dialect.preamble + 1}",
            en=f"no header; records begin at row {dialect.preamble + 1}",
        )
    if dialect.heading == 1:
        return Text(fr=f"en-tête à la ligne {dialect.header}", en=f"header at row {dialect.header}")
    first = dialect.header - dialect.heading + 1
    return Text(fr=f"en-tête des lignes {first} à {dialect.header}", en=f"header from row {first} to {dialect.header}")


def _swap(text: str, swaps: list[tuple[str, str]]) -> str:
    for told, own in swaps:
        text = text.replace(told, own)
    return text


class Retold(Stream):
    """A stream told again in the one grammar, as UTF-8, whole lines at a time."""

    def __init__(self, stream: Stream, dialect: Dialect) -> None:
        self._stream, self._dialect = stream, dialect
        self._decoder = codecs.getincrementaldecoder(dialect.encoding)("cigem-mark")
        self._back = io.BytesIO()
        self._held: list[str] = []
        self._begun = False

    def read(self, size: int) -> bytes:
        """Some lines, more than `size` bytes where one is longer; empty at the end."""
        if again := self._back.read(size):
            return again
        while chunk := self._stream.read(size):
            text = self._decode(chunk)
            cut = self._last_break(text)
            if cut:
                lines, self._held = "".join([*self._held, text[:cut]]), [text[cut:]]
                return self._dialect.retell(lines).encode()
            self._held.append(text)
        rest, self._held = "".join([*self._held, self._decode(b"", final=True)]), []
        return self._dialect.retell(rest).encode()

    def _decode(self, chunk: bytes, *, final: bool = False) -> str:
        text = self._decoder.decode(chunk, final).replace("\0", f"{MARK}00")
        if text and not self._begun:
            self._begun, text = True, text.removeprefix("\ufeff")
        return text

    def _last_break(self, text: str) -> int:
        """Where the last line ends that surely does: a CR may be the first half of a CRLF."""
        if self._dialect.line_end != "\r":
            return text.rfind("\n") + 1
        return max(text.rfind("\r", 0, -1), text.rfind("\n")) + 1

    @property
    def sha256(self) -> str:
        """The digest of the bytes as they came."""
        return self._stream.sha256

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()
