"""One example of a strategy, the same at every run: for specimens, not for laws."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


def drawn(strategy: SearchStrategy[T]) -> T:
    """The third value hypothesis thinks of: the first ones are the simplest there are."""
    found: list[T] = []

    @settings(
        max_examples=3, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def keep(value: T) -> None:
        found.append(value)

    keep()
    return found[-1]


def examples(most: int) -> settings:
    """How a law is asked: the same examples at every run, so that a red test is red for everyone."""
    return settings(
        max_examples=most, derandomize=True, database=None, deadline=None, print_blob=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )  # fmt: skip
