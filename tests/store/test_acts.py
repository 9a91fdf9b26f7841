"""Whatever the centre decides is an act: kept with its line of the journal, told once it is kept, and read back."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from cigem_core import Occupation, PartialDate, Referral
from cigem_core.errors import OperatorError
from cigem_core.model.identity import Identity
from cigem_core.model.refs import Ref, ref_of
from cigem_core.store import Store

ON = date(2009, 10, 1)


@pytest.fixture
def store(database):
    opened = Store.create(database)
    yield opened
    opened.close()


AWA = {"on": ON, "by": "awa"}


def referral(number: int = 1, **said: object) -> Referral:
    return Referral(reference=f"OR-2009-{number:04d}", to="fafpa", **said)  # type: ignore[arg-type]


def test_an_act_is_kept_found_and_told(store) -> None:
    """One transaction, one line, one word to whoever listens; the records know whose they are."""
    told = []
    store.listeners.append(told.append)
    first, second = referral(1, occupation=Occupation("7212")), referral(2)

    kept = store.keep(first, second, act="prepare", **AWA)

    assert kept == [first, second]
    assert [str(ref_of(one)) for one in kept] == ["centre:referral:OR-2009-0001", "centre:referral:OR-2009-0002"]
    assert store.find(Referral) == [first, second]
    assert store.find(Referral, occupation=Occupation("7212")) == [first]
    assert store.find(Referral, reference=["OR-2009-0002", "OR-2009-0009"]) == [second]
    assert store.find(Referral, identity__family_name=None) == [first, second]
    (event,) = told
    assert (event.act, event.agency, event.by) == ("prepare", "centre", "awa")
    assert event.facts["kept"] == {"referral": {"new": 2, "records": ["OR-2009-0001", "OR-2009-0002"]}}
    assert store.verify_journal() is None


def test_history_says_who_made_it_say_what(store) -> None:
    """A record that says the same again gets no version."""
    store.keep(referral(), act="prepare", **AWA)
    store.keep(referral(), act="look", on=ON, by="moussa")
    store.keep(evolve(referral(), session="S1"), act="mend", on=date(2009, 10, 2), by="moussa")

    history = store.history(Ref("centre", "referral", "OR-2009-0001"))

    assert [(v.sequence, v.act, v.by, v.said["session"]) for v in history] == [
        (1, "prepare", "awa", None),
        (2, "mend", "moussa", "S1"),
    ]
    assert store.acts_of(Referral) == {"OR-2009-0001": ["prepare", "mend"]}


def test_an_act_that_fails_leaves_nothing_and_tells_nobody(store) -> None:
    """Not even its line."""
    told, before = [], store.head()
    store.listeners.append(told.append)

    def fail() -> None:
        with store.acting("prepare", **AWA) as act:
            act.keep(referral(1))
            act.keep(referral(2, session=5))

    with pytest.raises(OperatorError, match="session: expected str"):
        fail()

    assert (store.find(Referral), told, store.head()) == ([], [], before)


def test_steps_of_one_act_see_each_other_and_share_a_line(store) -> None:
    """Find, decide, keep: numbers follow those given a moment ago."""
    with store.acting("prepare", **AWA, round=3) as act:
        numbers = [act.next_number(Referral, "OR-2009-")]
        act.keep(referral(1))
        numbers.append(act.next_number(Referral, "OR-2009-"))
        assert act.find(Referral) == [referral(1)]
        act.keep(referral(2), evolve(referral(1), session="S1"))

    assert numbers == ["OR-2009-0001", "OR-2009-0002"]
    assert [one.session for one in store.find(Referral)] == ["S1", None]
    assert store.head().length == 1


def test_a_number_follows_the_greatest_whatever_else_stands_under_its_prefix(store) -> None:
    """Ten thousand comes after 9999, and neither another series nor a mark of an epoch is a number."""
    given = ("9999", "10000", "R1KXMW-0044", "12a", "", "9" * 30)
    store.keep(
        *(Referral(reference=f"OR-2009-{one}") for one in given), Referral(reference="OR-2010-77777"), act="prepare", **AWA
    )

    with store.acting("prepare", **AWA) as act:
        found = [act.next_number(Referral, prefix) for prefix in ("OR-2009-", "OR-2010-", "OR-2011-", "OR-2009-R1KXMW-")]

    assert found == ["OR-2009-10001", "OR-2010-77778", "OR-2011-0001", "OR-2009-R1KXMW-0045"]


def test_many_records_are_kept_at_once(store) -> None:
    """Of many, the journal says how many."""
    many = [referral(n, identity=Identity(family_name="Diarra", birth=PartialDate(year=1985))) for n in range(1, 301)]

    store.keep(*many, act="prepare", **AWA)

    assert store.find(Referral, identity__birth=PartialDate(year=1985)) == many
