"""Where the centre's referrals stand, and what may be done with one: taken back, answered by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from attrs import evolve, frozen
from sqlalchemy import ColumnElement, Connection, String, func, inspect, select, type_coerce

from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.exchange.passage import REFERRAL
from cigem_core.model.fields import CENTRE, kind_of
from cigem_core.model.referral_life import DECIDES, moved
from cigem_core.model.referrals import (
    Decision,
    FollowedReferral,
    Referral,
    ReferralAnswer,
    ReferralState,
    RefusalCode,
    ToldBy,
    follow,
    state_of,
)
from cigem_core.model.refs import ref_of
from cigem_core.model.standing import Suspension, running
from cigem_core.store import Store, outbox
from cigem_core.store.objects import in_blocks, objects
from cigem_core.store.outbox import parcels
from cigem_core.store.schema import current
from cigem_core.store.wordings import wordings
from cigem_core.text import Text

ANSWER = kind_of(ReferralAnswer)
_ORDER = {decision: place for place, decision in enumerate(Decision)}


def followed(store: Store, *, to: str | None = None, on: date | None = None) -> Iterator[FollowedReferral]:
    """The centre's referrals, by their numbers, each with where it stands; with `on`, those that expired by that day too."""
    with store.reading() as connection:
        found = list(standing(connection, {"to": to} if to else {}, on=on))
    yield from found


def standing(connection: Connection, where: Mapping[str, Any], *, on: date | None = None) -> Iterator[FollowedReferral]:
    """The same for referrals whose fields have these values."""
    referrals: list[Referral] = list(objects(connection, REFERRAL, agency=CENTRE, where=where))
    only = [one.reference for one in referrals] if where else None
    answers = _answers(connection, only)
    left = outbox.sent_on(connection, REFERRAL, only)
    successors = referrals if only is None else objects(connection, REFERRAL, agency=CENTRE, where={"follows": only})
    replaced = {one.follows for one in successors if one.follows and one.withdrawn_on is None}
    due = _Due(_delays(connection, on), on)
    for one in referrals:
        sent_on = left.get(one.reference)
        yield follow(
            one, answers.get(one.reference, ()), is_sent=sent_on is not None, is_reoriented=one.reference in replaced,
            sent_on=sent_on, due_on=due.of(one.convention, sent_on), on=on,
        )  # fmt: skip


class Whereabouts(NamedTuple):
    """Where one of many referrals stands, without the referral itself."""

    number: str
    state: ReferralState
    referred_on: date | None
    sent_on: date | None
    due_on: date | None
    refusal: str | None


def whereabouts(connection: Connection, *, to: str | None = None, on: date) -> Iterator[Whereabouts]:
    """Where every referral stands on a day, in no order: of a hundred thousand, only what is counted is read."""
    table = current(REFERRAL)
    if not inspect(connection).has_table(table.name):
        return
    shown = table.c.key, table.c.convention, _as_kept(table.c.referred_on), table.c.withdrawn_on.is_not(None)
    query = select(*shown).where(table.c.agency == CENTRE)
    query = query.where(table.c.to == to) if to else query
    replaced = select(table.c.follows).where(
        table.c.agency == CENTRE, table.c.follows.is_not(None), table.c.withdrawn_on.is_(None)
    )
    reoriented = set(connection.execute(replaced).scalars())
    left, words, due = outbox.sent_on(connection, REFERRAL), _last_words(connection), _Due(_delays(connection, on), on)
    days = _Days()
    for number, convention, referred_on, is_withdrawn in in_blocks(connection, query):
        sent_on = left.get(number)
        decision, refusal = words.get(number, (None, None)) if sent_on else (None, None)
        ends = due.of(convention, sent_on)
        state = state_of(
            decision, is_sent=sent_on is not None, is_withdrawn=is_withdrawn, is_reoriented=number in reoriented,
            is_overdue=ends is not None and on > ends,
        )  # fmt: skip
        yield Whereabouts(number, state, days[referred_on], sent_on, ends, refusal)


