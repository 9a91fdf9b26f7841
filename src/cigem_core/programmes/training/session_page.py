"""The page of a session for those who run it: its people and where they stand, attendance by week, and its money."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from cigem_core.model.training_acts import Certificate, SessionResult
from cigem_core.model.values import Amount
from cigem_core.pages import PrintedTable, Prose, page
from cigem_core.programmes.training.hours import PersonAttendance, SessionAttendance
from cigem_core.programmes.training.participation import Participation
from cigem_core.programmes.training.roster import Roster
from cigem_core.programmes.training.settlement import Settled
from cigem_core.text import Language, Text, counted


@frozen(kw_only=True)
class SessionRecords:
    """What is kept of a session: who attended, results and certificates, and where its money stands."""

    attendance: SessionAttendance = field(repr=False)
    results: Sequence[SessionResult] = field(repr=False)
    certificates: Sequence[Certificate] = field(repr=False)
    money: Sequence[Settled] = ()


def session_page(roster: Roster, code: str, kept: SessionRecords, *, issuer: Sequence[str], language: Language = "fr") -> str:
    """The page of a session, as HTML; it names its people. UnknownName where the plan has no such session."""
    session = roster.plan.session(code)
    module = roster.plan.modules.get(session.module)
    title = module.title if module and module.title else session.module
    return page(
        title=Text(fr=f"Session {code} · {title}", en=f"Session {code} · {title}"),
        issuer=list(issuer),
        reference=str(roster.plan.ref),
        language=language,
        body=[_about(roster, code), _people(roster, code, kept), _by_week(kept.attendance), _money(kept.money)],
    )


def _about(roster: Roster, code: str) -> Prose:
    session, module = roster.plan.session(code), roster.plan.modules.get(roster.plan.session(code).module)
    days = [f"{day:%d/%m/%Y}" for day in (session.begins_on, session.ends_on) if day is not None]
    where = " · ".join(filter(None, (module.provider if module else None, session.venue, " – ".join(days))))
    sitting, places = len(roster.by_session.get(code, ())), session.places or "?"
    people = counted(sitting, "personne(s)", "taken")
    told = [Text(fr=f"{where}. {people.fr} pour {places} places.", en=f"{where}. {sitting} of {places} places taken.")]
    if code in roster.cancelled:
        told.append(Text(fr=f"Annulée le {roster.cancelled[code]:%d/%m/%Y}.", en=f"Cancelled on {roster.cancelled[code]}."))
    return Prose(told)


def _people(roster: Roster, code: str, kept: SessionRecords) -> PrintedTable:
    attended = {one.enrolment: one for one in kept.attendance.people}
    results = {one.enrolment: one.mark for one in kept.results}
    certificates = {one.enrolment: one.reference for one in kept.certificates if one.revoked_on is None}
    rows = []
    for person in sorted(roster.by_session.get(code, ()), key=_number):
        number = _number(person)
        there = attended.get(number)
        rate, hours = (percent_of(there.tally.rate), _hours(there)) if there else (None, "")
        rows.append([number, _names(person), person.state.label, rate, hours, results.get(number), certificates.get(number)])
    return PrintedTable(
        caption=Text(fr="Les personnes", en="The people"),
        header=[
            Text(fr="N°", en="N°"), Text(fr="Nom", en="Name"), Text(fr="État", en="State"),
            Text(fr="Assiduité (%)", en="Attendance (%)"), Text(fr="Heures suivies", en="Hours"),
            Text(fr="Note", en="Mark"), Text(fr="Attestation", en="Certificate"),
        ],
        rows=rows,
    )  # fmt: skip


def _hours(person: PersonAttendance) -> str:
    """What each record tells, side by side, of the hours of the module."""
    told = " ; ".join(dict.fromkeys(str(one.hours) for one in person.hours))
    return f"{told} / {person.taught}" if told and person.taught else told


def percent_of(rate: Decimal | None) -> Decimal | None:
    """A rate in percent, to one decimal."""
    return None if rate is None else (100 * rate).quantize(Decimal("0.1"))


def _number(person: Participation) -> str:
    return person.enrolment.reference if person.enrolment else person.who.rpartition(":")[2]


def _names(person: Participation) -> str:
    identity = person.enrolment.identity if person.enrolment else None
    return " ".join(name for name in (identity.family_name, identity.given_names) if name) if identity else ""


def _by_week(attendance: SessionAttendance) -> PrintedTable:
    rows: list[Any] = [
        [monday, tally.present, tally.late, tally.absent, tally.excused, percent_of(tally.rate)]
        for monday, tally in attendance.weeks.items()
    ]
    return PrintedTable(
        caption=Text(fr="L'appel, semaine par semaine", en="Roll calls by week"),
        header=[
            Text(fr="Semaine du", en="Week of"), Text(fr="Présents", en="Present"), Text(fr="En retard", en="Late"),
            Text(fr="Absents", en="Absent"), Text(fr="Excusés", en="Excused"), Text(fr="Assiduité (%)", en="Attendance (%)"),
        ],
        rows=rows,
        empty=Text(fr="L'appel n'a pas été fait.", en="No roll was called."),
    )  # fmt: skip


def _money(lines: Sequence[Settled]) -> PrintedTable:
    return PrintedTable(
        caption=Text(fr="L'argent : engagé = acquis + en cours + libéré", en="Money: committed = earned + open + released"),
        header=[
            Text(fr="Devise", en="Currency"), Text(fr="Engagé", en="Committed"), Text(fr="Acquis", en="Earned"),
            Text(fr="En cours", en="Open"), Text(fr="Libéré", en="Released"),
        ],
        rows=[
            [one.currency, *(Amount(getattr(one, name), one.currency) for name in ("committed", "earned", "open", "released"))]
            for one in lines
        ],
        empty=Text(fr="Aucun budget.", en="No budget."),
    )  # fmt: skip
