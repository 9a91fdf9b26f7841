"""How texts are spelt, and which of them are the same whatever their spelling."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Literal, TypeVar

T = TypeVar("T")

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


def fold(text: str) -> str:
    """The text without case, accents, forms of the apostrophe or runs of spaces."""
    # The acute accent is an apostrophe to many keyboards, and NFKD would make a space of it.
    decomposed = in_normal_form("NFKD", text.translate(_APOSTROPHES))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u2032\u00b4`", "'"))


@remembered
def looks_like(title: str) -> str:
    """A title without what the eye passes over: slightly misnamed, it is still the same."""
    return "".join(c for c in fold(title) if c.isalnum())
