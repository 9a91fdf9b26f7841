"""The readings that are kept of a call, and the points they come to."""

from __future__ import annotations

from collections import defaultdict

from cigem_core.model.scholarships import ReviewAssignment, RubricScore
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.review import ReviewerPoints, review_points, to_moderate
from cigem_core.programmes.scholarships.terms import ReviewRule
from cigem_core.store import Store


def reviewed_points(store: Store, call: Call) -> dict[str, int]:
    """Application → the points reviewers gave, for those all have read, and where none lie too far apart unparted."""
    if call.review is None:
        return {}
    _, plain, further = readings_of(store, call.reference, call.review)
    points = review_points(plain, further, readers=call.review.readers)
    parted = {one.application for one in further}
    apart = [number for number in to_moderate(plain, more_than=call.review.more_than) if number not in parted]
    return {number: given for number, given in points.items() if number not in apart}


def readings_of(store: Store, reference: str, rule: ReviewRule) -> tuple[int, list[ReviewerPoints], list[ReviewerPoints]]:
    """How many readings are assigned, those that are whole, and the whole ones that part others."""
    assigned = store.find(ReviewAssignment, call=reference)
    numbers = {one.application for one in assigned}
    points: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for one in store.find(RubricScore):
        if one.application in numbers:
            points[one.application, one.reviewer][one.rubric] = one.points
    whole: dict[bool, list[ReviewerPoints]] = {True: [], False: []}
    for pair in sorted(assigned, key=lambda one: (one.application, one.reviewer)):
        given = points.get((pair.application, pair.reviewer), {})
        if given.keys() == {rubric.name for rubric in rule.rubrics}:
            whole[bool(pair.moderates)].append(ReviewerPoints(application=pair.application, reviewer=pair.reviewer, points=given))
    return len(assigned), whole[False], whole[True]
