"""What the parts of a form's expression are worth, as columns: text, number, date, yes or no.

XPath's rules, as ODK keeps them: an empty answer is the empty text; what is no number is NaN, here null, and compares
with nothing; a day is the number of days since 1970, so that dates and texts that hold dates can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from cigem_core.model.forms import QuestionType

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["text", "number", "date", "truth"]

NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|$)"
CLOCK = r"(?:^|T)([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]+)?))?"
_WHOLE = 1e15
"""Below it, a whole number is written without a point."""


@frozen
class Value:
    """A column of values of one kind; text and truth are never null."""

    kind: Kind
    own: pl.Expr = field(repr=False, eq=False)
    written: pl.Expr | None = field(default=None, repr=False, eq=False)
    """The text it was read from, where it was: empty where there is no answer."""

    @property
    def text(self) -> pl.Expr:
        """As text."""
        import polars as pl

        if self.written is not None:
            return self.written
        if self.kind == "text":
            return self.own
        if self.kind == "truth":
            return pl.when(self.own).then(pl.lit("true")).otherwise(pl.lit("false"))
        return _day_written(self.own) if self.kind == "date" else _number_written(self.own)

    @property
    def number(self) -> pl.Expr:
        """As a number; null where it is none."""
        import polars as pl

        if self.kind == "text":
            return pl.coalesce(number_in(self.own), days_in(self.own))
        return self.own.cast(pl.Float64)

    @property
    def truth(self) -> pl.Expr:
        """As yes or no."""
        if self.kind == "truth":
            return self.own
        if self.kind == "text":
            return self.own != ""
        return (self.own.is_not_null() & (self.own != 0)) if self.kind == "number" else self.own.is_not_null()

    @property
    def is_measured(self) -> bool:
        """Whether it compares as a number."""
        return self.kind in ("number", "date")

    @property
    def may_be_empty(self) -> bool:
        """Whether it can be the empty text."""
        return self.written is not None or self.kind == "text"


@frozen
class Items:
    """The answers of all the items of a repeat, or the items themselves where the repeat was named."""

    lists: pl.Expr = field(repr=False, eq=False)
    type: QuestionType | None

    @property
    def numbers(self) -> pl.Expr:
        """The answers as numbers, null where one is none."""
        import polars as pl

        answer = answer_of(pl.element(), self.type or QuestionType.TEXT)
        return self.lists.list.eval(answer.number)


def text(own: pl.Expr) -> Value:
    """A value of text."""
    return Value("text", own)


def number(own: pl.Expr) -> Value:
    """A number; NaN becomes null."""
    return Value("number", own.fill_nan(None))


def truth(own: pl.Expr) -> Value:
    """A yes or no."""
    return Value("truth", own)


def answer_of(cell: pl.Expr, type: QuestionType) -> Value:
    """What the answers to a question are worth, given the cells that hold them."""
    import polars as pl

    written = cell.fill_null("")
    match type:
        case QuestionType.INTEGER | QuestionType.DECIMAL:
            return Value("number", number_in(cell), written)
        case QuestionType.DATE:
            return Value("date", midnight_in(cell), written)
        case QuestionType.MOMENT:
            return Value("date", days_in(cell), written)
        case QuestionType.TIME:
            return Value("number", pl.when(cell.str.contains(CLOCK)).then(_part_of_day(cell)), written)
    return text(written)


def number_in(cell: pl.Expr) -> pl.Expr:
    """The numbers in a column of text."""
    import polars as pl

    bare = cell.str.strip_chars(" \t\r\n")
    return pl.when(bare.str.contains(NUMBER)).then(bare.str.strip_prefix("+")).cast(pl.Float64, strict=False)


def days_in(cell: pl.Expr) -> pl.Expr:
    """The days since 1970 of the dates in a column of text, with the part of the day where there is a time.

    Times are those of the clock on the wall where the form was filled in.
    """
    return midnight_in(cell) + _part_of_day(cell)


def midnight_in(cell: pl.Expr) -> pl.Expr:
    """The days since 1970 of the dates in a column of text, whatever the time of day."""
    import polars as pl

    day = pl.when(cell.str.contains(DAY) & ~cell.str.starts_with("0000")).then(cell.str.head(10))
    return day.str.to_date("%Y-%m-%d", strict=False, cache=False).cast(pl.Int32).cast(pl.Float64)


def _part_of_day(cell: pl.Expr) -> pl.Expr:
    import polars as pl

    hours, minutes, seconds = (cell.str.extract(CLOCK, group).cast(pl.Float64).fill_null(0.0) for group in (1, 2, 3))
    return (hours * 3600 + minutes * 60 + seconds) / 86400


def _number_written(value: pl.Expr) -> pl.Expr:
    import polars as pl

    whole = (value == value.floor()) & (value.abs() < _WHOLE)
    digits = pl.when(whole).then(pl.when(whole).then(value).cast(pl.Int64).cast(pl.String)).otherwise(value.cast(pl.String))
    endless = pl.when(value > 0).then(pl.lit("Infinity")).otherwise(pl.lit("-Infinity"))
    return pl.when(value.is_infinite()).then(endless).otherwise(digits).fill_null("NaN")


def _day_written(value: pl.Expr) -> pl.Expr:
    import polars as pl

    return value.floor().cast(pl.Int32, strict=False).cast(pl.Date).cast(pl.String).fill_null("")


def equal(left: Value, right: Value) -> pl.Expr:
    """Where two values are the same: as yes or no, else as numbers, else as texts, whichever one of them is."""
    import polars as pl

    if "truth" in (left.kind, right.kind):
        return left.truth == right.truth
    if not left.is_measured and not right.is_measured:
        return left.text == right.text
    same = (left.number == right.number).fill_null(False)
    empties = [value.text == "" for value in (left, right) if value.may_be_empty]
    if not empties:
        return same
    return pl.when(pl.any_horizontal(empties)).then(left.text == right.text).otherwise(same)


def compared(operator: str, left: Value, right: Value) -> Value:
    """One of the six comparisons."""
    if operator in ("=", "!="):
        same = equal(left, right)
        return truth(same if operator == "=" else ~same)
    one, other = left.number, right.number
    found = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]
    return truth(found.fill_null(False))


def computed(operator: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """One of the five operations on numbers."""
    import polars as pl

    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "div":
            return (left / right).fill_nan(None)
    quotient = left / pl.when(right != 0).then(right)
    return left - right * pl.when(quotient < 0).then(quotient.ceil()).otherwise(quotient.floor())


def chosen(conditions: Sequence[pl.Expr], values: Sequence[Value]) -> Value:
    """The first value whose condition holds, else the last; text where their kinds differ."""
    import polars as pl

    def first(columns: Sequence[pl.Expr]) -> pl.Expr:
        result = columns[-1]
        for condition, column in zip(reversed(conditions), reversed(columns[:-1]), strict=True):
            result = pl.when(condition).then(column).otherwise(result)
        return result

    texts = first([value.text for value in values])
    kinds = {value.kind for value in values}
    if len(kinds) > 1 or kinds == {"text"}:
        return text(texts)
    own = first([value.own for value in values])
    has_cells = any(value.written is not None for value in values)
    return Value(values[0].kind, own, texts if has_cells else None)
