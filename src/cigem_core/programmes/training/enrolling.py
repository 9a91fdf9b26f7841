"""Referrals on their way to a fund become rows of its plan: a seat in a session for each, in the fund's own workbook."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, frozen
from sqlalchemy import Connection

from cigem_core.errors import OperatorError
from cigem_core.exchange.loads import Load, Rows, free_name, lock_by, writable
from cigem_core.exchange.passage import REFERRAL
from cigem_core.formats.books.sheets import SheetTable
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ROW
from cigem_core.model.fields import kind_of
from cigem_core.model.participation import ParticipationAct
from cigem_core.model.receipts import Remark
from cigem_core.model.training import Enrolment, EnrolmentStatus, TrainingModule, TrainingSession
from cigem_core.policy import Mask
from cigem_core.report import Address, Fault, Rule
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.adding import added_after
from cigem_core.sdk.batch import Batch
from cigem_core.sdk.declaration import Declaration
from cigem_core.sdk.frames import frame_of
from cigem_core.sdk.table import Table
from cigem_core.store import outbox
from cigem_core.store.objects import objects
from cigem_core.store.outbox import Draft
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

ENROLMENT, SESSION, MODULE = kind_of(Enrolment), kind_of(TrainingSession), kind_of(TrainingModule)

# Of the plan, no more is read than seats, trades and numbers: those already enrolled are not our business.
_SEATS = Mask(
    fields={
        SESSION.name: frozenset({"plan", "reference", "module", "begins_on", "ends_on", "places"}),
        MODULE.name: frozenset({"plan", "reference", "occupation"}),
        ENROLMENT.name: frozenset({"plan", "reference", "session"}),
    },
    cargo=False,
)


def enrolled(connection: Connection, adapter: Adapter, table: Table, rows: Rows, *, into: Source, folder: Path, on: date) -> Load:
    """The workbook with a row for each referral that gets a seat, everything else as it was.

    The seat is in the session the referral names, or else in the first one to begin that teaches its trade and has
    room. Who gets none is withheld; a full session is a fault of the plan. Raises OperatorError where the workbook
    lacks people who were enrolled before: it is not the last one.
    """
    plan = _SeatPlan.of(adapter, table, into, on)
    _check_last(connection, adapter, plan)
    seated, remarks, faults = [], [], []
    for row in rows:
        session, refusal, fault = plan.seat(row.get("session"), row.get("occupation"))
        if session is None:
            remarks.append(Remark(reference=row["reference"], column=None, reason=refusal))
            faults += [fault] if fault else []
            continue
        seated.append((row["reference"], plan.enrolment(row, session)))
    if not seated:
        return Load(remarks=tuple(remarks), withheld=len(remarks), faults=tuple(dict.fromkeys(faults)))
    frame, unsaid = writable(table, frame_of(ENROLMENT, [enrolment for _, enrolment in seated]))
    content = plan.written(table.encode(frame))
    name = free_name(connection, folder, into.name)
    keys = {reference: f"{plan.number}/{enrolment['reference']}" for reference, enrolment in seated}
    draft = Draft(place=str(folder), name=name, content=content, lock=lock_by(into), keys=keys)
    return Load(drafts=(draft,), remarks=(*remarks, *unsaid), withheld=len(remarks), faults=tuple(dict.fromkeys(faults)))


def _check_last(connection: Connection, adapter: Adapter, plan: _SeatPlan) -> None:
    """Whoever withdrew or was moved since may stand there no more: the agency was told, and struck their row."""
    given = outbox.numbers_given(connection, to=adapter.agency, kind=REFERRAL)
    gone = {act.who for act in objects(connection, kind_of(ParticipationAct)) if act.left is not None}
    leavers = {one.reference for one in objects(connection, REFERRAL, where={"to": adapter.agency}) if one.known_as in gone}
    numbers = (number for referral, number in given.items() if referral not in leavers)
    lost = sorted(one.partition("/")[2] for one in numbers if one.startswith(f"{plan.number}/"))
    if absent := [number for number in lost if number not in plan.numbers]:
        listed = ", ".join(absent[:5])
        raise OperatorError(
            Text(
                fr=f"{plan.source.name} n'a pas les inscriptions {listed}, déjà transmises : prendre le dernier classeur",
                en=f"{plan.source.name} lacks the enrolments {listed}, handed over before; take the last workbook",
            )
        )


@frozen(kw_only=True)
class _Session:
    reference: str
    occupation: str | None
    begins_on: date | None
    places: int | None
    """How many it has; None where the plan does not say, which limits nothing."""
    row: int

    def has_room(self, taken: int) -> bool:
        """Whether someone can still be seated beside so many."""
        return self.places is None or taken < self.places


@define(kw_only=True)
class _SeatPlan:
    """A training plan as its workbook tells it, and the seats that are left in it."""

    source: Source
    table: Table
    on: date
    number: str
    sessions: Sequence[_Session]
    places: Address
    """Where a session says how many seats it has, but for its row."""
    enrolments: Batch
    taken: Counter[str]
    numbers: set[str]

    @classmethod
    def of(cls, adapter: Adapter, table: Table, source: Source, on: date) -> _SeatPlan:
        """Read the seats of a plan; SourceRefused where the workbook is none."""
        reading = adapter.read(source, mask=_SEATS)
        sessions, enrolments = reading[TrainingSession], reading[Enrolment]
        trades = {row["reference"]: row["occupation"] for row in reading[TrainingModule].accepted.iter_rows(named=True)}
        lens = sessions.table.lenses["places"]
        return cls(
            source=source, table=table, on=on, number=_number(table, source), enrolments=enrolments,
            sessions=sorted((_session(row, trades) for row in sessions.accepted.iter_rows(named=True)), key=_first_to_begin),
            places=Address(file=source.name, sheet=_sheet(sessions.table), row=0, column=lens.headers[0]),
            taken=Counter(_said(enrolments, "session")), numbers=set(_said(enrolments, "reference")),
        )  # fmt: skip

    def seat(self, asked: str | None, occupation: str | None) -> tuple[_Session | None, Text, Fault | None]:
        """A session with room, or why there is none."""
        if asked is not None:
            fitting = [session for session in self.sessions if session.reference == asked]
            said = Text(fr=f"le plan n'a pas de session {asked}", en=f"the plan has no session {asked}")
        else:
            fitting = [s for s in self.sessions if occupation and s.occupation == occupation and not self._began(s)]
            said = Text(
                fr=f"aucune session à venir du plan n'enseigne le métier {occupation or '(non indiqué)'} ; nommer la session",
                en=f"no coming session of the plan teaches the trade {occupation or '(not said)'}; name the session",
            )
        if not fitting:
            return None, said, None
        free = next((session for session in fitting if session.has_room(self.taken[session.reference])), None)
        if free is None:
            return None, *self._full(fitting[-1])
        self.taken[free.reference] += 1
        return free, said, None

    def _began(self, session: _Session) -> bool:
        return session.begins_on is not None and session.begins_on < self.on

    def _full(self, session: _Session) -> tuple[Text, Fault]:
        said = Text(
            fr=f"la session {session.reference} est complète ({session.places} places) : en choisir une autre",
            en=f"the session {session.reference} is full ({session.places} places); choose another one",
        )
        address = evolve(self.places, row=session.row)
        return said, Fault(address=address, rule=Rule.MAXIMUM, value=str(session.places), remedy=said)

    def enrolment(self, referral: Mapping[str, Any], session: _Session) -> dict[str, Any]:
        """The row of someone who gets a seat, in stored forms; its number continues the sheet's own."""
        shared = {name: referral.get(name) for name in ENROLMENT.fields if name.startswith(("identity.", "residence."))}
        number = next_number(self.numbers)
        self.numbers.add(number)
        status = str(EnrolmentStatus.ENROLLED)
        return {**shared, "plan": self.number, "reference": number, "session": session.reference, "status": status}

    def written(self, cells: pl.DataFrame) -> bytes:
        """The workbook with these rows after the last one."""
        spans = self.enrolments.spans
        last = int(spans.filter(spans["what"].is_in(["record", "header"]))["row"].to_list()[-1])
        return added_after(self.table, self.source, cells, last)


