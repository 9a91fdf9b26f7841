"""Records as columns: typed, in bounded memory, as they stand or as they stood on a day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, inspect, select

from cigem_core.errors import OperatorError
from cigem_core.model.fields import Field, Kind, kinds
from cigem_core.store.columns import columns
from cigem_core.store.dialects import dialect_of
from cigem_core.store.schema import alias, batch, current, version
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_NAMING = ("agency", "scope", "key")


def frame(
    connection: Connection, kind: Kind, *, fields: Iterable[str] | None = None, agency: str | None = None, at: date | None = None
) -> pl.DataFrame:
    """The records of a kind as typed columns, ordered by agency, scope and key; `at` is the end of a day in the past.

    `agency`, `scope` and `key` come first, then a column per field under its dotted name. What one column cannot hold
    stands in others beside it: the currency of an amount (`salary.currency`), the list of a code (`region.list`), and
    of a partial date its first and last possible day and its precision (`birth.earliest`, `birth.latest`,
    `birth.precision`: day, year or about).
    """
    wanted = [kind.field(name) for name in fields] if fields is not None else list(kind.fields.values())
    found = stored(connection, kind, wanted, agency) if at is None else _then(connection, kind, wanted, agency, at)
    return found.select(*_NAMING, *(column for field in wanted for column in _typed(field)))


def stored(connection: Connection, kind: Kind, wanted: Sequence[Field], agency: str | None) -> pl.DataFrame:
    """The current records, in stored forms."""
    import polars as pl

    table = current(kind)
    if not inspect(connection).has_table(table.name):
        return _empty(wanted)
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    held = [f for f in wanted if f.name in there]
    query = select(*(table.c[name] for name in (*_NAMING, *(f.name for f in held))))
    query = query.where(table.c.agency == agency) if agency else query
    types = {**dict.fromkeys(_NAMING, pl.String), **{f.name: _in_table(f) for f in held}}
    parts = list(columns(connection, query, types, by=[table.c[name] for name in _NAMING]))
    found = pl.concat(parts) if parts else pl.DataFrame(schema=types)
    absent = [pl.lit(None, _in_table(f)).alias(f.name) for f in wanted if f not in held]
    return found.with_columns(absent).with_columns(_whole(wanted))


def _then(connection: Connection, kind: Kind, wanted: Sequence[Field], agency: str | None, at: date) -> pl.DataFrame:
    """The records as their versions up to a day made them: a field keeps what the last version that spoke of it said."""
    import polars as pl

    if any(other.name == kind.name for other in kinds() if _is_inside(other)):
        raise OperatorError(
            Text(
                fr=f"« {kind.label.fr} » se lit dans la fiche qui la contient : son passé n'est pas tenu à part",
                en=f"'{kind.label.en}' lives inside another record: its past is not kept apart",
            )
        )
    ways = dialect_of(connection)
    numbers = {"#version": version.c.id, "#batch": version.c.batch, "#file": version.c.file}
    said = [ways.member(version.c.content, f).label(f.name) for f in wanted]
    query = select(*(version.c[name] for name in _NAMING), *numbers.values(), *said)
    query = query.join(batch, batch.c.id == version.c.batch).where(version.c.kind == kind.name, batch.c.on <= at)
    query = query.where(version.c.agency == agency) if agency else query
    types = dict.fromkeys(_NAMING, pl.String) | dict.fromkeys(numbers, pl.Int64) | {f.name: _in_table(f) for f in wanted}
    parts = list(columns(connection, query, types, by=[version.c.id]))
    if not parts:
        return _empty(wanted)
    found = pl.concat(parts).join(_folded_away(connection, kind), on=_NAMING, how="anti", maintain_order="left")
    found = found.join(_spoken_of(connection, kind, wanted), on=["#batch", "#file"], how="left", maintain_order="left")
    last = [pl.col(f.name).filter(pl.col(_spoke(f))).last() for f in wanted]
    return found.group_by(_NAMING, maintain_order=True).agg(last).sort(_NAMING).with_columns(_whole(wanted))


def _folded_away(connection: Connection, kind: Kind) -> pl.DataFrame:
    """The records that turned out to be others: they count once, in the past too."""
    import polars as pl

    query = select(alias.c.agency, alias.c.scope, alias.c.alias).where(alias.c.kind == kind.name, alias.c.alias != alias.c.key)
    rows = [tuple(row) for row in connection.execute(query)]
    return pl.DataFrame(rows, schema=dict.fromkeys(_NAMING, pl.String), orient="row")


def _is_inside(kind: Kind) -> bool:
    """Whether a kind's records stand inside those of another, by which they are named."""
    return len(kind.keys) > 1 and any(f.refers_to for f in kind.keys) and any(f.name == "position" for f in kind.keys)


