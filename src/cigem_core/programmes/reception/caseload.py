"""The caseload: who waits for what, and since when; counts of situations, of referrals by state, and of answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from heapq import nsmallest
from typing import TypeVar

from attrs import frozen
from sqlalchemy import func, inspect, or_, select

from cigem_core.exchange import following
from cigem_core.exchange.following import Whereabouts
from cigem_core.model.fields import CENTRE, Kind, kind_of
from cigem_core.model.migrants import Condition, Migrant, Situation
from cigem_core.model.projects import IndividualProject
from cigem_core.model.referrals import ENDED, ReferralState, RefusalCode
from cigem_core.model.values import Labelled
from cigem_core.programmes.reception.base import Desk
from cigem_core.programmes.reception.naming import names_of_referrals
from cigem_core.programmes.reception.orienting import ReferralLine, line
from cigem_core.programmes.reception.searching import FileLine, lines
from cigem_core.programmes.reception.situations import overdue
from cigem_core.store.schema import current

SHOWN = 200
"""Lines of a page: nearest their delay first; of the others it says how many they are."""


@frozen(kw_only=True)
class Caseload:
    """What is under way on a day."""

    on: date
    to: str | None
    files: int
    open_projects: int
    situations: Mapping[Condition, int]
    states: Mapping[ReferralState, int]
    refusals: Mapping[RefusalCode, int]
    waiting: tuple[ReferralLine, ...]
    """Referrals that are not at their end, nearest their delay first."""
    more_waiting: int
    overdue: tuple[tuple[FileLine, Situation], ...]
    """People in transit who should have gone on by now, by their numbers."""
    more_overdue: int

    @property
    def referrals(self) -> int:
        """How many referrals there are in all."""
        return sum(self.states.values())

    @property
    def under_way(self) -> int:
        """Those that are not at their end."""
        return sum(number for state, number in self.states.items() if state not in ENDED)


class CaseloadDesk(Desk):
    """What is under way."""

    def caseload(self, *, on: date, to: str | None = None, shown: int = SHOWN) -> Caseload:
        """The caseload on a day, with one agency or with all; `shown` lines of those who wait."""
        states, refusals = Counter[ReferralState](), Counter[str | None]()

        def counted(held: Iterable[Whereabouts]) -> Iterator[Whereabouts]:
            for one in held:
                states[one.state] += 1
                refusals[one.refusal] += 1
                if one.state not in ENDED:
                    yield one

        with self.store.reading() as connection:
            waiting = counted(following.whereabouts(connection, to=to, on=on))
            numbers = [one.number for one in nsmallest(shown, waiting, key=_nearest)]
            found = {one.referral.reference: one for one in following.standing(connection, {"reference": numbers}, on=on)}
            names = names_of_referrals(connection, [one.referral for one in found.values()])
        late, more_late = self._overdue(on, shown)
        under_way = sum(many for state, many in states.items() if state not in ENDED)
        return Caseload(
            on=on, to=to, files=self._count(kind_of(Migrant), "joined_to"),
            open_projects=self._count(kind_of(IndividualProject), "closed_on"), situations=self._situations(on),
            states=_ordered(states, ReferralState),
            refusals=_ordered(Counter({code: refusals[str(code)] for code in RefusalCode}), RefusalCode),
            waiting=tuple(line(found[number], names.get(number, ""), on) for number in numbers),
            more_waiting=max(0, under_way - shown), overdue=tuple(late), more_overdue=more_late,
        )  # fmt: skip

    def _count(self, kind: Kind, empty: str) -> int:
        """The records of the centre's in which a field is empty."""
        table = current(kind)
        with self.store.reading() as connection:
            if not inspect(connection).has_table(table.name):
                return 0
            query = select(func.count()).select_from(table).where(table.c.agency == CENTRE, table.c[empty].is_(None))
            return int(connection.execute(query).scalar_one())

    def _situations(self, on: date) -> Mapping[Condition, int]:
        table = current(kind_of(Situation))
        with self.store.reading() as connection:
            if not inspect(connection).has_table(table.name):
                return {}
            holds = (
                or_(table.c.since.is_(None), table.c.since <= on),
                or_(table.c.until.is_(None), table.c.until >= on),
                table.c.condition.is_not(None),
            )
            query = select(table.c.condition, func.count()).where(table.c.agency == CENTRE, *holds).group_by(table.c.condition)
            by_code = {str(member): member for member in Condition}
            counted = {by_code[code]: int(number) for code, number in connection.execute(query)}
        return _ordered(Counter(counted), Condition)

    def _overdue(self, on: date, shown: int) -> tuple[list[tuple[FileLine, Situation]], int]:
        """Who should have gone on, so many of them; and how many more they are."""
        table = current(kind_of(Situation))
        with self.store.reading() as connection:
            if not inspect(connection).has_table(table.name):
                return [], 0
            late = table.c.condition == Condition.IN_TRANSIT, table.c.until.is_(None), table.c["leg.leaves_by"] < on
            holds = or_(table.c.since.is_(None), table.c.since <= on), table.c["leg.left_on"].is_(None)
            query = select(table.c.migrant).where(table.c.agency == CENTRE, *late, *holds)
            numbers = sorted(connection.execute(query).scalars())
        held = overdue(self.store.find(Situation, condition=Condition.IN_TRANSIT, until=None, migrant=numbers[:shown]), on)
        with self.store.reading() as connection:
            files = {one.number: one for one in lines(connection, numbers=numbers[:shown])}
        return sorted(((files[one.migrant], one) for one in held), key=lambda pair: pair[0].number), len(numbers) - len(held)


def _nearest(one: Whereabouts) -> tuple[date, date, str]:
    """Nearest its delay first; where there is none, what has waited longest."""
    return one.due_on or date.max, one.sent_on or one.referred_on or date.max, one.number


L = TypeVar("L", bound=Labelled)


def _ordered(counted: Counter[L], members: type[L]) -> Mapping[L, int]:
    """Counts in the order of their enumeration, those of nobody left out."""
    return {member: counted[member] for member in members if counted[member]}
