"""msgspec, row by row: a struct renamed to the agency's headers, types of its own for what is not JSON."""
# mypy: disable-error-code="import-not-found, untyped-decorator", allow-subclassing-any

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Literal

import msgspec
from common import Found, Lists, lists_beside
from msgspec import Struct
from rows import COLUMNS

from peers import _cells
from peers._rowwise import check_rows, keep_rows

NOTE = "stops at the first fault of a row"


class Day(date):
    """A day as dd/mm/yyyy; msgspec's own dates are ISO 8601."""


class Birth(str):
    __slots__ = ()


class Region(str):
    __slots__ = ()


class Phone(str):
    __slots__ = ()


class Level(str):
    __slots__ = ()


class Occupation(str):
    __slots__ = ()


class Years(Decimal):
    pass


class Country(str):
    __slots__ = ()


class Seeker(Struct):
    reference: str
    registered_on: Day
    family_name: str
    given_names: str
    sex: Literal["M", "F"] | None = None
    birth: Birth | None = None
    birthplace: str | None = None
    nationality: str | None = None
    region: Region | None = None
    district: str | None = None
    phone: Phone | None = None
    nina: str | None = None
    education: Level | None = None
    occupation: Occupation | None = None
    wanted_job: str | None = None
    experience: Years | None = None
    languages: str | None = None
    returnee: Literal["O", "N"] | None = None
    country: Country | None = None
    returned_on: Day | None = None
    reason: Literal["expulsion", "retour volontaire", "rapatriement", "transit"] | None = None
    status: Literal["1", "2", "3", "4"] | None = None
    remarks: str | None = None

    def __post_init__(self) -> None:
        if self.birth and _cells.born_after(self.birth, self.registered_on):
            raise _cells.WrongCell("row", "Date ou année de naissance")
        if self.returned_on and self.returned_on > self.registered_on:
            raise _cells.WrongCell("row", "Date de retour")


FIELDS = Seeker.__struct_fields__
NAMES = dict(zip(COLUMNS, FIELDS, strict=True))
HEADERS = dict(zip(FIELDS, COLUMNS, strict=True))
_MISSING = re.compile(r"missing required field `(\w+)`")
_PATH = re.compile(r"at `\$\.(\w+)`")
_OURS = re.compile(r"^([a-z-]+)@([^@]*?)(?: - at |$)")


def hook(lists: Lists) -> Callable[[type, Any], Any]:
    """How the types of our own are read."""
    read: dict[type, Callable[[str], Any]] = {
        Birth: _cells.birth,
        Region: _cells.named(lists.regions),
        Phone: _cells.phone,
        Level: _cells.one_of(lists.levels),
        Occupation: _cells.one_of(lists.occupations),
        Years: _cells.experience,
        Country: _cells.named(lists.countries),
    }

    def decode(kind: type, text: str) -> Any:
        if kind is Day:
            day = _cells.day(text)
            return Day(day.year, day.month, day.day)
        return kind(read[kind](text))

    return decode


def structure(decode: Callable[[type, Any], Any], cells: dict[str, str]) -> tuple[Any, list[tuple[str, str]]]:
    try:
        return msgspec.convert({NAMES[name]: cell for name, cell in cells.items()}, Seeker, dec_hook=decode), []
    except msgspec.ValidationError as wrong:
        return None, [_named(str(wrong))]


def _named(message: str) -> tuple[str, str]:
    """The column and rule in msgspec's sentence, which is all it gives."""
    if missing := _MISSING.search(message):
        return HEADERS[missing[1]], "required"
    path, ours = _PATH.search(message), _OURS.match(message)
    return HEADERS[path[1]] if path else ours[2] if ours else "", ours[1] if ours else "enum"


def check(file: str) -> Found:
    return check_rows(file, partial(structure, hook(lists_beside(file))))


def keep(file: str, base: str) -> Found:
    return keep_rows(file, base, partial(structure, hook(lists_beside(file))), msgspec.structs.astuple)
