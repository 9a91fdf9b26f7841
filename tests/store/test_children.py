"""Records inside records: they live and change with the one they stand in."""

from __future__ import annotations

import pytest
from staged import File, keep

from cigem_core.model.fields import build, kind_of
from cigem_core.model.training import Evaluation, Trainee
from cigem_core.store import Store

TRAINEE, EVALUATION = kind_of(Trainee), kind_of(Evaluation)
WHOLE = ("trainee", "position", "module", "mark")


@pytest.fixture
def store(database):
    made = Store.create(database)
    yield made
    made.close()


def trainees(*rows, fields=WHOLE, **ways):
    return File(kind=Trainee, accepted=rows, children={"evaluation": fields} if fields else {}, **ways)


def trainee(key, *marks, trade="soudure", **said):
    evaluations = [{"module": module, "mark": mark} for module, mark in marks]
    return {"reference": key, "trade": trade, "evaluation": evaluations, **said}


def evaluations(store):
    return [(r["trainee"], r["position"], r["module"], r["mark"]) for r in store.records(EVALUATION)]


def test_children_stand_beside_their_record_and_in_its_version(store):
    """They have no history of their own; only their records are counted."""
    (counts,) = keep(store, trainees(trainee("A", ("Atelier", "17"), ("Gestion", None)), trainee("B")))

    assert (counts.read, counts.new) == (2, 2)
    assert evaluations(store) == [("A", 0, "Atelier", "17"), ("A", 1, "Gestion", None)]
    assert next(build(EVALUATION, r) for r in store.records(EVALUATION)).trainee == "A"
    (said,) = store.versions(TRAINEE, "A", agency="trial")
    assert said["content"]["evaluation"] == [
        {"mark": "17", "module": "Atelier", "position": 0}, {"mark": None, "module": "Gestion", "position": 1},
    ]  # fmt: skip
    (other,) = store.versions(TRAINEE, "B", agency="trial")
    assert other["content"]["evaluation"] == []
    assert store.versions(EVALUATION, '["A","0"]', agency="trial") == []


CHANGES = [
    ([("Atelier", "17")], [("Atelier", "16")]),
    ([("Atelier", "17")], [("Atelier", "17"), ("Gestion", "12")]),
    ([("Atelier", "17"), ("Gestion", "12")], [("Atelier", "17")]),
    ([("Atelier", "17"), ("Gestion", "12")], [("Gestion", "12"), ("Atelier", "17")]),
    ([("Atelier", "17")], []),
    ([], [("Atelier", None)]),
]


def test_a_record_whose_children_alone_changed_is_changed(store):
    """Fewer, more or others: those of today are its children, and those of other records stay."""
    keep(store, trainees(*(trainee(f"{at}", *before) for at, (before, _) in enumerate(CHANGES)), trainee("B", ("Atelier", "9"))))
    for at, (_, after) in enumerate(CHANGES):
        (counts,) = keep(store, trainees(trainee(f"{at}", *after), trainee("B", ("Atelier", "9"))))

        assert (counts.new, counts.changed, counts.unchanged) == (0, 1, 1)
        first, second = store.versions(TRAINEE, f"{at}", agency="trial")
        assert len(second["content"]["evaluation"]) == len(after)
        assert first["digest"] != second["digest"]
    expected = [(f"{at}", place, *one) for at, (_, after) in enumerate(CHANGES) for place, one in enumerate(after)]
    assert evaluations(store) == [*expected, ("B", 0, "Atelier", "9")]


def test_an_unchanged_record_is_left_as_it_is(store):
    keep(store, trainees(trainee("A", ("Atelier", "17"))))
    before = list(store.records(EVALUATION))

    (counts,) = keep(store, trainees(trainee("A", ("Atelier", "17")), trainee("B")))

    assert (counts.new, counts.unchanged) == (1, 1)
    assert list(store.records(EVALUATION)) == before


def test_children_that_are_not_spoken_of_are_no_change(store):
    """A mask that does not take them, or a file without them."""
    keep(store, trainees(trainee("A", ("Atelier", "17"))))

    (counts,) = keep(store, trainees(trainee("A"), fields=None))
    (other,) = keep(store, trainees(trainee("A", trade="couture"), fields=None))

    assert (counts.unchanged, other.changed) == (1, 1)
    assert evaluations(store) == [("A", 0, "Atelier", "17")]


def test_a_field_of_a_child_outside_todays_mask_keeps_its_earlier_value(store):
    keep(store, trainees(trainee("A", ("Atelier", "17"), ("Gestion", "12"))))

    (same,) = keep(store, trainees(trainee("A", ("Atelier", None), ("Gestion", None)), fields=WHOLE[:3]))
    (fewer,) = keep(store, trainees(trainee("A", ("Atelier", None)), fields=WHOLE[:3]))

    assert (same.unchanged, fewer.changed) == (1, 1)
    assert evaluations(store) == [("A", 0, "Atelier", "17")]


def test_children_come_in_their_order_and_those_of_each_version_of_a_record_are_its_own(store):
    """The tenth does not come before the second; where a key stands again, children say of which row they are."""
    many = [("Atelier", str(mark)) for mark in range(12)]
    rows = [{**trainee("A", *many[:3]), "#row": 1}, {**trainee("A", *many), "#row": 2}]

    (counts,) = keep(store, trainees(*rows, repeats=True))

    assert (counts.new, counts.changed) == (1, 1)
    assert [at for _, at, *_ in evaluations(store)] == list(range(12))
    assert [len(v["content"]["evaluation"]) for v in store.versions(TRAINEE, "A", agency="trial")] == [3, 12]


def test_children_of_several_blocks_are_those_of_their_records(store):
    rows = [trainee(f"{number:02}", ("Atelier", str(number))) for number in range(10)]

    keep(store, trainees(*rows, blocks=3))

    assert [(key, mark) for key, _, _, mark in evaluations(store)] == [(f"{n:02}", str(n)) for n in range(10)]
