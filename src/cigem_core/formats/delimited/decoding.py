"""The text of bytes in an encoding, with those that are not of it shown as what they are."""

from __future__ import annotations

import codecs
import re
from functools import cache

MARK = "\ufdd0"
"""Stands before the two hexadecimal digits of a byte the encoding does not have; no text may hold it (Unicode §23.7)."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(f"{MARK}{byte:02x}" for byte in error.object[error.start : error.end]), error.end


codecs.register_error("cigem-mark", _mark)


def decode(data: bytes, encoding: str) -> str:
    """The text of some bytes; those that are not of the encoding, and null bytes, are marked.

    So are, in one of the encodings of a byte a letter, letters of UTF-8: rows that were pasted in from another file.
    """
    pasted = any(map(data.__contains__, _MAYBE_UTF8)) and not encoding.startswith("utf") and _is_of_bytes(encoding)
    text = _less_utf8(data, encoding) if pasted else data.decode(encoding, "cigem-mark")
    return text.replace("\0", MARK + "00") if b"\0" in data else text


_UTF8 = re.compile(rb"(?:[\xc2-\xc5][\x80-\xbf]|\xe2(?:\x80[\x90-\xbf]|\x82\xac))")
"""The letters of Europe and the signs of its printers in UTF-8: as two or three letters of an older encoding no word has them."""

_MAYBE_UTF8 = (b"\xc3", b"\xc2", b"\xc5", b"\xc4", b"\xe2\x80", b"\xe2\x82")


def _less_utf8(data: bytes, encoding: str) -> str:
    """The text, the bytes of UTF-8 marked."""
    parts, at = [], 0
    for found in _UTF8.finditer(data):
        parts += [data[at : found.start()].decode(encoding, "cigem-mark"), *(f"{MARK}{byte:02x}" for byte in found[0])]
        at = found.end()
    return "".join([*parts, data[at:].decode(encoding, "cigem-mark")])


@cache
def _is_of_bytes(encoding: str) -> bool:
    """Whether each byte is a letter."""
    return len(bytes(range(256)).decode(encoding, "replace")) == 256
