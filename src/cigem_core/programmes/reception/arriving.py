"""Groups that arrive: announced, received one by one or from the carrier's list, and what each was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import evolve, frozen

from cigem_core.errors import OperatorError
from cigem_core.model.arrivals import Aid, AidNature, Arrival, Means, Presence, Registration
from cigem_core.model.identity import Identity, Migration
from cigem_core.model.migrants import Condition, Migrant, NextLeg, Situation
from cigem_core.model.values import Amount, Country
from cigem_core.programmes.reception import situations
from cigem_core.programmes.reception.base import Desk, file_of, found, year_of
from cigem_core.programmes.reception.groups import PRESENCES, Headcount, check_absences, headcount
from cigem_core.report import Fault
from cigem_core.sdk.batch import Batch
from cigem_core.store.acts import Act
from cigem_core.text import Text


@frozen(kw_only=True)
class Passengers:
    """What a carrier's list gave: read = accepted + quarantined, and the people it named."""

    registrations: tuple[Registration, ...]
    read: int
    quarantined: int
    faults: tuple[Fault, ...] = ()


class ArrivalDesk(Desk):
    """Groups that arrive."""

    def announce(
        self,
        announced: int,
        *,
        on: date,
        by: str,
        arrives_on: date | None = None,
        means: Means | None = None,
        carrier: str | None = None,
        country: Country | None = None,
        arrives_at: str | None = None,
        announced_by: str | None = None,
    ) -> Arrival:
        """Write down that so many people will come, of whom nobody's name is known."""
        with self.store.acting("announce", on=on, by=by) as act:
            arrival = Arrival(
                reference=act.next_number(Arrival, f"AR-{year_of(on)}-"), announced=announced, arrives_on=arrives_on,
                means=means, carrier=carrier, country=country, arrives_at=arrives_at, announced_by=announced_by,
            )  # fmt: skip
            check_absences(arrival, [])
            act.facts["arrival"] = arrival.reference
            act.keep(arrival)
        return arrival

    def amend(
        self, reference: str, *, on: date, by: str, announced: int | None = None, absent: int | None = None, **changes: Any
    ) -> Arrival:
        """Correct an announcement, or say how many did not come without their names being known."""
        with self.store.acting("amend-arrival", on=on, by=by, arrival=reference) as act:
            said = {
                name: value for name, value in {"announced": announced, "absent": absent, **changes}.items() if value is not None
            }
            arrival = evolve(found(act, Arrival, reference), **said)
            check_absences(arrival, act.find(Registration, arrival=reference))
            act.keep(arrival)
        return arrival

    def headcount(self, reference: str) -> Headcount:
        """How a group stands."""
        return headcount(self.one(Arrival, reference), self.store.find(Registration, arrival=reference))

    def arrivals(self) -> list[tuple[Arrival, Headcount]]:
        """Every group, and how it stands."""
        by_arrival: dict[str, list[Registration]] = {}
        for one in self.store.find(Registration):
            by_arrival.setdefault(one.arrival, []).append(one)
        return [(one, headcount(one, by_arrival.get(one.reference, []))) for one in self.store.find(Arrival)]

    def name_passengers(self, reference: str, source: Any, *, agency: str, on: date, by: str) -> Passengers:
        """Take the names of a group from the carrier's list, read by an adapter; each is expected until received.

        A row whose number on the list is there already is passed over: the same list twice names nobody twice.
        """
        batches = self.plugins.adapter(agency).read(source).files
        people = [(record, batch) for batch in batches for record in batch.records() if getattr(record, "identity", None)]
        with self.store.acting("name-passengers", on=on, by=by, arrival=reference, list=agency) as act:
            found(act, Arrival, reference)
            held = act.find(Registration, arrival=reference)
            known = {one.listed_as for one in held}
            number = max((one.number for one in held), default=0)
            fresh = [(record, key) for record, batch in people if (key := _key(record, batch)) not in known]
            made = [
                Registration(
                    arrival=reference, number=number + place, presence=Presence.EXPECTED, identity=record.identity, listed_as=key
                )
                for place, (record, key) in enumerate(fresh, start=1)
            ]
            act.keep(*made)
        return Passengers(
            registrations=tuple(made), read=sum(b.read for b in batches), quarantined=sum(b.quarantined.height for b in batches),
            faults=tuple(fault for batch in batches for fault in batch.faults),
        )  # fmt: skip

    def receive(
        self,
        arrival: str | None = None,
        *,
        on: date,
        by: str,
        migrant: str | None = None,
        passenger: int | None = None,
        identity: Identity | None = None,
        known_as: str | None = None,
        condition: Condition | None = None,
        leg: NextLeg | None = None,
        **file: Any,
    ) -> Migrant:
        """Receive someone: open their file, or take the one they have, in a group or on their own.

        `passenger` is the number of someone named on the group's list. Nobody at the door is refused, nor is anything
        asked of a person: a nickname is enough, and so is less.
        """
        with self.store.acting("receive", on=on, by=by) as act:
            if arrival is not None:
                act.facts["arrival"] = arrival
            group = found(act, Arrival, arrival) if arrival else None
            held = act.find(Registration, arrival=arrival) if arrival else []
            listed = _passenger(held, arrival, passenger)
            who = identity or (listed.identity if listed else None)
            someone = file_of(act, migrant) if migrant else _opened(act, group, who, known_as, on, file)
            if condition is not None:
                before = act.find(Situation, migrant=someone.reference)
                act.keep(situations.begin(before, someone.reference, condition, since=on, until=None, leg=leg))
            if arrival is not None:
                act.keep(_received(held, arrival, listed, someone.reference, on))
            act.facts["migrant"] = someone.reference
        return someone

    def miss(self, arrival: str, passenger: int, *, on: date, by: str) -> Registration:
        """Write down that someone named on the list did not come; they may still turn up."""
        with self.store.acting("miss", on=on, by=by, arrival=arrival) as act:
            group, held = found(act, Arrival, arrival), act.find(Registration, arrival=arrival)
            listed = _passenger(held, arrival, passenger)
            assert listed is not None
            missed = evolve(listed, presence=_moved(listed, "miss"), settled_on=on)
            check_absences(group, [missed if one.number == passenger else one for one in held])
            act.keep(missed)
        return missed

    def give(
        self,
        migrant: str,
        nature: AidNature,
        *,
        on: date,
        by: str,
        quantity: int | None = None,
        amount: Amount | None = None,
        arrival: str | None = None,
    ) -> Aid:
        """Write down what someone was given: one of something unless said, or a whole amount of cash."""
        if (nature is AidNature.CASH) != (amount is not None) or (amount and amount.units <= 0) or (quantity or 1) <= 0:
            raise OperatorError(
                Text(
                    fr="des espèces ont un montant entier, comme « 15000 EUR » ; le reste a un nombre",
                    en="cash has a whole amount, like '15000 EUR'; everything else a number",
                )
            )
        with self.store.acting("give", on=on, by=by, migrant=migrant) as act:
            file_of(act, migrant)
            if arrival is not None:
                found(act, Arrival, arrival)
            number = max((one.number for one in act.find(Aid, migrant=migrant)), default=0) + 1
            aid = Aid(
                migrant=migrant, number=number, arrival=arrival, nature=nature, amount=amount, given_on=on, given_by=by,
                quantity=None if amount else quantity or 1,
            )  # fmt: skip
            act.keep(aid)
        return aid

    def leave(self, migrant: str, *, on: date, by: str) -> Situation:
        """Write down that someone in transit went on."""
        with self.store.acting("leave", on=on, by=by, migrant=migrant) as act:
            file_of(act, migrant)
            left = situations.leave(act.find(Situation, migrant=migrant), migrant, on=on)
            act.keep(left)
        return left


