"""Rows of a sheet's markup, cut as delimited text: a line a cell, a field after each `<`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cigem_core.formats.books.cells.xlsx import LONGEST, column_of, unescape

if TYPE_CHECKING:
    import polars as pl

Class = tuple[str, int]
"""The type and the style that some cells share."""

_LINE = b"\x01"
"""Stands where a line begins; XML may not hold it."""
_FIELDS = ("attributes", "value", "third", "fourth", "fifth", "sixth")
_FORMULA = re.compile(rb"<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)")
_ATTRIBUTES = re.compile(r'"((?: [a-z]+="[^"<>&]*")*) ?(/?)>')
_PAIR = re.compile(r' ([a-z]+)="([^"]*)"')
_ROW = r'^ r="([1-9][0-9]{0,6})"[^<>]*>$'
_LETTERS = re.compile(r"([A-Z]{1,3})(?:[0-9].*)?")
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14


class Irregular(Exception):
    """Markup that is not written as it is cut here."""


def rewritten(chunk: bytes) -> bytes:
    """Formulas away (their results stand beside them), and texts within cells where values stand."""
    chunk = _FORMULA.sub(b"", chunk) if b"<f" in chunk else chunk
    if b"<is>" in chunk:
        chunk = chunk.replace(b"<is><t>", b"<v>").replace(b'<is><t xml:space="preserve">', b"<v>").replace(b"</t></is>", b"</v>")
    return chunk.replace(b'<v xml:space="preserve">', b"<v>")


def cells_of(chunk: bytes) -> tuple[pl.DataFrame, list[Class]]:
    """The cells of some rows that hold a value: `row`, `column`, `text`, `class`; and what each class shares.

    Raises Irregular where any field of any line is not as expected.
    """
    import polars as pl

    lines = _lines(chunk)
    is_row = lines["attributes"].str.starts_with(" ")
    rows = _row_numbers(lines.filter(is_row))
    lines = lines.with_columns(rows.gather(is_row.cum_sum() - 1).alias("row"), is_row.shift(1).alias("begins")).filter(~is_row)
    _check_rows(lines.filter("begins"))
    lines = lines.filter(_holds_value(lines))
    opening = lines["attributes"]
    columns, attributes = opening.str.head(3), opening.to_frame().select(_attributes()).to_series()
    classes, spellings = _coded(attributes)
    letters, heads = _coded(columns)
    places = pl.Series([_column(head) for head in heads], dtype=pl.UInt32)
    cells = lines.select("row", places.gather(letters).alias("column"), _text(), classes.alias("class"))
    return cells, [_class(spelling) for spelling in spellings]


def _lines(chunk: bytes) -> pl.DataFrame:

    if _LINE in chunk or not chunk.startswith(b"<row "):
        raise Irregular
    return _cut(chunk.replace(b'<c r="', _LINE).replace(b"<row ", b"\x01 "))


def _cut(lines: bytes) -> pl.DataFrame:
    """Lines, each begun by its mark, as fields."""
    import polars as pl

    try:
        return pl.read_csv(
            lines[1:],
            separator="<",
            eol_char=_LINE.decode(),
            quote_char=None,
            has_header=False,
            schema=dict.fromkeys(_FIELDS, pl.String),
            extra_columns="ignore",
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError:
        raise Irregular from None


def _row_numbers(rows: pl.DataFrame) -> pl.Series:
    """The numbers of the rows, from 0; nothing may follow a row's opening but its end."""
    import polars as pl

    if not (rows["value"].is_null() | (rows["value"] == "/row>")).all() or rows["third"].null_count() < rows.height:
        raise Irregular
    numbers = rows["attributes"].str.extract(_ROW).cast(pl.UInt32) - 1
    if numbers.null_count() or not (numbers < _MOST_ROWS).all():
        raise Irregular
    return numbers


def _check_rows(firsts: pl.DataFrame) -> None:
    """The first cell of each row stands in that row."""
    import polars as pl

    if not (firsts["attributes"].str.extract("^[A-Z]+([0-9]{1,7})").cast(pl.UInt32) - 1 == firsts["row"]).all(ignore_nulls=False):
        raise Irregular


