"""One service of an HSDS 3 document, as the centre keeps services; what HSDS requires and is not there is a fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import define, evolve, field, frozen

from cigem_core.model.projects import Service
from cigem_core.report import Address, Fault, Rule
from cigem_core.text import Text

_OPEN = "active"
_STATUSES = (_OPEN, "inactive", "defunct", "temporarily closed")
_CLOSED = {"inactive": "inactive", "defunct": "supprimée", "temporarily closed": "fermée pour un temps"}


@frozen
class Offered:
    """A service with the organisation that offers it and the places it is offered at."""

    service: Mapping[str, Any]
    organization: Mapping[str, Any] = field(factory=dict)
    locations: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(
        cls, service: Mapping[str, Any], *, organization: Mapping[str, Any] | None = None, locations: Iterable[Any] = ()
    ) -> Offered:
        """The same, with what the service itself says of them."""
        own = service.get("organization")
        at = [one.get("location") for one in _tables(service.get("service_at_locations"))]
        places = tuple(one for one in (*locations, *at) if isinstance(one, Mapping))
        return cls(service, own if isinstance(own, Mapping) else organization or {}, places)

    def also_at(self, places: Iterable[Mapping[str, Any]]) -> Offered:
        """The same service, at more places."""
        return evolve(self, locations=(*self.locations, *places))


def service_of(offered: Offered, file: str, place: int) -> tuple[Service | None, tuple[Fault, ...]]:
    """The service, and what is wrong with it; None where it has no number to be known by."""
    said = _Said(offered.service, file, place)
    number, name, status = said.text("id", required=True), said.text("name", required=True), said.status()
    youngest, oldest = said.age("minimum_age"), said.age("maximum_age")
    if youngest is not None and oldest is not None and youngest > oldest:
        said.fault("minimum_age", Rule.ROW, "l'âge minimal dépasse le maximal", "the least age is above the greatest")
    service = Service(
        number=number or "?", name=name, provider=_text(offered.organization.get("name")),
        areas=tuple(_names(offered.service.get("service_areas"))), venue="; ".join(_venues(offered.locations)) or None,
        from_age=youngest, to_age=oldest, languages=tuple(_names(offered.service.get("languages"))),
        closed_because=_CLOSED.get(status or ""), how=said.text("application_process"),
        bring="; ".join(_names(offered.service.get("required_documents"), "document")) or None,
        confirmed_on=said.day("assured_date"),
    )  # fmt: skip
    return (service if number else None), tuple(said.faults)


@define
class _Said:
    """What a service says, and what is wrong with it."""

    data: Mapping[str, Any]
    file: str
    place: int
    faults: list[Fault] = field(factory=list)

    def text(self, name: str, *, required: bool = False) -> str | None:
        found = _text(self.data.get(name))
        if found is None and required:
            self.fault(name, Rule.REQUIRED, "à remplir : HSDS l'exige", "to be filled in: HSDS requires it")
        return found

    def status(self) -> str | None:
        found = self.text("status", required=True)
        if found is not None and found not in _STATUSES:
            listed = ", ".join(_STATUSES)
            self.fault("status", Rule.ENUM, f"écrire {listed}", f"expected one of: {listed}")
        return found

    def age(self, name: str) -> int | None:
        found = _text(self.data.get(name))
        if found is None:
            return None
        whole = found.removesuffix(".0")
        if whole.isascii() and whole.isdigit() and int(whole) <= _OLDEST:
            return int(whole)
        self.fault(name, Rule.TYPE, "un âge en années, comme 18", "expected an age in years, like 18")
        return None

    def day(self, name: str) -> date | None:
        found = _text(self.data.get(name))
        try:
            return date.fromisoformat(found[:10]) if found else None
        except ValueError:
            self.fault(name, Rule.TYPE, "un jour comme 2009-06-12", "expected a day like 2009-06-12")
            return None

    def fault(self, column: str, rule: Rule, fr: str, en: str) -> None:
        row = _text(self.data.get("id")) or self.place
        address = Address(file=self.file, row=row, column=column, at=self.place)
        self.faults.append(Fault(address=address, rule=rule, value=_text(self.data.get(column)), remedy=Text(fr=fr, en=en)))


_OLDEST = 150


def _text(value: Any) -> str | None:
    """A text, or a number as its digits; None for anything else, and for nothing but spaces."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value).strip() or None


def _tables(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _names(value: Any, name: str = "name") -> Iterator[str]:
    for one in _tables(value):
        if found := _text(one.get(name)) or _text(one.get("code")):
            yield found


def _venues(places: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for place in places:
        cities = [city for one in _tables(place.get("addresses")) if (city := _text(one.get("city")))]
        parts = [_text(place.get("name")), *dict.fromkeys(cities)]
        if words := ", ".join(part for part in parts if part):
            yield words
