"""Every figure again, by loops over objects: a program that shares nothing with the library's but the page of definitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Any

from attrs import frozen

from cigem_core import Enrolment, JobOffer, JobSeeker, Placement, Workspace
from cigem_core.model.refs import ref_of
from cigem_core.model.training import Trainee, TrainingSession
from cigem_core.model.youth import BusinessProject, Internship, YoungPerson

Codes = dict[str, str]
BY = {
    "seekers_registered": ("region", "sex", "age", "occupation", "returnee"),
    "posts_offered": ("region", "occupation", "contract"),
    "tension": ("region", "occupation"),
    "placements_started": ("region", "sex", "age", "occupation", "contract"),
    "employed_after_6_months": ("region", "sex"),
    "internships_to_jobs": ("region", "sex"),
    "projects_funded": ("region", "sex"),
    "enrolments": ("sex", "region", "status", "returnee"),
    "trainees_certified": ("sex", "region"),
    "openness": ("region",),
}
"""What each may be broken down by; referrals are counted elsewhere."""


@frozen
class Ticked:
    """One record ticked off: its codes, and how much it counts as numerator, denominator and unknown."""

    of: Any
    codes: Codes
    top: int = 0
    below: int = 0
    unknown: int = 0


def age_at(birth: Any, on: date) -> str:
    """The age group, where every day the birth may be gives the same."""
    if birth is None:
        return "_U"
    if birth.day is not None:
        days = {date(birth.year, birth.month, birth.day)}
    else:
        slack = 1 if birth.approximate else 0
        days = {date(birth.year - slack, 1, 1), date(birth.year + slack, 12, 31)}
    groups = set()
    for born in days:
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        limits = ((15, "Y_LT15"), (25, "Y15-24"), (35, "Y25-34"), (55, "Y35-54"), (65, "Y55-64"))
        groups.add(next((code for below, code in limits if age < below), "Y_GE65"))
    return groups.pop() if len(groups) == 1 else "_U"


def someone(record: Any, on: date | None = None) -> Codes:
    """The codes of whom a record speaks; of nobody all are unknown."""
    who, home = getattr(record, "identity", None), getattr(record, "residence", None)
    sex = {"female": "F", "male": "M"}.get(str(who.sex) if who and who.sex else "", "_U")
    region = home.region.code if home and home.region else "_U"
    return {"sex": sex, "region": region, "age": age_at(who.birth if who else None, on) if on else "_U"}


def group_of(occupation: Any) -> str:
    return str(occupation.code)[0] if occupation else "_U"


def word(value: Any) -> str:
    return str(value) if value is not None else "_U"


def yes(value: bool | None) -> str:
    return "_U" if value is None else "Y" if value else "N"


class ByHand:
    """The figures of a workspace's records."""

    def __init__(self, centre: Workspace) -> None:
        self.of = {kind: list(centre.records(kind)) for kind in (
            JobSeeker, JobOffer, Placement, YoungPerson, Internship, BusinessProject, Enrolment, TrainingSession, Trainee,
        )}  # fmt: skip
        self.named = {
            kind: {(ref_of(one).agency, ref_of(one).scope, ref_of(one).key): one for one in self.of[kind]}
            for kind in (JobSeeker, JobOffer, YoungPerson, TrainingSession)
        }

    def led(self, record: Any, kind: type, key: str | None) -> Any:
        """The record of the same agency, and plan where there is one, that a reference names."""
        ref = ref_of(record)
        return self.named[kind].get((ref.agency, ref.scope, key))

    def cells(self, indicator: str, first: date, last: date, by: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, Any]]:
        """Codes → numbers, as the page has them: cells of nobody and of two zeros are left out, the whole is always there."""
        sums: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
        for one in TICKS[indicator](self, lambda day: day is not None and first <= day <= last):
            for n, number in enumerate((one.top, one.below, one.unknown)):
                sums[tuple(one.codes[name] for name in by)][n] += number
        if not by:
            sums.setdefault((), [0, 0, 0])
        return {codes: told(indicator, *numbers) for codes, numbers in sums.items() if not by or any(numbers)}

    def behind(self, indicator: str, first: date, last: date, cell: Codes) -> dict[str, set[tuple[str, str, str]]]:
        """Which records a cell counts, by the term they count in: agency, plan where there is one, and key."""
        found: dict[str, set[tuple[str, str, str]]] = {"numerator": set(), "denominator": set(), "unknown": set()}
        for one in TICKS[indicator](self, lambda day: day is not None and first <= day <= last):
            if cell.items() <= one.codes.items():
                ref = ref_of(one.of)
                for term, number in (("numerator", one.top), ("denominator", one.below), ("unknown", one.unknown)):
                    found[term] |= {(ref.agency, ref.scope or "", ref.key)} if number else set()
        return {term: keys for term, keys in found.items() if keys}


