"""The desk of conventions: `centre.agreements`, what the parties did with them and what they owe each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.model.conventions import Convention
from cigem_core.model.fields import kind_of
from cigem_core.model.party_signatures import PartySignature
from cigem_core.model.standing import DEED_LABELS, ConventionAct
from cigem_core.plugins import Plugins
from cigem_core.programmes.agreements.differences import differences
from cigem_core.programmes.agreements.exchanges import detained_in, exchanges_of
from cigem_core.programmes.agreements.execution import Execution, Share, answered_in, decided_in
from cigem_core.programmes.agreements.explaining import FieldExplanation, explain
from cigem_core.programmes.agreements.rules import Owed, due_within, owed
from cigem_core.programmes.agreements.steps import act_upon, facts_of, named, wording_on
from cigem_core.programmes.agreements.wording_files import is_wording_file, read_wording
from cigem_core.store import Store
from cigem_core.store.wordings import acts, installed, signatures, wordings
from cigem_core.text import Language, Text

if TYPE_CHECKING:
    from cigem_core.programmes.agreements.paper import PageCheck


Openness = Callable[[str, int], tuple[int, int]]
"""An agency and a year → its enrolments of returnees, and those of whom it is known: what the observatory counts."""


class Agreements:
    """The conventions of a workspace, over time."""

    def __init__(self, store: Store, plugins: Plugins, openness: Openness | None = None) -> None:
        self._store = store
        self._plugins = plugins
        self._openness = openness or (lambda _agency, _year: (0, 0))

    def obligations(self, agency: str | None = None, *, on: date, within: int | None = None) -> list[Owed]:
        """What is owed on a day, by agencies and by the centre, under the conventions with all agencies or one.

        `within` keeps what is not done and falls due in so many days. UnknownName when nobody knows that agency.
        """
        giver = agency.strip().lower() if agency else None
        with self._store.reading() as connection:
            conventions = [one for one in wordings(connection, on=on) if giver in (None, one.agency.code)]
            known = facts_of(connection)
        if giver and not conventions:
            self._plugins.check_giver(giver)
        found = [
            one for _, of_one in groupby(conventions, key=lambda one: one.reference) for one in owed(list(of_one), known, on=on)
        ]
        return found if within is None else due_within(found, within, on=on)

    def report(self, named_by: str, *, year: int, on: date) -> Execution:
        """The execution of a convention in a year, as it stood on a day: of an agency's, or the one of that reference.

        Raises UnknownName where there is none, OperatorError where the agency has several and none is named.
        """
        with self._store.reading() as connection:
            conventions = wordings(connection, on=on)
            its_own = self._named(conventions, named_by)
            reference, agency = its_own[0].reference, its_own[0].agency.code
            facts = facts_of(connection)
            referrals, days = answered_in(facts, reference, year, on)
            return Execution(
                convention=reference, agency=agency, year=year, on=on, wordings=decided_in(its_own, year),
                exchanges=tuple(exchanges_of(connection, reference, year, on=on)),
                obligations=tuple(one for one in owed(its_own, facts, on=on) if one.due.year == year),
                detained=tuple(detained_in(connection, reference, year, on=on)),
                referrals=referrals, days_to_answer=days, openness=Share(*self._openness(agency, year)),
            )  # fmt: skip

    def report_page(self, found: Execution, language: Language = "fr") -> str:
        """A report of execution as a page."""
        from cigem_core.programmes.agreements.execution_page import execution_page

        return execution_page(found, language)

    def _named(self, conventions: tuple[Convention, ...], named_by: str) -> list[Convention]:
        agency = named_by.strip().lower()
        found = [one for one in conventions if named_by == one.reference or agency == one.agency.code]
        references = sorted({one.reference for one in found})
        if len(references) == 1:
            return found
        if references:
            listed = ", ".join(references)
            raise OperatorError(
                Text(
                    fr=f"{agency} a plusieurs conventions : {listed} ; en nommer une",
                    en=f"{agency} has several conventions: {listed}; name one of them",
                )
            )
        near = nearest(named_by, {name for one in conventions for name in (one.reference, one.agency.code)})
        raise UnknownName(
            Text(
                fr=f"aucune convention « {named_by} » n'est installée ; {near.fr}",
                en=f"no convention '{named_by}' is installed; {near.en}",
            )
        )

    def suspend(
        self, reference: str, *, on: date, by: str, because: str | None = None, document: Path | None = None
    ) -> ConventionAct:
        """From that day on nothing crosses under a convention, and its terms do not run."""
        return act_upon(self._store, reference, "suspend", on=on, by=by, because=because, document=document)

    def resume(self, reference: str, *, on: date, by: str, document: Path | None = None) -> ConventionAct:
        """From that day on it holds again."""
        return act_upon(self._store, reference, "resume", on=on, by=by, document=document)

    def terminate(
        self, reference: str, *, on: date, by: str, until: date | None = None, because: str | None = None,
        document: Path | None = None,
    ) -> ConventionAct:  # fmt: skip
        """End it before its term; with notice it holds until the last day of that."""
        said = {"until": until, "because": because, "document": document}
        return act_upon(self._store, reference, "terminate", on=on, by=by, **said)  # type: ignore[arg-type]

    def meet(self, reference: str, *, on: date, by: str, document: Path | None = None) -> ConventionAct:
        """The parties met upon it; `document` is the record of the meeting."""
        return act_upon(self._store, reference, "meeting", on=on, by=by, document=document)

    def history(self, reference: str) -> list[dict[str, Any]]:
        """The wordings of a convention and what the parties did with it, day after day."""
        with self._store.reading() as connection:
            named(wordings(connection), reference)
            texts, done = installed(connection, reference), acts(connection).get(reference, [])
            signed = signatures(connection, reference)
        told = [
            {
                "on": one.on,
                "by": one.by,
                "what": one.wording.amends or "texte",
                "digest": one.wording.digest,
                "counts_from": one.wording.counts_from,
            }
            for one in texts
        ]
        told += [{"on": one.on, "by": one.party, "what": "signature", "digest": one.digest} for one in signed]
        told += [{"on": one.on, "by": one.by, "what": DEED_LABELS[one.deed].fr, "digest": one.document} for one in done]
        return sorted(told, key=lambda one: one["on"])

    def differences(self, before: str, later: str) -> list[Text]:
        """What changes from one wording to another; each is named by a TOML file or by how its digest begins."""
        return differences(self._wording(before), self._wording(later))

    def explain(self, agency: str, kind: str, name: str, *, on: date) -> list[FieldExplanation]:
        """Whether a field of an agency's records may cross on a day: in each direction, by which article, since when."""
        held = [one for one in self._store.conventions() if one.agency.code == agency.strip().lower()]
        if not held:
            self._plugins.check_giver(agency.strip().lower())
        return explain(held, kind_of(kind), name, on=on)

    def paper(self, reference: str, *, on: date, language: Language = "fr") -> str:
        """The wording that counts on a day, as a page to sign."""
        from cigem_core.programmes.agreements.paper import paper

        with self._store.reading() as connection:
            signed = signatures(connection, reference)
        return paper(wording_on(self._store.conventions(), reference, on), language, signed)

    def verify(self, html: str) -> PageCheck:
        """Whether a page says a wording that was installed."""
        from cigem_core.programmes.agreements.paper import verified

        with self._store.reading() as connection:
            return verified(html, [one.wording for one in installed(connection)], signatures(connection))

    def sign(self, reference: str, party: str, private: Path, *, on: date, by: str) -> PartySignature:
        """Sign the wording that counts on a day with a party's key, and keep that it did (extra `sign`).

        Raises OperatorError where that is no party of it, or the file holds no private key.
        """
        from cigem_core.programmes.agreements.signing import keep, sign

        return keep(self._store, sign(wording_on(self._store.conventions(), reference, on), party, private, on=on), on=on, by=by)

    def keep_signature(self, signature: PartySignature, public: Path, *, on: date, by: str) -> PartySignature:
        """Keep a signature that a party made elsewhere; `public` is the key that party gave.

        Raises ConventionError where a word of the wording was altered, or the signature is not that key's.
        """
        from cigem_core.programmes.agreements.signing import keep

        return keep(self._store, signature, on=on, by=by, public=public)

    def signatures(self, reference: str) -> list[PartySignature]:
        """Who signed which wording of a convention, and when."""
        with self._store.reading() as connection:
            named(wordings(connection), reference)
            return signatures(connection, reference)

    def wording(self, reference: str, *, on: date) -> Convention:
        """The wording of a convention that counts on a day."""
        return wording_on(self._store.conventions(), reference, on)

    def _wording(self, named_by: str) -> Convention:
        if is_wording_file(named_by):
            return read_wording(Path(named_by))
        with self._store.reading() as connection:
            texts = {one.wording.digest: one.wording for one in installed(connection)}
        found = [wording for digest, wording in texts.items() if len(named_by) >= 6 and digest.startswith(named_by.lower())]
        if len(found) == 1:
            return found[0]
        raise UnknownName(
            Text(
                fr=f"« {named_by} » ne commence l'empreinte d'aucun texte, ou de plusieurs ; voir cigem conventions history",
                en=f"'{named_by}' begins the digest of no wording, or of several; see cigem conventions history",
            )
        )
