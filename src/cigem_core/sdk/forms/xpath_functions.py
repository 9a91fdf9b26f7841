"""The functions of forms' expressions that need nothing but what they are given, as columns.

What they mean is ODK's page of functions (https://docs.getodk.org/form-operators-functions/).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from cigem_core.sdk.forms.xpath_values import CLOCK, Value, chosen, days_in, number, text, truth

if TYPE_CHECKING:
    import polars as pl

_ENDLESS = 99


@frozen
class Function:
    """A function: how many values it takes, and what it makes of them."""

    fewest: int
    most: int
    make: Callable[..., Value]


def _by_words(cell: pl.Expr) -> pl.Expr:
    import polars as pl

    return cell.str.split(" ").list.filter(pl.element() != "")


def _selected(answer: Value, word: Value) -> Value:
    wanted = word.text.str.strip_chars(" ")
    return truth(_by_words(answer.text).list.contains(wanted) & (wanted != ""))


def _selected_at(answer: Value, place: Value) -> Value:
    import polars as pl

    at = place.number.floor().cast(pl.Int64, strict=False)
    return text(_by_words(answer.text).list.get(pl.when(at >= 0).then(at), null_on_oob=True).fill_null(""))


def _count_selected(answer: Value) -> Value:
    import polars as pl

    return number(_by_words(answer.text).list.len().cast(pl.Float64))


def _if(condition: Value, then: Value, otherwise: Value) -> Value:
    return chosen([condition.truth], [then, otherwise])


def _coalesce(*values: Value) -> Value:
    return chosen([value.text != "" for value in values[:-1]], values)


def _concat(*values: Value) -> Value:
    import polars as pl

    return text(pl.concat_str([value.text for value in values]) if values else pl.lit(""))


def _join(between: Value, *values: Value) -> Value:
    parts: list[Value] = []
    for value in values:
        parts += [between, value] if parts else [value]
    return _concat(*parts)


def _substr(given: Value, start: Value, end: Value | None = None) -> Value:
    """From a place to before another, counted from 0; from the end where a place is negative."""
    import polars as pl

    length = given.text.str.len_chars().cast(pl.Int64)

    def place(value: Value) -> pl.Expr:
        at = value.number.floor().cast(pl.Int64, strict=False)
        return pl.when(at < 0).then(length + at).otherwise(at).clip(0, length)

    first, last = place(start), length if end is None else place(end)
    span = (last - first).clip(0).fill_null(0)
    return text(given.text.str.slice(first.fill_null(0), span).fill_null(""))


def _substring(given: Value, start: Value, length: Value | None = None) -> Value:
    """The characters whose place, counted from 1, is within bounds that are rounded."""
    import polars as pl

    first = _rounded(start.number)
    last = pl.lit(float("inf")) if length is None else (first + _rounded(length.number)).fill_nan(None)
    begin = pl.max_horizontal(first, pl.lit(1.0))
    told = first.is_not_null() & last.is_not_null() & (last > begin)
    # An endless span is null, which takes all the rest.
    offset, span = (begin - 1).cast(pl.Int64, strict=False), (last - begin).cast(pl.Int64, strict=False)
    piece = given.text.str.slice(pl.when(told).then(offset).otherwise(0), pl.when(told).then(span).otherwise(0))
    return text(piece.fill_null(""))


def _before(given: Value, mark: Value) -> Value:
    import polars as pl

    found = given.text.str.contains(mark.text, literal=True) & (mark.text != "")
    return text(pl.when(found).then(_parted(given, mark).struct.field("field_0")).otherwise(pl.lit("")))


def _after(given: Value, mark: Value) -> Value:
    import polars as pl

    rest = _parted(given, mark).struct.field("field_1").fill_null("")
    return text(pl.when(mark.text == "").then(given.text).otherwise(rest))


def _parted(given: Value, mark: Value) -> pl.Expr:
    """What stands before a mark and after it."""
    # A text that is the same for every row would be parted by the first row's mark alone: it is repeated beside the marks.
    return (given.text + mark.text.str.head(0)).str.splitn(mark.text, 2)


def _normalized(given: Value) -> Value:
    return text(given.text.str.replace_all("[ \t\r\n]+", " ").str.strip_chars(" "))


def _rounded(value: pl.Expr) -> pl.Expr:
    return (value + 0.5).floor()


def _round(given: Value, places: Value | None = None) -> Value:
    import polars as pl

    if places is None:
        return number(_rounded(given.number))
    scale = pl.lit(10.0).pow(places.number)
    return number(_rounded(given.number * scale) / scale)


def _int(given: Value) -> Value:
    import polars as pl

    value = given.number
    return number(pl.when(value < 0).then(value.ceil()).otherwise(value.floor()))


def _of_number(name: str) -> Callable[[Value], Value]:
    return lambda given: number(getattr(given.number, name)())


def _log10(given: Value) -> Value:
    """Exact at the powers of ten, which Polars misses by a hair."""
    import polars as pl

    found = given.number.log10()
    return number(pl.when(pl.lit(10.0).pow(found.round()) == given.number).then(found.round()).otherwise(found))


def _power(base: Value, exponent: Value) -> Value:
    return number(base.number.pow(exponent.number))


def _date(given: Value) -> Value:
    return Value("date", given.number.floor())


def _decimal_time(given: Value) -> Value:
    import polars as pl

    midnight = pl.lit("1970-01-01T") + given.text
    return number(pl.when(given.text.str.contains(CLOCK)).then(days_in(midnight)))


def _extreme(name: str) -> Callable[..., Value]:
    """The least or the greatest of some numbers; none where one of them is none."""

    def make(*values: Value) -> Value:
        import polars as pl

        numbers = [value.number for value in values]
        told = pl.all_horizontal([n.is_not_null() for n in numbers])
        return number(pl.when(told).then(getattr(pl, name)(numbers)))

    return make


def _boolean_from_string(given: Value) -> Value:
    return truth(given.text.str.to_lowercase().is_in(["true", "1"]))


def _constant(make: Callable[[pl.Expr], Value], value: object) -> Callable[[], Value]:
    def constant() -> Value:
        import polars as pl

        return make(pl.lit(value))

    return constant


FUNCTIONS: Mapping[str, Function] = {
    "true": Function(0, 0, _constant(truth, True)),
    "false": Function(0, 0, _constant(truth, False)),
    "pi": Function(0, 0, _constant(number, 3.141592653589793)),
    "not": Function(1, 1, lambda given: truth(~given.truth)),
    "boolean": Function(1, 1, lambda given: truth(given.truth)),
    "boolean-from-string": Function(1, 1, _boolean_from_string),
    "number": Function(1, 1, lambda given: number(given.number)),
    "string": Function(1, 1, lambda given: text(given.text)),
    "if": Function(3, 3, _if),
    "coalesce": Function(1, _ENDLESS, _coalesce),
    "concat": Function(0, _ENDLESS, _concat),
    "join": Function(1, _ENDLESS, _join),
    "contains": Function(2, 2, lambda given, part: truth(given.text.str.contains(part.text, literal=True))),
    "starts-with": Function(2, 2, lambda given, part: truth(given.text.str.starts_with(part.text))),
    "ends-with": Function(2, 2, lambda given, part: truth(given.text.str.ends_with(part.text))),
    "substr": Function(2, 3, _substr),
    "substring": Function(2, 3, _substring),
    "substring-before": Function(2, 2, _before),
    "substring-after": Function(2, 2, _after),
    "string-length": Function(1, 1, lambda given: number(given.text.str.len_chars().cast(_float()))),
    "normalize-space": Function(1, 1, _normalized),
    "upper-case": Function(1, 1, lambda given: text(given.text.str.to_uppercase())),
    "lower-case": Function(1, 1, lambda given: text(given.text.str.to_lowercase())),
    "selected": Function(2, 2, _selected),
    "selected-at": Function(2, 2, _selected_at),
    "count-selected": Function(1, 1, _count_selected),
    "round": Function(1, 2, _round),
    "int": Function(1, 1, _int),
    "floor": Function(1, 1, _of_number("floor")),
    "ceiling": Function(1, 1, _of_number("ceil")),
    "abs": Function(1, 1, _of_number("abs")),
    "sqrt": Function(1, 1, _of_number("sqrt")),
    "exp": Function(1, 1, _of_number("exp")),
    "log": Function(1, 1, _of_number("log")),
    "log10": Function(1, 1, _log10),
    "pow": Function(2, 2, _power),
    "date": Function(1, 1, _date),
    "date-time": Function(1, 1, lambda given: Value("date", given.number)),
    "decimal-date-time": Function(1, 1, lambda given: number(given.number)),
    "decimal-time": Function(1, 1, _decimal_time),
    "min": Function(1, _ENDLESS, _extreme("min_horizontal")),
    "max": Function(1, _ENDLESS, _extreme("max_horizontal")),
    "sum": Function(1, 1, lambda given: number(given.number)),
}
"""Name → function. What depends on the form or on the day is in `xpath`."""


def _float() -> pl.DataType:
    import polars as pl

    return pl.Float64()


_DATE_SIGNS = {
    "Y": "%Y", "y": "%y", "m": "%m", "n": "%-m", "d": "%d", "e": "%-d",
    "H": "%H", "h": "%-H", "M": "%M", "S": "%S", "3": "%3f",
}  # fmt: skip


def date_format(written: str) -> str | None:
    """A format of ODK as Polars writes dates; None where it asks for words, which depend on the phone's language."""
    signs = re.findall("%(.)", written)
    if any(sign not in _DATE_SIGNS for sign in signs):
        return None
    return re.sub("%(.)", lambda found: _DATE_SIGNS[found[1]], written)