def _spoken_of(connection: Connection, kind: Kind, wanted: Sequence[Field]) -> pl.DataFrame:
    """Of which fields the versions of each file spoke: all of one file speak of the same."""
    import polars as pl

    ones = select(func.min(version.c.id)).where(version.c.kind == kind.name).group_by(version.c.batch, version.c.file)
    told = connection.execute(select(version.c.batch, version.c.file, version.c.content).where(version.c.id.in_(ones)))
    rows = [(at, file, *(f.name in spoken for f in wanted)) for at, file, content in told for spoken in [json.loads(content)]]
    types = {"#batch": pl.Int64, "#file": pl.Int64, **{_spoke(f): pl.Boolean for f in wanted}}
    return pl.DataFrame(rows, schema=types, orient="row")


def _spoke(field: Field) -> str:
    return f"#{field.name}"


def _empty(wanted: Sequence[Field]) -> pl.DataFrame:
    import polars as pl

    types = {**dict.fromkeys(_NAMING, pl.String), **{f.name: _in_table(f) for f in wanted}}
    return pl.DataFrame(schema=types).with_columns(_whole(wanted))


def _in_table(field: Field) -> Any:
    """How a table gives a field as JSON: days are texts, and booleans numbers."""
    import polars as pl

    return pl.Int64 if not field.many and field.value.storage in ("integer", "boolean") else pl.String


def _whole(fields: Iterable[Field]) -> Iterator[pl.Expr]:
    """Fields as they are meant, where a table gives them otherwise."""
    import polars as pl

    for field in fields:
        column = pl.col(field.name)
        if field.many:
            yield column.str.json_decode(pl.List(pl.String))
        elif field.value.storage == "date":
            yield column.str.to_date("%Y-%m-%d")
        elif field.value.storage == "boolean":
            yield column.cast(pl.Boolean)


def _typed(field: Field) -> list[pl.Expr]:
    """The columns of a field, of its own types."""
    import polars as pl

    column = pl.col(field.name)
    return [column] if field.many else _TYPED.get(field.value.name, _as_it_is)(column, field.name)


def _as_it_is(column: pl.Expr, _: str) -> list[pl.Expr]:
    return [column]


def _amount(column: pl.Expr, name: str) -> list[pl.Expr]:
    import polars as pl

    parts = column.str.split_exact(" ", 1)
    return [parts.struct.field("field_0").cast(pl.Int64).alias(name), parts.struct.field("field_1").alias(f"{name}.currency")]


def _edited(column: pl.Expr, name: str) -> list[pl.Expr]:
    parts = column.str.splitn("/", 2)
    return [parts.struct.field("field_1").alias(name), parts.struct.field("field_0").alias(f"{name}.list")]


def _partial(column: pl.Expr, name: str) -> list[pl.Expr]:
    """What is known of the day, as data; about a year is the year before to the year after."""
    import polars as pl

    year, about = column.str.slice(0, 4).cast(pl.Int32), column.str.ends_with("~")
    day = pl.when(column.str.len_chars() == 10).then(column).str.to_date("%Y-%m-%d")
    precision = pl.when(column.is_null()).then(None).when(day.is_not_null()).then(pl.lit("day"))
    earliest = pl.coalesce(day, pl.date(pl.when(about).then(year - 1).otherwise(year), 1, 1))
    latest = pl.coalesce(day, pl.date(pl.when(about).then(year + 1).otherwise(year), 12, 31))
    return [
        column,
        earliest.alias(f"{name}.earliest"),
        latest.alias(f"{name}.latest"),
        precision.when(about).then(pl.lit("about")).otherwise(pl.lit("year")).alias(f"{name}.precision"),
    ]


def _decimal(column: pl.Expr, _: str) -> list[pl.Expr]:
    import polars as pl

    return [column.cast(pl.Float64)]


def _moment(column: pl.Expr, _: str) -> list[pl.Expr]:

    return [column.str.to_datetime(time_zone="UTC", time_unit="us", strict=False)]


_TYPED: dict[str, Callable[[pl.Expr, str], list[pl.Expr]]] = {
    "amount": _amount, "place": _edited, "level": _edited, "partial date": _partial, "decimal": _decimal, "moment": _moment,
}  # fmt: skip
