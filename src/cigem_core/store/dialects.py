"""What differs between SQLite and PostgreSQL, and nothing else: their manners, their way in for bulk, their refusals."""

from __future__ import annotations

import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB

from cigem_core.errors import OperatorError
from cigem_core.text import Text as Said

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.model.fields import Field

BUSY_SECONDS: float = 60
"""How long a writer waits for another one to finish."""

READ = "cigem_read"
"""The execution option of a connection that only reads."""


class Trouble(Enum):
    """Why a database may say no to an operator."""

    BUSY = "busy"
    FORBIDDEN = "forbidden"
    FULL = "full"
    FOREIGN = "foreign"
    UNREACHABLE = "unreachable"


class DatabaseDialect(ABC):
    """One database's ways."""

    reading: ClassVar[dict[str, Any]]
    """Execution options of a connection that only reads: one moment, and no lock a writer would wait for."""

    @abstractmethod
    def settle(self, raw: Any) -> None:
        """Prepare a connection that was just made."""

    @abstractmethod
    def begin(self, connection: Connection) -> None:
        """Begin a transaction; writers come one after the other, for the journal is one chain."""

    @abstractmethod
    def insert(self, table: Table) -> Any:
        """An insert that may be an upsert."""

    @abstractmethod
    def load(self, raw: Any, table: Table, frame: pl.DataFrame) -> None:
        """Put rows into a temporary table, outside of any transaction of ours."""

    @abstractmethod
    def fill(self, raw: Any, table: Table, frame: pl.DataFrame) -> None:
        """Put rows into a temporary table, within the transaction there is."""

    @abstractmethod
    def survey(self, connection: Connection, table: Table) -> None:
        """Let the planner look at a table that was filled a moment ago, or may have been."""

    @abstractmethod
    def patched(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[Any]:
        """A JSON object with the members of another put over it, as canonical text of this database."""

    @abstractmethod
    def says_other(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a JSON object says something of its members that the other does not, however they are written."""

    @abstractmethod
    def plain(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """A text that is compared and sorted character by character, whatever the language of the database."""

    @abstractmethod
    def octets(self, column: ColumnElement[Any]) -> ColumnElement[bytes]:
        """What a column says as bytes of UTF-8, or whatever else a hand put there: that much can always be read."""

    @abstractmethod
    def holds(self, text: ColumnElement[str], signs: Iterable[str]) -> ColumnElement[bool]:
        """Whether somewhere in a text signs follow one another, each of a set written in brackets: `[eéè]`, `[^a-z]`."""

    @abstractmethod
    def place_of(self, text: ColumnElement[str], sign: str) -> ColumnElement[int]:
        """Where a sign first stands in a text, from 1; 0 where it does not."""

    @abstractmethod
    def json(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """A text as JSON writes it."""

    @abstractmethod
    def is_document(self, content: ColumnElement[Any], columns: Mapping[str, tuple[ColumnElement[Any], Field]]) -> Any:
        """Whether a JSON document says of each field what its column holds; it may say no where one writes it otherwise."""

    @abstractmethod
    def is_sound(self, connection: Connection) -> bool:
        """Whether the database finds itself in order."""

    @abstractmethod
    def copy(self, connection: Connection, to: Path) -> None:
        """Copy the database to an empty file; OperatorError where that is not ours to do."""

    @abstractmethod
    def trouble(self, error: BaseException) -> Trouble | None:
        """What an operator can do something about; None when the mistake is ours."""

    @abstractmethod
    def code(self, error: BaseException) -> str:
        """The database's own name for what went wrong: it quotes no value."""


class _Sqlite(DatabaseDialect):
    reading: ClassVar[dict[str, Any]] = {READ: True}

    def settle(self, raw: Any) -> None:
        # The driver would begin transactions by itself, and only when it sees fit; `begin` says when.
        raw.isolation_level = None
        raw.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
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
        marks = ", ".join("?" for _ in table.columns)
        raw.executemany(f"INSERT INTO {table.name} VALUES ({marks})", _rows(frame))  # noqa: S608  the name is ours

    def survey(self, connection: Connection, table: Table) -> None:
        """Nothing to do: its planner goes by the indexes."""

    def patched(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.json_patch(before, today)

    def says_other(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[bool]:
        then = func.json_each(before).table_valued("key", "value", name="then_")
        now = func.json_each(today).table_valued("key", "value", name="now_")
        other = (
            select(1).select_from(now.outerjoin(then, now.c.key == then.c.key)).where(now.c.value.is_distinct_from(then.c.value))
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


class _Postgresql(DatabaseDialect):
    reading: ClassVar[dict[str, Any]] = {READ: True, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    def settle(self, raw: Any) -> None:
        raw.execute(f"SET lock_timeout = {int(BUSY_SECONDS * 1000)}")
        # What the journal's digests were made of must read the same whatever the server's habits.
        raw.execute("SET datestyle = 'ISO, YMD'")
        raw.execute("SET client_encoding = 'UTF8'")
        raw.commit()

    def begin(self, connection: Connection) -> None:
        if not connection.get_execution_options().get(READ):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")

    def insert(self, table: Table) -> Any:
        return postgresql.insert(table)

    def load(self, raw: Any, table: Table, frame: pl.DataFrame) -> None:
        self.fill(raw, table, frame)
        raw.commit()

    def fill(self, raw: Any, table: Table, frame: pl.DataFrame) -> None:
        # Quoting every text keeps an empty one apart from none at all.
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} FROM STDIN (FORMAT csv)") as into:
            for some in frame.iter_slices(20_000):
                into.write(some.write_csv(include_header=False, quote_style="non_numeric").encode())

    def survey(self, connection: Connection, table: Table) -> None:
        # Nobody looks at temporary tables by himself: without this a join is planned for a handful of rows.
        connection.exec_driver_sql(f"ANALYZE {table.name}")

    def patched(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(self._put_over(before, today), Text)

    def says_other(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[bool]:
        return self._put_over(before, today) != cast(before, JSONB)

    @staticmethod
    def _put_over(before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.jsonb_strip_nulls(cast(before, JSONB).op("||", return_type=JSONB())(cast(today, JSONB)), type_=JSONB())

    def plain(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return column.collate("C")

    def octets(self, column: ColumnElement[Any]) -> ColumnElement[bytes]:
        return func.convert_to(cast(column, Text), "UTF8", type_=LargeBinary())

    def holds(self, text: ColumnElement[str], signs: Iterable[str]) -> ColumnElement[bool]:
        return text.regexp_match("".join(signs))

    def place_of(self, text: ColumnElement[str], sign: str) -> ColumnElement[int]:
        return func.strpos(text, sign, type_=Integer())

    def json(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        return cast(func.to_json(cast(column, Text)), Text)

    def is_document(self, content: ColumnElement[Any], columns: Mapping[str, tuple[ColumnElement[Any], Field]]) -> Any:
        # A function of PostgreSQL's takes no more than 100 arguments.
        names = sorted(columns)
        told = [_in_postgresql(names[at : at + 40], columns) for at in range(0, len(names), 40)]
        whole: ColumnElement[Any] = told[0]
        for part in told[1:]:
            whole = whole.op("||", return_type=JSONB())(part)
        return cast(content, JSONB) == whole

    def is_sound(self, connection: Connection) -> bool:
        invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
        damaged = "SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()"
        return not any(connection.exec_driver_sql(query).scalar() for query in (invalid, damaged))

    def copy(self, connection: Connection, to: Path) -> None:  # noqa: ARG002  a server has tools of its own
        raise OperatorError(
            Said(
                fr="une base PostgreSQL se copie par son propre outil : pg_dump --format=custom (voir docs/backup.md)",
                en="a PostgreSQL database is copied by its own tool: pg_dump --format=custom (see docs/backup.md)",
            )
        )

    def trouble(self, error: BaseException) -> Trouble | None:
        state = getattr(error, "sqlstate", None)
        if state is None:
            # The driver itself speaks: nobody answered, or the line was cut.
            return Trouble.UNREACHABLE if type(error).__name__ == "OperationalError" else None
        return next((trouble for start, trouble in _POSTGRESQL_SAYS if state.startswith(start)), None)

    def code(self, error: BaseException) -> str:
        return str(getattr(error, "sqlstate", None) or type(error).__name__)


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


def _in_postgresql(names: Sequence[str], columns: Mapping[str, tuple[ColumnElement[Any], Field]]) -> ColumnElement[Any]:
    told: list[Any] = []
    for name in names:
        column, field = columns[name]
        told += [literal_column(f"'{name}'"), cast(column, JSONB) if field.many else column]
    return func.jsonb_build_object(*told, type_=JSONB())


_WRITERS = 0x0C16E3
"""The number of the lock that writers of a workspace take in turn."""

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

# Classes and codes of PostgreSQL's Appendix A, the first that fits.
_POSTGRESQL_SAYS = (
    ("55P03", Trouble.BUSY),
    ("40", Trouble.BUSY),
    ("42501", Trouble.FORBIDDEN),
    ("25006", Trouble.FORBIDDEN),
    ("28", Trouble.FORBIDDEN),
    ("53100", Trouble.FULL),
    ("53", Trouble.UNREACHABLE),
    ("08", Trouble.UNREACHABLE),
    ("57", Trouble.UNREACHABLE),
    ("58", Trouble.UNREACHABLE),
    ("3D", Trouble.UNREACHABLE),
)

_KNOWN: dict[str, DatabaseDialect] = {"sqlite": _Sqlite(), "postgresql": _Postgresql()}


def dialect_of(database: Engine | Connection) -> DatabaseDialect:
    """The ways of a database."""
    return _KNOWN[database.dialect.name]


def open_file(path: Path) -> sqlite3.Connection:
    """Open an SQLite file for writing, or else for reading alone where its mode or its folder allows no more."""
    log = path.with_name(path.name + "-wal")
    # SQLite would set files beside it, with the same mode, in which its owner could not write later.
    may_write = os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
    try:
        return _opened(path, "mode=rw" if may_write else "immutable=1" if _is_empty(log) else "mode=ro")
    except sqlite3.OperationalError as error:
        # A folder nobody may write in has no room for the files SQLite shares; without a log, the file is all there is.
        if _KNOWN["sqlite"].trouble(error) is Trouble.FORBIDDEN and _is_empty(log):
            return _opened(path, "immutable=1")
        raise


def _is_empty(log: Path) -> bool:
    return not log.exists() or log.stat().st_size == 0


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    raw = sqlite3.connect(f"file:{quote(os.fsencode(path))}?{mode}", uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        raw.close()
        raise
    return raw


def _rows(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows of a frame; columns are taken out whole, some thousand rows at a time, which is quicker than row by row."""
    for part in frame.iter_slices(4096):
        yield from zip(*(column.to_list() for column in part), strict=True)
