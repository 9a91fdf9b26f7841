"""From records back to an agency's own layout, with what nobody declared, and nothing lost unseen."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cigem_core.errors import OperatorError
from cigem_core.formats.source import Source
from cigem_core.formats.tables import Columns
from cigem_core.model.fields import flatten
from cigem_core.sdk.batch import CARGO, Batch
from cigem_core.sdk.frames import frame_of
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.sdk.table import Table


def write(table: Table, records: Any, path: Path) -> None:
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
    cells, file = table.encode(frame).hstack(_cargo(frame)), io.BytesIO()
    table.format.write(file, cells.columns, cells.rows())
    if (at := _first_lost(table, cells, file.getvalue())) is not None:
        raise OperatorError(
            Text(
                fr=f"fiche {at + 1} : un de ses textes se lirait comme un fichier abîmé ; rien n'a été écrit",
                en=f"record {at + 1}: one of its texts would read as damage to the file; nothing was written",
            )
        )
    path.write_bytes(file.getvalue())


def unwritten(table: Table, records: pl.DataFrame) -> dict[str, pl.Series]:
    """Field → the records of which it would not read back as it is, for those fields where there are any."""
    import polars as pl

    cells = table.encode(records).select(pl.all().str.strip_chars()).select(pl.when(pl.all() != "").then(pl.all()))
    found = {}
    for name, lens in table.lenses.items():
        if name in records.columns:
            read = cells.select(lens.decode(pl.col).alias(name)).to_series()
            lost = read.ne_missing(_as_read(records[name]))
            if lost.any():
                found[name] = lost
    return found


def _first_lost(table: Table, cells: pl.DataFrame, content: bytes) -> int | None:
    """The first record that a file does not give back cell by cell; None where it gives back all of them.

    A text of several lines may hold one that looks like a record, and some characters no file of text may hold.
    """
    import polars as pl

    names = dict(enumerate(cells.columns))
    opened = table.format.open(Source.of(content), lambda _: Columns(names=names, whole=True))
    read = pl.concat([block.cells.select(cells.columns) for block in opened.blocks()] or [cells.clear()])
    if read.equals(cells):
        return None
    same = zip(read.rows(), cells.rows(), strict=False)
    return next((at for at, (found, written) in enumerate(same) if found != written), read.height)


def _as_read(stored: pl.Series) -> pl.Series:
    """Text is trimmed when it is read, and empty is nothing."""
    import polars as pl

    if stored.dtype != pl.String:
        return stored
    trimmed = stored.str.strip_chars()
    return trimmed.set(trimmed == "", None)


def _frame(table: Table, records: Any) -> pl.DataFrame:
    import polars as pl

    if isinstance(records, Batch):
        return records.accepted
    if isinstance(records, pl.DataFrame):
        return records
    given: Iterable[Any] = records
    return frame_of(table.kind, map(flatten, given))


def _cargo(records: pl.DataFrame) -> pl.DataFrame:
    """The undeclared columns records came with; a record that came without one has nothing there."""
    import polars as pl

    if CARGO not in records.columns or not records[CARGO].is_not_null().any():
        return pl.DataFrame()
    kept = [json.loads(text) if text else {} for text in records[CARGO].to_list()]
    names = sorted({name for row in kept for name in row})
    return pl.DataFrame([pl.Series(name, [row.get(name) or "" for row in kept], dtype=pl.String) for name in names])
