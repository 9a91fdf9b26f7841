"""What every table format hands over: blocks of aligned cells, and the records that could not be aligned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from attrs import field, frozen

from cigem_core.report import Rule
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

ROW, FIRST, LAST = "#row", "#first", "#last"
"""Columns beside the cells: the row a spreadsheet shows (where there are no rows, the record's place from 1), and the
record's first and last physical line."""

IS = "#is "
"""Before a column's name: the column beside it that says what each of its cells was, where the source knows.
Null where the cell is empty; sources of text have no such columns."""

TEXT, NUMBER, DATE, BOOLEAN, ERROR, SCIENTIFIC = range(6)
"""What a cell was (UInt8). The cell itself is always text: a number in digits with a point (`1985`, `2.5`), or as its
format shows it where that is more (`00042`); a date as `2009-10-01` or, where it has a time of day,
`2009-10-01T08:30:00`; a boolean as `true` or `false`. An error (`#N/A`) and a formula without a stored result (`=B2+1`)
are no values; a number in scientific notation is one, and no number by which anything is called."""

ITEM = "[]"
"""In a column's name, where a list of items stands: `contacts[].valeur`. Such a column holds lists of text, one item
per item of the list, all columns of one list being equally long; an item that lacks the value is null there."""


@frozen(kw_only=True)
class Columns:
    """Which columns of a file are read, by position in its header. The others are never made into cells."""

    names: Mapping[int, str]
    """Position → name under which the cell is handed over."""
    whole: bool
    """Whether rows that cannot be aligned may be kept as they came."""
    key: int | None = None
    """The position of the column that calls each record by its key, where it is known."""


Choose = Callable[[Sequence[str]], Columns]
"""Given the header of a file, which columns to read; raises SourceRefused when a declared one is missing."""


@frozen(kw_only=True)
class Misfit:
    """A record whose cells cannot be told apart: which rule it breaks and where it stands."""

    rule: Rule
    row: int
    first: int
    last: int
    found: int | None = None
    """How many cells it has, where that can be counted."""
    expected: int
    text: str | None = field(default=None, repr=False)
    """The record as it came, where all of it may be kept."""
    cells: tuple[str, ...] | None = field(default=None, repr=False)
    """Its cells from the left, likewise, where they can be split."""
    said: Text | None = None
    """What is wrong with it and what to do, where the rule alone does not say."""


@frozen(kw_only=True)
class Span:
    """Lines that are no record: the header, blank rows, titles above it, totals and notes below or between."""

    row: int
    first: int
    last: int
    what: Literal["header", "blank", "title", "total", "note"] = "blank"


@frozen(kw_only=True)
class Block:
    """Some consecutive rows of a table.

    `cells` holds one text column per column read (a list of texts where the name has `[]`), the `#is …` columns of
    typed sources, and `#row`, `#first`, `#last`.
    Cells, misfits and the spans of what is no record together cover the lines `first` to `last` exactly once.
    """

    cells: pl.DataFrame = field(repr=False)
    misfits: tuple[Misfit, ...] = ()
    others: tuple[Span, ...] = ()
    first: int
    last: int
    hides: bool = True
    """Whether signs nobody sees may stand in its cells; False where its bytes were looked through."""


class OpenTable(Protocol):
    """A table being read."""

    @property
    def name(self) -> str:
        """The name its agency gave it."""

    @property
    def header(self) -> Sequence[str]:
        """The names of its columns, as they stand."""

    @property
    def heading(self) -> Span | None:
        """Where the header stands; None where there is none."""

    @property
    def letters(self) -> Mapping[str, str]:
        """Column handed over → the letters a spreadsheet calls it by; empty where there are none."""

    @property
    def assumed(self) -> tuple[Text, ...]:
        """What was found out about the file that nobody declared."""

    @property
    def sha256(self) -> str:
        """The digest of the bytes read; whole once the blocks are exhausted."""

    def blocks(self) -> Iterator[Block]:
        """The rows, a block at a time, in file order."""

    def close(self) -> None:
        """Let go of the source without reading further."""
