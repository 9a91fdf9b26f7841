"""A document of submissions of forms (OpenRosa), read by a parser: what each holds, and which of its texts stands where.

A document is one submission, or an element that holds a list of them. No document type is accepted, hence no entities
and nothing fetched from elsewhere. Names are taken without their namespaces.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from operator import attrgetter
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.parsers.expat import ExpatError, ParserCreate

from attrs import define, field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.kinds_of_file import check_kind
from cigem_core.formats.trees.records import first_page
from cigem_core.text import Text

DEEPEST = 100
"""Levels of elements: forms have a few, a hostile document thousands."""

FORM = "_xform_id_string"
"""Where the form's identifier stands, an attribute of the submission: what KoboToolbox's JSON calls it."""

READ = {"utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"}
DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")

Structure = tuple[tuple[str, ...], tuple[int, ...], tuple[str, ...]]
"""Names of all elements in document order, how many children each has, and the names of the submission's attributes."""


@frozen(eq=False)
class Cut:
    """Some submissions of a document, or all of them, as the bytes of a document by itself."""

    name: str
    content: bytes = field(repr=False)
    repeats: frozenset[tuple[str, ...]]
    head: bytes = b""
    """What opens the list the submissions were cut from, with its namespaces."""
    element: str = ""
    """The element each of them is, where they were cut from a list."""


@frozen
class Slot:
    """Where a text stands among those of a submission."""

    at: int


@define(eq=False)
class Alike:
    """Submissions of one structure, and which of their texts stands where."""

    name: str
    structure: Structure
    repeats: frozenset[tuple[str, ...]]
    is_doubtful: bool = False
    """Whether an element that is no declared repeat stands twice at one place, or this is no submission."""
    groups: list[int] = field(factory=list)
    """The elements that hold others."""
    plan: dict[str, Any] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.plan, _ = self._element(0, ())
        names, _, attributes = self.structure
        if not isinstance(self.plan, dict):
            self.plan = {}
        self.is_doubtful = self.is_doubtful or not ("id" in attributes or "meta" in self.plan)
        for number, attribute in enumerate(map(local, attributes), len(names)):
            self.plan[FORM if attribute == "id" else f"@{attribute}"] = Slot(number)
        meta = self.plan.get("meta")
        named = meta.get("instanceID") if isinstance(meta, dict) else None
        named = named or self.plan.get("@instanceID")
        if "_uuid" not in self.plan and isinstance(named, Slot):
            self.plan["_uuid"] = Slot(~named.at)

    @property
    def slots(self) -> list[Slot]:
        """In the place of each text, where it stands."""
        names, _, attributes = self.structure
        return [Slot(number) for number in range(len(names) + len(attributes))]

    def value(self, texts: list[Any]) -> Any:
        """A submission with these texts, as a tree."""
        return _filled(self.plan, texts)

    def _element(self, number: int, path: tuple[str, ...]) -> tuple[Any, int]:
        """What an element holds, and the number of the one after it."""
        names, counts, _ = self.structure
        if len(path) > DEEPEST:
            raise _too_deep(self.name)
        if not counts[number]:
            return Slot(number), number + 1
        self.groups.append(number)
        held: dict[str, Any] = {}
        after = number + 1
        for _ in range(counts[number]):
            key = local(names[after])
            below = (*path, key)
            value, after = self._element(after, below)
            if below in self.repeats:
                held.setdefault(key, []).append(value)
            else:
                self.is_doubtful = self.is_doubtful or key in held
                held[key] = value
        return held, after


def _text(texts: list[Any], slot: Slot) -> Any:
    """The text that stands there, empty where the element is; the complement of a place is the identifier in its text."""
    if slot.at >= 0:
        return texts[slot.at] or ""
    named = texts[~slot.at]
    return named.removeprefix("uuid:") if isinstance(named, str) else named or ""


def _filled(plan: Any, texts: list[Any]) -> Any:
    if isinstance(plan, Slot):
        return _text(texts, plan)
    if isinstance(plan, dict):
        return {key: _filled(below, texts) for key, below in plan.items()}
    return [_filled(below, texts) for below in plan]


