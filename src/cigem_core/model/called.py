"""Kinds by what people call them, in either language."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from cigem_core.errors import UnknownName, nearest
from cigem_core.model.fields import Kind, kinds
from cigem_core.model.names import words
from cigem_core.text import Text


def kind_called(typed: str) -> Kind:
    """The kind somebody names: by its code, by what it is called in French or English, or by the first words of that.

    Accents and case do not count: `job_seeker`, `demandeur d'emploi` and `Demandeur` are one. UnknownName where nothing or
    more than one thing is called so; it says which.
    """
    known = kinds()
    if exact := next((one for one in known if one.name == typed), None):
        return exact
    asked = words(typed)
    called = [(one, {words(text) for text in (one.name.replace("_", " "), one.label.fr, one.label.en)}) for one in known]
    found = [one for one, names in called if asked in names]
    found = found or [one for one, names in called if asked and any(_begins(name, asked) for name in names)]
    if len(found) > 1:
        fr, en = ", ".join(one.label.fr for one in found), ", ".join(one.label.en for one in found)
        raise UnknownName(
            Text(fr=f"« {typed} » peut vouloir dire : {fr} ; en dire plus", en=f"'{typed}' may mean: {en}; say more of it")
        )
    if not found:
        raise _not_a_kind(typed, known)
    return found[0]


def _not_a_kind(typed: str, known: Sequence[Kind]) -> UnknownName:
    """The refusal of a name that is none: the nearest in either language, or what those are called that agencies hand over."""
    near = [word for one in known for word in (one.name, one.label.fr, one.label.en)]
    theirs = [one.label for one in known if not one.is_centres]
    told = (
        nearest(typed, near)
        if get_close_matches(typed, near, n=1)
        else Text(fr=nearest("", [one.fr for one in theirs]).fr, en=nearest("", [one.en for one in theirs]).en)
    )
    return UnknownName(
        Text(fr=f"« {typed} » n'est pas un type de fiche ; {told.fr}", en=f"'{typed}' is no kind of record; {told.en}")
    )


def _begins(name: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether a name begins with the words asked, the last of which may be the beginning of one."""
    *whole, last = asked
    return list(name[: len(whole)]) == whole and len(name) > len(whole) and name[len(whole)].startswith(last)
