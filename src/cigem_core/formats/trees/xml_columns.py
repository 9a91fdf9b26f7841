"""Submissions read as whole columns, wherever nothing can be lost by it.

Take the texts out of a submission and what is left is its structure. Most submissions of a form share a few: each is
parsed once, and tells between which tags the texts of all the others stand. Whatever could be read otherwise than a
parser would (comments, character references, text between elements) is left to the parser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.trees.places import ColumnPath, Shape, at
from cigem_core.formats.trees.records import Whole
from cigem_core.formats.trees.xml_documents import Alike, Cut, Slot, records_of, taken

if TYPE_CHECKING:
    import polars as pl

_DOUBTFUL = (
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\x{fffe}\x{ffff}]"  # not XML, or normalised by parsers
    r"|<[!?]|\]\]>"  # comments, sections, instructions
    r"|(?:</[^>]*|/)>[ \t\n]*[^< \t\n]"  # text after an element
)
_MOST = 500
"""Structures of the submissions of a piece: where there are more, they have little in common."""

_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


def read(piece: Cut, shape: Shape) -> Whole | None:
    """The submissions of a piece as columns; None where there is any doubt that they are exact and whole."""
    import polars as pl

    text = None if b"base64EncryptedKey" in piece.content or b"encrypted=" in piece.content else _text_of(piece)
    if text is None:
        return None
    parts = text.str.split(f"</{piece.element}>").explode()
    # After the last one stands what closes the list.
    raw = parts.head(parts.len() - 1).str.strip_chars_start(" \t\n")
    bare = raw.str.replace_all(r">[^<]+", ">").str.replace_all(r'"[^"]*"', '"_"')
    rows = pl.DataFrame({"raw": raw, "bare": bare}).with_row_index("row")
    groups = list(rows.partition_by("bare", maintain_order=True)) if bare.n_unique() <= _MOST else []
    try:
        forms = [_Group.of(piece, group) for group in groups]
    except SourceRefused:
        return None
    if not all(form.is_sound for form in forms) or not forms:
        return None
    for form in forms:
        shape.see(form.plan)
    return _XmlColumns(raw.len(), forms, pl.concat([form.rows for form in forms]).arg_sort())


def _text_of(piece: Cut) -> pl.Series | None:
    """The submissions of a piece as one text; None where it holds what only a parser reads."""
    import polars as pl

    content = piece.content[len(piece.head) :]
    try:
        text = pl.Series([content]).cast(pl.String)
    except pl.exceptions.PolarsError:
        return None
    entities = sum(content.count(entity.encode()) for entity in _ENTITIES) if b"&" in content else 0
    if content.count(b"&") != entities or (b"encoding" in piece.head and b"utf-8" not in piece.head.lower()):
        return None
    return None if text.str.contains(_DOUBTFUL).item() else text


@frozen(eq=False)
class _Group:
    """The submissions of one structure."""

    plan: dict[str, Any]
    rows: pl.Series
    texts: pl.DataFrame = field(repr=False)
    """The texts of each submission, in the order of its elements, then of its attributes."""
    is_sound: bool

    @classmethod
    def of(cls, piece: Cut, group: pl.DataFrame) -> _Group:
        """Parse what the submissions share; SourceRefused where it is no XML."""
        import polars as pl

        bare = group["bare"][0]
        closing = b"</" + re.split(rb"[\s>]", piece.head.rpartition(b"<")[2])[0] + b">"
        records = records_of(piece.name, piece.head + f"{bare}</{piece.element}>".encode() + closing)
        structure, _ = taken(records[0])
        form = Alike(piece.name, structure, piece.repeats)
        tags = bare.split("<")
        starts = [number for number, tag in enumerate(tags) if number and not tag.startswith("/")]
        parts = [_part(number, tags[number]) for number in starts]
        attributes = [_attribute(name.rpartition("}")[2]) for name in structure[2]]
        split = group.select(pl.col("raw").str.split("<").alias("parts"), "raw")
        texts = split.select(text.alias(str(number)) for number, text in enumerate((*parts, *attributes)))
        if b"&" in piece.content:
            texts = _plain(texts)
        of_one = len(records) == 1 and len(parts) == len(structure[0]) and not form.is_doubtful
        is_sound = of_one and _is_blank(texts, form.groups) and _is_whole(texts, len(parts))
        return cls(form.plan, group["row"], texts, is_sound)


def _part(number: int, tag: str) -> pl.Expr:
    """The text after a tag, a submission being split before each of them."""
    import polars as pl

    part = pl.col("parts").list.get(number)
    return part.str.replace(r"^[^>]*>", "") if '"' in tag else part.str.strip_prefix(tag)


def _attribute(name: str) -> pl.Expr:
    """The text of an attribute of the submission itself."""
    import polars as pl

    return pl.col("raw").str.extract(rf'^<[^>]*[\s:]{re.escape(name)}\s*=\s*"([^"]*)"')


def _is_blank(texts: pl.DataFrame, groups: list[int]) -> bool:
    """Whether there is no text in elements that hold others."""
    import polars as pl

    inside = texts.select(pl.col(map(str, groups)).str.contains(r"[^ \t\n]").any())
    return not any(inside.row(0)) if groups else True


def _is_whole(texts: pl.DataFrame, elements: int) -> bool:
    """Whether each attribute is found, with nothing in it a parser would change."""
    attributes = texts.select(texts.columns[elements:])
    doubts = (column.has_nulls() or column.str.contains(r"[\t\n>]").any() for column in attributes.get_columns())
    return not any(doubts)


@frozen(eq=False)
class _XmlColumns:
    """Submissions as columns, those of one structure together."""

    height: int
    _groups: list[_Group] = field(repr=False)
    _order: pl.Series = field(repr=False)

    def cells(self, place: ColumnPath) -> pl.Series | None:
        """The cells of a column; None where no submission has it."""
        import polars as pl

        if place.name.count("[]") > 1:
            return None
        cells = pl.concat([_cells_of(group, place) for group in self._groups])
        return cells if len(self._groups) == 1 else cells.gather(self._order)


def _cells_of(group: _Group, place: ColumnPath) -> pl.Series:
    import polars as pl

    found, height = at(group.plan, place.path), group.rows.len()
    if place.inner is None:
        return _text(group, found) if isinstance(found, Slot) else _nothing(height)
    inner = place.inner
    items = [at(item, inner) for item in found] if isinstance(found, list) else []
    if not items:
        return pl.Series([[]], dtype=pl.List(pl.String)).new_from_index(0, height)
    columns = [_text(group, item) if isinstance(item, Slot) else _nothing(height) for item in items]
    return pl.select(pl.concat_list([column.alias(str(number)) for number, column in enumerate(columns)])).to_series()


def _nothing(height: int) -> pl.Series:
    import polars as pl

    return pl.Series([None], dtype=pl.String).new_from_index(0, height)


def _text(group: _Group, slot: Slot) -> pl.Series:
    """The texts that stand there; the complement of a place is the identifier in its text."""
    if slot.at >= 0:
        return group.texts.get_column(str(slot.at))
    return group.texts.get_column(str(~slot.at)).str.strip_prefix("uuid:")


def _plain(texts: pl.DataFrame) -> pl.DataFrame:
    """Texts as they are meant, the five entities of XML resolved."""
    import polars as pl

    said = texts.select(pl.all().str.contains("&", literal=True).any()).row(0)
    text = pl.col(name for name, has_some in zip(texts.columns, said, strict=True) if has_some)
    for entity, sign in _ENTITIES.items():
        text = text.str.replace_all(entity, sign, literal=True)
    return texts.with_columns(text) if any(said) else texts
