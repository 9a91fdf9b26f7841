"""A plan carried out in a workspace: seats from referrals, sheets kept, certificates, payments, and each refusal's reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cigem_core import Identity, Workspace
from cigem_core.errors import OperatorError, UnknownName
from cigem_core.model.identity import Sex
from cigem_core.model.training import Enrolment
from cigem_core.model.training_acts import Attendance, LaterStanding, TrainingPayment
from cigem_core.model.values import Amount, Occupation
from cigem_core.programmes.training.insertion import to_ask

PLUGINS = Path(__file__).parents[3] / "plugins"
SAMPLE = PLUGINS / "cigem-mali/samples/training"
BOOK = PLUGINS / "cigem-fafpa/samples/fafpa/plan_formation_2009.xlsx"
ON = date(2009, 10, 2)
TERMS = SAMPLE / "instalments.toml"


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A workspace whose plan was pulled."""
    path = tmp_path_factory.mktemp("training") / "centre.sqlite"
    with Workspace.create(path, on=ON, by="awa") as centre:
        centre.pull("fafpa", BOOK, on=ON, by="awa")
    return path


def test_those_referred_get_seats_and_the_seats_leave_by_the_door_there_is(centre, tmp_path):
    """From the referral to the row in the fund's workbook; who sits there already waits no more."""
    awa = Identity(family_name="Diarra", given_names="Awa", sex=Sex.FEMALE)
    first = centre.refer(awa, to="fafpa", need=Occupation("7212"), on=ON, by="awa")
    other = centre.refer(Identity(family_name="Keita"), to="fafpa", need=Occupation("2111"), on=ON, by="awa")

    found = centre.training.assign(on=ON)
    asked = centre.training.enrol(found, on=ON, by="awa")
    sent = centre.push("fafpa", to=tmp_path, into=BOOK, on=ON, by="awa")

    assert [(one.reference, one.session) for one in asked] == [(first.reference, found.assignment.assigned["session"][0])]
    assert found.assignment.unassigned.rows() == [(f"centre:referral:{other.reference}", "no-session")]
    assert "métier 7212" in found.why(f"centre:referral:{first.reference}").fr
    assert sent.sent == 1
    centre.pull("fafpa", tmp_path / BOOK.name, on=ON, by="awa")
    assert centre.training.assign(on=ON).assignment.assigned.is_empty()
    plan = centre.training.plan()
    added = [one for one in plan.enrolments if one.identity and one.identity.family_name == "Diarra" and one.reference > "I00330"]
    assert [one.session for one in added] == [asked[0].session]
    assert centre.training.roster().named(first.reference).enrolment == added[0]


def test_a_sheet_read_again_changes_what_it_says_and_nothing_else(centre):
    sheet = SAMPLE / "presences_S005.csv"
    called = centre.training.roll_call(sheet, on=date(2010, 3, 5), by="awa")
    kept = centre.store.find(Attendance)

    lines = sheet.read_bytes().decode("utf-8-sig").splitlines()
    changed = "\r\n".join([lines[0], lines[1].replace(";A;P;", ";A;;", 1)])
    centre.training.roll_call(changed.encode(), on=date(2010, 3, 6), by="awa", session="S005")

    assert len(kept) == called.marks.height > 100
    again = centre.store.find(Attendance)
    differing = [(a, b) for a, b in zip(kept, again, strict=True) if a != b]
    assert [(a.enrolment, a.day, b.mark) for a, b in differing] == [("I00001", date(2009, 12, 14), None)]


def test_a_certificate_has_a_number_and_one_person_one_of_a_session(centre):
    ended = date(2010, 3, 5)
    (made,) = centre.training.certify("I00001", on=ended, by="awa")

    assert (made.reference, made.session, made.title) == ("AT-2010-0001", "S005", "Chauffeur")
    assert centre.training.certify("I00001", on=ended, by="awa") == []
    centre.training.revoke(made.reference, because="erreur de personne", on=date(2010, 4, 1), by="awa")
    assert centre.training.certificate(made.reference).revoked_on == date(2010, 4, 1)
    with pytest.raises(OperatorError, match="revoked already"):
        centre.training.revoke(made.reference, because="encore", on=date(2010, 4, 2), by="awa")
    (second,) = centre.training.certify("I00001", on=date(2010, 4, 2), by="awa")
    assert second.reference == "AT-2010-0002"


