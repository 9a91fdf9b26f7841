"""Why an application has the result it has, and the smallest change of one field that would give it another.

A change is only told when the round, run again with it, gives another result.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve, field, frozen

from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.model.values import PartialDate
from cigem_core.programmes.scholarships.call import OPEN, Call
from cigem_core.programmes.scholarships.call_toml import plain
from cigem_core.programmes.scholarships.checking import label, requirement_said
from cigem_core.programmes.scholarships.conditions import SEVERAL, meets, points
from cigem_core.programmes.scholarships.draw import Draw, fulfilling
from cigem_core.programmes.scholarships.order import lot
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.screening import Reason
from cigem_core.programmes.scholarships.vocabulary import ASKABLE
from cigem_core.text import Language, Text


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


@frozen(kw_only=True)
class Explanation:
    """Why an application has its result, and what would have changed it."""

    application: str
    result: Result
    because: tuple[Text, ...]
    change: Change | None = field(default=None)
    """None where no change of one field gives another result."""

    @property
    def sentences(self) -> tuple[Text, ...]:
        """The whole explanation, sentence by sentence."""
        head = Text(fr=f"{self.application} : {self.result.said.fr}", en=f"{self.application}: {self.result.said.en}")
        if self.change is None:
            return (head, *self.because)
        then = self.change.result.said
        turned = Text(fr=f"{self.change.text.fr} : {then.fr}", en=f"{self.change.text.en}: {then.en}")
        return (head, *self.because, turned)

    def as_dict(self, language: Language = "fr") -> dict[str, Any]:
        """The explanation for programs."""
        change = self.change and {
            "field": self.change.field,
            "value": str(self.change.value).replace(SEVERAL, ", "),
            "standing": self.change.result.standing,
            "seat": self.change.result.seat,
            "text": self.change.text.in_(language),
        }
        return {
            "application": self.application,
            "standing": self.result.standing,
            "seat": self.result.seat,
            "because": [one.in_(language) for one in self.because],
            "change": change,
        }


def explain(held: Round, drawn: Draw, application: str) -> Explanation:
    """Explain the result of an application; UnknownName where there is none of that number."""
    numbers = held.applications.column("application")
    if application not in numbers:
        near = nearest(application, numbers)
        raise UnknownName(
            Text(fr=f"aucun dossier accepté n'a ce numéro ; {near.fr}", en=f"no accepted application has that number; {near.en}")
        )
    row = held.applications.frame.row(numbers.index(application), named=True)
    result = result_of(held, drawn, application)
    return Explanation(
        application=application,
        result=result,
        because=tuple(_because(held, drawn, row)),
        change=smallest_change(held, drawn, row, result),
    )


def result_of(held: Round, drawn: Draw, application: str) -> Result:
    """What became of an application."""
    screening = held.screening
    if refusal := screening.refused.get(application):
        return Result(standing=str(refusal.reason))
    if application in screening.to_review:
        return Result(standing="to-review")
    award = drawn.seats.get(application)
    return Result(standing="eligible", seat=award.seat if award else None)


def smallest_change(held: Round, drawn: Draw, row: dict[str, Any], before: Result) -> Change | None:
    """The first change, from the smallest on, that gives another result when the round is run again."""
    for name, value, said in _changes(held, row):
        again = changed(held, row["application"], name, value)
        try:
            result = result_of(again, again.draw(drawn.seed, leave_undecided=True), row["application"])
        except OperatorError:
            continue
        if result != before:
            return Change(field=name, value=value, result=result, text=said)
    return None


def changed(held: Round, application: str, name: str, value: Any) -> Round:
    """The same round, one field of one application being another."""
    import polars as pl

    applications = held.applications
    dtype = applications.frame.schema[name]
    other = pl.when(pl.col("application") == application).then(pl.lit(value, dtype=dtype)).otherwise(pl.col(name)).alias(name)
    frame = applications.frame.with_columns(other)
    return Round(
        call=held.call,
        applications=evolve(applications, frame=frame),
        decisions=held.decisions,
        withdrawn=held.withdrawn,
    )


def _because(held: Round, drawn: Draw, row: dict[str, Any]) -> Iterator[Text]:
    """What decided, in the order in which it is asked."""
    call, number = held.call, row["application"]
    if refusal := held.screening.refused.get(number):
        yield _refused(call, refusal, row)
        return
    if number in held.screening.to_review:
        articles = ", ".join(held.screening.to_review[number])
        yield Text(fr=f"les articles {articles} ne peuvent être jugés : un agent décide",
                   en=f"articles {articles} cannot be judged: an officer decides")  # fmt: skip
        return
    for one in call.criteria:
        given = points(one, row[one.field])
        yield Text(
            fr=f"article {one.article}, {one.name} : {given} point(s)", en=f"article {one.article}, {one.name}: {given} point(s)"
        )
    yield Text(
        fr=f"sort : {lot(drawn.seed, call.reference, number)[:12]}…", en=f"lot: {lot(drawn.seed, call.reference, number)[:12]}…"
    )
    award = drawn.seats.get(number)
    if award is None:
        yield from _cut_offs(held, drawn, number, held.screening.choices[number])
        return
    on = Text(fr="place ouverte à tous", en="a place open to all")
    if award.seat_type != OPEN:
        on = Text(fr=f"place réservée « {award.seat_type} »", en=f"a reserved place, '{award.seat_type}'")
    yield Text(
        fr=f"siège {award.seat}, choix {award.rank_of_choice}, {on.fr}",
        en=f"seat {award.seat}, choice {award.rank_of_choice}, {on.en}",
    )
    yield from _cut_offs(held, drawn, number, held.screening.choices[number][: award.rank_of_choice - 1])


def _refused(call: Call, refusal: Any, row: dict[str, Any]) -> Text:
    day = row["deposited_on"]
    if refusal.reason in (Reason.EARLY, Reason.LATE):
        return Text(fr=f"déposé le {day:%d/%m/%Y}, hors des jours de l'appel ({call.opens:%d/%m/%Y} au {call.closes:%d/%m/%Y})",
                    en=f"deposited on {day}, outside the days of the call ({call.opens} to {call.closes})")  # fmt: skip
    if refusal.reason is Reason.DOUBLE:
        return Text(fr=f"en double : c'est {refusal.counts} qui compte", en=f"a double: {refusal.counts} counts")
    if refusal.reason is Reason.INCOMPLETE:
        listed = ", ".join(refusal.pieces)
        return Text(fr=f"il manque : {listed}", en=f"missing: {listed}")
    failed = [rule for rule in call.requirements if meets(rule, row[rule.field], call.counted_on) is False]
    if not failed:
        return Text(fr="un agent l'a décidé", en="an officer decided so")
    fr = " ; ".join(f"article {rule.article} ({requirement_said(rule).fr})" for rule in failed)
    en = "; ".join(f"article {rule.article} ({requirement_said(rule).en})" for rule in failed)
    return Text(fr=f"hors des règles : {fr}", en=f"outside the rules: {en}")


def _cut_offs(held: Round, drawn: Draw, number: str, seats: tuple[str, ...]) -> Iterator[Text]:
    """Who was the last to get each seat that was missed, or that it was not open."""
    for code in seats:
        seat, score = held.call.by_code[code], held.screening.eligible[number]
        if number not in fulfilling(held.applications, seat.accepts) or score < (seat.at_least or score):
            yield Text(fr=f"{code} : n'est pas ouvert à ce dossier", en=f"{code}: is not open to this application")
            continue
        least = min((award.score for award in drawn.placed if award.seat == code), default=0)
        yield Text(
            fr=f"{code} : complet ; le moins de points y est {least}", en=f"{code}: full; the fewest points there are {least}"
        )


def _changes(held: Round, row: dict[str, Any]) -> Iterator[tuple[str, Any, Text]]:
    """Other values of each field, the nearest first; what someone could have done comes before what they are."""
    call = held.call
    if not call.opens <= row["deposited_on"] <= call.closes:
        day = call.opens if row["deposited_on"] < call.opens else call.closes
        yield "deposited_on", day, Text(fr=f"s'il avait été déposé le {day:%d/%m/%Y}", en=f"had it been deposited on {day}")
    if call.pieces:
        there = row["pieces"].split(SEVERAL) if row["pieces"] else []
        whole = SEVERAL.join([*there, *call.pieces])
        yield "pieces", whole, Text(fr="si toutes les pièces y étaient", en="had all documents been there")
    for name in sorted(call.fields - {"pieces", "birth"}, key=lambda name: (not ASKABLE[name].is_number, name)):
        for value in (_numbers if ASKABLE[name].is_number else _words)(held, name, row[name]):
            shown = str(value).replace(SEVERAL, ", ")
            yield name, value, Text(fr=f"si {label(name).fr} était {shown}", en=f"had {label(name).en} been {shown}")
    if "birth" in call.fields:
        for birth in _births(call, row["birth"]):
            yield "birth", birth, Text(fr=f"si la naissance était {birth}", en=f"had the birth been {birth}")
    for seat in call.by_code:
        if seat not in held.screening.choices[row["application"]]:
            chosen = [seat, *held.screening.choices[row["application"]]][:5]
            yield "choices", chosen, Text(fr=f"si {seat} était le premier choix", en=f"had {seat} been the first choice")
    if row["student_number"] is not None:
        yield (
            "student_number",
            None,
            Text(fr="si le N° matricule n'était pas celui d'un autre dossier", en="had the N° matricule been nobody else's"),
        )
    before = call.opens - timedelta(days=1)
    yield "deposited_on", before, Text(fr=f"s'il avait été déposé le {before:%d/%m/%Y}", en=f"had it been deposited on {before}")


def _numbers(held: Round, name: str, value: Any) -> list[Any]:
    """The numbers at which something changes, nearest first: bounds, thresholds, and the marks of those who compete."""
    call, step = held.call, Decimal("0.01") if ASKABLE[name].sort == "decimal" else Decimal(1)
    marks = {rule.limit for rule in call.requirements if rule.field == name and isinstance(rule.limit, (int, Decimal))}
    marks |= {threshold for one in call.criteria if one.field == name for threshold, _ in one.steps}
    marks |= {Decimal(word) for word in _named(call, name)}
    if name in call.then:
        rivals = {Decimal(mark) for mark in held.applications.frame[name].drop_nulls().unique()}
        marks |= {min(rivals), max(rivals)} | set(sorted(rivals, key=lambda mark: abs(mark - Decimal(value or 0)))[:_NEAR])
    own = Decimal(value) if value is not None else None
    around = {Decimal(mark) + by for mark in marks for by in (Decimal(0), step, -step)} - {own}
    inside = [mark for mark in around if mark >= 0 and (name != "bac_mean" or mark <= _HIGHEST)]
    nearest_first = sorted(inside, key=lambda mark: (abs(mark - (own or Decimal(0))), mark))
    return [plain(mark) if ASKABLE[name].sort == "decimal" else int(mark) for mark in nearest_first]


_NEAR = 12
"""Of those who compete, so many marks are tried."""
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
