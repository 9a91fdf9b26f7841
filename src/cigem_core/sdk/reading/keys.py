"""The key each row carries: what its cells say of it, also where something else of the row is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cigem_core.formats.tables import Misfit
from cigem_core.sdk.batch import KEY
from cigem_core.sdk.frames import SEPARATOR, full, key_of, made_key, scope_of
from cigem_core.sdk.reading.inner import shown
from cigem_core.sdk.reading.plan import Plan
from cigem_core.sdk.remedies import UNIQUE, alike
from cigem_core.spelling import HIDDEN, WHITE_SPACE
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_UNSEEN = dict.fromkeys(map(ord, HIDDEN))


def with_made(plan: Plan, values: pl.DataFrame) -> pl.DataFrame:
    """The values, with the key that is made of them where nobody numbers the records."""
    kind, names = plan.table.kind, plan.table.known_by
    return values.select(made_key(kind, names).alias(kind.keys[0].name), "*") if names else values


def claimed(plan: Plan, texts: pl.DataFrame, values: pl.DataFrame) -> pl.Series:
    """The key each row carries, be it wrong for other reasons; of a key in several parts, only when all are sound."""
    import polars as pl

    kind = plan.table.kind
    if plan.table.known_by:
        return values[kind.keys[0].name]
    if len(plan.key_columns) == 1:
        return texts[plan.key_columns[0]]
    parts = zip(kind.keys, plan.key_columns, strict=True)
    # A part that may be empty names a record by being so, beside others.
    needed = {part.name: part.is_required or plan.lenses[part.name].is_required for part in kind.keys}
    unsound = [values[part.name].is_null() & (texts[header].is_not_null() | needed[part.name]) for part, header in parts]
    return values.select(pl.when(~pl.any_horizontal(unsound)).then(key_of(kind))).to_series()


def full_keys(plan: Plan, values: pl.DataFrame, claimed: pl.Series) -> pl.Series:
    """The key each row carries, with its scope where its kind has one."""
    import polars as pl

    kind, both = plan.table.kind, values.with_columns(claimed.alias(KEY))
    return both.select(pl.col(KEY) if kind.scope is None else full(scope_of(kind), pl.col(KEY))).to_series()


def claims(plan: Plan, misfits: Sequence[Misfit]) -> dict[int, str]:
    """The keys of rows whose cells cannot be aligned, where the whole row may be seen: of the cells at their places."""
    import polars as pl

    places, columns = plan.key_positions, plan.key_columns
    whole = [m for m in misfits if m.text is not None and m.cells is not None and places and len(m.cells) > max(places)]
    held = {m.row: [(m.cells or ())[at].translate(_UNSEEN).strip(WHITE_SPACE) for at in places] for m in whole}
    held = {row: parts for row, parts in held.items() if all(parts)}
    if len(columns) == 1 and not plan.table.known_by:
        return {row: parts[0] for row, parts in held.items()}
    lenses = {name: plan.lenses[name] for name in plan.table.naming}
    if not held or len(columns) != len(places) or any(len(lens.headers) > 1 for lens in lenses.values()):
        return {}
    texts = pl.DataFrame(list(held.values()), schema=dict.fromkeys(columns, pl.String), orient="row")
    values = with_made(plan, texts.select(lens.decode(pl.col).alias(name) for name, lens in lenses.items()))
    return {row: key for row, key in zip(held, claimed(plan, texts, values).to_list(), strict=True) if key}


def lost_numbers(plan: Plan, short: Mapping[int, Mapping[str, str]]) -> pl.Expr | None:
    """The entry of each row that lost its number, by its key: nothing else tells a row that lacked cells."""
    import polars as pl

    columns = plan.key_columns
    numbers = {SEPARATOR.join(came[name] for name in columns): at for at, came in short.items() if all(map(came.get, columns))}
    if not numbers:
        return None
    named = pl.concat_str([pl.col(name).str.strip_chars() for name in columns], separator=SEPARATOR)
    return named.replace_strict(numbers, default=None, return_dtype=pl.Int64)


def repeats(plan: Plan) -> Text:
    """What is said of a row that carries another's key."""
    return alike([shown(header) for header in plan.table.naming_columns]) if plan.table.known_by else UNIQUE
