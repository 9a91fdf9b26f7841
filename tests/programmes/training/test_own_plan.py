"""A plan of the centre's own: written in a file, carried like the fund's, its mistakes named."""

from __future__ import annotations

import copy as copies
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cigem_core import Identity, Workspace
from cigem_core.errors import OperatorError
from cigem_core.model.projects import Goal
from cigem_core.model.training import Enrolment, EnrolmentStatus
from cigem_core.model.values import Amount, Occupation
from cigem_core.programmes.training.own_plan import own_plan_of

ON = date(2009, 10, 2)
ACT = {"on": ON, "by": "awa"}
WRITTEN = Path(__file__).parents[3] / "plugins/cigem-mali/samples/training/plan-du-centre.toml"
DOCUMENT = tomllib.loads(WRITTEN.read_text("utf-8"), parse_float=Decimal)


def test_a_plan_is_read_as_it_is_written():
    plan = own_plan_of(DOCUMENT, "plan.toml")

    assert str(plan.ref) == "centre:training_plan:PC-2009-01"
    assert [(one.reference, one.module, one.places) for one in plan.sessions] == [("C1", "SOUD", 2), ("C2", "SOUD", 1)]
    assert plan.budget[0].amount == Amount(450_000, "XOF")
    assert {one.funder: one.percent for one in plan.funders} == {"cigem": Decimal(60), "commune": Decimal("40")}


@pytest.mark.parametrize(
    ("part", "at", "word", "value", "said"),
    [
        ("session", 0, "places", 0, "[[session]] 1 (C1): places= is 1 or more"),
        ("session", 0, "places", "2", "[[session]] 1 (C1): places= is a whole number"),
        ("session", 1, "ends_on", date(2009, 1, 1), "[[session]] 2 (C2): ends_on= is before begins_on="),
        ("session", 1, "begins_on", "2009-11-02", "begins_on= is a bare day, like 2009-11-02"),
        ("session", 1, "module", "SOUDE", "[[session]] 2 (C2): there is no such module; the nearest is 'SOUD'"),
        ("session", 1, "reference", "C1", "two [[session]] are called 'C1'"),
        ("session", 0, "place", 2, "there is no 'place' here; the nearest is 'places'"),
        ("module", 0, "occupation", "9999", "occupation= is a code of ISCO-08 with four digits"),
        ("budget", 0, "currency", "francs", "currency= is a code of ISO 4217, like EUR"),
        ("budget", 0, "quantity", Decimal("0.3333"), "quantity × unit_cost must make a whole amount"),
        ("budget", 0, "heading", "", "[[budget]] 1: 'heading' is missing"),
        ("funder", 0, "percent", 61, "the funders' shares make 101 %, not 100 %"),
        ("funder", 0, "percent", 0, "[[funder]] 1 (cigem): percent= is more than 0"),
    ],
)
def test_each_mistake_is_named(part, at, word, value, said):
    wrong = copies.deepcopy(DOCUMENT)
    wrong[part][at][word] = value

    with pytest.raises(OperatorError) as refused:
        own_plan_of(wrong, "plan.toml")

    assert said in refused.value.text.en
    assert refused.value.text.fr != refused.value.text.en


@pytest.mark.parametrize("document", [{}, {"reference": 7}, {"reference": "P", "session": {}}, {"refrence": "P"}])
def test_what_is_no_plan_at_all_is_told_too(document):
    with pytest.raises(OperatorError, match=r"plan\.toml: "):
        own_plan_of(document, "plan.toml")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "centre.sqlite"
    with Workspace.create(path, **ACT) as opened:
        for name in ("Diarra", "Keita", "Traoré", "Sow"):
            migrant = opened.people.open(identity=Identity(family_name=name), **ACT)
            opened.reception.open_project(migrant.reference, goal=Goal.TRAINING, occupation=Occupation("7212"), **ACT)
        opened.training.open_plan(WRITTEN, **ACT)
    return path


def test_who_gets_a_seat_is_enrolled_at_once_and_a_freed_seat_is_filled(centre, tmp_path):
    """There is nobody to ask: the row is the centre's, and says at once what the centre decides."""
    plan = centre.training
    asked = plan.enrol(plan.assign(on=ON), **ACT)

    assert [(one.reference, one.session) for one in asked] == [
        ("PC-2009-01-0001", "C1"), ("PC-2009-01-0002", "C1"), ("PC-2009-01-0003", "C2"),
    ]  # fmt: skip
    assert [one.identity.family_name for one in plan.plan().by_session["C2"]] == ["Traoré"]
    assert plan.assign(on=ON).assignment.assigned.is_empty()

    gone = plan.withdraw("PC-2009-01-0001", because="parti", **ACT)
    (new,) = gone.seated
    assert (new.session, new.identity.family_name, gone.untold) == ("C1", "Sow", ())
    rows = {one.reference: (one.session, one.status) for one in centre.store.find(Enrolment)}
    assert rows["PC-2009-01-0001"] == ("C1", EnrolmentStatus.ABANDONED)
    assert rows[new.reference] == ("C1", EnrolmentStatus.ENROLLED)

    plan.cancel("C2", because="pas de salle", **ACT)
    assert {one.session: len(one.enrolled) for one in plan.results()} == {"C1": 2, "C2": 0}
    assert [one.enrolment.reference for one in plan.roster().waiting] == ["PC-2009-01-0003"]


def test_an_amended_plan_keeps_its_people(centre, tmp_path):
    centre.training.enrol(centre.training.assign(on=ON), **ACT)
    fewer = tmp_path / "plan.toml"
    fewer.write_text(WRITTEN.read_text("utf-8").replace("places = 2", "places = 1"), "utf-8")

    with pytest.raises(OperatorError, match="the session C1 has 2 people: 1 places are not enough"):
        centre.training.open_plan(fewer, **ACT)
    fewer.write_text(WRITTEN.read_text("utf-8").replace("places = 2", "places = 3").replace('"commune"', '"mairie"'), "utf-8")
    centre.training.open_plan(fewer, **ACT)

    assert [one.session for one in centre.training.fill(**ACT)] == ["C1"]
    terms = Path(WRITTEN).with_name("instalments.toml")
    assert {one.funder for one in centre.training.money(terms, on=ON)} == {"cigem", "mairie"}
