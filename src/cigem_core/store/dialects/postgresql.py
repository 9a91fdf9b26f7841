"""The ways of PostgreSQL; loaded where a workspace is on a server, for its driver's words take a while to load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Table,
    Text,
    and_,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from cigem_core.errors import OperatorError
from cigem_core.store.dialects import manners
from cigem_core.store.dialects.manners import READ, DatabaseDialect, Trouble
from cigem_core.store.schema import column_type
from cigem_core.text import Text as Said

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.model.fields import Field


class _Postgresql(DatabaseDialect):
    reading: ClassVar[dict[str, Any]] = {READ: True, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    def settle(self, raw: Any) -> None:
        raw.execute(f"SET lock_timeout = {int(manners.BUSY_SECONDS * 1000)}")
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

    def listed(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        return cast(func.json_agg(column), Text)

    def member(self, content: ColumnElement[Any], field: Field) -> ColumnElement[Any]:
        said = cast(content, JSONB).op("->>", return_type=Text())(field.name)
        return cast(said, column_type(field))

    def patched(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(self._put_over(before, today), Text)

    def says_other(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[bool]:
        then, now = cast(before, JSONB), func.jsonb_each(cast(today, JSONB)).table_valued("key", "value", name="now_")
        member = then.op("->", return_type=JSONB())(now.c.key)
        other = select(1).select_from(now).where(_or_null(now.c.value) != _or_null(member))
        return and_(self._put_over(before, today) != then, other.exists())

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


def _or_null(member: ColumnElement[Any]) -> ColumnElement[Any]:
    """A member of a JSON object; null where it is absent or an empty text."""
    return func.coalesce(func.nullif(member, literal_column("'\"\"'::jsonb")), literal_column("'null'::jsonb"))


def _in_postgresql(names: Sequence[str], columns: Mapping[str, tuple[ColumnElement[Any], Field]]) -> ColumnElement[Any]:
    told: list[Any] = []
    for name in names:
        column, field = columns[name]
        told += [literal_column(f"'{name}'"), cast(column, JSONB) if field.many else column]
    return func.jsonb_build_object(*told, type_=JSONB())


_WRITERS = 0x0C16E3
"""The number of the lock that writers of a workspace take in turn."""

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

WAYS: DatabaseDialect = _Postgresql()
