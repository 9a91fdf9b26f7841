"""Hours that records tell, beside the roll calls: each source's word stands, rates are exact, what contradicts is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from cigem_core.model.training import Trainee, TrainingResult, TrainingSession
from cigem_core.model.training_acts import Attendance, AttendedHours, Mark
from cigem_core.programmes.training.hours import Contradiction, attendance_in, found_hours
from cigem_core.programmes.training.ties import Tie, TiedRecord

SESSIONS = {
    code: TrainingSession(plan="P", reference=code, module="M", begins_on=date(2009, 11, 2), ends_on=date(2010, 1, 30))
    for code in ("S1", "S2")
}
P, A = Mark.PRESENT, Mark.ABSENT


def record(ref: str, enrolment: str, hours: int | None, *, session: str = "S1", began: date = date(2009, 11, 2)) -> TiedRecord:
    told = Trainee(reference=ref, began_on=began, hours=hours, result=TrainingResult.IN_PROGRESS)
    return TiedRecord(enrolment, session, f"unit:trainee:{ref}", told, Tie.TIED)


def hours(told: int | None, *, day: int = 1, of: str = "I1", source: str = "a") -> AttendedHours:
    at = datetime(2010, 2, day, tzinfo=UTC)
    return AttendedHours(plan="P", session="S1", enrolment=of, source=f"unit:trainee:{source}", hours=told, recorded_at=at)


def called(*marks: Mark | None, of: str = "I1") -> list[Attendance]:
    return [
        Attendance(plan="P", session="S1", enrolment=of, day=date(2009, 11, at), mark=mark)
        for at, mark in enumerate(marks, start=6)
    ]


def test_every_record_of_the_sessions_days_tells_its_hours_under_way_or_over():
    told = [record("a", "I1", 40), record("b", "I1", 52), record("c", "I2", None), record("d", "I2", 9, began=date(2010, 3, 1))]

    found = found_hours(told, SESSIONS)

    assert [(one.enrolment, one.source, one.hours) for one in found.hours] == [
        ("I1", "unit:trainee:a", 40), ("I1", "unit:trainee:b", 52),
    ]  # fmt: skip
    assert found.unclear == []


def test_a_record_that_may_speak_of_two_seats_is_left_to_an_officer():
    found = found_hours([record("a", "I1", 40), record("a", "I9", 40, session="S2"), record("b", "I2", 7)], SESSIONS)

    assert ([one.enrolment for one in found.hours], found.unclear) == (["I2"], ["I1", "I9"])


def test_rates_by_hours_are_exact_and_stand_beside_those_of_roll_calls_by_person_session_and_week():
    """6 November 2009 is a Friday: four marks are of two weeks. An earlier record's hours stand, the latest one's count."""
    marks = [*called(P, A, A, P), *called(None, of="I3")]
    told = [hours(20), hours(40, day=2, source="b"), hours(70, of="I2"), hours(None, of="I4")]

    found = attendance_in("S1", 120, ["I1", "I2", "I3", "I5"], marks, told)

    first, second, *others = found.people
    assert [one.enrolment for one in others] == ["I3", "I5"], "nobody enrolled is dropped; what was emptied brings nobody back"
    assert ([one.hours for one in first.hours], first.hours_rate) == ([20, 40], Fraction(1, 3))
    assert (second.tally.rate, second.hours_rate) == (None, Fraction(7, 12))
    assert found.hours_rate == Fraction(110, 240)
    assert [(day, tally.present, tally.absent) for day, tally in found.weeks.items()] == [
        (date(2009, 11, 2), 1, 2), (date(2009, 11, 9), 1, 0),
    ]  # fmt: skip
    assert first.as_dict()["hours"] == {
        "attended": 40, "taught": 120, "rate": 0.3333,
        "records": [{"source": "unit:trainee:a", "hours": 20}, {"source": "unit:trainee:b", "hours": 40}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("marks", "told", "taught", "expected"),
    [
        ([P], [hours(40)], 120, ()),
        ([], [hours(40), hours(44, source="b")], 120, (Contradiction.RECORDS,)),
        ([], [hours(40), hours(44, source="b", day=2)], 120, ()),
        ([A, A], [hours(40)], 120, (Contradiction.ONLY_HOURS,)),
        ([Mark.EXCUSED], [hours(40)], 120, ()),
        ([P], [hours(0)], 120, (Contradiction.ONLY_ROLL_CALL,)),
        ([P], [hours(121)], 120, (Contradiction.MORE_THAN_TAUGHT,)),
        ([P], [hours(121)], None, ()),
    ],
)
def test_what_contradicts_is_told_and_nothing_is_dropped(marks, told, taught, expected):
    (one,) = attendance_in("S1", taught, ["I1"], called(*marks), told).people

    assert one.contradictions == expected
    assert (len(one.hours), one.tally.present) == (len(told), marks.count(P))
    assert (one.hours_rate is None) is (Contradiction.RECORDS in expected or taught is None)
