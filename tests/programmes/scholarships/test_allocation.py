"""Who gets which seat: stable, the best for applicants, not to be gamed, reserves as full as can be, in any order of rows."""

from __future__ import annotations

import random
from itertools import permutations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programmes.scholarships.by_hand import Small, chosen, every_allocation, most_reserved, stable

from cigem_core.errors import OperatorError
from cigem_core.programmes.scholarships.allocation import Market
from cigem_core.scholarships import allocate

ROUNDS = 140
"""Each promise is asked of so many rounds here, and of ten times as many in the long run."""


@st.composite
def markets(draw, people=6, seats=3, one_order=None) -> Small:
    who = [f"a{n}" for n in range(draw(st.integers(1, people)))]
    codes = [f"s{n}" for n in range(draw(st.integers(1, seats)))]
    subsets = st.lists(st.sampled_from(codes), unique=True)
    orders = st.permutations(who)
    one = tuple(draw(orders)) if draw(st.booleans() if one_order is None else st.just(one_order)) else None
    accepted = st.lists(st.sampled_from(who), unique=True)
    reserved = st.tuples(st.sampled_from(["f", "n", "s"]), st.integers(0, 2), st.frozensets(st.sampled_from(who)))
    return Small(
        {one_of: tuple(draw(subsets)) for one_of in who},
        {seat: one or tuple(draw(st.one_of(orders, accepted))) for seat in codes},
        {seat: draw(st.integers(0, 3)) for seat in codes},
        {seat: tuple(draw(st.lists(reserved, max_size=3))) for seat in codes},
    )


def rank(market: Small, who: str, seat: str | None) -> int:
    return market.preferences[who].index(seat) if seat else len(market.preferences[who])


@settings(max_examples=ROUNDS)
@given(markets())
def test_the_result_is_stable(market):
    """Nobody has a justified claim to a seat they would rather have."""
    assert stable(market, allocate(*market.arguments))


