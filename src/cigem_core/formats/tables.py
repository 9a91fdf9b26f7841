"""What every table format hands over: blocks of aligned cells, and the records that could not be aligned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from attrs import define, field, frozen

from cigem_core.errors import SourceRefused
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

TEXT, NUMBER, DATE, BOOLEAN, ERROR, SCIENTIFIC, COVERED = range(7)
"""What a cell was (UInt8). The cell itself is always text: a number in digits with a point (`1985`, `2.5`), or as its
format shows it where that is more (`00042`); a date as `2009-10-01` or, where it has a time of day,
`2009-10-01T08:30:00`; a boolean as `true` or `false`. An error (`#N/A`) and a formula without a stored result (`=B2+1`)
are no values; a number in scientific notation is one, and no number by which anything is called. A cell that is merged into
one at its left is covered: it is empty, and shows what that one says."""

ITEM = "[]"
"""In a column's name, where a list of items stands: `contacts[].valeur`. Such a column holds lists of text, one item
per item of the list, all columns of one list being equally long; an item that lacks the value is null there."""


@frozen(kw_only=True)
class ChosenColumns:
    """Which columns of a file are read, by position in its header. The others are never made into cells."""

    names: Mapping[int, str]
    """Position → name under which the cell is handed over."""
    whole: bool
    """Whether rows that cannot be aligned may be kept as they came."""
    key: int | None = None
    """The position of the column that calls each record by its key, where it is known."""


Choose = Callable[[Sequence[str]], ChosenColumns]
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
    blanks: pl.DataFrame | None = field(default=None, repr=False)
    """`#row`, `#first` and `#last` of further blank rows, where a format may have very many."""
    first: int
    last: int
    hides: bool = True
    """Whether signs nobody sees may stand in its cells; False where its bytes were looked through."""


@define
class Unread:
    """How many rows of a file are no records so far: where they are too many, it is no table and is refused."""

    name: str
    misfits: int = 0
    blanks: int = 0
    faults: int = 0

    def add(self, rows: int) -> None:
        """One more that cannot be told apart, among so many rows so far; SourceRefused where it is one too many."""
        self.misfits += 1
        if self.misfits > MOST_MISFITS and self.misfits * 4 > rows:
            raise SourceRefused(
                Text(
                    fr=f"{self.name} : plus d'une ligne sur quatre ne se lit pas comme une fiche ({self.misfits} sur {rows}) ; "
                    "vérifier que c'est le bon fichier et comment il a été enregistré, et le demander à nouveau à l'agence",
                    en=f"{self.name}: more than one row in four does not read as a record ({self.misfits} of {rows}); "
                    "check that it is the right file and how it was saved, and ask the agency for it again",
                ),
                reason="misfits",
            )

    def blame(self, faults: int, rows: int) -> None:
        """So many more faults, among so many rows so far; SourceRefused where they help nobody to mend the file."""
        self.faults += faults
        if self.faults > MOST_FAULTS and self.faults * 2 > rows:
            raise SourceRefused(
                Text(
                    fr=f"{self.name} : plus de {MOST_FAULTS} anomalies sur {rows} fiches ; vérifier que c'est le bon fichier et "
                    "comment il a été enregistré, et le demander à nouveau à l'agence",
                    en=f"{self.name}: more than {MOST_FAULTS} faults in {rows} records; check that it is the right file and how "
                    "it was saved, and ask the agency for it again",
                ),
                reason="faults",
            )

    def pass_over(self, rows: int) -> None:
        """So many more blank rows; SourceRefused where there are more than any sheet has."""
        self.blanks += rows
        if self.blanks > MOST_BLANKS:
            raise SourceRefused(
                Text(
                    fr=f"{self.name} : plus de {MOST_BLANKS} lignes vides ; les supprimer, puis l'envoyer à nouveau",
                    en=f"{self.name}: more than {MOST_BLANKS} blank rows; delete them, and send it again",
                ),
                reason="blanks",
            )


MOST_MISFITS = 10_000
"""So many rows may be misfits in any file; beyond, they are a part of all rows."""

MOST_FAULTS = 100_000
"""So many faults may be told of any file; beyond, there may be one in every second record."""

MOST_BLANKS = 1 << 20
"""As many rows as a sheet of any program has: files are saved with all of them."""


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