def test_nothing_is_attested_before_the_last_day_nor_of_strangers(centre):
    with pytest.raises(OperatorError, match="has not ended"):
        centre.training.certify("I00001", on=date(2010, 3, 3), by="awa")
    with pytest.raises(UnknownName, match="no enrolment I99999; check the number"):
        centre.training.certify("I99999", on=date(2010, 3, 5), by="awa")


def test_what_is_attested_and_who_works_earns(centre):
    """A certificate of the centre's counts beside the fund's own; work counts at its month alone."""
    before = {line.session: line for line in centre.training.settle(TERMS, on=date(2011, 6, 30))}
    enrolled = [one for one in centre.training.plan().by_session["S005"] if str(one.status) != "certified"]

    centre.training.certify(enrolled[0].reference, on=date(2010, 3, 5), by="awa")
    answers = {enrolled[0].reference: LaterStanding.SELF_EMPLOYED, enrolled[1].reference: LaterStanding.LOST_SIGHT_OF}
    centre.training.follow_up(answers, months=6, on=date(2010, 9, 6), by="awa")

    after = {line.session: line for line in centre.training.settle(TERMS, on=date(2011, 6, 30))}
    of_all, units = len(centre.training.plan().by_session["S005"]), 488_000
    certified = units // 10 * 7 // of_all - units // 10 * 6 // of_all
    assert after["S005"].earned - before["S005"].earned == certified + (units // 5) // of_all
    rate = centre.training.insertion("S005", months=6)
    assert (rate.at_work, rate.known, rate.all) == (1, 1, of_all)
    assert (rate.low, rate.high) == (Decimal("0.0667"), Decimal("1.0000"))


def test_the_funders_shares_make_the_whole_and_their_money_reconciles(centre):
    with pytest.raises(OperatorError, match="the funders' shares make 90 %, not 100 %"):
        centre.training.fund({"fafpa": 60, "cigem": 30}, on=ON, by="awa")
    centre.training.fund({"fafpa": 60, "cigem": 30, "autres": 10}, on=ON, by="awa")
    centre.training.pay("S001", "fafpa", Amount(200_000, "XOF"), on=date(2009, 12, 30), by="awa")

    on = date(2010, 6, 30)
    lines, funders = centre.training.settle(TERMS, on=on), centre.training.money(TERMS, on=on)

    for name in ("committed", "earned", "open", "released"):
        assert sum(getattr(one, name) for one in funders) == sum(getattr(line, name) for line in lines)
    assert all(one.committed == one.earned + one.open + one.released for one in funders)
    fafpa = next(one for one in funders if one.funder == "fafpa")
    assert (fafpa.paid, fafpa.owed) == (200_000, fafpa.earned - 200_000)
    assert [one.reference for one in centre.store.find(TrainingPayment)] == ["PF-2009-0001"]
    with pytest.raises(UnknownName, match="'fafp' does not fund this plan; the nearest is 'fafpa'"):
        centre.training.pay("S001", "fafp", Amount(1, "XOF"), on=on, by="awa")


def test_nobody_is_dropped_who_did_not_answer():
    enrolled, ends = ["a", "b"], date(2010, 1, 4)

    assert to_ask(ends, 6, enrolled, ["a"], date(2010, 6, 27)) == []
    assert to_ask(ends, 6, enrolled, ["a"], date(2010, 6, 28)) == ["b"]
    assert to_ask(ends, 6, enrolled, ["a"], date(2011, 1, 1)) == ["b"]
    assert to_ask(None, 6, enrolled, [], date(2011, 1, 1)) == []


def test_a_plan_is_named_where_there_are_several_or_none(tmp_path):
    with (
        Workspace.create(tmp_path / "empty.sqlite", on=ON, by="awa") as centre,
        pytest.raises(OperatorError, match="no training plan"),
    ):
        centre.training.plan()


def test_a_plan_knows_whose_it_is(centre):
    plan = centre.training.plan("PF-2009-KAY-01")

    assert str(plan.ref) == "fafpa:training_plan:PF-2009-KAY-01"
    assert sum(len(some) for some in plan.by_session.values()) == len(centre.store.find(Enrolment, agency="fafpa"))
    with pytest.raises(UnknownName, match="the nearest is 'PF-2009-KAY-01'"):
        centre.training.plan("PF-2009-KAY-02")


def test_what_the_desk_keeps_is_exported_with_the_rest(centre, tmp_path):
    centre.training.certify("I00001", on=date(2010, 3, 5), by="awa")

    centre.export(tmp_path / "out", on=date(2010, 3, 6), by="awa")

    names = sorted(path.name for path in (tmp_path / "out").rglob("*"))
    assert [name for name in names if "certificate" in name], names
