"""Search by name: parts of names in any order, without accents or case."""

from __future__ import annotations

from collections.abc import Iterable

from cigem_core.model.codes import fold
from cigem_core.model.identity import Identity
from cigem_core.model.migrants import Migrant


def words(*texts: str | None) -> tuple[str, ...]:
    """The words of some names, as they are compared: hyphens part them, accents and case do not count."""
    folded = fold(" ".join(text for text in texts if text))
    return tuple("".join(c if c.isalnum() or c == "'" else " " for c in folded).split())


def names_of(migrant: Migrant) -> tuple[str, ...]:
    """Every word someone goes by."""
    who = migrant.identity or Identity()
    return words(who.family_name, who.given_names, migrant.known_as)


def answers_to(asked: Iterable[str], names: Iterable[str]) -> bool:
    """Whether each word asked is part of a name of its own: two words asked are two names found."""
    wanted, there = sorted(asked, key=len, reverse=True), list(names)
    return bool(wanted) and _paired(wanted, there)


def _paired(wanted: list[str], there: list[str]) -> bool:
    if not wanted:
        return True
    first, *rest = wanted
    return any(first in name and _paired(rest, [*there[:at], *there[at + 1 :]]) for at, name in enumerate(there))


def same_names(one: Identity | None, other: Identity | None) -> bool:
    """Whether two people bear the same names, in whichever order and column; somebody without any bears none."""
    mine, theirs = (sorted(words(who.family_name, who.given_names)) if who else [] for who in (one, other))
    return bool(mine) and mine == theirs
