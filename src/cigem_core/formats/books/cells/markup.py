"""XML walked without trust: no document types, no endless nesting; names without their prefixes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from xml.parsers import expat

from cigem_core.formats.guard.reasons import Unreadable

Attributes = Mapping[str, str]
Starts = Callable[[str, Attributes], None]
Ends = Callable[[str], None]
Says = Callable[[str], None]

_DEEPEST = 64


class Element(NamedTuple):
    """The opening of an element: its own name, that of the element it stands in, its attributes."""

    name: str
    within: str
    attributes: Attributes


def walk(chunks: Iterable[bytes], *, starts: Starts, ends: Ends | None = None, says: Says | None = None) -> None:
    """Call back at each element's start and end, and for text; raises Unreadable."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    depth, locals_ = 0, _Locals()

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Unreadable("deep")
        starts(locals_[name], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if ends is not None:
            ends(locals_[name])

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, says
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Unreadable("broken") from None


def elements(chunks: Iterable[bytes]) -> list[Element]:
    """Every element of a small part, in order."""
    found: list[Element] = []
    path = [""]

    def start(name: str, attributes: Attributes) -> None:
        found.append(Element(name, path[-1], attributes))
        path.append(name)

    def end(_: str) -> None:
        path.pop()

    walk(chunks, starts=start, ends=end)
    return found


def attribute(attributes: Attributes, name: str) -> str | None:
    """The value of an attribute, with or without a prefix."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if key.endswith(f":{name}")), None)


class _Locals(dict[str, str]):
    """Names without their prefixes, each found once."""

    def __missing__(self, name: str) -> str:
        self[name] = found = name.rpartition(":")[2]
        return found


def _refuse(*_: object) -> None:
    raise Unreadable("doctype")
