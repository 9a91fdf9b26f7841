"""Whether a value meets what a call asks: yes, no, or undetermined where too little is known.

Values are those of `Applications`: words as calls say them, several of them between `SEVERAL`; whole numbers; exact
decimals and births as their texts. Each function answers for one value, so that it is asked once for each distinct one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from cigem_core.model.values import PartialDate
from cigem_core.programmes.scholarships.call_toml import plain
from cigem_core.programmes.scholarships.terms import Criterion, Requirement
from cigem_core.programmes.scholarships.vocabulary import ASKABLE, piece_key

SEVERAL = "\x1f"
"""Between the words of a field that has several (Unicode's unit separator)."""

Value = str | int | None
T = TypeVar("T")


def meets(requirement: Requirement, value: Value, on: date) -> bool | None:
    """Whether a value meets a rule, ages being counted on a day; None where that is undetermined."""
    if value is None:
        return None
    if requirement.field == "birth":
        return _age_meets(requirement, PartialDate.parse(str(value)), on)
    if isinstance(requirement.limit, tuple):
        return names(requirement.field, requirement.limit)(value)
    exact = Decimal(value)
    return exact >= requirement.limit if requirement.bound == "at_least" else exact <= requirement.limit


def _age_meets(requirement: Requirement, birth: PartialDate, on: date) -> bool | None:
    limit = requirement.limit
    assert isinstance(limit, int)
    least, most = ages(birth, on)
    if requirement.bound == "age_at_most":
        return True if most <= limit else False if least > limit else None
    return True if least >= limit else False if most < limit else None


def ages(birth: PartialDate, on: date) -> tuple[int, int]:
    """The least and the greatest age in whole years on a day, over every day a birth may be."""
    if birth.month is not None and birth.day is not None:
        age = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
        return age, age
    first, last = (birth.year - 1, birth.year + 1) if birth.approximate else (birth.year, birth.year)
    # Born on 31 December at the latest, and on 1 January at the earliest.
    return on.year - last - ((on.month, on.day) < (12, 31)), on.year - first


def names(field: str, wanted: Iterable[str]) -> Callable[[Value], bool]:
    """The question whether a value is one of some words, or one of several values is; an empty one is none."""
    askable = ASKABLE[field]
    if field == "pieces":
        keys = frozenset(map(piece_key, wanted))
        return lambda value: value is not None and not keys.isdisjoint(piece_keys(str(value)))
    there = frozenset(wanted)
    if askable.sort == "words":
        return lambda value: value is not None and not there.isdisjoint(str(value).split(SEVERAL))
    if askable.is_number:
        return lambda value: value is not None and plain(Decimal(value)) in there
    return lambda value: value is not None and value in there


def piece_keys(value: str) -> frozenset[str]:
    """The pieces of a file in the form under which they are compared."""
    return frozenset(_PIECES[word] for word in value.split(SEVERAL))


class _Remembered(dict[str, str]):
    def __missing__(self, word: str) -> str:
        key = piece_key(word)
        if len(self) < _MOST:
            self[word] = key
        return key


_MOST = 10_000
_PIECES = _Remembered()
"""The same few words stand in every file."""


def points(criterion: Criterion, value: Value) -> int:
    """The points a value gives; none where it is empty, and of several values those of the best."""
    if value is None:
        return 0
    if criterion.steps:
        exact = Decimal(value)
        return next((given for threshold, given in criterion.steps if exact >= threshold), 0)
    askable = ASKABLE[criterion.field]
    if criterion.field == "pieces":
        given = {piece_key(word): worth for word, worth in criterion.points.items()}
        return max((given.get(word, 0) for word in piece_keys(str(value))), default=0)
    if askable.sort == "words":
        return max(criterion.points.get(word, 0) for word in str(value).split(SEVERAL))
    return criterion.points.get(plain(Decimal(value)) if askable.is_number else str(value), 0)


def each(values: Sequence[Any], asked: Callable[[Any], T]) -> list[T]:
    """The answer for each value, asked once for each distinct one."""
    known: dict[Hashable, T] = {value: asked(value) for value in set(values)}
    return [known[value] for value in values]
