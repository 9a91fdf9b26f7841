"""Out again: everything a workspace holds, as CSV and Parquet that other programs read, with a data package.

The export holds personal data, and the workspace's own bookkeeping: it is for the centre, not for a partner.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy import Boolean, Connection, Date, Integer, LargeBinary, MetaData, Table, inspect, select

from cigem_core.errors import CigemError, InternalError, OperatorError, unwritable
from cigem_core.formats.delimited.guarding import guarded
from cigem_core.model.fields import Kind, kinds
from cigem_core.store import Store, journal
from cigem_core.store.schema import current
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_ROWS = 20_000
_BOOKKEEPING = frozenset({"alembic_version"})


@frozen(kw_only=True)
class Exported:
    """What was written, and how many rows of each table."""

    folder: Path
    rows: dict[str, int]


def export(store: Store, folder: Path, *, on: date, by: str) -> Exported:
    """Write every table to an empty folder, all as of one moment, and a line to the journal; all of it, or nothing.

    Text that a spreadsheet might run as a formula is guarded by an apostrophe in CSV; Parquet holds it as it is.
    Raises OperatorError when the folder cannot be made, or is not empty, or has no room.
    """
    _make(folder)
    with _beside(store, folder) as written:
        with store.reading() as connection:
            names = [name for name in sorted(inspect(connection).get_table_names()) if name not in _BOOKKEEPING]
            tables = [Table(name, MetaData(), autoload_with=connection) for name in names]
            rows = {table.name: _write(connection, table, written) for table in tables}
        _describe(tables, written)
        with store.writing() as connection:
            journal.write(connection, "export", {"rows": rows}, on=on, by=by)
        # The line stands first: a line too many is better than a copy of everyone that nobody knows of.
        for path in sorted(written.iterdir()):
            path.rename(folder / path.name)
    return Exported(folder=folder, rows=rows)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        filled = any(folder.iterdir())
    except OSError as error:
        raise unwritable(folder, error) from None
    if filled:
        raise OperatorError(
            Text(fr=f"{folder} n'est pas vide ; donner un autre dossier", en=f"{folder} is not empty; name another")
        )


@contextmanager
def _beside(store: Store, folder: Path) -> Iterator[Path]:
    """Where an export is written until it is whole; nothing of it stays behind when it cannot be."""
    try:
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as written, store.writing_beside(Path(written)):
            yield Path(written)
    except CigemError:
        raise
    except Exception as error:  # noqa: BLE001  whatever went wrong may quote a row, and rows are people
        raise _failure(folder, error) from None


def _failure(folder: Path, error: Exception) -> CigemError:
    if said := _OF_THE_SYSTEM.search(str(error)):
        return unwritable(folder, OSError(int(said[1]), ""))
    if isinstance(error, OSError):
        return unwritable(folder, error)
    return InternalError(
        Text(
            fr=f"l'export n'a pu être écrit ({type(error).__name__}) ; rien n'a été gardé dans {folder}",
            en=f"the export could not be written ({type(error).__name__}); nothing was kept in {folder}",
        )
    )


_OF_THE_SYSTEM = re.compile(r"\(os error (\d+)\)")
"""How Polars says what the system refused: in words, whatever its kind of exception."""


def _write(connection: Connection, table: Table, folder: Path) -> int:
    """One table as Parquet and CSV, some rows at a time; how many there were."""
    import polars as pl
    from polars.io.plugins import register_io_source

    schema = {column.name: _dtype(column.type) for column in table.columns}

    def frames(*_: Any) -> Iterator[pl.DataFrame]:
        result = connection.execution_options(yield_per=_ROWS).execute(select(table).order_by(*table.primary_key))
        for part in result.partitions(_ROWS):
            yield pl.DataFrame([tuple(row) for row in part], schema=schema, orient="row")

    parquet, csv = folder / f"{table.name}.parquet", folder / f"{table.name}.csv"
    for path in (parquet, csv):
        path.touch(mode=0o600)
    register_io_source(frames, schema=schema, is_pure=False).sink_parquet(parquet)
    kept = pl.scan_parquet(parquet)
    as_text = kept.with_columns(pl.col(pl.Binary).bin.encode("base64"))
    as_text.with_columns(guarded(pl.col(pl.String))).sink_csv(csv)
    return int(kept.select(pl.len()).collect().item())


def _dtype(kind: Any) -> Any:
    import polars as pl

    if isinstance(kind, Boolean):
        return pl.Boolean
    if isinstance(kind, Integer):
        return pl.Int64
    if isinstance(kind, LargeBinary):
        return pl.Binary
    return pl.Date if isinstance(kind, Date) else pl.String


def _describe(tables: list[Table], folder: Path) -> None:
    """A Frictionless data package: each table twice, with the meaning of its columns."""
    by_table = {current(kind).name: kind for kind in kinds()}
    resources = []
    for table in tables:
        schema = {
            "fields": [_field(column, by_table.get(table.name)) for column in table.columns],
            "primaryKey": [column.name for column in table.primary_key],
        }
        for ending, mediatype in (("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet")):
            name, path = f"{table.name.replace('_', '-')}-{ending}", f"{table.name}.{ending}"
            described = {"name": name, "path": path, "format": ending, "mediatype": mediatype, "schema": schema}
            resources.append(described | ({"encoding": "utf-8", "profile": "tabular-data-resource"} if ending == "csv" else {}))
    package = {
        "name": "cigem-workspace",
        "profile": "data-package",
        "description": "Everything a workspace of cigem_core holds. In CSV, text that a spreadsheet might run as a formula "
        "stands behind an apostrophe; in Parquet it stands as it is. Contains personal data.",
        "resources": resources,
    }
    descriptor = os.open(folder / "datapackage.json", os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(package, file, ensure_ascii=False, indent=2)


def _field(column: Any, kind: Kind | None) -> dict[str, str]:
    names = ((Boolean, "boolean"), (Integer, "integer"), (Date, "date"))
    said = next((name for dtype, name in names if isinstance(column.type, dtype)), "string")
    declared = kind.fields.get(column.name) if kind else None
    # Frictionless calls base64 the binary format of a string.
    coded = {"format": "binary"} if isinstance(column.type, LargeBinary) else {}
    return {"name": column.name, "type": said} | coded | ({"title": declared.label.fr} if declared else {})
