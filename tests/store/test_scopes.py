"""Keys that are unique only inside something, and keys of several parts."""

from __future__ import annotations

import pytest
from staged import File, keep

from cigem_core.model.fields import build, kind_of
from cigem_core.model.training import BudgetLine, TrainingModule, TrainingPlan, TrainingSession
from cigem_core.store import Store
from cigem_core.store.keys import held, repeated
from cigem_core.store.records import find

MODULE, SESSION, LINE = kind_of(TrainingModule), kind_of(TrainingSession), kind_of(BudgetLine)


@pytest.fixture
def store(database):
    made = Store.create(database)
    keep(made, File(kind=TrainingPlan, accepted=[{"reference": "PF-08"}, {"reference": "PF-09"}]))
    yield made
    made.close()


def modules(plan, **titles):
    return File(kind=TrainingModule, accepted=[{"plan": plan, "reference": code, "title": t} for code, t in titles.items()])


def test_two_plans_with_the_same_codes_do_not_touch_each_other(store):
    """What names a module is its plan and its code."""
    keep(store, modules("PF-08", M1="Soudure", M2="Gestion"))

    (counts,) = keep(store, modules("PF-09", M1="Couture", M2="Gestion"))
    (again,) = keep(store, modules("PF-08", M1="Soudure", M2="Comptabilité"))

    assert (counts.new, counts.changed) == (2, 0)
    assert (again.new, again.changed, again.unchanged) == (0, 1, 1)
    assert [(r["plan"], r["key"], r["title"]) for r in store.records(MODULE)] == [
        ("PF-08", "M1", "Soudure"), ("PF-08", "M2", "Comptabilité"), ("PF-09", "M1", "Couture"), ("PF-09", "M2", "Gestion"),
    ]  # fmt: skip
    assert [v["sequence"] for v in store.versions(MODULE, "M2", agency="trial", scope="PF-08")] == [1, 2]
    with store.reading() as connection:
        assert [r["scope"] for r in find(connection, MODULE, "M1")] == ["PF-08", "PF-09"]
        assert [r["title"] for r in find(connection, MODULE, "M1", scope="PF-09")] == ["Couture"]


def test_one_file_may_speak_of_two_plans(store):
    both = [{"plan": plan, "reference": "M1", "title": plan} for plan in ("PF-08", "PF-09")]

    (counts,) = keep(store, File(kind=TrainingModule, accepted=both))
    (again,) = keep(store, File(kind=TrainingModule, accepted=both[::-1]))

    assert (counts.new, again.unchanged) == (2, 2)


def test_an_entry_is_settled_by_the_row_of_its_own_plan(store):
    keep(store, File(kind=TrainingModule, wrong=[{"key": "M1", "scope": "PF-08"}, {"key": "M1", "scope": "PF-09"}]))
    keep(store, File(kind=TrainingModule, wrong=[{"key": "M1", "scope": "", "because": "its plan is not known"}]))

    keep(store, modules("PF-09", M1="Couture"))

    assert [e.state for e in store.entries(state=None)] == ["open", "corrected", "open"]
    (version,) = store.versions(MODULE, "M1", agency="trial")
    assert version["corrects"] == 2


def test_a_reference_stays_inside_its_plan(store):
    """A session refers to a module of its own plan; the plan itself is inside nothing."""
    keep(store, modules("PF-08", M1="Soudure"))
    sessions = [{"plan": plan, "reference": "S1", "module": "M1"} for plan in ("PF-08", "PF-09")]

    keep(store, File(kind=TrainingSession, accepted=sessions))

    assert keep.pending == 1
    assert [(d.kind, d.key, d.field) for d in store.dangling()] == [("training_session", "S1", "module")]
    keep(store, modules("PF-09", M1="Couture"))
    assert store.dangling() == []


def test_keys_are_told_with_their_scopes(store):
    keep(store, modules("PF-08", M1="Soudure"))
    keep(
        store, File(kind=TrainingModule, wrong=[{"key": "M2", "scope": "PF-08"}, {"key": "M3", "is_unique": True, "scope": "P"}])
    )

    kept, waiting = store.keys("trial", MODULE)

    assert kept.to_list() == ["PF-08\x1fM1"]
    assert sorted(waiting) == ["P\x1fM3", "PF-08\x1fM2"]
    with store.reading() as connection:
        assert repeated(connection, "trial", MODULE) == {2: "P\x1fM3"}
        assert sorted(held(connection, "trial", MODULE)) == ["PF-08\x1fM1", "PF-08\x1fM2"]
    assert store.keys("trial", kind_of(TrainingPlan))[0].to_list() == ["PF-08", "PF-09"]


def test_a_key_of_two_parts_names_a_budget_line(store):
    """Module and heading together, within the plan; an entry of that key is settled by them."""
    keep(store, modules("PF-08", M1="Soudure"), modules("PF-09", M1="Soudure"))
    line = {"plan": "PF-08", "module": "M1", "heading": 'Matière "d\'œuvre"', "amount": "5000 XOF"}
    key = '["M1","Matière \\"d\'œuvre\\""]'
    keep(store, File(kind=BudgetLine, wrong=[{"key": key, "scope": plan} for plan in ("PF-08", "PF-09")]))

    (counts,) = keep(store, File(kind=BudgetLine, accepted=[line, {**line, "heading": "Formateur"}, {**line, "heading": None}]))
    (again,) = keep(store, File(kind=BudgetLine, accepted=[{**line, "amount": "6000 XOF"}, {**line, "plan": "PF-09"}]))

    assert counts.new == 3
    assert (again.new, again.changed) == (1, 1)
    assert [e.state for e in store.entries(state=None)] == ["corrected", "corrected"]
    assert {r["key"] for r in store.records(LINE)} == {key, '["M1","Formateur"]', '["M1",null]'}
    amounts = [build(LINE, r).amount.units for r in store.records(LINE) if r["key"] == key]
    assert amounts == [6000, 5000]
    assert store.dangling() == []
