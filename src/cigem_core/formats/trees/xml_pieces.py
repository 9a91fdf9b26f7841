"""XML submissions of forms (OpenRosa), read many at a time: records of one structure are handled together.

A document is one submission, or an element that holds a list of them. No document type is accepted, hence no entities
and nothing fetched from elsewhere. Names are taken without their namespaces.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ParseError, XMLParser, tostring
from xml.parsers.expat import ExpatError, ParserCreate

from attrs import define, field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.trees.json_text import ENCRYPTED
from cigem_core.formats.trees.records import MOST, Item, Whole, first_page, too_many
from cigem_core.report import Rule
from cigem_core.text import Text

if TYPE_CHECKING:
    from cigem_core.formats.trees.places import Shape

PIECE = 16 << 20
"""Bytes of a piece."""

DEEPEST = 100
"""Levels of elements: forms have a few, a hostile document thousands."""

FORM = "_xform_id_string"
"""Where the form's identifier stands, an attribute of the submission: what KoboToolbox's JSON calls it."""

_READ = {"utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"}
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_DECLARATION = re.compile(rb"^\s*<\?xml\s[^>]*\?>")
# Each part is taken whole or not at all: what begins a thousand comments is looked through once.
_OPENING = re.compile(
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<([^\s/>!?]++)[^>]*+(?<!/)>(?>\s+|<!--.*?-->)*+(?=<([^\s/>!?]+))", re.DOTALL
)

Structure = tuple[tuple[str, ...], tuple[int, ...], tuple[str, ...]]
"""Names of all elements in document order, how many children each has, and the names of the submission's attributes."""


@frozen(eq=False)
class XmlPiece:
    """Some submissions of a document, or all of them: a document by itself."""

    name: str
    content: bytes = field(repr=False)
    repeats: frozenset[tuple[str, ...]]
    head: bytes = b""
    """What opens the list the submissions were cut from, with its namespaces."""
    element: str = ""
    """The element each of them is, where they were cut from a list."""

    def items(self) -> Iterator[Item]:
        """The submissions in their order; SourceRefused where the document breaks."""
        forms: dict[Structure, Form] = {}
        for number, record in enumerate(records_of(self.name, self.content)):
            structure, texts = taken(record)
            if (form := forms.get(structure)) is None:
                if len(set(structure[0])) > MOST:
                    raise too_many(self.name)
                form = forms[structure] = Form(self.name, structure, self.repeats)
            said = ENCRYPTED if _is_encrypted(record) else None
            doubt = Rule.STRUCTURE if said or form.is_doubtful or _is_mixed(record, form, texts) else None
            yield Item(form.value(texts), number, number, doubt, said)

    def text_of(self, item: Item) -> str:
        """A submission as it came, its namespaces written anew."""
        return tostring(_parsed(self.name, self.content)[item.start], "unicode")

    def columns(self, shape: Shape) -> Whole | None:
        """These submissions as columns; None where one of them is doubtful, or might not be read exactly."""
        from cigem_core.formats.trees.xml_columns import read

        return read(self, shape) if self.element else None


@frozen
class Slot:
    """Where a text stands among those of a submission."""

    at: int


@define(eq=False)
class Form:
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
        for number, attribute in enumerate(map(_local, attributes), len(names)):
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
            key = _local(names[after])
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


_TAG, _TEXT, _TAIL = attrgetter("tag"), attrgetter("text"), attrgetter("tail")


def taken(record: Element) -> tuple[Structure, list[Any]]:
    """The structure of a submission, and its texts in the same order."""
    elements = list(record.iter())
    names = tuple(map(_TAG, elements))
    attributes = record.attrib
    return (names, tuple(map(len, elements)), tuple(attributes)), [*map(_TEXT, elements), *attributes.values()]


def _is_encrypted(record: Element) -> bool:
    """Whether a submission holds no answers, but a key and a file of them that nobody can read (OpenRosa's encrypted forms)."""
    return record.get("encrypted") == "yes" or any(_local(child.tag) == "base64EncryptedKey" for child in record)


