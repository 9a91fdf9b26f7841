"""Axes: what centre and agencies agreed to do together. Three ship; a convention may declare another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Self

from attrs import frozen

from cigem_core.text import Text


class Axis(str):
    """The code of an axis, with how the conventions word it. Two of one code are one axis."""

    RECEPTION: ClassVar[Axis]
    EMPLOYMENT_DATA: ClassVar[Axis]
    TRAINING: ClassVar[Axis]

    label: Text
    word: Text
    """What is typed for it."""

    def __new__(cls, code: str, label: Text | None = None, word: Text | None = None) -> Self:
        """An axis by its code; one that ships has its label, another is worded by the convention that declares it."""
        made = super().__new__(cls, code)
        known = _SHIPPED.get(code)
        made.label = label or (known.label if known else Text(fr=str(code), en=str(code)))
        made.word = word or (known.word if known else Text(fr=str(code), en=str(code)))
        return made


@frozen(kw_only=True)
class AxisDeclaration:
    """An axis that a convention declares beside those that ship: `[[axis]]`."""

    code: str
    name: Text
    word: Text | None = None
    """What is typed for it; its code where nothing is said."""

    @property
    def axis(self) -> Axis:
        """The axis itself."""
        return Axis(self.code, self.name, self.word)

    @property
    def is_plain(self) -> bool:
        """Whether its code is one that can be typed and stand in the name of a file."""
        return bool(self.code) and self.code[0].isalpha() and all(c in _PLAIN for c in self.code)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_SHIPPED: dict[str, Axis] = {}

Axis.RECEPTION = Axis(
    "reception",
    Text(fr="accueil et élaboration du projet", en="reception and elaboration of projects"),
    Text(fr="accueil", en="reception"),
)
Axis.EMPLOYMENT_DATA = Axis(
    "employment-data", Text(fr="données de l'emploi", en="employment data"), Text(fr="emploi", en="employment")
)
Axis.TRAINING = Axis("training", Text(fr="plans de formation", en="training plans"), Text(fr="formation", en="training"))

AXES = (Axis.RECEPTION, Axis.EMPLOYMENT_DATA, Axis.TRAINING)
"""Those that ship: the three of the conventions the library was written for."""
_SHIPPED |= {str(axis): axis for axis in AXES}


def axes_of(declared: Iterable[Axis]) -> tuple[Axis, ...]:
    """The axes there are: those that ship, then those that conventions declare, by their codes."""
    others = {str(axis): axis for axis in declared if axis not in _SHIPPED}
    return (*AXES, *(others[code] for code in sorted(others)))


def typed_for(axis: Axis) -> Iterator[str]:
    """What may be typed for an axis: its code, and its word and its name in either language."""
    for written in (str(axis), axis.word.fr, axis.word.en, axis.label.fr, axis.label.en):
        yield written.casefold()
