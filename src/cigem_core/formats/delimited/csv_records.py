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
    return text.replace("\0", MARK + "00") if b"\0" in data else text


def _as_it_came(text: str) -> str:
    return text.replace(MARK, "\\x")


@frozen(init=False)
class Grammar:
    """RFC 4180 with one delimiter."""

    delimiter: str
    record: re.Pattern[str]
    line: str
    """A line that is a record by itself, as a regular expression for Polars; its line break may be CRLF."""
    silent: bytes
    """The bytes that say nothing of where cells and lines begin and end."""

    def __init__(self, delimiter: str) -> None:
        d = re.escape(delimiter)
        cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{d}\n]*+)'
        simple = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{d}]*)'
        silent = bytes(set(range(256)) - set(f'{delimiter}"\r\n'.encode()))
        self.__attrs_init__(delimiter, re.compile(rf"{cell}(?:{d}{cell})*+"), rf"^{simple}(?:{d}{simple})*\r?$", silent)

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

        return pl.when(line.str.contains(self.line)).then(self.parts(line.str.replace_all(r'"[^"]*"', "")))

    def parts(self, bare: pl.Expr) -> pl.Expr:
        """In how many parts delimiters cut a text without quotes."""
        import polars as pl

        return bare.str.count_matches(self.delimiter, literal=True).cast(pl.Int64) + 1


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

        cells = self._parse(b"", 0, returns=False).with_columns(pl.lit(0, pl.Int64).alias(name) for name in (ROW, FIRST, LAST))
        return Block(cells=cells, others=tuple(blanks), first=blanks[0].first, last=blanks[-1].last)

    def cut(self, data: bytes, *, final: bool) -> tuple[Block | None, bytes]:
        """The records of some whole lines, and the bytes of a last record that is still open."""
        if not data:
            return None, b""
        utf8, marked = self._told(data)
        signs = utf8.translate(None, self.grammar.silent)
        lines = _lines(utf8, signs, self.grammar, self.width, marked=marked)
        joined, end = _joined(lines, self.width, self.grammar, final=final)
        carried = _last_lines(data, lines.height - 1 - end)
        if not end:
            return None, carried
        returns = signs.count(b"\r") > signs.count(b"\r\n")
        return self._block(utf8, _records(lines, joined, end), end, returns=returns), carried

    def _told(self, data: bytes) -> tuple[bytes, bool]:
        """The lines in UTF-8, the last one ended; and whether some bytes were no text."""
        text = decode(data, self.encoding)
        marked = MARK in text
        utf8 = data if self.encoding == "utf-8" and not marked else text.encode()
        return utf8 if utf8.endswith(b"\n") else utf8 + b"\n", marked

    def _block(self, utf8: bytes, records: pl.DataFrame, end: int, *, returns: bool) -> Block:
        import polars as pl

        records = records.with_columns(
            (pl.int_range(pl.len(), dtype=pl.Int64) + self._row).alias(ROW),
            (pl.col("start") + self._line).alias(FIRST),
            (pl.col("stop") - 1 + self._line).alias(LAST),
        )
        doubtful = pl.col("width").ne_missing(self.width) | pl.col("marked") | pl.col("hollow")
        misfits, blanks, aside = self._set_aside(utf8, records.with_row_index("at").filter(doubtful))
        good = records.filter(_all(True, records).scatter(aside["at"], False)) if aside.height else records
        cells = self._parse(_without(utf8, aside, records["to"][-1]), good.height, returns=returns)
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
        )
        frame = frame.rechunk().rename(names)
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


