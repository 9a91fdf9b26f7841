"""Cutting bytes into records: which lines belong together, and which records cannot be trusted.

A quote opened by mistake swallows the rows that follow it, and every reader we know then returns fewer
rows without a word. Here a record that spans lines is believed only if its quotes follow RFC 4180 and
none of the lines inside it reads as a full record of its own; otherwise its first line is a misfit and
reading resumes at the next line. The outcome does not depend on where blocks are cut.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from cigem_core.errors import InternalError
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, Columns, Misfit, Span
from cigem_core.report import Rule
from cigem_core.text import WHITE_SPACE, Text

if TYPE_CHECKING:
    import polars as pl

MAX_RECORD = 1 << 20
"""A record longer than this many bytes of UTF-8 is taken for a stray quote."""

_MARK = "\ufdd0"
"""Stands before the two hexadecimal digits of a byte the encoding does not have; no text may hold it (Unicode §23.7)."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(f"{_MARK}{byte:02x}" for byte in error.object[error.start : error.end]), error.end


codecs.register_error("cigem-mark", _mark)


def decode(data: bytes, encoding: str) -> str:
    """The text of some bytes; those that are not of the encoding, and null bytes, are marked."""
    text = data.decode(encoding, "cigem-mark")
    return text.replace("\0", _MARK + "00") if "\0" in text else text


def _as_it_came(text: str) -> str:
    return text.replace(_MARK, "\\x")


@frozen(init=False)
class Grammar:
    """RFC 4180 with one delimiter, as expressions for Python and for Polars."""

    delimiter: str
    record: re.Pattern[str]
    line: str

    def __init__(self, delimiter: str) -> None:
        d = re.escape(delimiter)
        cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{d}\n]*+)'
        simple = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{d}]*)'
        self.__attrs_init__(  # type: ignore[attr-defined]
            delimiter, re.compile(rf"{cell}(?:{d}{cell})*+"), rf"^{simple}(?:{d}{simple})*$"
        )

    def cells(self, record: str) -> list[str]:
        """The cells of one record; one whose quotes are wrong is split at its delimiters."""
        if not self.record.fullmatch(record):
            return record.split(self.delimiter)
        pieces = re.findall(rf'("[^"]*(?:""[^"]*)*"|[^"{re.escape(self.delimiter)}]*)(?:{re.escape(self.delimiter)}|$)', record)
        if not record.endswith(self.delimiter):
            pieces = pieces[:-1] or [""]
        return [p[1:-1].replace('""', '"') if p.startswith('"') else p for p in pieces]

    def width(self, record: str) -> int | None:
        """How many cells one record has; None when its quotes break the grammar."""
        if not self.record.fullmatch(record):
            return None
        return re.sub(r'"[^"]*"', "", record).count(self.delimiter) + 1

    def is_blank(self, record: str) -> bool:
        """Whether every cell is empty or white space."""
        bare = re.sub(r'"\s*"(?!")', "", record) if '"' in record else record
        return not bare.replace(self.delimiter, "").strip()


