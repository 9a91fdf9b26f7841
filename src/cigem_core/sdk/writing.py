"""From records back to an agency's own layout, with what nobody declared, and nothing lost unseen."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cigem_core.errors import OperatorError
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ITEM, ROW, ChosenColumns
from cigem_core.model.fields import flatten
from cigem_core.sdk.batch import CARGO, Batch
from cigem_core.sdk.codecs import TextCodec
from cigem_core.sdk.frames import frame_of
from cigem_core.sdk.lenses import Column, Lens
from cigem_core.sdk.reading.cells import shown, trimmed
from cigem_core.sdk.reading.flags import listed
from cigem_core.sdk.reading.inner import inner
from cigem_core.sdk.reading.items import exploded
from cigem_core.sdk.reading.members import spread
from cigem_core.sdk.reading.typed import shows_error
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.sdk.declaration import Declaration


def write(table: Declaration, records: Any, path: Path) -> None:
    """Write records to a file of the table's format; OperatorError where the layout has no way to say one of them."""
    frame = _frame(table, records)
    for name, lost in unwritten(table, frame).items():
        for at in lost.arg_true():
            raise OperatorError(
                Text(
                    fr=f"fiche {at + 1} : {name} ne peut s'écrire dans cette disposition ; rien n'a été écrit",
                    en=f"record {at + 1}: {name} cannot be written in this layout; nothing was written",
                )
            )
    cells, file = table.encode(frame).hstack(_families(table, records)).hstack(_cargo(frame)), io.BytesIO()
    if table.format.is_sparse:
        kinds = _kinds(table, records)
        cells = _ungrouped(cells, kinds)
        table.format.write(file, cells.columns, _typed(cells, kinds))
    else:
        table.format.write(file, cells.columns, cells.rows())
    if (at := _first_lost(table, cells, file.getvalue())) is not None:
        raise OperatorError(
            Text(
                fr=f"fiche {at + 1} : un de ses textes se lirait comme un fichier abîmé ; rien n'a été écrit",
                en=f"record {at + 1}: one of its texts would read as damage to the file; nothing was written",
            )
        )
    path.write_bytes(file.getvalue())


def unwritten(table: Declaration, records: pl.DataFrame) -> dict[str, pl.Series]:
    """Field → the records of which it would not read back as it is, for those fields where there are any."""
    encoded = table.encode(records)
    cells = trimmed(encoded, encoded.columns)
    found = {}
    for name, lens in table.lenses.items():
        if name in records.columns:
            lost = _read(name, lens, cells).ne_missing(_as_read(records[name])) | _is_refused(lens, cells)
            if lost.any():
                found[name] = lost
    return found


def _read(name: str, lens: Lens, cells: pl.DataFrame) -> pl.Series:
    """What the cells of a field would be read as."""
    import polars as pl

    if isinstance(lens, Column) and lens.path is not None:
        return listed(name, lens, exploded(cells, lens.headers), cells.height)[0]
    return cells.select(lens.decode(pl.col).alias(name)).to_series()


def _is_refused(lens: Lens, cells: pl.DataFrame) -> pl.Series | bool:
    """The texts that would be read as errors of calculation."""
    is_text = isinstance(lens, Column) and lens.path is None and isinstance(lens.codec, TextCodec)
    return shows_error(cells[lens.headers[0]]) if is_text else False


def _first_lost(table: Declaration, cells: pl.DataFrame, content: bytes) -> int | None:
    """The first record that a file does not give back cell by cell; None where it gives back all of them.

    A text of several lines may hold one that looks like a record, and some characters no file of text may hold.
    """
    import polars as pl

    sparse = table.format.is_sparse
    cells = cells.rename(inner)

    def choose(found: Sequence[str]) -> ChosenColumns:
        # A document names its columns in an order of its own, and leaves out those that hold nothing.
        here = {at: inner(name) for at, name in enumerate(found) if inner(name) in cells.columns}
        names = here if sparse else dict(enumerate(cells.columns))
        header = inner(table.lenses[table.naming[0]].headers[0])
        return ChosenColumns(names=names, whole=True, key=next((at for at, name in names.items() if name == header), None))

    opened = table.format.open(Source.of(content), choose)
    blocks = [block.cells for block in opened.blocks()]
    read = pl.concat(block.select(name for name in block.columns if name in cells.columns) for block in blocks or [cells.clear()])
    if sparse:
        absent = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in cells.schema.items() if name not in read.columns]
        read, cells = (_bare(frame, cells.columns) for frame in (read.with_columns(absent), cells))
    if read.equals(cells):
        return None
    same = zip(read.rows(), cells.rows(), strict=False)
    return next((at for at, (found, written) in enumerate(same) if found != written), read.height)