def _lines(utf8: bytes, signs: bytes, grammar: Grammar, width: int, *, marked: bool) -> pl.DataFrame:
    """What is known of each line by itself, with an empty one after the last to mark where that ends.

    `begin`: its first byte; `marks`: how many lines before it hold bytes that are no text; `hollow`: whether it may be
    blank; `odd`: whether it opens or closes a quoted cell; `width`: its cells, where it is a record by itself;
    `inside`: in how many cells it has part where it begins and ends inside quoted ones. Both are null where that would
    break the grammar; lines of the declared width, which stand inside no record, are not asked for the latter.

    `signs` are the bytes without those that are silent.
    """
    import polars as pl

    line, sign, quotes = pl.col("line"), pl.col("sign"), pl.col("quotes")
    whole = pl.DataFrame({"line": [utf8], "sign": [signs]}, schema={"line": pl.Binary, "sign": pl.Binary})
    lines = whole.select(pl.all().cast(pl.String).str.split("\n").explode()).with_row_index("at")
    # Most lines hold no quotes and the delimiters of a record: their signs alone tell so.
    plain = grammar.delimiter * (width - 1)
    others = lines.lazy().filter((sign != plain) & (sign != f"{plain}\r"))
    told = others.with_columns(sign.str.count_matches('"', literal=True).alias("quotes")).with_columns(
        pl.when(quotes == 0).then(grammar.parts(sign)).alias("width")
    )
    theirs = told.collect()
    even = theirs.lazy().filter(quotes > 0, quotes % 2 == 0).select("at", "line", grammar.width(line).alias("width")).collect()
    between = even.filter(even["width"].ne_missing(width))
    inside = _all(1, lines)
    if between.height:
        inside = inside.scatter(between["at"], between.select(grammar.width('"' + line + '"')).to_series())
    size, mark = line.str.len_bytes().cast(pl.Int64) + 1, line.str.contains(MARK, literal=True).cast(pl.Int64)
    return lines.select(
        "at",
        "line",
        (size.cum_sum() - size).alias("begin"),
        (mark.cum_sum() - mark if marked else pl.lit(0, pl.Int64)).alias("marks"),
        (line.str.strip_chars_start(f'{grammar.delimiter}"{WHITE_SPACE}') == "").alias("hollow"),
        _all(0, lines).scatter(theirs["at"], theirs["quotes"] % 2).cast(pl.Boolean).alias("odd"),
        _all(width, lines).scatter(theirs["at"], theirs["width"]).scatter(even["at"], even["width"]).alias("width"),
        inside.alias("inside"),
    )


def _all(value: int | bool, rows: pl.DataFrame) -> pl.Series:
    """The same value for each of some rows."""
    import polars as pl

    return pl.Series([value]).new_from_index(0, rows.height)


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
    odd = tallied.filter("odd")
    pairs = odd.lazy().select(
        pl.col("at").alias("first"),
        pl.col("at").shift(-1).alias("last"),
        line.alias("opens"),
        line.shift(-1).alias("closes"),
        (more.shift(-1) - more).alias("between"),
        ((against == against.shift(-1)) & (pl.col("end").shift(-1) - begin <= MAX_RECORD)).alias("plausible"),
    )
    # A line that ends or begins inside a quoted cell is sound if a quote there makes it so.
    parts = grammar.width(pl.col("opens") + '"') + pl.col("between") + grammar.width('"' + pl.col("closes"))
    sound = pairs.filter("plausible").select("first", "last", (parts - 1).alias("width")).drop_nulls("width").collect()
    joined = sound[_apart(sound["first"].to_list(), sound["last"].to_list())]
    last = tallied.row(-2, named=True)
    if not final and odd.height and odd["at"][-1] not in joined["last"].tail(1):
        opened = odd.row(-1, named=True)
        if last["against"] == opened["against"] and last["end"] - opened["begin"] <= MAX_RECORD:
            return joined, opened["at"]
    return joined, lines.height - 1


def _records(lines: pl.DataFrame, joined: pl.DataFrame, end: int) -> pl.DataFrame:
    """The records up to a line: from line `start` and byte `from` to before `stop` and `to`."""
    import polars as pl

    depth = _all(0, lines).scatter(joined["first"], 1).scatter(joined["last"], -1)
    width = lines["width"].scatter(joined["first"], joined["width"])
    begins = (
        lines.lazy()
        .with_columns(depth.alias("depth"), width)
        .filter(pl.col("depth").cum_sum().shift(1, fill_value=0) == 0, pl.col("at") <= end)
    )
    records = begins.select(
        pl.col("at").cast(pl.Int64).alias("start"),
        pl.col("at").cast(pl.Int64).shift(-1).alias("stop"),
        pl.col("begin").alias("from"),
        pl.col("begin").shift(-1).alias("to"),
        "width",
        "hollow",
        (pl.col("marks") < pl.col("marks").shift(-1)).alias("marked"),
    )
    return records.collect().head(-1)


def _apart(firsts: Sequence[int], lasts: Sequence[int]) -> list[int]:
    """Which of some records stand, one after the other: the line that ends one cannot begin the next."""
    found: list[int] = []
    taken = -1
    for at, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        if first > taken:
            found.append(at)
            taken = last
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
