"""JSON as it came: what a page says of itself, and each record's own text beside its value."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, NoReturn

from attrs import field, frozen

from cigem_core.formats.rest.api import Paging

_LONGEST_NUMBER = 4000
_MOST = 200_000
"""Records of a page: a hundred are asked for, and some services send all they have."""

_BLANK = re.compile("[ \\t\\n\\r]*")
_COMMA = re.compile("[ \\t\\n\\r]*,?[ \\t\\n\\r]*")


@frozen(kw_only=True)
class ApiItem:
    """A record: its value, and its text as it came, numbers and repeated names included."""

    value: Any = field(repr=False)
    text: str = field(repr=False)


@frozen(kw_only=True)
class Listing:
    """A page as it came."""

    items: tuple[ApiItem, ...] = field(repr=False)
    total: int | None
    more: bool
    """Whether the service says that another page follows, or leaves it open."""
    is_open: bool = False
    """Whether nothing says if this page, shorter than asked for, is the last or the most that is given at once."""


def parsed(body: bytes) -> Any:
    """The value of a JSON document; ValueError, which quotes nothing, where it is none."""
    text = _text(body)
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        raise _unreadable() from None


def listing(body: bytes, paging: Paging, *, page: int, size: int, seen: int | None = None) -> Listing:
    """A page, read as an adapter declared it; ValueError, which quotes nothing, where it is something else."""
    document, items = parsed(body), _items(body, paging.data)
    total = _number(document, paging.total)
    pages = _number(document, paging.pages)
    is_open = paging.page is not None and not paging.is_told and 0 < len(items) < size
    if paging.page is None:
        more = False
    elif paging.next is not None:
        more = bool(_within(document, paging.next))
    elif pages is not None:
        more = page + 1 < pages
    elif is_open:
        more = True
    else:
        more = len(items) >= size or (seen is not None and total is not None and seen + len(items) < total)
    # An empty page is the last one, unless the service says itself that another follows: it may hide what may not be seen.
    return Listing(items=items, total=total, more=more and (bool(items) or paging.next is not None), is_open=is_open)


def digest(value: Any) -> bytes:
    """What a value says, in a few bytes; the order of names is nothing."""
    return hashlib.blake2b(json.dumps(value, sort_keys=True).encode("ascii"), digest_size=16).digest()


def _unreadable() -> ValueError:
    return ValueError("not the JSON that was expected")


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable() from None


def _number(document: Any, path: str | None) -> int | None:
    """A count the service declares to give; ValueError where it does not."""
    if path is None:
        return None
    value = _within(document, path)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _unreadable()
    return value


def _within(document: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(document, dict) or name not in document:
            raise _unreadable()
        document = document[name]
    return document


def _items(body: bytes, path: str) -> tuple[ApiItem, ...]:
    """The records of a page with their texts."""
    text = _text(body)
    try:
        at = _skip(text, 0)
        for name in filter(None, path.split(".")):
            at = _member(text, at, name)
        return tuple(_elements(text, at))
    except (ValueError, RecursionError, IndexError):
        raise _unreadable() from None


def _member(text: str, at: int, name: str) -> int:
    """Where the value of a name begins, in the object that begins here."""
    _expect(text, at, "{")
    at = _skip(text, at + 1)
    while text[at] != "}":
        found, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        _expect(text, at, ":")
        at = _skip(text, at + 1)
        if found == name:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at = _after(text, at)
    raise _unreadable()


def _elements(text: str, at: int) -> list[ApiItem]:
    _expect(text, at, "[")
    at = _skip(text, at + 1)
    items: list[ApiItem] = []
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        if len(items) == _MOST:
            raise _unreadable()
        items.append(ApiItem(value=value, text=text[at:end]))
        at = _after(text, end)
    return items


def _after(text: str, at: int) -> int:
    """Past the comma, if one follows."""
    match = _COMMA.match(text, at)
    return match.end() if match else at


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _expect(text: str, at: int, character: str) -> None:
    if text[at] != character:
        raise _unreadable()


def _whole(digits: str) -> int | str:
    """A whole number; the text of one that is longer than any amount, for the table to refuse."""
    return int(digits) if len(digits) < _LONGEST_NUMBER else digits


def _no_number(_: str) -> NoReturn:
    raise _unreadable()


_DECODER = json.JSONDecoder(parse_int=_whole, parse_constant=_no_number)
