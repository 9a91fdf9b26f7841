"""What the centre decides of a seat, as acts to keep: who waits, who is seated, moved, freed, who withdraws. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import date

from attrs import define, field

from cigem_core.errors import OperatorError
from cigem_core.model.participation import PARTICIPATION, CentresMove, ParticipationAct, ParticipationState
from cigem_core.model.training import TrainingSession
from cigem_core.model.values import Occupation
from cigem_core.programmes.training.fit import minor_group
from cigem_core.programmes.training.participation import SEATED, Participation
from cigem_core.programmes.training.roster import Roster
from cigem_core.text import Text


@define
class SeatMoves:
    """Decisions upon a roster on one day, each checked against those before it; `acts` are what is to be kept."""

    roster: Roster
    on: date
    acts: list[ParticipationAct] = field(factory=list)
    _now: dict[str, Participation] = field(init=False)
    _taken: Counter[str] = field(init=False)
    _last_rank: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._now = dict(self.roster.everyone)
        self._taken = Counter({session: len(some) for session, some in self.roster.by_session.items()})
        self._last_rank = max((act.rank or 0 for one in self._now.values() for act in one.acts), default=0)

    def standing(self, who: str) -> Participation:
        """Where someone stands after what was decided so far; whoever is not known yet is a candidate."""
        return self._now.get(who) or Participation(who=who, state=ParticipationState.CANDIDATE)

    def room(self, session: str) -> int:
        """How many a session can still seat."""
        if session in self.roster.cancelled:
            return 0
        return max((self.roster.plan.sessions[session].places or 0) - self._taken[session], 0)

    def seat(self, who: str, session: str, *, enrolment: str | None = None) -> None:
        """Give someone a seat, under a number where the plan is the centre's own; OperatorError where there is none to give."""
        self._check_room(session)
        self._decide(who, CentresMove.SEAT, session=session, enrolment=enrolment)

    def wait(self, who: str, *, occupation: Occupation | None, session: str | None = None) -> None:
        """Put someone at the end of the waiting list, for one session or for any that teaches their trade."""
        if session is None and occupation is None:
            said = Text(fr=f"{who} : dire la session attendue, ou le métier", en=f"{who}: say which session, or which trade")
            raise OperatorError(said)
        if session is not None:
            self._check_open(session)
        self._decide(who, CentresMove.WAIT, session=session, occupation=occupation, rank=self._next_rank())

    def move(self, who: str, session: str, because: str) -> str:
        """Move someone to another session; the one they leave."""
        left = self._sits(who, CentresMove.MOVE)
        if left == session:
            raise OperatorError(Text(fr=f"{who} est déjà en {session}", en=f"{who} is in {session} already"))
        self._check_room(session)
        self._decide(who, CentresMove.MOVE, session=session, left=left, because=because)
        return left

    def withdraw(self, who: str, because: str) -> str | None:
        """Let someone go; the session whose seat is free by it. Whoever leaves one that has begun abandons it, and counts."""
        one = self.standing(who)
        left = one.session if one.state in SEATED else None
        held = self.roster.plan.sessions.get(left or "")
        has_begun = held is not None and held.begins_on is not None and held.begins_on <= self.on
        if (has_begun and one.state is not ParticipationState.ASSIGNED) or one.state is ParticipationState.ATTENDING:
            self._decide(who, CentresMove.ABANDON, session=left, because=because)
            return None
        self._decide(who, CentresMove.WITHDRAW, left=left, because=because)
        return left

    def free(self, session: str, because: str) -> list[str]:
        """Free all who sit in a session that is cancelled: they wait again, before all others; who they are."""
        sitting = [one for one in self._now.values() if one.session == session and "free" in PARTICIPATION.possible(one.state)]
        for one in sorted(sitting, key=lambda one: one.who):
            trade = self.trade(session)
            self._decide(one.who, CentresMove.FREE, left=session, occupation=trade, rank=self._next_rank(), because=because)
        return [one.who for one in sitting]

    def fill(self) -> list[tuple[str, str]]:
        """Seat whoever is next on the waiting list wherever a seat is free, the first session to begin first: who, and where."""
        found = []
        offered = [one for one in self.roster.plan.sessions.values() if not self._is_past(one) and self.room(one.reference)]
        waiting = [one for one in self.roster.waiting if self.standing(one.who).state is ParticipationState.WAITING]
        for one in waiting:
            fitting = [session for session in offered if self.room(session.reference) and self._suits(one, session)]
            if fitting:  # whoever waits for any of them goes to the one that begins first
                first = min(fitting, key=lambda session: (session.begins_on or date.max, session.reference))
                self.seat(one.who, first.reference)
                found.append((one.who, first.reference))
        return found

    def _suits(self, one: Participation, session: TrainingSession) -> bool:
        """Whether someone waits for this session: it by name, or any of their trade's minor group."""
        last = one.acts[-1]
        if last.session is not None:
            return last.session == session.reference
        trade = self.trade(session.reference)
        return bool(trade and last.occupation and minor_group(trade.code) == minor_group(last.occupation.code))

    def trade(self, session: str) -> Occupation | None:
        """What a session teaches."""
        module = self.roster.plan.modules.get(self.roster.plan.sessions[session].module)
        return module.occupation if module else None

    def _is_past(self, session: TrainingSession) -> bool:
        return session.reference in self.roster.cancelled or (session.begins_on is not None and session.begins_on < self.on)

    def _check_open(self, session: str) -> None:
        held = self.roster.plan.session(session)
        if self._is_past(held):
            raise OperatorError(
                Text(
                    fr=f"la session {session} est annulée ou a commencé : en choisir une autre",
                    en=f"the session {session} is cancelled or has begun; choose another one",
                )
            )

    def _check_room(self, session: str) -> None:
        self._check_open(session)
        if not self.room(session):
            places = self.roster.plan.sessions[session].places or 0
            raise OperatorError(
                Text(
                    fr=f"la session {session} est complète ({places} places) : en choisir une autre, ou mettre en attente",
                    en=f"the session {session} is full ({places} places); choose another one, or the waiting list",
                )
            )

    def _sits(self, who: str, act: CentresMove) -> str:
        one = self.standing(who)
        PARTICIPATION.after(one.state, act, about=who)
        if one.session is None:
            fr = f"{who} : le classeur du fonds dira sa session ; le recevoir d'abord"
            raise OperatorError(Text(fr=fr, en=f"{who}: the fund's workbook will tell their session; pull it first"))
        return one.session

    def _next_rank(self) -> int:
        self._last_rank += 1
        return self._last_rank

    def _decide(
        self, who: str, act: CentresMove, *, session: str | None = None, left: str | None = None, enrolment: str | None = None,
        occupation: Occupation | None = None, rank: int | None = None, because: str | None = None,
    ) -> None:  # fmt: skip
        one = self.standing(who)
        state = PARTICIPATION.after(one.state, act, about=who)
        kept = ParticipationAct(
            plan=str(self.roster.plan.ref), who=who, position=len(one.acts) + 1, act=act, session=session, left=left,
            enrolment=enrolment, occupation=occupation, rank=rank, happened_on=self.on, because=because,
        )  # fmt: skip
        self.acts.append(kept)
        self._taken[one.session or ""] -= one.state in SEATED
        self._taken[session or ""] += state in SEATED
        acts = (*one.acts, kept)
        self._now[who] = Participation(who=who, state=state, session=session, enrolment=one.enrolment, acts=acts)
