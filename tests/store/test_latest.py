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


MOMENTS = [
    ("2009-10-01T08:00:00Z", "2009-10-01T08:00:01Z"),
    ("2009-10-01T08:00:00Z", "2009-10-01T08:00:00.500000Z"),
    ("2009-10-01T08:00:00.5Z", "2009-10-01T08:00:00.51Z"),
    ("2009-10-01T08:00:00.999999Z", "2009-10-01T08:00:01Z"),
    ("2009-10-01T08:00:09.9Z", "2009-10-01T08:00:10Z"),
    ("2009-09-30T23:59:59Z", "2009-10-01T00:00:00Z"),
]


def test_the_later_moment_counts_in_whichever_order_they_come(store):
    """In two exchanges, or in one."""
    for number, (earlier, later) in enumerate(MOMENTS):
        old, new = ({**person(moment, moment), "reference": f"{number}"} for moment in (earlier, later))
        keep(store, pages(new))
        (counts,) = keep(store, pages(old))
        assert counts.unchanged == 1, earlier
        for name, rows in (("a", (old, new)), ("b", (new, old))):
            keep(store, pages(*({**row, "reference": f"{number}{name}"} for row in rows)))
    assert said(store) == [later for _, later in MOMENTS for _ in range(3)]


def test_of_the_same_moment_the_last_to_come_counts(store):
    keep(store, pages(person("2009-10-01T08:00:00Z", "job")))

    for number, same in enumerate(("2009-10-01T08:00:00Z", "2009-10-01T08:00:00.0Z", "2009-10-01T08:00:00.000000Z")):
        (counts,) = keep(store, pages(person(same, str(number))))
        assert (counts.changed, said(store)) == (1, [str(number)])


def test_without_a_moment_a_record_is_taken_as_it_comes(store):
    """A mask that hides the moment, a record that has none."""
    keep(store, pages(person("2009-10-01T08:00:00Z", "job")))
    keep(store, pages(person(None, "project"), fields=("reference", "scheme")))
    assert said(store) == ["project"]

    keep(store, pages(person("2009-09-01T08:00:00Z", "internship")))
    assert said(store) == ["project"]


def test_a_record_repeated_by_several_pages_is_the_latest_of_them(store):
    moments = [f"2009-10-01T{hour:02}:00:00Z" for hour in (8, 9, 10)]
    for number, order in enumerate(permutations(moments)):
        rows = [{**person(moment, moment), "reference": f"{number}"} for moment in order]

        (counts,) = keep(store, pages(*rows, blocks=2))
        (again,) = keep(store, pages(*reversed(rows), blocks=3))

        assert (counts.read, again.new, again.changed) == (3, 0, 0)
    assert said(store) == [moments[-1]] * 6


def test_an_older_record_closes_only_the_entry_it_names(store):
    """What waits under its key may be newer than it."""
    keep(store, pages(person("2009-10-01T10:00:00Z")))
    keep(store, File(kind=YoungPerson, wrong=[{"key": "J1"}, {"key": "J1", "other": 1}], latest="modified_at"))

    keep(store, pages(person("2009-10-01T08:00:00Z", "project")))
    assert [e.id for e in store.entries()] == [1, 2]
    keep(store, pages(person("2009-10-01T08:00:00Z", "internship", **{"#entry": 2})))

    assert [e.id for e in store.entries()] == [1]
    assert said(store) == ["job"]
