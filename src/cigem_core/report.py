"""Faults: wrong cells with their addresses, as an officer reads them beside the open file."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cigem_core import notebook
from cigem_core.text import Language, Text

if TYPE_CHECKING:
    import polars as pl


class Rule(StrEnum):
    """The kinds of fault. Every check of every format is one of these."""

    REQUIRED = "required"
    TYPE = "type"
    ENUM = "enum"
    PATTERN = "pattern"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    UNIQUE = "unique"
    FOREIGN_KEY = "foreign-key"
    ROW = "row"
    MISSING_CELL = "missing-cell"
    EXTRA_CELL = "extra-cell"
    STRUCTURE = "structure"
    ENCODING = "encoding"
    REMOTE = "remote"


MISALIGNED = frozenset({Rule.MISSING_CELL, Rule.EXTRA_CELL, Rule.STRUCTURE, Rule.ENCODING})
"""The rules that blame a whole row: which cell stands under which column cannot be known."""


@frozen(kw_only=True)
class Address:
    """Where a cell stands, as the agency sees it.

    `row` is the number a spreadsheet shows (the header counts, a line break inside a cell does not),
    or the record's own id where the source has no rows. `column` is empty when the whole row is meant.
    """

    file: str
    row: int | str
    column: str | None = None
    sheet: str | None = None
    cell: str | None = None
    """The cell as a spreadsheet calls it, such as `E47`, where the file is a workbook."""
    at: int | None = field(default=None, repr=False)
    """Where `row` is an id: the record's place in its source, from 1."""

    @property
    def place(self) -> int:
        """The row, or the record's place where rows have ids: the order of faults."""
        return int(self.row) if self.at is None else self.at


@frozen(kw_only=True)
class Fault:
    """A cell that cannot be taken as it is, and what would be taken.

    `value` is what the cell held. It is a personal value: it belongs in the report
    returned to the agency and nowhere else, so it is left out of `repr`.
    """

    address: Address
    rule: Rule
    value: str | None = field(default=None, repr=False)
    remedy: Text

    def message(self, language: Language = "fr") -> str:
        """What to write instead, and what was found."""
        remedy = self.remedy.in_(language)
        if self.address.column is None or not self.value:
            return remedy
        found = f"trouvé « {self.value} »" if language == "fr" else f"found '{self.value}'"
        return f"{remedy} ({found})"

    def __str__(self) -> str:
        at = self.address
        row = (
            [f"{at.sheet}!{at.cell}" if at.sheet else at.cell]
            if at.cell
            else [at.sheet and f"sheet '{at.sheet}'", f"row {at.row}"]
        )
        place = [at.file, *row, at.column and f"column '{at.column}'"]
        return ", ".join(part for part in place if part) + ": " + self.message("en")


class Faults(tuple[Fault, ...]):
    """Faults in the order they were found: a tuple that also comes as columns, and as a table in a notebook.

    receipt.faults.frame().group_by("column", "rule").len()
    """

    __slots__ = ()

    def frame(self, language: Language = "fr") -> pl.DataFrame:
        """A row each: `file`, `sheet`, `row`, `column`, `rule`, `value` and `message`, as texts, and `place` as a number.

        `row` is what the agency calls it, `place` where it stands: the same where files have rows. The values are personal.
        """
        import polars as pl

        rows = [{**fault_as_dict(fault, language), "row": str(fault.address.row), "place": fault.address.place} for fault in self]
        return pl.DataFrame(rows, schema=_COLUMNS | {"place": pl.Int64}, infer_schema_length=None)

    def _repr_html_(self) -> str:
        """Where something is wrong and what to do, without the values: a notebook is saved with what it shows."""
        at = [(one.address.file, one.address.sheet, one.address.cell or one.address.row, one.address.column) for one in self]
        rows = [(*where, one.rule, one.remedy.en) for where, one in zip(at, self, strict=True)]
        return notebook.table(["file", "sheet", "row", "column", "rule", "remedy"], rows, title=f"{len(self):,} faults")


_COLUMNS: dict[str, Any] = dict.fromkeys(("file", "sheet", "row", "column", "rule", "value", "message"), str)


def fault_as_dict(fault: Fault, language: Language = "fr") -> dict[str, Any]:
    """A fault as JSON writes it: its address, its rule, what the cell held, and what to do."""
    address = fault.address
    return {
        "file": address.file,
        "sheet": address.sheet,
        "row": address.row,
        "column": address.column,
        "rule": str(fault.rule),
        "value": fault.value,
        "message": fault.message(language),
    }


@frozen(kw_only=True)
class NotRun:
    """A rule that could not be asked, and why: silence would look like success."""

    rule: str
    reason: Text
