"""Edited records: each edit comes under an id of its own, and is a version of the record it names."""

from __future__ import annotations

from itertools import permutations

import pytest
from scale import many
from sqlalchemy import select
from staged import ON, File, keep

from cigem_core.model.fields import kind_of
from cigem_core.model.training import Evaluation, Trainee
from cigem_core.store import Store
from cigem_core.store.records import find
from cigem_core.store.schema import alias

TRAINEE, EVALUATION = kind_of(Trainee), kind_of(Evaluation)


@pytest.fixture
def store(database):
    made = Store.create(database)
    yield made
    made.close()


def said(own, *replaces, trade="soudure", marks=()):
    """A record under its own id, and the ids it says it replaces or is the same as."""
    return {"reference": own, "#replaces": list(replaces) or None, "trade": trade, "evaluation": [{"mark": m} for m in marks]}


def records(*rows, **ways):
    return File(kind=Trainee, accepted=rows, children={"evaluation": ("trainee", "position", "mark")}, edits=True, **ways)


def wrong(key, *replaces, **more):
    return File(kind=Trainee, wrong=[{"key": key, "#replaces": list(replaces) or None, **more}], edits=True)


def trades(store):
    return {row["key"]: row["trade"] for row in store.records(TRAINEE)}


def verdicts(store, *rows):
    (counts,) = keep(store, records(*rows))
    return counts.new, counts.changed, counts.unchanged


def test_an_edit_is_a_version_of_the_record_it_replaces(store):
    """The key stays the first id; the version says the id it came under."""
    verdicts(store, said("a"), said("b"))

    assert verdicts(store, said("a2", "a", trade="couture"), said("b")) == (0, 1, 1)
    assert trades(store) == {"a": "couture", "b": "soudure"}
    assert [v["content"]["reference"] for v in store.versions(TRAINEE, "a", agency="trial")] == ["a", "a2"]
    assert [r["reference"] for r in store.records(TRAINEE)] == ["a", "b"]
    assert store.versions(TRAINEE, "a2", agency="trial") == store.versions(TRAINEE, "a", agency="trial")


def test_an_edit_that_changes_nothing_is_no_version(store):
    verdicts(store, said("a"))

    assert verdicts(store, said("a2", "a")) == (0, 0, 1)
    assert verdicts(store, said("a3", "a2", trade="couture")) == (0, 1, 0)
    assert trades(store) == {"a": "couture"}


def test_an_edit_of_an_edit_is_a_version_of_the_first(store):
    """The latest id may be named, the first one, or both."""
    for one, *named in (("a", "a2"), ("b", "b2", "b"), ("c", "c")):
        verdicts(store, said(one))
        verdicts(store, said(f"{one}2", one, trade="couture"))

        assert verdicts(store, said(f"{one}3", *named, trade="maçonnerie")) == (0, 1, 0)
    assert trades(store) == dict.fromkeys("abc", "maçonnerie")


def test_what_was_replaced_overwrites_nothing_when_it_comes_again(store):
    verdicts(store, said("a"))
    verdicts(store, said("a2", "a", trade="couture"))
    verdicts(store, said("a3", "a2", trade="maçonnerie"))

    assert verdicts(store, said("a", trade="x"), said("a2", "a", trade="y")) == (0, 0, 2)
    assert trades(store) == {"a": "maçonnerie"}
    assert verdicts(store, said("a3", "a2", trade="mécanique")) == (0, 1, 0)


@pytest.mark.parametrize("blocks", [1, 3])
def test_several_steps_in_one_file_are_versions_in_their_own_order(store, blocks):
    """Whatever the order of the file."""
    for number, order in enumerate(permutations(range(3))):
        steps = chain(f"{number}")

        (counts,) = keep(store, records(*(steps[at] for at in order), blocks=blocks))

        assert (counts.new, counts.changed) == (1, 2)
        versions = store.versions(TRAINEE, f"{number}a", agency="trial")
        assert [v["content"]["reference"] for v in versions] == [f"{number}{one}" for one in ("a", "a2", "a3")]
        assert verdicts(store, *steps) == (0, 0, 3)
    assert trades(store) == {f"{number}a": "maçonnerie" for number in range(6)}
    assert [r["mark"] for r in store.records(EVALUATION)] == ["3", "4"] * 6


