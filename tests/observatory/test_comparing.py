"""Like is compared with like."""

from __future__ import annotations

import polars as pl
import pytest

from cigem_core.errors import OperatorError
from cigem_core.observatory.comparing import compare


def people(*groups: tuple[str, str, int, int]) -> pl.DataFrame:
    """(service, sex, how many, of which succeeded)."""
    rows = [(service, sex, n < good) for service, sex, number, good in groups for n in range(number)]
    return pl.DataFrame(rows, schema=["service", "sex", "worked"], orient="row")


def told(frame: pl.DataFrame) -> dict[str, dict[str, object]]:
    compared = compare(frame, services="service", strata=["sex"], succeeded="worked")
    return {row["service"]: row for row in compared.iter_rows(named=True)}


def test_services_that_do_alike_for_each_sex_are_equal_whoever_came_to_them():
    """Half the women and nine tenths of the men found work at both; one received mostly women."""
    both = told(people(("a", "F", 80, 40), ("a", "M", 20, 18), ("b", "F", 20, 10), ("b", "M", 80, 72)))

    assert both["a"]["rate"] != both["b"]["rate"]
    assert both["a"]["standardised"] == pytest.approx(0.7)
    assert both["b"]["standardised"] == pytest.approx(0.7)
    assert both["a"]["low"] < 0.7 < both["a"]["high"]


def test_a_service_of_few_is_hidden_whichever_way_they_went():
    both = told(people(("a", "F", 50, 25), ("b", "F", 50, 3), ("c", "F", 50, 47)))

    assert [both[name]["is_hidden"] for name in "abc"] == [False, True, True]
    assert both["b"]["people"] is None
    assert both["c"]["rate"] is None


def test_a_service_says_of_how_many_it_can_be_judged():
    """It received no men, who are half of everybody."""
    both = told(people(("a", "F", 50, 25), ("b", "F", 50, 25), ("b", "M", 100, 90)))

    assert both["a"]["covered"] == pytest.approx(0.5)
    assert both["b"]["covered"] == pytest.approx(1.0)


def test_the_order_of_rows_changes_nothing():
    frame = people(("a", "F", 80, 40), ("a", "M", 20, 18), ("b", "F", 20, 10), ("b", "M", 80, 72))
    assert told(frame.reverse()) == told(frame)


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(OperatorError, match="no such column"):
        compare(pl.DataFrame({"a": [1]}), services="service", strata=["sex"], succeeded="worked")
