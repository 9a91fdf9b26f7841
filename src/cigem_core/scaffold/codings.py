"""Codes, flags and code lists, guessed from cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import evolve

from cigem_core.model.codes import CodeList
from cigem_core.model.fields import Field
from cigem_core.model.identity import Sex
from cigem_core.model.values import Edited, Listed
from cigem_core.scaffold.evidence import Guess, is_rare, made, needs
from cigem_core.scaffold.offers import Offer
from cigem_core.scaffold.samples import SampleColumn, quoted
from cigem_core.sdk.lenses import column
from cigem_core.sdk.numbers import PhonePlan
from cigem_core.spelling import fold


def flag(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:  # noqa: ARG001
    """Yes and no."""
    counts = Counter(cells.filled.to_list())
    meant = {text: _TRUTHS[fold(text)] for text, count in counts.most_common() if fold(text) in _TRUTHS}
    pair = _first_two(meant)
    if not pair:
        return None
    listed = ", ".join(f"{quoted(text)}: {value}" for text, value in pair.items())
    return made(cells, f".codes({{{listed}}})", column(cells.header).codes(pair), evidence=_left(counts, pair))


_YES, _NO = ("o", "oui", "true", "vrai", "yes", "y", "1", "x"), ("n", "non", "false", "faux", "no", "0")


_TRUTHS = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)


def is_truth(text: str) -> bool:
    """Whether a text says yes or no."""
    return fold(text) in _TRUTHS


def _first_two(meant: Mapping[str, bool]) -> dict[str, bool]:
    """The commonest way to write each of the two."""
    pair: dict[str, bool] = {}
    for text, value in sorted(meant.items(), key=lambda item: not item[1]):
        if value not in pair.values():
            pair[text] = value
    for text, value in tuple(pair.items()):
        if len(pair) == 1 and (other := _OPPOSITES.get(text.casefold())):
            pair[other.upper() if text.isupper() else other] = not value
    return pair


_ONE_WAY = (("o", "n"), ("oui", "non"), ("true", "false"), ("vrai", "faux"), ("yes", "no"), ("1", "0"))


_OPPOSITES = {one: other for pair in _ONE_WAY for one, other in (pair, pair[::-1])}


def _left(counts: Counter[str], known: Mapping[str, Any]) -> str:
    """How many cells hold something else; what they hold may be anybody's, and is not quoted."""
    others = sum(count for text, count in counts.items() if text not in known)
    return f"; {others} hold something else" if others else ""


