"""Seats in a workspace, from the waiting list to the fund's own rows: what is freed goes to whoever is next, and is told."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from agencies.plans import Plan

from cigem_core import Identity, Workspace
from cigem_core.errors import OperatorError, UnknownName
from cigem_core.formats.source import Source
from cigem_core.model.participation import PARTICIPATION
from cigem_core.model.values import Occupation

ON = date(2009, 10, 2)
ACT = {"on": ON, "by": "awa"}


def enrolled(number: str, session: str, status: str = "Inscrit"):
    return {"N°": number, "Nom": "Diarra", "Prénom": "Awa", "Code session": session, "Statut": status}


def workbook(*people) -> Source:
    """A plan of two sessions of one place each, and one of another trade."""
    sessions = (("S1", "M1", 1, date(2009, 11, 2)), ("S2", "M1", 1, date(2009, 12, 7)), ("S3", "M2", 5, date(2009, 11, 2)))
    trades = (("M1", "7212"), ("M2", "7531"))
    made = Plan(Random(1), "PF-1", {
        "Modules": [{"Code module": module, "Code métier": trade} for module, trade in trades],
        "Sessions": [
            {"Code session": code, "Code module": module, "Places": places, "Date début": first, "Date fin": date(2010, 1, 30)}
            for code, module, places, first in sessions
        ],
        "Inscriptions": list(people), "Budget": [],
    })  # fmt: skip
    return Source(name="plan_formation_2009.xlsx", content=made.workbook())


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    path = tmp_path_factory.mktemp("seats") / "centre.sqlite"
    with Workspace.create(path, **ACT) as centre:
        centre.pull("fafpa", workbook(enrolled("I001", "S1")), **ACT)
        for name in ("Keita", "Traoré", "Sow"):
            centre.refer(Identity(family_name=name, given_names="Awa"), to="fafpa", need=Occupation("7212"), **ACT)
    return path


@pytest.fixture
def centre(centre):
    """One place free in S2, and three who ask for the trade."""
    centre.training.enrol(centre.training.assign(on=ON), **ACT)
    return centre


def standing(centre: Workspace) -> dict[str, tuple[str | None, str]]:
    roster = centre.training.roster()
    return {(one.enrolment.reference if one.enrolment else one.who.rpartition(":")[2]): (one.session, str(one.state))
            for one in roster.everyone.values()}  # fmt: skip


def test_who_finds_no_room_waits_in_order_and_gets_the_first_seat_that_is_free(centre):
    roster = centre.training.roster()
    assert [one.who.rpartition(":")[2] for one in roster.waiting] == ["OR-2009-0002", "OR-2009-0003"]

    done = centre.training.withdraw("OR-2009-0001", because="a trouvé un emploi", **ACT)

    assert [(one.reference, one.session) for one in done.seated] == [("OR-2009-0002", "S2")]
    assert standing(centre) == {
        "I001": ("S1", "enrolled"), "OR-2009-0001": (None, "withdrawn"), "OR-2009-0002": ("S2", "assigned"),
        "OR-2009-0003": (None, "waiting"),
    }  # fmt: skip
    assert done.untold == (), "nothing of them has left"
    assert centre.training.assign(on=ON).assignment.unassigned.rows() == [("centre:referral:OR-2009-0003", "full")]


@pytest.mark.long
def test_what_did_not_leave_is_taken_back_and_only_the_seated_leaves(centre, tmp_path):
    centre.training.withdraw("OR-2009-0001", because="parti", **ACT)
    sent = centre.push("fafpa", to=tmp_path, into=workbook(enrolled("I001", "S1")), **ACT)

    left = {one.referral.reference: str(one.state) for one in centre.referrals()}
    assert (sent.sent, left["OR-2009-0001"], left["OR-2009-0002"]) == (1, "withdrawn", "sent")
    assert standing(centre)["OR-2009-0002"] == ("S2", "assigned")
    assert centre.training.assign(on=ON).assignment.assigned.is_empty(), "a seat the fund was sent is not given twice"


def test_a_cancelled_session_frees_its_people_who_go_before_all_others(centre):
    """The fund's row stays as it is: what its workbook cannot say, a letter does, until the fund's own rows agree."""
    centre.training.cancel("S1", because="pas de formateur", **ACT)
    assert standing(centre)["I001"] == (None, "waiting")
    assert next(iter(centre.training.roster().waiting)).who == "fafpa:enrolment:PF-1:I001"
    with pytest.raises(OperatorError, match="cancelled already"):
        centre.training.cancel("S1", because="encore", **ACT)

    done = centre.training.withdraw("OR-2009-0001", because="parti", **ACT)
    assert standing(centre)["I001"] == ("S2", "enrolled")
    (untold,) = centre.training.roster().untold
    assert untold.untold.fr == "passe de S1 à S2"
    assert done.untold == ()
    pytest.importorskip("jinja2")
    letter = centre.training.notices(issuer=["Centre de Kayes"], on=ON, place="Kayes")
    assert "passe de S1 à S2" in letter
    assert "I001" in letter

    centre.pull("fafpa", workbook(enrolled("I001", "S2")), **ACT)
    assert centre.training.roster().untold == []


def test_who_left_and_withdraws_may_stand_in_the_workbook_no_more(centre, tmp_path):
    centre.push("fafpa", to=tmp_path / "one", into=workbook(enrolled("I001", "S1")), **ACT)
    centre.pull("fafpa", tmp_path / "one/plan_formation_2009.xlsx", **ACT)
    assert standing(centre)["I002"] == ("S2", "enrolled")

    done = centre.training.withdraw("I002", because="parti", **ACT)

    assert done.untold[0].en == "I002 has withdrawn"
    assert [one.session for one in done.seated] == ["S2"]
    sent = centre.push("fafpa", to=tmp_path / "two", into=workbook(enrolled("I001", "S1")), **ACT)
    assert sent.sent == 1


def test_who_leaves_a_session_that_has_begun_abandons_it_and_its_people_are_as_many(centre):
    begun = date(2009, 11, 5)
    done = centre.training.withdraw("I001", because="malade", on=begun, by="awa")

    assert standing(centre)["I001"] == ("S1", "abandoned")
    assert done.seated == ()
    assert [len(one.enrolled) for one in centre.training.results() if one.session == "S1"] == [1]


def test_what_is_not_possible_says_what_is(centre):
    with pytest.raises(OperatorError, match=r"the session S2 is full \(1 places\)"):
        centre.training.move("I001", to="S2", because="plus près", **ACT)
    with pytest.raises(OperatorError, match="in the state 'waiting'; possible: seat in a session"):
        centre.training.move("OR-2009-0003", to="S3", because="plus près", **ACT)
    with pytest.raises(UnknownName, match="nobody of the plan has the number I999"):
        centre.training.withdraw("I999", because="parti", **ACT)
    centre.training.move("I001", to="S3", because="change de métier", **ACT)
    assert standing(centre)["I001"] == ("S3", "enrolled")
    assert standing(centre)["OR-2009-0002"] == ("S1", "assigned"), "the seat they left went to the first on the list"


def test_the_table_of_transitions_is_drawn():
    assert "CANDIDATE --> WAITING : mettre sur la liste d'attente" in PARTICIPATION.diagram()


@pytest.mark.long
def test_how_open_the_plan_is_counts_those_for_whom_there_was_no_room(centre, tmp_path):
    """Three referred on 2 October; the fund's workbook shows one of them on the 9th."""
    centre.push("fafpa", to=tmp_path, into=workbook(enrolled("I001", "S1")), **ACT)
    centre.pull("fafpa", tmp_path / "plan_formation_2009.xlsx", on=date(2009, 10, 9), by="awa")

    (whole,) = centre.training.openness()
    (trade,) = centre.training.openness(["agency", "trade"])

    assert (whole.referred, whole.admitted, whole.median_days) == (3, 1, 7)
    assert trade.by == {"agency": "fafpa", "trade": "7"}
