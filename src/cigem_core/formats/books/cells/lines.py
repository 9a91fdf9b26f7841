"""Rows of a sheet's markup, cut where a row and a cell begin, by whole columns."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from cigem_core.formats.books.cells.xlsx import LONGEST, unescape
from cigem_core.formats.books.columns import letters_of

if TYPE_CHECKING:
    import polars as pl

Class = tuple[str, int]
"""The type and the style that some cells share."""

_ATTRIBUTES = re.compile(r'(?: [a-z]+="[^"<>&]*")* ?')
_PAIR = re.compile(r' ([a-z]+)="([^"]*)"')
_ROW = r'^r="([1-9][0-9]{0,6})"[^<>]*>$'
_FORMULA = r"<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)"
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14


class Irregular(Exception):
    """Markup that is not written as it is cut here."""


def cells_of(chunk: bytes) -> list[tuple[Class, pl.DataFrame]]:
    """The cells of some rows that hold a value, `row`, `column` and `text`, those of one class together.

    Raises Irregular where anything is not written as expected.
    """
    parts = _placed(_cut(chunk)).partition_by("attributes", as_dict=True, include_key=False).items()
    if any((cells["holds"] != "").any() for (attributes,), cells in parts if attributes.endswith("/")):
        raise Irregular
    classes = ((_class(attributes), cells) for (attributes,), cells in parts if not attributes.endswith("/"))
    return [(of_class, _said(cells, of_class[0])) for of_class, cells in classes]


def _cut(chunk: bytes) -> pl.DataFrame:
    """The cells, one a line: the number of their `row` and their markup, `cell`."""
    import polars as pl

    markup, parts = pl.col("markup"), pl.col("parts")
    rows = _split(_text(chunk), "<row ").to_frame("markup")
    within = markup.str.strip_suffix("</row>").str.split('<c r="')
    parted = rows.select(markup.str.ends_with("</row>").alias("closes"), within.alias("parts"))
    head = parts.list.first()
    cut = parted.select(
        head.str.extract(_ROW).alias("row"), parts.list.slice(1).alias("cell"), pl.col("closes") ^ head.str.ends_with("/>")
    )
    if not cut["closes"].all() or cut["row"].null_count():
        raise Irregular
    return cut.filter(pl.col("cell").list.len() > 0).select("row", "cell").explode("cell")


def _text(content: bytes) -> pl.Series:
    import polars as pl

    text = pl.Series([content], dtype=pl.Binary).cast(pl.String, strict=False)
    if text.null_count():
        raise Irregular
    return text


def _split(text: pl.Series, mark: str) -> pl.Series:
    """What follows each mark of a text that begins with one."""
    parts = text.str.split(mark).explode()
    if parts[0] != "":
        raise Irregular
    return parts[1:]


def _placed(cells: pl.DataFrame) -> pl.DataFrame:
    """`row` and `column` of each cell, from 0, its `attributes`, and what it `holds`."""
    import polars as pl

    opened = cells.select("row", pl.col("cell").str.splitn(">", 2)).unnest("cell")
    named = opened.select("row", pl.col("field_0").str.splitn('"', 2), pl.col("field_1").alias("holds")).unnest("field_0")
    letters = pl.col("field_0").str.strip_suffix(pl.col("row"))
    placed = named.select(
        pl.col("row").cast(pl.UInt32) - 1,
        letters.cast(_letters(), strict=False).to_physical().cast(pl.UInt32).alias("column"),
        pl.col("field_1").alias("attributes"),
        "holds",
    )
    if any(placed.null_count().row(0)) or not (placed["row"] < _MOST_ROWS).all():
        raise Irregular
    return placed


@cache
def _letters() -> pl.Enum:
    """What columns are called, in their order."""
    import polars as pl

    return pl.Enum([letters_of(column) for column in range(_MOST_COLUMNS)])


def _class(spelling: str) -> Class:
    found = _ATTRIBUTES.fullmatch(spelling)
    pairs = dict(_PAIR.findall(spelling))
    style = pairs.get("s", "0")
    if not found or not (style.isdecimal() and style.isascii() and len(style) < 10):
        raise Irregular
    return pairs.get("t", "n"), int(style)


def _said(cells: pl.DataFrame, kind: str) -> pl.DataFrame:
    """What the cells of one class say, without those that say nothing: `row`, `column`, `text`."""
    around = ("<is><t>", "</t></is></c>") if kind == "inlineStr" else ("<v>", "</v></c>")
    try:
        return _between(cells, *around)
    except Irregular:
        plainer = _plainer(cells["holds"])
        _check_results(cells["holds"], plainer, kind)
        return _between(cells.with_columns(plainer), *around)


def _check_results(markup: pl.Series, plainer: pl.Series, kind: str) -> None:
    """Irregular where a formula has no result; that of a formula of texts may be empty."""
    nothing = ["</c>"] if kind == "str" else ["</c>", "<v></v></c>"]
    if (plainer.is_in(nothing) & markup.str.contains("<f", literal=True)).any():
        raise Irregular


def _between(cells: pl.DataFrame, opening: str, closing: str) -> pl.DataFrame:
    """What cells say between two pieces of markup; raises Irregular where one that is not empty is written otherwise."""
    texts, written = _texts(cells["holds"], opening, closing)
    if not (written | (cells["holds"] == "</c>")).all():
        raise Irregular
    said = cells.select("row", "column", texts)
    says = written & (texts != "")
    return said if says.all() else said.filter(says)


def _texts(markup: pl.Series, opening: str, closing: str) -> tuple[pl.Series, pl.Series]:
    """What stands between two pieces of markup; and whether it does, is text alone, and no longer than a cell may be."""
    import polars as pl

    whole, text = pl.col("markup"), pl.col("text")
    stripped = markup.to_frame("markup").with_columns(text=whole.str.strip_prefix(opening).str.strip_suffix(closing))
    is_text = ~text.str.contains("<", literal=True) & (text.str.len_bytes() < LONGEST)
    written = stripped.select(whole.str.starts_with(opening) & whole.str.ends_with(closing) & is_text)
    return stripped["text"], written.to_series()


def _plainer(markup: pl.Series) -> pl.Series:
    """Without formulas, whose results stand beside them, and without what does not change a text."""
    return markup.str.replace(_FORMULA, "").str.replace('<([tv]) xml:space="preserve">', "<$1>")


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
    if not found or b"<!" in head or not is_plain_head(head):
        raise Irregular
    items = _split(_text(b"<si>" + body.rpartition(b"</sst>")[0]), "<si>")
    texts, written = _texts(_plainer(items), "<t>", "</t></si>")
    if not written.all():
        raise Irregular
    return spelled(texts).to_list()


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
