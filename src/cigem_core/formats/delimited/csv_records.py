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

from attrs import define, field, frozen

from cigem_core.errors import InternalError
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, Columns, Misfit, Span
from cigem_core.report import Rule
from cigem_core.text import WHITE_SPACE, Text

if TYPE_CHECKING:
    import polars as pl

MAX_RECORD = 1 << 20
"""A record of several lines longer than this many bytes of UTF-8 is taken for a stray quote."""

MARK = "\ufdd0"
"""Stands before the two hexadecimal digits of a byte the encoding does not have; no text may hold it (Unicode §23.7)."""

_RETURN = "\ufdd1"
"""Stands for a carriage return while Polars reads cells; no text may hold it either."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(f"{MARK}{byte:02x}" for byte in error.object[error.start : error.end]), error.end


codecs.register_error("cigem-mark", _mark)


def decode(data: bytes, encoding: str) -> str:
    """The text of some bytes; those that are not of the encoding, and null bytes, are marked."""
    text = data.decode(encoding, "cigem-mark")
    return text.replace("\0", MARK + "00") if "\0" in text else text


def _as_it_came(text: str) -> str:
    return text.replace(MARK, "\\x")


@frozen(init=False)
class Grammar:
    """RFC 4180 with one delimiter."""

    delimiter: str
    record: re.Pattern[str]
    line: str
    """A line that is a record by itself, as a regular expression for Polars; its line break may be CRLF."""

    def __init__(self, delimiter: str) -> None:
        d = re.escape(delimiter)
        cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{d}\n]*+)'
        simple = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{d}]*)'
        self.__attrs_init__(delimiter, re.compile(rf"{cell}(?:{d}{cell})*+"), rf"^{simple}(?:{d}{simple})*\r?$")

    def cells(self, record: str) -> list[str]:
        """The cells of one record; where quotes are wrong, those cells that are quoted from end to end are whole still."""
        if not self.record.fullmatch(record):
            return [_bare(piece) for piece in self._pieces(record)]
        pieces = re.findall(rf'("[^"]*(?:""[^"]*)*"|[^"{re.escape(self.delimiter)}]*)(?:{re.escape(self.delimiter)}|$)', record)
        if not record.endswith(self.delimiter):
            pieces = pieces[:-1] or [""]
        return [p[1:-1].replace('""', '"') if p.startswith('"') else p for p in pieces]

    def _pieces(self, record: str) -> list[str]:
        """A record whose quotes are wrong, cut at the delimiters outside of its sound cells."""
        d = re.escape(self.delimiter)
        return re.findall(rf'(?:^|{d})("[^"]*(?:""[^"]*)*"(?={d}|$)|[^{d}]*)', record)

    def is_blank(self, record: str) -> bool:
        """Whether every cell of a sound record is empty or white space."""
        cells = self.cells(record) if '"' in record else record.split(self.delimiter)
        return not any(cell.strip(WHITE_SPACE) for cell in cells)

    def width(self, line: pl.Expr) -> pl.Expr:
        """How many cells a line has as a record by itself; null where its quotes break the grammar."""
        import polars as pl

        bare = line.str.replace_all(r'"[^"]*"', "")
        return pl.when(line.str.contains(self.line)).then(bare.str.count_matches(self.delimiter, literal=True).cast(pl.Int64) + 1)


def _bare(piece: str) -> str:
    """A cell without its quotes, where they are right."""
    is_quoted = re.fullmatch(r'"[^"]*(?:""[^"]*)*"', piece)
    return piece[1:-1].replace('""', '"') if is_quoted else piece


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
        import polars as pl

        cells = self._parse(b"", 0).with_columns(pl.lit(0, pl.Int64).alias(name) for name in (ROW, FIRST, LAST))
        return Block(cells=cells, others=tuple(blanks), first=blanks[0].first, last=blanks[-1].last)

    def cut(self, data: bytes, *, final: bool) -> tuple[Block | None, bytes]:
        """The records of some whole lines, and the bytes of a last record that is still open."""
        if not data:
            return None, b""
        text = decode(data, self.encoding)
        utf8 = data if self.encoding == "utf-8" and MARK not in text else text.encode()
        lines = _lines(utf8, self.grammar, self.width)
        joined, end = _joined(lines, self.width, self.grammar, final=final)
        carried = _last_lines(data, lines.height - 1 - end)
        if not end:
            return None, carried
        return self._block(utf8, _records(lines, joined, end), end), carried

    def _block(self, utf8: bytes, records: pl.DataFrame, end: int) -> Block:
        import polars as pl

        records = records.with_columns(
            (pl.int_range(pl.len(), dtype=pl.Int64) + self._row).alias(ROW),
            (pl.col("start") + self._line).alias(FIRST),
            (pl.col("stop") - 1 + self._line).alias(LAST),
        )
        doubtful = (pl.col("width").ne_missing(self.width) | pl.col("marked") | pl.col("hollow")).alias("doubtful")
        misfits, blanks, aside = self._set_aside(utf8, records.with_row_index("at").filter(doubtful))
        good = records.filter(pl.repeat(True, records.height, eager=True).scatter(aside["at"], False))
        cells = self._parse(_without(utf8, aside, records["to"][-1]), good.height)
        block = Block(
            cells=cells.with_columns(good[ROW], good[FIRST], good[LAST]),
            misfits=tuple(misfits),
            others=tuple(blanks),
            first=self._line,
            last=self._line + end - 1,
        )
        self._line += end
        self._row += records.height
        return block

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
            elif not is_sound or record["width"] != self.width:
                misfits.append(self._misfit(record, came))
            else:
                is_aside.append(False)
                continue
            is_aside.append(True)
        return misfits, blanks, doubtful.filter(is_aside)

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
            cells=tuple(map(_as_it_came, self.grammar.cells(came))) if self.columns.whole else None,
        )

    def _parse(self, utf8: bytes, expected: int) -> pl.DataFrame:
        """The cells of records known to be sound; only the columns asked for are made."""
        import polars as pl

        names = {f"column_{i + 1}": name for i, name in sorted(self.columns.names.items())}
        schema = {f"column_{i + 1}": pl.String for i in range(self.width)}
        if not expected:
            return pl.DataFrame(schema=dict.fromkeys(names.values(), pl.String))
        # Polars drops a byte order mark it meets first; here it would be part of a cell.
        guard = f'""{self.grammar.delimiter * (self.width - 1)}\n'.encode() if utf8.startswith(codecs.BOM_UTF8) else b""
        # Polars drops a carriage return that ends a cell.
        ended = f"\r{self.grammar.delimiter}".encode()
        kept = utf8.replace(ended, _RETURN.encode() + ended[1:]) if ended in utf8 else utf8
        frame = pl.read_csv(
            guard + kept,
            has_header=False,
            separator=self.grammar.delimiter,
            schema=schema,
            columns=list(names),
            empty_string_is_null=False,
            truncate_ragged_lines=True,
        ).rename(names)
        if guard:
            frame = frame.slice(1)
        if kept is not utf8:
            frame = frame.with_columns(pl.all().str.replace_all(_RETURN, "\r", literal=True))
        if frame.height != expected:
            raise InternalError(
                Text(
                    fr="le découpage et la lecture ne comptent pas les mêmes fiches",
                    en="cutting and parsing count different records",
                )
            )
        return frame


def _lines(utf8: bytes, grammar: Grammar, width: int) -> pl.DataFrame:
    """What is known of each line by itself, with an empty one after the last to mark where that ends.

    `begin`: its first byte in UTF-8; `marks`: how many lines before it hold bytes that are no text; `hollow`: whether
    it may be blank; `width`: its cells, where it is a record by itself; `inside`: in how many cells it has part where it
    begins and ends inside quoted ones. Both are null where that would break the grammar; lines of the declared width, which
    stand inside no record, are not asked for the latter.
    """
    import polars as pl

    line, quotes = pl.col("line"), pl.col("quotes")
    text = pl.DataFrame({"line": [utf8 if utf8.endswith(b"\n") else utf8 + b"\n"]}, schema={"line": pl.Binary})
    split = text.select(line.cast(pl.String).str.split("\n").explode())
    lines = split.with_row_index("at").with_columns(
        (line.str.len_bytes().cast(pl.Int64) + 1).cum_sum().shift(1, fill_value=0).alias("begin"),
        line.str.contains(MARK, literal=True).cum_sum().shift(1, fill_value=0).alias("marks"),
        (line.str.strip_chars_start(f'{grammar.delimiter}"{WHITE_SPACE}') == "").alias("hollow"),
        line.str.count_matches('"', literal=True).alias("quotes"),
        (line.str.count_matches(grammar.delimiter, literal=True).cast(pl.Int64) + 1).alias("width"),
        pl.lit(1, pl.Int64).alias("inside"),
    )
    quoted = lines.filter(quotes > 0)
    even = quoted.filter(quotes % 2 == 0).select("at", "line", grammar.width(line).alias("width"))
    other = even.filter(pl.col("width").ne_missing(width)).select("at", grammar.width('"' + line + '"').alias("inside"))
    return lines.with_columns(
        lines["width"].scatter(quoted["at"], None).scatter(even["at"], even["width"]),
        lines["inside"].scatter(other["at"], other["inside"]),
    )


def _joined(lines: pl.DataFrame, width: int, grammar: Grammar, *, final: bool) -> tuple[pl.DataFrame, int]:
    """The records of several lines (`first`, `last`, `width`), and the line where one begins that is still open.

    A line with an odd number of quotes opens a quoted cell or closes one, so only two such lines,
    one after the other, can be the ends of a record.
    """
    import polars as pl

    line, begin, against, more = pl.col("line"), pl.col("begin"), pl.col("against"), pl.col("more")
    tallied = lines.with_columns(
        (pl.col("width").eq_missing(width) | pl.col("inside").is_null()).cum_sum().alias("against"),
        (pl.col("inside").fill_null(1) - 1).cum_sum().alias("more"),
        begin.shift(-1).alias("end"),
    )
    odd = tallied.filter(pl.col("quotes") % 2 == 1)
    pairs = odd.select(
        pl.col("at").alias("first"),
        pl.col("at").shift(-1).alias("last"),
        # A line that ends or begins inside a quoted cell is sound if a quote there makes it so.
        (grammar.width(line + '"') + more.shift(-1) - more + grammar.width('"' + line).shift(-1) - 1).alias("width"),
        ((against == against.shift(-1)) & (pl.col("end").shift(-1) - begin <= MAX_RECORD)).alias("plausible"),
    )
    sound = pairs.select((pl.col("width").is_not_null() & pl.col("plausible")).fill_null(False)).to_series()
    joined = pairs[_every_other(sound.to_list())]
    last = tallied.row(-2, named=True)
    if not final and odd.height and odd["at"][-1] not in joined["last"].tail(1):
        opened = odd.row(-1, named=True)
        if last["against"] == opened["against"] and last["end"] - opened["begin"] <= MAX_RECORD:
            return joined, opened["at"]
    return joined, lines.height - 1


def _records(lines: pl.DataFrame, joined: pl.DataFrame, end: int) -> pl.DataFrame:
    """The records up to a line: from line `start` and byte `from` to before `stop` and `to`."""
    import polars as pl

    depth = pl.zeros(lines.height, pl.Int8, eager=True).scatter(joined["first"], 1).scatter(joined["last"], -1)
    width = lines["width"].scatter(joined["first"], joined["width"])
    begins = lines.with_columns(depth.alias("depth"), width).filter(
        pl.col("depth").cum_sum().shift(1, fill_value=0) == 0, pl.col("at") <= end
    )
    return begins.select(
        pl.col("at").cast(pl.Int64).alias("start"),
        pl.col("at").cast(pl.Int64).shift(-1).alias("stop"),
        pl.col("begin").alias("from"),
        pl.col("begin").shift(-1).alias("to"),
        "width",
        "hollow",
        (pl.col("marks") < pl.col("marks").shift(-1)).alias("marked"),
    ).head(-1)


def _every_other(sound: Sequence[bool]) -> list[int]:
    """Where records begin, when the line that ends one cannot begin the next."""
    found, at = [], 0
    while at < len(sound):
        if sound[at]:
            found.append(at)
        at += 2 if sound[at] else 1
    return found


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