@settings(max_examples=ROUNDS // 2)
@given(markets(people=5))
def test_it_is_the_best_for_applicants_among_stable_ones(market):
    """Of everything that is stable, nobody is better off in another one."""
    got = allocate(*market.arguments)

    for other in every_allocation(market):
        if stable(market, other):
            assert all(rank(market, who, got.get(who)) <= rank(market, who, other.get(who)) for who in market.preferences)


@settings(max_examples=ROUNDS)
@given(markets(), st.data())
def test_no_misreport_pays(market, data):
    """Nobody gets a seat they like better by saying other choices than their own."""
    got = allocate(*market.arguments)
    who = data.draw(st.sampled_from(sorted(market.preferences)))
    codes = list(market.places)

    for many in range(len(codes) + 1):
        for said in permutations(codes, many):
            lied = allocate(*market.saying(who, said).arguments).get(who)
            if lied in market.preferences[who]:
                assert rank(market, who, got.get(who)) <= rank(market, who, lied)


@settings(max_examples=ROUNDS)
@given(markets())
def test_reserves_are_filled_as_far_as_any_matching_could(market):
    """Of all who would take a seat rather than what they got, as many sit on reserved places as can, the first of them."""
    seated = Market(choices=market.preferences, orders=market.priorities, places=market.places, reserves=market.reserves).seated()

    for seat in market.places:
        held = {who: one.seat for who, one in seated.items()}
        wanting = [
            who
            for who, listed in market.preferences.items()
            if seat in listed and rank(market, who, seat) <= rank(market, who, held.get(who))
        ]
        reserved = {who for who, one in seated.items() if one.seat == seat and one.reserve is not None}
        assert len(reserved) == most_reserved(market, seat, wanting)
        assert reserved == set(chosen(market, seat, wanting)[0])


@settings(max_examples=ROUNDS)
@given(markets())
def test_whoever_sits_on_a_reserved_place_fulfils_it_and_none_is_given_twice(market):
    """Each sits on a place of a reserve that is for them, and a reserve has no more people than places."""
    seated = Market(
        choices=market.preferences, orders=market.priorities, places=market.places,
        reserves={seat: [(f"{name}{at}", n, m) for at, (name, n, m) in enumerate(rs)] for seat, rs in market.reserves.items()},
    ).seated()  # fmt: skip

    for seat, reserves in market.reserves.items():
        for at, (name, many, members) in enumerate(reserves):
            on = {who for who, one in seated.items() if (one.seat, one.reserve) == (seat, f"{name}{at}")}
            assert on <= members
            assert len(on) <= many


@settings(max_examples=ROUNDS)
@given(markets(), st.randoms(use_true_random=False))
def test_it_does_not_depend_on_the_order_of_rows(market, chance):
    """Who stands first in a file gets nothing by it."""
    people, seats = list(market.preferences), list(market.places)
    chance.shuffle(people)
    chance.shuffle(seats)

    again = allocate(
        {who: market.preferences[who] for who in people}, {s: market.priorities[s] for s in seats},
        {s: market.places[s] for s in seats}, {s: market.reserves[s] for s in seats},
    )  # fmt: skip

    assert again == allocate(*market.arguments)


@settings(max_examples=ROUNDS)
@given(markets(people=8), st.data())
def test_no_withdrawal_harms_who_stays(market, data):
    """When some withdraw, nobody who stays gets a seat they like less."""
    gone = data.draw(st.sets(st.sampled_from(sorted(market.preferences)), max_size=3))
    before, after = allocate(*market.arguments), allocate(*market.without(*gone).arguments)

    for who in market.preferences.keys() - gone:
        assert rank(market, who, after.get(who)) <= rank(market, who, before.get(who))


@pytest.mark.parametrize("seed", range(12))
def test_a_larger_round_is_stable_too(seed):
    """With some hundreds of people, five choices and overlapping reserves."""
    large = _large(random.Random(seed), 60 + 8 * seed)

    assert stable(large, allocate(*large.arguments))


def _large(chance: random.Random, many: int) -> Small:
    people, seats = [f"a{n:04}" for n in range(many)], [f"s{n}" for n in range(8)]
    groups = [frozenset(who for who in people if chance.random() < share) for share in (0.4, 0.2, 0.1, 0.3)]
    return Small(
        {who: tuple(chance.sample(seats, 5)) for who in people},
        {seat: tuple(chance.sample(people, len(people))) for seat in seats},
        dict.fromkeys(seats, many // 12),
        {seat: tuple((f"r{n}", chance.randint(0, 4), group) for n, group in enumerate(groups)) for seat in seats},
    )


def test_tables_give_a_table():
    """Polars tables do as well as dictionaries."""
    preferences = pl.DataFrame({"applicant": ["a", "b", "b"], "seat": ["law", "law", "art"]})
    priorities = pl.DataFrame({"seat": ["law", "law", "art"], "applicant": ["a", "b", "b"]})
    places = pl.DataFrame({"seat": ["law", "art"], "places": [1, 1]})
    reserves = pl.DataFrame({"seat": ["law"], "name": ["north"], "places": [1], "applicant": ["b"]})

    assert allocate(preferences, priorities, places).sort("applicant").rows() == [("a", "law"), ("b", "art")]
    assert allocate(preferences, priorities, places, reserves).rows() == [("b", "law")]


def test_a_seat_nobody_declared_is_named():
    """A choice of a seat that has no places is refused, with the nearest."""
    with pytest.raises(OperatorError, match="the nearest is 'law'"):
        allocate({"a": ["lav"]}, {"law": ["a"]}, {"law": 1})


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@given(markets(people=6), st.data())
def test_ten_thousand_rounds(market, data):
    """Every promise, of ten thousand rounds."""
    for promise in (
        test_the_result_is_stable,
        test_reserves_are_filled_as_far_as_any_matching_could,
        test_whoever_sits_on_a_reserved_place_fulfils_it_and_none_is_given_twice,
    ):
        promise.hypothesis.inner_test(market)
    for promise in (test_no_misreport_pays, test_no_withdrawal_harms_who_stays):
        promise.hypothesis.inner_test(market, data)
    test_it_is_the_best_for_applicants_among_stable_ones.hypothesis.inner_test(market)
    test_it_does_not_depend_on_the_order_of_rows.hypothesis.inner_test(market, random.Random(0))
