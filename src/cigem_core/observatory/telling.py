"""How figures are told once the counts of people behind them are protected: hidden where these are, or made of rounded ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from attrs import frozen

from cigem_core.disclosure.cells import Key
from cigem_core.disclosure.protecting import Protected
from cigem_core.disclosure.published import Rounded
from cigem_core.model.indicators import Indicator

YES, NO, KNOWN, OPEN = "yes", "no", "known", "open"
RESULT = "result"
"""The breakdown of a ratio's people: those of the numerator, the others, and those of whom nothing is known."""
_PEOPLE = {"job_seeker": "seekers_registered", "placement": "placements_started", "enrolment": "enrolments"}
"""Kind → the indicator that counts all of its people: a ratio to them follows it."""
Codes = Mapping[str, str]
Row = Mapping[str, Any]


def counts_people(indicator: Indicator) -> bool:
    """Whether it counts people by itself: a ratio to people counted elsewhere follows them."""
    return indicator.counts.is_people


class Told(Protocol):
    """What may be told of a figure."""

    def numbers(self, indicator: Indicator, codes: Codes, row: Row) -> dict[str, Any]:
        """The numbers of a cell, and how they are told, given its true ones."""


def key_of(name: str, period: str, codes: Codes) -> Key:
    """What the protected tables call a count of people."""
    return frozenset({*codes.items(), ("population", name), ("period", period)})


@frozen
class Shown:
    """Figures as they are, or hidden."""

    done: Protected
    period: str

    def numbers(self, indicator: Indicator, codes: Codes, row: Row) -> dict[str, Any]:
        """All of them, or none."""
        if not indicator.is_ratio:
            hidden = counts_people(indicator) and self._hides(indicator.name, codes)
            return {"value": None if hidden else row["value"], "is_hidden": hidden}
        yes, known, every = self._terms(indicator, codes)
        if yes or known:
            return {"value": None, "is_hidden": True}
        bounds = {} if every else {name: row[name] for name in ("low", "high") if name in row}
        extra = {"median_days": row["median_days"]} if "median_days" in row else {}
        return {**{name: row[name] for name in ("value", "numerator", "denominator")}, **bounds, **extra}

    def _terms(self, indicator: Indicator, codes: Codes) -> tuple[bool, bool, bool]:
        """Whether a ratio's numerator, its denominator, and everyone it is about are hidden."""
        if counts_people(indicator):
            results: tuple[dict[str, str], ...] = ({RESULT: YES}, {RESULT: KNOWN}, {})
            yes, known, every = (self._hides(indicator.name, {**codes, **result}) for result in results)
            return yes, known, every
        denominator = indicator.among
        if denominator is None or not denominator.is_people:
            return False, False, False
        name = _PEOPLE.get(denominator.kind)
        key = key_of(name, self.period, codes) if name else None
        return False, key is None or key not in self.done.values or key in self.done.hidden, False

    def _hides(self, name: str, codes: Codes) -> bool:
        return key_of(name, self.period, codes) in self.done.hidden


@frozen
class Near:
    """Counts of people as they were rounded, and ratios made of those."""

    done: Rounded
    period: str

    def numbers(self, indicator: Indicator, codes: Codes, row: Row) -> dict[str, Any]:
        """None is hidden, save a ratio to people who are counted nowhere."""
        told = {"rounded_to": self.done.base}
        if not indicator.is_ratio:
            return {"value": self._said(indicator.name, codes), **told} if counts_people(indicator) else {"value": row["value"]}
        if counts_people(indicator):
            yes, known, every = (self._said(indicator.name, {**codes, **one}) for one in ({RESULT: YES}, {RESULT: KNOWN}, {}))
            bounds = {"low": _over(yes, every), "high": _over(yes + every - known, every)} if "low" in row else {}
            # Of few people a median would tell of one; whether it is told hangs on what is told of them alone.
            extra = {"median_days": row["median_days"]} if "median_days" in row and yes >= self._many else {}
            return {"value": _over(yes, known), "numerator": yes, "denominator": known, **bounds, **extra, **told}
        if indicator.among is None or not indicator.among.is_people:
            return {name: row[name] for name in ("value", "numerator", "denominator")}
        name = _PEOPLE.get(indicator.among.kind)
        if name is None or key_of(name, self.period, codes) not in self.done.values:
            return {"value": None, "is_hidden": True}
        among = self._said(name, codes)
        return {"value": _over(row["numerator"], among), "numerator": row["numerator"], "denominator": among, **told}

    @property
    def _many(self) -> int:
        return self.done.base * (self.done.reach + 1)

    def _said(self, name: str, codes: Codes) -> int:
        return self.done.told.get(key_of(name, self.period, codes), 0)


def _over(part: int, whole: int) -> float | None:
    """One count by another, half up to four decimals."""
    return (part * 20_000 + whole) // (2 * whole) / 10_000 if whole else None
