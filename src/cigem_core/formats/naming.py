"""The names of agencies' files: a pattern with stamps of the day, read in both directions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from cigem_core.errors import DeclarationError
from cigem_core.text import Text

_DAYS = {"yyyymmdd": "%Y%m%d", "yyyymm": "%Y%m", "yyyy": "%Y", "mm": "%m", "dd": "%d"}
_STAMPS = {"yyyymmdd": r"[0-9]{8}", "yyyymm": r"[0-9]{6}", "yyyy": r"[0-9]{4}", "mm": r"[0-9]{2}", "dd": r"[0-9]{2}"}
_ANY = {"*": ".*", "?": "."}


def names_like(name: str) -> re.Pattern[str]:
    """What names look like that follow a pattern; letter case is free, `*` and `?` stand for any characters.

    Raises DeclarationError for a stamp that does not exist.
    """
    parts = _parts(name)
    if unknown := [stamp for stamp in parts[1::2] if stamp not in _STAMPS]:
        listed = ", ".join(f"{{{stamp}}}" for stamp in _STAMPS)
        raise DeclarationError(
            Text(
                fr=f"{name} : {{{unknown[0]}}} n'est pas connu ; il existe : {listed}",
                en=f"{name}: {{{unknown[0]}}} is unknown; there are: {listed}",
            )
        )
    expression = "".join(_STAMPS[part] if place % 2 else _plain(part) for place, part in enumerate(parts))
    return re.compile(expression, re.IGNORECASE)


def name_on(name: str, on: date) -> str:
    """The name a file written on a day gets; what may be anything is left out."""
    parts = (on.strftime(_DAYS[part]) if place % 2 else part for place, part in enumerate(_parts(name)))
    return "".join(parts).translate(dict.fromkeys(map(ord, _ANY)))


def day_in(pattern: str, name: str) -> str | None:
    """The day, month or year that a file's name tells under a pattern, as digits that sort; None where it tells none.

    What stands around the name, as in `Copie de liste_200909 (2).csv`, does not count.
    """
    parts = _parts(pattern)
    if len(parts) < 2:
        return None
    expression = "".join(f"({_STAMPS.get(part, '')})" if place % 2 else _plain(part) for place, part in enumerate(parts))
    found = re.fullmatch(expression, name, re.IGNORECASE)
    if found is None and re.search(r"[^\W\d_]", "".join(parts[::2]).rpartition(".")[0]):
        bare = re.sub(r"\\\.[A-Za-z0-9]+$", "", expression)
        found = re.search(rf"(?<![0-9]){bare}(?![0-9])", name, re.IGNORECASE)
    if found is None:
        return None
    told: dict[str, str] = {}
    for stamp, digits in zip(parts[1::2], found.groups(), strict=True):
        told |= dict(
            zip(_SPLIT[stamp], (digits[:4], digits[4:6], digits[6:8]) if stamp.startswith("yyyy") else (digits,), strict=False)
        )
    day = "".join(told.get(part, "") for part in ("yyyy", "mm", "dd"))
    return day if "yyyy" in told and _is_one(told) else None


def _is_one(told: Mapping[str, str]) -> bool:
    """Whether the calendar has such a day or month."""
    try:
        date(*(int(told.get(part, "1")) for part in ("yyyy", "mm", "dd")))
    except ValueError:
        return False
    return True


_SPLIT = {"yyyymmdd": ("yyyy", "mm", "dd"), "yyyymm": ("yyyy", "mm"), "yyyy": ("yyyy",), "mm": ("mm",), "dd": ("dd",)}


def _parts(name: str) -> list[str]:
    """Plain text and stamps by turns."""
    return re.split(r"\{([^}]*)\}", name)


def _plain(part: str) -> str:
    return "".join(_ANY.get(character) or re.escape(character) for character in part)
