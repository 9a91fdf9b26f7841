"""The names someone goes by, and whether two people bear the same."""

from __future__ import annotations

from cigem_core.model.identity import Identity
from cigem_core.model.migrants import Migrant
from cigem_core.model.names import words


def names_of(migrant: Migrant) -> tuple[str, ...]:
    """Every word someone goes by."""
    who = migrant.identity or Identity()
    return words(who.family_name, who.given_names, migrant.known_as)


def same_names(one: Identity | None, other: Identity | None) -> bool:
    """Whether two people bear the same names, in whichever order and column; somebody without any bears none."""
    mine, theirs = (sorted(words(who.family_name, who.given_names)) if who else [] for who in (one, other))
    return bool(mine) and mine == theirs
