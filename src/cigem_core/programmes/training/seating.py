"""Seats given, moved and freed in a workspace: decided in one act, and asked of the fund through the door that exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import cast

from attrs import evolve, frozen

from cigem_core.errors import OperatorError
from cigem_core.exchange.referrals import Need, refer
from cigem_core.model.conventions import Axis
from cigem_core.model.fields import CENTRE
from cigem_core.model.migrants import Migrant
from cigem_core.model.participation import ParticipationState, SessionCancellation
from cigem_core.model.referrals import Referral
from cigem_core.model.training import Enrolment, EnrolmentStatus
from cigem_core.plugins import Plugins
from cigem_core.programmes.training.assignment import Assignment
from cigem_core.programmes.training.candidates import Waiting, asking
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.programmes.training.roster import Roster, read_roster, roster_within
from cigem_core.programmes.training.seat_moves import SeatMoves
from cigem_core.store import Store
from cigem_core.store.acts import Act
from cigem_core.text import Text

Asked = Referral | Enrolment
"""What asks for a seat: a referral to the fund, or of the centre's own plan the enrolment itself."""


@frozen(kw_only=True)
class SeatChange:
    """What became of seats by one decision."""

    who: tuple[str, ...]
    """Whose seats were changed."""
    seated: tuple[Asked, ...] = ()
    """Who got the seats that were free by it, from the waiting list."""
    untold: tuple[Text, ...] = ()
    """What the fund's workbook cannot be made to say, and is to be told in a letter."""


def enrol(
    store: Store, plugins: Plugins, plan: CarriedPlan, found: Assignment, *, on: date, by: str
) -> list[Asked]:  # fmt: skip
    """Seat those of an assignment, and put those for whom there was no room on the waiting list, the longest wait first."""
    people = {str(one.ref): one for one in asking(store, read_roster(store, plan), on=on)}
    seats = {candidate: session for candidate, session, _ in found.assigned.iter_rows()}
    if gone := sorted((seats.keys() | set(found.unassigned["candidate"])) - people.keys()):
        raise _changed(gone[0])
    full = [people[candidate] for candidate, reason in found.unassigned.iter_rows() if reason == "full"]
    left = sorted(full, key=lambda one: (one.since is None, one.since, str(one.ref)))
    picked = [(people[candidate], session) for candidate, session in sorted(seats.items())]
    return _seat(store, plugins, plan, picked, left, verb="enrol", on=on, by=by)


def fill(store: Store, plugins: Plugins, plan: CarriedPlan, *, on: date, by: str) -> list[Asked]:
    """Seat those next on the waiting list wherever a seat is free."""
    roster = read_roster(store, plan)
    people = {one.who: one for one in asking(store, roster, on=on)}
    picked = [(people[who], session) for who, session in SeatMoves(roster, on).fill() if who in people]
    return _seat(store, plugins, plan, picked, (), verb="fill-seats", on=on, by=by) if picked else []


def filled(store: Store, plugins: Plugins, plan: CarriedPlan, done: SeatChange, *, on: date, by: str) -> SeatChange:
    """What a decision came to, once the seats it freed were given to those next on the waiting list."""
    seated = tuple(fill(store, plugins, plan, on=on, by=by))
    return evolve(done, seated=seated, untold=tuple(_told(read_roster(store, plan), done.who)))


def _seat(
    store: Store, plugins: Plugins, plan: CarriedPlan, picked: Sequence[tuple[Waiting, str]], left: Sequence[Waiting], *,
    verb: str, on: date, by: str,
) -> list[Asked]:  # fmt: skip
    """Give seats: who was only a project is referred first; then all of it is one act, or nothing."""
    is_own = plan.ref.agency == CENTRE
    if not is_own:
        for one, session in picked:
            if one.ref.kind == "migrant":
                need = Need(who=one.ref, session=session, occupation=one.occupation)
                refer(store, plugins, need, to=str(plan.ref.agency), axis=Axis.TRAINING, on=on, by=by)
    with store.acting(verb, on=on, by=by, plan=str(plan.ref)) as act:
        moves = SeatMoves(roster_within(act, plan), on)
        rows = [_own_row(act, moves, one, session) for one, session in picked] if is_own else []
        for at, (one, session) in enumerate(picked):
            moves.seat(one.who, session, enrolment=rows[at].reference if is_own else None)
        for one in left:
            if moves.standing(one.who).state is not ParticipationState.WAITING:
                moves.wait(one.who, occupation=one.occupation)
        act.keep(*moves.acts)
        return list(rows) or _name_sessions(act, moves.roster, {one.who: session for one, session in picked})


def _own_row(act: Act, moves: SeatMoves, one: Waiting, session: str) -> Enrolment:
    """Someone's row in the centre's own plan: there is nobody to ask."""
    row = moves.standing(one.who).enrolment
    if row is None:
        plan = moves.roster.plan.ref.key or ""
        (who,) = act.find(Migrant, reference=one.ref.key)
        row = Enrolment(
            plan=plan, reference=act.next_number(Enrolment, f"{plan}-"), identity=who.identity, residence=who.residence,
            migration=who.migration, session=session,
        )  # fmt: skip
    (kept,) = act.keep(evolve(row, session=session, status=EnrolmentStatus.ENROLLED))
    return cast(Enrolment, kept)


