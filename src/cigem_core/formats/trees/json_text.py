"""JSON text taken apart record by record, exactly: no digit is rounded, no key hides another, and places are kept.

The bytes are UTF-8 (RFC 8259), with a byte order mark or without. What breaks the grammar refuses the document, for
nobody can say where the next record begins; what is wrong inside one record is a doubt about that record alone.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Generator, Iterator
from typing import Any

from attrs import define, field

from cigem_core.errors import SourceRefused
from cigem_core.formats.kinds_of_file import check_kind
from cigem_core.formats.trees.digits import LONGEST, Digits, digits
from cigem_core.formats.trees.records import Item
from cigem_core.report import Rule
from cigem_core.text import Text

DEEPEST = 100
"""Levels of nesting: people's records have five or six, a hostile document thousands."""


def decoded(name: str, content: bytes) -> str:
    """The text of a document; SourceRefused where it is empty, not UTF-8, or nested beyond reason."""
    bare = content.removeprefix(codecs.BOM_UTF8)
    if not bare.strip(b" \t\r\n"):
        raise SourceRefused(
            Text(
                fr=f"{name} : le document est vide ; demander à l'agence de l'envoyer à nouveau",
                en=f"{name}: the document is empty; ask the agency to send it again",
            )
        )
    check_encoding(name, bare)
    check_depth(name, bare)
    return bare.decode("utf-8")


def check_encoding(name: str, content: bytes) -> None:
    """SourceRefused where a document is not UTF-8, saying at which byte, or something else than JSON altogether."""
    check_kind(name, content, "JSON")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content[:4]:
        raise SourceRefused(
            Text(
                fr=f"{name} : le document est en UTF-16 ou UTF-32 ; l'enregistrer en UTF-8",
                en=f"{name}: the document is in UTF-16 or UTF-32; save it as UTF-8",
            )
        )
    try:
        codecs.utf_8_decode(content, "strict", True)
    except UnicodeDecodeError as error:
        raise SourceRefused(
            Text(
                fr=f"{name} : l'octet {error.start + 1} n'est pas de l'UTF-8 ; enregistrer le document en UTF-8",
                en=f"{name}: byte {error.start + 1} is not UTF-8; save the document as UTF-8",
            )
        ) from None


_NO_BRACKET = bytes(set(range(256)) - set(b'{}[]"'))


def check_depth(name: str, content: bytes) -> None:
    """SourceRefused where lists and objects stand in one another deeper than `DEEPEST`, before any parser sees them."""
    if unclosed(content) > DEEPEST:
        raise _too_deep(name)


def _too_deep(name: str) -> SourceRefused:
    return SourceRefused(
        Text(
            fr=f"{name} : plus de {DEEPEST} listes ou objets sont emboîtés l'un dans l'autre, ou ne sont pas refermés",
            en=f"{name}: more than {DEEPEST} lists or objects stand in one another, or are never closed",
        )
    )


def unclosed(content: bytes) -> int:
    """How many brackets are left when those that close are taken away, `DEEPEST` levels from the innermost; 0 is sound."""
    if b"\\" in content:
        content = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = content.translate(None, _NO_BRACKET).replace(b'""', b"")
    if b'"' in brackets:
        brackets = re.sub(rb'"[^"]*"?', b"", brackets)
    for _ in range(DEEPEST):
        shallower = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if len(shallower) == len(brackets):
            break
        brackets = shallower
    return len(brackets)


_BLANK = re.compile(r"[ \t\r\n]*")
_DOUBTFUL = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