def _key(record: Any, batch: Batch) -> str:
    """The number a carrier's list gives someone, whatever its kind calls it."""
    name = batch.table.kind.keys[0].name
    return f"{batch.table.kind.name}:{getattr(record, name)}"


def _opened(
    act: Act, group: Arrival | None, identity: Identity | None, known_as: str | None, on: date, file: Mapping[str, Any]
) -> Migrant:
    """A new file; of a group, where it came from is known."""
    said = dict(file)
    if group is not None and said.get("migration") is None:
        said["migration"] = Migration(country=group.country, returned_on=on) if group.country else None
    migrant = Migrant(
        reference=act.next_number(Migrant, f"MG-{year_of(on)}-"), opened_on=on, identity=identity, known_as=known_as, **said
    )
    act.keep(migrant)
    return migrant


def _received(held: Iterable[Registration], arrival: str, listed: Registration | None, migrant: str, on: date) -> Registration:
    """Someone of a group who came: named on its list, or one more."""
    if listed is not None:
        return evolve(listed, presence=_moved(listed, "receive"), migrant=migrant, settled_on=on)
    for one in held:
        if one.migrant == migrant:
            raise OperatorError(
                Text(fr=f"{migrant} est déjà reçu dans {arrival}", en=f"{migrant} is received in {arrival} already")
            )
    number = max((one.number for one in held), default=0) + 1
    return Registration(arrival=arrival, number=number, presence=Presence.RECEIVED, migrant=migrant, settled_on=on)


def _passenger(held: Iterable[Registration], arrival: str | None, passenger: int | None) -> Registration | None:
    if passenger is None:
        return None
    listed = [one for one in held if one.number == passenger]
    if not listed:
        most = max((one.number for one in held), default=0)
        raise OperatorError(
            Text(
                fr=f"{arrival} n'a pas de passager {passenger} ; la liste va de 1 à {most}"
                if most
                else f"{arrival} n'a pas de liste",
                en=f"{arrival} has no passenger {passenger}; the list goes from 1 to {most}"
                if most
                else f"{arrival} has no list",
            )
        )
    return listed[0]


def _moved(listed: Registration, act: str) -> Presence:
    return PRESENCES.after(listed.presence or Presence.EXPECTED, act, about=f"{listed.arrival}, passager {listed.number}")
