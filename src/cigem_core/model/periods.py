"""Periods: a month, a quarter or a year, as figures and obligations name them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Self

from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.text import Text

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@frozen
class Period:
    """A month (`2009-09`), a quarter (`2009-Q3`) or a year (`2009`): its first month, and how many it has."""

    year: int
    month: int
    months: int

    @classmethod
    def parse(cls, written: str) -> Self:
        """The period meant, a quarter by its French letter too (`2009-T3`); OperatorError says how one is written."""
        known = re.fullmatch(r"([0-9]{4})(?:-(?:[QT]([1-4])|(0[1-9]|1[0-2])))?", written)
        if known is None or known[1] == "0000":
            raise OperatorError(
                Text(
                    fr=f"« {written} » n'est pas une période comme 2009-09, 2009-Q3 ou 2009",
                    en=f"'{written}' is no period like 2009-09, 2009-Q3 or 2009",
                )
            )
        year, quarter, month = known.groups()
        if quarter:
            return cls(int(year), int(quarter) * 3 - 2, 3)
        return cls(int(year), int(month), 1) if month else cls(int(year), 1, 12)

    @classmethod
    def holding(cls, day: date, months: int) -> Self:
        """The period of so many months (1, 3 or 12) that a day lies in."""
        return cls(day.year, (day.month - 1) // months * months + 1, months)

    def __str__(self) -> str:
        tail = {1: f"-{self.month:02d}", 3: f"-Q{(self.month + 2) // 3}", 12: ""}
        return f"{self.year:04d}{tail[self.months]}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        if self.month + self.months > 12:
            return date(self.year, 12, 31)
        return date(self.year, self.month + self.months, 1) - timedelta(days=1)

    @property
    def label(self) -> Text:
        """In words."""
        if self.months == 12:
            return Text(fr=f"année {self.year}", en=f"year {self.year}")
        if self.months == 3:
            quarter = (self.month + 2) // 3
            nth = "1er" if quarter == 1 else f"{quarter}e"
            return Text(fr=f"{nth} trimestre {self.year}", en=f"quarter {quarter} of {self.year}")
        return Text(fr=f"{_MONTHS[self.month - 1]} {self.year}", en=f"{_MONTHS_EN[self.month - 1]} {self.year}")

    def before(self) -> Period:
        """The period of the same length that ends where this one begins."""
        return self._moved(-1)

    def after(self) -> Period:
        """The period of the same length that begins where this one ends."""
        return self._moved(1)

    def series(self, count: int) -> tuple[Period, ...]:
        """The period and those before it, oldest first."""
        return tuple(self._moved(-n) for n in range(count - 1, -1, -1) if self._is_there(-n))

    def parts(self) -> tuple[Period, ...]:
        """The quarters of a year, the months of a quarter; a month is its only part."""
        size = {12: 3, 3: 1, 1: 1}[self.months]
        return tuple(Period(self.year, self.month + n, size) for n in range(0, self.months, size))

    def by_month(self) -> tuple[Period, ...]:
        """Its months."""
        return tuple(Period(self.year, self.month + n, 1) for n in range(self.months))

    def _moved(self, times: int) -> Period:
        months = self.year * 12 + self.month - 1 + times * self.months
        return Period(months // 12, months % 12 + 1, self.months)

    def _is_there(self, times: int) -> bool:
        return self.year * 12 + self.month - 1 + times * self.months >= 12
