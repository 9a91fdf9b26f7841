"""Checks of reading: the balance, the addresses of faults, and files that mean harm."""

from __future__ import annotations

import random
from typing import Any

from cigem_core.errors import SourceRefused
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ITEM, ROW
from cigem_core.report import Fault
from cigem_core.sdk.batch import Batch
from cigem_core.sdk.table import Table
from cigem_core.testing.hostile import HOSTILE, damaged, damaged_book
from cigem_core.testing.kit.books import raw
from cigem_core.testing.kit.subject import Subject, Unsupported

Facts = dict[str, Any]


def balance(subject: Subject) -> Facts:
    """Every record of every sample is accepted or in quarantine, and the spans tile each file."""
    for batch in subject.reading.files:
        _tiles(batch)
    if not subject.reading.read:
        raise AssertionError("the samples hold no record")
    rows = {kind.name: subject.reading[kind.name].read for kind in subject.reading.kinds}
    return {"files": len(subject.samples), "rows": rows}


def _tiles(batch: Batch) -> None:
    if batch.read != batch.accepted.height + batch.quarantined.height:
        raise AssertionError(f"{batch.file}: {batch.read} read, {batch.accepted.height} + {batch.quarantined.height} kept")
    spans = batch.spans.sort("first")
    follows = spans["first"].to_list()[1:]
    ends = [last + 1 for last in spans["last"].to_list()[:-1]]
    if follows != ends:
        at = next(n for n, (one, other) in enumerate(zip(follows, ends, strict=True)) if one != other)
        raise AssertionError(f"{batch.file}: lines {ends[at]} and {follows[at]} do not follow one another")


def addresses(subject: Subject) -> Facts:
    """Each fault of the samples leads to the cell it quotes, as the agency sees it."""
    asked = 0
    sources = [source for _, source in subject.arranged]
    for batch, (table, source) in zip(_in_order(subject), zip(*_apart(subject, sources), strict=True), strict=True):
        header, cells, _, _ = raw(table, source)
        by_place = {row[ROW]: row for row in cells.iter_rows(named=True)}
        for fault in batch.faults:
            _leads(fault, header, by_place)
            asked += 1
    return {"faults": asked}


def _in_order(subject: Subject) -> list[Batch]:
    return list(subject.reading.files)


def _apart(subject: Subject, sources: list[Source]) -> tuple[list[Table], list[Source]]:
    """The tables and sources in the order in which a reading lists its files: by kind, then as given."""
    kinds = list(dict.fromkeys(table.kind.name for table, _ in subject.arranged))
    ordered = sorted(range(len(sources)), key=lambda n: kinds.index(subject.arranged[n][0].kind.name))
    return [subject.arranged[n][0] for n in ordered], [subject.arranged[n][1] for n in ordered]


def _leads(fault: Fault, header: list[str], by_place: dict[int, dict[str, Any]]) -> None:
    column, place = fault.address.column, fault.address.place
    if column is None or fault.value is None:
        return
    if place not in by_place:
        raise AssertionError(f"{fault.address}: there is no such row")
    outer, _, rest = column.partition("[")
    if rest or column not in header:
        held = [name for name in header if name == column or name.startswith(outer + ITEM)]
        if not held:
            raise AssertionError(f"{fault.address}: there is no such column")
        return
    found = str(by_place[place][column] or "").strip()
    if found != fault.value.strip() and not _same_day(found, fault.value):
        raise AssertionError(f"{fault.address}: the cell there is not the one that is quoted")


def _same_day(cell: str, quoted: str) -> bool:
    """Whether a real date is quoted as its column would write it."""
    return sorted(cell.replace("-", "/").split("/")) == sorted(quoted.split("/"))


def hostile(subject: Subject) -> Facts:
    """Whatever bytes and texts come, a file is refused or every row is accounted for; nothing else is raised."""
    if not subject.specimens:
        raise Unsupported("no table of this adapter is read from files that could be damaged")
    draw = random.Random(subject.adapter.agency)  # noqa: S311  the same damage at every run, no secret
    texts, books = subject.size(120, 100_000), subject.size(6, 5_000)
    tables = list(subject.specimens)
    plain = [table for table in tables if subject.specimens[table].book is None]
    for number in range(texts if plain else 0):
        _survives(subject, plain[number % len(plain)], draw, number)
    for number in range(books):
        _survives_book(subject, tables[number % len(tables)], draw)
    return {"texts": texts if plain else 0, "workbooks": books}


def _survives(subject: Subject, table: Table, draw: random.Random, number: int) -> None:
    specimen = subject.specimens[table]
    if number % 2:
        plain = [name for name in specimen.header if ITEM not in name]
        content = specimen.written([{**row, draw.choice(plain): draw.choice(HOSTILE)} for row in specimen.rows]).content or b""
    else:
        content = damaged(specimen.written().content or b"", draw)
    _read(table, Source(name=specimen.name, content=content))


def _survives_book(subject: Subject, table: Table, draw: random.Random) -> None:
    specimen = subject.specimens[table]
    content = damaged_book(specimen.book, draw)
    if specimen.book is not None:
        _read(table, Source(name=specimen.name, content=content))
        return
    try:
        # A workbook where none is declared may still be one of corrections.
        subject.adapter.read(Source(name="a_corriger.xlsx", content=content))
    except SourceRefused:
        return


def _read(table: Table, source: Source) -> None:
    """Read something; a promise that does not hold, or any error but a refusal, goes on to whoever asked."""
    try:
        batch = table.read(source)
    except SourceRefused:
        return
    _tiles(batch)