def _session(row: Mapping[str, Any], trades: Mapping[str, str | None]) -> _Session:
    return _Session(
        reference=row["reference"], occupation=trades.get(row["module"]), begins_on=row["begins_on"],
        places=row["places"], row=row[ROW],
    )  # fmt: skip


def _said(batch: Batch, name: str) -> list[str]:
    """What every row of a sheet says in a column, those in quarantine too."""
    header = batch.table.lenses[name].headers[0]
    waiting = batch.quarantined[header].to_list() if header in batch.quarantined.columns else []
    found = [*batch.accepted[name].to_list(), *waiting]
    return [text.strip() for text in found if text and text.strip()]


def _number(table: Table, source: Source) -> str:
    """What names the plan."""
    assert isinstance(table.format, SheetTable)
    naming = table.format.book.naming(source)
    return naming.value if naming else ""


def _sheet(table: Declaration) -> str | None:
    return table.format.sheet_name if isinstance(table.format, SheetTable) else None


def _first_to_begin(session: _Session) -> tuple[date, str]:
    return session.begins_on or date.max, session.reference


def next_number(numbers: set[str]) -> str:
    """The number after the highest one, written as most are: `I00330` is followed by `I00331`."""
    parts = [(found[1], found[2]) for number in numbers if (found := re.fullmatch(r"(.*?)([0-9]+)", number))]
    if not parts:
        return "1"
    prefix, _ = Counter(prefix for prefix, _ in parts).most_common(1)[0]
    digits = [digits for given, digits in parts if given == prefix]
    highest = max(digits, key=int)
    return f"{prefix}{int(highest) + 1:0{len(highest)}d}"
