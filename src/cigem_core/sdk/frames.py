"""Records as columns: the Polars types of fields, tables of stored forms, and the key that names each record."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cigem_core.model.fields import Field, Kind, kind_of
from cigem_core.spelling import in_normal_form

if TYPE_CHECKING:
    import polars as pl


SEPARATOR = "\x1f"
"""Between a scope and a key (Unicode's unit separator)."""


def column_of(field: Field, stored: Iterable[Any]) -> pl.Series:
    """The stored forms of one field."""
    import polars as pl

    dtypes: dict[str, Any] = {"text": pl.String, "integer": pl.Int64, "boolean": pl.Boolean, "date": pl.Date}
    dtype = dtypes[field.value.storage]
    return pl.Series(field.name, list(stored), dtype=pl.List(dtype) if field.many else dtype)


def looked_up(text: pl.Expr, keys: pl.Series, values: pl.Series) -> pl.Expr:
    """The value beside the key that each text is; null where there is no such key. Keys are distinct, and none is null."""
    import polars as pl

    # As members of an enumeration texts are found twice as fast as by `replace_strict`, and few of them eight times.
    return pl.lit(values).gather(text.cast(pl.Enum(keys), strict=False).to_physical())


def frame_of(kind: Kind, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of stored forms by field name, a column per field; what a row does not name is empty."""
    import polars as pl

    listed = list(rows)
    return pl.DataFrame([column_of(field, [row.get(field.name) for row in listed]) for field in kind.fields.values()])


def key_of(kind: Kind) -> pl.Expr:
    """What names each record among those of its agency: its key, or the parts of it as a JSON list."""
    import polars as pl

    parts = [pl.col(part.name).cast(pl.String) for part in kind.keys]
    if len(parts) == 1:
        return parts[0].alias("key")
    listed = pl.struct(pl.concat_list(parts).alias("key")).struct.json_encode()
    return listed.str.strip_prefix('{"key":').str.strip_suffix("}").alias("key")


def made_key(kind: Kind, names: Sequence[str]) -> pl.Expr:
    """The key of records that nobody numbers, made of some of their fields; null where one of them is empty.

    It is a SHA-256 of the kind's name and the stored form of each field, in Unicode's composed form (NFC), each behind
    its length in bytes, so that ("ab", "c") is not ("a", "bc"); of its 256 bits 100 are kept, as 20 letters and digits.
    Among n records two share a key by chance with a probability below n² / 2¹⁰¹: 4 in 10¹⁹ among a million.

    It hides nothing from somebody who can guess what it was made of: it is as personal as a number.
    """
    import polars as pl

    parts = [pl.lit(kind.name), *(pl.col(name).cast(pl.String) for name in names)]
    return pl.struct(part.alias(str(at)) for at, part in enumerate(parts)).map_batches(_digests, pl.String).alias("key")


def _digests(rows: pl.Series) -> pl.Series:
    import polars as pl

    return pl.Series([None if None in row else _digest(row) for row in rows.struct.unnest().rows()], dtype=pl.String)


def _digest(parts: Sequence[str]) -> str:
    told = hashlib.sha256()
    for part in parts:
        text = in_normal_form("NFC", part).encode()
        told.update(b"%d:" % len(text) + text)
    return base64.b32encode(told.digest())[:20].decode().lower()


def scope_of(kind: Kind) -> pl.Expr:
    """What the keys of a record are unique inside of, as text; empty where they are unique in the agency."""
    import polars as pl

    inside = pl.lit("") if kind.scope is None else pl.col(kind.scope.name).fill_null("")
    return inside.alias("scope")


def full(scope: pl.Expr, key: pl.Expr) -> pl.Expr:
    """A key with its scope, as one text."""
    import polars as pl

    return pl.concat_str([scope, key], separator=SEPARATOR).alias("key")


def full_key(kind: Kind) -> pl.Expr:
    """What names each record among those of its agency, in whichever scope."""
    return key_of(kind) if kind.scope is None else full(scope_of(kind), key_of(kind))


def stays_inside(kind: Kind, reference: Field) -> bool:
    """Whether a reference leads to a record of the same scope: the module of a session is one of its own plan."""
    there = kind_of(str(reference.refers_to)).scope
    return kind.scope is not None and there is not None and kind.scope.refers_to == there.refers_to
