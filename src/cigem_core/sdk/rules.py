"""Rules between two fields of a row. The first field named is the one blamed.

A rule is skipped where one of its fields is empty, or already wrong, or outside the mask.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from attrs import frozen

from cigem_core.model.fields import Kind
from cigem_core.model.values import Amount, PartialDate
from cigem_core.report import Rule
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True)
class RowRule:
    """A contradiction between fields of one row."""

    name: str
    fields: tuple[str, ...]
    takes: tuple[type, ...]
    """The types of field it can compare."""
    broken: Callable[[Kind], pl.Expr]
    """Given the kind, whether the stored forms of the fields (columns of their names) contradict each other."""
    remedy: Callable[[Callable[[str], str]], Text]
    """Given the agency's name for a field's column, what to do."""
    rule: Rule = Rule.ROW
    """What the fault is called: `foreign-key` where what a field names is not there for this row."""

    @property
    def blamed(self) -> str:
        """The field whose cell is marked."""
        return self.fields[0]


def not_after(field: str, other: str) -> RowRule:
    """`field` may not be later than `other`; dates known to the year are compared by their years."""

    def broken(kind: Kind) -> pl.Expr:
        first, second = _to_the_same_precision(kind, field, other)
        return first > second

    def remedy(column: Callable[[str], str]) -> Text:
        ours, theirs = column(field), column(other)
        return Text(
            fr=f"corriger l'une des deux dates : « {ours} » ne peut être après « {theirs} »",
            en=f"expected '{ours}' not after '{theirs}'; mend one of the two",
        )

    return RowRule(name=f"not_after({field}, {other})", fields=(field, other), takes=_DATES, broken=broken, remedy=remedy)


def not_before(field: str, other: str) -> RowRule:
    """`field` may not be earlier than `other`; dates known to the year are compared by their years."""

    def broken(kind: Kind) -> pl.Expr:
        first, second = _to_the_same_precision(kind, field, other)
        return first < second

    def remedy(column: Callable[[str], str]) -> Text:
        ours, theirs = column(field), column(other)
        return Text(
            fr=f"corriger l'une des deux dates : « {ours} » ne peut être avant « {theirs} »",
            en=f"expected '{ours}' not before '{theirs}'; mend one of the two",
        )

    return RowRule(name=f"not_before({field}, {other})", fields=(field, other), takes=_DATES, broken=broken, remedy=remedy)


def product(field: str, one: str, other: str) -> RowRule:
    """`field` is `one` times `other`: an amount is a quantity at a unit cost."""

    def broken(_: Kind) -> pl.Expr:
        return _number(field) != _number(one) * _number(other)

    def remedy(column: Callable[[str], str]) -> Text:
        whole, first, second = column(field), column(one), column(other)
        return Text(
            fr=f"vérifier le calcul : « {whole} » doit être « {first} » × « {second} »",
            en=f"expected '{whole}' to be '{first}' × '{second}'; mend one of the three",
        )

    name = f"product({field}, {one}, {other})"
    return RowRule(name=name, fields=(field, one, other), takes=(int, Decimal, Amount), broken=broken, remedy=remedy)


def _number(field: str) -> pl.Expr:
    """The stored form of a number, exact to some decimals, as a column to calculate with."""
    import polars as pl

    digits = pl.col(field).cast(pl.String).str.extract(r"^([+-]?[0-9]{1,15}(?:\.[0-9]+)?)(?: [A-Z]{3})?$")
    return digits.cast(pl.Decimal(38, 6), strict=False)


_DATES = (date, PartialDate)


def _to_the_same_precision(kind: Kind, field: str, other: str) -> tuple[pl.Expr, pl.Expr]:
    """Two dates as comparable columns: years alone where one of them is no more than a year."""
    import polars as pl

    if kind.field(field).python is date and kind.field(other).python is date:
        return pl.col(field), pl.col(other)

    first, second = _parts(kind, field), _parts(kind, other)
    to_the_day = first.to_the_day & second.to_the_day
    one, another = (pl.when(to_the_day).then(date.day).otherwise(date.year) for date in (first, second))
    return one, another


class _DateParts(NamedTuple):
    """A date as columns of numbers."""

    to_the_day: pl.Expr
    day: pl.Expr
    """Days since any fixed one; null where it is not known to the day."""
    year: pl.Expr


def _parts(kind: Kind, field: str) -> _DateParts:
    import polars as pl

    cell = pl.col(field)
    if kind.field(field).python is date:
        return _DateParts(pl.lit(True), cell.to_physical(), cell.dt.year())
    to_the_day = cell.str.len_bytes() == 10
    day = pl.when(to_the_day).then(cell).str.to_date("%Y-%m-%d", strict=False)
    return _DateParts(to_the_day, day.to_physical(), cell.str.head(4).cast(pl.Int32, strict=False))
