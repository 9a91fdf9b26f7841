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
from cigem_core.spelling import WHITE_SPACE, fold, title_key
from cigem_core.text import Text

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
    missing = _missing(choose, pairs)
    pairs |= {label: value for label in missing if (value := _beside(rows, label)) is not None}
    if lost := _missing(choose, pairs) if missing else ():
        raise SourceRefused(_no_label(source.name, grid.name, lost), missing=lost)
    columns = choose(list(pairs))
    opened = _OpenLabels(source.name, list(pairs), pairs, columns, grid.first + grid.cells.height - 1, source.sha256())
    _check_beside(rows, opened.said, source.name, grid.name)
    return opened


def _missing(choose: Choose, pairs: Mapping[str, Held]) -> tuple[str, ...]:
    """The labels that are needed and are not there; SourceRefused for whatever else stands in the way."""
    try:
        choose(list(pairs))
    except SourceRefused as refused:
        wanted = refused.concerned.get("missing")
        missing = tuple(label for label in wanted if isinstance(label, str)) if isinstance(wanted, (list, tuple)) else ()
        if not missing:
            raise
        return missing
    return ()


def _check_beside(rows: Sequence[Sequence[Held]], said: Mapping[str, Held], file: str, sheet: str) -> None:
    """SourceRefused where what stands beside a label is another label, or where one stands twice with two values."""
    labels = {title_key(label) for label in said}
    # Where nothing stands beside any label, and something below, values were written under their labels.
    stacked = all(len(row) == 1 for row in rows) and any(title_key(row[0][0]) not in labels for row in rows)
    for label, (value, _) in said.items():
        values = {row[1][0].strip(WHITE_SPACE) for row in rows if len(row) > 1 and title_key(row[0][0]) == title_key(label)}
        if stacked or title_key(value) in labels or len(values) > 1:
            raise SourceRefused(
                Text(
                    fr=f"{file}, feuille « {sheet} » : écrire « {label} » une seule fois, et sa valeur à sa droite",
                    en=f"{file}, sheet '{sheet}': write '{label}' once, and its value right of it",
                ),
                label=label,
            )


def _no_label(file: str, sheet: str, missing: Sequence[str]) -> Text:
    fr, en = ", ".join(f"« {label} »" for label in missing), ", ".join(f"'{label}'" for label in missing)
    return Text(
        fr=f"{file}, feuille « {sheet} » : libellés attendus et non trouvés : {fr}",
        en=f"{file}, sheet '{sheet}': labels expected and not found: {en}",
    )


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

    @property
    def said(self) -> dict[str, Held]:
        """What stands beside the labels that are read, by what these are declared as."""
        return {name: self._pairs[self.header[position]] for position, name in self._columns.names.items()}

    def close(self) -> None:
        """There is nothing to let go of."""

    def blocks(self) -> Iterator[Block]:
        """One block of one record, which is the whole sheet."""
        import polars as pl

        cells = [pl.Series(name, [text], dtype=pl.String) for name, (text, _) in self.said.items()]
        kinds = [pl.Series(IS + name, [kind], dtype=pl.UInt8) for name, (_, kind) in self.said.items()]
        last = max(self._last, 1)
        places = [pl.Series(name, [at], dtype=pl.Int64) for name, at in ((ROW, 1), (FIRST, 1), (LAST, last))]
        yield Block(cells=pl.DataFrame([*cells, *kinds, *places]), first=1, last=last)


def _rows(grid: Grid) -> list[list[Held]]:
    """The cells of each row that hold something, from the left."""
    names = [name for name in grid.cells.columns if not name.startswith(IS)]
    both = zip(grid.cells.select(names).iter_rows(), grid.cells.select(IS + name for name in names).iter_rows(), strict=True)
    rows = [[(text, kind) for text, kind in zip(*row, strict=True) if text and text.strip(WHITE_SPACE)] for row in both]
    return [_without_colons(_parted(row)) for row in rows if row]


def _without_colons(row: list[Held]) -> list[Held]:
    """A row whose values have no colon before them, be it in a cell of its own."""
    bare = [(_COLON.sub("", text) if kind == TEXT else text, kind) for text, kind in row[1:]]
    return [row[0], *(cell for cell in bare if cell[0].strip(WHITE_SPACE))]


_COLON = re.compile(rf"^[{WHITE_SPACE}]*[:：]")


def _parted(row: list[Held]) -> list[Held]:
    """A row of one cell that holds both, label and value: `N° du plan : PF-1`."""
    label, colon, value = row[0][0].replace("：", ":").partition(":")
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
    """A label as it sounds: `N° du plan` is `numéro du plan`."""
    words = re.findall(r"[^\W_]+", fold(label))
    return "".join("n" if word in ("no", "num", "numero") else word for word in words)
