"""Finding the dialect of a delimited text from its bytes alone.

A dialect is right when it cuts most lines into the same number of cells, and cells into things people write: numbers,
dates, codes, words (van den Burg, Nazábal and Sutton, 2019, measured that the two together find more than either).
Every dialect the text may have is tried on its first lines, and the best is kept.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from cigem_core.formats.delimited.csv_records import Cutter
from cigem_core.formats.delimited.decoding import MARK
from cigem_core.formats.delimited.dialect import Dialect
from cigem_core.formats.delimited.encodings import LEGACY, asked, settled
from cigem_core.formats.delimited.grammar import Grammar
from cigem_core.formats.delimited.headings import CellKind, find_heading, kind_of, widest
from cigem_core.formats.delimited.mending import mend
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, ChosenColumns, Misfit, Span
from cigem_core.report import Rule
from cigem_core.spelling import WHITE_SPACE

HEAD = 1 << 20
"""Bytes looked at; the encoding alone is asked of the whole file."""

_SAMPLE, _ROWS = 1 << 17, 1000
"""Characters and rows every dialect is tried on."""

_DELIMITERS = {
    ",": 1.0,
    ";": 1.0,
    "\t": 1.0,
    "|": 1.0,
    "||": 1.0,
    "\x1f": 1.0,
    "~": 0.9,
    "^": 0.9,
    "§": 0.9,
    "¬": 0.9,
    ":": 0.6,
    " ": 0.6,
}
"""Delimiters, and how far they are believed: a space or a colon is more often part of what is written."""


def dialect_of(source: Source) -> Dialect:
    """The dialect of a source, by its first bytes; its encoding by all of them where that is needed."""
    stream = source.open()
    try:
        return sniff(stream.read(HEAD), encoding_of(source))
    finally:
        stream.close()


def encoding_of(source: Source) -> str:
    """The encoding of a source, by all its bytes where that is needed; UnknownEncoding where they do not tell."""
    stream = source.open()
    try:
        found = settled(stream.read(HEAD), iter(lambda: stream.read(HEAD), b""))
    finally:
        stream.close()
    if found.asks:
        raise asked(source.name, found.asks)
    return found.encoding


def sniff(head: bytes, encoding: str) -> Dialect:
    """The dialect of a text, by its first bytes."""
    sample = sample_of(head, encoding)
    best = max(_tried(sample), key=lambda tried: tried.score)
    width = widest(list(_rows(sample, best.dialect)), best.width)
    found = evolve(best.dialect, encoding=encoding, line_end=_line_end(decoded(head, encoding)), width=width)
    return _with_heading(found, first_rows(sample, found))


def sample_of(head: bytes, encoding: str) -> str:
    """The first whole lines of a text; where CR ends them, they end in LF."""
    text = decoded(head, encoding)
    lines = text.replace("\r\n", "\n").replace("\r", "\n") if _line_end(text) == "\r" else text
    sample = lines[:_SAMPLE]
    return sample if len(lines) <= _SAMPLE else sample[: sample.rfind("\n") + 1] or sample


@frozen(kw_only=True)
class FirstRow:
    """One of the first rows of a text, with its place and its cells."""

    row: int
    first: int
    last: int
    cells: tuple[str, ...]
    is_blank: bool = False
    is_sound: bool = True
    """Whether its cells can be told apart for sure."""


def first_rows(sample: str, dialect: Dialect) -> list[FirstRow]:
    """The rows of the first lines of a text, in order; those whose quotes are wrong as they were likely meant."""
    block, _ = every_row(dialect).cut(dialect.retell(sample).encode(), final=True)
    return sorted(_of_block(block, dialect), key=lambda row: row.row) if block else []


_START = Span(row=0, first=0, last=0, what="header")


def every_row(dialect: Dialect, above: Span = _START) -> Cutter:
    """Cuts a text told again below what stands above, its titles and header among the records."""
    columns = ChosenColumns(names={at: str(at) for at in range(dialect.width)}, whole=True)
    return Cutter(Grammar(dialect.plain_delimiter), "utf-8", dialect.width, columns, above)


def _of_block(block: Block, dialect: Dialect) -> Iterator[FirstRow]:
    blanks = [] if block.blanks is None else block.blanks.select(ROW, FIRST, LAST).rows()
    for row, first, last in (*blanks, *((other.row, other.first, other.last) for other in block.others)):
        yield FirstRow(row=row, first=first, last=last, cells=(), is_blank=True)
    for misfit in block.misfits:
        likely, is_sound = (
            meant(misfit, dialect, search=misfit.row <= _SOUGHT),
            misfit.rule not in {Rule.STRUCTURE, Rule.ENCODING},
        )
        yield FirstRow(row=misfit.row, first=misfit.first, last=misfit.last, cells=likely, is_sound=is_sound)
    for *cells, row, first, last in block.cells.iter_rows():
        yield FirstRow(row=row, first=first, last=last, cells=tuple(map(dialect.cell, cells)))


_SOUGHT = 100
"""The first rows, among which titles and header stand: there it pays to seek what a misfit means."""


def meant(misfit: Misfit, dialect: Dialect, *, search: bool = True) -> tuple[str, ...]:
    """The cells a misfit of a text told again was likely meant to have."""
    text = misfit.text or ""
    cells = mend(text, dialect.plain_delimiter, dialect.width, search=search)
    if len(cells) == 1 < dialect.width - 1 and search:
        cells = next(filter(lambda other: len(other) == dialect.width, _otherwise(text, dialect.width)), cells)
    return tuple(map(dialect.cell, cells))


def _otherwise(text: str, width: int) -> Iterator[list[str]]:
    """A record as other delimiters part it: now and then one row is written unlike the others."""
    return (mend(text, mark, width) for mark in ",;\t| ")


def _with_heading(dialect: Dialect, rows: Sequence[FirstRow]) -> Dialect:
    filled = [row for row in rows if not row.is_blank]
    heading = find_heading([row.cells for row in filled], dialect.width)
    if not filled:
        return evolve(dialect, header=None, heading=0)
    if not heading.header:
        return evolve(dialect, preamble=filled[heading.titles].row - 1, header=None, heading=0)
    first, last = filled[heading.titles].row, filled[heading.titles + heading.header - 1].row
    return evolve(dialect, preamble=first - 1, header=last, heading=last - first + 1)


def encodings_of(source: Source) -> tuple[str, ...]:
    """The encodings a source may have, the likeliest first: among the old ones, declared columns can tell."""
    likeliest = encoding_of(source)
    others = () if likeliest.startswith("utf") else LEGACY
    return tuple(dict.fromkeys((likeliest, *others)))


def decoded(head: bytes, encoding: str) -> str:
    """The text of the first bytes, without its mark; a character cut in two at the end is left out."""
    decoder = codecs.getincrementaldecoder(encoding)("cigem-mark")
    return decoder.decode(head).removeprefix("\ufeff").replace("\0", f"{MARK}00")


def _line_end(text: str) -> str:
    crlf, lf = text.count("\r\n"), text.count("\n")
    if lf == 0:
        return "\r" if "\r" in text else "\n"
    return "\r\n" if crlf * 2 > lf else "\n"


@frozen(kw_only=True)
class _Tried:
    dialect: Dialect
    score: float
    width: int


def _tried(sample: str) -> Iterator[_Tried]:
    """Every dialect the text may have, with its score; the plainest first."""
    for mark in _delimiters(sample):
        for quote, escape in _quotings(sample, mark):
            dialect = Dialect(delimiter=mark, quote=quote, escape=escape)
            rows = list(_rows(sample, dialect))
            width = _usual_width(rows)
            belief = _DELIMITERS.get(mark.strip() or mark, 1.0) * _sound(sample, dialect) * _quotes_used(sample, dialect)
            yield _Tried(dialect=dialect, score=_score(rows) * belief, width=width)


def _delimiters(sample: str) -> list[str]:
    """The delimiters a text may have: some stand between spaces, and a bar that nearly always comes twice is one."""
    there = {mark for mark in _DELIMITERS if mark in sample}
    if sample.count("||") * 2 > sample.count("|") * _USUAL:
        there.discard("|")
    spaced = [pattern.format(mark) for mark in ",;|" if mark in there for pattern in ("{} ", " {} ")]
    usual = [wide for wide in spaced if sample.count(wide) > sample.count(wide.strip()) * _USUAL]
    return [*(mark for mark in _DELIMITERS if mark in there), *usual] or [","]


_USUAL = 0.8
"""In how many places a wider delimiter must stand for a narrower one."""


def _quotings(sample: str, delimiter: str) -> Iterator[tuple[str | None, str | None]]:
    """The quotes the text may use with a delimiter, and what may stand before one inside."""
    plain: list[str | None] = [None] if '"' in sample and not _encloses(sample, delimiter, '"') else ['"']
    for quote in plain + ["'"] * _encloses(sample, delimiter, "'"):
        yield quote, None
        if quote and f"\\{quote}" in sample:
            yield quote, "\\"


def _encloses(sample: str, delimiter: str, quote: str) -> bool:
    """Whether a quote ever stands around a whole cell."""
    d, q = re.escape(delimiter), re.escape(quote)
    cell = rf"{q}[^{q}\\]*+(?:(?:{q}{q}|\\.)[^{q}\\]*+)*+{q}"
    return re.search(rf"(?:^|{d}) *{cell} *(?:{d}|\r?$)", sample, re.MULTILINE) is not None


def _rows(sample: str, dialect: Dialect) -> Iterator[list[str]]:
    """The rows of a sample, read leniently; blank ones are left out."""
    reader = csv.reader(
        io.StringIO(dialect.retell(sample), newline=""), delimiter=dialect.plain_delimiter,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
    )  # fmt: skip
    for number, row in enumerate(reader):
        if number == _ROWS:
            return
        if any(cell.strip(WHITE_SPACE) for cell in row):
            yield row


def _quotes_used(sample: str, dialect: Dialect) -> float:
    """How far a dialect is believed beside whose delimiter no quote ever stands, or others do than its own."""
    if dialect.quote is None:
        return 0.5 if '"' in sample else 1.0
    others = {'"', "'"} - {dialect.quote}
    return 0.7 if any(_encloses(sample, dialect.delimiter, other) for other in others) else 1.0


def _sound(sample: str, dialect: Dialect) -> float:
    """How far the lines that hold quotes keep to the grammar; a line of a cell of several lines cannot."""
    grammar = Grammar(dialect.plain_delimiter)
    quoted = [line for line in dialect.retell(sample).split("\n")[:_ROWS] if '"' in line]
    sound = sum(1 for line in quoted if grammar.record.fullmatch(line.removesuffix("\r")))
    return 1 - 0.3 * (1 - sound / len(quoted)) if quoted else 1.0


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """How many cells most rows have."""
    widths = Counter(map(len, rows))
    return max(widths, key=lambda width: (widths[width], width), default=1)


def _score(rows: Sequence[Sequence[str]]) -> float:
    """How alike the rows are in shape, how many cells they have, and how many of them are something people write."""
    if not rows:
        return 0.0
    widths = Counter(map(len, rows))
    alike = sum((count / len(rows)) ** 2 for count in widths.values())
    usual = _usual_width(rows)
    cells = [cell for row in rows for cell in row]
    known = sum(_BELIEF[kind_of(cell)] for cell in cells) / len(cells)
    return alike * known * (usual - 1 + _ALONE) / usual


_ALONE = 0.3
"""What a single column is worth: less than two, more than nothing."""


_BELIEF = dict.fromkeys(CellKind, 1.0) | {CellKind.TEXT: 0.9, CellKind.OTHER: 0.3}
"""How far a cell of each kind shows that it was cut in the right place."""
