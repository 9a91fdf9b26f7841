"""Where people stand: the list of those to ask, handed out as a table, and it or a form's answers read back with their faults."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cigem_core.formats.books.workbook import Paper, Sheet, write_workbook
from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.sole import SoleTable
from cigem_core.formats.source import Source
from cigem_core.formats.trees.submissions import Submissions
from cigem_core.model.fields import Kind, kind, refers
from cigem_core.model.fields import field as value
from cigem_core.model.training import Enrolment
from cigem_core.model.training_acts import InsertionAnswer, LaterStanding
from cigem_core.newfiles import writing_new
from cigem_core.programmes.training.follow_up_form import LENSES
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.programmes.training.results import ToAsk, asked_this_week
from cigem_core.programmes.training.roll_call import EnrolledKeys
from cigem_core.programmes.training.roster import Roster, read_roster
from cigem_core.report import Rule
from cigem_core.sdk.batch import Batch, gather
from cigem_core.sdk.lenses import column
from cigem_core.sdk.rules import RowRule
from cigem_core.sdk.table import Table
from cigem_core.store import Store
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

DAY = "dd/mm/yyyy"
SITUATIONS = {one.label.fr: one for one in LaterStanding}
HEADER = ("N°", "Nom", "Prénom(s)", "Téléphone", "Comment joindre", "Session", "Mois", "À joindre le", "Situation", "Répondu le")


@kind("follow_up_row", fr="ligne de suivi", en="row of a follow-up", centre=True)
@frozen(kw_only=True)
class FollowUpRow:
    """What someone answered, or who knows them."""

    enrolment: str = refers(Enrolment, "Enrolment", fr="Inscription", required=True, part_of_key=True)
    months: int = value("Months after", fr="Mois après", required=True, part_of_key=True)
    standing: LaterStanding | None = value("Situation", fr="Situation", sensitivity="personal")
    answered_on: date | None = value("Answered on", fr="Répondu le")


@frozen(kw_only=True, eq=False)
class FollowUp:
    """A list, or a form's answers: what was answered, and the rows to mend; rows without a situation say nothing yet."""

    batch: Batch = field(repr=False)
    answers: Sequence[FollowUpRow] = field(repr=False)


def follow_up_table(on: date) -> Table:
    """The list as it stands on a day: nobody has answered later than that."""
    return Table(FollowUpRow, SoleTable(Csv("suivi*.csv", delimiter=";", encodings=("utf-8-sig", "cp1252"))), {
        "enrolment":   column("N°").reference().required(),
        "months":      column("Mois").number(minimum=1, maximum=60).required(),
        "standing":    column("Situation").codes(SITUATIONS),
        "answered_on": column("Répondu le").date(DAY),
    }, rules=[_not_later_than(on)])  # fmt: skip


def answers_table(on: date) -> Table:
    """The answers to the form, as they stand on a day."""
    return Table(FollowUpRow, Submissions("suivi*.*", resource="suivi"), LENSES, rules=[_not_later_than(on)])


def _not_later_than(on: date) -> RowRule:
    def broken(_: Kind) -> pl.Expr:
        import polars as pl

        return pl.col("answered_on") > on

    def remedy(_: Callable[[str], str]) -> Text:
        fr, en = f"écrire un jour jusqu'au {on:%d/%m/%Y}", f"expected a day up to {on:%d/%m/%Y}"
        return Text(fr=fr, en=en)

    return RowRule(
        name=f"not later than {on}", fields=("answered_on",), takes=(date,), broken=broken, remedy=remedy, rule=Rule.MAXIMUM
    )


def write_follow_up(people: Iterable[ToAsk], to: Path, on: date) -> Path:
    """Write the list, for its owner alone: as a workbook where the name ends in `.xlsx`, else as text.

    Raises OperatorError for a file that is there already. Whoever must not be contacted has no telephone in it.
    """
    rows = [_row(one) for one in people]
    with writing_new(to):
        if to.suffix.lower() == ".xlsx":
            choices = {HEADER.index("Situation"): tuple(SITUATIONS)}
            paper = Paper(title=f"Suivi de l'insertion au {on:%d/%m/%Y}", beside=2)
            write_workbook(to, [Sheet(name="Suivi", header=HEADER, rows=rows, choices=choices, paper=paper)])
        else:
            file = io.BytesIO()
            follow_up_table(on).format.write(file, HEADER, rows)
            to.write_bytes(file.getvalue())
    return to


def _row(one: ToAsk) -> list[str]:
    names = (one.identity.family_name, one.identity.given_names) if one.identity else (None, None)
    reach = one.reach
    said = (reach.way.label.fr if reach.way else None, reach.through, reach.hours, reach.caution) if reach else ()
    phones, how = ", ".join(map(str, one.phones)), " ; ".join(filter(None, said))
    due = f"{one.due_on:%d/%m/%Y}"
    return [one.enrolment, *(name or "" for name in names), phones, how, one.session, str(one.months), due, "", ""]


def read_follow_up(given: Any, enrolled: Collection[str], pending: Collection[str] = (), *, on: date) -> FollowUp:
    """Read a list that was filled in, or a form's answers (JSON or XML); SourceRefused where the file is none."""
    source = Source.of(given)
    table = answers_table(on) if _is_of_a_form(source) else follow_up_table(on)
    known = EnrolledKeys(numbers=frozenset(enrolled), pending=frozenset(pending))
    batch = gather(table.scan(source, known=known))
    return FollowUp(batch=batch, answers=[row for row in batch.records() if row.standing is not None])


def _is_of_a_form(source: Source) -> bool:
    return source.table is None and source.first(1 << 12).removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[", b"<"))


def hand_out(store: Store, roster: Roster, to: Path, *, on: date, months: Collection[int]) -> Path:
    """Write the list of those to be asked in the week of a day."""
    return write_follow_up(asked_this_week(store, roster, on=on, months=months), to, on)


def take_back(store: Store, plan: CarriedPlan, given: Any, *, on: date, by: str) -> FollowUp:
    """Read a list that was filled in, or a form's answers, and keep them: each on the day it was given, or on that of the act."""
    source, roster = Source.of(given), read_roster(store, plan)
    enrolled = [one.reference for session in plan.sessions for one in roster.enrolled(session)]
    found = read_follow_up(source, enrolled, plan.pending, on=on)
    said = (
        InsertionAnswer(
            plan=str(plan.ref), enrolment=one.enrolment, months=one.months, standing=one.standing,
            answered_on=one.answered_on or on,
        )
        for one in found.answers
    )  # fmt: skip
    store.keep(*said, act="follow-up", on=on, by=by, plan=str(plan.ref), sha256=found.batch.sha256)
    return found
