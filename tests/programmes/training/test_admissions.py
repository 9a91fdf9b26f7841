"""How open plans are to those the centre refers: counted with those turned away, and never without their days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.errors import UnknownName
from cigem_core.programmes.training.admissions import BREAKDOWNS, ReferredPerson, admission_shares

ON = date(2009, 10, 1)


def person(*, days: int | None = None, **said) -> ReferredPerson:
    admitted = None if days is None else date.fromordinal(ON.toordinal() + days)
    return ReferredPerson(agency="fund", referred_on=ON, is_admitted=days is not None, admitted_on=admitted, **said)


def test_the_share_counts_who_was_turned_away_and_the_median_is_the_lower_one():
    people = [person(days=3, sex="F"), person(days=9, sex="F"), person(sex="F"), person(sex="M")]

    (whole,) = admission_shares(people)
    women, men = admission_shares(people, ["sex"])

    assert (whole.referred, whole.admitted, whole.as_dict()["share"], whole.median_days) == (4, 2, 0.5, 3)
    assert (women.by, women.admitted, women.referred, women.as_dict()["share"]) == ({"sex": "F"}, 2, 3, 0.6667)
    assert (men.admitted, men.median_days) == (0, None)


def test_of_nobody_there_is_no_share():
    (whole,) = admission_shares([])
    assert (whole.referred, whole.share) == (0, None)
    assert admission_shares([], ["sex"]) == []


def test_a_breakdown_that_is_none_proposes_the_nearest():
    with pytest.raises(UnknownName, match="'sexe' is none; the nearest is 'sex'"):
        admission_shares([], ["sexe"])


people = st.lists(
    st.builds(person, days=st.none() | st.integers(0, 90), sex=st.sampled_from("FM"), region=st.sampled_from(["XX-1", "_U"]),
              trade=st.sampled_from("27"), returnee=st.sampled_from("YN")), max_size=12,
)  # fmt: skip


@given(some=people, by=st.lists(st.sampled_from(BREAKDOWNS), unique=True))
def test_every_breakdown_adds_up_to_the_whole_whatever_the_order(some, by):
    (whole,) = admission_shares(some)
    cells = admission_shares(some, by)

    assert sum(one.referred for one in cells) == whole.referred == len(some)
    assert sum(one.admitted for one in cells) == whole.admitted
    assert cells == admission_shares(list(reversed(some)), by)