def coded(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:  # noqa: ARG001
    """The members of an enumeration."""
    assert wanted.codes is not None
    counts = Counter(cells.filled.to_list())
    meant = _members(counts, wanted.codes)
    questions: list[str] = []
    if not meant:
        meant, questions = _by_order(counts, wanted.codes), ["what does each of these stand for? they were taken in their order"]
    if not meant:
        return None
    listed = ", ".join(f"{quoted(text)}: {type(member).__name__}.{member.name}" for text, member in meant.items())
    lens = column(cells.header).codes(meant)
    imports = frozenset({(wanted.codes.__module__, wanted.codes.__name__)})
    often = [
        text
        for text, count in counts.items()
        if text not in meant and not is_rare(count, cells.filled.len()) and len(text) <= _CODE
    ]
    if often and len(often) <= _CODES:
        questions.append(f"what do these stand for: {', '.join(map(quoted, often))}?")
    return made(cells, f".codes({{{listed}}})", lens, evidence=_left(counts, meant), questions=tuple(questions), imports=imports)


_CODE, _CODES = 20, 12
"""How long a code may be, and how many of them there are at most."""


def _members(counts: Counter[str], codes: type[StrEnum]) -> dict[str, StrEnum]:
    """The texts that are members by their names in either language, or by a first letter that only one has."""
    named = {_plain(said): member for member in codes for said in (str(member), member.name, getattr(member, "fr", member.name))}
    named |= {_plain(said): member for said, member in _SEXES.items()} if codes is Sex else {}
    named |= {letters: member for member in codes if len(letters := _acronym(member)) > 1}
    initials = Counter(_plain(getattr(member, "fr", member.name))[:1] for member in codes)
    if max(initials.values()) == 1:
        named = {_plain(getattr(member, "fr", member.name))[:1]: member for member in codes} | named
    found: dict[str, StrEnum] = {}
    for text, count in counts.most_common():
        member = named.get(_plain(text))
        if member is not None and (member not in found.values() or not is_rare(count, counts.total())):
            found[text] = member
    return found


def _acronym(member: StrEnum) -> str:
    """`cdi` for « contrat à durée indéterminée »."""
    return "".join(word[0] for word in _plain(getattr(member, "fr", member.name)).split() if len(word) > _SMALL)


_SMALL = 2
"""Letters of a word that counts in no acronym."""


_SEXES: dict[str, StrEnum] = {
    **dict.fromkeys(("m", "h", "masculin", "garçon", "monsieur", "mr"), Sex.MALE),
    **dict.fromkeys(("f", "féminin", "fille", "madame", "mme"), Sex.FEMALE),
}


def _plain(text: str) -> str:
    return re.sub("[^a-z0-9]+", " ", fold(text)).strip()


def _by_order(counts: Counter[str], codes: type[StrEnum]) -> dict[str, StrEnum]:
    """Numbers that run from 1, or 0, and no further than there are members."""
    often = sorted(int(text) for text, count in counts.items() if text.isdigit() and count > _FEW)
    begins = often[0] if often else 0
    runs = begins in (0, 1) and len(often) > 1 and often == list(range(begins, begins + len(often)))
    return (
        dict(zip(map(str, range(begins, begins + len(codes))), codes, strict=True)) if runs and len(often) <= len(codes) else {}
    )


_FEW = 2
"""A code that stands in so few cells may be a slip."""


def listed(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:
    """A code list by its names or its codes; or codes that differ from a list's only by their signs."""
    found: list[Guess] = []
    for offer in offers:
        codes = None if isinstance(offer.value, PhonePlan) else offer.codes
        if codes is not None and _holds(wanted, codes):
            found += [_by_list(cells, offer, written) for written in ("code", "name")]  # names are read by their codes too
            found += filter(None, [_respelled(wanted, cells, offer, codes)])
    best = max(found, key=lambda one: one.read, default=None)
    if best is None or best.share < _ENOUGH:
        return best
    rivals = sorted(
        {name for one in found if one.read == best.read for _, name in one.imports} - {name for _, name in best.imports}
    )
    asked = tuple(f"or is it {rival}, which reads as many?" for rival in rivals if rival.isupper())[:1]
    return evolve(best, questions=asked)


_ENOUGH = 0.5


def _holds(wanted: Field, codes: CodeList) -> bool:
    if issubclass(wanted.python, Listed):
        return codes.list == wanted.python.list
    plain = {listed.list for listed in Listed.__subclasses__()}
    level = any(code.isced is not None for code in codes.codes)
    return codes.list not in plain and issubclass(wanted.python, Edited) and level == (wanted.python.__name__ == "Level")


def _by_list(cells: SampleColumn, offer: Offer, written: str) -> Guess:
    how = "" if written == "name" else ', written="code"'
    lens = column(cells.header).codelist(offer.value, written=written)
    imports = frozenset({(offer.module, offer.name)})
    return made(cells, f".codelist({offer.name}{how})", lens, imports=imports, needs=needs(offer))


def _respelled(wanted: Field, cells: SampleColumn, offer: Offer, codes: CodeList) -> Guess | None:
    """`ml_3` for `ML-3`."""
    bare = {_plain(code): code for code in codes.by_code}
    meant = {
        text: bare[_plain(text)]
        for text in sorted(set(cells.filled.to_list()))
        if _plain(text) in bare and text not in codes.by_code
    }
    if not meant:
        return None
    cls = wanted.python
    edited = issubclass(cls, Edited)
    values = {text: cls(codes.list, codes.edition, code) if edited else cls(code) for text, code in meant.items()}
    head = f"{offer.name}.list, {offer.name}.edition, " if edited else ""
    listed = ", ".join(f"{quoted(text)}: {cls.__name__}({head}{quoted(code)})" for text, code in meant.items())
    imports = {(cls.__module__, cls.__name__)} | ({(offer.module, offer.name)} if edited else set())
    return made(
        cells, f".codes({{{listed}}})", column(cells.header).codes(values), imports=frozenset(imports), needs=needs(offer)
    )
