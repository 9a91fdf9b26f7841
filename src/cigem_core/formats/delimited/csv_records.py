"""Cutting bytes into records: which lines belong together, and which records cannot be trusted.

A quote opened by mistake swallows the rows that follow it, and every reader we know then returns fewer
rows without a word. Here a record that spans lines is believed only if its quotes follow RFC 4180 and
none of the lines inside it reads as a full record of its own; otherwise its first line is a misfit and
reading resumes at the next line. The outcome does not depend on where blocks are cut.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import define, field

from cigem_core.errors import InternalError
from cigem_core.formats.delimited.csv_lines import Widths, every, joined_of, lines_of, records_of
from cigem_core.formats.delimited.decoding import MARK, decode
from cigem_core.formats.delimited.grammar import Grammar
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, ChosenColumns, Misfit, Span, Unread
from cigem_core.report import Rule
from cigem_core.spelling import HIDDEN, JOINERS, WHITE_SPACE
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_RETURN = "\ufdd1"
"""Stands for a carriage return while Polars reads cells; no text may hold it either."""


def _as_it_came(text: str) -> str:
    return text.replace(MARK, "\\x")


@define
class Cutter:
    """Cuts one file, block by block; remembers the next line and row."""

    grammar: Grammar
    encoding: str
    width: int
    columns: ChosenColumns
    heading: Span
    least: int | None = None
    """How few cells a record may have: those under names; the header may have empty ones more at its end."""
    unread: Unread | None = None
    """Where rows that are no records are counted, for a file to be refused of which most are none."""
    _line: int = field(init=False)
    _row: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._line, self._row = self.heading.last + 1, self.heading.row + 1
        self.least = self.width if self.least is None else self.least

    def no_records(self, beside: Sequence[Span]) -> Block:
        """The block of the rows before the records."""
        import polars as pl

        cells = self._parse(b"", 0, returns=False).with_columns(pl.lit(0, pl.Int64).alias(name) for name in (ROW, FIRST, LAST))
        return Block(cells=cells, others=tuple(beside), first=beside[0].first, last=beside[-1].last)

    def cut(self, data: bytes, *, final: bool) -> tuple[Block | None, bytes]:
        """The records of some whole lines, and the bytes of a last record that is still open."""
        if final and data.endswith(_END):
            data = data.rstrip(_END)
        if not data:
            return None, b""
        utf8, marked = self._told(data)
        signs = utf8.translate(None, self.grammar.silent)
        lines = lines_of(utf8, signs, self.grammar, self._widths, marked=marked)
        joined, end = joined_of(lines, self._widths, self.grammar, final=final)
        carried = _last_lines(data, lines.height - 1 - end)
        if not end:
            return None, carried
        returns = signs.count(b"\r") > signs.count(b"\r\n")
        return self._block(utf8, records_of(lines, joined, end), end, lines["line"], returns=returns), carried

    @property
    def _widths(self) -> Widths:
        return Widths(self.width if self.least is None else self.least, self.width, self.grammar.delimiter)

    def _told(self, data: bytes) -> tuple[bytes, bool]:
        """The lines in UTF-8, the last one ended; and whether some bytes were no text."""
        text = decode(data, self.encoding)
        marked = MARK in text
        utf8 = data if self.encoding == "utf-8" and not marked else text.encode()
        return utf8 if utf8.endswith(b"\n") else utf8 + b"\n", marked

    def _block(self, utf8: bytes, records: pl.DataFrame, end: int, lines: pl.Series, *, returns: bool) -> Block:
        import polars as pl

        records = records.with_columns(
            (pl.int_range(pl.len(), dtype=pl.Int64) + self._row).alias(ROW),
            (pl.col("start") + self._line).alias(FIRST),
            (pl.col("stop") - 1 + self._line).alias(LAST),
        )
        doubtful = pl.col("width").ne_missing(self.width) | pl.col("marked") | pl.col("hollow")
        blanks, others = self._blanks(records.with_row_index("at").filter(doubtful), lines)
        misfits, quoted, aside = self._set_aside(utf8, others)
        aside = pl.concat([aside, blanks]).sort("at")
        good = records.filter(every(True, records).scatter(aside["at"], False)) if aside.height else records
        cells = self._parse(_without(utf8, aside, records["to"][-1]), good.height, returns=returns)
        block = Block(
            cells=cells.with_columns(good[ROW], good[FIRST], good[LAST]),
            misfits=tuple(misfits),
            others=tuple(quoted),
            blanks=blanks.select(ROW, FIRST, LAST),
            first=self._line,
            last=self._line + end - 1,
            hides=_hides(utf8),
        )
        self._line += end
        self._row += records.height
        return block

    def _blanks(self, doubtful: pl.DataFrame, lines: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The records that are blank and hold no quote, and the other doubtful ones."""
        import polars as pl

        plain = ~lines.gather(doubtful["start"]).str.contains('"', literal=True)
        is_blank = doubtful.select(pl.col("hollow") & pl.col("width").is_not_null() & ~pl.col("marked") & plain).to_series()
        blanks = doubtful.filter(is_blank)
        if self.unread is not None:
            self.unread.pass_over(blanks.height)
        return blanks, doubtful.filter(~is_blank)

    def _set_aside(self, utf8: bytes, doubtful: pl.DataFrame) -> tuple[list[Misfit], list[Span], pl.DataFrame]:
        """The misfits and the blank rows, and which of the doubtful records they are."""
        misfits: list[Misfit] = []
        blanks: list[Span] = []
        is_aside = []
        for record in doubtful.iter_rows(named=True):
            came = utf8[record["from"] : record["to"]].decode().removesuffix("\n").removesuffix("\r")
            is_sound = record["width"] is not None and not record["marked"]
            if is_sound and record["hollow"] and self.grammar.is_blank(came):
                blanks.append(Span(row=record[ROW], first=record[FIRST], last=record[LAST]))
            elif not is_sound or (record["width"] != self.width and not self._is_spare(record["width"], came)):
                misfits.append(self._misfit(record, came))
            else:
                is_aside.append(False)
                continue
            is_aside.append(True)
        return misfits, blanks, doubtful.filter(is_aside)

    def _is_spare(self, width: int, came: str) -> bool:
        """Whether a record has too many cells, and those that are too many hold nothing."""
        beyond = self.grammar.cells(came)[self.width :] if width > self.width else ["x"]
        return not any(cell.strip(WHITE_SPACE + HIDDEN) for cell in beyond)

    def _misfit(self, record: dict[str, Any], came: str) -> Misfit:
        if self.unread is not None:
            self.unread.add(record[ROW] - self.heading.row)
        width = record["width"]
        if width is None:
            rule = Rule.STRUCTURE
        elif record["marked"]:
            rule = Rule.ENCODING
        else:
            rule = Rule.MISSING_CELL if width < self.width else Rule.EXTRA_CELL
        return Misfit(
            rule=rule,
            row=record[ROW],
            first=record[FIRST],
            last=record[LAST],
            found=width,
            expected=self.width,
            text=_as_it_came(came) if self.columns.whole else None,
            cells=tuple(map(_as_it_came, self.grammar.cells(came))) if self.columns.whole else None,
        )

    def _parse(self, utf8: bytes, expected: int, *, returns: bool) -> pl.DataFrame:
        """The cells of records known to be sound; only the columns asked for are made.

        `returns`: whether a carriage return may stand elsewhere than at the end of a line.
        """
        import polars as pl

        names = {f"column_{at + 1}": name for at, name in sorted(self.columns.names.items())}
        schema = {f"column_{at + 1}": pl.String for at in range(self.width)}
        if not expected:
            return pl.DataFrame(schema=dict.fromkeys(names.values(), pl.String))
        # Polars drops a byte order mark it meets first; here it would be part of a cell.
        guard = f'""{self.grammar.delimiter * (self.width - 1)}\n'.encode() if utf8.startswith(codecs.BOM_UTF8) else b""
        # Polars drops a carriage return that ends a cell.
        ended = f"\r{self.grammar.delimiter}".encode()
        kept = utf8.replace(ended, _RETURN.encode() + ended[1:]) if returns else utf8
        frame = pl.read_csv(
            guard + kept,
            has_header=False,
            separator=self.grammar.delimiter,
            schema=schema,
            columns=list(names) if len(names) < self.width else None,
            empty_string_is_null=False,
            truncate_ragged_lines=True,
            extra_columns="ignore",
            missing_columns="raise" if self.least == self.width else "insert",
        )
        frame = frame.rechunk().rename(names)
        if self.least != self.width:
            frame = frame.fill_null("")
        if guard:
            frame = frame.slice(1)
        if returns:
            frame = frame.with_columns(pl.all().str.replace_all(_RETURN, "\r", literal=True))
        if frame.height != expected:
            raise InternalError(
                Text(
                    fr="le découpage et la lecture ne comptent pas les mêmes fiches",
                    en="cutting and parsing count different records",
                )
            )
        return frame


