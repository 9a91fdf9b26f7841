"""Screening: who may take part in the draw, who may not and why, and who waits for an officer.

In this order, the first that applies decides: early or late, a double, an incomplete file, the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import Any

from attrs import field, frozen

from cigem_core import notebook
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.conditions import SEVERAL, each, meets, piece_keys, points
from cigem_core.programmes.scholarships.files import Applications
from cigem_core.programmes.scholarships.vocabulary import piece_key


class Reason(StrEnum):
    """Why an application takes no part."""

    EARLY = "early"
    LATE = "late"
    DOUBLE = "double"
    INCOMPLETE = "incomplete"
    INELIGIBLE = "ineligible"


class Notice(StrEnum):
    """What is told of an application, and is no fault."""

    GAP = "choice-gap"
    REPEATED = "choice-repeated"


@frozen(kw_only=True)
class Refusal:
    """An application that takes no part: the articles it fails, the pieces it lacks, or the one that counts instead."""

    application: str
    reason: Reason
    articles: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    counts: str | None = None


@frozen(kw_only=True)
class Ruling:
    """What an officer decided of an application whose rules are undetermined, and why."""

    application: str
    is_eligible: bool
    because: str


@frozen(kw_only=True, eq=False)
class Screening:
    """Every application of a call in one of three lists; the eligible with their scores."""

    call: Call = field(repr=False)
    eligible: Mapping[str, int] = field(repr=False)
    """Application → score."""
    to_review: Mapping[str, tuple[str, ...]] = field(repr=False)
    """Application → the articles that are undetermined."""
    refused: Mapping[str, Refusal] = field(repr=False)
    choices: Mapping[str, tuple[str, ...]] = field(repr=False)
    """Application → its seats in order, gaps closed and none twice."""
    notices: tuple[tuple[str, Notice], ...] = field(repr=False)
    decided: Mapping[str, Ruling] = field(factory=dict, repr=False)

    def __repr__(self) -> str:
        counts = f"{len(self.eligible)} eligible, {len(self.to_review)} to review, {len(self.refused)} ineligible"
        return f"Screening({self.call.reference}: {counts})"

    def _repr_html_(self) -> str:
        """Counts alone."""
        reasons = Counter(one.reason for one in self.refused.values())
        counted = {"eligible": len(self.eligible), "to review": len(self.to_review)} | {str(r): reasons[r] for r in Reason}
        return notebook.table(["applications", "number"], list(counted.items()), title=f"Screening of {self.call.reference}")

    def as_dict(self) -> dict[str, Any]:
        """The three lists and the notices, by number."""
        return {
            "eligible": [{"application": number, "score": score} for number, score in sorted(self.eligible.items())],
            "to_review": [
                {"application": number, "undetermined": list(articles)} for number, articles in sorted(self.to_review.items())
            ],
            "ineligible": [
                {
                    "application": one.application, "reason": str(one.reason), "articles": list(one.articles),
                    "pieces": list(one.pieces), "counts": one.counts,
                }
                for _, one in sorted(self.refused.items())
            ],
            "notices": [{"application": number, "notice": str(notice)} for number, notice in self.notices],
        }  # fmt: skip


def screen(
    call: Call,
    applications: Applications,
    decisions: Iterable[Ruling] = (),
    reviewed: Mapping[str, int] | None = None,
) -> Screening:
    """Screen the applications to a call. What an officer decided counts for those still undetermined.

    `reviewed` are the points that reviewers gave; an application that nobody read yet has none.
    """
    given = reviewed or {}
    numbers: list[str] = applications.column("application")
    refused = _by_day_and_double(call, applications, numbers)
    refused |= {number: one for number, one in _incomplete(call, applications, numbers).items() if number not in refused}
    failing, undetermined = _by_rules(call, applications)
    decided = {one.application: one for one in decisions}
    eligible, to_review = {}, {}
    scores = scores_of(call, applications)
    for at, number in enumerate(numbers):
        if number in refused:
            continue
        waits = at in undetermined and at not in failing
        if at in failing or (waits and number in decided and not decided[number].is_eligible):
            articles = failing.get(at, ()) or undetermined[at]
            refused[number] = Refusal(application=number, reason=Reason.INELIGIBLE, articles=articles)
        elif waits and number not in decided:
            to_review[number] = undetermined[at]
        else:
            eligible[number] = scores[at] + given.get(number, 0)
    choices, notices = cleaned(applications)
    return Screening(
        call=call, eligible=eligible, to_review=to_review, refused=refused, choices=choices, notices=notices, decided=decided
    )


def _by_day_and_double(call: Call, applications: Applications, numbers: Sequence[str]) -> dict[str, Refusal]:
    """Those outside the call's days, and all but the last of those of one N° matricule."""
    refused: dict[str, Refusal] = {}
    last: dict[str, tuple[Any, str]] = {}
    students: list[str | None] = applications.column("student_number")
    days = applications.column("deposited_on")
    for number, day, student in zip(numbers, days, students, strict=True):
        if not call.opens <= day <= call.closes:
            reason = Reason.EARLY if day < call.opens else Reason.LATE
            refused[number] = Refusal(application=number, reason=reason)
        elif student is not None and (day, number) > last.get(student, (day, "")):
            last[student] = (day, number)
    for number, day, student in zip(numbers, days, students, strict=True):
        if student is not None and number not in refused and last[student] != (day, number):
            refused[number] = Refusal(application=number, reason=Reason.DOUBLE, counts=last[student][1])
    return refused


