"""Cells that a spreadsheet might run as formulas: an apostrophe stands before them in files we write (OWASP, CSV injection).

A program may split a file on another separator than its own, and take what stands in the midst of a text for a cell: what
follows a separator or a line break is guarded like a beginning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_NUMBER = re.compile(r"[+-]?[0-9][0-9 .,\u00a0\u202f]*")
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"'*[{_SIGNS}\t\r\n]")
_AFTER = r"[;,\t|\r\n]"
"""What some program, in some country, splits cells or rows on."""
_WITHIN = re.compile(rf"({_AFTER})([\"']*[{_SIGNS}])")
_GUARDED_WITHIN = re.compile(rf"({_AFTER})'([\"']*[{_SIGNS}])")


def guard(text: str) -> str:
    """The text, with an apostrophe before whatever a spreadsheet might run.

    Numbers keep their sign. `unguard` takes the apostrophes away again, and only those.
    """
    return _begun(_WITHIN.sub(r"\1'\2", text))


def _begun(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def guarded(text: pl.Expr) -> pl.Expr:
    """`guard` for whole columns."""
    import polars as pl

    within = text.str.replace_all(_WITHIN.pattern, "${1}'${2}")
    return pl.when(_might_run(text)).then(pl.lit("'") + within).otherwise(within).name.keep()


def unguard(text: str) -> str:
    """The text that was guarded."""
    if "'" not in text:
        return text
    bare = text[1:] if text.startswith("'") and _begun(text[1:]) == text else text
    return _GUARDED_WITHIN.sub(r"\1\2", bare)


def unguarded(cells: pl.DataFrame) -> pl.DataFrame:
    """`unguard` for whole tables: in few columns an apostrophe stands, and only those are looked at."""
    import polars as pl

    texts = cells.select(pl.col(pl.String))
    if not texts.width:
        return cells
    some = texts.select(pl.all().str.contains("'", literal=True).any()).row(0, named=True)
    return cells.with_columns(_unguarded(pl.col(name)) for name, has_some in some.items() if has_some)


def _unguarded(text: pl.Expr) -> pl.Expr:
    import polars as pl

    cell = text.str.slice(1)
    bare = pl.when(text.str.starts_with("'") & _might_run(cell)).then(cell).otherwise(text)
    return bare.str.replace_all(_GUARDED_WITHIN.pattern, "${1}${2}").name.keep()


def _might_run(text: pl.Expr) -> pl.Expr:
    return text.str.contains(f"^{_FORMULA.pattern}") & ~text.str.contains(f"^(?:{_NUMBER.pattern})$")
