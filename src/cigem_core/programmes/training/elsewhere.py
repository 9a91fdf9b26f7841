"""Who sits in a session of another plan that has not ended: they take no second seat meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cigem_core.model.participation import CentresMove, ParticipationAct
from cigem_core.model.refs import Ref, ref_of
from cigem_core.model.training import Enrolment, TrainingSession
from cigem_core.programmes.training.roster import Roster
from cigem_core.store import Store

_Where = tuple[str, str, str]
"""Agency, plan, session."""


def seated_elsewhere(store: Store, roster: Roster, on: date | None) -> set[str]:
    """The records they are known by, of those who sit elsewhere on a day; without a day, wherever they were given a seat."""
    where = [*_by_acts(store, roster), *_by_rows(store, roster)]
    if not where:
        return set()
    ends = {
        (str(ref.agency), one.plan, one.reference): one.ends_on
        for one in store.find(TrainingSession, agency=None)
        if (ref := ref_of(one)) is not None
    }
    return {who for who, session in where if on is None or (ended := ends.get(session)) is None or ended >= on}


def _by_acts(store: Store, roster: Roster) -> Iterator[tuple[str, _Where]]:
    """Whom the last act gave a seat in another plan."""
    last: dict[tuple[str, str], ParticipationAct] = {}
    for act in sorted(store.find(ParticipationAct), key=lambda act: act.position):
        if act.plan != str(roster.plan.ref):
            last[act.plan, act.who] = act
    for (whose, who), act in last.items():
        if act.act in (CentresMove.SEAT, CentresMove.MOVE):
            plan = Ref.parse(whose)
            yield who, (str(plan.agency), str(plan.key), str(act.session))


def _by_rows(store: Store, roster: Roster) -> Iterator[tuple[str, _Where]]:
    """Whom a referral took to another plan of the same fund."""
    if not roster.away:
        return
    agency = str(roster.plan.ref.agency)
    sessions = {f"{one.plan}/{one.reference}": one.session for one in store.find(Enrolment, agency=agency)}
    for who, number in roster.away:
        yield who, (agency, number.partition("/")[0], sessions.get(number, ""))
