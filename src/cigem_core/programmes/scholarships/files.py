"""Applications as a call asks for them: read from a file under its mask, or taken from records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from cigem_core import notebook
from cigem_core.errors import SourceRefused
from cigem_core.formats.books.grid import at_hand, book_of
from cigem_core.formats.books.sheets import Workbook
from cigem_core.formats.source import Source
from cigem_core.model.applications import Application
from cigem_core.model.fields import CENTRE
from cigem_core.policy import ALL, Mask
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.conditions import SEVERAL
from cigem_core.programmes.scholarships.vocabulary import (
    ASKABLE,
    CHOICES,
    Vocabulary,
    installed_table,
    mask_of,
)
from cigem_core.report import Faults, fault_as_dict
from cigem_core.sdk.lenses import Column
from cigem_core.sdk.reading.corrected import corrected
from cigem_core.sdk.table import Table
from cigem_core.text import Language, Text

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.sdk.batch import Batch


@frozen(kw_only=True, eq=False)
class Intake:
    """What reading a file of the centre's own came to: read = accepted + quarantined."""

    file: str
    sha256: str
    read: int
    accepted: int
    quarantined: int
    faults: Faults = field(converter=Faults, repr=False)

    @classmethod
    def of(cls, batch: Batch) -> Intake:
        """What a batch came to."""
        return cls(
            file=batch.file, sha256=batch.sha256, read=batch.read, accepted=batch.accepted.height,
            quarantined=batch.quarantined.height, faults=batch.faults,
        )  # fmt: skip

    def _repr_html_(self) -> str:
        """Where something is wrong, without the values: they go back to whoever wrote them."""
        return notebook.taken_in(self.file, self.read, self.accepted, self.quarantined, self.faults)

    def as_dict(self, language: Language = "fr") -> dict[str, Any]:
        """The reading as receipts write it, faults included."""
        faults = [{"agency": CENTRE, **fault_as_dict(fault, language)} for fault in self.faults]
        return {"read": self.read, "accepted": self.accepted, "quarantined": self.quarantined, "faults": faults}


@frozen(kw_only=True, eq=False)
class Applications:
    """Applications to one call, in columns: `application`, names, `deposited_on`, `student_number`, its fields, its choices.

    Names are there for the staff's own list, and for nothing else.
    Words stand as calls say them, several of them between `SEVERAL`; so do `choices`, with nothing for a gap.
    """

    frame: pl.DataFrame = field(repr=False)
    intake: Intake | None = None
    _columns: dict[str, list[Any]] = field(factory=dict, init=False, repr=False)
    """Those asked for so far: each is asked for by several rules."""

    def __len__(self) -> int:
        return self.frame.height

    def __repr__(self) -> str:
        return f"Applications({len(self):,})"

    def _repr_html_(self) -> str:
        """What reading them came to; who they are stands in `frame`."""
        return self.intake._repr_html_() if self.intake else notebook.listed(repr(self), [])

    def column(self, name: str) -> list[Any]:
        """The values of one column, in the order of the rows; not to be changed."""
        if name not in self._columns:
            self._columns[name] = self.frame[name].to_list()
        return self._columns[name]

    @classmethod
    def of(cls, records: pl.DataFrame, call: Call, words: Vocabulary, intake: Intake | None = None) -> Applications:
        """Those of a frame of records in their stored forms, a column per field."""
        import polars as pl

        fields = [_said(name, words).alias(name) for name in sorted(call.fields)]
        choices = pl.concat_str([pl.col(choice).fill_null("") for choice in CHOICES], separator=SEVERAL).alias("choices")
        named = {"reference": "application", "identity.family_name": "family_name", "identity.given_names": "given_names"}
        always = (*(pl.col(name).alias(said) for name, said in named.items()), pl.col("deposited_on"), pl.col("student_number"))
        return cls(frame=records.select(*always, *fields, choices), intake=intake)

    def without(self, numbers: Sequence[str]) -> Applications:
        """The same, without those that withdrew."""
        import polars as pl

        return evolve(self, frame=self.frame.filter(~pl.col("application").is_in(list(numbers))))


def read_applications(source: Any, call: Call, *, words: Vocabulary | None = None) -> Applications:
    """Read a file of applications, CSV or XLSX: only what the call asks for is looked at.

    Raises SourceRefused where the file cannot be read at all.
    """
    given = words.table if words else installed_table(Application, file=Source.of(source).name)
    words = words or Vocabulary(installed_table(Application))
    batch = read_file(table_for(call, given), source, mask_of(call.fields & words.words.keys()))
    return Applications.of(batch.accepted, call, words, Intake.of(batch))


def table_for(call: Call, table: Table) -> Table:
    """The table of applications to one call: choices are its seats."""
    seats = [seat.code for seat in call.seats]
    chosen = {name: _among(table, name, seats) for name in CHOICES}
    return evolve(table, kind=table.kind.python, lenses={**table.lenses, **chosen})


def _among(table: Table, name: str, seats: Sequence[str]) -> Column:
    lens = table.lenses[name]
    assert isinstance(lens, Column)
    return lens.one_of(*seats)


def read_file(table: Table, given: Any, mask: Mask = ALL) -> Batch:
    """Read a file of the centre's own, whatever its name: CSV, or the same columns on a sheet of a workbook."""
    source = at_hand(given)
    if not source.is_workbook():
        return table.read(source, mask)
    book, refusal = book_of(source), None
    for grid in book.sheets:
        here = evolve(source, read=book, sheet=grid.name)
        there = evolve(table, kind=table.kind.python, format=Workbook("{yyyy}.xlsx").sheet(grid.name))
        try:
            return there.read(here, mask)
        except SourceRefused as refused:
            refusal = refusal or refused
    raise refusal or SourceRefused(Text(fr=f"{source.name} : aucune feuille", en=f"{source.name}: no sheet"))


def read_files(table: Table, given: Any, mask: Mask) -> list[Batch]:
    """Read a file of the centre's own, or one that comes home corrected, which knows the rows it mends."""
    source = at_hand(given)
    parts = corrected(source, [table])
    return [read_file(table, source, mask)] if parts == [source] else [table.read(part, mask) for part in parts]


def _said(name: str, words: Vocabulary) -> pl.Expr:
    """A field as calls say it."""
    import polars as pl

    askable = ASKABLE[name]
    value = pl.col(askable.field)
    if askable.sort == "words":
        return value.list.join(SEVERAL)
    said: Mapping[str, str] = words.said(name)
    return value.replace(said) if said else value