def told(indicator: str, top: int, below: int, unknown: int) -> dict[str, Any]:
    if indicator in ("seekers_registered", "posts_offered", "placements_started", "enrolments"):
        return {"value": top}
    numbers = {"value": over(top, below), "numerator": top, "denominator": below}
    if indicator == "employed_after_6_months":
        numbers |= {"low": over(top, below + unknown), "high": over(top + unknown, below + unknown)}
    return numbers


def over(top: int, below: int) -> float | None:
    return float((Decimal(top) / below).quantize(Decimal("0.0001"), ROUND_HALF_UP)) if below else None


Within = Callable[[date | None], bool]


def _seekers(all_of: ByHand, within: Within) -> Iterator[Ticked]:
    for one in all_of.of[JobSeeker]:
        if within(one.registered_on):
            codes = {"occupation": group_of(one.occupation), "returnee": yes(one.migration.returnee if one.migration else None)}
            yield Ticked(one, {**someone(one, one.registered_on), **codes}, top=1)


def _posts(all_of: ByHand, within: Within) -> Iterator[Ticked]:
    for one in all_of.of[JobOffer]:
        if within(one.posted_on):
            region = one.region.code if one.region else "_U"
            codes = {"region": region, "occupation": group_of(one.occupation), "contract": word(one.contract)}
            yield Ticked(one, codes, top=1 if one.posts is None else one.posts)


def _tension(all_of: ByHand, within: Within) -> Iterator[Ticked]:
    yield from _posts(all_of, within)
    yield from (Ticked(one.of, one.codes, below=1) for one in _seekers(all_of, within))


def _placements(all_of: ByHand, within: Within) -> Iterator[Ticked]:
    for one in all_of.of[Placement]:
        if within(one.started_on):
            seeker, offer = all_of.led(one, JobSeeker, one.seeker), all_of.led(one, JobOffer, one.offer)
            codes = {"occupation": group_of(offer.occupation if offer else None), "contract": word(one.contract)}
            yield Ticked(one, {**someone(seeker, one.started_on), **codes}, top=1)


def _employed(all_of: ByHand, within: Within) -> Iterator[Ticked]:
    for one in all_of.of[Placement]:
        if within(one.started_on):
            codes, outcome = someone(all_of.led(one, JobSeeker, one.seeker)), word(one.outcome)
            if outcome in ("_U", "lost-sight-of"):
                yield Ticked(one, codes, unknown=1)
            else:
                yield Ticked(one, codes, top=outcome == "employed", below=1)


def _internships(all_of: ByHand, within: Within) -> Iterator[Ticked]:
    for one in all_of.of[Internship]:
        outcome = word(one.outcome)
        if within(one.ends_on) and outcome in ("job", "abandoned", "finished"):
            yield Ticked(one, someone(all_of.led(one, YoungPerson, one.young_person)), top=outcome == "job", below=1)


def _projects(all_of: ByHand, _: Within) -> Iterator[Ticked]:
    for one in all_of.of[BusinessProject]:
        if word(one.status) in ("funded", "rejected"):
            young = all_of.led(one, YoungPerson, one.young_person)
            yield Ticked(one, someone(young), top=word(one.status) == "funded", below=1)


def _enrolments(all_of: ByHand, within: Within) -> Iterator[Ticked]:
    for one in all_of.of[Enrolment]:
        session = all_of.led(one, TrainingSession, one.session)
        if session is not None and within(session.begins_on):
            moved = one.migration
            returnee = (
                "_U" if moved is None else yes(moved.returnee) if moved.returnee is not None else "Y" if moved.country else "_U"
            )
            yield Ticked(one, {**someone(one), "status": word(one.status), "returnee": returnee}, top=1)


def _trainees(all_of: ByHand, within: Within) -> Iterator[Ticked]:
    for one in all_of.of[Trainee]:
        if within(one.ended_on) and word(one.result) in ("certified", "adjourned", "abandoned"):
            yield Ticked(one, someone(one), top=word(one.result) == "certified", below=1)


def _openness(all_of: ByHand, within: Within) -> Iterator[Ticked]:
    for one in _enrolments(all_of, within):
        if one.codes["returnee"] != "_U":
            yield Ticked(one.of, one.codes, top=one.codes["returnee"] == "Y", below=1)


TICKS: Mapping[str, Callable[[ByHand, Within], Iterator[Ticked]]] = {
    "seekers_registered": _seekers, "posts_offered": _posts, "tension": _tension, "placements_started": _placements,
    "employed_after_6_months": _employed, "internships_to_jobs": _internships, "projects_funded": _projects,
    "enrolments": _enrolments, "trainees_certified": _trainees, "openness": _openness,
}  # fmt: skip


def breakdowns(indicator: str, most: int) -> Iterator[tuple[str, ...]]:
    """The whole, each breakdown, and them together, up to so many at once."""
    for size in range(most + 1):
        yield from combinations(BY[indicator], size)
