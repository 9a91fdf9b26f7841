"""The desk of conventions: `centre.agreements`, what the parties did with them and what they owe each other."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path

from cigem_core.model.standing import ConventionAct
from cigem_core.plugins import Plugins
from cigem_core.programmes.agreements.rules import Owed, due_within, owed
from cigem_core.programmes.agreements.steps import act_upon, facts_of
from cigem_core.store import Store


class Agreements:
    """The conventions of a workspace, over time."""

    def __init__(self, store: Store, plugins: Plugins) -> None:
        self._store = store
        self._plugins = plugins

    def obligations(self, agency: str | None = None, *, on: date, within: int | None = None) -> list[Owed]:
        """What is owed on a day, by agencies and by the centre, under the conventions with all agencies or one.

        `within` keeps what is not done and falls due in so many days. UnknownName when nobody knows that agency.
        """
        giver = agency.strip().lower() if agency else None
        with self._store.reading() as connection:
            conventions = [one for one in self._store.conventions_in(connection) if giver in (None, one.agency.code)]
            known = facts_of(connection)
        if giver and not conventions:
            self._plugins.check_giver(giver)
        found = [
            one
            for _, wordings in groupby(conventions, key=lambda one: one.reference)
            for one in owed(list(wordings), known, on=on)
        ]
        return found if within is None else due_within(found, within, on=on)

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
