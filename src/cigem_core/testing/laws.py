"""The two laws of a lens, asked of a table through its real reading and writing.

    laws.reads_back(seekers, "identity.birth", values)    # what is written comes back as it was
    laws.settles(seekers, "identity.birth", rows)         # a cell that is read has one normal form

Each raises AssertionError with the values or cells at odds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cigem_core.formats.tables import ITEM
from cigem_core.report import Rule
from cigem_core.sdk.frames import column_of
from cigem_core.sdk.lenses import Column
from cigem_core.sdk.reading.cells import trimmed
from cigem_core.sdk.reading.flags import checked, listed
from cigem_core.sdk.reading.items import exploded
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


def settles(table: Table, name: str, rows: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Cells that are accepted mean the same in their normal form, which is its own; the others carry a fault.

    Returns what was read, null where a cell was refused.
    """
    import polars as pl

    headers = table.lenses[name].headers
    schema = {header: pl.List(pl.String) if ITEM in header else pl.String() for header in headers}
    typed = pl.DataFrame([[row[h] for h in headers] for row in rows], schema=schema, orient="row")
    read, faults = _decode(table, name, typed)
    for cells, value, fault in zip(trimmed(typed, typed.columns).rows(), read.is_not_null(), faults, strict=True):
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


def _says_nothing(table: Table, name: str, cells: tuple[Any, ...]) -> bool:
    """Whether cells hold no value although they may not be empty: separators alone, a flag with no year, other items."""
    lens = table.lenses[name]
    blanks = lens.blanks if isinstance(lens, Column) else ()
    if isinstance(lens, Column) and lens.path is not None:
        return not any(
            text and text not in blanks and (lens.only is None or other == lens.only[1]) for text, other in _items(cells)
        )
    cells = tuple(None if cell in blanks else cell for cell in cells)
    separator = getattr(getattr(lens, "codec", None), "separator", None)
    if separator is not None:
        return all(not word.strip() for word in (cells[0] or "").split(separator))
    return all(cell is None for cell in cells[:2])


def _items(cells: tuple[Any, ...]) -> Iterable[tuple[str | None, str | None]]:
    lists = [cell or [] for cell in cells]
    return zip(lists[0], lists[1] if len(lists) > 1 else lists[0], strict=True)


def _encode(table: Table, stored: pl.Series) -> pl.DataFrame:
    return table.encode(stored.to_frame())


def _decode(table: Table, name: str, cells: pl.DataFrame) -> tuple[pl.Series, list[list[Rule]]]:
    """What a field's cells mean, and the rules each row breaks."""
    import polars as pl

    lens, texts = table.lenses[name], trimmed(cells, cells.columns)
    if isinstance(lens, Column) and lens.path is not None:
        read, flags = listed(name, lens, exploded(texts, lens.headers), texts.height)
    else:
        read = texts.select(lens.decode(pl.col).alias(name)).to_series()
        flags = checked(texts, read.to_frame(), {name: lens})
    faults: list[list[Rule]] = [[] for _ in range(cells.height)]
    for flag in flags:
        for at in flag.broken.arg_true():
            faults[at].append(flag.rule)
    return read, faults
