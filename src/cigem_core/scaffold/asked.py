"""What whoever drafts an adapter says of its tables: of which kind they are, or what a kind of their own is called."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence

from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.model.called import kind_called
from cigem_core.model.fields import Kind, kinds
from cigem_core.scaffold.samples import SampleTable
from cigem_core.scaffold.words import snake
from cigem_core.text import Text


@frozen(kw_only=True)
class Wishes:
    """What tables were said to hold, by their titles; of those without one, under no title."""

    agency: str
    known: Mapping[str, Kind]
    new: Mapping[str, str]

    @classmethod
    def of(cls, agency: str, known: Sequence[str], new: Sequence[str]) -> Wishes:
        """What was typed: `KIND`, or `TABLE=KIND`; OperatorError where a new kind cannot be called so."""
        names = _by_title(new)
        for name in names.values():
            _check_name(name)
        return cls(agency=agency, known={title: kind_called(name) for title, name in _by_title(known).items()}, new=names)

    def kind(self, table: SampleTable) -> Kind | None:
        """The kind a table was said to be of."""
        return self.known.get(table.title) or self.known.get("")

    def new_kind(self, table: SampleTable) -> str | None:
        """What a kind of its own is to be called."""
        return self.new.get(table.title) or self.new.get("")


def _by_title(typed: Sequence[str]) -> dict[str, str]:
    return {title: name for title, _, name in (one.rpartition("=") for one in typed)}


def _check_name(name: str) -> None:
    taken = {kind.name for kind in kinds()}
    if name != snake(name) or keyword.iskeyword(name) or name in taken:
        raise OperatorError(
            Text(
                fr=f"« {name} » ne peut nommer un type de fiche : un mot en minuscules que nul autre ne porte, comme visite",
                en=f"'{name}' cannot name a new kind: a word in small letters that no other has, such as hearing",
            )
        )
