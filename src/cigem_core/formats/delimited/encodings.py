"""In which encoding a text was written, by its bytes: the likeliest, or the question which of several it is.

Marks and UTF are certain. Among the old encodings of our part of the world we choose by how letters stand in words, which
is right more often than detectors made for all languages. Such a detector (chardet) is the doubt: where the text is no plain
French and the detector names an encoding under which other letters stand there, nobody but the sender can say.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from attrs import frozen

from cigem_core.errors import UnknownEncoding
from cigem_core.formats.delimited.decoding import MARK, decode
from cigem_core.formats.delimited.letters import judged
from cigem_core.text import Text

LEGACY = ("cp1252", "cp850", "mac_roman")
"""What our part of the world wrote in before UTF-8, the likeliest first."""

_WESTERN = {
    "cp1252": 1.5, "iso8859-15": 0.5, "cp850": 0.5, "mac_roman": 0.0, "cp858": 0.0,
    "cp437": -0.5, "cp863": -1.0, "cp860": -1.0, "cp865": -1.0, "cp861": -1.0,
}  # fmt: skip
"""The encodings of Western Europe that are chosen from, and how much more evidence one needs than another."""

_MARKS = {
    codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be",
}  # fmt: skip

_BEYOND = re.compile(rb"[\x80-\xff]")
_AROUND = 1 << 12
_ENOUGH = 1 << 16
"""Bytes of lines beyond ASCII that tell enough."""


@frozen(kw_only=True)
class SettledEncoding:
    """The encoding of a text, and the ones to ask about where nobody but its sender can say."""

    encoding: str
    asks: tuple[str, ...] = ()


def settled(head: bytes, rest: Iterable[bytes] = ()) -> SettledEncoding:
    """The encoding of a text: by its mark, by what UTF-8 forbids, by how letters stand in words.

    `rest` is read only where the head leaves UTF-8 possible.
    """
    if marked := next((encoding for mark, encoding in _MARKS.items() if head.startswith(mark)), None):
        return SettledEncoding(encoding=marked)
    if wide := _unmarked_wide(head):
        return SettledEncoding(encoding=wide)
    lines = _not_utf8(head, rest)
    if lines is None or _is_mostly_utf8(lines):
        return SettledEncoding(encoding="utf-8")
    return _likeliest(b"\n".join(lines))


def in_order(encodings: Sequence[str], head: bytes, rest: Iterable[bytes]) -> list[str]:
    """Declared encodings, UTF-8 first or last: a header in ASCII alone says nothing, the rows below it do."""
    others = [encoding for encoding in encodings if encoding != "utf-8"]
    if len(others) in (0, len(encodings)):
        return list(encodings)
    telling = next((chunk for chunk in chain([head], rest) if not chunk.isascii()), b"")
    return ["utf-8", *others] if not telling or _is_mostly_utf8(beyond_ascii(telling)) else [*others, "utf-8"]


def _not_utf8(head: bytes, rest: Iterable[bytes]) -> list[bytes] | None:
    """Lines that hold more than ASCII, up to some that are not UTF-8; None where all is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    before: list[bytes] = []
    last = head
    for last in chain([head], rest):
        try:
            decoder.decode(last)
        except UnicodeDecodeError:
            return [*before, *beyond_ascii(last)]
        before = before or beyond_ascii(last)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return beyond_ascii(last)
    return None


def beyond_ascii(chunk: bytes) -> list[bytes]:
    """Lines that hold more than ASCII, as many as tell enough; of a line longer than any, what stands around."""
    lines, size, at = [], 0, 0
    while size < _ENOUGH and (found := _BEYOND.search(chunk, at)):
        first = max(chunk.rfind(b"\n", 0, found.start()) + 1, found.start() - _AROUND)
        end = chunk.find(b"\n", found.start())
        at = min(len(chunk) if end < 0 else end, found.start() + _AROUND)
        lines.append(chunk[first:at].rstrip(b"\r"))
        size += at - first
    return lines


def _is_mostly_utf8(lines: Sequence[bytes]) -> bool:
    """Whether more lines are UTF-8 than not: the others were pasted in."""
    right = sum(map(_is_utf8, lines))
    return right * 2 > len(lines)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _likeliest(lines: bytes) -> SettledEncoding:
    """The old encoding under which the signs beyond ASCII stand where people write them."""
    weights = {encoding: worth + judged(decode(lines, encoding)).weight for encoding, worth in _WESTERN.items()}
    best = max(weights, key=lambda encoding: weights[encoding])
    return SettledEncoding(encoding=best, asks=doubts(lines, best))


