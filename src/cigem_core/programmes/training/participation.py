"""Where someone stands in a plan: folded from what the centre decided and what others say of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from cigem_core.model.participation import PARTICIPATION, CentresMove, ParticipationAct, ParticipationState
from cigem_core.model.training import Enrolment, EnrolmentStatus
from cigem_core.text import Text

_S = ParticipationState
ASKS = frozenset({_S.CANDIDATE, _S.WAITING})
"""Who has no seat, and would take one."""
ENROLLED = frozenset({_S.ENROLLED, _S.ATTENDING, _S.ADJOURNED, _S.CERTIFIED, _S.ABANDONED})
"""Who has a number in the plan and a session: of these, results are counted."""
SEATED = ENROLLED | {_S.ASSIGNED}
"""Whose seat is nobody else's."""

Observed = Mapping[tuple[str, str], Sequence[str]]
"""Session and enrolment → what roll calls, certificates and results say of them, as acts in their order."""
_BY_STATUS: Mapping[EnrolmentStatus | None, Sequence[str]] = {
    EnrolmentStatus.PRESENT: ("attend",), EnrolmentStatus.ABANDONED: ("abandon",), EnrolmentStatus.CERTIFIED: ("certify",)
}  # fmt: skip


@frozen(kw_only=True)
class Participation:
    """Someone's part in a plan."""

    who: str
    """The ref of the record they are known by, as it prints."""
    state: ParticipationState
    session: str | None = None
    """Where they sit; of someone who waits, the only session they wait for."""
    enrolment: Enrolment | None = None
    """The fund's row of them."""
    acts: tuple[ParticipationAct, ...] = ()

    @property
    def turn(self) -> tuple[int, int]:
        """The place in the waiting list: whoever lost a seat to a cancelled session goes first, then as the list was kept."""
        last = self.acts[-1]
        return int(last.act is not CentresMove.FREE), last.rank or 0

    @property
    def untold(self) -> Text | None:
        """What the fund's row still says otherwise, and is to be told; None where it agrees."""
        row = self.enrolment
        if row is None:
            return None
        if self.state in (_S.WITHDRAWN, _S.ABANDONED, _S.WAITING):
            return None if row.status is EnrolmentStatus.ABANDONED else self._gone
        if self.session is not None and row.session != self.session:
            return Text(fr=f"passe de {row.session} à {self.session}", en=f"moves from {row.session} to {self.session}")
        return None

    @property
    def _gone(self) -> Text:
        if self.state is _S.ABANDONED:
            return Text(fr="a abandonné", en="has given up")
        if any(act.act is CentresMove.FREE for act in self.acts[-1:]):
            left = self.acts[-1].left
            return Text(fr=f"attend : la session {left} est annulée", en=f"waits: the session {left} is cancelled")
        return Text(fr="s'est désisté(e)", en="has withdrawn")


def participation(
    who: str, acts: Iterable[ParticipationAct] = (), row: Enrolment | None = None, observed: Observed | None = None
) -> Participation:
    """Someone's part: the centre's acts in their order, then what others observed in that session, as far as it is possible.

    The row counts as the fund's own word where it names a session the centre neither sent them to nor took them from.
    """
    own = sorted(acts, key=lambda act: act.position)
    state = PARTICIPATION.start
    for act in own:
        if row is not None and act.act not in PARTICIPATION.possible(state) and "enrol" in PARTICIPATION.possible(state):
            state = PARTICIPATION.after(state, "enrol")  # the fund had enrolled them meanwhile
        state = PARTICIPATION.after(state, act.act)
    session = own[-1].session if own else None
    if row is not None and state in ASKS | {_S.ASSIGNED, _S.ENROLLED} and row.session not in {act.left for act in own}:
        session, state = row.session, _S.ENROLLED
    if row is not None and session is not None and state not in ASKS:
        by_fund = _BY_STATUS.get(row.status, ()) if row.session == session else ()
        for one in ("enrol", *(observed or {}).get((session, row.reference), ()), *by_fund):
            if one in PARTICIPATION.possible(state):
                state = PARTICIPATION.after(state, one)
    return Participation(who=who, state=state, session=session, enrolment=row, acts=tuple(own))


def waiting_list(everyone: Iterable[Participation]) -> list[Participation]:
    """Those who wait, in the order in which a seat is theirs."""
    return sorted((one for one in everyone if one.state is _S.WAITING), key=lambda one: (one.turn, one.who))
