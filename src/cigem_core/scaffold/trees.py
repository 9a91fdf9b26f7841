"""A JSON document as a sample: its records, wherever they stand in it, and the columns their keys make."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, ITEM, LAST, ROW, ChosenColumns
from cigem_core.formats.trees.documents import Json
from cigem_core.formats.trees.submissions import Submissions
from cigem_core.scaffold.samples import Replace, SampleColumn, SampleTable, pattern, quoted
from cigem_core.text import Text

_OF_FORMS = {"_uuid", "meta/instanceID", "_xform_id_string"}
"""Keys by which submissions of a form are known, whichever server holds them."""


def look(source: Source) -> Tree:
    """A document of records; SourceRefused where there are none."""
    stream = source.open()
    content = stream.read(-1)
    stream.close()
    document = _parsed(source.name, content)
    records = _records_in(document)
    found = document if records is None else document[records]
    if not (isinstance(found, list) and any(isinstance(record, dict) for record in found)):
        raise SourceRefused(
            Text(
                fr=f"{source.name} : aucune liste de fiches n'y est trouvée",
                en=f"{source.name}: no list of records is found in it",
            )
        )
    first = next(record for record in found if isinstance(record, dict))
    tree = Tree(name=source.name, document=document, records=records, is_forms=bool(set(first) >= _OF_FORMS))
    return Tree(
        name=tree.name, document=document, records=records, is_forms=tree.is_forms, columns=tuple(_columns(tree, content))
    )


def _parsed(name: str, content: bytes) -> Any:
    text = content.decode("utf-8-sig", errors="replace").strip()
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        raise SourceRefused(
            Text(fr=f"{name} : ce n'est pas un document JSON", en=f"{name}: this is no JSON document"), source=name
        ) from None


def _records_in(document: Any) -> str | None:
    """The key under which an object holds its longest list of objects."""
    if not isinstance(document, dict):
        return None
    lists = {key: value for key, value in document.items() if isinstance(value, list) and any(isinstance(v, dict) for v in value)}
    return max(lists, key=lambda key: len(lists[key]), default=next(iter(document), None))


@frozen(kw_only=True, eq=False)
class Tree:
    """A document that was read whole."""

    name: str
    document: Any = field(repr=False)
    records: str | None
    is_forms: bool = False
    columns: tuple[SampleColumn, ...] = field(default=(), repr=False)
    service: str | None = None
    """What its declaration needs to be read over HTTP."""
    asks: tuple[str, ...] = ()
    """What its service leaves to be asked."""

    @property
    def file_name(self) -> str:
        """Its own name."""
        return self.name

    @property
    def uses(self) -> Sequence[str]:
        """The format."""
        return ["Submissions" if self.is_forms else "Json", *(["Api", "Resource"] if self.service else [])]

    @property
    def resource(self) -> str:
        """What the agency calls these records, by the file's name."""
        return self.name.rpartition(".")[0] or self.name

    @property
    def format(self) -> Json:
        """The format its cells are read by."""
        if self.is_forms:
            return Submissions(self.name, resource=self.resource).json
        return Json(self.name, resource=self.resource, records=self.records)

    @property
    def tables(self) -> Sequence[SampleTable]:
        """The one table of its records."""
        return [SampleTable(title=self.resource, columns=self.columns, declared=self._declared(), has_lines=False)]

    def preamble(self, naming: tuple[str, str] | None) -> Sequence[str]:  # noqa: ARG002  a document is named by nothing
        """The service it was read from, where it was."""
        return [self.service] if self.service else []

    def copied(self, replace: Replace) -> bytes:
        """The document again, in the shape it had."""
        title, naming = self.resource, (self.format.separator, self.format.repeats_prefix)
        found = self.document if self.records is None else self.document[self.records]
        copy: Any = [_replaced(record, "", naming, lambda header, cell: replace(title, header, cell)) for record in found]
        if self.records is not None:
            around = {key: replace(title, "", value) if isinstance(value, str) else value for key, value in self.document.items()}
            copy = {**around, self.records: copy}
        return json.dumps(copy, ensure_ascii=False, indent=1).encode()

    def _declared(self) -> str:
        name, resource = quoted(pattern(self.name, ending="*")), quoted(self.resource)
        if self.is_forms:
            repeats = sorted(
                {
                    column.header.partition(ITEM)[0]
                    for column in self.columns
                    if column.is_list and "/" in column.header.partition(ITEM)[2]
                }
            )
            listed = f", repeats=[{', '.join(map(quoted, repeats))}]" if repeats else ""
            return f"Submissions({name}, resource={resource}{listed})"
        under = f", records={quoted(self.records)}" if self.records else ""
        return f"Json({name}, resource={resource}{under})"


def _columns(tree: Tree, content: bytes) -> list[SampleColumn]:
    import polars as pl

    chosen: list[str] = []

    def every(header: Sequence[str]) -> ChosenColumns:
        chosen[:] = header
        return ChosenColumns(names=dict(enumerate(header)), whole=True)

    opened = tree.format.open(Source(name=tree.name, content=content), every)
    blocks = [block.cells.drop(ROW, FIRST, LAST) for block in opened.blocks()]
    cells = pl.concat(blocks, how="vertical")
    bare = cells.with_columns(
        (
            pl.col(name).list.eval(pl.element().str.strip_chars().replace("", None))
            if ITEM in name
            else pl.col(name).str.strip_chars().replace("", None)
        )
        for name in cells.columns
    )
    return [SampleColumn(header=name, cells=bare[name]) for name in bare.columns]


def _replaced(value: Any, header: str, naming: tuple[str, bool], replace: Any) -> Any:
    """A value again: objects and lists as they are, and what they hold replaced under the name of its column."""
    separator, repeats_prefix = naming
    if isinstance(value, dict):
        copy = {}
        for key, below in value.items():
            bare = key.removeprefix(header.replace(ITEM, "") + separator) if repeats_prefix and ITEM in header else key
            copy[key] = _replaced(below, f"{header}{separator}{bare}" if header else bare, naming, replace)
        return copy
    if isinstance(value, list):
        inner = header if ITEM in header else header + ITEM
        return [_replaced(item, inner, naming, replace) for item in value]
    if value is None or isinstance(value, bool) or value == "":
        return value
    if isinstance(value, (int, float)):
        return type(value)(replace(header, str(value)))
    return replace(header, value)
