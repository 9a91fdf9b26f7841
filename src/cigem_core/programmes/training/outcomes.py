"""How sessions ended, by the records of who follows the trainees: results with their marks, and what cannot be decided. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from attrs import frozen

from cigem_core.model.training import Evaluation, Trainee, TrainingResult, TrainingSession
from cigem_core.model.training_acts import AttendedHours
from cigem_core.programmes.training.ties import Tie, TiedRecord


@frozen(kw_only=True)
class FoundResult:
    """A result that a record tells of someone enrolled."""

    enrolment: str
    session: str
    result: TrainingResult
    mark: Decimal | None
    source: str
    tie: Tie

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        mark = None if self.mark is None else float(self.mark)
        said = {"enrolment": self.enrolment, "session": self.session, "result": str(self.result), "mark": mark}
        return {**said, "source": self.source, "tie": str(self.tie)}


@frozen(kw_only=True)
class FoundResults:
    """What was found; `unclear` are enrolments of whom records say different things, or whose record speaks of others too."""

    results: Sequence[FoundResult]
    unclear: Sequence[str]


def found_results(
    tied: Iterable[TiedRecord], sessions: Mapping[str, TrainingSession], evaluations: Mapping[str, Sequence[Evaluation]]
) -> FoundResults:
    """The results of those enrolled: a record tells of a session whose days it shares, and the latest record counts."""
    told = [one for one in tied if _ended(one.record) and shares_days(one.record, sessions[one.session])]
    sessions_of: dict[str, set[tuple[str, str]]] = defaultdict(set)
    by_person: dict[tuple[str, str], list[TiedRecord]] = defaultdict(list)
    for one in told:
        sessions_of[one.ref].add((one.enrolment, one.session))
        by_person[one.enrolment, one.session].append(one)
    results, unclear = [], []
    for (number, session), records in sorted(by_person.items()):
        last = max(told_at(one.record) for one in records)
        latest = [one for one in records if told_at(one.record) == last]
        if len({one.record.result for one in latest}) > 1 or any(len(sessions_of[one.ref]) > 1 for one in records):
            unclear.append(number)
            continue
        one = latest[0]
        results.append(
            FoundResult(
                enrolment=number, session=session, result=one.record.result, mark=mean_of(evaluations.get(one.ref, ())),
                source=one.ref, tie=one.tie,
            )
        )  # fmt: skip
    return FoundResults(results=results, unclear=unclear)


def mean_of(evaluations: Iterable[Evaluation]) -> Decimal | None:
    """The mean of some marks, half up to two decimals; None where there are none."""
    marks = [one.mark for one in evaluations if one.mark is not None]
    return (sum(marks, Decimal(0)) / len(marks)).quantize(Decimal("0.01"), ROUND_HALF_UP) if marks else None


def _ended(record: Trainee) -> bool:
    return record.result not in (None, TrainingResult.IN_PROGRESS)


def told_at(record: Trainee | AttendedHours) -> datetime:
    """When a record was written; one that does not say goes before all others."""
    return (record.recorded_at or datetime.min).replace(tzinfo=None)


def shares_days(record: Trainee, session: TrainingSession) -> bool:
    """Whether a trainee was there on a day of the session, as far as days are known."""
    first = max(filter(None, (record.began_on, session.begins_on)), default=date.min)
    last = min(filter(None, (record.ended_on, session.ends_on)), default=date.max)
    return first <= last
