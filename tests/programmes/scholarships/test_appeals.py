"""Appeals list who would move before anyone decides; states lead from the draft to the graduate's work."""

from __future__ import annotations

import pytest
from programmes.scholarships.samples import applications, call, truth

from cigem_core.errors import OperatorError
from cigem_core.model.scholarships import ApplicationState
from cigem_core.programmes.scholarships.appeals import appeal_reading, appeal_screening, moves_between
from cigem_core.programmes.scholarships.states import APPLICATION
from cigem_core.scholarships import Round

NAME = "cinq-pays-2026"


@pytest.fixture(scope="module")
def drawn():
    held = Round(call=call(NAME), applications=applications(NAME))
    return held, held.draw(truth(NAME)["draws"][0]["seed"], leave_undecided=True)


def test_an_appeal_lists_everyone_who_would_move(drawn):
    """And the round as it stands is not touched."""
    held, before = drawn
    number = before.placed[0].application
    appeal = appeal_reading(held, before, number, "bac_mean", "9.99")

    assert {move.application: move.after for move in appeal.moves}[number] is None
    assert len(appeal.moves) > 1
    assert appeal.after.standing == "ineligible"
    assert appeal.moves == moves_between(before, appeal.granted.draw(before.seed, leave_undecided=True))
    assert held.draw(before.seed, leave_undecided=True).as_dict() == before.as_dict()


def test_a_decision_appealed_lets_only_others_move_where_a_seat_changes_hands(drawn):
    """Of those who move, the one who appeals aside, each one's seat was touched by the newcomer's."""
    held, before = drawn
    number = truth(NAME)["screen"]["to_review"][0]["application"]
    appeal = appeal_screening(held, before, number, eligible=True, because="acte vu")

    assert appeal.before.standing == "to-review"
    assert appeal.after.standing == "eligible"
    if appeal.after.seat is None:
        assert appeal.moves == ()


def test_states_lead_from_the_draft_to_work():
    """And what is not possible is refused with what is."""
    road = ["deposit", "hold", "admit", "wait", "award", "accept", "renew", "renew", "graduate", "insert"]

    assert APPLICATION.fold(road) is ApplicationState.INSERTED
    with pytest.raises(OperatorError, match="possible: accept the scholarship"):
        APPLICATION.after(ApplicationState.AWARDED, "graduate")


def test_every_state_can_be_reached_and_left_or_is_an_end():
    """No state stands alone."""
    reached = {APPLICATION.start} | {to for moves in APPLICATION.moves.values() for to in moves.values()}

    assert reached == set(ApplicationState)
    assert {state for state in ApplicationState if APPLICATION.is_end(state)} == {
        ApplicationState.WITHDRAWN, ApplicationState.LAPSED, ApplicationState.ENDED, ApplicationState.INSERTED,
    }  # fmt: skip
