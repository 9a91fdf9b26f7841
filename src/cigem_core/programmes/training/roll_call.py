"""A session's roll-call sheet: one row a person, one column a day, read back with its faults and written to be filled in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from cigem_core.errors import OperatorError
from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.sole import SoleTable
from cigem_core.formats.source import Source
from cigem_core.model.fields import Field, kind, refers
from cigem_core.model.fields import field as value
from cigem_core.model.training import Enrolment, TrainingSession
from cigem_core.model.training_acts import Mark
from cigem_core.programmes.training.attendance import LETTERS, AttendanceCount
from cigem_core.sdk.adapter import Keys
from cigem_core.sdk.batch import Batch
from cigem_core.sdk.declaration import Child
from cigem_core.sdk.families import family
from cigem_core.sdk.lenses import column
from cigem_core.sdk.table import Table
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

DAY = "dd/mm/yyyy"


@kind("roll_call_row", fr="ligne d'appel", en="row of a roll call", centre=True)
@frozen(kw_only=True)
class RollCallRow:
    """Someone on the sheet of a session."""

    enrolment: str = refers(Enrolment, "Enrolment", fr="Inscription", required=True, part_of_key=True)
    family_name: str | None = value("Family name", fr="Nom", sensitivity="personal")


@kind("roll_call_mark", fr="appel d'un jour", en="mark of a day", centre=True)
@frozen(kw_only=True)
class RollCallMark:
    """What the sheet says of someone on a day."""

    row: str = refers(RollCallRow, "Row", fr="Ligne", required=True, part_of_key=True)
    position: int = value("Position", fr="Position", required=True, part_of_key=True)
    day: date | None = value("Day", fr="Jour")
    mark: Mark | None = value("Mark", fr="Présence")


@frozen(kw_only=True, eq=False)
class RollCall:
    """The sheet of a session, read: how each person attended, and the rows to mend."""

    session: str
    batch: Batch = field(repr=False)
    tallies: Mapping[str, AttendanceCount]
    marks: pl.DataFrame = field(repr=False)
    """`enrolment`, `day`, `mark`: those that were called."""
    days: tuple[date, ...]
    """The days of the sheet."""

    def rates(self) -> list[dict[str, Any]]:
        """The rates as JSON writes them, by enrolment."""
        return [{"number": number, **tally.as_dict()} for number, tally in sorted(self.tallies.items())]


def sheet_table(first: date | None, last: date | None) -> Table:
    """The sheet of a session that lasts from one day to another."""
    days = family("day").dates(DAY, first=first, last=last, needed=True)
    return Table(RollCallRow, SoleTable(Csv("presences_*.csv", delimiter=";", encodings=("utf-8-sig", "cp1252"))), {
        "enrolment":   column("N°").reference().required(),
        "family_name": column("Nom"),
    }, families=[days], children=[Child(RollCallMark, {
        "day":  days.heading(),
        "mark": days.cell().codes(LETTERS),
    })])  # fmt: skip


def read_roll_call(source: Any, session: TrainingSession, enrolled: Collection[str], pending: Collection[str] = ()) -> RollCall:
    """Read the sheet of a session; `enrolled` are its enrolments, `pending` those of rows in quarantine.

    Raises SourceRefused where the file is no such sheet.
    """
    table = sheet_table(session.begins_on, session.ends_on)
    from cigem_core.sdk.batch import gather

    batch = gather(table.scan(Source.of(source), known=EnrolledKeys(numbers=frozenset(enrolled), pending=frozenset(pending))))
    cells = batch.children["roll_call_mark"]
    marks = cells.drop_nulls("mark").select("day", "mark", enrolment="row")
    found = dict(marks.group_by("enrolment").agg("mark").iter_rows())
    numbers = batch.accepted["enrolment"].to_list()
    tallies = {number: AttendanceCount.of(found.get(number, ())) for number in numbers}
    return RollCall(
        session=session.reference,
        batch=batch,
        tallies=tallies,
        marks=marks.select("enrolment", "day", "mark"),
        days=tuple(cells["day"].unique().sort()),
    )


@define
class EnrolledKeys(Keys):
    """Looks the numbers of a sheet up among those enrolled."""

    numbers: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()

    def known(self, reference: Field, keys: pl.Series) -> pl.Series | None:  # noqa: ARG002  there is one reference
        """Whose number each key is."""
        import polars as pl

        enrolled, waiting = (pl.Series(sorted(some), dtype=pl.String) for some in (self.numbers, self.pending))
        return self.standing(keys, [enrolled], [waiting])


def session_named(file: str, sessions: Sequence[TrainingSession]) -> TrainingSession:
    """The session a sheet's name says: `presences_S005.csv`; OperatorError where it says none that is known."""
    said = re.fullmatch(r"presences_(.+)\.[^.]+", file, re.IGNORECASE)
    found = [one for one in sessions if said and one.reference.casefold() == said[1].casefold()]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(sorted({one.reference for one in sessions})[:8])
    raise OperatorError(
        Text(
            fr=f"{file} : nommer le fichier presences_SESSION.csv, d'une session d'un seul plan ; il y a : {listed}…",
            en=f"{file}: name the file presences_SESSION.csv, of a session of one plan; there are: {listed}…",
        )
    )
