"""Forms' expressions asked of one record at a time, in plain Python: what the compiled ones are held against."""

from __future__ import annotations

import math
import re
from datetime import date

from attrs import frozen

from cigem_core.model.expressions import AnswerNode, FunctionCall, Negative, Number, Operation, Path, Words

NAN = math.nan


@frozen
class Cell:
    """An answer as it stands, and the type of its question."""

    type: str
    text: str


@frozen
class Day:
    value: float


def truth(value) -> bool:
    match value:
        case bool():
            return value
        case str():
            return value != ""
        case Day():
            return not math.isnan(value.value)
        case Cell(type="text"):
            return value.text != ""
        case Cell(type="date"):
            return not math.isnan(number(value))
    measured = number(value)
    return not math.isnan(measured) and measured != 0


def number(value) -> float:
    match value:
        case bool():
            return float(value)
        case float():
            return value
        case Day():
            return value.value
        case str():
            return _days(value) if math.isnan(_digits(value)) else _digits(value)
        case Cell(type="number"):
            return _digits(value.text)
        case Cell(type="date"):
            return _days(value.text[:10]) if value.text[10:11] in ("", "T") else NAN
    return number(value.text)


def _digits(text: str) -> float:
    bare = text.strip(" \t\r\n")
    return float(bare) if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)", bare) else NAN


def _days(text: str) -> float:
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T|\Z)", text):
        return NAN
    try:
        day = date.fromisoformat(text[:10]).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        return NAN
    clock = re.search(r"(?:^|T)([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]+)?))?", text)
    hours, minutes, seconds = (float(part or 0) for part in clock.groups()) if clock else (0.0, 0.0, 0.0)
    return day + (hours * 3600 + minutes * 60 + seconds) / 86400


def text(value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case Cell():
            return value.text
        case Day():
            whole = value.value
            return "" if math.isnan(whole) else date.fromordinal(int(whole) + date(1970, 1, 1).toordinal()).isoformat()
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == math.floor(value) and abs(value) < 1e15:
        return str(int(value))
    return re.sub(r"e([+-]?)0*([0-9])", r"e\1\2", repr(value))


def _measured(value) -> bool:
    return (isinstance(value, (float, Day)) and not isinstance(value, bool)) or (isinstance(value, Cell) and value.type != "text")


def equal(left, right) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if not _measured(left) and not _measured(right):
        return text(left) == text(right)
    if any(isinstance(value, (str, Cell)) and text(value) == "" for value in (left, right)):
        return text(left) == text(right)
    return number(left) == number(right)


def evaluate(node, record):
    """What an expression is worth for a record: name → Cell; `.` goes by that name, the day by `#day`."""
    match node:
        case Number():
            return node.value
        case Words():
            return node.text
        case AnswerNode():
            return record[node.name]
        case Path():
            return record["."]
        case Negative():
            return -number(evaluate(node.operand, record))
        case FunctionCall():
            return FUNCTIONS[node.name](record, *(evaluate(argument, record) for argument in node.arguments))
        case Operation():
            return _operated(node.operator, [evaluate(operand, record) for operand in node.operands])
    raise AssertionError(node)


def _operated(operator, values):
    if operator in ("and", "or"):
        return (all if operator == "and" else any)([truth(value) for value in values])
    if operator in ("=", "!="):
        return equal(*values) == (operator == "=")
    if operator in ("<", "<=", ">", ">="):
        one, other = map(number, values)
        return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]
    total = number(values[0])
    for value in values[1:]:
        total = _computed(operator, total, number(value))
    return total


def _computed(operator, left, right):
    if operator in "+-*":
        return {"+": left + right, "-": left - right, "*": left * right}[operator]
    if math.isnan(left) or math.isnan(right):
        return NAN
    if right == 0:
        return NAN if operator == "mod" or left == 0 else math.copysign(math.inf, left) * math.copysign(1, right)
    if operator == "div":
        return left / right
    quotient = left / right
    whole = quotient if math.isinf(quotient) or math.isnan(quotient) else float(math.trunc(quotient))
    return left - right * whole


def _whole(value) -> int | None:
    measured = number(value)
    return None if math.isnan(measured) or math.isinf(measured) else math.floor(measured)


def _words(value) -> list[str]:
    return [word for word in text(value).split(" ") if word]


def _selected_at(record, answer, place):
    at = _whole(place)
    words = _words(answer)
    return words[at] if at is not None and 0 <= at < len(words) else ""


def _substr(record, given, start, end=None):
    whole = text(given)

    def place(value):
        at = _whole(value)
        return None if at is None else min(max(len(whole) + at if at < 0 else at, 0), len(whole))

    first, last = place(start), len(whole) if end is None else place(end)
    return whole[first:last] if first is not None and last is not None and last > first else ""


def _chosen(values, which):
    """A choice among values of different kinds is text."""
    kinds = {_kind(value) for value in values}
    return values[which] if len(kinds) == 1 else text(values[which])


def _kind(value) -> str:
    if isinstance(value, Cell):
        return value.type
    return (
        "truth"
        if isinstance(value, bool)
        else "text"
        if isinstance(value, str)
        else "date"
        if isinstance(value, Day)
        else "number"
    )


def _coalesce(record, *values):
    return _chosen(values, next((at for at, value in enumerate(values) if text(value) != ""), len(values) - 1))


def _rounded(value) -> float:
    return value if math.isnan(value) or math.isinf(value) else float(math.floor(value + 0.5))


def _truncated(value) -> float:
    return value if math.isnan(value) or math.isinf(value) else float(math.trunc(value))


def _extreme(pick):
    def find(record, *values):
        numbers = [number(value) for value in values]
        return NAN if any(map(math.isnan, numbers)) else pick(numbers)

    return find


def _midnight(record, value):
    measured = number(value)
    return Day(float(math.floor(measured)) if math.isfinite(measured) else measured)


FUNCTIONS = {
    "true": lambda r: True,
    "false": lambda r: False,
    "not": lambda r, v: not truth(v),
    "boolean": lambda r, v: truth(v),
    "number": lambda r, v: number(v),
    "string": lambda r, v: text(v),
    "if": lambda r, c, a, b: _chosen((a, b), 0 if truth(c) else 1),
    "coalesce": _coalesce,
    "concat": lambda r, *v: "".join(map(text, v)),
    "contains": lambda r, a, b: text(b) in text(a),
    "starts-with": lambda r, a, b: text(a).startswith(text(b)),
    "ends-with": lambda r, a, b: text(a).endswith(text(b)),
    "string-length": lambda r, v: float(len(text(v))),
    "normalize-space": lambda r, v: re.sub("[ \t\r\n]+", " ", text(v)).strip(" "),
    "substr": _substr,
    "substring-before": lambda r, a, b: text(a).partition(text(b))[0] if text(b) and text(b) in text(a) else "",
    "substring-after": lambda r, a, b: text(a) if not text(b) else text(a).partition(text(b))[2],
    "selected": lambda r, a, b: text(b).strip(" ") in _words(a),
    "selected-at": _selected_at,
    "count-selected": lambda r, v: float(len(_words(v))),
    "int": lambda r, v: _truncated(number(v)),
    "round": lambda r, v: _rounded(number(v)),
    "min": _extreme(min),
    "max": _extreme(max),
    "date": _midnight,
    "today": lambda r: Cell("date", r["#day"].text),
    "once": lambda r, v: _coalesce(r, r["."], v),
    "regex": lambda r, v, pattern: bool(re.fullmatch(pattern, text(v), re.ASCII)),
}
