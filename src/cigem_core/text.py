"""A sentence in the two languages of the house: French for officers, English for engineers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal, TypeVar

from attrs import frozen

Language = Literal["fr", "en"]
T = TypeVar("T")


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


WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Unicode's White_Space: what is trimmed from a cell (Python's own `strip` also takes four control characters)."""

HIDDEN = (
    "\u00ad\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
"""Signs that show nothing and say nothing about a word: soft hyphens, spaces of no width, marks of byte order and direction.
Those that join letters (`JOINERS`) do say something, in scripts that have them."""

JOINERS = "\u200c\u200d"


_PLAIN = {
    **dict.fromkeys(map(ord, HIDDEN), ""), **dict.fromkeys(map(ord, JOINERS), ""),
    **dict.fromkeys(map(ord, "’‘‛ʼʹ′´`＇"), "'"), **dict.fromkeys(map(ord, "“”„‟″«»＂"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-"), **dict.fromkeys(map(ord, "º˚"), "°"), ord("№"): "n°", ord("…"): "...",
    ord("："): ":",
}  # fmt: skip
"""A printer's signs → those of a keyboard."""


_AT_ONCE = 1 << 10


def in_normal_form(form: Literal["NFC", "NFD", "NFKD"], text: str) -> str:
    """A text in one of Unicode's normal forms; a long one piece by piece.

    To put the marks of a letter in order takes their number squared, and a letter may be given a million.
    """
    if len(text) <= _AT_ONCE:
        return unicodedata.normalize(form, text)
    return "".join(unicodedata.normalize(form, text[at : at + _AT_ONCE]) for at in range(0, len(text), _AT_ONCE))


class _Answers(dict[str, T]):
    """Title → what was answered; what is longer than any title is not held on to."""

    def __init__(self, asked: Callable[[str], T]) -> None:
        super().__init__()
        self._asked = asked

    def __missing__(self, title: str) -> T:
        if len(self) >= _TITLES:
            self.clear()
        answer = self._asked(title)
        if len(title) <= _TITLE:
            self[title] = answer
        return answer


_TITLES, _TITLE = 1 << 12, 1 << 8


def remembered(asked: Callable[[str], T]) -> Callable[[str], T]:
    """What is asked of the same titles again and again is worked out once."""
    return _Answers(asked).__getitem__


@remembered
def title_key(title: str) -> str:
    """The form under which titles of columns, sheets and labels are compared.

    Letter case, stray spaces, signs nobody sees, typographic quotes and dashes and a colon at the end do not count.
    """
    plain = in_normal_form("NFC", title).translate(_PLAIN).casefold()
    return " ".join(plain.split()).removesuffix(":").rstrip()


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
