"""What a column holds, from its cells alone: days, numbers, telephones, codes out of a few; text where nothing else is sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from attrs import evolve, frozen

from cigem_core.model.fields import Field
from cigem_core.model.identity import Sex
from cigem_core.model.values import VALUE_TYPES, Amount, Country, Labelled, Level, Occupation, PartialDate, Phone, Place
from cigem_core.scaffold.codings import is_truth
from cigem_core.scaffold.evidence import Guess, made, start
from cigem_core.scaffold.guesses import guess
from cigem_core.scaffold.offers import Offer
from cigem_core.scaffold.samples import SampleColumn, quoted
from cigem_core.scaffold.words import snake, tokens
from cigem_core.sdk.lenses import Column, column
from cigem_core.spelling import fold
from cigem_core.text import Text


@frozen(kw_only=True, eq=False)
class Typed:
    """What a column was taken to hold, and the lens that reads it."""

    python: type
    guess: Guess
    codes: type[StrEnum] | None = None
    """Its codes, where they are no list anybody knows: an enumeration to declare."""

    @property
    def is_many(self) -> bool:
        """Whether a record has several values of it."""
        return self.python is Phone

    def field(self, name: str, label: Text, **known: object) -> Field:
        """The field that holds it."""
        return _field(self.python, self.codes, name=name, label=label, **known)


def typed(cells: SampleColumn, offers: Sequence[Offer], *, names: frozenset[str] = frozenset(), called: str = "Code") -> Typed:
    """The narrowest type that reads all cells but slips.

    `names` are words that stand for people in other columns: what is one of them is no code. `called` is what an
    enumeration of its codes would be called.
    """
    if cells.is_list or not cells.filled.len():
        return Typed(python=str, guess=_guessed(str, cells, offers) or made(cells, "", column(cells.header)))
    tried = (one(cells, offers) for one in _TRIES)
    found = next((one for one in tried if one is not None and one.guess.share >= _SURE), None)
    return found or _own_codes(cells, names, called) or Typed(python=str, guess=made(cells, "", column(cells.header)))


_SURE = 0.9
"""The share of cells that must be read where no name speaks for a type."""


def _field(python: type, codes: type[StrEnum] | None = None, **known: object) -> Field:
    settings = {"name": "_", "label": Text(fr="_", en="_"), "many": python is Phone, **known}
    return Field(value=VALUE_TYPES[str if codes else python], python=python, codes=codes, **settings)  # type: ignore[arg-type]


def _guessed(python: type, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:
    return guess(_field(python, python if issubclass(python, StrEnum) else None), cells, offers)


def _plain(python: type) -> Callable[[SampleColumn, Sequence[Offer]], Typed | None]:
    def attempt(cells: SampleColumn, offers: Sequence[Offer]) -> Typed | None:
        found = _guessed(python, cells, offers)
        return Typed(python=python, guess=found) if found else None

    return attempt


def _years(cells: SampleColumn, offers: Sequence[Offer]) -> Typed | None:  # noqa: ARG001
    """Years alone: a number by which nothing is counted."""
    if not cells.filled.str.contains("^(?:19|20)[0-9]{2}$").all():
        return None
    return Typed(python=int, guess=made(cells, ".year()", column(cells.header).year()))


def _moment(cells: SampleColumn, offers: Sequence[Offer]) -> Typed | None:
    return _plain(datetime)(cells, offers) if cells.filled.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]").all() else None


def _flag(cells: SampleColumn, offers: Sequence[Offer]) -> Typed | None:
    """Yes and no; a column of 0 and 1 may count as well, and is asked about."""
    texts = set(cells.filled.to_list())
    if not all(map(is_truth, texts)):
        return None
    found = _plain(bool)(cells, offers)
    if found and texts <= {"0", "1"}:
        return evolve(found, guess=_asking(found.guess, "is 1 yes and 0 no, or are these numbers?"))
    return found


def _sex(cells: SampleColumn, offers: Sequence[Offer]) -> Typed | None:
    """Only where both stand in it: alone, `M` may be anything."""
    found = _guessed(Sex, cells, offers)
    if found is None or found.questions or cells.filled.n_unique() != len(Sex):
        return None
    return Typed(python=Sex, codes=Sex, guess=found)


def _phone(cells: SampleColumn, offers: Sequence[Offer]) -> Typed | None:
    """Numbers of a plan, most of them different; digits alone may be numbers of another kind."""
    found = _guessed(Phone, cells, offers)
    if found is None or cells.filled.n_unique() < _APART * cells.filled.len():
        return None
    if cells.filled.str.contains("^[0-9]+$").all():
        found = _asking(found, "are these telephone numbers?")
    return Typed(python=Phone, guess=found)


_APART = 0.5


def _listed(python: type) -> Callable[[SampleColumn, Sequence[Offer]], Typed | None]:
    """Codes of a list that plugins bring, several of which stand in the column."""

    def attempt(cells: SampleColumn, offers: Sequence[Offer]) -> Typed | None:
        if cells.filled.n_unique() < _SOME or cells.filled.str.contains("^[0-9]{1,3}$").all():
            return None
        found = _guessed(python, cells, offers)
        return Typed(python=python, guess=found) if found else None

    return attempt


_SOME = 2
"""Of how many codes it takes to tell that they are of one list; one text may be in any."""


def _number(cells: SampleColumn, offers: Sequence[Offer]) -> Typed | None:
    return None if _is_called(cells) else _unbounded(int, cells, offers)


def _decimal(cells: SampleColumn, offers: Sequence[Offer]) -> Typed | None:
    return None if _is_called(cells) else _unbounded(Decimal, cells, offers)


def _unbounded(python: type, cells: SampleColumn, offers: Sequence[Offer]) -> Typed | None:
    """Of a column of which nothing is known, no bound is guessed: a 0 among its numbers may well be one."""
    found = _guessed(python, cells, offers)
    if found is None:
        return None
    assert isinstance(found.lens, Column)
    verb = re.sub(r"(?:, )?minimum=[0-9]+", "", found.code.removeprefix(start(cells)))
    return Typed(python=python, guess=made(cells, verb, evolve(found.lens, minimum=None), questions=found.questions))


def _is_called(cells: SampleColumn) -> bool:
    """Whether digits call something rather than count it: long ones that tell rows apart, or that begin with 0."""
    texts = cells.filled
    is_long = bool(texts.str.contains(f"^[0-9]{{{_LONG},}}$").all())
    return bool(texts.str.contains("^0[0-9]").any()) or (is_long and texts.n_unique() > _APART * texts.len())


_LONG = 6


def _amount(cells: SampleColumn, offers: Sequence[Offer]) -> Typed | None:
    """Money, where a currency is named above it or thousands stand apart."""
    said = " ".join((cells.header, *cells.hints))
    is_money = bool(re.search(r"F\s*CFA|\b(?:EUR|USD|XOF|XAF|GNF|MRU|DZD|MAD)\b", said))
    return (
        _unbounded(Amount, cells, offers) if is_money or cells.filled.str.contains(r"^[0-9]{1,3}(?:\s[0-9]{3})+$").any() else None
    )


_TRIES: tuple[Callable[[SampleColumn, Sequence[Offer]], Typed | None], ...] = (
    _years, _plain(date), _moment, _plain(PartialDate), _flag, _sex, _phone, _amount,
    _listed(Place), _listed(Level), _listed(Country), _listed(Occupation), _number, _decimal,
)  # fmt: skip
"""The narrower before the wider: a day is also a birth, a year a number."""


def _own_codes(cells: SampleColumn, names: frozenset[str], called: str) -> Typed | None:
    """Codes out of a few, each of which stands in several rows; every one of them is to be written in the draft."""
    counts = cells.filled.value_counts(sort=True).rows()
    texts = [text for text, count in counts if count >= _OFTEN]
    slips = sum(count for text, count in counts if text not in texts)
    if not _SOME <= len(texts) <= _CODES or slips > (1 - _SURE) * cells.filled.len():
        return None
    if not all(map(_is_code, texts)) or tokens(cells.header) & _OF_SOMEONE or any(tokens(text) & names for text in texts):
        return None
    codes: type[StrEnum] = _enumeration(called, sorted(texts))
    meant = dict(zip(sorted(texts), codes, strict=True))
    listed = ", ".join(f"{quoted(text)}: {called}.{one.name}" for text, one in meant.items())
    lens = column(cells.header).codes(meant)
    left = f"; {slips} hold something else" if slips else ""
    return Typed(python=codes, codes=codes, guess=made(cells, f".codes({{{listed}}})", lens, evidence=left))


_OFTEN, _CODES = 3, 12
"""In how many rows a text stands to be a code, and how many codes a column has at most."""


def _is_code(text: str) -> bool:
    """Whether a text is short, and written as no name of someone is: not two words with capitals."""
    words = re.findall(r"\w+", text)
    return len(text) <= _SHORT and 0 < len(words) <= 3 and sum(word[:1].isupper() and len(word) > 2 for word in words) < 2


_SHORT = 20

_OF_SOMEONE = tokens(
    "nom prénom name surname agent conseiller conseillère enquêteur interviewer responsable chef officer operator opérateur "
    "saisi auteur author personne person who qui by par contact tuteur maître employeur"
)
"""Words of columns that say someone: the few who stand in it are people, not codes."""


def _enumeration(called: str, texts: Sequence[str]) -> type[StrEnum]:
    made: Any = Labelled
    found: type[StrEnum] = made(called, list(_members(texts)))
    return found


def _members(texts: Sequence[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """A member for each text: its name in Python, its code, and what it is called."""
    taken: set[str] = set()
    for text in texts:
        name = snake(text) if fold(text)[:1].isalpha() else f"code_{snake(text)}"
        while name in taken:
            name += "_"
        taken.add(name)
        yield name.upper(), (name.replace("_", "-"), text)


def _asking(found: Guess, question: str) -> Guess:
    return evolve(found, questions=(question, *found.questions))
