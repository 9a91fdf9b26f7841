"""One cell, read by the rules of its table: what an appeal says a file should have said."""

from __future__ import annotations

from typing import Any

from cigem_core.sdk.lenses import Lens
from cigem_core.text import Text


def read_cell(lens: Lens, text: str) -> tuple[Any, Text | None]:
    """The stored form of a cell, and None; or what to write instead, where it cannot be read."""
    import polars as pl

    cells = pl.DataFrame({header: [text.strip() or None] for header in lens.headers}, schema_overrides=_texts(lens))
    value = lens.decode(pl.col)
    read = cells.with_columns(value.alias("#value"))
    for check in lens.checks(pl.col, pl.col("#value")):
        if read.select(check.broken.fill_null(False)).item():
            return None, check.remedy
    return read["#value"].to_list()[0], None


def _texts(lens: Lens) -> dict[str, Any]:
    import polars as pl

    return dict.fromkeys(lens.headers, pl.String)
