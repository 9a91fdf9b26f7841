"""A sentence in the two languages of the house: French for officers, English for engineers."""

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


WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Unicode's White_Space: what is trimmed from a cell (Python's own `strip` also takes four control characters)."""
