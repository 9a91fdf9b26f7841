"""What a sample holds before anything is declared of it: its tables, their columns, and how it would be declared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from attrs import evolve, field, frozen

from cigem_core.formats.tables import ITEM

if TYPE_CHECKING:
    import polars as pl

WIDE = 120
"""How long a line of a draft may be."""

Replace = Callable[[str, str, Any], Any]
"""Given a table's title, a column's header and a cell, what stands for the cell in a copy."""


@frozen(kw_only=True, eq=False)
class SampleColumn:
    """A column as it came: trimmed text, null where empty; lists of text where the header has `[]`."""

    header: str
    cells: pl.Series = field(repr=False)
    what: pl.Series | None = field(default=None, repr=False)
    """What each cell was, where the source knows (`formats.tables`)."""
    hints: tuple[str, ...] = ()
    """What else is said above it: labels in a second row of the header, HXL tags."""
    of_items: bool = False
    """Whether its cells are items of a list, each taken for itself."""

    @property
    def is_list(self) -> bool:
        """Whether records hold several cells of it."""
        return ITEM in self.header and not self.of_items

    def items(self) -> SampleColumn:
        """Its items, each taken for itself."""
        return evolve(self, cells=self.filled, of_items=True)

    @property
    def filled(self) -> pl.Series:
        """Its cells that hold something, items of lists one after the other."""
        flat = self.cells.explode(empty_as_null=False, keep_nulls=False) if self.is_list else self.cells
        return flat.drop_nulls()


@frozen(kw_only=True, eq=False)
class SampleTable:
    """One table of a sample."""

    title: str
    """What the agency calls it: a file's name without its ending, a sheet, a resource."""
    columns: tuple[SampleColumn, ...]
    declared: str
    """The format, as an adapter declares it."""
    notes: tuple[str, ...] = ()
    """What was found out about it."""
    is_labels: bool = False
    """Whether it is one record, told by labels and values side by side."""
    has_lines: bool = True
    """Whether its rows are those of a spreadsheet."""

    @property
    def height(self) -> int:
        """How many records it has."""
        return max((column.cells.len() for column in self.columns), default=0)


class Sample(Protocol):
    """A sample that was looked at."""

    @property
    def file_name(self) -> str:
        """The name its copy gets."""

    @property
    def tables(self) -> Sequence[SampleTable]:
        """Its tables, in their order."""

    @property
    def uses(self) -> Sequence[str]:
        """The names of the SDK its declaration needs."""

    def preamble(self, naming: tuple[str, str] | None) -> Sequence[str]:
        """The lines of code its declaration needs above the tables; `naming` is the sheet and label that name a workbook."""

    def copied(self, replace: Replace) -> bytes:
        """The sample again, cell by cell replaced."""


def quoted(text: str) -> str:
    """A text as the house writes it in code."""
    written = repr(text)
    return f'"{written[1:-1]}"' if written.startswith("'") and '"' not in written and "\\'" not in written else written


def pattern(name: str, *, ending: str = "") -> str:
    """The pattern of names a file's name is one of: its day, month or year may be another."""
    import re

    stem, dot, end = name.rpartition(".")
    year = "(?:19|20)[0-9]{2}"
    for digits, stamp in ((f"{year}[01][0-9][0-3][0-9]", "yyyymmdd"), (f"{year}[01][0-9]", "yyyymm"), (year, "yyyy")):
        found, count = re.subn(f"(?<![0-9]){digits}(?![0-9])", f"{{{stamp}}}", stem or end, count=1)
        if count:
            return f"{found}{dot}{end}"
    return f"{stem}{ending}{dot}{end}"
