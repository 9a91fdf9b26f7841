"""Cells before they are understood: typed ones spelled as their columns would say them, then all of them trimmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cigem_core.formats.tables import IS, ITEM
from cigem_core.sdk.codecs import TextCodec
from cigem_core.sdk.lenses import Lens
from cigem_core.sdk.reading.plan import Plan
from cigem_core.spelling import HIDDEN, JOINERS

if TYPE_CHECKING:
    import polars as pl

_TEXT = TextCodec()


def written(cells: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The cells as text of the agency's: a real date becomes one as its column writes dates; absent columns are empty."""
    import polars as pl

    typed = [name.removeprefix(IS) for name in cells.columns if name.startswith(IS)]
    lenses = plan.by_header
    spelled = [_spelled(name, lenses.get(name)).alias(name) for name in typed if name in cells.columns]
    absent = [
        pl.lit(None, dtype=pl.List(pl.String) if ITEM in name else pl.String).alias(name)
        for name in plan.headers
        if name not in cells.columns
    ]
    return cells.with_columns(*spelled, *absent).drop(IS + name for name in typed)


def _spelled(name: str, lens: Lens | None) -> pl.Expr:
    import polars as pl

    cell, what = pl.col(name), pl.col(IS + name)
    return _TEXT.spelled(cell, what) if lens is None else lens.spelled(name, cell, what)


def trimmed(cells: pl.DataFrame, headers: Sequence[str], *, hides: bool = True) -> pl.DataFrame:
    """The text of some columns without white space at its ends, nor signs nobody sees; null where nothing is left.

    `hides` says whether there may be such signs: looking for them costs.
    """
    import polars as pl

    if hides:
        cells = bare_of_hidden(cells, headers)

    plain = [header for header in headers if ITEM not in header]
    lists = [header for header in headers if ITEM in header]
    bare = cells.select(
        *(pl.col(header).str.strip_chars() for header in plain),
        *(pl.col(header).list.eval(_filled(pl.element().str.strip_chars())) for header in lists),
    )
    return bare.with_columns(_filled(pl.col(header)) for header in plain).select(headers)


def bare_of_hidden(cells: pl.DataFrame, headers: Sequence[str]) -> pl.DataFrame:
    """Cells without the signs nobody sees: two keys that look alike are the same key."""
    import polars as pl

    plain = [header for header in headers if ITEM not in header]
    some = cells.select(pl.col(plain).str.contains_any(list(HIDDEN + JOINERS)).any()).row(0, named=True) if plain else {}
    lists = [header for header in headers if ITEM in header]
    return cells.with_columns(
        *(shown(pl.col(header)) for header, there in some.items() if there),
        *(pl.col(header).list.eval(shown(pl.element())) for header in lists),
    )


_JOINED_TO_NOTHING = rf"(^|[ -~])[{JOINERS}]+"
"""Joiners after a letter of ASCII, or at the beginning: no script writes them there."""


def shown(text: pl.Expr) -> pl.Expr:
    """A text without the signs nobody sees."""
    return text.str.replace_many(list(HIDDEN), [""]).str.replace_all(_JOINED_TO_NOTHING, "$1")


def _filled(text: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.when(text != "").then(text)
