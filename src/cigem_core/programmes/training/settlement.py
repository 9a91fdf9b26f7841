"""What each session has earned on a day, by its results: pure, in whole units. Committed = earned + open + released, always."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from attrs import field, frozen

from cigem_core.programmes.training.attendance import AttendanceCount
from cigem_core.programmes.training.instalments import ResultInstalment

State = Literal["open", "settled"]


@frozen(kw_only=True)
class SessionResults:
    """What is known of a session's people: who is enrolled, how each attended, who is certified, who works and since when."""

    module: str
    session: str
    begins_on: date | None = None
    ends_on: date | None = None
    cancelled_on: date | None = None
    enrolled: frozenset[str] = frozenset()
    """Enrolment numbers."""
    tallies: Mapping[str, AttendanceCount] = field(factory=dict)
    certified: frozenset[str] = frozenset()
    employed: Mapping[int, frozenset[str]] = field(factory=dict)
    """Months after the last day → who is known to be in work, or self-employed, by then."""


@frozen(kw_only=True)
class Settled:
    """Where the money of one session stands on a day."""

    module: str
    session: str
    currency: str
    committed: int
    earned: int = 0
    open: int = 0
    released: int = 0

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        names = ("module", "session", "currency", "committed", "earned", "open", "released")
        return {name: getattr(self, name) for name in names}


def settle(
    budgets: Mapping[tuple[str, str], int], sessions: Sequence[SessionResults], instalments: Sequence[ResultInstalment], on: date
) -> list[Settled]:
    """Where the money of every session stands: `budgets` are whole units by module and currency."""
    committed = shares(budgets, sessions)
    found = [
        _settled(one, currency, units, instalments, on)
        for one in sessions
        for (session, currency), units in committed.items()
        if session == one.session
    ]
    return sorted(found, key=lambda line: (line.module, line.session, line.currency))


def shares(budgets: Mapping[tuple[str, str], int], sessions: Iterable[SessionResults]) -> dict[tuple[str, str], int]:
    """Each session's share of its module's budget, by currency: equal ones, the first by code taking what is left over."""
    of_module: dict[str, list[str]] = defaultdict(list)
    for one in sessions:
        of_module[one.module].append(one.session)
    found = {}
    for (module, currency), units in sorted(budgets.items()):
        codes = sorted(of_module[module])
        for at, code in enumerate(codes):
            found[code, currency] = units // len(codes) + (at < units % len(codes))
    return found


def parts(units: int, instalments: Sequence[ResultInstalment]) -> list[int]:
    """The instalments of an amount: rounded down, the last one taking the rest."""
    found = [int(units * one.percent // 100) for one in instalments[:-1]]
    return [*found, units - sum(found)] if instalments else []


@frozen(kw_only=True)
class InstalmentLine:
    """Where one instalment of a session's share stands on a day."""

    session: str
    currency: str
    instalment: ResultInstalment
    part: int
    """What it is of the share."""
    day: date | None
    """The day on which it is settled; None where the session's days are not known."""
    earned: int
    open: int

    @property
    def released(self) -> int:
        """What was not earned, and waits for nothing any more."""
        return self.part - self.earned - self.open


def by_instalment(
    one: SessionResults, currency: str, units: int, instalments: Sequence[ResultInstalment], on: date
) -> list[InstalmentLine]:
    """Where each instalment of a session's share stands: earned once it is settled, open before, released where it is lost."""
    found = []
    for part, instalment in zip(parts(units, instalments), instalments, strict=True):
        earned = waiting = 0
        if is_settled(one, instalment, on):
            earned = part if instalment.when == "opened" else _by_share(part, one, instalment)
        elif one.cancelled_on is None or on < one.cancelled_on:
            waiting = part
        day = settled_on(one, instalment)
        line = InstalmentLine(
            session=one.session, currency=currency, instalment=instalment, part=part, day=day, earned=earned, open=waiting
        )
        found.append(line)
    return found


def _settled(one: SessionResults, currency: str, units: int, instalments: Sequence[ResultInstalment], on: date) -> Settled:
    lines = by_instalment(one, currency, units, instalments, on)
    earned, waiting = sum(line.earned for line in lines), sum(line.open for line in lines)
    released = units - earned - waiting
    return Settled(
        module=one.module, session=one.session, currency=currency, committed=units, earned=earned, open=waiting, released=released
    )


def is_settled(one: SessionResults, instalment: ResultInstalment, on: date) -> bool:
    """Whether a day is late enough to know what an instalment earned; a session cancelled before never does."""
    first = settled_on(one, instalment)
    return first is not None and first <= on and (one.cancelled_on is None or first < one.cancelled_on)


def settled_on(one: SessionResults, instalment: ResultInstalment) -> date | None:
    """The first day on which an instalment is settled; None where the session's days are not known."""
    if instalment.when == "opened":
        return one.begins_on
    if one.ends_on is None:
        return None
    last = one.ends_on if instalment.months is None else months_after(one.ends_on, instalment.months)
    return last + timedelta(days=1)


def _by_share(part: int, one: SessionResults, instalment: ResultInstalment) -> int:
    if not one.enrolled:
        return 0
    return part * len(one.enrolled & _who(one, instalment)) // len(one.enrolled)


def _who(one: SessionResults, instalment: ResultInstalment) -> frozenset[str]:
    """Whom an instalment is earned by; whoever is not known counts as not."""
    if instalment.when == "certified":
        return one.certified
    if instalment.when == "inserted":
        return one.employed.get(instalment.months or 0, frozenset())
    enough = instalment.at_least or Decimal(0)
    return frozenset(
        number for number, tally in one.tallies.items() if tally.called and tally.attended * 100 >= enough * tally.called
    )


def months_after(day: date, months: int) -> date:
    """The same day of the month some months later, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def totals(lines: Iterable[Settled]) -> dict[str, dict[str, int]]:
    """The money of some sessions together, by currency."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("committed", "earned", "open", "released"), 0))
    for line in lines:
        for name in found[line.currency]:
            found[line.currency][name] += getattr(line, name)
    return {currency: dict(sums) for currency, sums in sorted(found.items())}
