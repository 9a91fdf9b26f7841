"""One bad cell: a sound file with something in a cell that its lens cannot take; exactly that cell is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cigem_core.formats.tables import ITEM
from cigem_core.sdk.codecs import TextCodec, WordsCodec
from cigem_core.sdk.lenses import Column, Lens
from cigem_core.sdk.reading.cells import trimmed
from cigem_core.sdk.reading.flags import checked
from cigem_core.sdk.table import Table
from cigem_core.testing import strategies
from cigem_core.testing.kit.drawing import examples
from cigem_core.testing.kit.specimens import Specimen
from cigem_core.testing.kit.subject import Subject, Unsupported

Place = tuple[int, str | None]
"""Where a fault is: the row, and the column as it is written of a cell or an item."""

_PLAIN = re.compile(r"[^\r\n\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufdd0-\ufdef\ufffe\uffff]*")
"""Cells of one line that a file of any format can hold: what is asked here is what a cell means."""


@frozen(kw_only=True)
class Target:
    """A column in which something can be wrong."""

    name: str
    header: str
    lens: Lens = field(repr=False, eq=False)


def one_bad_cell(subject: Subject) -> dict[str, Any]:
    """Whatever its lens cannot take, put in any declared cell of a sound file, is reported there and nowhere else."""
    asked = {}
    for table, specimen in subject.specimens.items():
        found = list(_targets(table, specimen))
        if found:
            _law(specimen, found, subject.size(4 if specimen.book else 12, 60 if specimen.book else 1_000))
            asked[table.kind.name] = len(found)
    if not asked:
        raise Unsupported("no column of these tables refuses anything")
    return {"columns": asked}


def _law(specimen: Specimen, targets: Sequence[Target], most: int) -> None:
    sound = _places(specimen.table, specimen.rows, specimen)
    if sound:
        raise AssertionError(f"{specimen.name}: the sound rows of the sample are at fault once written again: {sound}")

    @examples(most)
    @given(st.data())
    def law(data: st.DataObject) -> None:
        rows, bad = list(specimen.rows), set()
        for at in data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=len(rows), unique=True)):
            possible = _possible(specimen.table, targets, rows[at])
            if not possible:
                continue
            target = data.draw(st.sampled_from(possible))
            rows[at], column = data.draw(_broken(target, rows[at]))
            bad.add((specimen.places[at], column))
        found = _places(specimen.table, rows, specimen)
        if found != bad:
            raise AssertionError(f"{specimen.name}: bad cells at {sorted(bad)}, reported at {sorted(found, key=str)}")

    law()


def _places(table: Table, rows: Sequence[Mapping[str, Any]], specimen: Specimen) -> set[Place]:
    return {(fault.address.place, fault.address.column) for fault in table.read(specimen.written(rows)).faults}


def _targets(table: Table, specimen: Specimen) -> Iterator[Target]:
    """The columns that refuse something, among those that stand in the file."""
    every = [
        (name, lens) for lenses in (table.lenses, *(child.lenses for child in table.children)) for name, lens in lenses.items()
    ]
    for name, lens in every:
        for header in lens.headers if not isinstance(lens, Column) else lens.headers[:1]:
            is_there = header in specimen.header and (specimen.book is None or header in specimen.letters)
            if is_there and _refuses(lens):
                yield Target(name=name, header=header, lens=lens)


def _refuses(lens: Lens) -> bool:
    """Whether anything can be wrong with its cells one by one."""
    if not isinstance(lens, Column):
        return True
    if lens.path is not None:
        return lens.glue is None and not isinstance(lens.codec, (TextCodec, WordsCodec))
    return lens.is_required or not isinstance(lens.codec, (TextCodec, WordsCodec))


def _possible(table: Table, targets: Sequence[Target], row: Mapping[str, Any]) -> list[Target]:
    """Those that can be asked of a row: an item must be there to be wrong, and a form must have asked the question."""
    there = [target for target in targets if ITEM not in target.header or _items(target, row)]
    return [target for target in there if table.form is None or row.get(target.header)]


def _items(target: Target, row: Mapping[str, Any]) -> list[int]:
    """The items of a row's list that its lens looks at."""
    listed, lens = row.get(target.header) or [], target.lens
    if isinstance(lens, Column) and lens.only is not None:
        header, text = lens.only
        return [at for at, other in enumerate(row.get(header) or []) if other == text]
    return list(range(len(listed)))


def _broken(target: Target, row: Mapping[str, Any]) -> SearchStrategy[tuple[Mapping[str, Any], str]]:
    """The row with a bad cell in it, and the column that should be named."""
    if ITEM not in target.header:
        return _bad(target.lens, target.header, row).map(lambda text: ({**row, target.header: text}, target.header))
    assert isinstance(target.lens, Column)
    single = evolve(target.lens.optional(), header="one", only=None, glue=None)

    def placed(pair: tuple[int, str]) -> tuple[Mapping[str, Any], str]:
        at, text = pair
        items = [text if n == at else item for n, item in enumerate(row[target.header])]
        return {**row, target.header: items}, target.header.replace(ITEM, f"[{at}]", 1)

    return st.tuples(st.sampled_from(_items(target, row)), _bad(single, "one", {})).map(placed)


def _bad(lens: Lens, header: str, row: Mapping[str, Any]) -> SearchStrategy[str]:
    """Cells of a column that its lens refuses beside the other cells of the row, made by the lens's own strategies."""
    beside = {name: row.get(name) for name in lens.headers}
    typed = strategies.cells(lens).map(lambda cells: str(cells[header]))
    return typed.filter(lambda text: bool(_PLAIN.fullmatch(text)) and refused(lens, {**beside, header: text}) == {header})


def refused(lens: Lens, cells: Mapping[str, Any]) -> set[str]:
    """The columns a lens finds fault with, given the cells of one row."""
    import polars as pl

    frame = pl.DataFrame({name: [cell or None] for name, cell in cells.items()}, schema=dict.fromkeys(cells, pl.String))
    texts = trimmed(frame, frame.columns)
    value = texts.select(lens.decode(pl.col).alias("value"))
    return {str(flag.header) for flag in checked(texts, value, {"value": lens}) if flag.broken.any()}
