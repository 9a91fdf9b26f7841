"""attrs and cattrs, row by row: a class, a converter with hooks per type, cattrs' own notes to name the cell.

Twice: as quick as we could make it, where cells that come again are remembered and slots are read without a copy of each
object; and as their documentation shows, without that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from inspect import unwrap
from typing import Any, Literal, NewType

from attrs import Attribute, astuple, field, fields, frozen
from cattrs import AttributeValidationNote, ClassValidationError, Converter
from cattrs.gen import make_dict_structure_fn, override
from common import Found, Lists, lists_beside
from rows import COLUMNS

from peers import _cells
from peers._rowwise import check_rows, keep_rows

NOTE = ""

Birth = NewType("Birth", str)
Region = NewType("Region", str)
Phone = NewType("Phone", str)
Level = NewType("Level", str)
Occupation = NewType("Occupation", str)
Country = NewType("Country", str)


@frozen
class Seeker:
    reference: str
    registered_on: date
    family_name: str
    given_names: str
    sex: Literal["M", "F"] | None = None
    birth: Birth | None = field(default=None)
    birthplace: str | None = None
    nationality: str | None = None
    region: Region | None = None
    district: str | None = None
    phone: Phone | None = None
    nina: str | None = None
    education: Level | None = None
    occupation: Occupation | None = None
    wanted_job: str | None = None
    experience: Decimal | None = None
    languages: str | None = None
    returnee: Literal["O", "N"] | None = None
    country: Country | None = None
    returned_on: date | None = field(default=None)
    reason: Literal["expulsion", "retour volontaire", "rapatriement", "transit"] | None = None
    status: Literal["1", "2", "3", "4"] | None = None
    remarks: str | None = None

    @birth.validator
    def _born_before(self, _: Attribute[Any], birth: Birth | None) -> None:
        if birth and _cells.born_after(birth, self.registered_on):
            raise _cells.WrongCell("row", "Date ou année de naissance")

    @returned_on.validator
    def _returned_before(self, _: Attribute[Any], returned_on: date | None) -> None:
        if returned_on and returned_on > self.registered_on:
            raise _cells.WrongCell("row", "Date de retour")


FIELDS = tuple(a.name for a in fields(Seeker))
HEADERS = dict(zip(FIELDS, COLUMNS, strict=True))


def converter(lists: Lists, *, remembers: bool = True) -> Converter:
    """A converter that reads cells, and finds fields under the agency's headers."""
    reads: dict[Any, Callable[[str], Any]] = {
        date: _cells.day,
        Birth: _cells.birth,
        Region: _cells.named(lists.regions),
        Phone: _cells.phone,
        Level: _cells.one_of(lists.levels),
        Occupation: _cells.one_of(lists.occupations),
        Country: _cells.named(lists.countries),
        Decimal: _cells.experience,
    }
    converter = Converter()
    for kind, read in reads.items():
        converter.register_structure_hook(kind, _hook(read if remembers else unwrap(read)))
    renamed: dict[str, Any] = {name: override(rename=header) for name, header in HEADERS.items()}
    converter.register_structure_hook(Seeker, make_dict_structure_fn(Seeker, converter, **renamed))
    return converter


def _hook(read: Callable[[str], Any]) -> Callable[[str, Any], Any]:
    return lambda text, _: read(text)


def structure(read: Converter, cells: dict[str, str]) -> tuple[Any, list[tuple[str, str]]]:
    try:
        return read.structure(cells, Seeker), []
    except ClassValidationError as wrong:
        return None, [_named(one) for one in wrong.exceptions]


def _named(wrong: BaseException) -> tuple[str, str]:
    """The column and rule of an error cattrs gathered."""
    notes = [note for note in getattr(wrong, "__notes__", []) if isinstance(note, AttributeValidationNote)]
    if isinstance(wrong, _cells.WrongCell):
        return (HEADERS[notes[0].name] if notes else wrong.column), wrong.rule
    return HEADERS[notes[0].name] if notes else "", "required" if isinstance(wrong, KeyError) else "enum"


def check(file: str) -> Found:
    return check_rows(file, partial(structure, converter(lists_beside(file))))


def keep(file: str, base: str) -> Found:
    values = [getattr(Seeker, name).__get__ for name in FIELDS]  # slots: the fields without a copy of each
    return keep_rows(file, base, partial(structure, converter(lists_beside(file))), lambda s: tuple(get(s) for get in values))


def check_as_documented(file: str) -> Found:
    return check_rows(file, partial(structure, converter(lists_beside(file), remembers=False)))


def keep_as_documented(file: str, base: str) -> Found:
    return keep_rows(file, base, partial(structure, converter(lists_beside(file), remembers=False)), astuple)