def doubts(lines: bytes, encoding: str) -> tuple[str, ...]:
    """Which encodings lines beyond ASCII may be in, where that one is in doubt; the likeliest first, none where it is not.

    Lines with bytes that are not of the encoding are faults of their rows, as long as they are few.
    """
    every = lines.split(b"\n")
    sound = [line for line in every if MARK not in decode(line, encoding)]
    lines = b"\n".join(sound if len(sound) * 2 >= len(every) else every)
    text = decode(lines, encoding)
    told = judged(text)
    seemly = told.seemly
    is_likely = seemly >= _SEEMLY and told.wrong * _RARE <= told.signs and (not told.foreign or not told.wrong)
    # Of capitals, detectors know little.
    is_small = 2 * sum(map(str.isupper, text)) < sum(map(str.isalpha, text))
    small = lines if is_small else _small(text, encoding)
    if is_likely and not ((told.foreign or told.wrong) and _is_rather_another(small, encoding)):
        return ()
    named = _named(lines)
    likely = named if is_small else _named(small)
    agrees = not is_likely and likely and (likely[0] in _WESTERN_NAMES or _read(lines, likely[0]) == text)
    if agrees and seemly >= _UNSEEMLY and told.wrong * 4 <= told.signs:
        return ()
    return tuple(dict.fromkeys([*[name for name in named if _read(lines, name) != text][:6], encoding]))


_SEEMLY, _UNSEEMLY = 2.2, 1.2
"""What a sign of the texts of our part of the world weighs, and what it weighs at least."""

_RARE = 8
"""One sign in so many may stand where it should not."""

_MOST = 12
"""How many of the encodings a detector names are looked at."""

_WESTERN_NAMES = frozenset(codecs.lookup(name).name for name in (*_WESTERN, "latin-1"))


def _readings(lines: bytes) -> Iterator[tuple[str, str, float]]:
    """What a detector takes lines for, the likeliest first: encoding, text, how sure; no word mixes two scripts."""
    import chardet

    for said in chardet.detect_all(lines):
        name = _codec(str(said["encoding"]))
        text = _read(lines, name) if name else None
        if name is not None and text is not None and not _TWO_SCRIPTS.search(text):
            yield name, text, said["confidence"]


def _named(lines: bytes) -> list[str]:
    """The encodings a detector names, the likeliest first."""
    return list(dict.fromkeys(name for name, _, _ in _readings(lines)))[:_MOST]


def _is_rather_another(lines: bytes, encoding: str) -> bool:
    """Whether a detector finds a reading that is none of ours far likelier than this one: Turkish, say, or Hungarian."""
    glance = lines if len(lines) <= _GLANCE else lines[:_GLANCE].rpartition(b"\n")[0]
    text, ours, theirs = decode(glance, encoding), 0.0, 0.0
    for name, read, sure in _readings(glance):
        if read == text or name in _WESTERN_NAMES:
            ours = max(ours, sure)
        else:
            theirs = max(theirs, sure)
    return theirs > _FAR * ours


_GLANCE = 1 << 13
"""Bytes that are enough for a doubt."""

_FAR = 2.55
"""How much likelier another reading must be; of Spanish and Portuguese names none is."""

_TWO_SCRIPTS = re.compile(r"[A-Za-z][\u0370-\u1dff\u2e80-\uffff]|[\u0370-\u1dff\u2e80-\uffff][A-Za-z]")


def _small(text: str, encoding: str) -> bytes:
    """The text in small letters."""
    return text.lower().replace(MARK, "").encode(encoding, "ignore")


def _codec(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _read(lines: bytes, encoding: str) -> str | None:
    try:
        return lines.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def asked(name: str, candidates: Sequence[str]) -> UnknownEncoding:
    """The refusal of a text whose encoding nobody can know, naming what it may be."""
    listed = ", ".join(candidates)
    return UnknownEncoding(
        Text(
            fr=f"{name} : l'encodage est incertain : {listed} ? L'enregistrer en UTF-8, ou dire lequel (encodings=)",
            en=f"{name}: the encoding is not certain, it may be {listed}; save it as UTF-8, or say which (encodings=)",
        ),
        candidates=tuple(candidates),
    )


def _unmarked_wide(head: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of plain letters is null."""
    sample = head[: 1 << 12]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) < 4 or max(even, odd) < len(sample) * 0.2 or min(even, odd) > max(even, odd) * 0.2:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"
