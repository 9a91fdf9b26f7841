"""Values that say how much is known: partial dates, places with their edition, whole amounts.

Each value has one canonical text, which is what tables, files and databases hold;
`VALUE_TYPES` names it for every type a field may have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Literal, Self

from attrs import field, frozen, validators

from cigem_core.model.axes import Axis
from cigem_core.text import Text


class Labelled(StrEnum):
    """An enumeration whose members say what they mean to an officer: `FEMALE = "female", "femme"`."""

    fr: str

    def __new__(cls, code: str, fr: str) -> Self:
        """A member: its code, which is what is stored, and its French name."""
        member = str.__new__(cls, code)
        member._value_, member.fr = code, fr
        return member

    @property
    def label(self) -> Text:
        """The member in both languages."""
        return Text(fr=self.fr, en=self.value.replace("-", " "))


Storage = Literal["text", "integer", "boolean", "date"]


@frozen(kw_only=True)
class PartialDate:
    """A date known to the day, to the year, or to about a year; it keeps that precision for ever.

    Its text follows EDTF (ISO 8601-2:2019): `1985-03-12`, `1985`, `1985~`.
    """

    year: int = field(validator=[validators.ge(1), validators.le(9999)])
    month: int | None = None
    day: int | None = None
    approximate: bool = False

    def __attrs_post_init__(self) -> None:
        if (self.month is None) != (self.day is None) or (self.approximate and self.day is not None):
            raise ValueError("a partial date is a day, a year, or about a year")
        if self.month is not None and self.day is not None:
            date(self.year, self.month, self.day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the canonical text back; ValueError for any other."""
        known = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|(~))?", text)
        if known is None:
            raise ValueError("a partial date is written 1985-03-12, 1985 or 1985~")
        year, month, day, about = known.groups()
        return cls(year=int(year), month=int(month) if month else None, day=int(day) if day else None, approximate=bool(about))

    def __str__(self) -> str:
        if self.month is not None:
            return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"
        return f"{self.year:04d}" + ("~" if self.approximate else "")

    @property
    def said(self) -> date | Text:
        """The day where it is known, else the year in words: 1985, vers 1985."""
        if self.month is not None and self.day is not None:
            return date(self.year, self.month, self.day)
        year = str(self.year)
        return Text(fr=f"vers {year}", en=f"about {year}") if self.approximate else Text(fr=year, en=year)


@frozen
class Listed:
    """A code of one list that is the same everywhere; the class names the list."""

    list: ClassVar[str]
    code: str

    def __str__(self) -> str:
        return self.code


@frozen
class Occupation(Listed):
    """A unit group of ISCO-08, such as `7212`."""

    list: ClassVar[str] = "isco-08"


@frozen
class Country(Listed):
    """A country by its ISO 3166-1 alpha-2 code, such as `ML`."""

    list: ClassVar[str] = "iso-3166-1"


@frozen
class Sector(Listed):
    """A section of ISIC Rev. 4, such as `A`."""

    list: ClassVar[str] = "isic-4"


@frozen
class Edited:
    """A code that means nothing without its list and the edition of that list.

    A country's "region 9" is one place in one list and another in the next, so the edition is part of the value.
    """

    list: str
    edition: str
    code: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the canonical text `list@edition/code` back; ValueError for any other."""
        head, slash, code = text.partition("/")
        name, at, edition = head.partition("@")
        if not (slash and at and name and edition and code):
            raise ValueError("a coded value is written list@edition/code")
        return cls(name, edition, code)

    def __str__(self) -> str:
        return f"{self.list}@{self.edition}/{self.code}"


@frozen
class Place(Edited):
    """A unit of a territory, in one edition of one list: `iso-3166-2:ml@2009/ML-1`."""


@frozen
class Level(Edited):
    """A school level, in one edition of one list."""


@frozen
class Amount:
    """A whole amount of one currency (ISO 4217), in units that are not divided."""

    units: int
    currency: str = field(validator=validators.matches_re("[A-Z]{3}"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the canonical text `153000 EUR` back; ValueError for any other."""
        units, space, currency = text.partition(" ")
        if not space:
            raise ValueError("an amount is written 153000 EUR")
        return cls(int(units), currency)

    def __str__(self) -> str:
        return f"{self.units} {self.currency}"


@frozen
class Phone:
    """A telephone number in the international form of ITU-T E.164, such as `+99968961219`."""

    number: str = field(validator=validators.matches_re(r"\+[0-9]{4,15}"))

    def __str__(self) -> str:
        return self.number


@frozen(kw_only=True)
class ValueType:
    """How the values of one Python type are kept: the stored form and the ways there and back."""

    name: str
    storage: Storage
    store: Callable[[Any], Any] = str
    restore: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _plain_decimal(value: Decimal) -> str:
    """Equal decimals have one text: no exponent, no zeros that say nothing, no negative zero."""
    if not value.is_finite():
        raise ValueError("a decimal is a finite number")
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _store_instant(value: datetime) -> str:
    """One moment has one text: UTC, to the second or finer."""
    if value.tzinfo is None:
        raise ValueError("a moment has a time zone")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


VALUE_TYPES: dict[type, ValueType] = {
    str: ValueType(name="text", storage="text", restore=str),
    int: ValueType(name="integer", storage="integer", store=int, restore=int),
    bool: ValueType(name="boolean", storage="boolean", store=bool, restore=bool),
    date: ValueType(name="date", storage="date", store=_same, restore=_same),
    datetime: ValueType(name="moment", storage="text", store=_store_instant, restore=datetime.fromisoformat),
    Decimal: ValueType(name="decimal", storage="text", store=_plain_decimal, restore=Decimal),
    PartialDate: ValueType(name="partial date", storage="text", restore=PartialDate.parse),
    Place: ValueType(name="place", storage="text", restore=Place.parse),
    Level: ValueType(name="level", storage="text", restore=Level.parse),
    Occupation: ValueType(name="occupation", storage="text", restore=Occupation),
    Country: ValueType(name="country", storage="text", restore=Country),
    Sector: ValueType(name="sector", storage="text", restore=Sector),
    Amount: ValueType(name="amount", storage="text", restore=Amount.parse),
    Phone: ValueType(name="phone", storage="text", restore=Phone),
    Axis: ValueType(name="axis", storage="text", restore=Axis),
}
"""Every type a field may have, beside the enumerations a kind declares."""