@define
class Cutter:
    """Cuts one file, block by block; remembers the next line and row."""

    grammar: Grammar
    encoding: str
    width: int
    columns: Columns
    heading: Span
    _line: int = field(init=False)
    _row: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._line, self._row = self.heading.last + 1, self.heading.row + 1

    def only_blanks(self, blanks: Sequence[Span]) -> Block:
        """The block of the blank rows before the header."""
        return Block(cells=self._parse(b"", 0), blanks=tuple(blanks), first=blanks[0].first, last=blanks[-1].last)

    def cut(self, data: bytes, *, final: bool) -> tuple[Block | None, bytes]:
        """The records of some whole lines, and the bytes of a last record that is still open."""
        if not data:
            return None, b""
        text = decode(data, self.encoding)
        utf8 = data if self.encoding == "utf-8" and _MARK not in text else text.encode()
        lines = _Lines.of(utf8, self.grammar, self.width)
        records = _records(lines, self.grammar, self.width, final=final)
        kept = records.end
        carried = _last_lines(data, lines.count - kept)
        if not kept:
            return None, carried
        return self._block(text, utf8, lines, records), carried

    def _block(self, text: str, utf8: bytes, lines: _Lines, records: _Records) -> Block:
        import polars as pl

        base = pl.DataFrame({"start": records.starts, "stop": [*records.starts[1:], records.end]}).with_columns(
            (pl.int_range(pl.len()) + self._row).alias(ROW),
            (pl.col("start") + self._line).alias(FIRST),
            (pl.col("stop") - 1 + self._line).alias(LAST),
        )
        width = lines.widths.gather(records.starts).scatter(list(records.widths), list(records.widths.values()))
        spoilt = lines.spoilt
        is_marked = [any(spoilt[s:e]) for s, e in zip(records.starts, [*records.starts[1:], records.end], strict=True)] if spoilt else None
        base = base.with_columns(width.alias("width"), pl.Series("marked", is_marked or [False] * base.height))
        exact = base["width"].eq_missing(self.width) & ~base["marked"]
        suspects = base.filter(~exact | lines.hollow.gather(records.starts))
        if suspects.is_empty() and records.end == lines.count:
            cells, misfits, blanks = self._parse(utf8, base.height), [], []
            good = base
        else:
            cells, good, misfits, blanks = self._sort_out(text, utf8, lines, records, base, exact)
        cells = cells.with_columns(good[ROW], good[FIRST], good[LAST])
        block = Block(
            cells=cells,
            misfits=tuple(misfits),
            blanks=tuple(blanks),
            first=self._line,
            last=self._line + records.end - 1,
        )
        self._line += records.end
        self._row += base.height
        return block

    def _sort_out(
        self, text: str, utf8: bytes, lines: _Lines, records: _Records, base: pl.DataFrame, exact: pl.Series
    ) -> tuple[pl.DataFrame, pl.DataFrame, list[Misfit], list[Span]]:
        """Set the blank rows and the misfits aside; parse what is left."""
        import polars as pl

        hollow = lines.hollow.gather(records.starts)
        raw: list[str] = text.split("\n") if not (exact | hollow).all() or hollow.any() or records.end < lines.count else []
        misfits: list[Misfit] = []
        blanks: list[Span] = []
        aside: list[int] = []
        for index, record in enumerate(base.iter_rows(named=True)) if raw else ():
            if exact[index] and not hollow[index]:
                continue
            came = "\n".join(raw[record["start"] : record["stop"]]).removesuffix("\r")
            if record["width"] is not None and not record["marked"] and self.grammar.is_blank(came):
                blanks.append(Span(row=record[ROW], first=record[FIRST], last=record[LAST]))
            elif exact[index]:
                continue
            else:
                misfits.append(self._misfit(record, came))
            aside.append(index)
        keep = pl.Series([True] * base.height).scatter(aside, False)
        good = base.filter(keep)
        kept_lines = [piece for s, e in good.select("start", "stop").iter_rows() for piece in raw[s:e]]
        return self._parse("\n".join(kept_lines).encode(), good.height), good, misfits, blanks

    def _misfit(self, record: dict[str, Any], came: str) -> Misfit:
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
            cells=tuple(self.grammar.cells(came)) if self.columns.whole and not record["marked"] else None,
        )

    def _parse(self, utf8: bytes, expected: int) -> pl.DataFrame:
        """The cells of records known to be sound; only the columns asked for are made."""
        import polars as pl

        names = {f"column_{i + 1}": name for i, name in sorted(self.columns.names.items())}
        schema = {f"column_{i + 1}": pl.String for i in range(self.width)}
        if not expected:
            return pl.DataFrame(schema={name: pl.String for name in names.values()})
        frame = pl.read_csv(
            utf8,
            has_header=False,
            separator=self.grammar.delimiter,
            schema=schema,
            columns=list(names),
            empty_string_is_null=False,
            truncate_ragged_lines=True,
        ).rename(names)
        if frame.height != expected:
            raise InternalError(
                Text(fr="le découpage et la lecture ne comptent pas les mêmes fiches", en="cutting and parsing count different records")
            )
        return frame


