"""What is due of scholarships, what was paid, what is late, and who is paid another sum than the others."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from attrs import asdict, field, frozen

from cigem_core import notebook
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.terms import Payer

GRACE = timedelta(days=30)
"""An instalment is late when it is not whole more than so many days after its due day."""


@frozen(kw_only=True)
class Paid:
    """Some of an instalment, paid on a day."""

    application: str
    payer: str
    due_on: date
    paid_on: date
    units: int


@frozen(kw_only=True)
class Balance:
    """How one payer stands with one application on a day, in whole units of its currency."""

    application: str
    payer: str
    due: int
    paid: int
    arrears: int
    late: int
    """How many instalments were whole too late, or should be whole by now and are not."""


@frozen(kw_only=True)
class Unequal:
    """Someone paid another sum than is usual for a seat."""

    seat: str
    payer: str
    application: str
    paid: int
    usual: int
    """The lower median of what the holders of that seat were paid."""


@frozen(kw_only=True)
class Balances:
    """How every payer stands with every award on a day."""

    on: date
    balances: tuple[Balance, ...] = field(repr=False)
    unequal: tuple[Unequal, ...] = field(repr=False)

    def __repr__(self) -> str:
        return f"Balances({self.on}: {len(self.balances):,} balances, {len(self.unequal):,} unequal)"

    def _repr_html_(self) -> str:
        """Payer by payer; the lines stand in `balances`."""
        rows = []
        for payer in dict.fromkeys(one.payer for one in self.balances):
            here = [one for one in self.balances if one.payer == payer]
            sums = [sum(getattr(one, name) for one in here) for name in ("due", "paid", "arrears", "late")]
            rows.append((payer, len(here), *sums))
        return notebook.table(["payer", "awards", "due", "paid", "arrears", "late instalments"], rows, title=repr(self))

    def as_dict(self) -> dict[str, Any]:
        """The lines as they are handed over, by number."""
        return {"balances": [asdict(one) for one in self.balances], "unequal": [asdict(one) for one in self.unequal]}


def schedule(payer: Payer) -> tuple[date, ...]:
    """The due days of a payer: every so many months on the day of the first, or the month's last where it has none.

    Where the first is the last day of its month, every one is.
    """
    first = payer.first
    is_last = first.day == _last_day(first.year, first.month)
    days = []
    for k in range(payer.count):
        months = first.year * 12 + first.month - 1 + k * payer.every_months
        year, month = months // 12, months % 12 + 1
        last = _last_day(year, month)
        days.append(date(year, month, last if is_last else min(first.day, last)))
    return tuple(days)


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def balances(call: Call, awards: Mapping[str, str], paid: Iterable[Paid], on: date) -> Balances:
    """What is due, paid and late on a day; `awards` are application → seat."""
    made: dict[tuple[str, str], list[Paid]] = defaultdict(list)
    for one in paid:
        if one.paid_on <= on:
            made[one.application, one.payer].append(one)
    days = {payer.name: schedule(payer) for payer in call.payers}
    lines = tuple(
        _balance(payer, days[payer.name], number, made[number, payer.name], on)
        for number, seat in sorted(awards.items())
        for payer in call.payers_of(seat)
    )
    return Balances(on=on, balances=lines, unequal=_unequal(lines, awards))


def _balance(payer: Payer, days: Sequence[date], number: str, made: Sequence[Paid], on: date) -> Balance:
    due = payer.amount * sum(day <= on for day in days)
    paid = sum(one.units for one in made)
    late = sum(_is_late(payer, day, [one for one in made if one.due_on == day], on) for day in days)
    return Balance(application=number, payer=payer.name, due=due, paid=paid, arrears=max(0, due - paid), late=late)


def _is_late(payer: Payer, due: date, made: Sequence[Paid], on: date) -> bool:
    """Whether an instalment was whole too late, or should be whole by now."""
    whole = 0
    for one in sorted(made, key=lambda one: one.paid_on):
        whole += one.units
        if whole >= payer.amount:
            return one.paid_on - due > GRACE
    return on - due > GRACE


def _unequal(lines: Iterable[Balance], awards: Mapping[str, str]) -> tuple[Unequal, ...]:
    """Those paid another sum than the lower median of the awards of their seat."""
    groups: dict[tuple[str, str], list[Balance]] = defaultdict(list)
    for line in lines:
        groups[awards[line.application], line.payer].append(line)
    found = []
    for (seat, payer), held in sorted(groups.items()):
        usual = sorted(line.paid for line in held)[(len(held) - 1) // 2]
        found += [
            Unequal(seat=seat, payer=payer, application=line.application, paid=line.paid, usual=usual)
            for line in held
            if line.paid != usual
        ]
    return tuple(found)
