"""JSON documents cut between records into pieces that can be read one after the other.

A cut is taken only where the brackets of what it cuts off close exactly, so that it never falls inside a record. Where
none is found, the document is one piece.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from attrs import field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.trees.json_text import JsonText, check_encoding, decoded, unclosed
from cigem_core.formats.trees.records import Item, Whole

if TYPE_CHECKING:
    from cigem_core.formats.trees.places import Shape

PIECE = 8 << 20
"""Bytes of a piece."""

_HEAD = 1 << 20
_CUTS = 40
_LINE = re.compile(rb"\}[ \t\r]*(\n)\s*(?=\{)")
_COMMA = re.compile(rb"\}\s*(,)\s*(?=\{)")
_FIRST_KEY = re.compile(rb'\s*\{\s*("(?:[^"\\]|\\.)*")\s*:')


@frozen(eq=False)
class JsonPiece:
    """Some records of a document, or all of them: a document by itself."""

    name: str
    content: bytes = field(repr=False)
    records: str | None = None
    is_cut: bool = False
    """Whether it is a bare list, cut off where its brackets close."""

    def items(self) -> Iterator[Item]:
        """The records in their order; SourceRefused where the document breaks."""
        return JsonText(self.name, decoded(self.name, self.content), self.records).items()

    def text_of(self, item: Item) -> str:
        """A record as it came."""
        return _decoded(self.name, self.content)[item.start : item.end]

    def columns(self, shape: Shape) -> Whole | None:
        """These records as columns; None where one of them does not fit the shape, or might not be read exactly."""
        from cigem_core.formats.trees.json_columns import read

        return read(self.content, shape) if self.is_cut else None


@lru_cache(maxsize=1)
def _decoded(name: str, content: bytes) -> str:
    """The text of the piece whose doubtful records are told one after the other."""
    return decoded(name, content)


def pieces(name: str, content: bytes, records: str | None, size: int = PIECE) -> Iterator[JsonPiece]:
    """The pieces of a document; SourceRefused where it is not UTF-8."""
    bare = content.removeprefix(codecs.BOM_UTF8)
    check_encoding(name, bare)
    start = _start(name, bare, records)
    if start is None:
        yield JsonPiece(name, bare, records)
        return
    opening, at, boundary = start
    ahead = size // 32  # columns are learnt from a few records, the others are read under what was learnt
    while at + ahead < len(bare) and (cut := _cut(bare, boundary, at, ahead)):
        yield JsonPiece(name, _as_list(bare[at : cut.start() + 1], boundary), is_cut=True)
        at, ahead = cut.end(), size
    cuts = list(boundary.finditer(bare, at))
    if cuts and unclosed(most := bare[at : cuts[-1].start() + 1]) == 0:
        yield JsonPiece(name, _as_list(most, boundary), is_cut=True)
        at = cuts[-1].end()
    yield JsonPiece(name, opening + bare[at:], records if opening.startswith(b"{") else None)


def _start(name: str, content: bytes, records: str | None) -> tuple[bytes, int, re.Pattern[bytes]] | None:
    """What opens the list of records, where its first one stands, and what stands between two."""
    head = content[:_HEAD].decode("utf-8", "ignore")
    bare = head.lstrip(" \t\r\n")
    if not bare.startswith(("[", "{")):
        return None
    at, opening = len(head) - len(bare), b""
    if bare.startswith("[") or records is not None:
        try:
            at, opening = JsonText(name, head, records).list_start(at)
        except SourceRefused:
            return None
    first = _FIRST_KEY.match(content, at := len(head[:at].encode()))
    if not first:
        return None
    between = re.compile(rb"\}\s*(,)\s*(?=\{\s*" + re.escape(first[1]) + rb"\s*:)") if opening else _LINE
    return opening, at, between


def _cut(content: bytes, boundary: re.Pattern[bytes], at: int, size: int) -> re.Match[bytes] | None:
    """The first place after `size` bytes where a record ends and the next begins."""
    for sign in dict.fromkeys((boundary, _LINE if boundary is _LINE else _COMMA)):
        for cut in islice(sign.finditer(content, at + size), _CUTS):
            if unclosed(content[at : cut.start() + 1]) == 0:
                return cut
    return None


def _as_list(records: bytes, boundary: re.Pattern[bytes]) -> bytes:
    if boundary is not _LINE:
        return b"[" + records + b"]"
    plain = records.count(b"}\n{")
    if plain == records.count(b"\n"):
        return b"[" + records.replace(b"}\n{", b"},\n{") + b"]"
    return b"[" + _LINE.sub(rb"},\1", records) + b"]"