@frozen(eq=False)
class _Lines:
    """What is known of each line by itself."""

    count: int
    utf8: bytes = field(repr=False)
    quotes: pl.Series
    widths: pl.Series
    """Cells, where the line is a record by itself; null where its quotes are not closed or break the grammar."""
    hollow: pl.Series
    """Lines that may be blank: nothing but delimiters, quotes and spaces."""
    spoilt: list[bool] | None
    lengths: pl.Series

    @classmethod
    def of(cls, utf8: bytes, grammar: Grammar, width: int) -> _Lines:
        import polars as pl

        lines = pl.read_lines(io.BytesIO(utf8)).to_series() if utf8 else pl.Series([], dtype=pl.String)
        d = grammar.delimiter
        quotes = lines.str.count_matches('"', literal=True)
        widths = lines.str.count_matches(d, literal=True) + 1
        if (quotes > 0).any():
            quoted = (quotes > 0).arg_true()
            some = lines.gather(quoted)
            bare = some.str.replace_all(r'"[^"]*"', "").str.count_matches(d, literal=True) + 1
            sound = some.str.contains(grammar.line) & (quotes.gather(quoted) % 2 == 0)
            widths = widths.scatter(quoted, bare.set(~sound, None))
        hollow = lines.str.strip_chars(f'{d}"{WHITE_SPACE}') == ""
        spoilt = lines.str.contains(_MARK, literal=True).to_list() if _MARK.encode() in utf8 else None
        return cls(lines.len(), utf8, quotes, widths, hollow, spoilt, lines.str.len_bytes())


@frozen(eq=False)
class _Records:
    """Where records start among the lines, up to `end`; `widths` for those of several lines."""

    starts: list[int]
    widths: dict[int, int | None]
    """Position among `starts` → cells."""
    end: int


def _records(lines: _Lines, grammar: Grammar, width: int, *, final: bool) -> _Records:
    """Decide which lines belong together, walking only the lines whose quotes are not closed."""
    odd = (lines.quotes % 2 == 1).arg_true().to_list()
    if not odd:
        return _Records(list(range(lines.count)), {}, lines.count)
    text: list[str] = lines.utf8.decode().split("\n")
    full_before = [0, *(lines.widths.eq_missing(width)).cum_sum().to_list()]
    bytes_before = [0, *(lines.lengths + 1).cum_sum().to_list()]
    inside: dict[int, int] = {}
    """First line → one past the last, of records of several lines."""
    cells: dict[int, int | None] = {}
    end, at = lines.count, 0
    while at < len(odd):
        first = odd[at]
        last = odd[at + 1] if at + 1 < len(odd) else None
        until = last if last is not None else lines.count
        swallows = full_before[until] - full_before[first + 1] > 0
        too_long = bytes_before[until + (last is not None)] - bytes_before[first] > MAX_RECORD
        if last is None and not (final or swallows or too_long):
            end = first
            break
        found = None
        if last is not None and not swallows and not too_long:
            found = grammar.width("\n".join(text[first : last + 1]).removesuffix("\r"))
        if found is None or last is None:
            at += 1  # a stray quote: this line alone is a misfit, the next line starts a record
        else:
            inside[first], cells[first] = last + 1, found
            at += 2
    starts = []
    widths: dict[int, int | None] = {}
    line = 0
    while line < end:
        if line in inside:
            widths[len(starts)] = cells[line]
        starts.append(line)
        line = inside.get(line, line + 1)
    return _Records(starts, widths, end)


def _last_lines(data: bytes, count: int) -> bytes:
    """The last so many lines of some bytes that end in a line break or at the end of the file."""
    if not count:
        return b""
    cut = len(data) - 1 if data.endswith(b"\n") else len(data)
    for _ in range(count):
        cut = data.rfind(b"\n", 0, cut)
    return data[cut + 1 :]
