"""Hours attended, as records tell them, beside what roll calls say: of someone and of a session, nothing overwritten. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from cigem_core.model.training import TrainingSession
from cigem_core.model.training_acts import Attendance, AttendedHours
from cigem_core.model.values import Labelled
from cigem_core.programmes.training.attendance import AttendanceCount, share, weeks
from cigem_core.programmes.training.outcomes import shares_days, told_at
from cigem_core.programmes.training.ties import Tie, TiedRecord


@frozen(kw_only=True)
class FoundHours:
    """The hours that a record tells of someone enrolled."""

    enrolment: str
    session: str
    hours: int
    recorded_at: datetime | None
    source: str
    tie: Tie

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        said = {"enrolment": self.enrolment, "session": self.session, "hours": self.hours}
        return {**said, "source": self.source, "tie": str(self.tie)}


@frozen(kw_only=True)
class AllFoundHours:
    """What was found; `unclear` are enrolments whose record may as well speak of another seat."""

    hours: Sequence[FoundHours]
    unclear: Sequence[str]


def found_hours(tied: Iterable[TiedRecord], sessions: Mapping[str, TrainingSession]) -> AllFoundHours:
    """The hours of those enrolled, record by record: of a session whose days the record shares, under way or over."""
    told = [one for one in tied if one.record.hours is not None and shares_days(one.record, sessions[one.session])]
    seats: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in told:
        seats[one.ref].add((one.enrolment, one.session))
    hours = [
        FoundHours(
            enrolment=one.enrolment, session=one.session, hours=one.record.hours, recorded_at=one.record.recorded_at,
            source=one.ref, tie=one.tie,
        )
        for one in told
        if len(seats[one.ref]) == 1
    ]  # fmt: skip
    unclear = sorted({one.enrolment for one in told if len(seats[one.ref]) > 1})
    return AllFoundHours(hours=sorted(hours, key=lambda one: (one.enrolment, one.session, one.source)), unclear=unclear)


class Contradiction(Labelled):
    """What does not agree in what is said of someone's attendance."""

    RECORDS = "records", "les dernières fiches disent des heures différentes"
    ONLY_HOURS = "only-hours", "des heures suivies, mais jamais là à l'appel"
    ONLY_ROLL_CALL = "only-roll-call", "là à l'appel, mais aucune heure suivie"
    MORE_THAN_TAUGHT = "more-than-taught", "plus d'heures que le module n'en a"


@frozen(kw_only=True)
class PersonAttendance:
    """What is said of someone's attendance in a session, each source beside the others."""

    enrolment: str
    marks: Sequence[Attendance] = field(repr=False)
    hours: Sequence[AttendedHours]
    """What each record tells, the oldest first."""
    taught: int | None
    """The hours of the module."""

    @property
    def tally(self) -> AttendanceCount:
        """The roll calls, counted."""
        return AttendanceCount.of(one.mark for one in self.marks if one.mark is not None)

    @property
    def attended(self) -> int | None:
        """The hours of the latest record; None where nothing is told, or the latest ones say different things."""
        latest = self._latest
        return latest.pop() if len(latest) == 1 else None

    @property
    def hours_rate(self) -> Fraction | None:
        """The share of the module's hours, exactly; None where either is not known."""
        return Fraction(self.attended, self.taught) if self.attended is not None and self.taught else None

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """What an officer has to look at; nobody's word is dropped for another's."""
        tally, hours = self.tally, self.attended
        found = {
            Contradiction.RECORDS: len(self._latest) > 1,
            Contradiction.ONLY_HOURS: bool(hours) and tally.called > 0 and tally.attended == 0,
            Contradiction.ONLY_ROLL_CALL: hours == 0 and tally.attended > 0,
            Contradiction.MORE_THAN_TAUGHT: any(self.taught is not None and (one.hours or 0) > self.taught for one in self.hours),
        }
        return tuple(one for one, holds in found.items() if holds)

    @property
    def _latest(self) -> set[int]:
        last = max(map(told_at, self.hours), default=datetime.min)
        return {one.hours for one in self.hours if one.hours is not None and told_at(one) == last}

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        records = [{"source": one.source, "hours": one.hours} for one in self.hours]
        said = {"attended": self.attended, "taught": self.taught, "rate": _ratio(self.hours_rate), "records": records}
        against = [str(one) for one in self.contradictions]
        by_week = _by_week(weeks(self.marks))
        return {"number": self.enrolment, **self.tally.as_dict(), "weeks": by_week, "hours": said, "contradictions": against}


@frozen(kw_only=True)
class SessionAttendance:
    """The attendance of everyone in a session."""

    session: str
    people: Sequence[PersonAttendance]

    @property
    def tally(self) -> AttendanceCount:
        """The roll calls, counted."""
        return AttendanceCount.of(one.mark for one in self._marks if one.mark is not None)

    @property
    def weeks(self) -> Mapping[date, AttendanceCount]:
        """The Monday of each week → the roll calls, counted. Hours are told of a whole session, and fall in no week."""
        return weeks(self._marks)

    @property
    def hours_rate(self) -> Fraction | None:
        """The share of the hours of those of whom they are known, exactly; None where that is nobody."""
        known = [one for one in self.people if one.hours_rate is not None]
        taught = sum(one.taught or 0 for one in known)
        return Fraction(sum(one.attended or 0 for one in known), taught) if taught else None

    @property
    def _marks(self) -> list[Attendance]:
        return [mark for one in self.people for mark in one.marks]

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        said = {"session": self.session, **self.tally.as_dict(), "hours_rate": _ratio(self.hours_rate)}
        return {**said, "weeks": _by_week(self.weeks), "people": [one.as_dict() for one in self.people]}


def attendance_in(
    session: str, taught: int | None, enrolled: Iterable[str], marks: Iterable[Attendance], hours: Iterable[AttendedHours]
) -> SessionAttendance:
    """The attendance of a session, of its marks and hours; whoever has any is in it, and whoever is enrolled and has none."""
    of_marks: dict[str, list[Attendance]] = defaultdict(list)
    for mark in marks:
        of_marks[mark.enrolment].append(mark)
    of_hours: dict[str, list[AttendedHours]] = defaultdict(list)
    for told in hours:
        if told.hours is not None:
            of_hours[told.enrolment].append(told)
    people = [
        PersonAttendance(
            enrolment=number, marks=sorted(of_marks[number], key=lambda one: one.day), taught=taught,
            hours=sorted(of_hours[number], key=lambda one: (told_at(one), one.source)),
        )
        for number in sorted({*enrolled, *of_marks, *of_hours})
    ]  # fmt: skip
    return SessionAttendance(session=session, people=people)


def _by_week(tallies: Mapping[date, AttendanceCount]) -> list[dict[str, Any]]:
    return [{"week": monday.isoformat(), **tally.as_dict()} for monday, tally in tallies.items()]


def _ratio(exact: Fraction | None) -> float | None:
    told = None if exact is None else share(exact.numerator, exact.denominator)
    return None if told is None else float(told)
