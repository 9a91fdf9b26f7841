"""The one grammar delimited texts are cut in: RFC 4180, with any delimiter of one character."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from cigem_core.spelling import HIDDEN, WHITE_SPACE

if TYPE_CHECKING:
    import polars as pl


@frozen(init=False)
class Grammar:
    """RFC 4180 with one delimiter."""

    delimiter: str
    record: re.Pattern[str]
    line: str
    """A line that is a record by itself, as a regular expression for Polars; its line break may be CRLF."""
    silent: bytes
    """The bytes that say nothing of where cells and lines begin and end."""

    def __init__(self, delimiter: str) -> None:
        d = re.escape(delimiter)
        cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{d}\n]*+)'
        simple = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{d}]*)'
        silent = bytes(set(range(256)) - set(f'{delimiter}"\r\n'.encode()))
        self.__attrs_init__(delimiter, re.compile(rf"{cell}(?:{d}{cell})*+"), rf"^{simple}(?:{d}{simple})*\r?$", silent)

    def cells(self, record: str) -> list[str]:
        """The cells of one record; where quotes are wrong, those cells that are quoted from end to end are whole still."""
        if not self.record.fullmatch(record):
            return [_bare(piece) for piece in self._pieces(record)]
        pieces = re.findall(rf'("[^"]*(?:""[^"]*)*"|[^"{re.escape(self.delimiter)}]*)(?:{re.escape(self.delimiter)}|$)', record)
        if not record.endswith(self.delimiter):
            pieces = pieces[:-1] or [""]
        return [p[1:-1].replace('""', '"') if p.startswith('"') else p for p in pieces]

    def _pieces(self, record: str) -> list[str]:
        """A record whose quotes are wrong, cut at the delimiters outside of its sound cells."""
        d = re.escape(self.delimiter)
        return re.findall(rf'(?:^|{d})("[^"]*(?:""[^"]*)*"(?={d}|$)|[^{d}]*)', record)

    def is_blank(self, record: str) -> bool:
        """Whether every cell of a sound record is empty or white space."""
        cells = self.cells(record) if '"' in record else record.split(self.delimiter)
        return not any(cell.strip(WHITE_SPACE + HIDDEN) for cell in cells)

    def width(self, line: pl.Expr) -> pl.Expr:
        """How many cells a line has as a record by itself; null where its quotes break the grammar."""
        import polars as pl

        return pl.when(line.str.contains(self.line)).then(self.parts(line.str.replace_all(r'"[^"]*"', "")))

    def parts(self, bare: pl.Expr) -> pl.Expr:
        """In how many parts delimiters cut a text without quotes."""
        import polars as pl

        return bare.str.count_matches(self.delimiter, literal=True).cast(pl.Int64) + 1


def _bare(piece: str) -> str:
    """A cell without its quotes, where they are right."""
    is_quoted = re.fullmatch(r'"[^"]*(?:""[^"]*)*"', piece)
    return piece[1:-1].replace('""', '"') if is_quoted else piece
