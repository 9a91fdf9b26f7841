"""What is typed at the desk, as values: words of enumerations, days of birth, phones, amounts; none of it is required."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from cigem_core.errors import OperatorError
from cigem_core.model.codes import countries, fold, occupations
from cigem_core.model.identity import Identity, Residence, Sex
from cigem_core.model.migrants import Condition, NextLeg
from cigem_core.model.values import Amount, Country, Labelled, Occupation, PartialDate, Phone
from cigem_core.text import Text

L = TypeVar("L", bound=Labelled)


def member(members: type[L], code: str) -> L:
    """The member of a code, which Click has checked."""
    return next(one for one in members if one == code)


def person_of(typed: dict[str, Any]) -> dict[str, Any]:
    """The fields of a file that were typed; those that were not are left out."""
    who = {
        "family_name": typed.get("family_name"), "given_names": typed.get("given_names"),
        "sex": {"F": Sex.FEMALE, "M": Sex.MALE}.get(typed.get("sex") or ""), "birth": birth_of(typed.get("birth")),
        "nina": typed.get("nina"), "phones": tuple(phone_of(one) for one in typed.get("phone") or ()),
    }  # fmt: skip
    said: dict[str, Any] = {}
    given: dict[str, Any] = {name: value for name, value in who.items() if value}
    if given:
        said["identity"] = Identity(**given)
    if typed.get("known_as"):
        said["known_as"] = typed["known_as"]
    if typed.get("language"):
        said["languages"] = tuple(typed["language"])
    if typed.get("district"):
        said["residence"] = Residence(district=typed["district"])
    return said


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
