"""How likely a text is what somebody wrote, judged by the signs beyond ASCII and by what stands beside them.

Bytes read under another encoding than theirs become letters that no word has: `KONÉ` turns into `KON╔`, `Łukasz` into
`£ukasz`. French and its neighbours write few such signs, in few places; whatever stands elsewhere tells against a reading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from attrs import frozen

from cigem_core.formats.delimited.decoding import MARK

FRENCH = frozenset("éèêëàâîïôùûüçœÉÈÊËÀÂÎÏÔÙÛÜÇŒ")
"""Letters of French beyond ASCII, without æ and ÿ, which a book has and no list."""

_BESIDE: Mapping[str, tuple[str, str]] = {
    "é": (" abcdfghiklmnoprstuvwyzâïü", " abcdefgijklmnopqrstuvxzâïô"), "è": ("bcdfghilmnprstuvyz", " cdfglmnpqrstuvyz"),
    "ê": (" bcdefghilmnprstuv", "cghlmnprtvz"), "ë": ("agbcdfhiklmnoprstvz", " bcdklmnrstvz"), "à": (" jlt", " bcdglmnprstv"),
    "â": (" bcdfghilmnprtvzé", " bcdfgilmnprstvz"), "î": (" abcdfglmnortuvé", " cglmnprst"),
    "ï": ("aehoué", " bcdefklmnqrstvw"), "ô": (" cdghklmnprt", "cdeklmnpstuz"), "ù": ("o", " "),
    "û": (" abcdfglmoprst", " cemrt"), "ü": (" abdfghjklmnprstz", " bcdefghklmnrstz"), "ç": (" aeinoruáãí", "aouáãéõ"),
    "œ": (" bcfmnsv", "iu"), "æ": (" bfghklmnprsv", " gijklmnrstvð"), "ÿ": ("a", " s"),
    "á": (" abcdfghijklmnprstuvxyzñ", " bcdefgijlmnprstuvzíñþ"), "í": (" abcdefghjklmnprstuvxáñú", " abcdefgjklmnoprstuvzçðñ"),
    "ó": (" abcdefghijklmnpqrstvxzíñ", " abcdgiklmnprstvzðñþ"), "ú": (" abcdefghjklmnprstvz", " abcdegjklmnprstvxzíðñ"),
    "ñ": (" aeiouáéíóú", "aeiouyáéíóú"), "ã": ("bcdefghijlmnoprstvç", " eios"), "õ": ("bcdglmnprstvzç", "e"),
    "ä": (" bcdefghjklmnprstvwyzäö", " cdefghijklmnprstuvxyzäö"), "ö": (" bdefghjklmnoprstuvwyzäö", " abcdefghijklmnprstuvyzäö"),
    "ß": ("aeiouäöü", " aegilrstw"), "ì": ("bcdfglmnprstvz", " "), "ò": (" bcdfglmnprstvz", " bcdglmnprstv"),
    "å": (" abdefghklmprstv", " dgklmnprst"), "ø": (" bdfghjklmnprstv", "bdefgjklmnrstvy"),
    "ð": (" afiruyáæéóúý", " abehijlmrsuv"), "þ": (" ", "aeijoruáæéíóöúý"), "š": (" aeiou", " aeiou"),
    "ž": (" adeiou", " aeiou"), "ý": (" bdfhklmnrstvþ", " bfgjklmnprstvð"),
}  # fmt: skip
"""Letters of French and its neighbours beyond ASCII, with those that stand before and after each; a space is the word's end."""

_OPENING, _CLOSING, _DASHES = frozenset("«“„‹"), frozenset("»”›"), frozenset("–—")
_AFTER_DIGITS = frozenset("€£¥°º²³½¼¾‰")
_SELDOM = frozenset("™®©§•·±µ×÷¿¡ªº…‘’")
_SPACES = frozenset(" \t\r\n;,|\u00a0\u202f\"'()/-:.!?")
_BEYOND = re.compile(r"[^\x00-\x7f]")
_THORN, _WITH_THORN = frozenset("ýþð"), frozenset("áíóúæ")
"""Letters of Icelandic, and those it never is without: alone they are Turkish (ı, ş, ğ) under another encoding."""

_ALONE = frozenset("àÀèÈéÉóÓ")
"""Letters that are words: of French, of Italian, of Portuguese, of Irish names."""

_MOST = 3.0
_FOREIGN_RUN = 3
"""So many letters beyond ASCII, one after the other, stand in no French word."""