def _bare(cells: pl.DataFrame, header: Sequence[str]) -> pl.DataFrame:
    """The cells of a document, in which an empty one, an empty list and an absent one are the same."""
    import polars as pl

    def bare(name: str) -> pl.Expr:
        if ITEM not in name:
            return pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
        items = pl.col(name).list.eval(pl.when(pl.element() != "").then(pl.element()))
        return pl.when(items.list.len() > 0).then(items).alias(name)

    return cells.select(bare(name) for name in header)


def _as_read(stored: pl.Series) -> pl.Series:
    """Text is trimmed when it is read, without signs nobody sees, and empty is nothing."""
    import polars as pl

    if stored.dtype != pl.String:
        return stored
    trimmed = stored.to_frame().select(shown(pl.first())).to_series().str.strip_chars()
    return trimmed.set(trimmed == "", None)


def _frame(table: Declaration, records: Any) -> pl.DataFrame:
    import polars as pl

    if isinstance(records, Batch):
        return records.accepted
    if isinstance(records, pl.DataFrame):
        return records
    given: Iterable[Any] = records
    return frame_of(table.kind, map(flatten, given))


def _families(table: Declaration, records: Any) -> pl.DataFrame:
    """The columns that are alike, where records come with what stood in them."""
    import polars as pl

    if not table.families or not isinstance(records, Batch):
        return pl.DataFrame()
    return spread(table, records.children, records.accepted[ROW])


def _cargo(records: pl.DataFrame) -> pl.DataFrame:
    """The undeclared columns records came with; a record that came without one has nothing there."""
    import polars as pl

    if CARGO not in records.columns or not records[CARGO].is_not_null().any():
        return pl.DataFrame()
    kept = [json.loads(text) if text else {} for text in records[CARGO].to_list()]
    names = sorted({name for row in kept for name in row})
    return pl.DataFrame(
        [
            pl.Series(name, [row.get(name) or [] for row in kept], dtype=pl.List(pl.String))
            if ITEM in name
            else pl.Series(name, [row.get(name) or "" for row in kept], dtype=pl.String)
            for name in names
        ]
    )


def _kinds(table: Declaration, records: Any) -> dict[str, str]:
    """What the values of a document's columns are: what they were where they were read, else what their fields are."""
    kinds = {
        header: _KINDS.get(table.kind.fields[name].python, "text")
        for name, lens in table.lenses.items()
        for header in lens.headers
    }
    return kinds | (dict(records.kinds) if isinstance(records, Batch) else {})


def _ungrouped(cells: pl.DataFrame, kinds: Mapping[str, str]) -> pl.DataFrame:
    """The cells of a document, in which numbers have no spaces between their digits, as people write them."""
    import polars as pl

    def bare(text: pl.Expr) -> pl.Expr:
        closed = text.str.replace_all(_SPACES, "")
        return pl.when(closed.str.contains(_DIGITS)).then(closed).otherwise(text)

    return cells.with_columns(
        pl.col(name).list.eval(bare(pl.element())) if ITEM in name else bare(pl.col(name)).alias(name)
        for name in cells.columns
        if kinds.get(name) == "number"
    )


_SPACES, _DIGITS = "[ \u00a0\u202f]", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$"


def _typed(cells: pl.DataFrame, kinds: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """The rows of a document, each value of the kind its column has."""
    wanted = [kinds.get(name, "text") for name in cells.columns]
    return [tuple(map(_of_kind, row, wanted)) for row in cells.rows()]


_KINDS: dict[object, str] = {int: "number", float: "number", bool: "boolean"}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def _of_kind(cell: Any, kind: str) -> Any:
    """A cell as a value of JSON; as its text, where it is none of that kind, or would be rounded."""
    if isinstance(cell, list):
        return [_of_kind(one, kind) for one in cell]
    if not cell or kind == "text":
        return cell
    if kind == "boolean":
        return {"true": True, "false": False}.get(cell, cell)
    if kind == "json":
        return json.loads(cell)
    if not _NUMBER.fullmatch(cell):
        return cell
    number = int(cell) if "." not in cell else float(cell)
    return number if str(number) == cell else cell
