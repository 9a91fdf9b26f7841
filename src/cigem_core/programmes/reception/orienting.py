"""Referrals of the people the centre has a file on, from their preparation to their end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from cigem_core.exchange import following
from cigem_core.exchange.following import ByHand
from cigem_core.exchange.referrals import Need, refer
from cigem_core.model.axes import Axis
from cigem_core.model.identity import Identity
from cigem_core.model.projects import IndividualProject, Service
from cigem_core.model.referrals import FollowedReferral, Referral, ReferralState, RefusalCode, ToldBy
from cigem_core.model.values import Occupation
from cigem_core.policy import axis_named
from cigem_core.programmes.reception import projecting
from cigem_core.programmes.reception.base import Desk
from cigem_core.programmes.reception.naming import names_of_referrals
from cigem_core.programmes.reception.people import People


@frozen(kw_only=True)
class ReferralLine:
    """A referral as a list shows it."""

    number: str
    name: str
    to: str | None
    state: ReferralState
    referred_on: date | None
    sent_on: date | None
    due_on: date | None
    days_waiting: int | None
    """Since it left, where an answer is waited for; since it was prepared, where it has not left."""
    reason: str | None
    answer: str | None
    follows: str | None


class ReferralDesk(Desk):
    """Whom the centre sends where, and what became of it."""

    def refer(
        self,
        migrant: str,
        *,
        to: str,
        on: date,
        by: str,
        need: Occupation | None = None,
        service: str | None = None,
        session: str | None = None,
        because: str | None = None,
        bring: str | None = None,
        axis: Axis | str | None = None,
        again: bool = False,
        follows: str | None = None,
    ) -> Referral:
        """Prepare a referral of someone who has a file; it leaves with the next push to the agency.

        The trade is that of the open project unless said, what to bring that of the service. Raises OperatorError where
        the person was referred there for the same need before, unless it is meant (`again`).
        """
        people = People(self.store, self.plugins)
        people.check_main(migrant)
        asked = self.one(Service, service) if service else None
        project = projecting.open_project(self.store.find(IndividualProject, migrant=migrant))
        occupation = need or (asked.occupation if asked else None) or (project.occupation if project else None)
        said = Need(
            who=people.speaks(migrant), occupation=occupation, session=session, because=because, service=service,
            bring=bring or (asked.bring if asked else None), again=again, follows=follows,
        )  # fmt: skip
        return refer(self.store, self.plugins, said, to=to, axis=axis_named(self.store.conventions(), axis), on=on, by=by)

    def withdraw(self, number: str, *, because: str, on: date, by: str) -> Referral:
        """Take back a referral that was not sent yet."""
        return following.withdraw(self.store, number, because=because, on=on, by=by)

    def answer(
        self,
        number: str,
        act: str,
        *,
        on: date,
        by: str,
        said_by: str | None,
        told_by: ToldBy | None,
        code: RefusalCode | None = None,
        words: str | None = None,
        result: str | None = None,
    ) -> FollowedReferral:
        """Write down what an agency answered that no file brought: receive, accept, refuse, begin or finish."""
        said = ByHand(act=act, said_by=said_by, told_by=told_by, code=code, words=words, result=result)
        return following.answer(self.store, number, said, on=on, by=by)

    def reorient(
        self,
        number: str,
        *,
        to: str,
        on: date,
        by: str,
        because: str | None = None,
        need: Occupation | None = None,
        service: str | None = None,
        session: str | None = None,
        axis: Axis | str | None = None,
        again: bool = False,
    ) -> Referral:
        """Refer the same person to another agency in place of a referral that left; the chain is kept."""
        with self.store.reading() as connection:
            old = following.stands(connection, number, on=on).referral
        said = Need(
            who=old.subject or old.identity or Identity(), occupation=need or old.occupation, residence=old.residence,
            session=session, because=because or old.reason, service=service, bring=None, again=again, follows=number,
        )  # fmt: skip
        return refer(self.store, self.plugins, said, to=to, axis=axis_named(self.store.conventions(), axis), on=on, by=by)

    def referral(self, number: str, *, on: date | None = None) -> FollowedReferral:
        """Where one referral stands."""
        with self.store.reading() as connection:
            return following.stands(connection, number, on=on)

    def chain(self, number: str) -> list[Referral]:
        """A referral with those it takes the place of, and those that took its: the first one first."""
        held = {one.reference: one for one in self.store.find(Referral)}
        self.referral(number)
        first = held[number]
        while first.follows in held:
            first = held[str(first.follows)]
        found, waiting = [], [first]
        while waiting:
            found.append(waiting.pop(0))
            waiting += [one for one in held.values() if one.follows == found[-1].reference]
        return found

    def referrals(self, *, on: date, to: str | None = None, migrant: str | None = None) -> list[ReferralLine]:
        """Referrals with names, reasons and days waiting, by their numbers."""
        return self.lines(self.followed(on=on, to=to, migrant=migrant), on=on)

    def outstanding(self, *, on: date, to: str | None = None) -> list[ReferralLine]:
        """Those an answer is waited for, nearest their delay first."""
        return self.lines(following.waiting_for(self.followed(on=on, to=to)), on=on)

    def followed(self, *, on: date, to: str | None = None, migrant: str | None = None) -> list[FollowedReferral]:
        """Referrals as they were kept, each with where it stands on a day, by their numbers."""
        if migrant is None:
            return list(following.followed(self.store, to=to, on=on))
        refs = People(self.store, self.plugins).refs(migrant)
        where = {"subject__key": [ref.key for ref in refs], **({"to": to} if to else {})}
        with self.store.reading() as connection:
            return [one for one in following.standing(connection, where, on=on) if one.referral.subject in refs]

    def lines(self, held: Sequence[FollowedReferral], *, on: date) -> list[ReferralLine]:
        """Those referrals as a list shows them on a day, in their order."""
        with self.store.reading() as connection:
            names = names_of_referrals(connection, [one.referral for one in held])
        return [line(one, names.get(one.referral.reference, ""), on) for one in held]


def line(one: FollowedReferral, name: str, on: date) -> ReferralLine:
    """A referral as a list shows it on a day."""
    referral = one.referral
    since = one.sent_on if one.state in _WAITS else referral.referred_on if one.state is ReferralState.WAITING else None
    said = one.answer
    words = [said.refusal_code.fr if said.refusal_code else None, said.refusal, said.result] if said else []
    return ReferralLine(
        number=referral.reference, name=name, to=referral.to, state=one.state, referred_on=referral.referred_on,
        sent_on=one.sent_on, due_on=one.due_on, days_waiting=(on - since).days if since else None,
        reason=referral.reason, answer=" · ".join(word for word in words if word) or None, follows=referral.follows,
    )  # fmt: skip


_WAITS = frozenset({ReferralState.SENT, ReferralState.RECEIVED, ReferralState.EXPIRED})