_END = b"\x1a"
"""What old programs put at the end of a file (Ctrl-Z)."""

_HIDING = {
    lead: re.compile(b"|".join(re.escape(sign.encode()) for sign in HIDDEN + JOINERS if sign.encode().startswith(lead)))
    for lead in dict.fromkeys(sign.encode()[:2] for sign in HIDDEN + JOINERS)
}
"""The first two bytes of signs nobody sees, and the signs that begin so."""

_RARE = {lead: lead[1:] if lead[:1] == b"\xc2" else lead[:1] for lead in _HIDING}
"""Of those two bytes, the one that stands in few other letters of our part of the world."""


def _hides(utf8: bytes) -> bool:
    """Whether signs that nobody sees stand in some bytes: most texts have none of their first bytes."""
    # One byte is looked for much faster than two.
    return any(rare in utf8 and lead in utf8 and _ends_so(utf8, lead, _HIDING[lead]) for lead, rare in _RARE.items())


def _ends_so(utf8: bytes, lead: bytes, signs: re.Pattern[bytes]) -> bool:
    at = utf8.find(lead)
    while at >= 0:
        if signs.match(utf8, at):
            return True
        at = utf8.find(lead, at + 2)
    return False


def _without(utf8: bytes, aside: pl.DataFrame, end: int) -> bytes:
    """The bytes up to `end`, less those of some records."""
    if aside.is_empty() and end >= len(utf8):
        return utf8
    view = memoryview(utf8)
    begins = [0, *aside["to"].to_list()]
    ends = [*aside["from"].to_list(), end]
    return b"".join(view[begin:stop] for begin, stop in zip(begins, ends, strict=True))


def _last_lines(data: bytes, count: int) -> bytes:
    """The last so many lines of some bytes that end in a line break or at the end of the file."""
    if not count:
        return b""
    cut = len(data) - 1 if data.endswith(b"\n") else len(data)
    for _ in range(count):
        cut = data.rfind(b"\n", 0, cut)
    return data[cut + 1 :]
