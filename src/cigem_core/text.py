"""Sentences in the two languages of the house, French for officers and English for engineers, fit to be shown."""

from __future__ import annotations

import re
from typing import Literal

from attrs import frozen

Language = Literal["fr", "en"]


@frozen
class Text:
    """The same sentence in French and in English."""

    fr: str
    en: str

    def in_(self, language: Language) -> str:
        """The sentence in one of the two languages."""
        return self.fr if language == "fr" else self.en

    def __str__(self) -> str:
        return self.en


def counted(number: int, fr: str, en: str) -> Text:
    """A number with what is counted; an ending in parentheses is that of the plural: `counted(2, "ligne(s) close(s)", …)`."""
    # French counts none as one.
    return Text(fr=f"{number} {_ended(fr, plural=number > 1)}", en=f"{number} {_ended(en, plural=number != 1)}")


def _ended(words: str, *, plural: bool) -> str:
    return re.sub(r"\((\w+)\)", r"\1" if plural else "", words)


_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What a terminal obeys and nobody sees: controls of both tables, marks of direction, halves of characters, tags."""


def written_out(text: str) -> str:
    """A text with everything a terminal would obey written out, as JSON writes it; tabs and line ends stand."""
    return _UNSEEN.sub(lambda found: _escaped(found[0]), text)


def without_secrets(address: str) -> str:
    """The URL of a database or a service without user, password or parameters; anything else as it is."""
    scheme, there, rest = address.partition("://")
    if not there:
        return address
    place = re.split(r"[?#]", rest, maxsplit=1)[0]
    host, slash, path = place.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def _escaped(character: str) -> str:
    if character > "\uffff":
        units = character.encode("utf-16-be")
        return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in (0, 2))
    return f"\\u{ord(character):04x}"
