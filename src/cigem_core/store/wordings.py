"""Wordings of conventions over time, each with where its convention stands after the acts upon it."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date

from attrs import evolve, frozen
from sqlalchemy import Connection, select

from cigem_core.model.conventions import Convention
from cigem_core.model.standing import DEEDS, UNTOUCHED, ConventionAct, Standing, standing
from cigem_core.store import journal
from cigem_core.store.schema import convention
from cigem_core.store.schema import journal as lines


@frozen(kw_only=True)
class Installed:
    """A wording that was installed once, when and by whom."""

    wording: Convention
    on: date
    by: str


def wordings(connection: Connection) -> tuple[Convention, ...]:
    """Of each convention the wordings that may decide, from the first day on which each does.

    A wording takes the place of those that would count from the same day or a later one.
    """
    by_reference: dict[str, list[Convention]] = defaultdict(list)
    for one in installed(connection):
        held = by_reference[one.wording.reference]
        held[:] = [*(other for other in held if other.counts_from < one.wording.counts_from), one.wording]
    where = standings(connection)
    return tuple(
        evolve(wording, standing=where.get(reference, UNTOUCHED))
        for reference, held in sorted(by_reference.items())
        for wording in held
    )


def installed(connection: Connection, reference: str | None = None) -> list[Installed]:
    """Every wording that was installed, in that order."""
    query = select(convention.c.document, convention.c.on, convention.c.by).order_by(convention.c.id)
    query = query if reference is None else query.where(convention.c.reference == reference)
    return [Installed(wording=Convention.from_document(document), on=on, by=by) for document, on, by in connection.execute(query)]


def acts(connection: Connection) -> dict[str, list[ConventionAct]]:
    """What the parties did with each convention, in the order it was told; altered lines are passed over."""
    found: dict[str, list[ConventionAct]] = defaultdict(list)
    for row in connection.execute(select(lines).where(lines.c.act.in_(DEEDS)).order_by(lines.c.line)):
        if row.digest != journal.chain(row.previous, row.line, row.on.isoformat(), row.by, row.act, row.facts):
            continue
        facts = json.loads(row.facts)
        if reference := facts.get("convention"):
            until = facts.get("until")
            found[reference].append(
                ConventionAct(
                    convention=reference, deed=row.act, on=row.on, by=row.by, document=facts.get("document"),
                    until=date.fromisoformat(until) if until else None,
                )
            )  # fmt: skip
    return found


def standings(connection: Connection) -> dict[str, Standing]:
    """Where each convention stands that anything was done with."""
    return {reference: standing(done) for reference, done in acts(connection).items()}
