"""Roll calls: what a mark says, and how often someone attended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from attrs import frozen

from cigem_core.model.training_acts import Attendance, Mark

LETTERS = {"P": Mark.PRESENT, "R": Mark.LATE, "A": Mark.ABSENT, "E": Mark.EXCUSED}
"""How sheets write them."""


@frozen(kw_only=True)
class AttendanceCount:
    """The marks of someone in a session, counted."""

    present: int = 0
    late: int = 0
    absent: int = 0
    excused: int = 0

    @classmethod
    def of(cls, marks: Iterable[str]) -> AttendanceCount:
        """Some marks, or their stored forms, counted."""
        listed = list(marks)
        return cls(**{mark.value: listed.count(mark) for mark in Mark})

    @property
    def attended(self) -> int:
        """On how many days someone was there, be it late."""
        return self.present + self.late

    @property
    def called(self) -> int:
        """The days that count: an excused absence is none of them."""
        return self.attended + self.absent

    @property
    def rate(self) -> Decimal | None:
        """The share of the days that count, half up to four decimals; None where there are none."""
        return share(self.attended, self.called)

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        rate = self.rate
        letters = {letter: getattr(self, mark.value) for letter, mark in LETTERS.items()}
        return {"rate": None if rate is None else float(rate), **letters}


def share(part: int, whole: int) -> Decimal | None:
    """One count of another, half up to four decimals; None of nothing."""
    return (Decimal(part) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP) if whole else None


def weeks(marks: Iterable[Attendance]) -> dict[date, AttendanceCount]:
    """The Monday of each week → its marks counted."""
    found: dict[date, list[Mark]] = defaultdict(list)
    for one in marks:
        if one.mark is not None:
            found[one.day - timedelta(days=one.day.weekday())].append(one.mark)
    return {monday: AttendanceCount.of(some) for monday, some in sorted(found.items())}
