"""The smallest change of one field that would give an application another result.

A change is only told when the round, run again with it, gives another result. What someone could have done comes before
what they are: deposited in time, with every document; then numbers, the nearest first; then words, births, choices.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve, frozen

from cigem_core.model.values import PartialDate
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.call_toml import plain
from cigem_core.programmes.scholarships.checking import label
from cigem_core.programmes.scholarships.conditions import SEVERAL
from cigem_core.programmes.scholarships.draw import Draw
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.vocabulary import ASKABLE
from cigem_core.text import Text


@frozen(kw_only=True)
class Result:
    """What became of an application: in which list it is, and which seat it got."""

    standing: str
    """`eligible`, `to-review`, or the reason it is refused for."""
    seat: str | None = None

    @property
    def said(self) -> Text:
        """The result in words."""
        if self.seat:
            return Text(fr=f"siège {self.seat}", en=f"seat {self.seat}")
        return _STANDINGS[self.standing]


_STANDINGS = {
    "eligible": Text(fr="recevable, sans siège", en="eligible, without a seat"),
    "to-review": Text(fr="à décider par un agent", en="to be decided by an officer"),
    "early": Text(fr="irrecevable, déposé trop tôt", en="ineligible, deposited too early"),
    "late": Text(fr="irrecevable, déposé trop tard", en="ineligible, deposited too late"),
    "double": Text(fr="irrecevable, en double", en="ineligible, a double"),
    "incomplete": Text(fr="irrecevable, incomplet", en="ineligible, incomplete"),
    "ineligible": Text(fr="irrecevable, hors des règles", en="ineligible, outside the rules"),
}


@frozen(kw_only=True)
class Change:
    """Another value of one field, and the result it would have given."""

    field: str
    value: Any
    result: Result
    text: Text


def result_of(held: Round, drawn: Draw, application: str) -> Result:
    """What became of an application."""
    screening = held.screening
    if refusal := screening.refused.get(application):
        return Result(standing=str(refusal.reason))
    if application in screening.to_review:
        return Result(standing="to-review")
    award = drawn.seats.get(application)
    return Result(standing="eligible", seat=award.seat if award else None)


def changed(held: Round, application: str, name: str, value: Any) -> Round:
    """The same round, one field of one application being another."""
    import polars as pl

    applications = held.applications
    dtype = applications.frame.schema[name]
    other = pl.when(pl.col("application") == application).then(pl.lit(value, dtype=dtype)).otherwise(pl.col(name)).alias(name)
    return evolve(held, applications=evolve(applications, frame=applications.frame.with_columns(other)))


def smallest_change(held: Round, drawn: Draw, row: dict[str, Any], before: Result) -> Change | None:
    """The first change, from the smallest on, that gives another result when the round is run again; None where none does."""

    def other(name: str, value: Any) -> Result | None:
        """The result another value gives, where it is another."""
        again = changed(held, row["application"], name, value)
        if held.call.review:
            # Whoever would be eligible and was never read has no points of readers.
            again = evolve(again, reviewed={row["application"]: 0, **again.reviewed})
        if row["application"] in again.screening.eligible:
            result = result_of(again, again.draw(drawn.seed, leave_undecided=True), row["application"])
        else:
            result = result_of(again, drawn, row["application"])
        return None if result == before else result

    for name, value, said in _attempts(held, row, other):
        if (result := other(name, value)) is not None:
            return Change(field=name, value=value, result=result, text=said)
    return None


_Other = Callable[[str, Any], Result | None]


def _attempts(held: Round, row: dict[str, Any], other: _Other) -> Iterator[tuple[str, Any, Text]]:
    """Other values of each field, in the order in which they are tried."""
    call = held.call
    if not call.opens <= row["deposited_on"] <= call.closes:
        day = call.opens if row["deposited_on"] < call.opens else call.closes
        yield "deposited_on", day, Text(fr=f"s'il avait été déposé le {day:%d/%m/%Y}", en=f"had it been deposited on {day}")
    if call.pieces:
        there = row["pieces"].split(SEVERAL) if row["pieces"] else []
        whole = SEVERAL.join([*there, *call.pieces])
        yield "pieces", whole, Text(fr="si toutes les pièces y étaient", en="had all documents been there")
    asked = sorted(call.fields - {"pieces", "birth"}, key=lambda name: (not ASKABLE[name].is_number, name))
    for name in asked:
        for value in _number(held, name, row, other) if ASKABLE[name].is_number else _words(held, name, row[name]):
            shown = str(value).replace(SEVERAL, ", ")
            in_french = shown.replace(".", ",") if ASKABLE[name].is_number else shown
            yield name, value, Text(fr=f"si {label(name).fr} était {in_french}", en=f"had {label(name).en} been {shown}")
    if "birth" in call.fields:
        for birth in _births(call, row["birth"]):
            yield "birth", birth, Text(fr=f"si la naissance était {birth}", en=f"had the birth been {birth}")
    yield from _last_resorts(held, row)


def _last_resorts(held: Round, row: dict[str, Any]) -> Iterator[tuple[str, Any, Text]]:
    """Other choices, no N° matricule that is another's, another day."""
    call, chosen = held.call, held.screening.choices[row["application"]]
    for seat in call.by_code:
        if seat not in chosen:
            first = SEVERAL.join([seat, *chosen][:5])
            yield "choices", first, Text(fr=f"si {seat} était le premier choix", en=f"had {seat} been the first choice")
    if row["student_number"] is not None:
        said = Text(fr="si le N° matricule n'était pas celui d'un autre dossier", en="had the N° matricule been nobody else's")
        yield "student_number", None, said
    before = call.opens - timedelta(days=1)
    yield "deposited_on", before, Text(fr=f"s'il avait été déposé le {before:%d/%m/%Y}", en=f"had it been deposited on {before}")


