"""The terms of a call: what it asks, what gives points, which places there are, who pays, and what follows the draw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from attrs import Factory, field, frozen

from cigem_core.text import Text

OPEN = "open"
"""What a seat held by nobody's reserve is called."""

Bound = Literal["age_at_most", "age_at_least", "at_least", "at_most", "one_of"]
"""What a rule may ask of a field."""


@frozen(kw_only=True)
class Requirement:
    """A rule that an application must meet."""

    article: str
    field: str
    bound: Bound
    limit: int | Decimal | tuple[str, ...]
    """The age, the number, or the words allowed."""


@frozen(kw_only=True)
class Criterion:
    """What gives points: the first threshold that a number reaches, or the words a value may be."""

    article: str
    name: str
    field: str
    steps: tuple[tuple[Decimal, int], ...] = ()
    points: Mapping[str, int] = Factory(dict)

    @property
    def best(self) -> int:
        """The most points it can give."""
        return max([0, *(points for _, points in self.steps), *self.points.values()])


@frozen(kw_only=True)
class Seat:
    """Places of one kind: a course of study in a country."""

    code: str
    title: Text
    country: str
    places: int
    accepts: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """Field → the values that may hold it, where not everyone may."""
    at_least: int | None = None
    """The least score that may hold it."""
    payers: tuple[str, ...]


@frozen(kw_only=True)
class Reserve:
    """Places of some seats kept for those who fulfil something; what nobody fulfils is open to all."""

    name: str
    article: str
    places: Mapping[str, int]
    """Seat → how many."""
    when: Mapping[str, tuple[str, ...]]
    """Field → the values it is for; all fields must have one of them."""


@frozen(kw_only=True)
class Payer:
    """Who pays how much of a scholarship, and when."""

    name: str
    amount: int
    currency: str
    first: date
    every_months: int
    count: int


@frozen(kw_only=True)
class Rubric:
    """What reviewers give whole points for."""

    name: str
    most: int


@frozen(kw_only=True)
class ReviewRule:
    """How applications are read by people: by how many, for what, and when a further one parts them."""

    article: str
    readers: int
    rubrics: tuple[Rubric, ...]
    more_than: int
    """Two readings that differ by more points than that are parted by a further one, which counts instead of each."""
    blind: bool = True
    """Whether reviewers see no names."""

    @property
    def best(self) -> int:
        """The most points an application can be given."""
        return self.readers * sum(rubric.most for rubric in self.rubrics)


@frozen(kw_only=True)
class RenewalRule:
    """What a year of study must come to for a scholarship to go on."""

    article: str
    at_least: Decimal | None = None
    """The least mean mark of the year; None where passing is enough."""
    repeats: int = 0
    """How many years may be repeated."""
