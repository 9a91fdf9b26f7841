"""The reception desk of a workspace: everything an officer does between the door and the answer of an agency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from cigem_core.errors import UnknownName, nearest
from cigem_core.formats.source import Source
from cigem_core.model.documents import Document
from cigem_core.programmes.reception.arriving import ArrivalDesk
from cigem_core.programmes.reception.caseload import Caseload, CaseloadDesk
from cigem_core.programmes.reception.counselling import CounselDesk
from cigem_core.programmes.reception.instrument import Instrument
from cigem_core.programmes.reception.instrument_files import read_instrument
from cigem_core.programmes.reception.orienting import ReferralDesk
from cigem_core.programmes.reception.people import People
from cigem_core.programmes.reception.planning import ProjectDesk
from cigem_core.programmes.reception.serving import ServiceDesk
from cigem_core.programmes.reception.sheets import InformationSheet, in_order, read_sheet, read_sheets
from cigem_core.text import Language, Text

ISSUER = ("Le centre",)
"""Who writes, where nobody says."""


class Reception(ArrivalDesk, CounselDesk, ProjectDesk, ServiceDesk, ReferralDesk, CaseloadDesk):
    """Arrivals, visits, assessments, projects, services, referrals, and what is handed out on paper."""

    def sheets(self, folder: Path | None = None) -> tuple[InformationSheet, ...]:
        """The information sheets of a folder, or else those plugins bring."""
        if folder is not None:
            return read_sheets(folder)
        return in_order(read_sheet(_source(one)) for one in self._documents("information-sheet"))

    def instrument(self, named: str | Path) -> Instrument:
        """The instrument of a file, or one that a plugin brings under that name; UnknownName proposes the nearest."""
        if Path(named).is_file():
            return read_instrument(named)
        held = {one.name: one for one in self._documents("instrument")}
        if str(named) not in held:
            near = nearest(str(named), held)
            raise UnknownName(
                Text(
                    fr=f"« {named} » n'est ni un fichier ni l'instrument d'une extension ; {near.fr}",
                    en=f"'{named}' is neither a file nor a plugin's instrument; {near.en}",
                )
            )
        return read_instrument(_source(held[str(named)]))

    def load_plugins_services(self, *, on: date, by: str) -> list[str]:
        """Keep the services of every directory that plugins bring; the names of the directories."""
        held = self._documents("service-directory")
        return [self.load_services(_source(one), on=on, by=by).name for one in held]

    def letter(self, number: str, *, on: date, issuer: Sequence[str] = ISSUER, language: Language = "fr") -> str:
        """The letter of a referral, as a page: nothing the convention does not let the agency know."""
        from cigem_core.programmes.reception.papering import letter

        return letter(self.store, self.plugins, number, on=on, issuer=issuer, language=language)

    def caseload_page(
        self, *, on: date, to: str | None = None, held: Caseload | None = None, issuer: Sequence[str] = ISSUER,
        language: Language = "fr",
    ) -> str:  # fmt: skip
        """The caseload on a day, as a page; `held` is one that was reckoned already."""
        from cigem_core.programmes.reception.papering import caseload_page

        return caseload_page(held or self.caseload(on=on, to=to), issuer=issuer, language=language)

    def migrant_page(self, migrant: str, *, on: date, issuer: Sequence[str] = ISSUER, language: Language = "fr") -> str:
        """One migrant's file, as a page."""
        from cigem_core.programmes.reception.papering import migrant_page

        people = People(self.store, self.plugins)
        referrals = self.referrals(on=on, migrant=migrant)
        return migrant_page(people, referrals, migrant, on=on, issuer=issuer, language=language)

    def _documents(self, sort: str) -> list[Document]:
        return [one for one in self.plugins.documents if one.sort == sort]


def _source(document: Document) -> Source:
    return Source(name=document.name, content=document.content)
