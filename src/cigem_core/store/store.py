"""The store: an act is kept in it as one transaction, and what was kept is read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from cigem_core.model import (  # noqa: F401  kinds are declared by being imported
    applications,
    arrivals,
    counsel,
    employment,
    participation,
    projects,
    referrals,
    releases,
    scholarships,
    training,
    training_acts,
    youth,
)
from cigem_core.model.conventions import Convention
from cigem_core.model.fields import CENTRE, Kind, kind_of
from cigem_core.model.receipts import Head
from cigem_core.model.refs import Ref
from cigem_core.policy import Permit
from cigem_core.store import journal, objects, quarantined, records
from cigem_core.store.acts import Act
from cigem_core.store.frames import frame
from cigem_core.store.keys import keys
from cigem_core.store.objects import Version
from cigem_core.store.proof import watch
from cigem_core.store.records import Dangling
from cigem_core.store.transactions import Database
from cigem_core.store.wordings import wordings

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.store.quarantined import Entry


R = TypeVar("R")


class Store(Database):
    """A workspace's database: acts, and what is asked of what they kept."""

    @contextmanager
    def acting(
        self, act: str, *, on: date, by: str, agency: str = CENTRE, granted: Permit | None = None, **facts: Any
    ) -> Iterator[Act]:
        """An act: what is found and kept in it is one transaction with its line in the journal, or nothing.

            with store.acting("open", on=on, by=by) as act:
                number = act.next_number(Migrant, f"MG-{on.year}-")
                act.keep(Migrant(reference=number, …))

        `facts` are what the line says beside what was kept: references and counts, never what is personal.
        """
        with self.writing() as connection:
            # Records of the centre's may open and close entries of its own.
            watch(connection, [CENTRE])
            doing = Act(connection=connection, verb=act, on=on, by=by, agency=agency, granted=granted, facts=facts)
            yield doing
            doing.close()

    def keep(self, *records: Any, act: str, on: date, by: str, **facts: Any) -> list[Any]:
        """Keep records of the centre's as one act; the records, each of which knows its ref from then on."""
        with self.acting(act, on=on, by=by, **facts) as doing:
            return doing.keep(*records)

    def find(self, kind: type[R], *, agency: str | None = CENTRE, **where: Any) -> list[R]:
        """The current records of a kind whose fields have these values: `find(Referral, to="chambre")`.

        `__` stands for the dot of a group, and several values in a list or set mean any of them. Records of the centre's
        own unless `agency` says whose; None for anybody's.
        """
        with self.reading() as connection:
            return list(objects.objects(connection, kind_of(kind), agency=agency, where=where))

    def frame(
        self, kind: type[Any] | str, *, fields: Iterable[str] | None = None, agency: str | None = None, at: date | None = None
    ) -> pl.DataFrame:
        """The records of a kind as typed columns; see `frames.frame`."""
        with self.reading() as connection:
            return frame(connection, kind_of(kind), fields=fields, agency=agency, at=at)

    def history(self, ref: Ref) -> list[Version]:
        """What each version of a record said, who made it so and when, oldest first."""
        with self.reading() as connection:
            return objects.history(connection, ref)

    def first_seen(self, kind: type[Any], *, agency: str) -> dict[tuple[str, str], date]:
        """The day on which each of an agency's records of a kind was first kept, by scope and key."""
        with self.reading() as connection:
            return objects.first_seen(connection, kind_of(kind), agency=agency)

    def acts_of(self, kind: type[Any]) -> dict[str, list[str]]:
        """The acts that made each of the centre's records of a kind, by key: what states are folded from."""
        with self.reading() as connection:
            return objects.acts_of(connection, kind_of(kind))

    def conventions(self) -> tuple[Convention, ...]:
        """The conventions installed: of each the wordings that may decide, with where it stands."""
        with self.reading() as connection:
            return wordings(connection)

    def verify_journal(self, held: Head | None = None) -> journal.Break | None:
        """The first line of the journal that is not what it was, given the head a receipt holds; None when whole.

        What the lines say was written is recounted: history, conventions, parcels, quarantine, and the current records.
        """
        from cigem_core.store.folded import altered_record
        from cigem_core.store.recount import Spoken, recount

        with self.reading() as connection:
            if broken := journal.verify(connection, held):
                return broken
            spoken = set[Spoken]()
            found = recount(connection, spoken) or altered_record(connection, spoken)
        return None if found is None else journal.Break(found.line, found.text)

    def head(self) -> Head:
        """How far the journal has come."""
        with self.reading() as connection:
            return journal.head(connection)

    def keys(self, agency: str, kind: Kind, *, to: str | None = None) -> tuple[pl.Series, pl.Series]:
        """The keys of an agency's records of a kind: those kept, and those of its rows in quarantine; see `keys.keys`."""
        with self.reading() as connection:
            return keys(connection, agency, kind, to=to)

    def records(self, kind: Kind, *, agency: str | None = None, limit: int | None = None) -> Iterator[dict[str, Any]]:
        """The current records of a kind in stored forms, with `agency`, `scope`, `key` and `sequence`, ordered by key."""
        with self.reading() as connection:
            yield from records.every(connection, kind, agency=agency, limit=limit)

    def counts(self) -> dict[tuple[str, str], int]:
        """How many records each agency has of each kind."""
        with self.reading() as connection:
            return records.counts(connection)

    def versions(self, kind: Kind, key: str, *, agency: str, scope: str | None = None) -> list[dict[str, Any]]:
        """What each version of a record said in stored forms, oldest first, under whichever of its ids it came."""
        with self.reading() as connection:
            return records.versions(connection, kind, key, agency=agency, scope=scope)

    def entries(self, *, agency: str | None = None, kind: str | None = None, state: str | None = "open") -> list[Entry]:
        """The rows in quarantine, in the order they came."""
        with self.reading() as connection:
            return quarantined.entries(connection, agency=agency, kind=kind, state=state)

    def dangling(self) -> list[Dangling]:
        """References of kept records that lead nowhere yet: their target is in quarantine."""
        with self.reading() as connection:
            return records.dangling(connection)