def _holds_value(lines: pl.DataFrame) -> pl.Series:
    """Which cells hold a value; raises Irregular unless the others are empty, and all end as they should."""
    import polars as pl

    ends = pl.col("fifth").is_null() | (pl.col("fifth") == "/row>")
    full = pl.col("value").str.starts_with("v>") & (pl.col("third") == "/v>") & (pl.col("fourth") == "/c>") & ends
    bare = pl.col("attributes").str.ends_with("/>") & (pl.col("value").is_null() | (pl.col("value") == "/row>"))
    hollow = (pl.col("value") == "/c>") & (pl.col("third").is_null() | (pl.col("third") == "/row>")) & pl.col("fourth").is_null()
    short = pl.col("value").str.len_bytes().fill_null(0) < LONGEST
    seen = lines.select(
        full.fill_null(False).alias("full"),
        ((bare & pl.col("third").is_null()) | hollow).fill_null(False).alias("empty"),
        (pl.col("sixth").is_null() & short).alias("well"),
    )
    if not (seen["well"].all() and (seen["full"] ^ seen["empty"]).all()):
        raise Irregular
    return seen["full"]


def _attributes() -> pl.Expr:
    import polars as pl

    opening = pl.col("attributes")
    return opening.str.slice(opening.str.find('"', literal=True))


def _text() -> pl.Expr:
    import polars as pl

    return pl.col("value").str.slice(2).alias("text")


def _coded(texts: pl.Series) -> tuple[pl.Series, list[str]]:
    """Texts of which few are distinct, as numbers, and the distinct ones in the order of those numbers."""
    import polars as pl

    coded = texts.cast(pl.Categorical(pl.Categories.random()))
    distinct = pl.DataFrame({"number": coded.unique().to_physical(), "text": coded.unique().cast(pl.String)}).sort("number")
    if distinct["number"].null_count() or distinct["number"].to_list() != list(range(distinct.height)):
        raise Irregular
    return coded.to_physical(), distinct["text"].to_list()


def _column(head: str) -> int:
    found = _LETTERS.fullmatch(head)
    if not found or (column := column_of(found[1])) >= _MOST_COLUMNS:
        raise Irregular
    return column


def _class(spelling: str) -> Class:
    found = _ATTRIBUTES.fullmatch(spelling)
    pairs = dict(_PAIR.findall(found[1])) if found else {}
    style = pairs.get("s", "0")
    if not found or found[2] or not (style.isdecimal() and style.isascii() and len(style) < 10):
        raise Irregular
    return pairs.get("t", "n"), int(style)


def spelled(texts: pl.Series) -> pl.Series:
    """Texts without the spellings that XML and workbooks have for special characters."""
    import polars as pl

    special = texts.str.contains_any(["&", "_x", "\r"])
    if not special.any():
        return texts
    distinct = texts.filter(special).unique()
    plain = pl.Series([_plain(text) for text in distinct], dtype=pl.String)
    return texts.replace(distinct, plain)


def strings_of(content: bytes) -> list[str]:
    """The texts that the cells of a workbook share; raises Irregular where one is not plain."""
    head, found, body = content.partition(b"<si>")
    if not found or b"<!" in head or not is_plain_head(head) or _LINE in content:
        raise Irregular
    ends = body.rpartition(b"</sst>")[0]
    items = _cut(b"\x01" + ends.replace(b"<si>", _LINE))
    said = items["value"]
    regular = (
        (items["attributes"] == "").all()
        and said.str.contains(r'^t(?: xml:space="preserve")?>').all()
        and (items["third"] == "/t>").all(ignore_nulls=False)
        and (items["fourth"] == "/si>").all(ignore_nulls=False)
        and items["fifth"].null_count() == items.height
        and (said.str.len_bytes() < LONGEST).all()
    )
    if not regular:
        raise Irregular
    return spelled(items.select(said.str.slice(said.str.find(">", literal=True) + 1)).to_series()).to_list()


def is_plain_head(head: bytes) -> bool:
    """Whether markup begins as plain UTF-8."""
    return _HEAD.match(head) is not None


_HEAD = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version=["\']1\.0["\'](?: encoding=["\'](?:utf-8|UTF-8)["\'])?[^<>]*\?>)?\s*<[a-z]+[\s>]'
)
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def _plain(text: str) -> str:
    if text.count("&") != len(_ENTITY.findall(text)):
        raise Irregular
    return unescape(_ENTITY.sub(_character, text.replace("\r\n", "\n").replace("\r", "\n")))


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return _NAMED[found[1]]
    number = int(found[2]) if found[2] else int(found[3], 16)
    if number > 0x10FFFF or 0xD800 <= number < 0xE000 or (number < 32 and number not in (9, 10, 13)):
        raise Irregular
    return chr(number)
