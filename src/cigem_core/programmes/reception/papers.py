"""Reading the documents the desk works with: what a table of TOML holds, asked for piece by piece, each with its place."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from attrs import frozen

from cigem_core.errors import SourceRefused, nearest
from cigem_core.formats.source import Source
from cigem_core.model.toml_text import toml_of
from cigem_core.text import Text

LARGEST = 1 << 20
"""Bytes of a document somebody wrote by hand."""


@frozen
class Leaf:
    """A table of a document, and where it stands."""

    data: Mapping[str, Any]
    where: str

    def refuse(self, name: str, fr: str, en: str) -> SourceRefused:
        """The refusal that says where, and how to mend it."""
        return SourceRefused(Text(fr=f"{self.where}, {name} : {fr}", en=f"{self.where}, {name}: {en}"))

    def only(self, *names: str) -> None:
        """SourceRefused where it holds anything else: a misspelt name would be passed over unseen."""
        for name in self.data:
            if name not in names:
                near = nearest(name, names)
                raise self.refuse(name, f"ce nom n'existe pas ici ; {near.fr}", f"there is no such name here; {near.en}")

    def text(self, name: str) -> str | None:
        """A text; None where there is none."""
        value = self.data.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if not isinstance(value, str):
            raise self.refuse(name, "il faut un texte entre guillemets", "expected a text in quotes")
        return value.strip()

    def needed(self, name: str) -> str:
        """A text that must be there."""
        found = self.text(name)
        if found is None:
            raise self.refuse(name, "il manque ; l'écrire", "it is missing; write it")
        return found

    def both(self, name: str) -> Text | None:
        """A text in both languages, or one text for both."""
        value = self.data.get(name)
        if isinstance(value, Mapping):
            inside = Leaf(value, f"{self.where}, {name}")
            inside.only("fr", "en")
            fr, en = inside.text("fr"), inside.text("en")
            return Text(fr=fr or en or "", en=en or fr or "") if fr or en else None
        plain = self.text(name)
        return None if plain is None else Text(fr=plain, en=plain)

    def day(self, name: str) -> date | None:
        """A day, written as TOML writes it or as a text."""
        value = self.data.get(name)
        if value is None or type(value) is date:
            return value
        try:
            return date.fromisoformat(value) if isinstance(value, str) else _no_day(value)
        except ValueError:
            raise self.refuse(name, "il faut un jour comme 2009-06-12", "expected a day like 2009-06-12") from None

    def exact(self, name: str) -> Fraction | None:
        """A number, exactly as it is written."""
        value = self.data.get(name)
        if value is None:
            return None
        try:
            if isinstance(value, (int, Decimal, str)) and not isinstance(value, bool):
                return Fraction(Decimal(value))
        except (InvalidOperation, ValueError, OverflowError):
            pass
        raise self.refuse(name, "il faut un nombre comme 2 ou 0.5", "expected a number like 2 or 0.5")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, or one text."""
        value = self.data.get(name, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.refuse(name, "il faut une liste de textes", "expected a list of texts")
        return tuple(one.strip() for one in value)

    def yes(self, name: str) -> bool:
        """Whether something is so; no where nothing is said."""
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            raise self.refuse(name, "il faut true ou false", "expected true or false")
        return value

    def each(self, name: str) -> Iterator[Leaf]:
        """The tables of a list."""
        value = self.data.get(name, [])
        if not isinstance(value, (list, tuple)) or not all(isinstance(one, Mapping) for one in value):
            raise self.refuse(name, f"il faut des tables [[{name}]]", f"expected tables [[{name}]]")
        for at, one in enumerate(value, start=1):
            yield Leaf(one, f"{self.where}, {name} {at}")


def _no_day(value: object) -> date:
    raise ValueError(type(value).__name__)


def text_in(source: Source) -> str:
    """The text of a document; SourceRefused where it is none, or too large to have been written by hand."""
    content, _ = source.whole(LARGEST)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceRefused(
            Text(fr=f"{source.name} n'est pas en UTF-8 ; l'enregistrer ainsi", en=f"{source.name} is not UTF-8; save it so")
        ) from None


def toml_in(text: str, name: str) -> Leaf:
    """The table a TOML text is, its numbers as written; SourceRefused says at which line it is none."""
    try:
        return Leaf(toml_of(text, parse_float=Decimal), name)
    except (tomllib.TOMLDecodeError, InvalidOperation, RecursionError) as error:
        # What a parser says may quote the text; where it stands is enough.
        line = getattr(error, "lineno", None)
        at = f", ligne {line}" if line else ""
        raise SourceRefused(
            Text(fr=f"{name}{at} : ce n'est pas du TOML", en=f"{name}{at.replace('ligne', 'line')}: this is not TOML")
        ) from None


def canonical(data: Any) -> str:
    """A document as canonical JSON: what is kept, and what its digest is of."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, default=_plain, separators=(",", ":"))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def digest_of(wording: str) -> str:
    """Which wording it is."""
    return hashlib.sha256(wording.encode()).hexdigest()
