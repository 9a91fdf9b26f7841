"""Trees handed over as the tables they hold: JSON documents of records, as the same blocks of text as CSV.

Every leaf of every record stands in exactly one cell, under a column named by its keys. Null is an absent key: both are
null cells, and a key that is never anything else makes no column. The empty text stays empty, an absent list is an empty
one. Numbers are their digits (17.0 is 17),
booleans `true` or `false`. A record has no lines: its row, its first and its last are its place from 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from attrs import evolve, field, frozen

from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.formats.guard import LIMITS
from cigem_core.formats.naming import name_on, names_like
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ITEM, Choose, OpenTable
from cigem_core.formats.trees.envelope import check_whole
from cigem_core.formats.trees.json_pieces import JsonPiece, pieces
from cigem_core.formats.trees.places import PathNaming
from cigem_core.formats.trees.records import BLOCK, open_records
from cigem_core.text import Text


@frozen
class Json:
    """An agency's JSON documents: a bare list of records, lines of them, or an object that holds the list.

    `name` is the pattern of the files' names, `resource` what the agency calls these records, `records` the key under
    which an object holds their list (a bare list is taken as well), `separator` what joins keys into names of columns.
    `repeats_prefix` says that keys inside a list's items repeat the list's own name: it is taken off.
    """

    name: str
    resource: str = field(kw_only=True)
    records: str | None = field(default=None, kw_only=True)
    separator: str = field(default=".", kw_only=True)
    repeats_prefix: bool = field(default=False, kw_only=True)
    lists: tuple[str, ...] = field(default=(), kw_only=True)
    """The lists that a table reads, such as `contacts`: where one item came as an object, it is a list of one."""

    is_sparse = True
    """A column no record has is empty, not missing: keys with nothing under them are often left out."""

    def __attrs_post_init__(self) -> None:
        self.pattern  # noqa: B018  an unknown stamp is found now
        if not self.separator or ITEM in self.separator:
            raise DeclarationError(
                Text(
                    fr=f"{self.name} : le séparateur est un texte non vide, sans « {ITEM} »",
                    en=f"{self.name}: the separator is some text, without '{ITEM}'",
                )
            )

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the names of these files look like; letter case is free."""
        return names_like(self.name)

    def matches(self, name: str) -> bool:
        """Whether a file of that name is one of these."""
        return self.pattern.fullmatch(name) is not None

    def file_name(self, on: date) -> str:
        """The name a file written on a day gets."""
        return name_on(self.name, on)

    def with_lists(self, lists: tuple[str, ...]) -> Json:
        """The same documents, in which these are lists."""
        return evolve(self, lists=lists)

    def open(self, source: Source, choose: Choose, block: int = BLOCK) -> OpenTable:
        """Find every column of the document; SourceRefused where it cannot be read to its end."""
        content, sha256 = source.whole(LIMITS.largest)
        naming = PathNaming(self.separator, self.repeats_prefix, self.lists)

        def opened(parts: Callable[[], Iterable[JsonPiece]]) -> OpenTable:
            found = open_records(source.name, sha256, parts, naming, choose, block)
            check_whole(source.name, content, self.records, found.records)
            return found

        try:
            return opened(lambda: pieces(source.name, content, self.records))
        except SourceRefused as refused:
            if "at" not in refused.concerned:
                raise
            # Said again of the whole document, so that the place is where it breaks.
            return opened(lambda: [JsonPiece(source.name, content, self.records)])

    def write(self, file: BinaryIO, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Write rows as a list of records, in the shape their columns' names tell; empty cells are null."""
        records = [nested(dict(zip(header, row, strict=True)), self.separator) for row in rows]
        document: Any = records if self.records is None else {self.records: records}
        file.write(json.dumps(document, ensure_ascii=False, indent=1).encode())


def nested(cells: Mapping[str, Any], separator: str) -> dict[str, Any]:
    """One record in the shape its columns' names tell; an empty cell is null."""
    record: dict[str, Any] = {}
    for name, cell in cells.items():
        outer, is_list, inner = name.partition(ITEM)
        *groups, last = outer.split(separator)
        place = record
        for group in groups:
            place = place.setdefault(group, {})
        if not is_list:
            place[last] = None if cell == "" else cell
            continue
        items = place.setdefault(last, [{} if inner else None for _ in cell or ()])
        for number, text in enumerate(cell or ()):
            items[number] = _with(items[number], inner.removeprefix(separator).split(separator), text, inner)
    return record


def _with(item: Any, keys: Sequence[str], text: str | None, inner: str) -> Any:
    if not inner:
        return text
    place = item
    for key in keys[:-1]:
        place = place.setdefault(key, {})
    place[keys[-1]] = None if text == "" else text
    return item
