"""What each funder owes from when on, what is late, and its cash position month by month. Pure, in whole units."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from attrs import field, frozen

from cigem_core.model.training_acts import Funding, TrainingPayment
from cigem_core.programmes.training.instalments import ResultInstalment
from cigem_core.programmes.training.money import split
from cigem_core.programmes.training.settlement import InstalmentLine, SessionResults, by_instalment, shares

WITHIN_DAYS = 30
"""How long after an instalment is settled its payment is not late yet."""
_Session = tuple[str, str]
"""Session and currency."""


@frozen(kw_only=True)
class LatePayment:
    """What a funder should have paid for a session and did not."""

    funder: str
    session: str
    currency: str
    units: int
    since: date
    """The day it became late."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        said = {"funder": self.funder, "session": self.session, "currency": self.currency, "late": self.units}
        return {**said, "since": self.since.isoformat()}


@frozen(kw_only=True)
class CashLine:
    """A month of a funder: what was earned and paid in it, and what is paid and not owed (below 0: owed) at its end."""

    funder: str
    currency: str
    month: str
    earned: int
    paid: int
    position: int

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        return {name: getattr(self, name) for name in ("funder", "currency", "month", "earned", "paid", "position")}


@frozen(kw_only=True, slots=False)
class Ledger:
    """A plan's money as it falls due: each session's instalments that are settled, and what was paid."""

    funders: Sequence[Funding]
    lines: Mapping[_Session, Sequence[InstalmentLine]] = field(repr=False)
    payments: Sequence[TrainingPayment] = field(repr=False)

    @classmethod
    def of(
        cls, budgets: Mapping[tuple[str, str], int], sessions: Sequence[SessionResults],
        instalments: Sequence[ResultInstalment], funders: Sequence[Funding], payments: Iterable[TrainingPayment], on: date,
    ) -> Ledger:  # fmt: skip
        """The ledger of a plan as it stands on a day."""
        committed = shares(budgets, sessions)
        lines = {
            (one.session, currency): by_instalment(one, currency, units, instalments, on)
            for one in sessions
            for (session, currency), units in committed.items()
            if session == one.session
        }
        return cls(funders=funders, lines=lines, payments=sorted(payments, key=lambda one: (one.paid_on, one.reference)))

    def earned_by(self, session: _Session, day: date) -> dict[str, int]:
        """What each funder owes for a session by what was settled until a day; its own shares, so that no unit is lost."""
        settled = (line.earned for line in self.lines[session] if line.day is not None and line.day <= day)
        return split(sum(settled), self.funders)

    def paid_by(self, session: _Session, funder: str, day: date) -> int:
        """What a funder paid for a session until a day."""
        return sum(one.amount.units for one in self._paid.get((*session, funder), ()) if one.paid_on <= day)

    @cached_property
    def _paid(self) -> Mapping[tuple[str, str, str], Sequence[TrainingPayment]]:
        found: dict[tuple[str, str, str], list[TrainingPayment]] = defaultdict(list)
        for one in self.payments:
            found[one.session, one.amount.currency, one.funder].append(one)
        return found

    def late(self, on: date, *, within: int = WITHIN_DAYS) -> list[LatePayment]:
        """What is late on a day: earned longer ago than `within` days, and not paid; the longest late first."""
        found = []
        for session, lines in self.lines.items():
            days = sorted({line.day for line in lines if line.day is not None and line.earned})
            for funder in sorted(one.funder for one in self.funders):
                paid = self.paid_by(session, funder, on)
                # A payment is for what was earned first.
                owed = [(day, self.earned_by(session, day)[funder] - paid) for day in days if day + timedelta(days=within) < on]
                if owed and owed[-1][1] > 0:
                    since = next(day for day, units in owed if units > 0) + timedelta(days=within + 1)
                    code, currency = session
                    found.append(LatePayment(funder=funder, session=code, currency=currency, units=owed[-1][1], since=since))
        return sorted(found, key=lambda one: (one.since, one.funder, one.session, one.currency))

    def months(self, on: date) -> list[CashLine]:
        """The cash position of each funder, month by month, from the first in which anything was earned or paid to a day's."""
        days = [line.day for lines in self.lines.values() for line in lines if line.day is not None and line.earned]
        days = [day for day in (*days, *(one.paid_on for one in self.payments)) if day <= on]
        found, before = [], defaultdict[tuple[str, str], tuple[int, int]](lambda: (0, 0))
        for last in _months_between(min(days), on) if days else ():
            sums = self._sums(min(last, on))
            for (funder, currency), (earned, paid) in sorted(sums.items()):
                was_earned, was_paid = before[funder, currency]
                found.append(
                    CashLine(
                        funder=funder, currency=currency, month=f"{last:%Y-%m}", earned=earned - was_earned,
                        paid=paid - was_paid, position=paid - earned,
                    )
                )  # fmt: skip
            before.update(sums)
        return found

    def _sums(self, day: date) -> dict[tuple[str, str], tuple[int, int]]:
        """What each funder's shares of all that was earned until a day come to, and what it paid."""
        earned: dict[tuple[str, str], int] = defaultdict(int)
        for session in self.lines:
            for funder, units in self.earned_by(session, day).items():
                earned[funder, session[1]] += units
        paid: dict[tuple[str, str], int] = defaultdict(int)
        for one in self.payments:
            if one.paid_on <= day:
                paid[one.funder, one.amount.currency] += one.amount.units
        return {key: (earned[key], paid[key]) for key in earned.keys() | paid.keys()}


def _months_between(first: date, last: date) -> list[date]:
    """The last day of each month from one day's to another's."""
    found = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        found.append(date(year, month, monthrange(year, month)[1]))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found
