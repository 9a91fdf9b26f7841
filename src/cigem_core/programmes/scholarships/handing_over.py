"""What is handed over of the payments of a kept round: an order per payer, and a student's own statement."""

from __future__ import annotations

from datetime import date

from cigem_core.errors import UnknownName, nearest
from cigem_core.model.scholarships import ApplicationState
from cigem_core.programmes.scholarships.kept import KeptRounds
from cigem_core.programmes.scholarships.orders import InstalmentDue, orders, statement
from cigem_core.programmes.scholarships.refusals import not_kept
from cigem_core.programmes.scholarships.standing import standings

_STOPPED = (ApplicationState.SUSPENDED, ApplicationState.ENDED)


def orders_of(kept: KeptRounds, reference: str, *, on: date) -> dict[str, list[InstalmentDue]]:
    """Payer → what it has to pay by a day.

    Nothing is ordered for an award that still waits for an answer where the call sets a term for it; of a scholarship
    that is suspended or has ended, only what fell due until that day.
    """
    call, states, steps = kept.call(reference), standings(kept, reference), kept.steps(reference)
    unanswered = {ApplicationState.AWARDED} if call.answer_days is not None else set()
    awards = {number: seat for number, seat in kept.awards(reference).items() if states[number] not in unanswered}
    until = {number: steps[number][-1].on_day for number in awards if states[number] in _STOPPED}
    listed = orders(call, awards, kept.payments(reference), on)
    return {
        payer: [line for line in lines if line.due_on <= until.get(line.application, line.due_on)]
        for payer, lines in listed.items()
    }


def statement_of(kept: KeptRounds, reference: str, application: str, *, on: date) -> list[InstalmentDue]:
    """Every instalment of one award with what was paid of it by a day; UnknownName where it is no award's number."""
    awards = kept.awards(reference)
    if application not in awards:
        raise UnknownName(not_kept(application, nearest(application, awards)))
    return statement(kept.call(reference), awards, kept.payments(reference), application, on)
