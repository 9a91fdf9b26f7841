"""A session's roll-call sheet to print and fill in, in the layout it is read back from."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from cigem_core.errors import OperatorError
from cigem_core.formats.books.workbook import Paper, Sheet, write_workbook
from cigem_core.model.training import Enrolment, TrainingSession
from cigem_core.model.training_acts import Attendance
from cigem_core.newfiles import PLAIN, writing_new
from cigem_core.programmes.training.attendance import LETTERS
from cigem_core.programmes.training.roll_call import sheet_table
from cigem_core.text import Text


def write_sheet(
    session: TrainingSession, enrolled: Iterable[Enrolment], days: Sequence[date], marks: Iterable[Attendance], to: Path, *,
    title: str | None = None,
) -> Path:  # fmt: skip
    """Write the sheet: as a workbook where the name ends in `.xlsx`, else as text; without days, its weekdays.

    `title` is what the session teaches, for the head of the printed sheet. Raises OperatorError for a day outside the
    session, for no day at all, and for a file that is there already.
    """
    wanted = sorted(set(days)) or weekdays(session)
    for day in wanted:
        _check_day(session, day)
    letters = {mark: letter for letter, mark in LETTERS.items()}
    kept = {(one.enrolment, one.day): letters[one.mark] for one in marks if one.mark is not None}
    rows = [
        [one.reference, _name(one), *(kept.get((one.reference, day), "") for day in wanted)]
        for one in sorted(enrolled, key=lambda one: one.reference)
    ]
    header = ["N°", "Nom", *(f"{day:%d/%m/%Y}" for day in wanted)]
    with writing_new(to, PLAIN):
        if to.suffix.lower() == ".xlsx":
            title = f"{_about(session, title)}   P présent · R en retard · A absent · E excusé"
            paper = Paper(title=title, narrow=range(2, len(header)), beside=2)
            choices = {at: tuple(LETTERS) for at in paper.narrow}
            write_workbook(to, [Sheet(name=session.reference, header=header, rows=rows, choices=choices, paper=paper)])
        else:
            file = io.BytesIO()
            sheet_table(session.begins_on, session.ends_on).format.write(file, header, rows)
            to.write_bytes(file.getvalue())
    return to


def weekdays(session: TrainingSession) -> list[date]:
    """Monday to Friday, from a session's first day to its last; OperatorError where the plan does not say them."""
    if session.begins_on is None or session.ends_on is None:
        fr = f"la session {session.reference} n'a pas de dates : nommer les jours (--day)"
        raise OperatorError(Text(fr=fr, en=f"the session {session.reference} has no dates; name the days (--day)"))
    days = (session.begins_on + timedelta(days=at) for at in range((session.ends_on - session.begins_on).days + 1))
    return [day for day in days if day.weekday() < 5]


def _name(one: Enrolment) -> str:
    """Family name first, as sheets are looked through; with the given names, for several may share the first."""
    return " ".join(filter(None, (one.identity.family_name, one.identity.given_names))) if one.identity else ""


def _about(session: TrainingSession, title: str | None) -> str:
    days = " – ".join(f"{day:%d/%m/%Y}" for day in (session.begins_on, session.ends_on) if day is not None)
    return " · ".join(filter(None, (f"Session {session.reference}", title, session.venue, days)))


def _check_day(session: TrainingSession, day: date) -> None:
    if (session.begins_on and day < session.begins_on) or (session.ends_on and day > session.ends_on):
        raise OperatorError(
            Text(
                fr=f"le {day:%d/%m/%Y} n'est pas un jour de la session {session.reference}",
                en=f"{day} is no day of the session {session.reference}",
            )
        )