_TAG, _TEXT = attrgetter("tag"), attrgetter("text")


def taken(record: Element) -> tuple[Structure, list[Any]]:
    """The structure of a submission, and its texts in the same order."""
    elements = list(record.iter())
    names = tuple(map(_TAG, elements))
    attributes = record.attrib
    return (names, tuple(map(len, elements)), tuple(attributes)), [*map(_TEXT, elements), *attributes.values()]


def records_of(name: str, content: bytes) -> list[Element]:
    """The submissions of a document: the document itself, or what it lists."""
    _check(name, content)
    check_depth(name, content)
    parser = XMLParser()  # noqa: S314
    try:
        parser.feed(content)
        root = parser.close()
    except ParseError as error:
        raise _broken(name, *error.position) from None
    if (
        local(root.tag) == "submission"
        and (data := next((child for child in root if local(child.tag) == "data"), None)) is not None
    ):
        return list(data)
    names = set(map(local, set(map(_TAG, root))))
    if "id" in root.attrib or "meta" in names:
        return [root]
    return _listed(name, root) if "results" in names else list(root)


def _listed(name: str, root: Element) -> list[Element]:
    """The submissions of what a service puts around their list."""
    around = {local(child.tag): child for child in root}
    found = [child[0] if local(child.tag) == "list-item" and len(child) == 1 else child for child in around["results"]]
    said = {key: (around[key].text or "").strip() for key in ("count", "next") if key in around}
    count = int(said["count"]) if said.get("count", "").isdigit() else None
    if (count is not None and count > len(found)) or said.get("next"):
        raise first_page(name, len(found), count)
    return found


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def _check(name: str, content: bytes) -> None:
    """SourceRefused where a document declares a type or entities, or is of an encoding they could hide in."""
    check_kind(name, content, "XML")
    declared = DECLARED.match(content)
    if (
        b"\0" in content[:8]
        or content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        or (declared and declared[1].decode("ascii", "replace").lower() not in READ)
    ):
        raise SourceRefused(
            Text(
                fr=f"{name} : le XML n'est pas en UTF-8 ; l'enregistrer en UTF-8",
                en=f"{name}: the XML is not UTF-8; save it as UTF-8",
            )
        )
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise SourceRefused(
            Text(
                fr=f"{name} : un envoi de formulaire n'a ni type de document ni entités ; l'ôter (<!DOCTYPE …>)",
                en=f"{name}: a form's submission has no document type and no entities; take it off (<!DOCTYPE …>)",
            )
        )


def check_depth(name: str, content: bytes) -> None:
    """SourceRefused where elements stand in one another deeper than `DEEPEST`, before a tree is made of them.

    Only a document of which more elements are opened than closed is looked through: its tree would be all depth.
    """
    opened = content.count(b"<") - content.count(b"</")
    if opened - content.count(b"</") <= DEEPEST or opened - content.count(b"</") <= sum(1 for _ in _CLOSED.finditer(content)):
        return
    parser, depth = ParserCreate(), 0

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise _too_deep(name)

    def end(_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    with suppress(ExpatError):  # it is told by the parser that makes the tree
        parser.Parse(content, True)


_CLOSED = re.compile(rb"<[^<>]*/>|<[!?]")
"""What opens and closes at once."""


def _broken(name: str, line: int, column: int) -> SourceRefused:
    return SourceRefused(
        Text(
            fr=f"{name} : le XML est rompu à la ligne {line}, colonne {column + 1} ; le demander à nouveau à l'agence",
            en=f"{name}: the XML is broken at line {line}, column {column + 1}; ask the agency for it again",
        ),
        at=(line, column),
    )


def _too_deep(name: str) -> SourceRefused:
    return SourceRefused(
        Text(
            fr=f"{name} : plus de {DEEPEST} éléments sont emboîtés l'un dans l'autre",
            en=f"{name}: more than {DEEPEST} elements stand in one another",
        )
    )
