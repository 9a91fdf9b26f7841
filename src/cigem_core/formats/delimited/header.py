"""The header of a delimited text whose delimiter is declared: where it stands, and what stands above and right below it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.delimited.decoding import MARK, decode
from cigem_core.formats.delimited.grammar import Grammar
from cigem_core.formats.delimited.guarding import unguard
from cigem_core.formats.kinds_of_file import kind_of_file
from cigem_core.formats.tables import Span
from cigem_core.spelling import HIDDEN, WHITE_SPACE
from cigem_core.text import Text

HEAD = 1 << 20
"""Bytes among which the header must stand, whatever the size of blocks."""

_HEADER_LINES = 40
"""A header whose quotes are still open after so many lines has a stray quote."""

_UNREADABLE = range(1 << 20)
"""Stands for more missing columns than any header has: another encoding that reads the header is preferred."""

_SEP = re.compile(r'"?sep=(.)"?[;,\t]*', re.IGNORECASE)
"""The line by which Excel is told the delimiter; it writes it where regional settings have another one."""

_TAG = re.compile(r"#[^\W\d_]\w*(?:[ +].*)?")
"""A tag of the Humanitarian Exchange Language, which stand in a row of their own below the header."""


@frozen(kw_only=True)
class Header:
    """The names of the columns, and the rows that are none of the records."""

    cells: tuple[str, ...]
    delimiter: str
    heading: Span
    beside: tuple[Span, ...]
    """Rows above the header, and further rows of it below."""
    last: Span
    """The row after which the records begin."""
    size: int
    """Bytes up to there."""


def read_header(name: str, head: bytes, encoding: str, delimiter: str, rows: int = 1) -> Header:
    """The first record that is not blank, with what follows it of `rows` rows of header; rows before it are blank ones.

    A row of tags below it is one of the header, declared or not. SourceRefused where it cannot be trusted.
    """
    lines = head.split(b"\n")
    first = _first_filled(lines, encoding, delimiter, 0)
    above: list[Span] = [_row(number, "blank") for number in range(1, (first or 0) + 1)]
    if first is not None and (told := _SEP.fullmatch(decode(lines[first], encoding).strip(WHITE_SPACE + HIDDEN))):
        delimiter, above = told[1], [*above, _row(first + 1, "title")]
        first = _first_filled(lines, encoding, delimiter, first + 1)
        above += [_row(number, "blank") for number in range(len(above) + 1, (first or 0) + 1)]
    if first is None:
        nothing = Span(row=1, first=1, last=1, what="header")
        return Header(cells=(), delimiter=delimiter, heading=nothing, beside=(), last=nothing, size=len(head))
    end, record = _record(lines, first, encoding)
    _check_header(name, record, Grammar(delimiter), complete=end < len(lines) or len(head) < HEAD)
    cells = tuple(map(unguard, Grammar(delimiter).cells(record)))
    heading = Span(row=first + 1, first=first + 1, last=end, what="header")
    further = list(_further(lines, heading, encoding, delimiter, rows))
    last = further[-1] if further else heading
    size = min(sum(len(line) + 1 for line in lines[: last.last]), len(head))
    return Header(cells=cells, delimiter=delimiter, heading=heading, beside=(*above, *further), last=last, size=size)


def _row(number: int, what: str) -> Span:
    return evolve(Span(row=number, first=number, last=number), what="title" if what == "title" else "blank")


def _first_filled(lines: Sequence[bytes], encoding: str, delimiter: str, start: int) -> int | None:
    hollow = delimiter + '"' + WHITE_SPACE + HIDDEN
    return next((at for at in range(start, len(lines)) if decode(lines[at], encoding).strip(hollow)), None)


def _record(lines: Sequence[bytes], first: int, encoding: str) -> tuple[int, str]:
    """Where the record that begins at a line ends, and its text."""
    closed = (end for end in range(first + 1, first + 1 + _HEADER_LINES) if b"".join(lines[first:end]).count(b'"') % 2 == 0)
    end = min(next(closed, first + 1), len(lines))
    return end, decode(b"\n".join(lines[first:end]), encoding).removesuffix("\r")


def _further(lines: Sequence[bytes], heading: Span, encoding: str, delimiter: str, rows: int) -> Iterator[Span]:
    """The rows below the first one of the header that are of it: as many as are declared, and one of tags."""
    row, at = heading.row, heading.last
    while at < len(lines) and (at < len(lines) - 1 or lines[at].strip()):
        end, record = _record(lines, at, encoding)
        if row - heading.row >= rows - 1 and not is_tags(Grammar(delimiter).cells(record)):
            return
        row += 1
        yield Span(row=row, first=at + 1, last=end, what="header")
        at = end


def is_tags(cells: Sequence[str]) -> bool:
    """Whether a row holds tags of the Humanitarian Exchange Language, and nothing else."""
    filled = [cell for cell in (cell.strip(WHITE_SPACE + HIDDEN) for cell in cells) if cell]
    return bool(filled) and all(_TAG.fullmatch(cell) for cell in filled)


def _check_header(name: str, record: str, grammar: Grammar, *, complete: bool) -> None:
    """Refuse a header that cannot be trusted: a column that is not known by its name would pass for another.

    A stray quote or byte would let a column that may not be read pass for an undeclared one; a quote that swallows
    rows would make a name of them.
    """
    width = len(grammar.cells(record))
    swallows = any(line.count(grammar.delimiter) >= width - 1 for line in record.split("\n")[1:]) and width > 1
    bare = re.sub(r'"[^"]*"', "", record)
    if not complete or MARK in record or swallows or "\r" in bare or not grammar.record.fullmatch(record):
        raise SourceRefused(
            Text(
                fr=f"{name} : la première ligne n'est pas lisible ; y vérifier les guillemets, les fins de ligne et l'encodage",
                en=f"{name}: the first row cannot be read; check its quotes, its line ends and its encoding",
            ),
            missing=_UNREADABLE,
        )


def check_text(name: str, bare: bytes) -> None:
    """Refuse a file that holds nothing."""
    if not bare.strip():
        raise SourceRefused(
            Text(
                fr=f"{name} : le fichier est vide ; demander à l'agence de l'envoyer à nouveau",
                en=f"{name}: the file is empty; ask the agency to send it again",
            )
        )


def no_text(name: str, head: bytes, *, nulls: int = 0) -> SourceRefused | None:
    """The refusal of a file that is no text, where its first bytes show it: a workbook, a web page, or more nulls than that."""
    if (found := kind_of_file(head)) is not None:
        fr, en = f"c'est {found.fr}", f"this is {found.en}"
    elif head[:4096].count(0) > nulls:
        fr, en = "ce n'est pas un fichier texte", "this is not a text file"
    else:
        return None
    return SourceRefused(Text(fr=f"{name} : {fr} ; l'enregistrer au format CSV", en=f"{name}: {en}; save it as CSV"))


def candidates(name: str, head: bytes, declared: Sequence[str]) -> list[str]:
    """The declared encodings a file may be in, its byte order mark deciding first."""
    plain = [codecs.lookup(encoding).name.removesuffix("-sig") for encoding in declared]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        marked = "utf-16"
    elif head.startswith(codecs.BOM_UTF8):
        marked = "utf-8"
    else:
        return plain
    if marked in plain:
        return [marked]
    names = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}
    listed = ", ".join(dict.fromkeys(names.get(encoding, encoding) for encoding in plain))
    raise SourceRefused(
        Text(
            fr=f"{name} : le fichier est en {marked.upper()} ; l'enregistrer en {listed}",
            en=f"{name}: the file is in {marked.upper()}; save it as {listed}",
        )
    )
