"""What stands around the list of records in a JSON document: how many there are in all, and whether others follow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from cigem_core.formats.trees.records import first_page

_COUNTS = ("count", "total", "totalcount", "totalresults", "numfound")
_NEXT = ("next", "nextlink", "nextpage", "nextpageurl", "hasmore", "hasnext")
_AROUND = ("meta", "links", "pagination", "paging")
"""Where services say how many records there are, and whether another page follows."""

_NEAR, _MOST = 1 << 16, 60
"""Bytes at the start and at the end of a document, and brackets among them, that are looked at."""


def check_whole(name: str, content: bytes, records: str | None, held: int) -> None:
    """SourceRefused where a document says of itself that it is a page of a list that has more."""
    if records is None or not content.lstrip().startswith(b"{"):
        return
    said = {**_before(content, records), **_after(content)}
    for around in _AROUND:
        said |= said[around] if isinstance(said.get(around), dict) else {}
    plain = {key.replace("_", "").replace("@odata.", "").casefold(): value for key, value in said.items()}
    counts = [value for key in _COUNTS if isinstance(value := plain.get(key), int) and not isinstance(value, bool)]
    more = [value for key in _NEXT if (value := plain.get(key)) and isinstance(value, (str, bool, dict))]
    if more or max(counts, default=0) > held:
        raise first_page(name, held, max(counts, default=None))


def _before(content: bytes, records: str) -> Mapping[str, Any]:
    """The members before the list."""
    head = content[:_NEAR]
    for at in islice(_places(head, b"["), _MOST):
        if isinstance(found := _parsed(head[:at] + b"[]}"), dict) and records in found:
            return found
    return {}


def _after(content: bytes) -> Mapping[str, Any]:
    """The members after the list."""
    tail = content.rstrip()[-_NEAR:]
    found: Mapping[str, Any] = {}
    for at in list(_places(tail, b"]"))[-_MOST:][::-1]:
        rest = _parsed(b'{"":0' + tail[at + 1 :])
        if not isinstance(rest, dict):
            break
        found = rest
    return found


def _places(content: bytes, sign: bytes) -> Iterator[int]:
    at = content.find(sign)
    while at >= 0:
        yield at
        at = content.find(sign, at + 1)


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
