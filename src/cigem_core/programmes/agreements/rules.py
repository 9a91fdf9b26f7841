"""What is owed under a convention and where each obligation stands on a day: facts in, obligations out, nothing read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from attrs import frozen

from cigem_core.model.conventions import Convention
from cigem_core.model.obligations import MONTHS, Obligation
from cigem_core.model.periods import Period
from cigem_core.model.standing import running
from cigem_core.text import Text


@frozen
class SentReferral:
    """A referral left for its agency, under a convention."""

    referral: str
    convention: str
    on: date


@frozen
class GivenAnswer:
    """An agency said of a referral what it does with it: an acknowledgement is none."""

    referral: str
    on: date
    accepts: bool
    """Accepted, or done already."""


@frozen
class HandedOver:
    """Records of a kind crossed between the centre and an agency."""

    giver: str
    agency: str
    kind: str
    on: date


@frozen(kw_only=True)
class Facts:
    """What happened, without a word of whom it happened to."""

    sent: tuple[SentReferral, ...] = ()
    answers: tuple[GivenAnswer, ...] = ()
    handed: tuple[HandedOver, ...] = ()

    def until(self, on: date) -> Facts:
        """What was known on a day."""
        return Facts(
            sent=tuple(one for one in self.sent if one.on <= on),
            answers=tuple(one for one in self.answers if one.on <= on),
            handed=tuple(one for one in self.handed if one.on <= on),
        )


class DueState(StrEnum):
    """Where an obligation stands on a day."""

    MET = "met"
    LATE = "late"
    BREACHED = "breached"
    PENDING = "pending"

    @property
    def label(self) -> Text:
        """In words."""
        fr = {"met": "tenue", "late": "en retard", "breached": "manquée", "pending": "en cours"}[self]
        return Text(fr=fr, en=self.value)


@frozen(kw_only=True)
class Owed:
    """One obligation about one referral or period: when it is due, when it was done, and where that leaves it."""

    convention: str
    article: str
    of: str
    owes: str
    about: str
    due: date
    done_on: date | None
    state: DueState
    count: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """As `--json` gives it."""
        days = {"due": self.due.isoformat(), "done_on": self.done_on and self.done_on.isoformat()}
        named = {name: getattr(self, name) for name in ("convention", "article", "of", "owes", "about")}
        return {**named, **days, "state": str(self.state), "count": self.count}


@frozen
class _Term:
    """What one obligation is about, from when its days run, when they would be over, and when it was done."""

    about: str
    begins: date
    due: date
    done_on: date | None
    count: int | None = None


def owed(wordings: Iterable[Convention], facts: Facts, *, on: date) -> list[Owed]:
    """What is owed on a day under a convention, in the order of its articles.

    `wordings` are those of one reference, standing as they did when that day ended: what was done with them later moves nothing.
    A term belongs to the wording that counts on the day its days begin to run.
    """
    known, held = facts.until(on), sorted(wordings, key=lambda one: one.counts_from)
    found = []
    for at, wording in enumerate(held):
        first = wording.counts_from if at else date.min
        later = held[at + 1].counts_from if at + 1 < len(held) else date.max
        found += [one for begins, one in _under(wording, known, on) if first <= begins < later]
    return found


def due_within(listed: Iterable[Owed], days: int, *, on: date) -> list[Owed]:
    """Those not done yet that fall due from the day asked to so many days later, the next one first."""
    last = on + timedelta(days=days)
    return sorted((one for one in listed if one.done_on is None and on <= one.due <= last), key=lambda one: one.due)


def _under(convention: Convention, facts: Facts, on: date) -> Iterator[tuple[date, Owed]]:
    for obligation in convention.obligations:
        for term in _TERMS[obligation.owes](convention, obligation, facts, on):
            due = running(term.due, term.begins, convention.standing.suspensions, until=on)
            # Days of a seats or meeting period run from the day before it.
            begins = term.begins if obligation.owes == "answer-referrals" else term.begins + timedelta(days=1)
            yield begins, _owed(convention, obligation, term, due, on)


def _owed(convention: Convention, obligation: Obligation, term: _Term, due: date, on: date) -> Owed:
    if term.done_on is not None:
        state = DueState.MET if term.done_on <= due else DueState.LATE
    else:
        state = DueState.BREACHED if on > due else DueState.PENDING
    return Owed(
        convention=convention.reference, article=obligation.article, of=obligation.of, owes=obligation.owes,
        about=term.about, due=due, done_on=term.done_on, state=state, count=term.count,
    )  # fmt: skip


def _answers(convention: Convention, obligation: Obligation, facts: Facts, on: date) -> Iterator[_Term]:  # noqa: ARG001
    """Each referral that left: due so many days later, done on the day of its first answer."""
    first: dict[str, date] = {}
    for answer in facts.answers:
        first[answer.referral] = min(answer.on, first.get(answer.referral, answer.on))
    for sent in sorted(facts.sent, key=lambda one: one.referral):
        if sent.convention == convention.reference:
            due = sent.on + timedelta(days=obligation.within_days or 0)
            yield _Term(sent.referral, sent.on, due, first.get(sent.referral))


def _returns(convention: Convention, obligation: Obligation, facts: Facts, on: date) -> Iterator[_Term]:
    """Each period that ended: due so many days later, done on the first hand-over after it and before the next one ended."""
    handed = sorted(
        one.on
        for one in facts.handed
        if (one.giver, one.agency, one.kind) == (obligation.of, convention.agency.code, obligation.kind)
    )
    for period in _periods(convention, obligation, on):
        if period.last < on:
            done = next((day for day in handed if period.last < day <= period.after().last), None)
            yield _Term(str(period), period.last, period.last + timedelta(days=obligation.within_days or 0), done)


def _seats(convention: Convention, obligation: Obligation, facts: Facts, on: date) -> Iterator[_Term]:
    """Each period that began: so many people accepted in it, by the day of the first answer that does."""
    ours = {one.referral for one in facts.sent if one.convention == convention.reference}
    first: dict[str, date] = {}
    for answer in facts.answers:
        if answer.accepts and answer.referral in ours:
            first[answer.referral] = min(answer.on, first.get(answer.referral, answer.on))
    wanted = obligation.places or 0
    for period in _periods(convention, obligation, on):
        within = sorted(day for day in first.values() if period.first <= day <= period.last)
        done = within[wanted - 1] if len(within) >= wanted else None
        yield _Term(str(period), period.first - timedelta(days=1), period.last, done, len(within))


def _meetings(convention: Convention, obligation: Obligation, facts: Facts, on: date) -> Iterator[_Term]:  # noqa: ARG001
    """Each period that began: one meeting in it."""
    held = sorted(day for day in convention.standing.meetings if day <= on)
    for period in _periods(convention, obligation, on):
        done = next((day for day in held if period.first <= day <= period.last), None)
        yield _Term(str(period), period.first - timedelta(days=1), period.last, done)


_TERMS: dict[str, Callable[[Convention, Obligation, Facts, date], Iterator[_Term]]] = {
    "answer-referrals": _answers,
    "return": _returns,
    "seats": _seats,
    "meeting": _meetings,
}


def _periods(convention: Convention, obligation: Obligation, on: date) -> Iterator[Period]:
    """The periods that lie wholly within the convention's days and have begun."""
    if obligation.every is None:
        return
    period = Period.holding(convention.begins, MONTHS[obligation.every])
    while period.first <= on and (convention.last is None or period.last <= convention.last):
        if period.first >= convention.begins:
            yield period
        period = period.after()