def _is_mixed(record: Element, form: Form, texts: list[Any]) -> bool:
    """Whether text stands between elements, where no column could hold it."""
    beside = [texts[number] for number in form.groups]
    beside += map(_TAIL, record.iter())
    return bool("".join(filter(None, beside)).strip())


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
        _local(root.tag) == "submission"
        and (data := next((child for child in root if _local(child.tag) == "data"), None)) is not None
    ):
        return list(data)
    names = set(map(_local, set(map(_TAG, root))))
    if "id" in root.attrib or "meta" in names:
        return [root]
    return _listed(name, root) if "results" in names else list(root)


@lru_cache(maxsize=1)
def _parsed(name: str, content: bytes) -> list[Element]:
    """The same, of the piece whose doubtful submissions are told one after the other."""
    return records_of(name, content)


def _listed(name: str, root: Element) -> list[Element]:
    """The submissions of what a service puts around their list."""
    around = {_local(child.tag): child for child in root}
    found = [child[0] if _local(child.tag) == "list-item" and len(child) == 1 else child for child in around["results"]]
    said = {key: (around[key].text or "").strip() for key in ("count", "next") if key in around}
    count = int(said["count"]) if said.get("count", "").isdigit() else None
    if (count is not None and count > len(found)) or said.get("next"):
        raise first_page(name, len(found), count)
    return found


def as_list(submissions: Iterable[bytes]) -> bytes:
    """One document of many submissions, each a document of its own as a form's server stores them."""
    return b"\n".join((b"<submissions>", *map(_undeclared, submissions), b"</submissions>"))


def _undeclared(document: bytes) -> bytes:
    """A document in UTF-8, without its declaration."""
    document = document.removeprefix(codecs.BOM_UTF8)
    declared = _DECLARED.match(document)
    encoding = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if encoding in _READ - {"utf-8"}:
        document = document.decode(encoding, "replace").encode()
    return _DECLARATION.sub(b"", document, count=1)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def pieces(name: str, content: bytes, declared: frozenset[tuple[str, ...]], size: int = PIECE) -> Iterator[XmlPiece]:
    """The pieces of a document, cut where one of a list's elements ends and the next begins."""
    content = content.removeprefix(codecs.BOM_UTF8)
    opening = None if _is_one(content, declared) else _OPENING.match(content)
    boundary = (
        re.compile(rb"</" + re.escape(opening[2]) + rb"\s*>\s*(?=<" + re.escape(opening[2]) + rb"[\s/>])") if opening else None
    )
    if opening is None or boundary is None:
        yield XmlPiece(name, content, declared)
        return
    head, closing, start = opening[0], b"</" + opening[1] + b">", opening.end()
    ahead, element = size // 32, opening[2].decode("utf-8", "replace")
    while start + ahead < len(content) and (cut := boundary.search(content, start + ahead)):
        yield XmlPiece(name, head + content[start : cut.end()] + closing, declared, head, element)
        start, ahead = cut.end(), size
    if cuts := list(boundary.finditer(content, start)):
        yield XmlPiece(name, head + content[start : cuts[-1].end()] + closing, declared, head, element)
        start = cuts[-1].end()
    yield XmlPiece(name, head + content[start:], declared)


_ROOT = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*<([^\s/>!?]+)([^>]*)>", re.DOTALL)


def _is_one(content: bytes, declared: frozenset[tuple[str, ...]]) -> bool:
    """Whether a document is one submission, be it one that begins with a repeated group, and no list of them."""
    root = _ROOT.match(content)
    if root is None:
        return False
    first = _OPENING.match(content)
    begins = first[2].rpartition(b":")[2].decode("utf-8", "replace") if first else ""
    closing = rb"</(?:[^\s>:]+:)?meta\s*>\s*</" + re.escape(root[1]) + rb"\s*>\s*$"
    ends = re.search(closing, content[-_LAST:]) is not None
    return re.search(rb"\sid\s*=", root[2]) is not None or (begins,) in declared or begins == "meta" or ends


_LAST = 1 << 12


def _check(name: str, content: bytes) -> None:
    """SourceRefused where a document declares a type or entities, or is of an encoding they could hide in."""
    declared = _DECLARED.match(content)
    if (
        b"\0" in content[:8]
        or content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        or (declared and declared[1].decode("ascii", "replace").lower() not in _READ)
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
