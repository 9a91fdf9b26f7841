"""JSON records read as whole columns by Polars, wherever nothing can be lost by it.

Polars reads under a schema in which every leaf is text, and refuses a record that has an object or a list where text is
expected. What it would pass over without a word is counted: keys the schema does not know, a key that stands twice, a
value where a list is expected. What it would round is looked for. At the least doubt the records are read one by one.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from attrs import field, frozen

from cigem_core.formats.trees.digits import digits
from cigem_core.formats.trees.places import ColumnPath, Path, Shape

if TYPE_CHECKING:
    import polars as pl
    from polars._typing import PolarsDataType

_FILLED_KEYS = r'"\s*:\s*[^n\s]'
"""A key that is not null. In a text such signs can only be counted too often, and that only raises a doubt."""

_MOST_CELLS = 200_000_000
"""Few records with many keys each are what agencies have; many with a few of very many keys are read one by one."""

_NUMBERS = r"[:\[,]\s*(?:-0[.eE][0-9.eE+-]*|-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+|-?[0-9.]{17,})"
"""Numbers that need a look: minus nought, exponents, and those longer than a double holds."""


@frozen(eq=False)
class JsonColumns:
    """Records as nested columns of text."""

    _frame: pl.DataFrame = field(repr=False)

    @property
    def height(self) -> int:
        """How many records there are."""
        return self._frame.height

    def cells(self, place: ColumnPath) -> pl.Series | None:
        """The cells of a column; None where no record of these has it."""
        import polars as pl

        cells = _below(self._frame, place.path)
        if cells is None or place.inner is None:
            return cells if cells is not None and cells.dtype == pl.String else None
        inner = _inner(cells, place.inner)
        return inner.fill_null([]) if inner is not None and inner.null_count() else inner


def _inner(cells: pl.Series, path: Path) -> pl.Series | None:
    """The lists of what stands at the end of the keys in each item: nothing, where no item has them."""
    import polars as pl

    if not isinstance(cells.dtype, pl.List):
        return None
    dtype: PolarsDataType | None = cells.dtype.inner
    item = pl.element()
    for key in path:
        fields = {field.name: field.dtype for field in dtype.fields} if isinstance(dtype, pl.Struct) else {}
        dtype, item = fields.get(key), item.struct.field(key)
    if dtype == pl.String:
        return cells.list.eval(item) if path else cells
    return cells.list.eval(pl.when(pl.element().is_null() & pl.element().is_not_null()).then(pl.lit("")))


def read(content: bytes, shape: Shape) -> JsonColumns | None:
    """A list of records as nested columns of text; None where there is any doubt that they are exact and whole."""
    import polars as pl

    if b"base64EncryptedKey" in content or b"\\u0000" in content or b"\\ud" in content or b"\\uD" in content:
        return None
    if not shape.keys or len(list(shape.leaves())) * content.count(b"{") > _MOST_CELLS:
        return None
    try:
        frame = pl.read_json(content, schema={key: _dtype(below) for key, below in shape.keys.items()})
    except pl.exceptions.PolarsError:
        return None
    text = pl.Series([content]).cast(pl.String)
    lists: dict[str, int] = {}
    filled = _count(frame, shape, lists)
    if filled != text.str.count_matches(_FILLED_KEYS).item():
        return None
    if any(count != text.str.count_matches(_list_under(key)).item() for key, count in lists.items()):
        return None
    return JsonColumns(frame) if all(map(_is_exact, text.str.extract_all(_NUMBERS).item())) else None


def _below(frame: pl.DataFrame, path: tuple[str, ...]) -> pl.Series | None:
    """What stands at the end of the keys, where objects lead there."""
    import polars as pl

    *groups, last = path
    for key in groups:
        if key not in frame.columns or not isinstance(frame.schema[key], pl.Struct):
            return None
        frame = frame.get_column(key).struct.unnest()
    return frame.get_column(last) if last in frame.columns else None


def _dtype(shape: Shape) -> pl.DataType:
    """The type under which a place is read: objects before lists before text."""
    import polars as pl

    if shape.keys or shape.is_object:
        return pl.Struct({key: _dtype(below) for key, below in shape.keys.items()})
    return pl.List(_dtype(shape.item)) if shape.item is not None else pl.String()


def _count(frame: pl.DataFrame, shape: Shape, lists: dict[str, int]) -> int:
    """How many keys have something under them, and how many lists of texts each key has."""
    import polars as pl

    total = 0
    for cells in frame.get_columns():
        below = shape.keys[cells.name]
        filled = cells.len() - cells.null_count()
        total += filled
        if isinstance(cells.dtype, pl.Struct):
            total += _count(cells.struct.unnest(), below, lists)
        elif isinstance(cells.dtype, pl.List):
            lists[cells.name] = lists.get(cells.name, 0) + filled
            total += _count_items(cells, below.item or Shape(), lists)
        elif filled:
            below.value = True
    return total


def _count_items(cells: pl.Series, shape: Shape, lists: dict[str, int]) -> int:
    import polars as pl

    items = cells.explode()
    if isinstance(items.dtype, pl.Struct):
        return _count(items.struct.unnest(), shape, lists)
    shape.value = shape.value or items.null_count() < items.len()
    return 0


def _list_under(key: str) -> str:
    """A list that stands under a key, however the key is written."""
    written = {json.dumps(key), json.dumps(key, ensure_ascii=False)}
    return rf"(?:{'|'.join(map(re.escape, sorted(written)))})\s*:\s*\["


def _is_exact(found: str) -> bool:
    """Whether a number, found with what stands before it, is the same once it was a double."""
    number = found[1:].strip()
    if not {".", "e", "E"} & set(number):
        return True
    try:
        return digits(number) == digits(repr(float(number))) and (number[0] != "-" or float(number) != 0)
    except (OverflowError, ValueError):
        return False
