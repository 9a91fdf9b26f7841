"""Cells that a spreadsheet might run as formulas: an apostrophe stands before them in files we write (OWASP, CSV injection)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_NUMBER = re.compile(r"[+-]?[0-9][0-9 .,\u00a0\u202f]*")
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def guard(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet might run it (OWASP, CSV injection).

    Numbers keep their sign. `unguard` takes the apostrophe away again, and only that one.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def guarded(text: pl.Expr) -> pl.Expr:
    """`guard` for whole columns."""
    import polars as pl

    return pl.when(_might_run(text)).then(pl.lit("'") + text).otherwise(text).name.keep()


def unguard(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text.startswith("'") and guard(text[1:]) == text else text


def unguarded(cells: pl.DataFrame) -> pl.DataFrame:
    """`unguard` for whole tables: few cells begin with an apostrophe, and only those are looked at."""
    import polars as pl

    texts = cells.select(pl.col(pl.String))
    begins = texts.select(pl.all().str.starts_with("'").any())
    some = [name for name, begun in begins.row(0, named=True).items() if begun]
    bare = [pl.col(name).str.slice(1) for name in some]
    return cells.with_columns(
        pl.when(pl.col(name).str.starts_with("'") & _might_run(cell)).then(cell).otherwise(pl.col(name)).alias(name)
        for name, cell in zip(some, bare, strict=True)
    )


def _might_run(text: pl.Expr) -> pl.Expr:
    return text.str.contains(f"^{_FORMULA.pattern}") & ~text.str.contains(f"^(?:{_NUMBER.pattern})$")
