"""What a number format makes of a number (ECMA-376, 18.8.30): a day, a year, a power of ten, a number of so many digits."""

from __future__ import annotations

import re
from typing import Literal

from attrs import frozen

_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.?)|(?P<space>_.?|\*.?)|\[(?P<bracket>[^\]]*)\]|(?P<plain>.)', re.DOTALL)
_BUILT_IN: dict[int, Shape] = {
    **dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), "date"),
    **dict.fromkeys((11, 48), "scientific"),
    46: "elapsed",
}
_IDENTIFIES = re.compile(r"[^\W\d_].*[-/_.]$")
"""What stands before a number that is called by it: `OF-`, and no currency."""


@frozen
class DigitsShape:
    """A whole number shown with so many digits at least, and with what its format puts before, between and after them."""

    pieces: tuple[str | None, ...]
    """From the left: texts, and None where a digit stands."""
    least: int

    def show(self, number: str) -> str:
        """A number of digits as it is shown; another one as it is."""
        if not (number.isdecimal() and number.isascii()):
            return number
        places = self.pieces.count(None)
        digits = number.zfill(self.least)
        # What has more digits than places shows the first ones together; what has fewer leaves places empty.
        first, rest = digits[: max(0, len(digits) - places + 1)], list(digits[max(0, len(digits) - places + 1) :])
        filled = iter([first, *rest] if len(digits) >= places else [*[""] * (places - len(digits)), *digits])
        return "".join(next(filled) if piece is None else piece for piece in self.pieces).strip()


@frozen
class Years:
    """A day of which the year alone is shown, with what its format puts around it."""

    before: str
    after: str

    def show(self, year: str) -> str:
        """The year as it is shown."""
        return f"{self.before}{year}{self.after}".strip()


Shape = Literal["number", "date", "elapsed", "scientific"] | DigitsShape | Years
"""What a number format makes of a number."""


def shape(identifier: int, code: str | None) -> Shape:
    """What a number format means, by its number or its code, of which the first section counts."""
    if code is None:
        return _BUILT_IN.get(identifier, "number")
    tokens = _first_section(code)
    bare = "".join(text for text, is_code in tokens if is_code)
    if re.search(r"\[(?:h+|m+|s+)\]", bare, re.IGNORECASE):
        return "elapsed"
    bare = re.sub(r"\[[^\]]*\]|general|standard", "", bare, flags=re.IGNORECASE)
    if re.search(r"[0#?]E[+-]?[0#?]", bare, re.IGNORECASE):
        return "scientific"
    if re.search("[ymdhs]", bare, re.IGNORECASE):
        return _years(tokens) if re.fullmatch("\\s*yyyy?\\s*", bare, re.IGNORECASE) else "date"
    return _digits(tokens) or "number"


def _first_section(code: str) -> list[tuple[str, bool]]:
    """The pieces of a format's first section, and whether each is code, or text that is shown as it stands."""
    found: list[tuple[str, bool]] = []
    for token in _TOKEN.finditer(code):
        kind, text = str(token.lastgroup), token[str(token.lastgroup)]
        if kind == "plain" and text == ";":
            break
        if kind == "bracket":
            # A currency stands in brackets before its language: [$EUR-40C].
            found.append((text[1:].partition("-")[0], False) if text.startswith("$") else (f"[{text}]", True))
        elif kind != "space":
            found.append((text, kind == "plain"))
    return found


def _years(tokens: list[tuple[str, bool]]) -> Years:
    at = [place for place, (text, is_code) in enumerate(tokens) if is_code and text.lower() == "y"]
    before, after = tokens[: at[0]], tokens[at[-1] + 1 :]
    return Years(*("".join(text for text, is_code in some if not is_code or text == " ") for some in (before, after)))


def _digits(tokens: list[tuple[str, bool]]) -> DigitsShape | None:
    """What shows a whole number with more than its own digits; None for any other format."""
    if any(is_code and (text in ".,%@/" or text.startswith(("[<", "[>", "[="))) for text, is_code in tokens):
        return None
    pieces = tuple(None if is_code and text in "0#?" else text for text, is_code in tokens if not text.startswith("["))
    placeholders = [text for text, is_code in tokens if is_code and text in "0#?"]
    if not placeholders:
        return None
    least = len(placeholders) - placeholders.index("0") if "0" in placeholders else 0
    before = "".join(piece or "" for piece in pieces[: pieces.index(None)])
    return DigitsShape(pieces, least) if least > 1 or _IDENTIFIES.search(before) else None
