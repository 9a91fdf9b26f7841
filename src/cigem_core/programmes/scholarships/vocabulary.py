"""What a call may ask of an application: the fields by the names calls give them, and the words each may hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.model.applications import Application
from cigem_core.model.fields import kind_of
from cigem_core.policy import Mask
from cigem_core.sdk.codecs import CodeListCodec, CodesCodec, OneOfCodec, WordsCodec
from cigem_core.sdk.lenses import Column
from cigem_core.sdk.table import Table
from cigem_core.spelling import fold
from cigem_core.text import Text

if TYPE_CHECKING:
    from cigem_core.plugins import Plugins

Sort = Literal["word", "words", "whole", "decimal", "birth"]


@frozen
class Askable:
    """A field that a call may name."""

    name: str
    field: str
    """The field of an application it is."""
    sort: Sort

    @property
    def is_number(self) -> bool:
        """Whether it has more and less."""
        return self.sort in ("whole", "decimal")

    @property
    def label(self) -> Text:
        """What an officer calls it."""
        return kind_of(Application).fields[self.field].label


ASKABLE: Mapping[str, Askable] = {
    askable.name: askable
    for askable in (
        Askable("sex", "identity.sex", "word"),
        Askable("birth", "identity.birth", "birth"),
        Askable("region", "residence.region", "word"),
        Askable("bac_series", "series", "word"),
        Askable("bac_year", "certified_in", "whole"),
        Askable("bac_mean", "mean", "decimal"),
        Askable("repeats", "repeats", "whole"),
        Askable("social", "social", "words"),
        Askable("pieces", "pieces", "words"),
    )
}

ALWAYS = ("reference", "deposited_on", "identity.family_name", "identity.given_names", "student_number")
CHOICES = tuple(f"choices.{place}" for place in ("first", "second", "third", "fourth", "fifth"))


@frozen(eq=False, slots=False)
class Vocabulary:
    """The words of a country's table of applications: what a call may say of a field, and what it is stored as."""

    table: Table

    @cached_property
    def words(self) -> Mapping[str, Mapping[str, str] | None]:
        """Field → the words there are, each with its stored form; None where any will do."""
        return {name: self._words(askable) for name, askable in ASKABLE.items() if askable.field in self.table.lenses}

    def _words(self, askable: Askable) -> Mapping[str, str] | None:
        lens = self.table.lenses[askable.field]
        codec = lens.codec if isinstance(lens, Column) else None
        if isinstance(codec, CodesCodec):
            return {written: str(meaning) for written, meaning in codec.meanings.items()}
        if isinstance(codec, CodeListCodec):
            codes = codec.codes
            return {code: f"{codes.list}@{codes.edition}/{code}" for code in codes.by_code}
        if isinstance(codec, OneOfCodec):
            return {text: text for text in codec.texts}
        if isinstance(codec, WordsCodec) and codec.of:
            return {text: text for text in codec.of}
        return None

    def said(self, name: str) -> Mapping[str, str]:
        """Stored form → the word a call says, where it is another."""
        known = self.words.get(name) or {}
        return {stored: word for word, stored in known.items() if word != stored}


def piece_key(words: str) -> str:
    """The form under which pieces are compared: letter case, accents and spaces do not count."""
    return fold(words).replace(" ", "")


def mask_of(fields: frozenset[str]) -> Mask:
    """What a call lets be read: what is always read, the fields it names, and the choices."""
    asked = {ASKABLE[name].field for name in fields}
    return Mask(fields={kind_of(Application).name: frozenset({*ALWAYS, *CHOICES, *asked})}, cargo=False)


def installed_table(kind: type, plugins: Plugins | None = None, *, file: str | None = None) -> Table:
    """The table of a kind that an installed plugin brings; OperatorError where none does.

    Of several, the one for what a file of that name holds: answers to a form end in `.json` or `.xml`, everything else is
    rows, whatever people called it (`dossiers (1).csv`). Where that leaves several, or no file is named, the one of that
    name, or the first.
    """
    from cigem_core.plugins import load

    wanted = kind_of(kind)
    tables = [table for adapter in (plugins or load()).adapters.values() for table in adapter.pull if table.kind is wanted]
    if file is not None:
        is_document = file.lower().endswith((".json", ".xml"))
        tables.sort(key=lambda table: (table.format.is_sparse is not is_document, not table.format.matches(file)))
    if tables:
        return tables[0]
    raise OperatorError(
        Text(
            fr=f"aucune extension n'apporte la table « {wanted.label.fr} » ; installer cigem-bourses, par exemple",
            en=f"no plugin brings the table of kind '{wanted.name}'; install cigem-bourses, for example",
        )
    )
