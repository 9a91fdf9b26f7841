"""Checks of writing back: each table's records by the road its format takes, and home again, with their cargo.

- **file**: the agency's own file, written whole.
- **rows**: rows added to the workbook the agency gave, everything else in it as it was.
- **letter**: each record as the letter that is posted to the agency's service.
- **cells**: the cells a file of corrections holds, where the agency's own layout is never written by us.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cigem_core.errors import CigemError, OperatorError
from cigem_core.formats.books.sheets import SheetTable
from cigem_core.formats.posts import FormPost, JsonPost, Letterbox
from cigem_core.formats.source import Source
from cigem_core.formats.trees.documents import Json
from cigem_core.formats.trees.submissions import Submissions
from cigem_core.model.fields import flatten
from cigem_core.policy import Mask
from cigem_core.sdk.adding import added
from cigem_core.sdk.batch import CARGO
from cigem_core.sdk.frames import frame_of
from cigem_core.sdk.table import Table
from cigem_core.testing.kit.subject import NotReviewed, Subject, Unsupported

if TYPE_CHECKING:
    import polars as pl

ADDED = "Colonne ajoutée"
"""A column nobody declared."""


def writes_back(subject: Subject) -> dict[str, Any]:
    """The records of the samples, written by their road, are read back as they were; those of tables without one, invented."""
    taken = {}
    for table in subject.tables:
        records = _records(subject, table)
        if records.is_empty():
            raise NotReviewed(f"no sample of {table.kind.name} has a sound record")
        road = road_of(table)
        left, home = _ROADS[road](subject, _apart(table), records)
        _same(table, road, left, home)
        name = table.kind.name if table in subject.adapter.pull else f"{table.kind.name} (push)"
        taken[name] = {"road": road, "records": left.height}
    return {"roads": taken}


def road_of(table: Table) -> str:
    """How records of a table leave."""
    if isinstance(table.format, Letterbox):
        return "letter"
    if isinstance(table.format, SheetTable):
        return "rows"
    try:
        table.format.write(io.BytesIO(), [table.headers[0]], [])
    except OperatorError:
        return "cells"
    return "file"


def _apart(table: Table) -> Table:
    """The table without the rules between fields and rows, which are not the lenses' matter."""
    return Table(table.kind.python, table.format, table.lenses, repeats=True, known_by=table.known_by)


def _records(subject: Subject, table: Table) -> pl.DataFrame:
    """The sound records of a table's first sample, or invented ones."""
    from hypothesis import strategies as st

    from cigem_core.testing.kit.drawing import drawn
    from cigem_core.testing.strategies import records

    source = subject.sample_of(table)
    if source is not None:
        return table.read(source).accepted.select(list(table.lenses)).head(subject.size(60, 10_000))
    some = drawn(st.lists(records(table.kind.python, table), min_size=30, max_size=30))
    return frame_of(table.kind, map(flatten, some)).select(list(table.lenses))


def _same(table: Table, road: str, records: pl.DataFrame, home: pl.DataFrame) -> None:
    for name in table.lenses:
        left, right = records[name].to_list(), home[name].to_list()
        if _bare(left) != _bare(right):
            at = next((n for n, (one, other) in enumerate(zip(left, right, strict=False)) if _bare([one]) != _bare([other])), -1)
            raise AssertionError(f"{table.kind.name}.{name}, record {at + 1}: did not come home as it left, by {road}")


def _bare(values: list[Any]) -> list[Any]:
    """Text is trimmed when it is read, and empty is nothing."""
    texts = [value.strip() if isinstance(value, str) else value for value in values]
    return [None if value in ("", []) else value for value in texts]


Trip = tuple["pl.DataFrame", "pl.DataFrame"]
"""The records that left, and as they came home."""


def _file(_: Subject, table: Table, records: pl.DataFrame) -> Trip:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written"
        table.write(records, path)
        return records, table.read(Source(name="written", content=path.read_bytes())).accepted


def _rows(subject: Subject, table: Table, records: pl.DataFrame) -> Trip:
    source = next((s for t, s in subject.arranged if t.kind is table.kind), None)
    if source is None:
        raise NotReviewed(f"no sample workbook has the sheet of {table.kind.name}")
    before = table.read(source)
    content = added(table, source, table.encode(records))
    after = table.read(Source(name=source.name, content=content))
    if after.read != before.read + records.height:
        raise AssertionError(f"{table.kind.name}: {records.height} rows were added, and {after.read - before.read} are there")
    if not after.accepted.head(before.accepted.height).drop("^#.*$").equals(before.accepted.drop("^#.*$")):
        raise AssertionError(f"{table.kind.name}: rows that stood in the workbook are no longer as they were")
    return records, after.accepted.tail(records.height)