def _name_sessions(act: Act, roster: Roster, sessions: Mapping[str, str]) -> list[Asked]:
    """The referrals of some people that have not left name their session from now on; those that say so."""
    waiting = [
        evolve(one, session=session)
        for who, session in sorted(sessions.items())
        for one in roster.referred.get(who, ())
        if one.reference not in roster.sent
    ]
    return list(act.keep(*waiting))


def wait(store: Store, plan: CarriedPlan, given: str, *, session: str | None, on: date, by: str) -> SeatChange:
    """Put someone on the waiting list of a plan: for one session, or for any that teaches the trade they ask for."""
    asked_for = asking(store, read_roster(store, plan), on=on)
    people = {name: one for one in asked_for for name in (one.who, str(one.ref), str(one.ref.key))}

    def decide(moves: SeatMoves) -> Sequence[str]:
        asked = people.get(given)
        who = asked.who if asked else moves.roster.named(given).who
        row = moves.standing(who).enrolment
        if asked is None and row is None:
            said = Text(
                fr=f"{given} n'est plus orienté(e) : l'orienter d'abord", en=f"{given} is referred no more; refer them first"
            )
            raise OperatorError(said)
        moves.wait(who, occupation=asked.occupation if asked else moves.trade(row.session if row else ""), session=session)
        return [who]

    return _decide(store, plan, "wait-for-seat", decide, on=on, by=by)


def move(store: Store, plan: CarriedPlan, given: str, *, to: str, because: str, on: date, by: str) -> SeatChange:
    """Move someone to another session of the plan that has room."""

    def decide(moves: SeatMoves) -> Sequence[str]:
        who = moves.roster.named(given).who
        moves.move(who, to, because)
        return [who]

    return _decide(store, plan, "move-seat", decide, on=on, by=by)


def withdraw(store: Store, plan: CarriedPlan, given: str, *, because: str, on: date, by: str) -> SeatChange:
    """Let someone go: their seat is free where the session has not begun; otherwise they abandon it, and count."""

    def decide(moves: SeatMoves) -> Sequence[str]:
        who = moves.roster.named(given).who
        moves.withdraw(who, because)
        return [who]

    return _decide(store, plan, "withdraw-seat", decide, on=on, by=by)


def cancel(store: Store, plan: CarriedPlan, session: str, *, because: str, on: date, by: str) -> SeatChange:
    """Cancel a session: all who sit there wait again, before all others; OperatorError where it has ended, or is cancelled."""
    held = plan.session(session)
    if held.ends_on is not None and held.ends_on < on:
        raise OperatorError(
            Text(
                fr=f"la session {session} est finie : rien ne l'annule", en=f"the session {session} has ended: nothing cancels it"
            )
        )

    def decide(moves: SeatMoves) -> Sequence[str]:
        if session in moves.roster.cancelled:
            raise OperatorError(
                Text(fr=f"la session {session} est déjà annulée", en=f"the session {session} is cancelled already")
            )
        return moves.free(session, because)

    gone = SessionCancellation(plan=str(plan.ref), session=session, cancelled_on=on, because=because)
    return _decide(store, plan, "cancel-session", decide, gone, on=on, by=by)


def _decide(
    store: Store, plan: CarriedPlan, verb: str, decide: Callable[[SeatMoves], Sequence[str]], *also: SessionCancellation,
    on: date, by: str,
) -> SeatChange:  # fmt: skip
    """One decision upon the roster as it stands, kept with what follows for the records that ask for seats."""
    with store.acting(verb, on=on, by=by, plan=str(plan.ref)) as act:
        moves = SeatMoves(roster_within(act, plan), on)
        who = tuple(decide(moves))
        act.keep(*moves.acts, *also)
        roster = roster_within(act, plan)
        _follow(act, roster, who)
        return SeatChange(who=who, untold=tuple(_told(roster, who)))


def _follow(act: Act, roster: Roster, who: Iterable[str]) -> None:
    """What has not left follows: a referral names its session, or is taken back; the centre's own row says it at once."""
    for one in (roster.everyone[each] for each in who):
        if roster.plan.ref.agency == CENTRE and one.enrolment is not None:
            act.keep(_as_it_stands(one.enrolment, one.session, one.state))
            continue
        for referral in roster.referred.get(one.who, ()):
            if referral.reference in roster.sent:
                continue
            if one.state is ParticipationState.WITHDRAWN:
                act.keep(evolve(referral, withdrawn_on=act.on, withdrawn_because=one.acts[-1].because))
            elif referral.session != one.session:
                act.keep(evolve(referral, session=one.session))


def _as_it_stands(row: Enrolment, session: str | None, state: ParticipationState) -> Enrolment:
    gone = state in (ParticipationState.WITHDRAWN, ParticipationState.ABANDONED, ParticipationState.WAITING)
    return evolve(row, session=session or row.session, status=EnrolmentStatus.ABANDONED if gone else row.status)


def _told(roster: Roster, who: Iterable[str]) -> list[Text]:
    """A sentence for each whose row at the fund still says otherwise: its workbook takes new rows alone."""
    fund = roster.plan.ref.agency
    said = [(one.enrolment, one.untold) for one in (roster.everyone[each] for each in who)]
    return [
        Text(fr=f"{row.reference} {what.fr}", en=f"{row.reference} {what.en}")
        for row, what in said
        if row is not None and what is not None and fund != CENTRE
    ]


def _changed(candidate: str) -> OperatorError:
    fr = f"{candidate} n'est plus candidat(e) : refaire l'affectation"
    return OperatorError(Text(fr=fr, en=f"{candidate} is no candidate any more; assign anew"))
