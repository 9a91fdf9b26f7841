"""The two laws of a lens, asked of a table through its real reading and writing.

    laws.reads_back(seekers, "identity.birth", values)    # what is written comes back as it was
    laws.settles(seekers, "identity.birth", rows)         # a cell that is read has one normal form

Each raises AssertionError with the values or cells at odds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cigem_core.report import Rule
from cigem_core.sdk.frames import column_of
from cigem_core.sdk.table import Table

if TYPE_CHECKING:
    import polars as pl


def reads_back(table: Table, name: str, values: Iterable[Any]) -> None:
    """Values of a field's domain, once written, are read as they were: stored forms and objects, without a fault."""
    given = list(values)
    field = table.kind.field(name)
    stored = column_of(field, [field.store(value) for value in given])
    written = _encode(table, stored)
    read, faults = _decode(table, name, written)
    lists = given, stored.to_list(), written.rows(), read.to_list(), faults
    for value, form, cells, back, fault in zip(*lists, strict=True):
        if back != form or field.restore(back) != value or fault:
            raise AssertionError(f"{name}: {value!r} is written {cells} and read {back!r}, faults: {fault}")


def settles(table: Table, name: str, rows: Iterable[Mapping[str, str]]) -> list[Any]:
    """Cells that are accepted mean the same in their normal form, which is its own; the others carry a fault.

    Returns what was read, null where a cell was refused.
    """
    import polars as pl

    headers = table.lenses[name].headers
    typed = pl.DataFrame([[row[h] for h in headers] for row in rows], schema=dict.fromkeys(headers, pl.String), orient="row")
    read, faults = _decode(table, name, typed)
    for cells, value, fault in zip(_trimmed(typed).rows(), read.is_not_null(), faults, strict=True):
        if not (value or fault or _says_nothing(table, name, cells)):
            raise AssertionError(f"{name}: {cells} is neither read nor refused")
    accepted = pl.Series([not fault for fault in faults], dtype=pl.Boolean)
    value = read.filter(accepted)
    normal = _encode(table, value)
    again, refused = _decode(table, name, normal)
    lists = typed.filter(accepted).rows(), value.to_list(), normal.rows(), again.to_list(), _encode(table, again).rows(), refused
    for cells, meant, form, means, twice, fault in zip(*lists, strict=True):
        if means != meant or twice != form or fault:
            what = f"read {meant!r}; their normal form {form} is read {means!r} and written {twice}, faults: {fault}"
            raise AssertionError(f"{name}: {cells} are {what}")
    return [None if fault else one for one, fault in zip(read.to_list(), faults, strict=True)]


def _says_nothing(table: Table, name: str, cells: tuple[str | None, ...]) -> bool:
    """Whether cells hold no value although they may not be empty: separators alone, or a flag with no year."""
    lens = table.lenses[name]
    separator = getattr(getattr(lens, "codec", None), "separator", None)
    if separator is not None:
        return all(not word.strip() for word in (cells[0] or "").split(separator))
    return all(cell is None for cell in cells[:2])


def _encode(table: Table, stored: pl.Series) -> pl.DataFrame:
    return table.encode(stored.to_frame())


def _decode(table: Table, name: str, cells: pl.DataFrame) -> tuple[pl.Series, list[list[Rule]]]:
    """What a field's cells mean, and the rules each row breaks."""
    import polars as pl

    lens, trimmed = table.lenses[name], _trimmed(cells)
    both = trimmed.with_columns(lens.decode(pl.col).alias("=value"))
    read = both["=value"].alias(name)
    faults: list[list[Rule]] = [[] for _ in range(cells.height)]
    for check in lens.checks(pl.col, pl.col("=value")):
        for at in both.select(check.broken.fill_null(False)).to_series().arg_true():
            faults[at].append(check.rule)
    return read, faults


def _trimmed(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells as lenses see them: trimmed, null where empty."""
    import polars as pl

    return cells.select(pl.all().str.strip_chars()).select(pl.when(pl.all() != "").then(pl.all()))