def _incomplete(call: Call, applications: Applications, numbers: Sequence[str]) -> dict[str, Refusal]:
    """Those whose file lacks a piece, with the pieces missing."""
    if not call.pieces:
        return {}
    wanted = {piece_key(piece): piece for piece in call.pieces}
    asked = wanted.keys()

    def missing(value: str | None) -> tuple[str, ...]:
        there = piece_keys(value) if value else frozenset()
        return () if asked <= there else tuple(piece for key, piece in wanted.items() if key not in there)

    lacking = each(applications.column("pieces"), missing)
    return {
        number: Refusal(application=number, reason=Reason.INCOMPLETE, pieces=pieces)
        for number, pieces in zip(numbers, lacking, strict=True)
        if pieces
    }


def _by_rules(call: Call, applications: Applications) -> tuple[dict[int, tuple[str, ...]], dict[int, tuple[str, ...]]]:
    """Row → the articles it fails, and those that are undetermined for it."""
    failing: dict[int, tuple[str, ...]] = {}
    undetermined: dict[int, tuple[str, ...]] = {}
    for one in call.requirements:
        answers = each(applications.column(one.field), partial(meets, one, on=call.counted_on))
        for at, answer in enumerate(answers):
            if not answer:
                lists = undetermined if answer is None else failing
                lists[at] = tuple(dict.fromkeys((*lists.get(at, ()), one.article)))
    return failing, undetermined


def scores_of(call: Call, applications: Applications) -> list[int]:
    """The score of each application, in the order of the rows."""
    given = [each(applications.column(one.field), partial(points, one)) for one in call.criteria]
    return [sum(parts) for parts in zip(*given, strict=True)] if given else [0] * len(applications)


def cleaned(applications: Applications) -> tuple[dict[str, tuple[str, ...]], tuple[tuple[str, Notice], ...]]:
    """Choices with their gaps closed and none twice; what was so mended is told."""
    choices: dict[str, tuple[str, ...]] = {}
    notices: list[tuple[str, Notice]] = []
    mended = each(applications.column("choices"), _mended)
    for number, (chosen, told) in zip(applications.column("application"), mended, strict=True):
        choices[number] = chosen
        if told:
            notices += [(number, one) for one in told]
    return choices, tuple(sorted(notices))


def _mended(written: str) -> tuple[tuple[str, ...], tuple[Notice, ...]]:
    """The choices of one application, and what was mended of them."""
    cells = written.split(SEVERAL)
    made = [seat for seat in cells if seat]
    chosen = tuple(dict.fromkeys(made))
    told = [Notice.GAP] if "" in cells[: len(made)] else []
    if len(chosen) < len(made):
        told.append(Notice.REPEATED)
    return chosen, tuple(told)
