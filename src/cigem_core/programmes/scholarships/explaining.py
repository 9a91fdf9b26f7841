"""Why an application has the result it has, in sentences; `changing` finds the smallest change that would give another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from attrs import field, frozen

from cigem_core import notebook
from cigem_core.errors import UnknownName, nearest
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.changing import Change, Result, result_of, smallest_change
from cigem_core.programmes.scholarships.checking import requirement_said
from cigem_core.programmes.scholarships.conditions import SEVERAL, meets, points
from cigem_core.programmes.scholarships.draw import Draw, fulfilling
from cigem_core.programmes.scholarships.order import lot
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.screening import Reason
from cigem_core.programmes.scholarships.terms import OPEN
from cigem_core.text import Language, Text


@frozen(kw_only=True)
class Explanation:
    """Why an application has its result, and what would have changed it."""

    application: str
    result: Result
    because: tuple[Text, ...]
    change: Change | None = field(default=None)
    """None where no change of one field gives another result."""

    def __repr__(self) -> str:
        return f"Explanation({self.application}: {self.result.said.en})"

    def _repr_html_(self) -> str:
        head, *more = self.sentences
        return notebook.listed(head, more)

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
            "value": _told(self.change.field, self.change.value),
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


def _told(name: str, value: Any) -> Any:
    """A value for programs: several of them in a list, days as they are written everywhere."""
    if name in ("choices", "pieces", "social"):
        return [word for word in (value or "").split(SEVERAL) if word]
    return str(value) if isinstance(value, date) else value


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
    if number in held.withdrawn:
        yield Text(fr="désisté, ou sans réponse à temps", en="withdrawn, or not answered in time")
        return
    for one in call.criteria:
        given = points(one, row[one.field])
        yield Text(
            fr=f"article {one.article}, {one.name} : {given} point(s)", en=f"article {one.article}, {one.name}: {given} point(s)"
        )
    if call.review:
        read = held.reviewed.get(number, 0)
        yield Text(
            fr=f"article {call.review.article}, lectures : {read} point(s)",
            en=f"article {call.review.article}, readings: {read} point(s)",
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
        yield _cut_off(held, drawn, code, score)


def _cut_off(held: Round, drawn: Draw, code: str, score: int) -> Text:
    """The fewest points with which an open place of a seat was got; of equal points, what parts them."""
    least = min((award.score for award in drawn.placed if (award.seat, award.seat_type) == (code, OPEN)), default=None)
    if least is None:
        return Text(
            fr=f"{code} : toutes les places sont réservées à d'autres, ou il n'y en a pas",
            en=f"{code}: all places are reserved for others, or there are none",
        )
    fr, en = f"{code} : complet ; le moins de points y est {least}", f"{code}: full; the fewest points there are {least}"
    if score != least:
        return Text(fr=fr, en=en)
    parted = "l'ordre de l'appel, puis le sort" if held.call.then else "le sort"
    by = "the call's order, then the lot" if held.call.then else "the lot"
    return Text(fr=f"{fr}, et à points égaux {parted} départage", en=f"{en}, and equal points are parted by {by}")
