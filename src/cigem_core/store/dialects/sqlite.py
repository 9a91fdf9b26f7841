"""The ways of SQLite."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.dialects import sqlite

from cigem_core.store.dialects import manners
from cigem_core.store.dialects.manners import READ, DatabaseDialect, Trouble
from cigem_core.store.schema import column_type

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.model.fields import Field


class _Sqlite(DatabaseDialect):
    reading: ClassVar[dict[str, Any]] = {READ: True}

    def settle(self, raw: Any) -> None:
        # The driver would begin transactions by itself, and only when it sees fit; `begin` says when.
        raw.isolation_level = None
        raw.execute(f"PRAGMA busy_timeout = {int(manners.BUSY_SECONDS * 1000)}")
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if self.trouble(error) is not Trouble.FORBIDDEN:
                raise
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA foreign_keys = ON")
        # What was taken away (a parcel that left, a row that was merged) is not to be read in the file's free pages.
        raw.execute("PRAGMA secure_delete = ON")

    def begin(self, connection: Connection) -> None:
        reads = connection.get_execution_options().get(READ)
        connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")

    def insert(self, table: Table) -> Any:
        return sqlite.insert(table)

    def load(self, raw: Any, table: Table, frame: pl.DataFrame) -> None:
        raw.execute("BEGIN")
        self.fill(raw, table, frame)
        raw.execute("COMMIT")

    def fill(self, raw: Any, table: Table, frame: pl.DataFrame) -> None:
        if frame.is_empty():
            return
        # Half the columns of many files are empty, and binding nothing takes as long as binding something.
        told = [at for at, column in enumerate(frame) if column.null_count() < frame.height]
        names = ", ".join(f'"{table.columns[at].name}"' for at in told)
        marks = ", ".join("?" for _ in told)
        raw.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", _rows(frame[:, told]))  # noqa: S608  the names are ours

    def survey(self, connection: Connection, table: Table) -> None:
        """Nothing to do: its planner goes by the indexes."""

    def listed(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        return func.json_group_array(column, type_=Text())

    def member(self, content: ColumnElement[Any], field: Field) -> ColumnElement[Any]:
        said = func.json_extract(content, f'$."{field.name}"')
        # A list is to be a text of its own, as it is in a table, and not a part of what it is put into.
        return said.op("||", return_type=Text())("") if field.many else type_coerce(said, column_type(field))

    def patched(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.json_patch(before, today)

    def says_other(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[bool]:
        then = func.json_each(before).table_valued("key", "value", name="then_")
        now = func.json_each(today).table_valued("key", "value", name="now_")
        other = (
            select(1)
            .select_from(now.outerjoin(then, now.c.key == then.c.key))
            .where(func.coalesce(now.c.value, "") != func.coalesce(then.c.value, ""))
        )
        return and_(self.patched(before, today) != before, other.exists())

    def plain(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return column

    def octets(self, column: ColumnElement[Any]) -> ColumnElement[bytes]:
        return cast(column, LargeBinary)

    def holds(self, text: ColumnElement[str], signs: Iterable[str]) -> ColumnElement[bool]:
        return text.op("GLOB", is_comparison=True, return_type=Boolean())(f"*{''.join(signs)}*")

    def place_of(self, text: ColumnElement[str], sign: str) -> ColumnElement[int]:
        return func.instr(text, sign, type_=Integer())

    def json(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        return func.json_quote(column, type_=Text())

    def is_document(self, content: ColumnElement[Any], columns: Mapping[str, tuple[ColumnElement[Any], Field]]) -> Any:
        # Some of our SQLites take no more than 127 arguments.
        names = sorted(columns)
        told = [_in_sqlite(names[at : at + 50], columns) for at in range(0, len(names), 50)]
        whole: ColumnElement[Any] = told[0]
        for part in told[1:]:
            whole = func.rtrim(whole, "}") + literal(",") + func.ltrim(part, "{")
        return content == whole

    def is_sound(self, connection: Connection) -> bool:
        return bool(connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok")

    def copy(self, connection: Connection, to: Path) -> None:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("VACUUM INTO ?", (str(to),))

    def trouble(self, error: BaseException) -> Trouble | None:
        return _SQLITE_SAYS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)

    def code(self, error: BaseException) -> str:
        return str(getattr(error, "sqlite_errorname", type(error).__name__))


def open_file(path: Path) -> sqlite3.Connection:
    """Open an SQLite file for writing, or else for reading alone where its mode or its folder allows no more."""
    log = path.with_name(path.name + "-wal")
    # SQLite would set files beside it, with the same mode, in which its owner could not write later.
    may_write = os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
    try:
        return _opened(path, "mode=rw" if may_write else "immutable=1" if _is_empty(log) else "mode=ro")
    except sqlite3.OperationalError as error:
        # A folder nobody may write in has no room for the files SQLite shares; without a log, the file is all there is.
        if WAYS.trouble(error) is Trouble.FORBIDDEN and _is_empty(log):
            return _opened(path, "immutable=1")
        raise


def _is_empty(log: Path) -> bool:
    return not log.exists() or log.stat().st_size == 0


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    raw = sqlite3.connect(
        f"file:{quote(os.fsencode(path))}?{mode}", uri=True, timeout=manners.BUSY_SECONDS, check_same_thread=False
    )
    try:
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        raw.close()
        raise
    return raw


def _in_sqlite(names: Sequence[str], columns: Mapping[str, tuple[ColumnElement[Any], Field]]) -> ColumnElement[Any]:
    told: list[Any] = []
    for name in names:
        column, field = columns[name]
        if field.many:
            column = func.json(column)
        elif field.value.storage == "boolean":
            column = case((column.is_(True), func.json("true")), (column.is_(False), func.json("false")), else_=None)
        told += [name, column]
    return func.json_object(*told, type_=Text())


def _rows(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows of a frame; columns are taken out whole, some thousand rows at a time, which is quicker than row by row."""
    for part in frame.iter_slices(4096):
        yield from zip(*(column.to_list() for column in part), strict=True)


_SQLITE_SAYS = {
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_PERM: Trouble.FORBIDDEN,
    sqlite3.SQLITE_READONLY: Trouble.FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: Trouble.FORBIDDEN,
    sqlite3.SQLITE_AUTH: Trouble.FORBIDDEN,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_IOERR: Trouble.UNREACHABLE,
    sqlite3.SQLITE_CORRUPT: Trouble.FOREIGN,
    sqlite3.SQLITE_NOTADB: Trouble.FOREIGN,
}

WAYS: DatabaseDialect = _Sqlite()
