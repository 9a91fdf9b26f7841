"""How a value is written for people: days, numbers, amounts and labels in one of the two languages."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from attrs import frozen

from cigem_core.model.values import Amount, Labelled, PartialDate
from cigem_core.text import Language, Text


@frozen
class Percent:
    """A share of one, as a table says it: `33,3 %`; of nothing it is a dash."""

    share: float | Decimal | Fraction | None


NUMERIC = (int, float, Decimal, Amount, Percent)
"""What stands right in a table."""
_GROUP: dict[Language, str] = {"fr": "\u202f", "en": ","}
_POINT: dict[Language, str] = {"fr": ",", "en": "."}
_WORD = 24
# What printers and browsers act on instead of showing it, half characters, and the marks that turn the order of a text around.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_BEFORE, _AFTER = re.compile(r" (?=[:;!?»%])"), re.compile(r"(?<=«) ")


def written(value: object, language: Language = "fr") -> Any:
    """A value as people read it; texts, numbers of things and what is marked up already stay as they are."""
    match value:
        case None:
            return ""
        case Text():
            return value.in_(language)
        case Labelled():
            return value.label.in_(language)
        case bool():
            return ("oui" if value else "non") if language == "fr" else ("yes" if value else "no")
        case date():
            return short_day(value, language)
        case PartialDate():
            return written(value.said, language)
        case Amount():
            return amount(value, language)
        case Percent():
            return "–" if value.share is None else percent(value.share, language)
        case float() | Decimal():
            return number(value, language)
    return value


def months(language: Language, width: Literal["wide", "abbreviated"] = "wide") -> list[str]:
    """January to December, as Babel knows them."""
    from babel.dates import get_month_names

    return [get_month_names(width, locale=language)[number] for number in range(1, 13)]


def short_day(day: date, language: Language = "fr") -> str:
    """A day in a table: `01/10/2009`, `1 Oct 2009`."""
    if language == "fr":
        return f"{day:%d/%m/}{day.year:04d}"
    return f"{day.day} {months(language, 'abbreviated')[day.month - 1]} {day.year}"


def long_day(day: date, language: Language = "fr") -> str:
    """A day in a sentence: `1er octobre 2009`, `1 October 2009`."""
    first = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{first}\u00a0{months(language)[day.month - 1]} {day.year}"


def number(value: float | Decimal, language: Language = "fr", decimals: int | None = None) -> str:
    """A number with its thousands set apart; `decimals` rounds it half up."""
    exact = Decimal(str(value)) if decimals is None else _rounded(Fraction(str(value)), decimals)
    signs = {",": _GROUP[language], ".": _POINT[language], "-": "\u2212"}
    return "".join(signs.get(sign, sign) for sign in f"{exact:,f}")


def percent(share: float | Decimal | Fraction, language: Language = "fr", decimals: int = 1) -> str:
    """A share of one as per cent: `33,3 %`, `33.3%`."""
    hundredths = _rounded(Fraction(str(share)) * 100, decimals)
    return number(hundredths, language) + ("\u00a0%" if language == "fr" else "%")


def amount(value: Amount, language: Language = "fr") -> str:
    """An amount with its currency."""
    return f"{number(value.units, language)}\u00a0{value.currency}"


def is_one_word(text: object) -> bool:
    """Whether a cell holds a reference, a day or a code: short, with signs at which a browser would part it."""
    return isinstance(text, str) and len(text) <= _WORD and not re.search(r"\s", text)


def plain(text: str) -> str:
    """A text without what nobody sees and a machine acts upon."""
    return _UNSHOWN.sub("", text)


def spaced(text: str, language: Language) -> str:
    """French signs keep their space on the same line."""
    return _AFTER.sub("\u00a0", _BEFORE.sub("\u00a0", text)) if language == "fr" else text


def _rounded(value: Fraction, decimals: int) -> Decimal:
    """Half up, away from zero, as people round."""
    scaled = abs(value) * 10**decimals
    whole = int(scaled + Fraction(1, 2))
    return Decimal(whole if value >= 0 else -whole).scaleb(-decimals)
