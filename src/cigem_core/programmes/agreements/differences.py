"""What changed between two wordings of a convention, for whom, in sentences; and what may cross under one of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from cigem_core.model.axes import Axis
from cigem_core.model.conventions import Convention, Direction
from cigem_core.model.fields import Field, Kind, kind_of
from cigem_core.model.obligations import CENTRE, Obligation
from cigem_core.policy import compile_mask
from cigem_core.text import Text

_VERBS: dict[Direction, tuple[str, str, str, str]] = {
    "pull": ("remet", "ne remet plus", "hands over", "no longer hands over"),
    "push": ("reçoit", "ne reçoit plus", "is handed", "is no longer handed"),
    "onward": ("laisse transmettre", "ne laisse plus transmettre", "lets go on", "no longer lets go on"),
}


@frozen(kw_only=True)
class Crossing:
    """A field that may cross in a direction, and the articles that let it."""

    kind: str
    field: str
    direction: Direction
    axis: Axis
    articles: tuple[str, ...]


def crossings(convention: Convention) -> list[Crossing]:
    """Every field that a wording lets cross, by direction and axis."""
    found: dict[tuple[str, str, Direction, Axis], tuple[str, ...]] = {}
    for clause in convention.clauses:
        mask = compile_mask(clause)
        for name in clause.fields:
            for one in mask.permitted(kind_of(name)):
                where = (name, one.name, clause.direction, clause.axis)
                found[where] = (*found.get(where, ()), clause.article)
    return [
        Crossing(kind=kind, field=name, direction=direction, axis=axis, articles=articles)
        for (kind, name, direction, axis), articles in sorted(found.items())
    ]


def differences(before: Convention, later: Convention) -> list[Text]:
    """What the later wording lets cross that the earlier did not, and the other way round; what is owed anew, or no longer."""
    earlier, now = ({(c.kind, c.field, c.direction, c.axis) for c in crossings(one)} for one in (before, later))
    sentences = [*_fields(later, earlier - now, gone=True), *_fields(later, now - earlier, gone=False)]
    sentences += [_owes(later, one, gone=True) for one in before.obligations if one not in later.obligations]
    sentences += [_owes(later, one, gone=False) for one in later.obligations if one not in before.obligations]
    return [*sentences, *_cargo(before, later), *_purposes(before, later), *_days(before, later)]


def _fields(convention: Convention, changed: set[tuple[str, str, Direction, Axis]], *, gone: bool) -> Iterator[Text]:
    agency = convention.agency.name
    groups = sorted({(kind, direction, axis) for kind, _, direction, axis in changed})
    for name, direction, axis in groups:
        kind = kind_of(name)
        fields = [kind.fields[one] for one in kind.fields if (name, one, direction, axis) in changed]
        fr, not_fr, en, not_en = _VERBS[direction]
        yield Text(
            fr=f"{agency.fr} {not_fr if gone else fr} : {_listed(kind, fields, 'fr')} ({kind.label.fr}, {axis.label.fr})",
            en=f"{agency.en} {not_en if gone else en}: {_listed(kind, fields, 'en')} ({kind.label.en}, {axis.label.en})",
        )


def _listed(kind: Kind, fields: list[Field], language: str) -> str:
    if len(fields) == len(kind.fields):
        return "toute la fiche" if language == "fr" else "the whole record"
    return ", ".join(one.label.fr if language == "fr" else one.label.en for one in fields)


def _owes(convention: Convention, obligation: Obligation, *, gone: bool) -> Text:
    party = Text(fr="le centre", en="the centre") if obligation.of == CENTRE else convention.agency.name
    what = obligation.label
    fr, en = ("n'est plus tenu à ceci", "no longer owes this") if gone else ("est tenu à ceci", "owes this")
    return Text(fr=f"{party.fr} {fr} : {what.fr} ({obligation.article})", en=f"{party.en} {en}: {what.en} ({obligation.article})")


def _cargo(before: Convention, later: Convention) -> Iterator[Text]:
    """By article and direction: whether columns that nobody declared are kept, and which."""
    earlier, now = ({(c.article, c.direction): c.cargo for c in one.clauses} for one in (before, later))
    for article, direction in sorted(earlier.keys() & now.keys()):
        if (said := now[article, direction]) != earlier[article, direction]:
            fr, en = ("les colonnes non déclarées ne passent plus", "undeclared columns no longer cross")
            if said:
                listed = ", ".join(said) if isinstance(said, tuple) else ""
                fr, en = "les colonnes non déclarées passent", "undeclared columns cross"
                fr, en = (f"{fr} si ce sont : {listed}", f"{en} if they are: {listed}") if listed else (fr, en)
            yield Text(fr=f"{article} : {fr}", en=f"{article}: {en}")


def _purposes(before: Convention, later: Convention) -> Iterator[Text]:
    earlier, now = ({(c.article, c.direction): c.purpose for c in one.clauses} for one in (before, later))
    for article, direction in sorted(earlier.keys() & now.keys()):
        if (said := now[article, direction]) != (was := earlier[article, direction]):
            none = Text(fr="aucune", en="none")
            yield Text(
                fr=f"{article} : la finalité est {said or none.fr}, et non plus {was or none.fr}",
                en=f"{article}: the purpose is {said or none.en}, and no longer {was or none.en}",
            )


def _days(before: Convention, later: Convention) -> Iterator[Text]:
    if before.ends != later.ends:
        yield Text(
            fr=f"elle finit {_until(later.ends, 'fr')}, et non plus {_until(before.ends, 'fr')}",
            en=f"it ends {_until(later.ends, 'en')}, and no longer {_until(before.ends, 'en')}",
        )


def _until(day: date | None, language: str) -> str:
    if day is None:
        return "sans terme" if language == "fr" else "on no day"
    return f"le {day:%d/%m/%Y}" if language == "fr" else f"on {day}"
