"""Rules between the fields of a row, guessed where all rows but a few keep them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING

from attrs import frozen

from cigem_core.model.values import Amount, PartialDate
from cigem_core.scaffold.matching import Match, Matched

if TYPE_CHECKING:
    import polars as pl


@frozen
class Relation:
    """A rule as code, the verb of the SDK it needs, and what speaks for it."""

    code: str
    verb: str
    evidence: str


PAIRS = {("started_on", "ends_on"), ("begins_on", "ends_on"), ("began_on", "ended_on"), ("posted_on", "closes_on")}
"""Days that follow one another whatever the agency."""

_ENOUGH, _MOST = 20, 0.9


def relations(found: Matched) -> list[Relation]:
    """What the rows of a table keep."""
    return [*_orders(found), *_products(found)]


def _orders(found: Matched) -> Iterator[Relation]:
    import polars as pl

    dated = {name: _days(match, found) for name, match in found.matches.items() if match.wanted.python in (date, PartialDate)}
    for one, other in permutations(dated, 2):
        both = pl.DataFrame({"one": dated[one], "other": dated[other]}).drop_nulls()
        broken = int((both["one"] > both["other"]).sum())
        telling = 0 < broken <= max(1, 0.01 * both.height) and both.height >= _ENOUGH
        if (one, other) in PAIRS and (telling or not broken):
            code = f'not_before("{other}", "{one}")'
            yield Relation(code, "not_before", f"{both.height - broken} of {both.height} rows keep it")
        elif telling:
            yield Relation(f'not_after("{one}", "{other}")', "not_after", f"{both.height - broken} of {both.height} rows keep it")


def _days(match: Match, found: Matched) -> pl.Series:
    """The days a field's columns tell, as ISO 8601 writes them; null where it is no day."""
    import polars as pl

    value = decoded(match, found).cast(pl.String)
    return pl.DataFrame({"day": value}).select(pl.when(pl.col("day").str.len_bytes() == 10).then("day")).to_series()


def decoded(match: Match, found: Matched) -> pl.Series:
    """The stored forms a field's columns give, row by row; what is a real date is spelled first."""
    import polars as pl

    cells = {column.header: column for column in found.table.columns if column.header in match.guess.lens.headers}
    frame = pl.DataFrame({header: column.cells for header, column in cells.items()})
    for header, column in cells.items():
        if column.what is not None:
            typed = frame.with_columns(column.what.alias("#what"))
            frame = typed.with_columns(match.guess.lens.spelled(header, pl.col(header), pl.col("#what")).alias(header)).drop(
                "#what"
            )
    return frame.select(match.guess.lens.decode(pl.col).alias("value")).to_series()


def _products(found: Matched) -> Iterator[Relation]:
    import polars as pl

    amounts = [name for name, match in found.matches.items() if match.wanted.python is Amount]
    counts = [name for name, match in found.matches.items() if match.wanted.python in (Decimal, int)]
    if not counts:
        return
    values = {name: _number(decoded(found.matches[name], found)) for name in (*amounts, *counts)}
    for product, unit in permutations(amounts, 2):
        for count in counts:
            rows = pl.DataFrame({"p": values[product], "c": values[count], "u": values[unit]}).drop_nulls()
            kept = int((rows["p"] == rows["c"] * rows["u"]).sum())
            if kept > _ENOUGH / 2 and kept >= _MOST * rows.height:
                yield Relation(f'product("{product}", "{count}", "{unit}")', "product", f"{kept} of {rows.height} rows keep it")


def _number(values: pl.Series) -> pl.Series:
    import polars as pl

    return values.cast(pl.String).str.split(" ").list.first().cast(pl.Float64, strict=False)