def _as_kept(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """A day as the database holds it: of a hundred thousand, few differ, and each is understood once."""
    return type_coerce(day, String)


class _Days(dict[Any, date | None]):
    """Days as a database holds them → days."""

    def __missing__(self, kept: Any) -> date | None:
        self[kept] = date.fromisoformat(kept) if isinstance(kept, str) else kept
        return self[kept]


def _last_words(connection: Connection) -> dict[str, tuple[Decision, str | None]]:
    """Referral → what its agency decided last, and the reason of a refusal from the list; by the rule of `follow`."""
    table = current(ANSWER)
    if not inspect(connection).has_table(table.name):
        return {}
    members = {str(member): member for member in Decision}
    words = {(code, refusal): (members[code], refusal) for code in members for refusal in (None, *map(str, RefusalCode))}
    columns = [table.c[name] for name in ("referral", "decision", "refusal_code", "batch")]
    query = select(*columns, _as_kept(table.c.decided_on)).where(table.c.decision.is_not(None))
    repeated = select(table.c.referral).where(table.c.decision.is_not(None)).group_by(table.c.referral)
    several: dict[str, list[Any]] = {one: [] for one in connection.execute(repeated.having(func.count() > 1)).scalars()}
    found = {}
    for row in in_blocks(connection, query):
        referral, code, refusal, _, _ = row
        if referral in several:
            several[referral].append(row)
        else:
            found[referral] = words[code, refusal]
    for referral, rows in several.items():
        last = None
        for _, code, refusal, _, day in sorted(rows, key=lambda row: (row[3], _ORDER[members[row[1]]])):
            if not (last and day and day < last):
                found[referral], last = words[code, refusal], day
    return found


class _Due:
    """The days by which agencies answer, each reckoned once: many referrals leave on one day."""

    def __init__(self, delays: Mapping[str, _Delay], on: date | None) -> None:
        self._delays, self._on = delays, on
        self._ends: dict[tuple[str, date], date] = {}

    def of(self, convention: str | None, sent_on: date | None) -> date | None:
        """The day for what left on a day under a convention; None where it sets no delay."""
        delay = self._delays.get(convention or "")
        if delay is None or sent_on is None:
            return None
        key = str(convention), sent_on
        if key not in self._ends:
            self._ends[key] = delay.ends(sent_on, self._on)
        return self._ends[key]


def stands(connection: Connection, number: str, *, on: date | None = None) -> FollowedReferral:
    """Where one referral stands; UnknownName proposes the nearest number."""
    found = next(standing(connection, {"reference": number}, on=on), None)
    if found is None:
        beside = [one.reference for one in objects(connection, REFERRAL, agency=CENTRE)]
        if not beside:
            raise UnknownName(Text(fr=f"aucune orientation n'est préparée : {number} non plus",
                                   en=f"no referral was prepared: {number} neither"))  # fmt: skip
        near = nearest(number, [key for key in beside if key[-2:] == number[-2:]] or beside[-50:])
        raise UnknownName(
            Text(
                fr=f"aucune orientation n'a le numéro {number} ; {near.fr}", en=f"no referral has the number {number}; {near.en}"
            )
        )
    return found


@frozen
class _Delay:
    """Within how many days the agency of a convention answers, and the days that do not count."""

    days: int
    suspensions: tuple[Suspension, ...]

    def ends(self, sent_on: date, on: date | None) -> date:
        """The day by which it answers; a suspension that nobody ended lasts until the day asked."""
        return running(sent_on + timedelta(days=self.days), sent_on, self.suspensions, until=on or sent_on)


def _delays(connection: Connection, on: date | None) -> dict[str, _Delay]:
    """Convention → the delay within which its agency answers a referral, where an obligation says so."""
    found: dict[str, _Delay] = {}
    for convention in wordings(connection, on=on):
        owed = [
            one.within_days
            for one in convention.obligations
            if one.owes == "answer-referrals" and one.of == convention.agency.code and one.within_days is not None
        ]
        if owed:
            found[convention.reference] = _Delay(min(owed), tuple(convention.standing.suspensions))
    return found


def _answers(connection: Connection, only: Sequence[str] | None) -> dict[str, list[ReferralAnswer]]:
    """The answers to referrals, in the order they came; among those of one exchange, accepted comes before done."""
    where = {} if only is None else {"referral": only}
    came = dict(_batches(connection, only))
    found: dict[str, list[ReferralAnswer]] = {}
    for one in objects(connection, ANSWER, agency=None, where=where):
        found.setdefault(one.referral, []).append(one)
    return {number: sorted(some, key=lambda one: _place(one, came)) for number, some in found.items()}


def _place(one: ReferralAnswer, came: Mapping[tuple[str, str], int]) -> tuple[int, int]:
    ref = ref_of(one)
    batch = came[str(ref.agency), str(ref.key)] if ref else 0
    return batch, _ORDER.get(one.decision, 0) if one.decision else 0


def _batches(connection: Connection, only: Sequence[str] | None) -> Iterator[tuple[tuple[str, str], int]]:
    table = current(ANSWER)
    if inspect(connection).has_table(table.name):
        query = select(table.c.agency, table.c.key, table.c.batch)
        query = query if only is None else query.where(table.c.referral.in_(only))
        for agency, key, batch in connection.execute(query):
            yield (agency, key), batch


def withdraw(store: Store, number: str, *, because: str, on: date, by: str) -> Referral:
    """Take back a referral that was not sent yet; OperatorError where it left, or stands in the outbox."""
    with store.acting("withdraw-referral", on=on, by=by, referral=number) as act:
        one = stands(act.connection, number)
        moved(one, "withdraw")
        for parcel in parcels(act.connection, agency=one.referral.to, states=("waiting", "refused")):
            if number in parcel.references:
                raise OperatorError(
                    Text(
                        fr=f"{number} attend dans l'envoi {parcel.id} ; le reprendre d'abord (cigem outbox withdraw {parcel.id})",
                        en=f"{number} waits in parcel {parcel.id}; take it back first (cigem outbox withdraw {parcel.id})",
                    )
                )
        taken = evolve(one.referral, withdrawn_on=on, withdrawn_because=because)
        act.keep(taken)
    return taken


@frozen(kw_only=True)
class ByHand:
    """An answer that no file brought: what an agency decided, who said it, and how."""

    act: str
    """receive, accept, refuse, begin or finish."""
    said_by: str | None = None
    told_by: ToldBy | None = None
    code: RefusalCode | None = None
    words: str | None = None
    result: str | None = None


def answer(store: Store, number: str, said: ByHand, *, on: date, by: str) -> FollowedReferral:
    """Keep an answer by hand; OperatorError where the move is impossible, or does not say what it must."""
    check_said(said)
    with store.acting("answer-referral", on=on, by=by, referral=number) as act:
        one = stands(act.connection, number, on=on)
        moved(one, said.act)
        if one.sent_on is not None and on < one.sent_on:
            raise OperatorError(
                Text(
                    fr=f"{number} est partie le {one.sent_on:%d/%m/%Y} : la réponse ne peut être d'avant",
                    en=f"{number} left on {one.sent_on}: the answer cannot be from before",
                )
            )
        kept = ReferralAnswer(
            referral=number, decision=DECIDES[said.act], decided_on=on, refusal=said.words, result=said.result,
            refusal_code=said.code, said_by=said.said_by, told_by=said.told_by,
        )  # fmt: skip
        act.facts["decision"] = str(kept.decision)
        act.keep(kept)
        return stands(act.connection, number, on=on)


def check_said(said: ByHand) -> None:
    """OperatorError where an answer by hand leaves out what makes it one."""
    if said.act not in DECIDES:
        near = nearest(said.act, DECIDES)
        raise OperatorError(
            Text(fr=f"« {said.act} » n'est pas une réponse ; {near.fr}", en=f"'{said.act}' is no answer; {near.en}")
        )
    if not said.said_by or said.told_by is None:
        raise OperatorError(
            Text(fr="dire qui a donné la réponse, et comment (téléphone, courrier…)", en="say who gave the answer, and how")
        )
    if said.act == "finish" and not (said.result or "").strip():
        raise OperatorError(
            Text(
                fr="dire le résultat : ce que la personne a obtenu (--result)", en="say the result: what became of it (--result)"
            )
        )
    if (said.act == "refuse") != (said.code is not None):
        listed = ", ".join(RefusalCode)
        raise OperatorError(
            Text(
                fr=f"un refus, et lui seul, a un motif de la liste : {listed}",
                en=f"a refusal, and nothing else, has a reason of the list: {listed}",
            )
        )


def waiting_for(states: Iterable[FollowedReferral]) -> list[FollowedReferral]:
    """Those an answer is waited for, nearest their delay first; those without a delay by the day they left."""
    asked = (ReferralState.SENT, ReferralState.RECEIVED, ReferralState.EXPIRED)
    held = [one for one in states if one.state in asked]
    return sorted(held, key=lambda one: (one.due_on or date.max, one.sent_on or date.max, one.referral.reference))
