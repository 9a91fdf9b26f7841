"""Which lines of a text belong together as records: what each line tells by itself, and which of them join."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from cigem_core.formats.delimited.decoding import MARK
from cigem_core.formats.delimited.grammar import Grammar
from cigem_core.spelling import HIDDEN, WHITE_SPACE

if TYPE_CHECKING:
    import polars as pl

MAX_RECORD = 1 << 20
"""A record of several lines longer than this many bytes of UTF-8 is taken for a stray quote."""


_HOLLOW = f"[{re.escape((WHITE_SPACE + HIDDEN).translate(dict.fromkeys(map(ord, chr(10)))))}]*"
"""White space and signs nobody sees, but for line breaks."""


@frozen
class Widths:
    """How many cells a record has: those of the header, and no matter how many empty ones more or less at its end."""

    least: int
    most: int
    delimiter: str

    def settled(self, width: pl.Series, line: pl.Series) -> pl.Series:
        """The widths of lines, cells that hold nothing left out at the end of those that have too many."""
        import polars as pl

        given = pl.DataFrame({"width": width, "line": line})
        nothing = rf'{re.escape(self.delimiter)}(?:{_HOLLOW}|"{_HOLLOW}")'
        tail = pl.col("line").str.extract(rf"((?:{nothing})*)\r?$")
        spare = tail.str.count_matches(self.delimiter, literal=True).cast(pl.Int64)
        is_short = pl.col("width").is_between(self.least, self.most)
        if (given["width"] > self.most).any():
            shorter = pl.max_horizontal(pl.lit(self.most), pl.col("width") - spare)
            given = given.with_columns(pl.when(pl.col("width") > self.most).then(shorter).otherwise("width").alias("width"))
        return given.select(pl.when(is_short).then(pl.lit(self.most, pl.Int64)).otherwise("width").alias("width")).to_series()


def lines_of(utf8: bytes, signs: bytes, grammar: Grammar, widths: Widths, *, marked: bool) -> pl.DataFrame:
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
    width = widths.most
    plain = grammar.delimiter * (width - 1)
    others = lines.lazy().filter((sign != plain) & (sign != f"{plain}\r"))
    told = others.with_columns(sign.str.count_matches('"', literal=True).alias("quotes")).with_columns(
        pl.when(quotes == 0).then(grammar.parts(sign)).alias("width")
    )
    theirs = told.collect()
    theirs = theirs.with_columns(widths.settled(theirs["width"], theirs["line"]))
    even = theirs.lazy().filter(quotes > 0, quotes % 2 == 0).select("at", "line", grammar.width(line).alias("width")).collect()
    even = even.with_columns(widths.settled(even["width"], even["line"]))
    between = even.filter(even["width"].ne_missing(width))
    inside = every(1, lines)
    if between.height:
        inside = inside.scatter(between["at"], between.select(grammar.width('"' + line + '"')).to_series())
    size, mark = line.str.len_bytes().cast(pl.Int64) + 1, line.str.contains(MARK, literal=True).cast(pl.Int64)
    return lines.select(
        "at",
        "line",
        (size.cum_sum() - size).alias("begin"),
        (mark.cum_sum() - mark if marked else pl.lit(0, pl.Int64)).alias("marks"),
        (line.str.strip_chars_start(f'{grammar.delimiter}"{WHITE_SPACE}{HIDDEN}') == "").alias("hollow"),
        every(0, lines).scatter(theirs["at"], theirs["quotes"] % 2).cast(pl.Boolean).alias("odd"),
        every(width, lines).scatter(theirs["at"], theirs["width"]).scatter(even["at"], even["width"]).alias("width"),
        inside.alias("inside"),
    )


def every(value: int | bool, rows: pl.DataFrame) -> pl.Series:
    """The same value for each of some rows."""
    import polars as pl

    return pl.Series([value]).new_from_index(0, rows.height)


def joined_of(lines: pl.DataFrame, widths: Widths, grammar: Grammar, *, final: bool) -> tuple[pl.DataFrame, int]:
    """The records of several lines (`first`, `last`, `width`), and the line where one begins that is still open.

    A line with an odd number of quotes opens a quoted cell or closes one, so only two such lines,
    one after the other, can be the ends of a record.
    """
    import polars as pl

    line, begin, against, more = pl.col("line"), pl.col("begin"), pl.col("against"), pl.col("more")
    tallied = lines.with_columns(
        (pl.col("width").eq_missing(widths.most) | pl.col("inside").is_null()).cum_sum().alias("against"),
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
    ends = pl.col("closes").alias("line")
    sound = pairs.filter("plausible").select("first", "last", (parts - 1).alias("width"), ends).drop_nulls("width").collect()
    sound = sound.with_columns(widths.settled(sound["width"], sound["line"])).drop("line")
    joined = sound[_apart(sound["first"].to_list(), sound["last"].to_list())]
    last = tallied.row(-2, named=True)
    if not final and odd.height and odd["at"][-1] not in joined["last"].tail(1):
        opened = odd.row(-1, named=True)
        if last["against"] == opened["against"] and last["end"] - opened["begin"] <= MAX_RECORD:
            return joined, opened["at"]
    return joined, lines.height - 1


def records_of(lines: pl.DataFrame, joined: pl.DataFrame, end: int) -> pl.DataFrame:
    """The records up to a line: from line `start` and byte `from` to before `stop` and `to`."""
    import polars as pl

    depth = every(0, lines).scatter(joined["first"], 1).scatter(joined["last"], -1)
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
