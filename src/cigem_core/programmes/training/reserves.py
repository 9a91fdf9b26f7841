"""Places of each session reserved for some: `reserves.toml`, with its mistakes named. Nobody is turned away for them.

[[reserve]]
name = "femmes"
percent = 30
any = [{ sex = "F" }]
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import frozen

from cigem_core.errors import OperatorError, nearest
from cigem_core.model.identity import Sex
from cigem_core.model.toml_text import exact_of, toml_of
from cigem_core.programmes.training.fit import Traits
from cigem_core.text import Text

_SEX = {"F": str(Sex.FEMALE), "M": str(Sex.MALE)}
_WORDS = ("name", "percent", "any")
_FIELDS = ("sex", "region", "returnee", "visitor")


@frozen(kw_only=True)
class SessionReserve:
    """Some of each session's places, meant first for people of whom one of the conditions holds."""

    name: str
    percent: Decimal
    any: tuple[Mapping[str, str | bool], ...]

    def is_for(self, who: Traits) -> bool:
        """Whether one of its conditions holds of someone; what is not known does not hold."""
        return any(all(getattr(who, name) == value for name, value in condition.items()) for condition in self.any)

    def places_of(self, places: int) -> int:
        """How many of so many places it holds, rounded down."""
        return int(places * self.percent // 100)


def read_reserves(path: Path, regions: Collection[str] = ()) -> tuple[SessionReserve, ...]:
    """The reserves a file declares; OperatorError says which one is written wrongly, and how to write it.

    `regions` are the codes a region may have, where they are known.
    """
    return reserves_of(_document(path), path.name, regions)


def reserves_of(document: Mapping[str, Any], file: str, regions: Collection[str] = ()) -> tuple[SessionReserve, ...]:
    """The reserves of a document already read."""
    given = document.get("reserve", [])
    if unknown := sorted(set(document) - {"reserve"}):
        near = nearest(unknown[0], ["reserve"])
        raise _wrong(file, Text(fr=f"« {unknown[0]} » n'existe pas ici ; {near.fr}", en=f"there is no '{unknown[0]}'; {near.en}"))
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise _wrong(file, Text(fr="chaque réserve commence par [[reserve]]", en="each reserve begins with [[reserve]]"))
    made = tuple(_reserve(one, at, file, regions) for at, one in enumerate(given, start=1))
    names = [one.name for one in made]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise _wrong(file, Text(fr=f"deux réserves s'appellent « {twice} »", en=f"two reserves are called '{twice}'"))
    return made


def _document(path: Path) -> dict[str, Any]:
    try:
        return toml_of(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise _wrong(path.name, Text(fr="le fichier n'est pas en UTF-8", en="the file is not UTF-8")) from None
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path.name, Text(fr=f"ce n'est pas du TOML ({error})", en=f"this is not TOML ({error})")) from None


def _reserve(given: Mapping[str, Any], at: int, file: str, regions: Collection[str]) -> SessionReserve:
    name = given.get("name")
    which = f"{file}, [[reserve]] {at}" + (f" ({name})" if isinstance(name, str) else "")
    if unknown := sorted(set(given) - set(_WORDS)):
        near = nearest(unknown[0], _WORDS)
        raise _wrong(which, Text(fr=f"« {unknown[0]} » n'existe pas ; {near.fr}", en=f"there is no '{unknown[0]}'; {near.en}"))
    for word in _WORDS:
        if word not in given:
            raise _wrong(which, Text(fr=f"il manque « {word} »", en=f"'{word}' is missing"))
    if not isinstance(name, str) or not name.strip():
        raise _wrong(which, Text(fr="name= est un nom entre guillemets", en="name= is a name in quotes"))
    percent = exact_of(given["percent"])
    if percent is None or not 0 <= percent <= 100:
        raise _wrong(which, Text(fr="percent= est un nombre de 0 à 100", en="percent= is a number from 0 to 100"))
    conditions = given["any"]
    if not isinstance(conditions, list) or not conditions or not all(isinstance(one, dict) and one for one in conditions):
        said = Text(fr='any= est une liste comme [{ sex = "F" }]', en='any= is a list like [{ sex = "F" }]')
        raise _wrong(which, said)
    read = tuple({field: _value(field, value, which, regions) for field, value in one.items()} for one in conditions)
    return SessionReserve(name=name.strip(), percent=percent, any=read)


def _value(field: str, value: Any, which: str, regions: Collection[str]) -> str | bool:
    if field not in _FIELDS:
        near = nearest(field, _FIELDS)
        raise _wrong(which, Text(fr=f"« {field} » n'est pas un champ ; {near.fr}", en=f"'{field}' is no field; {near.en}"))
    if field in ("returnee", "visitor"):
        if not isinstance(value, bool):
            raise _wrong(which, Text(fr=f"{field} = true ou false, sans guillemets", en=f"{field} = true or false, no quotes"))
        return value
    if field == "sex":
        if not isinstance(value, str) or value not in _SEX:
            raise _wrong(which, Text(fr='sex = "F" ou "M"', en='sex = "F" or "M"'))
        return _SEX[value]
    if not isinstance(value, str) or (regions and value not in regions):
        near = nearest(str(value), regions)
        raise _wrong(
            which, Text(fr=f"region= est un code ISO 3166-2 ; {near.fr}", en=f"region= is an ISO 3166-2 code; {near.en}")
        )
    return value


def _wrong(where: str, said: Text) -> OperatorError:
    return OperatorError(Text(fr=f"{where} : {said.fr}", en=f"{where}: {said.en}"))
