"""What follows an award: answers in their term, awards that lapse, withdrawals, and how a scholarship goes on."""

from __future__ import annotations

from datetime import date

from cigem_core.model.scholarships import ApplicationState, ScholarshipStep, ScholarshipWithdrawal
from cigem_core.programmes.scholarships.appeals import Move, moves_between
from cigem_core.programmes.scholarships.draw import Draw
from cigem_core.programmes.scholarships.kept import KeptRounds, check_there
from cigem_core.programmes.scholarships.refusals import follows_by_itself, term_has_passed
from cigem_core.programmes.scholarships.standing import standing, standings
from cigem_core.programmes.scholarships.states import AFTER_THE_AWARD, APPLICATION


def withdraw(kept: KeptRounds, reference: str, *numbers: str, because: str | None, on: date, by: str) -> Draw | None:
    """Take applications out at their applicants' wish; a draw that was made is made again without them, same seed."""
    held = kept.round(reference)
    check_there(held, *numbers)
    new = [number for number in dict.fromkeys(numbers) if number not in held.withdrawn]
    gone = [ScholarshipWithdrawal(call=reference, application=number, because=because) for number in new]
    return _without(kept, reference, gone, act="withdraw", on=on, by=by)


def _without(kept: KeptRounds, reference: str, gone: list[ScholarshipWithdrawal], *, act: str, on: date, by: str) -> Draw | None:
    last = kept.last(reference)
    if last is None:
        kept.store.keep(*gone, act=act, on=on, by=by, call=reference)
        return None
    held = kept.round(reference).without(*(one.application for one in gone))
    drawn = held.draw(last.seed, leave_undecided=last.undecided_left)
    if gone:
        kept.keep_draw(drawn, last, last.undecided_left, gone, act=act, on=on, by=by)
    return drawn


def unanswered(kept: KeptRounds, reference: str, *, on: date) -> list[str]:
    """The awards that nobody answered by their day, which has passed; by number."""
    states = standings(kept, reference)
    return sorted(
        number
        for number, held in kept.held_seats(reference).items()
        if held.answer_by is not None and held.answer_by < on and states[number] is ApplicationState.AWARDED
    )


def lapse(kept: KeptRounds, reference: str, *, on: date, by: str) -> tuple[list[str], tuple[Move, ...]]:
    """Let the awards lapse that nobody answered in time, and draw again without them: which, and everyone who moves.

    Who gets a seat by it has a term of their own, from that day on.
    """
    passed = unanswered(kept, reference, on=on)
    if not passed:
        return [], ()
    _, before = kept.last_round(reference)
    gone = [ScholarshipWithdrawal(call=reference, application=number, lapsed=True) for number in passed]
    after = _without(kept, reference, gone, act="lapse", on=on, by=by)
    assert after is not None
    return passed, tuple(move for move in moves_between(before, after) if move.application not in passed)


def note(
    kept: KeptRounds, reference: str, application: str, act: str, *, because: str | None, on: date, by: str
) -> ApplicationState:
    """Note what became of a scholarship; the state it leads to."""
    after = APPLICATION.after(standing(kept, reference, application), act, about=application)
    if act not in AFTER_THE_AWARD:
        raise follows_by_itself(act)
    if act == "accept":
        _check_term(kept, reference, application, on)
    if act == "decline":
        withdraw(kept, reference, application, because=because, on=on, by=by)
        return after
    step = next_step(kept, reference, application, act, because=because, on=on)
    kept.store.keep(step, act=act, on=on, by=by, call=reference, application=application)
    return after


def next_step(
    kept: KeptRounds, reference: str, application: str, act: str, *, because: str | None, on: date, after: int = 0
) -> ScholarshipStep:
    """The step that comes after those noted; `after` are those that are being noted in the same act."""
    position = len(kept.steps(reference).get(application, ())) + after + 1
    return ScholarshipStep(call=reference, application=application, position=position, act=act, on_day=on, because=because)


def _check_term(kept: KeptRounds, reference: str, application: str, on: date) -> None:
    term = kept.held_seats(reference)[application].answer_by
    if term is not None and on > term:
        raise term_has_passed(application, term)
