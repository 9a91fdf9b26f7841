"""What is typed at the desk, as values: words of enumerations, days of birth, phones, amounts; none of it is required."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from attrs import asdict, evolve, has

from cigem_core.errors import OperatorError, nearest
from cigem_core.model.codes import CodeList, countries, occupations
from cigem_core.model.identity import Identity, Residence, Sex
from cigem_core.model.migrants import Condition, Guardian, NextLeg, Reach, SafeWay
from cigem_core.model.values import Amount, Country, Labelled, Level, Occupation, PartialDate, Phone, Place
from cigem_core.spelling import fold
from cigem_core.text import Text

L = TypeVar("L", bound=Labelled)


def member(members: type[L], code: str) -> L:
    """The member of a code, which Click has checked."""
    return next(one for one in members if one == code)


def person_of(typed: dict[str, Any], lists: Sequence[CodeList] = (), on: date | None = None) -> dict[str, Any]:
    """The fields of a file that were typed; those that were not are left out. Places and levels are of the plugins' `lists`."""
    get = typed.get
    said: dict[str, Any] = {
        "identity": _group(
            Identity, family_name=get("family_name"), given_names=get("given_names"),
            sex={"F": Sex.FEMALE, "M": Sex.MALE}.get(get("sex") or ""), birth=birth_of(get("birth")), nina=get("nina"),
            phones=tuple(phone_of(one) for one in get("phone") or ()),
        ),
        "known_as": get("known_as"), "languages": tuple(get("language") or ()),
        "residence": _group(Residence, region=place_of(get("region"), lists, on), district=get("district")),
        "education": level_of(get("level"), lists, on), "occupation": occupation_of(get("occupation")),
        "reach": _group(
            Reach, way=member(SafeWay, typed["reach"]) if get("reach") else None, phone=_phone(get("safe_phone")),
            through=get("through"), hours=get("hours"), caution=get("caution"),
        ),
        "guardian": _group(
            Guardian, name=get("guardian"), relation=get("guardian_relation"), phone=_phone(get("guardian_phone")),
            file=get("guardian_file"),
        ),
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def over(held: Any, said: dict[str, Any]) -> dict[str, Any]:
    """What was typed, put over what a file holds: of a group, what was not typed stays."""
    return {
        name: evolve(there, **_told(value)) if has(type(value)) and (there := getattr(held, name)) is not None else value
        for name, value in said.items()
    }


def _group(cls: type[Any], **given: Any) -> Any:
    """A group of a record, or none where nothing of it was typed."""
    told = {name: value for name, value in given.items() if value}
    return cls(**told) if told else None


def _told(group: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(group, recurse=False).items() if value not in (None, ())}


def _phone(text: str | None) -> Phone | None:
    return phone_of(text) if text else None


def place_of(name: str | None, lists: Sequence[CodeList], on: date | None) -> Place | None:
    """A region by its name, in the edition of the day; OperatorError where no list has it, or those of two countries do."""
    found = _listed(name, [one for one in lists if one.list.startswith("iso-3166-2")], on, "région", "region")
    return found and Place(*found)


def level_of(name: str | None, lists: Sequence[CodeList], on: date | None) -> Level | None:
    """A school level by its name."""
    levels = [one for one in lists if any(code.isced is not None for code in one.codes)]
    found = _listed(name, levels, on, "niveau d'étude", "school level")
    return found and Level(*found)


def _listed(
    name: str | None, lists: Sequence[CodeList], on: date | None, fr: str, en: str
) -> tuple[str, str, str] | None:  # fmt: skip
    """List, edition and code of a name; of several editions the last that was there on the day, else the first."""
    if not name:
        return None
    known = [(one.list, one.edition, code) for one in lists if (code := _code(one, name)) is not None]
    if len({listed for listed, _, _ in known}) == 1:
        there = [one for one in known if on is None or one[1] <= str(on.year)]
        return max(there) if there else min(known)
    names = sorted({code.name for one in lists for code in one.codes})
    near = nearest(name, names)
    if known:
        which = ", ".join(sorted({listed for listed, _, _ in known}))
        raise _refused(fr, en, name, f"est de plusieurs listes ({which})", f"is of several lists ({which})")
    raise _refused(fr, en, name, f"n'est d'aucune liste ; {near.fr}", f"is of no list; {near.en}")


def _refused(what_fr: str, what_en: str, name: str, fr: str, en: str) -> OperatorError:
    return OperatorError(Text(fr=f"{what_fr} : « {name} » {fr}", en=f"{what_en}: '{name}' {en}"))


def _code(one: CodeList, name: str) -> str | None:
    return name if name in one.by_code else one.code_of(name)


def leg_of(typed: dict[str, Any]) -> tuple[Condition | None, NextLeg | None]:
    """The situation that was typed, and where one in transit goes next."""
    condition = member(Condition, typed["situation"]) if typed.get("situation") else None
    leg = NextLeg(place=typed.get("next"), leaves_by=typed.get("leaves_by"))
    return condition, leg if leg != NextLeg() else None


def birth_of(text: str | None) -> PartialDate | None:
    """A day, a year or about a year, as agencies write them."""
    if not text:
        return None
    if known := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip()):
        day, month, year = map(int, known.groups())
        said = f"{year:04d}-{month:02d}-{day:02d}"
    else:
        said = re.sub(r"^(vers|about|~)\s*(\d{4})$", r"\2~", text.strip().lower())
    try:
        return PartialDate.parse(said)
    except ValueError:
        raise OperatorError(
            Text(fr="naissance : écrire 12/03/1985, 1985 ou « vers 1985 »", en="birth: expected 12/03/1985, 1985 or 'vers 1985'")
        ) from None


def phone_of(text: str) -> Phone:
    """A telephone number in its international form."""
    digits = re.sub(r"[\s.\-]", "", text)
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    if not re.fullmatch(r"\+[0-9]{4,15}", digits):
        raise OperatorError(
            Text(
                fr="téléphone : un numéro avec son pays, comme +99968961219",
                en="phone: a number with its country, like +99968961219",
            )
        )
    return Phone(digits)


def amount_of(text: str | None) -> Amount | None:
    """A whole amount of a currency."""
    if text is None:
        return None
    known = re.fullmatch(r"([0-9][0-9 \u00a0\u202f]*)\s+([A-Za-z]{3})", text.strip())
    if known is None:
        raise OperatorError(
            Text(
                fr="un montant entier et sa monnaie, comme « 15000 EUR »", en="a whole amount with its currency, like '15000 EUR'"
            )
        )
    return Amount(int(re.sub(r"\D", "", known[1])), known[2].upper())


def occupation_of(code: str | None) -> Occupation | None:
    """A unit group of ISCO-08."""
    if code is None or code in occupations().by_code:
        return None if code is None else Occupation(code)
    raise OperatorError(
        Text(fr="métier : un groupe de base de la CITP-08, comme 7212", en="occupation: a unit group of ISCO-08, like 7212")
    )


def country_of(text: str | None) -> Country | None:
    """A country by its code, or by its French name."""
    if text is None:
        return None
    codes = countries()
    code = text.upper() if text.upper() in codes.by_code else codes.code_of(fold(text))
    if code is None:
        raise OperatorError(Text(fr="pays : un code comme LY, ou son nom", en="country: a code like LY, or its French name"))
    return Country(code)
