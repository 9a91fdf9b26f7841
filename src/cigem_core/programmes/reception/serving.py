"""The directory of services: loaded from files, with the sessions of training plans, and set beside someone."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from cigem_core.model.identity import Residence
from cigem_core.model.migrants import Situation
from cigem_core.model.projects import Goal, IndividualProject, Service
from cigem_core.model.refs import ref_of
from cigem_core.model.training import Enrolment, EnrolmentStatus, TrainingModule, TrainingSession
from cigem_core.model.values import Level, Place
from cigem_core.programmes.reception import projecting, situations
from cigem_core.programmes.reception.base import Desk, found
from cigem_core.programmes.reception.directory import ReadDirectory
from cigem_core.programmes.reception.directory_files import read_directory
from cigem_core.programmes.reception.fitting import STALE_AFTER, Fit, Profile, fits
from cigem_core.programmes.reception.people import People
from cigem_core.spelling import fold


class ServiceDesk(Desk):
    """What partners offer."""

    def load_services(self, source: Any, *, on: date, by: str) -> ReadDirectory:
        """Keep the services of a file: a CSV of ours, or HSDS 3. Those that are no longer in it stay, unconfirmed."""
        read = read_directory(source)
        with self.store.acting("load-services", on=on, by=by, directory=read.name, quarantined=read.quarantined) as act:
            act.keep(*read.services)
        return read

    def confirm_service(self, number: str, *, on: date, by: str, places: int | None = None) -> Service:
        """Write down that a partner confirmed what it offers, and how many places are left."""
        from attrs import evolve

        with self.store.acting("confirm-service", on=on, by=by, service=number) as act:
            service = found(act, Service, number)
            confirmed = evolve(service, confirmed_on=on, places=service.places if places is None else places)
            act.keep(confirmed)
        return confirmed

    def services(self) -> list[Service]:
        """What the directories hold, and the sessions of training plans, by number."""
        return [*self.store.find(Service), *self._sessions()]

    def services_for(self, migrant: str, *, on: date, stale_after: int = STALE_AFTER) -> list[Fit]:
        """The services beside someone: what fits, what does not and why, what was confirmed too long ago."""
        return fits(self.services(), self.profile(migrant, on=on), on=on, known_places=self._places(), stale_after=stale_after)

    def profile(self, migrant: str, *, on: date) -> Profile:
        """What of someone a directory asks: of the file, and where it is silent, of the records attached to it."""
        people = People(self.store, self.plugins)
        known = people.view(migrant)
        first = {one.name: one.said[0].value for one in known}
        held = self.store.find(Situation, migrant=migrant)
        project = projecting.open_project(self.store.find(IndividualProject, migrant=migrant))
        lives = Residence(region=first.get("residence.region"), district=first.get("residence.district"))
        return Profile(
            birth=first.get("identity.birth"), sex=first.get("identity.sex"), level=self._isced(first.get("education")),
            conditions=frozenset(one.condition for one in situations.holding(held, on) if one.condition),
            languages=first.get("languages", ()), places=self._names(lives),
            goal=project.goal if project else None,
            occupation=project.occupation if project and project.occupation else first.get("occupation"),
        )  # fmt: skip

    def _isced(self, level: Level | None) -> int | None:
        if level is None:
            return None
        lists = (one for one in self.plugins.codelists if (one.list, one.edition) == (level.list, level.edition))
        return next((one.by_code[level.code].isced for one in lists if level.code in one.by_code), None)

    def _names(self, lives: Residence) -> tuple[str, ...]:
        """Every name of where someone lives."""
        names = [lives.district] if lives.district else []
        return (*names, *(self._spellings(lives.region) if lives.region else ()))

    def _spellings(self, place: Place) -> tuple[str, ...]:
        for one in self.plugins.codelists:
            if (one.list, one.edition) == (place.list, place.edition) and place.code in one.by_code:
                known = one.by_code[place.code]
                return (known.code, known.name, *known.spellings)
        return (place.code,)

    def _places(self) -> frozenset[str]:
        """The names of every place of every territory that plugins bring."""
        territories = [one for one in self.plugins.codelists if one.list.startswith("iso-3166-2")]
        codes = [code for one in territories for code in one.codes]
        return frozenset(fold(name) for code in codes for name in (code.code, code.name, *code.spellings))

    def _sessions(self) -> list[Service]:
        """The sessions that plans hold, as services: their places less those that are taken."""
        taken = Counter(
            (_agency(one), one.plan, one.session)
            for one in self.store.find(Enrolment, agency=None)
            if one.status is not EnrolmentStatus.ABANDONED
        )
        modules = {(_agency(one), one.plan, one.reference): one for one in self.store.find(TrainingModule, agency=None)}
        return [
            session_service(
                one, modules.get((_agency(one), one.plan, one.module)), _agency(one), taken[_agency(one), one.plan, one.reference]
            )
            for one in self.store.find(TrainingSession, agency=None)
        ]


def _agency(record: Any) -> str:
    ref = ref_of(record)
    return str(ref.agency) if ref else ""


def session_service(session: TrainingSession, module: TrainingModule | None, agency: str, taken: int) -> Service:
    """A session of a training plan as a service; what its plan said last is confirmed by nobody but the plan."""
    left = None if session.places is None else max(0, session.places - taken)
    title = module.title if module and module.title else session.reference
    return Service(
        number=f"{agency}/{session.plan}/{session.reference}", directory=agency, name=title, offered_by=agency,
        provider=module.provider if module else None, occupation=module.occupation if module else None, goals=(Goal.TRAINING,),
        venue=session.venue, places=left, starts_on=session.begins_on,
    )  # fmt: skip
