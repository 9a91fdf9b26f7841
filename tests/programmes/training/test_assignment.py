"""Who goes to which session: the best that can be, proven, fair, and whatever the order of the rows."""

from __future__ import annotations

import itertools
import random
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core.programmes.training.assignment import PlanScore, assign
from cigem_core.programmes.training.explain import Explained
from cigem_core.programmes.training.fit import OpenSession, Traits, fit
from cigem_core.programmes.training.reserves import SessionReserve

SCHEMA = {
    "candidate": pl.String, "occupation": pl.String, "region": pl.String, "sex": pl.String,
    "returnee": pl.Boolean, "visitor": pl.Boolean, "since": pl.Date,
}  # fmt: skip
WOMEN = SessionReserve(name="women", percent=Decimal(30), any=({"sex": "female"},))
NEAR = SessionReserve(name="near", percent=Decimal(50), any=({"region": "XX-1"}, {"visitor": True}))


def people(*rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


candidates = st.lists(
    st.tuples(
        st.sampled_from(["7531", "7532", "5120", None]), st.sampled_from(["XX-1", "XX-2", None]),
        st.sampled_from(["female", "male", None]), st.sampled_from([True, False, None]), st.sampled_from([True, None]),
        st.sampled_from([date(2009, 1, 1), date(2009, 2, 1), None]),
    ), max_size=6,
)  # fmt: skip
sessions = st.lists(
    st.builds(
        OpenSession, reference=st.just(""), occupation=st.sampled_from(["7531", "7532", "5120"]),
        region=st.sampled_from(["XX-1", "XX-2", None]), places=st.integers(1, 4),
        seated=st.lists(st.builds(Traits, sex=st.sampled_from(["female", "male"])), max_size=2).map(tuple),
    ), max_size=3,
)  # fmt: skip


def numbered(rows):
    return people(*((f"C{at}", *row) for at, row in enumerate(rows)))


def named(some):
    return [
        OpenSession(reference=f"S{at}", occupation=s.occupation, region=s.region, places=s.places, seated=s.seated)
        for at, s in enumerate(some)
    ]


def best_by_hand(offered, frame, reserves) -> PlanScore:
    """Every way to seat people, one after the other: the dearest of all oracles."""
    rows = frame.to_dicts()
    ways = []
    for row in rows:
        fits = {s.reference: fit(row["occupation"], row["region"], s) for s in offered if row["occupation"]}
        ways.append([None, *(reference for reference, value in fits.items() if value is not None)])
    best = PlanScore(0, 0, 0)
    for way in itertools.product(*ways):
        if any(way.count(s.reference) > s.room for s in offered):
            continue
        sums = met = 0
        for session in offered:
            here = [row for row, where in zip(rows, way, strict=True) if where == session.reference]
            sums += sum(fit(row["occupation"], row["region"], session) for row in here)
            traits = [*session.seated, *(Traits(**{n: r[n] for n in ("sex", "region", "returnee", "visitor")}) for r in here)]
            met += sum(min(reserve.places_of(session.places), sum(map(reserve.is_for, traits))) for reserve in reserves)
        worth = (sum(where is not None for where in way), met, sums)
        best = max(best, PlanScore(*worth), key=lambda s: (s.placed, s.reserved_met, s.fit))
    return best


@settings(max_examples=60, deadline=None)
@given(rows=candidates, some=sessions, reserves=st.sampled_from([(), (WOMEN,), (WOMEN, NEAR)]))
def test_no_plan_is_better_on_any_level(rows, some, reserves):
    """Beside every plan there is."""
    frame, offered = numbered(rows), named(some)

    done = assign(offered, frame, reserves)

    assert done.score == done.bound == best_by_hand(offered, frame, reserves)


@settings(max_examples=40, deadline=None)
@given(rows=candidates, some=sessions, seed=st.integers(0, 99))
def test_everyone_is_told_once_and_no_session_seats_more_than_it_has_room_for(rows, some, seed):
    """And the order of the rows changes nothing."""
    frame, offered = numbered(rows), named(some)
    done = assign(offered, frame, [WOMEN, NEAR])

    told = [*done.assigned["candidate"], *done.unassigned["candidate"]]
    assert sorted(told) == sorted(frame["candidate"])
    counts = dict(done.assigned.group_by("session").len().iter_rows())
    assert all(counts.get(session.reference, 0) <= session.room for session in offered)

    shuffled = random.Random(seed).sample(offered, len(offered))
    again = assign(shuffled, frame.sample(fraction=1.0, shuffle=True, seed=seed), [WOMEN, NEAR])
    assert again.assigned.equals(done.assigned)
    assert again.unassigned.equals(done.unassigned)


def unfair(frame: pl.DataFrame, done) -> list[tuple[str, str]]:
    """Pairs of people alike of whom the one who has waited longer got less."""
    got = dict(done.assigned.select("candidate", "fit").iter_rows())
    alike = ["occupation", "region", "sex", "returnee", "visitor"]
    found = []
    for _, group in frame.sort("since", "candidate", nulls_last=True).group_by(alike, maintain_order=True):
        fits = [(got.get(candidate, -1), candidate) for candidate in group["candidate"]]
        found += [(a, b) for (x, a), (y, b) in itertools.pairwise(fits) if x < y]
    return found


@settings(max_examples=60, deadline=None)
@given(rows=candidates, some=sessions)
def test_of_people_alike_whoever_waited_longer_gets_no_less(rows, some):
    frame = numbered(rows)

    assert unfair(frame, assign(named(some), frame, [WOMEN, NEAR])) == []


def test_those_who_are_seated_already_fill_reserved_places():
    session = OpenSession(reference="S1", occupation="7531", places=4, seated=(Traits(sex="female"),))
    frame = people(("a", "7531", None, "male", None, None, None), ("b", "7531", None, "female", None, None, None))

    done = assign([session], frame, [WOMEN])

    assert done.score == done.bound == PlanScore(2, 1, 160)


def test_each_no_has_its_reason_in_words():
    frame = people(
        ("a", None, None, None, None, None, None),
        ("b", "5120", None, None, None, None, None),
        ("c", "7531", "XX-1", None, None, None, date(2009, 1, 1)),
        ("d", "7531", "XX-1", None, None, None, date(2009, 2, 1)),
    )
    offered = [OpenSession(reference="S1", occupation="7532", region="XX-1", places=1)]
    done = assign(offered, frame)

    assert dict(done.unassigned.iter_rows()) == {"a": "no-session", "b": "no-session", "d": "full"}
    told = Explained(offered, frame, done)
    assert told.why("a").fr == "sans place : aucun métier n'est souhaité ; en indiquer un."
    assert told.why("b").en == "no seat: no session teaches a trade of ISCO-08 group 512."
    assert told.why("c").fr == "placé(e) en S1 : métier voisin (7532 pour 7531), même région, soit 70 sur 100."
    assert told.why("d").fr == (
        "sans place : 1 place pour 2 candidats du groupe 753 ; 1 semblable placé avant, en attente depuis plus longtemps."
    )


def test_nobody_and_nothing_are_a_plan_too():
    assert assign([], people()).score == PlanScore(0, 0, 0)
    alone = assign([], people(("a", "7531", None, None, None, None, None)), [WOMEN])
    assert alone.unassigned.rows() == [("a", "no-session")]


@pytest.mark.long
def test_a_hundred_thousand_candidates_have_a_proven_plan():
    random_people = random.Random(7)
    trades = ["7531", "7532", "5120", "7112", "7114", "6121", "3511", "7233"]
    rows = [
        (f"C{at:06d}", random_people.choice(trades), random_people.choice(["XX-1", "XX-2", "XX-3", None]),
         random_people.choice(["female", "male"]), random_people.choice([True, False]), None, None)
        for at in range(100_000)
    ]  # fmt: skip
    offered = [
        OpenSession(reference=f"S{at:04d}", occupation=random_people.choice(trades), region="XX-1", places=25)
        for at in range(1_000)
    ]

    done = assign(offered, people(*rows), [WOMEN, NEAR])

    assert done.score == done.bound
    assert done.score.placed == 25_000