def _number(held: Round, name: str, row: dict[str, Any], other: _Other) -> list[Any]:
    """The nearest number that gives another result; none where none does.

    Between the marks a call speaks of, points and rules say the same, so that only the others' marks count there, where
    equal points are parted by them: whoever stands higher never gets less, and the first that makes a difference is found
    by halving.
    """
    own = Decimal(row[name]) if row[name] is not None else None
    step = Decimal("0.01") if ASKABLE[name].sort == "decimal" else Decimal(1)
    written = (lambda mark: plain(mark)) if ASKABLE[name].sort == "decimal" else int
    rivals = _rivals(held, name, step)
    found = []
    for side in (1, -1):
        start = own if own is not None else -step
        marks = sorted((m for m in _marks(held, name, step) if (m - start) * side > 0 and _can_be(name, m)), reverse=side < 0)
        reached = start
        for mark in marks:
            if other(name, written(mark)) is not None:
                between = sorted((m for m in rivals if (m - reached) * side > 0 and (mark - m) * side > 0), reverse=side < 0)
                at = bisect_left(between, True, key=lambda m: other(name, written(m)) is not None)
                found.append([*between, mark][at])
                break
            reached = mark
    nearest_first = sorted(found, key=lambda mark: (abs(mark - (own or Decimal(0))), mark))
    return [written(mark) for mark in nearest_first[:1]]


def _marks(held: Round, name: str, step: Decimal) -> set[Decimal]:
    """The numbers at which a call says something else, those beside them, and the ends of what others have."""
    call = held.call
    marks = {rule.limit for rule in call.requirements if rule.field == name and isinstance(rule.limit, (int, Decimal))}
    marks |= {threshold for one in call.criteria if one.field == name for threshold, _ in one.steps}
    marks |= {Decimal(word) for word in _named(call, name)}
    around = {Decimal(mark) + by for mark in marks for by in (Decimal(0), step, -step)}
    rivals = _rivals(held, name, step)
    return around | ({min(rivals), max(rivals)} if rivals else set())


def _rivals(held: Round, name: str, step: Decimal) -> set[Decimal]:
    """The others' numbers and those beside them, where equal points are parted by them."""
    if name not in held.call.then:
        return set()
    theirs = {Decimal(mark) for mark in held.applications.frame[name].drop_nulls().unique()}
    return {mark + by for mark in theirs for by in (Decimal(0), step, -step) if _can_be(name, mark + by)}


def _can_be(name: str, mark: Decimal) -> bool:
    return mark >= 0 and (name != "bac_mean" or mark <= _HIGHEST)


_HIGHEST = 20


def _words(held: Round, name: str, value: Any) -> list[Any]:
    """The words a call speaks of; of a field with several, one more of them."""
    words = [word for word in dict.fromkeys(_named(held.call, name)) if word != value]
    if ASKABLE[name].sort == "words":
        return [SEVERAL.join([*([value] if value else []), word]) for word in words]
    return words


def _named(call: Call, name: str) -> list[str]:
    named = [word for rule in call.requirements if rule.field == name and isinstance(rule.limit, tuple) for word in rule.limit]
    named += [word for one in call.criteria if one.field == name for word in one.points]
    for wanted in (*(seat.accepts for seat in call.seats), *(reserve.when for reserve in call.reserves)):
        named += wanted.get(name, ())
    return named


def _births(call: Call, value: str | None) -> Iterator[str]:
    """Births at the bounds of the ages, the nearest years first."""
    limits = [rule.limit for rule in call.requirements if rule.field == "birth" and isinstance(rule.limit, int)]
    on = call.counted_on
    years = {on.year - limit - by for limit in limits for by in (-1, 0, 1)}
    own = PartialDate.parse(value).year if value else on.year
    for year in sorted(years, key=lambda year: (abs(year - own), year)):
        yield str(PartialDate(year=year, month=1, day=1))
