"""XML submissions of forms (OpenRosa), read many at a time: records of one structure are handled together."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, tostring

from attrs import frozen

from cigem_core.formats.trees.json_text import ENCRYPTED
from cigem_core.formats.trees.records import MOST, Item, Whole, too_many
from cigem_core.formats.trees.xml_columns import read
from cigem_core.formats.trees.xml_documents import DECLARED, READ, Alike, Cut, Structure, local, records_of, taken
from cigem_core.report import Rule

if TYPE_CHECKING:
    from cigem_core.formats.trees.places import Shape


PIECE = 16 << 20
"""Bytes of a piece."""

_DECLARATION = re.compile(rb"^\s*<\?xml\s[^>]*\?>")
# Each part is taken whole or not at all: what begins a thousand comments is looked through once.
_OPENING = re.compile(
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<([^\s/>!?]++)[^>]*+(?<!/)>(?>\s+|<!--.*?-->)*+(?=<([^\s/>!?]+))", re.DOTALL
)


@frozen(eq=False)
class XmlPiece(Cut):
    """Some submissions of a document, or all of them, to be read one by one or as whole columns."""

    def items(self) -> Iterator[Item]:
        """The submissions in their order; SourceRefused where the document breaks."""
        forms: dict[Structure, Alike] = {}
        for number, record in enumerate(records_of(self.name, self.content)):
            structure, texts = taken(record)
            if (form := forms.get(structure)) is None:
                if len(set(structure[0])) > MOST:
                    raise too_many(self.name)
                form = forms[structure] = Alike(self.name, structure, self.repeats)
            said = ENCRYPTED if _is_encrypted(record) else None
            doubt = Rule.STRUCTURE if said or form.is_doubtful or _is_mixed(record, form, texts) else None
            yield Item(form.value(texts), number, number, doubt, said)

    def text_of(self, item: Item) -> str:
        """A submission as it came, its namespaces written anew."""
        return tostring(_parsed(self.name, self.content)[item.start], "unicode")

    def columns(self, shape: Shape) -> Whole | None:
        """These submissions as columns; None where one of them is doubtful, or might not be read exactly."""
        return read(self, shape) if self.element else None


def _is_encrypted(record: Element) -> bool:
    """Whether a submission holds no answers, but a key and a file of them that nobody can read (OpenRosa's encrypted forms)."""
    return record.get("encrypted") == "yes" or any(local(child.tag) == "base64EncryptedKey" for child in record)


def _is_mixed(record: Element, form: Alike, texts: list[Any]) -> bool:
    """Whether text stands between elements, where no column could hold it."""
    beside = [texts[number] for number in form.groups]
    beside += map(attrgetter("tail"), record.iter())
    return bool("".join(filter(None, beside)).strip())


@lru_cache(maxsize=1)
def _parsed(name: str, content: bytes) -> list[Element]:
    """The same, of the piece whose doubtful submissions are told one after the other."""
    return records_of(name, content)


def as_list(submissions: Iterable[bytes]) -> bytes:
    """One document of many submissions, each a document of its own as a form's server stores them."""
    return b"\n".join((b"<submissions>", *map(_undeclared, submissions), b"</submissions>"))


def _undeclared(document: bytes) -> bytes:
    """A document in UTF-8, without its declaration."""
    document = document.removeprefix(codecs.BOM_UTF8)
    declared = DECLARED.match(document)
    encoding = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if encoding in READ - {"utf-8"}:
        document = document.decode(encoding, "replace").encode()
    return _DECLARATION.sub(b"", document, count=1)


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
