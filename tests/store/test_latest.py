"""Records that say when they were last changed: an older one never overwrites a newer one."""

from __future__ import annotations

from itertools import permutations

import pytest
from staged import File, keep

from cigem_core.model.fields import kind_of
from cigem_core.model.youth import YoungPerson
from cigem_core.store import Store

PERSON = kind_of(YoungPerson)


@pytest.fixture
def store(database):
    made = Store.create(database)
    yield made
    made.close()


def person(moment, scheme="job", **more):
    return {"reference": "J1", "modified_at": moment, "scheme": scheme, **more}


def pages(*rows, **ways):
    return File(kind=YoungPerson, accepted=rows, latest="modified_at", **ways)


def said(store):
    return [row["scheme"] for row in store.records(PERSON)]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2009-10-01T08:00:00Z", "2009-10-01T08:00:01Z"),
        ("2009-10-01T08:00:00Z", "2009-10-01T08:00:00.500000Z"),
        ("2009-10-01T08:00:00.5Z", "2009-10-01T08:00:00.51Z"),
        ("2009-10-01T08:00:00.999999Z", "2009-10-01T08:00:01Z"),
        ("2009-10-01T08:00:09.9Z", "2009-10-01T08:00:10Z"),
        ("2009-09-30T23:59:59Z", "2009-10-01T00:00:00Z"),
    ],
)
def test_the_later_moment_counts_in_whichever_order_they_come(store, earlier, later):
    """In two exchanges, or in one."""
    keep(store, pages(person(later, "job")))
    (counts,) = keep(store, pages(person(earlier, "project")))
    assert (counts.unchanged, said(store)) == (1, ["job"])

    keep(store, pages({**person(earlier, "project"), "reference": "J0"}, {**person(later, "job"), "reference": "J0"}))
    assert said(store) == ["job", "job"]
    keep(store, pages({**person(later, "job"), "reference": "J2"}, {**person(earlier, "project"), "reference": "J2"}))
    assert said(store) == ["job", "job", "job"]


@pytest.mark.parametrize("same", ["2009-10-01T08:00:00Z", "2009-10-01T08:00:00.0Z", "2009-10-01T08:00:00.000000Z"])
def test_of_the_same_moment_the_last_to_come_counts(store, same):
    keep(store, pages(person("2009-10-01T08:00:00Z", "job")))

    (counts,) = keep(store, pages(person(same, "project")))

    assert (counts.changed, said(store)) == (1, ["project"])


def test_without_a_moment_a_record_is_taken_as_it_comes(store):
    """A mask that hides the moment, a record that has none."""
    keep(store, pages(person("2009-10-01T08:00:00Z", "job")))
    keep(store, pages(person(None, "project"), fields=("reference", "scheme")))
    assert said(store) == ["project"]

    keep(store, pages(person("2009-09-01T08:00:00Z", "internship")))
    assert said(store) == ["project"]


@pytest.mark.parametrize("order", [*permutations(["2009-10-01T08:00:00Z", "2009-10-01T09:00:00Z", "2009-10-01T10:00:00Z"])])
def test_a_record_repeated_by_several_pages_is_the_latest_of_them(store, order):
    (counts,) = keep(store, pages(*(person(moment, moment) for moment in order), blocks=2))

    assert (counts.read, said(store)) == (3, ["2009-10-01T10:00:00Z"])
    (again,) = keep(store, pages(*(person(moment, moment) for moment in sorted(order, reverse=True)), blocks=3))
    assert (again.new, again.changed) == (0, 0)


def test_an_older_record_closes_only_the_entry_it_names(store):
    """What waits under its key may be newer than it."""
    keep(store, pages(person("2009-10-01T10:00:00Z")))
    keep(store, File(kind=YoungPerson, wrong=[{"key": "J1"}, {"key": "J1", "other": 1}], latest="modified_at"))

    keep(store, pages(person("2009-10-01T08:00:00Z", "project")))
    assert [e.id for e in store.entries()] == [1, 2]
    keep(store, pages(person("2009-10-01T08:00:00Z", "internship", **{"#entry": 2})))

    assert [e.id for e in store.entries()] == [1]
    assert said(store) == ["job"]
