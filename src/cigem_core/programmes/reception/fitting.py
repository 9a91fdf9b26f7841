"""Which services fit someone: what fits, what does not and why, what only a person can tell, what was confirmed too long ago."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum

from attrs import field, frozen

from cigem_core.model.identity import Sex
from cigem_core.model.migrants import Condition
from cigem_core.model.projects import Goal, Service
from cigem_core.model.values import Occupation, PartialDate
from cigem_core.spelling import fold
from cigem_core.text import Text

STALE_AFTER = 180
"""Days after which what a partner confirmed must be asked again."""

ABOUT = 2
"""Years by which "about 1985" may be wrong: enough that nobody is turned away for it."""


class Verdict(StrEnum):
    """Whether a service fits someone."""

    FITS = "fits"
    TO_CHECK = "to-check"
    DOES_NOT_FIT = "does-not-fit"


def _folded(given: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, given))


@frozen(kw_only=True)
class Profile:
    """What of someone a directory asks; None is what nobody knows."""

    birth: PartialDate | None = None
    sex: Sex | None = None
    level: int | None = None
    """ISCED."""
    conditions: frozenset[Condition] = frozenset()
    languages: frozenset[str] = field(default=frozenset(), converter=_folded)
    places: frozenset[str] = field(default=frozenset(), converter=_folded)
    """Every name of where they live."""
    goal: Goal | None = None
    occupation: Occupation | None = None


@frozen(kw_only=True)
class Fit:
    """A service beside someone: the verdict, what speaks against it, what is to be asked, and whether it is stale."""

    service: Service
    verdict: Verdict
    against: tuple[Text, ...] = ()
    to_ask: tuple[Text, ...] = ()
    is_stale: bool = False


def fits(
    services: Iterable[Service], who: Profile, *, on: date, known_places: Collection[str] = (), stale_after: int = STALE_AFTER
) -> list[Fit]:
    """The services beside someone: those that fit first, then those to check, then the others, each by number.

    `known_places` are the names of places, folded: an area that is none of them is a text that a person must read.
    """
    order = list(Verdict)
    found = [fit(one, who, on=on, known_places=known_places, stale_after=stale_after) for one in services]
    return sorted(found, key=lambda one: (order.index(one.verdict), one.is_stale, one.service.number))


def fit(service: Service, who: Profile, *, on: date, known_places: Collection[str] = (), stale_after: int = STALE_AFTER) -> Fit:
    """One service beside someone."""
    against: list[Text] = []
    to_ask: list[Text] = []
    for ask in _QUESTIONS:
        for is_against, text in ask(service, who, on):
            (against if is_against else to_ask).append(text)
    for is_against, text in _areas(service, who, known_places):
        (against if is_against else to_ask).append(text)
    verdict = Verdict.DOES_NOT_FIT if against else Verdict.TO_CHECK if to_ask else Verdict.FITS
    confirmed = service.confirmed_on
    is_stale = confirmed is None or confirmed + timedelta(days=stale_after) < on
    return Fit(service=service, verdict=verdict, against=tuple(against), to_ask=tuple(to_ask), is_stale=is_stale)


def age_on(birth: PartialDate, on: date) -> tuple[int, int]:
    """The least and the greatest age someone may have on a day, as precisely as their birth is known."""
    if birth.month is not None and birth.day is not None:
        years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
        return years, years
    about = ABOUT if birth.approximate else 0
    return on.year - birth.year - 1 - about, on.year - birth.year + about


Found = Iterator[tuple[bool, Text]]
"""What a question finds: whether it speaks against the service (or is only to be asked), and what to say."""


def _age(service: Service, who: Profile, on: date) -> Found:
    least, most = service.from_age or 0, 200 if service.to_age is None else service.to_age
    if service.from_age is None and service.to_age is None:
        return
    asked = _ages(service)
    if who.birth is None:
        yield False, Text(fr=f"l'âge n'est pas connu ({asked.fr})", en=f"the age is not known ({asked.en})")
        return
    youngest, oldest = age_on(who.birth, on)
    if oldest < least or youngest > most:
        yield True, asked
    elif youngest < least or oldest > most:
        yield False, Text(fr=f"l'âge exact n'est pas connu ({asked.fr})", en=f"the exact age is not known ({asked.en})")


def _ages(service: Service) -> Text:
    if service.to_age is None:
        return Text(fr=f"à partir de {service.from_age} ans", en=f"from {service.from_age} years of age")
    if service.from_age is None:
        return Text(fr=f"jusqu'à {service.to_age} ans", en=f"up to {service.to_age} years of age")
    return Text(
        fr=f"de {service.from_age} à {service.to_age} ans", en=f"from {service.from_age} to {service.to_age} years of age"
    )


def _sex(service: Service, who: Profile, on: date) -> Found:  # noqa: ARG001  every question is asked alike
    if service.sex is not None and who.sex is not service.sex:
        only = Text(fr=f"réservée : {service.sex.fr}", en=f"only for: {service.sex}")
        yield who.sex is not None, only


def _level(service: Service, who: Profile, on: date) -> Found:  # noqa: ARG001
    if service.least_level and (who.level is None or who.level < service.least_level):
        yield (
            who.level is not None,
            Text(fr=f"niveau CITE {service.least_level} au moins", en=f"at least ISCED {service.least_level}"),
        )


def _condition(service: Service, who: Profile, on: date) -> Found:  # noqa: ARG001
    if service.conditions and not who.conditions & set(service.conditions):
        fr, en = ", ".join(one.fr for one in service.conditions), ", ".join(service.conditions)
        yield bool(who.conditions), Text(fr=f"pour : {fr}", en=f"for: {en}")


def _goal(service: Service, who: Profile, on: date) -> Found:  # noqa: ARG001
    if service.goals and who.goal not in service.goals:
        fr, en = ", ".join(one.fr for one in service.goals), ", ".join(service.goals)
        known = who.goal not in (None, Goal.NONE_YET)
        yield known, Text(fr=f"pour un projet de : {fr}", en=f"for a project of: {en}")


def _occupation(service: Service, who: Profile, on: date) -> Found:  # noqa: ARG001
    # A trade beside the one wished for is one of the same minor group of ISCO-08.
    if service.occupation and who.occupation and service.occupation.code[:3] != who.occupation.code[:3]:
        yield True, Text(fr=f"autre métier ({service.occupation})", en=f"another occupation ({service.occupation})")


def _languages(service: Service, who: Profile, on: date) -> Found:  # noqa: ARG001
    if service.languages and who.languages and not who.languages & set(map(fold, service.languages)):
        listed = ", ".join(service.languages)
        yield False, Text(fr=f"langues : {listed}", en=f"languages: {listed}")


def _openness(service: Service, who: Profile, on: date) -> Found:  # noqa: ARG001
    if service.closed_because:
        yield True, Text(fr=f"fermée : {service.closed_because}", en=f"closed: {service.closed_because}")
    if service.places == 0:
        yield True, Text(fr="plus de place", en="no place left")
    if service.starts_on is not None and service.starts_on < on:
        yield True, Text(fr=f"commencée le {service.starts_on:%d/%m/%Y}", en=f"began on {service.starts_on}")


_QUESTIONS: tuple[Callable[[Service, Profile, date], Found], ...] = (
    _openness, _age, _sex, _level, _condition, _goal, _occupation, _languages,
)  # fmt: skip


def _areas(service: Service, who: Profile, known_places: Collection[str]) -> Found:
    areas = {fold(area) for area in service.areas}
    if not areas or areas & who.places:
        return
    listed = ", ".join(service.areas)
    said = Text(fr=f"pour les résidents de : {listed}", en=f"for residents of: {listed}")
    yield bool(who.places) and areas <= set(known_places), said
