"""Code lists: what a code means, how agencies spell it, and how one edition becomes another.

Lists come from the core (ISCO-08, ISIC Rev. 4, ISO 3166-1) and from plugins by the hook `cigem_codelists`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache, cached_property
from importlib import resources
from typing import TypeVar

from attrs import evolve, field, frozen

from cigem_core.errors import DeclarationError
from cigem_core.model.values import Country, Edited, Occupation, Sector
from cigem_core.spelling import fold
from cigem_core.text import Text

E = TypeVar("E", bound=Edited)


class Undetermined(Enum):
    """The answer where a translation cannot be known."""

    UNDETERMINED = "undetermined"


UNDETERMINED = Undetermined.UNDETERMINED


@frozen(kw_only=True)
class Code:
    """One entry of a list: its code, its name, other spellings of that name, and what else is known of it."""

    code: str
    name: str
    spellings: tuple[str, ...] = ()
    isced: int | None = None
    """The level of ISCED 2011 a school level leads to."""


@frozen(slots=False, kw_only=True, eq=False)
class CodeList:
    """A list of codes in one edition.

    `folded` lists take a name in any case, with or without accents; the others take it exactly.
    `to` says, per later or earlier edition, what each code becomes; a code that is missing there
    cannot be translated.
    """

    list: str
    edition: str
    title: Text
    source: str
    codes: tuple[Code, ...]
    folded: bool = False
    to: Mapping[str, Mapping[str, str]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        if {"@", "/"} & set(self.list + self.edition):
            raise DeclarationError(
                Text(
                    fr=f"le nom et l'édition d'une liste n'ont ni « @ » ni « / » : {self.list}, {self.edition}",
                    en=f"the name and the edition of a list hold neither '@' nor '/': {self.list}, {self.edition}",
                )
            )
        if len(self.by_code) < len(self.codes):
            raise DeclarationError(
                Text(
                    fr=f"la liste {self.list}@{self.edition} donne deux fois le même code",
                    en=f"the list {self.list}@{self.edition} gives one code twice",
                )
            )
        for entry in self.codes:
            for spelling in (entry.name, *entry.spellings):
                if self.code_of(spelling) != entry.code:
                    raise DeclarationError(
                        Text(
                            fr=f"la liste {self.list}@{self.edition} écrit deux codes « {spelling} »",
                            en=f"the list {self.list}@{self.edition} spells two codes '{spelling}'",
                        )
                    )

    @cached_property
    def by_code(self) -> Mapping[str, Code]:
        """The entries by their codes."""
        return {entry.code: entry for entry in self.codes}

    @cached_property
    def by_spelling(self) -> Mapping[str, str]:
        """Codes by every accepted spelling, in the form under which names are compared."""
        return {self.written(spelling): entry.code for entry in self.codes for spelling in (entry.name, *entry.spellings)}

    def written(self, name: str) -> str:
        """The form under which names of this list are compared."""
        return fold(name) if self.folded else name

    def code_of(self, name: str) -> str | None:
        """The code an agency means by a name, or None."""
        return self.by_spelling.get(self.written(name))

    def with_spellings(self, spellings: Mapping[str, str]) -> CodeList:
        """The same list, with an agency's own spellings (spelling → code)."""
        if unknown := sorted(set(spellings.values()) - set(self.by_code)):
            listed = ", ".join(unknown)
            raise DeclarationError(
                Text(fr=f"la liste {self.list} n'a pas de code {listed}", en=f"the list {self.list} has no code {listed}")
            )
        more = {code: tuple(s for s, c in spellings.items() if c == code) for code in set(spellings.values())}
        entries = (evolve(e, spellings=(*e.spellings, *more.get(e.code, ()))) for e in self.codes)
        return evolve(self, codes=tuple(entries))


def translate(value: E, to: str, lists: Iterable[CodeList]) -> E | Undetermined:
    """The same value in another edition of its list; `UNDETERMINED` where it cannot be known.

    What was one region in 2009 may be two today: the region of 2009 cannot say which.
    """
    if value.edition == to:
        return value
    for known in lists:
        if (known.list, known.edition) == (value.list, value.edition):
            code = known.to.get(to, {}).get(value.code)
            return UNDETERMINED if code is None else type(value)(value.list, to, code)
    return UNDETERMINED


@cache
def occupations() -> CodeList:
    """The 436 unit groups of ISCO-08 (International Labour Office, 2012). Codes only: their own code is their name."""
    lines = resources.files("cigem_core.model").joinpath("data/isco08.csv").read_text("utf-8").splitlines()
    codes = [line for line in lines if line.isdigit()]
    return CodeList(
        list=Occupation.list,
        edition="2008",
        title=Text(fr="CITP-08, groupes de base", en="ISCO-08, unit groups"),
        source="International Labour Office, International Standard Classification of Occupations, Geneva 2012",
        codes=tuple(Code(code=code, name=code) for code in codes),
    )


@cache
def sectors() -> CodeList:
    """The 21 sections of ISIC Rev. 4 (United Nations, 2008). Codes only: their own letter is their name."""
    return CodeList(
        list=Sector.list,
        edition="4",
        title=Text(fr="CITI Rév. 4, sections", en="ISIC Rev. 4, sections"),
        source="United Nations, Statistical Papers, Series M No. 4/Rev. 4, New York 2008",
        codes=tuple(Code(code=letter, name=letter) for letter in "ABCDEFGHIJKLMNOPQRSTU"),
    )


_NOT_ISO_3166_1 = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])
"""Two-letter codes CLDR names that ISO 3166-1 has not assigned (reserved, private use, or a grouping)."""


@cache
def countries(language: str = "fr") -> CodeList:
    """The countries of ISO 3166-1 alpha-2 under their CLDR names (Babel) in one language.

    An agency's own spellings are added with `with_spellings`: CLDR has no plain "Congo", for example.
    """
    from babel import Locale

    names = {c: n for c, n in Locale(language).territories.items() if len(c) == 2 and c not in _NOT_ISO_3166_1}
    return CodeList(
        list=Country.list,
        edition=language,
        title=Text(fr="Pays, noms du CLDR", en="Countries, CLDR names"),
        source="Unicode CLDR as packaged by Babel; ISO 3166-1 alpha-2",
        codes=tuple(Code(code=code, name=name) for code, name in sorted(names.items())),
        folded=True,
    )
