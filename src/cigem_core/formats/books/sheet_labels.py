"""Sheets that say labels and values side by side: one record, or the name of a whole workbook.

Labels are typed by people, and compared as titles are (`text.title_key`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import ClassVar

from attrs import field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.books.grid import Grid
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, IS, LAST, ROW, TEXT, Block, Choose, ChosenColumns, OpenTable, Span
from cigem_core.model.codes import fold
from cigem_core.text import WHITE_SPACE, Text, title_key

Held = tuple[str, int | None]
"""The text of a cell, and what it was (see `tables.IS`)."""

_NEAR = 0.8
"""A label so near to another one is that one, misspelled."""


@frozen
class Naming:
    """The label that names a workbook, what it is named, and what the cell was that says so."""

    label: str
    value: str
    kind: int | None = None


def named_by(source: Source, grid: Grid, label: str) -> Naming:
    """What names a workbook: the value of a label; of a label that is not there or has none, the file's name without its ending.

    Raises SourceRefused where the label is not there and another one is so like it that it must be meant.
    """
    rows = _rows(grid)
    value, kind = _beside(rows, label) or ("", None)
    if value.strip(WHITE_SPACE):
        return Naming(label, value.strip(WHITE_SPACE), kind)
    labels = {_letters(text): text for row in rows for text, what in row[:1] if what == TEXT}
    near = get_close_matches(_letters(label), labels, 1, _NEAR)
    if near and title_key(labels[near[0]]) != title_key(label):
        found = labels[near[0]].strip(WHITE_SPACE)
        raise SourceRefused(
            Text(
                fr=f"{source.name}, feuille « {grid.name} » : écrire « {label} » au lieu de « {found} »",
                en=f"{source.name}, sheet '{grid.name}': write '{label}' instead of '{found}'",
            ),
            missing=(label,),
        )
    return Naming(label, re.sub(r"\.[^.]*$", "", source.name))


def open_labels(source: Source, grid: Grid, naming: Naming | None, choose: Choose) -> OpenTable:
    """The record that a sheet of labels tells; SourceRefused where a label that is needed stands nowhere on it."""
    rows = _rows(grid)
    pairs: dict[str, Held] = {}
    for label, *beside in rows:
        if beside:
            pairs.setdefault(_bare(label[0]), beside[0])
    if naming:
        named = next((label for label in pairs if title_key(label) == title_key(naming.label)), naming.label)
        pairs[named] = (naming.value, naming.kind)
    try:
        columns = choose(list(pairs))
    except SourceRefused as refused:
        wanted = refused.concerned.get("missing")
        missing = [label for label in wanted if isinstance(label, str)] if isinstance(wanted, (list, tuple)) else []
        elsewhere = {label: value for label in missing if (value := _beside(rows, label)) is not None}
        if not elsewhere:
            raise
        pairs |= elsewhere
        columns = choose(list(pairs))
    return _OpenLabels(source.name, list(pairs), pairs, columns, grid.first + grid.cells.height - 1, source.sha256())


@frozen(eq=False)
class _OpenLabels:
    name: str
    header: Sequence[str]
    _pairs: Mapping[str, Held] = field(repr=False)
    _columns: ChosenColumns
    _last: int
    sha256: str
    heading: ClassVar[Span | None] = None
    letters: ClassVar[Mapping[str, str]] = {}
    assumed: ClassVar[tuple[Text, ...]] = ()

    def close(self) -> None:
        """There is nothing to let go of."""

    def blocks(self) -> Iterator[Block]:
        """One block of one record, which is the whole sheet."""
        import polars as pl

        said = {name: self._pairs[self.header[position]] for position, name in self._columns.names.items()}
        cells = [pl.Series(name, [text], dtype=pl.String) for name, (text, _) in said.items()]
        kinds = [pl.Series(IS + name, [kind], dtype=pl.UInt8) for name, (_, kind) in said.items()]
        last = max(self._last, 1)
        places = [pl.Series(name, [at], dtype=pl.Int64) for name, at in ((ROW, 1), (FIRST, 1), (LAST, last))]
        yield Block(cells=pl.DataFrame([*cells, *kinds, *places]), first=1, last=last)


def _rows(grid: Grid) -> list[list[Held]]:
    """The cells of each row that hold something, from the left."""
    names = [name for name in grid.cells.columns if not name.startswith(IS)]
    both = zip(grid.cells.select(names).iter_rows(), grid.cells.select(IS + name for name in names).iter_rows(), strict=True)
    rows = [[(text, kind) for text, kind in zip(*row, strict=True) if text and text.strip(WHITE_SPACE)] for row in both]
    return [_parted(row) for row in rows if row]


def _parted(row: list[Held]) -> list[Held]:
    """A row of one cell that holds both, label and value: `N° du plan : PF-1`."""
    label, colon, value = row[0][0].partition(":")
    return [(label, row[0][1]), (value.strip(WHITE_SPACE), TEXT)] if len(row) == 1 and colon and value.strip(WHITE_SPACE) else row


def _beside(rows: Sequence[Sequence[Held]], label: str) -> Held | None:
    """What stands right of a label, in whatever column it is; an empty text where nothing does, None without the label."""
    wanted = title_key(label)
    for row in rows:
        for at, (text, _) in enumerate(row):
            if title_key(text) == wanted:
                return row[at + 1] if at + 1 < len(row) else ("", None)
    return None


def _bare(label: str) -> str:
    """A label without the colon after it."""
    return label.strip(WHITE_SPACE + ":：").strip(WHITE_SPACE) or label


def _letters(label: str) -> str:
    return "".join(c for c in fold(label) if c.isalnum())