def test_several_steps_in_as_many_exchanges_end_in_one_record_that_says_the_latest(store):
    """Whatever the order they come in, and whatever comes again."""
    for number, order in enumerate(permutations(range(3))):
        steps = chain(f"{number}")
        for at in order:
            verdicts(store, steps[at])
        for at in order:
            assert verdicts(store, {**steps[at], "again": True}) == (0, 0, 1)
        with store.reading() as connection:
            for one in ("a", "a2", "a3"):
                assert [r["trade"] for r in find(connection, TRAINEE, f"{number}{one}")] == ["maçonnerie"]
    assert len(trades(store)) == 6
    assert [r["mark"] for r in store.records(EVALUATION)] == ["3", "4"] * 6
    assert store.dangling() == []


def chain(start):
    """A record, an edit of it, and an edit of that."""
    a, a2, a3 = (f"{start}{one}" for one in ("a", "a2", "a3"))
    return [
        said(a, marks=["1"]), said(a2, a, trade="couture", marks=["1", "2"]), said(a3, a2, trade="maçonnerie", marks=["3", "4"]),
    ]  # fmt: skip


def test_an_edit_that_names_the_first_and_another_comes_after_one_that_names_the_first_alone(store):
    """The one between them is not there to say so."""
    (counts,) = keep(store, records(said("a3", "a2", "a", trade="maçonnerie"), said("a1", "a", trade="couture")))

    assert (counts.new, counts.changed) == (1, 1)
    assert trades(store) == {"a1": "maçonnerie"}


def test_an_edit_of_what_nobody_has_seen_is_a_record_and_the_original_comes_too_late(store):
    assert verdicts(store, said("a2", "a", trade="couture")) == (1, 0, 0)

    assert verdicts(store, said("a")) == (0, 0, 1)
    assert trades(store) == {"a2": "couture"}


def test_an_id_that_never_changes_may_name_the_record(store):
    """`_id` stays through all edits, and a first record says its own id as well."""
    verdicts(store, said("a", "41000", "a"), said("b", "41001"))

    assert verdicts(store, said("a2", "41000", trade="couture")) == (0, 1, 0)
    assert verdicts(store, said("a", "41000", "a"), said("a2", "41000", trade="couture")) == (0, 0, 2)
    assert trades(store) == {"a": "couture", "b": "soudure"}


def test_of_two_edits_of_one_record_the_last_to_come_counts(store):
    """And when both come again, in whichever order, nothing turns back."""
    verdicts(store, said("a"))
    assert verdicts(store, said("b", "a", trade="couture"), said("c", "a", trade="maçonnerie")) == (0, 2, 0)

    assert verdicts(store, said("c", "a", trade="maçonnerie"), said("b", "a", trade="couture")) == (0, 0, 2)
    assert verdicts(store, said("d", "a", trade="mécanique")) == (0, 1, 0)
    assert verdicts(store, said("b", "a"), said("c", "a"), said("d", "a", trade="mécanique")) == (0, 0, 3)
    assert trades(store) == {"a": "mécanique"}


def test_edits_in_a_circle_are_one_record(store):
    """Nobody means it; nothing is lost or turns for ever."""
    (counts,) = keep(store, records(said("a", "b"), said("b", "a", trade="couture")))

    assert (counts.new, counts.changed) == (1, 1)
    assert trades(store) == {"a": "couture"}
    assert verdicts(store, said("a", "b"), said("b", "a")) == (0, 0, 2)


def test_two_records_that_turn_out_to_be_one_go_on_as_one(store):
    """The history of both stays."""
    verdicts(store, said("a", marks=["1"]))
    verdicts(store, said("c", trade="couture", marks=["2"]))

    assert verdicts(store, said("d", "a", "c", trade="maçonnerie")) == (0, 1, 0)

    assert trades(store) == {"a": "maçonnerie"}
    assert list(store.records(EVALUATION)) == []
    assert [v["key"] for v in store.versions(TRAINEE, "d", agency="trial")] == ["a", "c", "a"]
    assert store.frame(TRAINEE.name, fields=["trade"], at=ON).equals(store.frame(TRAINEE.name, fields=["trade"]))


