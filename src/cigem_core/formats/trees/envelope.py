"""What stands around the list of records in a JSON document: how many there are in all, and whether others follow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from cigem_core.formats.trees.records import first_page

_COUNTS = (
    "count", "total", "totalcount", "totalresults", "totalelements", "totalitems", "totalrecords", "totalhits",
    "numfound", "recordsfiltered",
)  # fmt: skip
_PAGES = ("pages", "totalpages", "pagecount", "numpages", "lastpage")
_NEXT = (
    "next", "nextlink", "nextpage", "nextpageurl", "nexturl", "nextpagetoken", "nexttoken", "nextcursor", "continuationtoken",
    "hasmore", "hasnext", "hasnextpage", "moreresults", "truncated", "istruncated",
)  # fmt: skip
_LAST = ("last", "islast", "islastpage")
_AROUND = ("meta", "metadata", "info", "links", "pagination", "paging", "page", "pageinfo")
"""Where services say how many records and pages there are, whether another follows, and whether this is the last."""

_LONG = 16
_NEAR, _MOST = 1 << 16, 60
"""Bytes at the start and at the end of a document, and brackets among them, that are looked at."""


def check_whole(name: str, content: bytes, records: str | None, held: int) -> None:
    """SourceRefused where a document says of itself that it is a page of a list that has more."""
    if records is None or not content.lstrip().startswith(b"{"):
        return
    said = _plain({**_before(content, records), **_after(content)})
    for around in _AROUND:
        said |= _plain(said.get(around))
    counts = [number for key in _COUNTS if (number := _number(said.get(key))) is not None]
    is_one_of_many = any((_number(said.get(key)) or 0) > 1 for key in _PAGES) or any(said.get(key) is False for key in _LAST)
    more = [value for key in _NEXT if (value := said.get(key)) and isinstance(value, (str, bool, dict, int))]
    if more or is_one_of_many or max(counts, default=0) > held:
        raise first_page(name, held, max(counts, default=None))


def _plain(said: Any) -> dict[str, Any]:
    """The members of an object by their names, however they are written; links by what they lead to."""
    if isinstance(said, list):
        said = {str(link.get("rel")): link.get("href") for link in said if isinstance(link, dict)}
    if not isinstance(said, dict):
        return {}
    return {key.replace("_", "").replace("@odata.", "").casefold(): value for key, value in said.items()}


def _number(value: Any) -> int | None:
    """A number, be it written as a text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < _LONG:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


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