def _letter(_: Subject, table: Table, records: pl.DataFrame) -> Trip:
    box = table.format
    assert isinstance(box, Letterbox)
    letters: dict[int, bytes] = {}
    for at, cells in enumerate(table.encode(records).iter_rows(named=True)):
        # What a letter cannot hold is refused by name, and never bent to fit.
        with suppress(CigemError):
            letters[at] = box.letter(cells, f"k-{at}").content
    if len(letters) < min(5, records.height):
        raise AssertionError(f"{table.kind.name}: only {len(letters)} of {records.height} records could be written as letters")
    reading, content = _opened(box, list(letters.values()))
    home = Table(table.kind.python, reading, table.lenses, repeats=True)
    return records[list(letters)], home.read(Source(name="letters", content=content)).accepted


def _opened(box: Any, letters: list[bytes]) -> tuple[Any, bytes]:
    """The letters as one document, and the format it is read by."""
    if isinstance(box, JsonPost):
        reading: Any = Json("letters", resource="letters", separator=box.separator)
        return reading, json.dumps([json.loads(letter) for letter in letters]).encode()
    if isinstance(box, FormPost):
        documents = [re.sub(rb"^<\?xml[^>]*\?>", b"", _submission(letter)) for letter in letters]
        return Submissions("letters", resource="letters"), b"<submissions>" + b"".join(documents) + b"</submissions>"
    raise NotReviewed(f"how a {type(box).__name__} is read at the other end is not known; say unsupported= with a reason")


def _submission(letter: bytes) -> bytes:
    """The document in a letter of OpenRosa's."""
    return letter.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0].strip()


def _cells(_: Subject, table: Table, records: pl.DataFrame) -> Trip:
    return records, table.read(Source.of(table.encode(records), "cells")).accepted


_ROADS: Mapping[str, Callable[[Subject, Table, pl.DataFrame], Trip]] = {
    "file": _file, "rows": _rows, "letter": _letter, "cells": _cells,
}  # fmt: skip


def cargo(subject: Subject) -> dict[str, Any]:
    """A column nobody declared stays with its record where the mask lets it, comes home with it, and is nowhere otherwise."""
    kept = {}
    for table, specimen in subject.specimens.items():
        rows = [{**row, ADDED: f"cargo {at}"} for at, row in enumerate(specimen.rows)]
        source = specimen.written(rows, more=[ADDED])
        said = [row[ADDED] for row in rows]
        if (found := _cargo(table, source)) != said:
            raise AssertionError(f"{table.kind.name}: the undeclared column holds {said[:2]}…, and {found[:2]}… was kept")
        hidden = table.read(source, mask=Mask(fields={table.kind.name: frozenset(table.kind.fields)}, cargo=False))
        if hidden.accepted[CARGO].is_not_null().any() or ADDED in hidden.quarantined.columns:
            raise AssertionError(f"{table.kind.name}: an undeclared column was kept although the mask does not let it")
        kept[table.kind.name] = _returned(table, source, said)
    if not kept:
        raise Unsupported("no table of this adapter is read from files that could have more columns")
    return {"kept": kept}


def _cargo(table: Table, source: Source) -> list[str | None]:
    found = table.read(source).accepted[CARGO].to_list()
    return [json.loads(text).get(ADDED) if text else None for text in found]


def _returned(table: Table, source: Source, said: list[str]) -> str:
    """How the column comes home: in the file that is written, or in the workbook rows are added to."""
    road = road_of(table)
    if road == "file":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "written"
            table.write(table.read(source), path)
            home = _cargo(table, Source(name="written", content=path.read_bytes()))
    elif road == "rows":
        batch = table.read(source)
        home = _cargo(
            _apart(table), Source(name=source.name, content=added(table, source, table.encode(batch.accepted.head(1))))
        )[:-1]
    else:
        return "with the record"
    if home != said:
        raise AssertionError(f"{table.kind.name}: the undeclared column did not come home as it left, by {road}")
    return road
