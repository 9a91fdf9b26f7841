"""A round kept in a workspace gives the same as on files, and its steps bind those after them."""

from __future__ import annotations

from datetime import date

import pytest
from programmes.scholarships.samples import FOLDER, as_sets, found, listed, truth

from cigem_core import Workspace
from cigem_core.errors import OperatorError, UnknownName
from cigem_core.scholarships import Call

NAME, REFERENCE = "cinq-pays-2026", "CINQ-PAYS-2026"
KNOWN = truth(NAME)
SEED = KNOWN["payments"]["awards_of"]
WHO = {"on": date(2026, 9, 20), "by": "awa"}


@pytest.fixture
def centre(tmp_path):
    with Workspace.create(tmp_path / "centre.sqlite", bare=True, **WHO) as made:
        made.scholarships.open(FOLDER / NAME / "call.toml", **WHO)
        made.scholarships.intake(REFERENCE, FOLDER / NAME / "dossiers.csv", **WHO)
        yield made


@pytest.fixture
def desk(centre):
    return centre.scholarships


def test_a_kept_round_is_the_round_on_files(desk):
    """The same lists, the same draw, the same balances, and the rows that wait for a correction."""
    held = desk.round(REFERENCE)
    drawn = desk.draw(REFERENCE, SEED, leave_undecided=True, **WHO)
    desk.pay(REFERENCE, FOLDER / NAME / "paiements.csv", **WHO)
    day = KNOWN["payments"]["days"][1]

    assert as_sets(held.screening.as_dict()["eligible"]) == as_sets(KNOWN["screen"]["eligible"])
    assert found(held.applications.intake.as_dict()["faults"]) == listed(KNOWN["quarantined"])
    assert drawn.as_dict()["waiting"] == KNOWN["draws"][0]["waiting"]
    assert as_sets(desk.balances(REFERENCE, on=date.fromisoformat(day["on"])).as_dict()["balances"]) == as_sets(day["balances"])
    assert found(desk.paid_so_far(REFERENCE).as_dict()["faults"]) == listed(KNOWN["payments"]["quarantined"])


def test_a_file_of_payments_that_comes_twice_pays_once(desk):
    """The October file holds September's lines again."""
    desk.draw(REFERENCE, SEED, leave_undecided=True, **WHO)
    desk.pay(REFERENCE, FOLDER / NAME / "paiements.csv", **WHO)
    once = desk.balances(REFERENCE, on=date(2027, 7, 16))
    desk.pay(REFERENCE, FOLDER / NAME / "paiements.csv", **WHO)

    assert desk.balances(REFERENCE, on=date(2027, 7, 16)) == once


def test_a_withdrawal_makes_the_draw_again_with_the_same_seed(desk):
    """Those who stay get no seat they like less, and awards are those of the last draw."""
    known = KNOWN["withdrawal"]
    before = {number: award.seat for number, award in desk.draw(REFERENCE, SEED, leave_undecided=True, **WHO).seats.items()}
    desk.withdraw(REFERENCE, *known["withdrawn"], **WHO)
    after = desk.awards(REFERENCE)

    moved = sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n) and n not in known["withdrawn"])
    assert [{"application": n, "from": before.get(n), "to": after.get(n)} for n in moved] == known["moves"]


def test_an_officer_decides_only_where_the_rules_leave_something_open(desk):
    """And says why; the decision counts from then on."""
    number = KNOWN["screen"]["to_review"][0]["application"]
    desk.decide(REFERENCE, number, eligible=True, because="acte de naissance vu", **WHO)

    assert number in desk.round(REFERENCE).screening.eligible
    with pytest.raises(OperatorError, match="waits for no decision"):
        desk.decide(REFERENCE, KNOWN["screen"]["eligible"][0]["application"], eligible=False, because="non", **WHO)
    with pytest.raises(OperatorError, match="say why"):
        desk.decide(REFERENCE, number, eligible=True, because=" ", **WHO)
    with pytest.raises(UnknownName, match=r"'Z' is not kept here; there are: .*… \([0-9]+ more\)$"):
        desk.decide(REFERENCE, "Z", eligible=True, because="vu", **WHO)


def test_a_published_list_binds_list_seed_and_wording(desk):
    """After the commitment nobody decides, draws with another seed or writes the call anew."""
    assert desk.commit(REFERENCE, **WHO) == KNOWN["commit"]
    desk.draw(REFERENCE, SEED, leave_undecided=True, **WHO)

    with pytest.raises(OperatorError, match="published"):
        desk.draw(REFERENCE, "another", leave_undecided=True, **WHO)
    with pytest.raises(OperatorError, match="published"):
        desk.decide(REFERENCE, KNOWN["screen"]["to_review"][0]["application"], eligible=True, because="vu", **WHO)
    with pytest.raises(OperatorError, match="changes no more"):
        desk.open(Call.from_toml((FOLDER / NAME / "call.toml").read_text("utf-8") + "\n"), **WHO)


def test_a_call_is_amended_before_it_closes_and_the_journal_says_so(centre):
    """Another wording is another digest."""
    text = (FOLDER / NAME / "call.toml").read_text("utf-8").replace("places = 15", "places = 16")
    centre.scholarships.open(Call.from_toml(text), on=date(2026, 8, 20), by="awa")

    assert centre.scholarships.call(REFERENCE).seats[0].places == 16
    with pytest.raises(OperatorError, match="changes no more"):
        centre.scholarships.open(FOLDER / NAME / "call.toml", **WHO)


def test_nobody_is_paid_before_a_draw_and_unknown_calls_are_named(desk):
    """Each refusal says what to do."""
    with pytest.raises(OperatorError, match="draw first"):
        desk.pay(REFERENCE, FOLDER / NAME / "paiements.csv", **WHO)
    with pytest.raises(UnknownName, match="the nearest is 'CINQ-PAYS-2026'"):
        desk.round("CINQ-PAYS-2062")


def test_what_is_journalled_holds_no_name_and_no_reason(centre):
    """References, counts and digests."""
    number = KNOWN["screen"]["to_review"][0]["application"]
    centre.scholarships.decide(REFERENCE, number, eligible=True, because="acte de naissance vu", **WHO)

    with centre.store.reading() as connection:
        lines = str(connection.exec_driver_sql("select * from journal").fetchall())
    assert number in lines
    assert "acte de naissance" not in lines
    assert centre.verify_journal() is None


def test_what_became_of_a_scholarship_is_noted_step_by_step(desk):
    """From the award to the graduate's work; what is not possible is refused with what is."""
    desk.draw(REFERENCE, SEED, leave_undecided=True, **WHO)
    number, other = sorted(desk.awards(REFERENCE))[:2]
    states = [str(desk.note(REFERENCE, number, act, **WHO)) for act in ("accept", "renew", "graduate", "insert")]

    assert states == ["accepted", "studying", "graduated", "inserted"]
    assert str(desk.state(REFERENCE, number)) == "inserted"
    with pytest.raises(OperatorError, match="is not possible"):
        desk.note(REFERENCE, other, "graduate", **WHO)
    desk.note(REFERENCE, other, "decline", **WHO)
    assert other not in desk.awards(REFERENCE)
    assert str(desk.state(REFERENCE, other)) == "withdrawn"
