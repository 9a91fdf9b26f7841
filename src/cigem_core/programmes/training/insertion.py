"""Work some months after a session: who is to be asked, and the rates with what is not known counted both ways. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from attrs import frozen

from cigem_core.model.training_acts import LaterStanding
from cigem_core.programmes.training.settlement import months_after

IN_WORK = frozenset({LaterStanding.EMPLOYED, LaterStanding.SELF_EMPLOYED})
_UNKNOWN = frozenset({LaterStanding.LOST_SIGHT_OF, None})


@frozen(kw_only=True)
class InsertionRate:
    """Of those enrolled, who works; `low` takes all who were not reached as without work, `high` as at work."""

    at_work: int
    known: int
    all: int

    @property
    def rate(self) -> Decimal | None:
        """Of those known."""
        return _ratio(self.at_work, self.known)

    @property
    def low(self) -> Decimal | None:
        """Of all, the unknown as without work."""
        return _ratio(self.at_work, self.all)

    @property
    def high(self) -> Decimal | None:
        """Of all, the unknown as at work."""
        return _ratio(self.at_work + self.all - self.known, self.all)

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        rates = {name: getattr(self, name) for name in ("rate", "low", "high")}
        told = {name: None if rate is None else float(rate) for name, rate in rates.items()}
        return {"at_work": self.at_work, "known": self.known, "all": self.all, **told}


def insertion_rate(enrolled: Collection[str], answers: Mapping[str, LaterStanding | None]) -> InsertionRate:
    """The rate of some people; whoever did not answer stays in it, as not known."""
    said = [answers.get(number) for number in enrolled]
    known = [one for one in said if one not in _UNKNOWN]
    return InsertionRate(at_work=sum(one in IN_WORK for one in known), known=len(known), all=len(said))


def to_ask(ends_on: date | None, months: int, enrolled: Collection[str], answered: Collection[str], on: date) -> list[str]:
    """Whom to ask in the week of a day, and whoever should have been before and did not answer."""
    if ends_on is None or months_after(ends_on, months) > on + timedelta(days=6 - on.weekday()):
        return []
    return sorted(set(enrolled) - set(answered))


def _ratio(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP) if whole else None
