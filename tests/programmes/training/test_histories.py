"""Whatever happens to a plan in whatever order: nobody sits twice, no session seats more than it has, each no has its reason."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core.programmes.training.assignment import assign
from cigem_core.programmes.training.explain import Explained
from cigem_core.programmes.training.fit import OpenSession, Traits
from cigem_core.programmes.training.reserves import SessionReserve

SCHEMA = {
    "candidate": pl.String, "occupation": pl.String, "region": pl.String, "sex": pl.String,
    "returnee": pl.Boolean, "visitor": pl.Boolean, "since": pl.Date,
}  # fmt: skip
WOMEN = SessionReserve(name="women", percent=Decimal(50), any=({"sex": "female"},))
NEAR = SessionReserve(name="near", percent=Decimal(50), any=({"region": "XX-1"},))


def people(*rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


trades = st.sampled_from(["7531", "7532", "5120", "2111", None])
someone = st.tuples(trades, st.sampled_from(["XX-1", "XX-2", None]), st.sampled_from(["female", "male", None]))
events = st.lists(
    st.one_of(
        st.tuples(st.just("come"), someone),
        st.tuples(st.just("assign"), st.none()),
        st.tuples(st.just("withdraw"), st.integers(0, 20)),
        st.tuples(st.just("cancel"), st.integers(0, 2)),
    ), max_size=12,
)  # fmt: skip


def walk(history) -> None:
    """One history, its promises asked after every step."""
    sessions = {
        f"S{at}": OpenSession(reference=f"S{at}", occupation=trade, region="XX-1", places=places)
        for at, (trade, places) in enumerate([("7531", 2), ("7532", 1), ("5120", 2)])
    }
    waiting: dict[str, tuple] = {}
    seats: dict[str, tuple[str, Traits]] = {}
    come = 0
    for act, given_one in history:
        if act == "come":
            come += 1
            waiting[f"C{come:02d}"] = given_one
        elif act == "withdraw" and seats:
            seats.pop(sorted(seats)[given_one % len(seats)])
        elif act == "cancel":
            gone = f"S{given_one}"
            sessions.pop(gone, None)
            seats = {who: seat for who, seat in seats.items() if seat[0] != gone}
        elif act == "assign":
            taken = {name: tuple(traits for where, traits in seats.values() if where == name) for name in sessions}
            offered = [evolve(one, seated=taken[name]) for name, one in sessions.items()]
            frame = people(*((who, trade, region, sex, None, None, None) for who, (trade, region, sex) in waiting.items()))
            done = assign(offered, frame, [WOMEN, NEAR])
            assert done.score == done.bound
            told = Explained(offered, frame, done, [WOMEN, NEAR])
            for who, reason in done.unassigned.iter_rows():
                assert reason in ("no-session", "full")
                assert told.why(who).fr.startswith("sans place : ")
            for who, where, _ in done.assigned.iter_rows():
                assert who not in seats, "nobody sits twice"
                seats[who] = where, Traits(sex=waiting[who][2], region=waiting[who][1])
                del waiting[who]
        for name, one in sessions.items():
            assert sum(where == name for where, _ in seats.values()) <= one.places
        assert not set(waiting) & set(seats)


@settings(max_examples=60, deadline=None)
@given(history=events)
def test_every_history_keeps_its_promises(history):
    walk(history)


@pytest.mark.long
@settings(max_examples=2_000, deadline=None)
@given(history=events)
def test_many_histories_keep_their_promises(history):
    walk(history)
