"""Scores of an assessment, exactly; where questions are left open, between which two numbers the score lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.programmes.reception.instrument import Asked, Instrument, unscored
from cigem_core.text import Text


@frozen(kw_only=True)
class Bounds:
    """The least and the most a score can be; both are the score where every question is answered."""

    low: Fraction
    high: Fraction

    @property
    def is_exact(self) -> bool:
        """Whether the score is known."""
        return self.low == self.high


@frozen(kw_only=True)
class Score:
    """What an assessment gives on one dimension, or as a whole: where it lies, and where any could lie."""

    dimension: str | None
    bounds: Bounds
    scale: Bounds
    answered: int
    questions: int


def check_answers(instrument: Instrument, answers: Mapping[str, str]) -> None:
    """OperatorError where an answer is none of its question's, UnknownName where nobody asks that question."""
    for name, answer in answers.items():
        instrument.question(name).value(answer)


def score(instrument: Instrument, answers: Mapping[str, str]) -> tuple[Score, ...]:
    """The score of each dimension, then of the whole; SourceRefused where the instrument codes no answer."""
    check_answers(instrument, answers)
    scored = [one for one in instrument.questions if one.is_scored]
    if not scored:
        raise unscored(instrument)
    measured = [(one.name, [q for q in scored if q.dimension == one.name]) for one in instrument.dimensions]
    parts = [_score(name, questions, answers) for name, questions in measured if questions]
    return (*parts, _score(None, scored, answers))


def _score(dimension: str | None, questions: list[Asked], answers: Mapping[str, str]) -> Score:
    ranges = [one.range for one in questions]
    ends = [_ends(one, answers.get(one.name)) for one in questions]
    return Score(
        dimension=dimension, bounds=_sum(ends), scale=_sum(ranges),
        answered=sum(1 for one in questions if one.name in answers), questions=len(questions),
    )  # fmt: skip


def _ends(question: Asked, answer: str | None) -> tuple[Fraction, Fraction]:
    if answer is None:
        return question.range
    value = question.value(answer)
    return value, value


def _sum(ends: Iterable[tuple[Fraction, Fraction]]) -> Bounds:
    held = list(ends)
    return Bounds(low=sum((low for low, _ in held), Fraction(0)), high=sum((high for _, high in held), Fraction(0)))


@frozen(kw_only=True)
class ScoreChange:
    """How a score moved from one assessment to the next: between which two numbers the difference lies."""

    dimension: str | None
    before: Bounds
    after: Bounds
    difference: Bounds


def compare(before: tuple[str, tuple[Score, ...]], after: tuple[str, tuple[Score, ...]]) -> tuple[ScoreChange, ...]:
    """The differences of two assessments, each given with the digest of its wording.

    Raises OperatorError where the wordings differ: points of other questions are no measure of a change.
    """
    if before[0] != after[0]:
        raise OperatorError(
            Text(
                fr="ces deux bilans n'ont pas été faits avec le même texte de la grille : leurs points ne se comparent pas",
                en="these two assessments were not made with the same wording of the instrument: their points do not compare",
            )
        )
    later = {one.dimension: one.bounds for one in after[1]}
    return tuple(_change(one.dimension, one.bounds, later[one.dimension]) for one in before[1])


def _change(dimension: str | None, before: Bounds, after: Bounds) -> ScoreChange:
    difference = Bounds(low=after.low - before.high, high=after.high - before.low)
    return ScoreChange(dimension=dimension, before=before, after=after, difference=difference)
