"""Reviewers are drawn under conflicts with an even load, what lies apart is moderated, severity is shown and alters nothing."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.errors import OperatorError
from cigem_core.programmes.scholarships.review import ReviewerPoints, assign, severity, to_moderate

PEOPLE = [f"R{n}" for n in range(6)]


@given(st.integers(1, 60), st.integers(1, 4), st.text("abc", min_size=1, max_size=4))
def test_without_conflicts_nobody_reads_two_more_than_another(many, each, seed):
    """Each application is read as often as asked, by different people, and the load is even."""
    found = assign([f"A{n}" for n in range(many)], PEOPLE, each=each, seed=seed)
    load = Counter(who for readers in found.values() for who in readers)

    assert {len(set(readers)) for readers in found.values()} == {each}
    assert max(load.values()) - min(load.get(who, 0) for who in PEOPLE) <= 1


@given(st.sets(st.tuples(st.sampled_from(PEOPLE[:3]), st.integers(0, 19))), st.randoms(use_true_random=False))
def test_nobody_reads_whom_they_know_and_the_order_of_rows_is_nothing(known, chance):
    """A conflict is never broken, and the same seed gives the same again."""
    conflicts = {who: {f"A{n}" for one, n in known if one == who} for who in PEOPLE}
    listed = [f"A{n}" for n in range(20)]
    found = assign(listed, PEOPLE, each=2, seed="s", conflicts=conflicts)
    chance.shuffle(listed)

    assert not any(number in conflicts[who] for number, readers in found.items() for who in readers)
    assert assign(listed, PEOPLE[::-1], each=2, seed="s", conflicts=conflicts) == found


def test_too_few_reviewers_are_named():
    """An application nobody may read says so."""
    with pytest.raises(OperatorError, match=r"A1: 1 reviewer"):
        assign(["A1"], ["R1", "R2"], each=2, seed="s", conflicts={"R2": {"A1"}})


def test_readings_that_lie_apart_are_moderated_and_severity_is_told():
    """R1 gives two points less than those who read the same."""
    given_ = {("A1", "R1"): 10, ("A1", "R2"): 12, ("A2", "R1"): 5, ("A2", "R3"): 7, ("A3", "R2"): 9}
    readings = [ReviewerPoints(application=a, reviewer=r, points={"projet": n - 1, "lettre": 1}) for (a, r), n in given_.items()]

    assert to_moderate(readings, more_than=1) == ["A1", "A2"]
    assert to_moderate(readings, more_than=2) == []
    assert severity(readings) == {"R1": Decimal("-2.0000"), "R2": Decimal("2.0000"), "R3": Decimal("2.0000")}