@frozen(kw_only=True)
class Weighing:
    """What tells for and against a text."""

    weight: float
    """The more the likelier."""
    seemly: float
    """What a letter weighs on an average; none weighs the most."""
    wrong: int
    """Signs that stand where nobody writes them."""
    foreign: int
    """Letters that French does not have."""
    signs: int
    """All signs beyond ASCII."""


def judged(text: str) -> Weighing:
    """What the signs of a text beyond ASCII tell of it."""
    is_nordic = any(sign in _WITH_THORN for sign in text.lower())
    weighed = [
        (sign, -1.0 if sign.lower() in _THORN and not is_nordic else _weight(before, sign, after))
        for before, sign, after in _signs(text)
    ]
    weights = [weight for _, weight in weighed]
    letters = {sign for sign, _ in weighed if unicodedata.category(sign).startswith("L")}
    of_letters = [weight for sign, weight in weighed if sign in letters]
    runs = len(re.findall(rf"[^\W\d_a-zA-Z]{{{_FOREIGN_RUN},}}", text))
    return Weighing(
        weight=sum(weights) - 3 * runs,
        seemly=sum(of_letters) / len(of_letters) if of_letters else _MOST,
        wrong=sum(1 for weight in weights if weight < 0) + runs,
        foreign=sum(1 for sign, _ in weighed if sign in letters and sign not in FRENCH),
        signs=len(weights),
    )


def _signs(text: str) -> Iterator[tuple[str, str, str]]:
    """Each sign beyond ASCII, with what stands before and after it."""
    for found in _BEYOND.finditer(text):
        at, sign = found.start(), found[0]
        before = text[at - 1 : at] or " "
        # A capital that begins a word is none among capitals: Sí, Là.
        begins = sign.islower() and not text[max(at - 2, 0) : max(at - 1, 0)].isalpha()
        yield before.lower() if begins else before, sign, text[at + 1 : at + 2] or " "


def _weight(before: str, sign: str, after: str) -> float:
    if sign == MARK or (not sign.isprintable() and sign not in _SPACES):
        return -3.0
    if sign.isalpha() and sign not in "ªº":
        return _weight_of_letter(before, sign, after)
    inside = before.isalpha() and after.isalpha()
    if sign == "·" and before.lower() == after.lower() == "l":
        return 2.0  # Catalan: col·legi
    if sign in _OPENING:
        return 2.0 if before in _SPACES and after not in " \t\r\n;," else -1.0
    if sign in _CLOSING:
        return 2.0 if not after.isalnum() and before not in " \t\r\n;" else -1.0
    if sign in "’‘" and before.isalpha():
        return 2.0 if inside else 0.5
    if sign in _DASHES:
        return 2.0 if before in _SPACES and after in _SPACES else 0.5
    if sign in _AFTER_DIGITS and not inside and (before.isdigit() or after.isdigit() or before in "nN  "):
        return 2.0
    if sign in "\u00a0\u202f":
        return 0.5
    if sign in _SELDOM and not inside:
        return 0.5 if sign != "…" else 1.0
    return -2.0


def _weight_of_letter(before: str, sign: str, after: str) -> float:
    """French letters weigh most; one alone, or a capital after small letters, tells against the reading."""
    if not before.isalpha() and not after.isalpha():
        return 1.0 if sign in _ALONE and before in _SPACES and after in _SPACES else -1.0
    if sign.isupper() and before.isalpha() and before.islower():
        return -1.0
    if sign.islower() and ((after.isalpha() and after.isupper()) or _ends_capitals(before, after)):
        # KONé, for want of a capital with its accent; no other letter is left small among capitals.
        return 0.3 if sign in "éèêëàçîïôû" else -1.0
    small = sign.lower()
    if small not in _BESIDE:
        return -0.5
    if small == "à" and after.isalpha() and not before.isalpha():
        return 2.0  # Àngels; German begins many more words with Ä
    mine = _BESIDE[small]
    seen = (_place(before) in mine[0]) + (_place(after) in mine[1])
    if small in "ãõðþý" and (seen < 2 or (small == "ã" and not after.isalpha() and before.lower() not in "mhltsvfç")):
        # Letters that stand in few places, and that others of Eastern Europe and Turkey are taken for.
        return -1.0
    return (0.5, 2.0, 3.0)[seen] if sign in FRENCH else (-1.0, 0.5, 2.5)[seen]


def _place(sign: str) -> str:
    """A sign as `_BESIDE` has it."""
    return sign.lower() if sign.isalpha() else " "


def _ends_capitals(before: str, after: str) -> bool:
    return before.isalpha() and before.isupper() and not after.isalpha()
