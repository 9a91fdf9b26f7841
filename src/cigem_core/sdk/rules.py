"""Rules between the fields of a row, and over the rows of a file. The first field named is the one blamed.

A rule is skipped where one of its fields is empty, or already wrong, or outside the mask; `required_when` asks of one that is
empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from attrs import field as attribute
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
    takes: tuple[type, ...] | None = None
    """The types of field it can compare; None where any will do."""
    broken: Callable[[Kind], pl.Expr]
    """Given the kind, whether the stored forms of the fields (columns of their names) contradict each other."""
    remedy: Callable[[Callable[[str], str]], Text]
    """Given the agency's name for a field's column, what to do."""
    rule: Rule = Rule.ROW
    """What the fault is called: `foreign-key` where what a field names is not there for this row."""
    of_absence: bool = False
    """Whether it asks of a cell that it be filled, and so blames one that is empty."""
    among: Mapping[str, tuple[Any, ...]] = attribute(factory=dict)
    """Values it speaks of, by the field that holds them."""

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


def required_when(field: str, other: str, *values: Any) -> RowRule:
    """`field` may not be empty where `other` is one of these values; without any, where it is filled at all."""

    def broken(kind: Kind) -> pl.Expr:
        import polars as pl

        stored = [kind.field(other).store(value) for value in values]
        is_so = pl.col(other).is_in(stored) if stored else pl.col(other).is_not_null()
        return pl.col(field).is_null() & is_so

    def remedy(column: Callable[[str], str]) -> Text:
        theirs = column(other)
        return Text(
            fr=f"remplir cette case, obligatoire avec ce que dit « {theirs} »",
            en=f"fill in this cell, which what '{theirs}' says requires",
        )

    return RowRule(
        name=f"required_when({field}, {other})", fields=(field, other), broken=broken, remedy=remedy, rule=Rule.REQUIRED,
        of_absence=True, among={other: values},
    )  # fmt: skip


@frozen(kw_only=True)
class GroupRule:
    """How many rows of a file may say the same."""

    name: str
    most: int
    by: str
    """The field whose value a group of rows has in common."""
    among: Mapping[str, tuple[Any, ...]]
    """The rows that count: those where each of these fields is one of its values."""
    takes: tuple[type, ...] | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """What it looks at; the first is the one blamed."""
        return (*self.among, self.by)

    def remedy(self, column: Callable[[str], str]) -> Text:
        """What to do about a row too many, given the agency's name for a field's column."""
        by, said = column(self.by), [column(name) for name in self.among]
        fr = f"corriger « {said[0]} » ou « {by} »" if said else f"corriger « {by} »"
        en = f"mend '{said[0]}' or '{by}'" if said else f"mend '{by}'"
        return Text(
            fr=f"{fr} : au plus {self.most} ligne{'s' * (self.most > 1)} de ce genre pour un même « {by} »",
            en=f"{en}: at most {self.most} such row{'s' * (self.most > 1)} for one '{by}'",
        )


def at_most(count: int, by: str, *, where: Mapping[str, Any] | None = None) -> GroupRule:
    """At most so many rows of a file have one value of `by`; with `where`, of those in which fields are these values.

    `at_most(1, "household", where={"role": Role.HEAD})`: a household has one head. The first rows keep their place. In a file
    of corrections the records that are kept already count. Rows whose keys are unique inside something (`scope`) are counted
    inside it.
    """
    among = {name: (value,) for name, value in (where or {}).items()}
    return GroupRule(name=f"at_most({count}, {', '.join((by, *among))})", most=count, by=by, among=among)


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