def test_children_of_an_edit_stand_in_the_record(store):
    verdicts(store, said("a", marks=["1", "2"]))

    verdicts(store, said('a"2', "a", marks=["1", "3", "4"]))

    assert [(r["trainee"], r["position"], r["mark"]) for r in store.records(EVALUATION)] == [
        ("a", 0, "1"), ("a", 1, "3"), ("a", 2, "4"),
    ]  # fmt: skip
    assert [r["key"] for r in store.records(EVALUATION)] == ['["a","0"]', '["a","1"]', '["a","2"]']


def test_an_edit_of_a_row_in_quarantine_closes_its_entry(store):
    """In the order they came, in one file, or the edit first."""
    keep(store, wrong("a"))
    keep(store, records(said("a2", "a")))
    both = File(kind=Trainee, wrong=[{"key": "b"}], accepted=[said("b2", "b")], edits=True)
    keep(store, both)
    keep(store, records(said("c2", "c")))
    keep(store, wrong("c"))
    keep(store, wrong("e", is_unique=True))
    keep(store, records(said("e2", "e")))

    assert [e.state for e in store.entries(state=None)] == ["corrected", "corrected", "corrected", "open"]
    assert [v["corrects"] for v in store.versions(TRAINEE, "a2", agency="trial")] == [1]


def test_an_edit_in_quarantine_leaves_the_record_as_it_was(store):
    """Its entry stays open until it is mended, or edited in its turn."""
    verdicts(store, said("a"))
    keep(store, wrong("a2", "a"))

    assert verdicts(store, said("a"), said("b")) == (1, 0, 1)
    assert [e.state for e in store.entries()] == ["open"]
    assert verdicts(store, said("a3", "a2", trade="couture")) == (0, 1, 0)
    assert trades(store) == {"a": "couture", "b": "soudure"}
    assert store.entries() == []


def test_an_edit_in_quarantine_is_taken_when_it_is_mended(store):
    """Even where the one it edits came after it, or with it."""
    keep(store, wrong("a3", "a2"))
    mixed = [{"key": "b3", "#replaces": ["b2"]}]
    keep(store, File(kind=Trainee, accepted=[said("a2", "a"), said("b2", "b")], wrong=mixed, edits=True))
    assert [e.key for e in store.entries()] == ["a3", "b3"]

    assert verdicts(store, said("a3", "a2", trade="couture"), said("b3", "b2", trade="couture")) == (0, 2, 0)
    assert trades(store) == {"a2": "couture", "b2": "couture"}
    assert store.entries() == []


def test_a_reference_to_an_id_that_was_replaced_leads_to_the_record(store):
    verdicts(store, said("a"))
    verdicts(store, said("a2", "a"))
    keep(store, wrong("x2", "x"))

    kept, waiting = store.keys("trial", TRAINEE)

    assert sorted(set(kept)) == ["a", "a2"]
    assert waiting.to_list() == ["x2"]


def test_two_agencies_with_the_same_ids_do_not_touch_each_other(store):
    keep(store, records(said("a")), agency="trial")
    keep(store, records(said("a")), agency="other")
    keep(store, records(said("a2", "a", trade="couture")), agency="other")

    assert [(r["agency"], r["trade"]) for r in store.records(TRAINEE)] == [("other", "couture"), ("trial", "soudure")]
    with store.reading() as connection:
        assert [r["agency"] for r in find(connection, TRAINEE, "a2")] == ["other"]
        assert {row.agency for row in connection.execute(select(alias))} == {"other"}


def test_a_long_chain_is_no_trouble(store):
    length = many(50, long=300)
    steps = [said("0"), *(said(str(at), str(at - 1), trade=str(at)) for at in range(1, length))]

    (counts,) = keep(store, records(*reversed(steps)))

    assert (counts.new, counts.changed) == (1, length - 1)
    assert trades(store) == {"0": str(length - 1)}