@define
class JsonText:
    """A document of records: a bare list, lines of objects, or an object that holds the list under `records`."""

    name: str
    text: str = field(repr=False)
    records: str | None
    _doubt: Rule | None = field(default=None, init=False)
    _said: Text | None = field(default=None, init=False)
    _decoder: json.JSONDecoder = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=self._number,
            parse_float=self._number,
            parse_constant=self._constant,
        )

    def items(self) -> Iterator[Item]:
        """The records in their order; SourceRefused, after those before it, where the text breaks."""
        start = self._skip(0)
        if self.text.startswith("[", start):
            self._check_end((yield from self._list(start)))
        elif self.records is None or not (yield from self._wrapped(start)):
            yield from self._lines(start)

    def list_start(self, at: int) -> tuple[int, bytes]:
        """Where the first record of the list stands, and what opens a document of the records after it."""
        if self.text.startswith("[", at):
            return at + 1, b"["
        at = self._skip(self._expect("{", at))
        while self.text.startswith('"', at):
            key = self._item(at)
            at = self._skip(self._expect(":", self._skip(key.end)))
            if key.value == self.records and self.text.startswith("[", at):
                return at + 1, f"{{{json.dumps(key.value)}:[".encode()
            at = self._skip(self._expect(",", self._skip(self._item(at).end)))
        raise self._broken(at)

    def text_of(self, item: Item) -> str:
        """A record as it came."""
        return self.text[item.start : item.end]

    def _list(self, start: int) -> Generator[Item, None, int]:
        at = self._skip(start + 1)
        if self.text.startswith("]", at):
            return at + 1
        while True:
            item = self._item(at)
            yield item
            at = self._skip(item.end)
            if self.text.startswith("]", at):
                return at + 1
            at = self._skip(self._expect(",", at))

    def _lines(self, start: int) -> Iterator[Item]:
        """Objects one after the other, each on lines of its own."""
        at = start
        while at < len(self.text):
            item = self._item(at)
            yield item
            at = self._skip(item.end)
            if at < len(self.text) and "\n" not in self.text[item.end : at]:
                raise self._broken(at)

    def _wrapped(self, start: int) -> Generator[Item, None, bool]:
        """The list an object holds; False where it holds none and other objects follow, as lines do."""
        at, found = self._skip(self._expect("{", start)), 0
        while not self.text.startswith("}", at):
            if not self.text.startswith('"', at):
                raise self._broken(at)
            key = self._item(at)
            at = self._skip(self._expect(":", self._skip(key.end)))
            if key.value == self.records and self.text.startswith("[", at) and not found:
                found += 1
                end = yield from self._list(at)
            else:
                found += key.value == self.records and found > 0
                end = self._item(at).end
            at = self._skip(end)
            if not self.text.startswith("}", at):
                at = self._skip(self._expect(",", at))
                if self.text.startswith("}", at):
                    raise self._broken(at)
        more = self._skip(at + 1) < len(self.text)
        if found > 1 or not (found or more):
            raise self._no_list()
        if found:
            self._check_end(at + 1)
        return bool(found)

    def _item(self, at: int) -> Item:
        self._doubt, self._said = None, None
        try:
            value, end = self._decoder.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            raise self._broken(error.pos) from None
        except RecursionError:
            raise _too_deep(self.name) from None
        if _DOUBTFUL.search(self.text, at, end) and _is_unwritable(value):
            self._doubt, self._said = Rule.ENCODING, _HALF
        if isinstance(value, dict) and not self._doubt and "base64EncryptedKey" in value:
            self._doubt, self._said = Rule.STRUCTURE, ENCRYPTED
        if not isinstance(value, dict) and not self._doubt:
            self._said = _NO_OBJECT
        return Item(value, at, end, self._doubt, self._said)

    def _skip(self, at: int) -> int:
        blank = _BLANK.match(self.text, at)
        return blank.end() if blank else at

    def _expect(self, sign: str, at: int) -> int:
        if not self.text.startswith(sign, at):
            raise self._broken(at)
        return at + 1

    def _check_end(self, at: int) -> None:
        if (end := self._skip(at)) < len(self.text):
            raise self._broken(end)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object; the same key with two values is a doubt, for one would hide the other."""
        found = dict(pairs)
        if len(found) < len(pairs):
            said = [(key, value) for key, value in pairs if value is not None]
            found = dict.fromkeys(found) | dict(said)
            if len(said) > sum(value is not None for value in found.values()):
                met: set[str] = set()
                twice = next(key for key, _ in said if key in met or met.add(key))  # type: ignore[func-returns-value]
                self._doubt, self._said = Rule.STRUCTURE, _twice(twice)
        return found

    def _number(self, text: str) -> Digits:
        try:
            number = digits(text)
        except OverflowError:
            number = Digits("0")
            self._doubt, self._said = Rule.STRUCTURE, _TOO_LONG
        if len(number) > LONGEST:
            self._doubt, self._said = Rule.STRUCTURE, _TOO_LONG
        return number

    def _constant(self, _: str) -> None:
        """NaN and Infinity are no JSON; what stands around them can still be told apart."""
        self._doubt, self._said = Rule.STRUCTURE, _NO_NUMBER

    def _broken(self, at: int) -> SourceRefused:
        at = min(at, len(self.text))
        if at == self._skip(0) and self.text[at : at + 1] not in ("", "{", "["):
            return self._no_json()
        line = self.text.count("\n", 0, at) + 1
        column = at - self.text.rfind("\n", 0, at)
        if not self.text[at:].strip():
            return SourceRefused(
                Text(
                    fr=f"{self.name} : le JSON s'arrête avant sa fin (ligne {line}, colonne {column}) ; le demander à nouveau",
                    en=f"{self.name}: the JSON stops before its end (line {line}, column {column}); ask for it again",
                ),
                at=at,
            )
        return SourceRefused(
            Text(
                fr=f"{self.name} : le JSON est rompu à la ligne {line}, colonne {column} ; le demander à nouveau à l'agence",
                en=f"{self.name}: the JSON is broken at line {line}, column {column}; ask the agency for it again",
            ),
            at=at,
        )

    def _no_json(self) -> SourceRefused:
        return SourceRefused(
            Text(
                fr=f"{self.name} : ce n'est pas un document JSON de fiches, qui commence par {{ ou [ ; "
                "demander à l'agence de l'envoyer à nouveau",
                en=f"{self.name}: this is no JSON document of records, which begins with {{ or [; ask the agency for it again",
            )
        )

    def _no_list(self) -> SourceRefused:
        return SourceRefused(
            Text(
                fr=f"{self.name} : une liste de fiches était attendue sous « {self.records} », ou à la place du document",
                en=f"{self.name}: a list of records was expected under '{self.records}', or as the document itself",
            )
        )


ENCRYPTED = Text(
    fr="cet envoi est chiffré : le faire déchiffrer par la structure, qui en a la clé, et l'envoyer en clair",
    en="this submission is encrypted; have the agency, which holds the key, decrypt it and send it in clear",
)
_NO_OBJECT = Text(
    fr="une fiche, entre accolades, est attendue ici, et c'est une liste ou une valeur seule : la demander à la structure",
    en="expected a record between braces here, found a list or one value by itself; ask the agency for it",
)
_NO_NUMBER = Text(
    fr="NaN ou Infinity n'est pas une valeur en JSON : écrire un nombre, ou null s'il n'y en a pas",
    en="NaN or Infinity is no value in JSON; write a number, or null where there is none",
)
_TOO_LONG = Text(
    fr="un nombre de cette fiche est plus long que toute mesure : le corriger, ou l'écrire entre guillemets",
    en="a number of this record is longer than any measure; mend it, or write it between quotes",
)
_HALF = Text(
    fr="un texte de cette fiche contient un caractère nul ou la moitié d'un caractère : le saisir à nouveau",
    en="a text of this record holds a null or half a character; type it again",
)


def _twice(key: str) -> Text:
    """A key that stands twice with two values. One that is no plain name may be someone's data, and is not quoted."""
    fr, en = (f" « {key} »", f" '{key}'") if key.isidentifier() else ("", "")
    return Text(
        fr=f"une même clé{fr} se trouve deux fois dans cette fiche, avec deux valeurs : n'en garder qu'une",
        en=f"the same key{en} stands twice in this record, with two values; keep one",
    )


def _is_unwritable(value: Any) -> bool:
    """Whether a text holds half a character (a lone surrogate) or a null, which no database takes."""
    try:
        return "\0" in _texts(value).encode().decode()
    except UnicodeEncodeError:
        return True


def _texts(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key}\n{_texts(v)}" for key, v in value.items())
    return "\n".join(map(_texts, value)) if isinstance(value, list) else str(value)
