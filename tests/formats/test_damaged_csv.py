"""Nothing is lost: files written soundly, then damaged as files are damaged in life.

What each record should become is worked out beside the reader, one character at a time, from the wording of the
law in docs/csv.md and of the partners' rules. `CIGEM_HISTORIES` says how many files are tried.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence

import polars as pl
import pytest
from attrs import evolve, frozen
from damage import DELIMITERS, HEADER, WIDTH, File, accidents, damaged, files
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scale import many

from cigem_core.errors import SourceRefused
from cigem_core.formats.delimited.guarding import unguard
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, ChosenColumns
from cigem_core.model.employment import JobOffer
from cigem_core.sdk import Csv, Table, column
from cigem_core.text import Text

pytestmark = pytest.mark.soak
HISTORIES = settings(
    max_examples=many(30, long=500),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
BLANK = "\t\n\r \xa0\ufeff"


def table(delimiter: str) -> Table:
    lenses = {"reference": column("N°").required(), "employer": column("Employeur"), "title": column("Intitulé")}
    return Table(JobOffer, Csv("offres.csv", delimiter=delimiter, encodings=("utf-8-sig", "cp1252")), lenses)


TABLES = {delimiter: table(delimiter) for delimiter in DELIMITERS}


# --- what should become of them: the law, read slowly -----------------------------------------------------------------


@frozen(kw_only=True)
class Expected:
    """A row of the file: what it is, where it stands, and its cells where they can be told apart."""

    what: str
    row: int
    first: int
    last: int
    cells: tuple[str, ...] = ()


def expected(file: File) -> Iterator[Expected]:
    """Every row below the header, by the law."""
    lines, spoilt = decoded_lines(file)
    number = file.head.count(b"\n")
    row = number  # above the header, each line is a row, and the header is one line
    at = 0
    while at < len(lines):
        row += 1
        end, cells = record_at(lines, at, file.delimiter)
        inside = lines[at + 1 : end - 1]
        cells = cells and trimmed(cells)
        if cells is None or any(is_full_record(line, file.delimiter) for line in inside):
            end, what = at + 1, "structure"
        elif any(spoilt[at:end]):
            what = "encoding"
        elif not is_filled(cells):
            what = "blank"
        else:
            what = "missing-cell" if len(cells) < WIDTH else "extra-cell" if len(cells) > WIDTH else "record"
        cells_told = tuple(map(unguard, cells)) if what == "record" and cells else ()
        yield Expected(what=what, row=row, first=number + at + 1, last=number + end, cells=cells_told)
        at = end


def decoded_lines(file: File) -> tuple[list[str], list[bool]]:
    """The physical lines below the header without their breaks, and which hold bytes that are no text."""
    raw = file.body.split(b"\n")
    if not raw[-1]:
        raw.pop()
    encoding = file.encoding.removesuffix("-sig")
    lines = [line.decode(encoding, "replace") for line in raw]
    return lines, [b"\0" in line or not decodes(line, encoding) or pasted(line, encoding) for line in raw]


def pasted(line: bytes, encoding: str) -> bool:
    """Whether letters of UTF-8 stand in a file of another encoding."""
    return encoding != "utf-8" and re.search(rb"[\xc2-\xc5][\x80-\xbf]|\xe2(?:\x80[\x90-\xbf]|\x82\xac)", line) is not None


def decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def record_at(lines: list[str], start: int, delimiter: str) -> tuple[int, list[str] | None]:
    """One past the last line of the record that starts here, and its cells; None where its quotes break RFC 4180."""
    cells, cell, state = [], "", "start"
    for at in range(start, len(lines)):
        is_last = at == len(lines) - 1
        for character in lines[at].removesuffix("\r"):
            if state == "quoted":
                state = "closing" if character == '"' else "quoted"
                cell += "" if character == '"' else character
            elif state == "closing" and character == '"':
                cell, state = cell + '"', "quoted"
            elif character == delimiter:
                cells, cell, state = [*cells, cell], "", "start"
            elif state == "closing":
                return at + 1, None
            elif character == '"':
                if state == "plain":
                    return at + 1, None
                state = "quoted"
            else:
                cell, state = cell + character, "plain"
        if state != "quoted":
            return at + 1, [*cells, cell]
        cell += ("\r" if lines[at].endswith("\r") else "") + "\n"
        if is_last:
            return at + 1, None
    raise AssertionError


def is_filled(cells: Sequence[str]) -> bool:
    return any(cell.strip(BLANK) for cell in cells)


def is_full_record(line: str, delimiter: str) -> bool:
    _, cells = record_at([line], 0, delimiter)
    return cells is not None and len(trimmed(cells)) == WIDTH


def trimmed(cells: list[str]) -> list[str]:
    """The cells without those that are too many and hold nothing."""
    while len(cells) > WIDTH and not cells[-1].strip(BLANK):
        cells = cells[:-1]
    return cells


# --- the proofs ------------------------------------------------------------------------------------------------------


@HISTORIES
@given(file=damaged())
def test_every_row_becomes_what_the_law_says(file):
    """Record, blank or misfit of one rule, with its row, its lines and its cells as they stand in the file."""
    law = list(expected(file))

    found = [row for block in blocks(file) for row in rows_of(block) if row.first > file.head.count(b"\n")]

    assert sorted(found, key=lambda row: row.row) == law


@HISTORIES
@given(file=damaged(), size=st.sampled_from([64, 100, 257, 1000, 4096]))
def test_nothing_is_lost_however_the_file_is_cut(file, size):
    """Spans tile the lines, read = accepted + quarantined, and blocks leave no trace in the outcome."""
    whole, cut = outcome(file, None), outcome(file, size)

    assert covered(whole["spans"]) == list(range(1, physical_lines(file.content) + 1))
    assert whole["read"] == whole["accepted"].height + whole["quarantined"].height
    assert set(whole["quarantined"][ROW]) == {fault.address.row for fault in whole["faults"]}
    beside = whole["spans"].filter(whole["spans"]["what"].is_in(["title", "total", "note"])).height
    assert whole["read"] + beside == sum(row.what != "blank" for row in expected(file))
    for name, value in whole.items():
        assert same(cut[name], value), name


@HISTORIES
@given(file=files())
def test_sound_file_reads_as_pythons_csv_module_reads_it(file):
    """Cell by cell, with nothing faulted, unless a line inside a quoted cell could be a record of its own."""
    assume(all(row.what != "structure" for row in expected(file)))
    text = file.content.decode(file.encoding)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=file.delimiter, strict=True)

    read = [row for block in blocks(file) for row in rows_of(block)]

    records = [tuple(map(unguard, row)) for row in rows if is_filled(row)][1:]
    assert [row.cells for row in read if row.what == "record"] == records
    assert {row.what for row in read} <= {"record", "blank"}


@HISTORIES
@given(file=damaged(), size=st.sampled_from([64, 257, 4096]), data=st.data())
def test_damaged_header_is_refused_or_accounted_for(file, size, data):
    """Whatever happens to the header, the file is refused whole with a sentence, or every line is accounted for."""
    file = evolve(file, head=data.draw(accidents(file.head, file)))

    whole, cut = (outcome_or_refusal(file, block) for block in (None, size))

    if isinstance(whole, str):
        assert cut == whole
        return
    assert covered(whole["spans"]) == list(range(1, physical_lines(file.content) + 1))
    for name, value in whole.items():
        assert same(cut[name], value), name


def blocks(file: File, size: int = 1 << 20) -> Iterator[Block]:
    """The blocks of a file, every column under its own position."""
    names = {position: str(position) for position in range(WIDTH)}

    def choose(header: Sequence[str]) -> ChosenColumns:
        if [name.strip().casefold() for name in header] == [name.casefold() for name in HEADER]:
            return ChosenColumns(names=names, whole=True)
        raise SourceRefused(Text(fr="autre en-tête", en="another header"))

    return TABLES[file.delimiter].format.open(Source.of(file.content), choose, size).blocks()


def rows_of(block: Block) -> Iterator[Expected]:
    for span in block.others:
        yield Expected(what="blank", row=span.row, first=span.first, last=span.last)
    if block.blanks is not None:
        for row, first, last in block.blanks.select(ROW, FIRST, LAST).iter_rows():
            yield Expected(what="blank", row=row, first=first, last=last)
    for misfit in block.misfits:
        yield Expected(what=misfit.rule.value, row=misfit.row, first=misfit.first, last=misfit.last)
    for *cells, row, first, last in block.cells.select(*map(str, range(WIDTH)), ROW, FIRST, LAST).iter_rows():
        yield Expected(what="record", row=row, first=first, last=last, cells=tuple(cells))


def outcome(file: File, size: int | None) -> dict[str, object]:
    """All that reading a file tells."""
    batches = list(TABLES[file.delimiter].scan(file.content, block=size))
    return {
        "accepted": pl.concat([batch.accepted for batch in batches]),
        "quarantined": pl.concat([batch.quarantined for batch in batches]),
        "faults": [fault for batch in batches for fault in batch.faults],
        "claims": sorted(claim for batch in batches for claim in batch.claims),
        "spans": pl.concat([batch.spans for batch in batches]).sort("first"),
        "read": sum(batch.read for batch in batches),
        "sha256": batches[-1].sha256,
    }


def outcome_or_refusal(file: File, size: int | None) -> dict[str, object] | str:
    try:
        return outcome(file, size)
    except SourceRefused as refused:
        return str(refused)


def same(one: object, other: object) -> bool:
    return one.equals(other) if isinstance(one, pl.DataFrame) else one == other


def covered(spans: pl.DataFrame) -> list[int]:
    """The lines of all spans, in order; a line covered twice would stand twice."""
    return [line for first, last in spans.select("first", "last").iter_rows() for line in range(first, last + 1)]


def physical_lines(content: bytes) -> int:
    return content.count(b"\n") + (not content.endswith(b"\n"))
