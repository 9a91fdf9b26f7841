"""Wordings of conventions over time, each with where its convention stands after the acts upon it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import evolve, frozen
from sqlalchemy import Connection, insert, select

from cigem_core.errors import ConventionError
from cigem_core.model.conventions import Convention
from cigem_core.model.party_signatures import PartySignature, is_signed_by_both
from cigem_core.model.standing import DEEDS, UNTOUCHED, ConventionAct, Standing, standing
from cigem_core.store import journal
from cigem_core.store.schema import convention
from cigem_core.store.schema import journal as lines
from cigem_core.text import Text

SIGN = "sign-convention"
"""The act by which a party's signature is kept."""


@frozen(kw_only=True)
class Installed:
    """A wording that was installed once, when and by whom."""

    wording: Convention
    on: date
    by: str


def wordings(connection: Connection, *, on: date | None = None) -> tuple[Convention, ...]:
    """Of each convention the wordings that may decide, from the first day on which each does.

    A wording takes the place of those that would count from the same day or a later one. `on` asks how they stood when a day
    ended: what the parties did with them later is left out.
    """
    by_reference: dict[str, list[Convention]] = defaultdict(list)
    for one in installed(connection):
        held = by_reference[one.wording.reference]
        held[:] = [*(other for other in held if other.counts_from < one.wording.counts_from), one.wording]
    where = standings(connection, on=on)
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
    for row, facts in _told(connection, DEEDS):
        if reference := facts.get("convention"):
            until = facts.get("until")
            found[reference].append(
                ConventionAct(
                    convention=reference, deed=row.act, on=row.on, by=row.by, document=facts.get("document"),
                    until=date.fromisoformat(until) if until else None,
                )
            )  # fmt: skip
    return found


def signatures(connection: Connection, reference: str | None = None) -> list[PartySignature]:
    """The signatures of wordings that were kept, in that order."""
    found = [PartySignature.from_dict(facts) for _, facts in _told(connection, (SIGN,))]
    return [one for one in found if reference in (None, one.convention)]


def check_takes_no_signed_place(connection: Connection, one: Convention) -> None:
    """ConventionError where a wording would take the place of one that both parties signed: it may only stand beside it."""
    held = signatures(connection, one.reference)
    for other in wordings(connection) if held else ():
        takes_its_place = other.reference == one.reference and other.counts_from >= one.counts_from
        if takes_its_place and is_signed_by_both(held, other.digest, other.agency.code):
            raise ConventionError(
                Text(
                    fr=f"{one.reference} est signée des deux parties ({other.digest[:12]}) : un autre texte ne prend pas sa "
                    f"place ; un avenant prend effet après le {other.counts_from:%d/%m/%Y} (takes_effect)",
                    en=f"{one.reference} was signed by both parties ({other.digest[:12]}): no other wording takes its place; an "
                    f"amendment takes effect after {other.counts_from} (takes_effect)",
                )
            )


def _told(connection: Connection, of: Iterable[str]) -> Iterator[tuple[Any, dict[str, Any]]]:
    for row in connection.execute(select(lines).where(lines.c.act.in_(list(of))).order_by(lines.c.line)):
        if row.digest == journal.chain(row.previous, row.line, row.on.isoformat(), row.by, row.act, row.facts):
            yield row, json.loads(row.facts)


def standings(connection: Connection, *, on: date | None = None) -> dict[str, Standing]:
    """Where each convention stands that anything was done with: by all that was done, or by what was done until a day."""
    return {
        reference: standing(one for one in done if on is None or one.on <= on) for reference, done in acts(connection).items()
    }


def install(connection: Connection, *documents: Convention, on: date, by: str, origins: Mapping[str, str] | None = None) -> None:
    """Keep conventions; a wording that counts already is left as it is, an amendment stands beside what it amends.

    `origins` says of wordings, by their digests, which distribution ships them.
    """
    known = {one.digest for one in wordings(connection)}
    for one in documents:
        if one.digest in known:
            continue
        check_takes_no_signed_place(connection, one)
        facts = {"convention": one.reference, "digest": one.digest, "agency": one.agency.code}
        values = {"reference": one.reference, "agency": one.agency.code, "digest": one.digest, "document": one.document}
        connection.execute(insert(convention).values(values | {"on": on, "by": by}))
        if origin := (origins or {}).get(one.digest):
            facts["from"] = origin
        journal.write(connection, "install", facts, on=on, by=by)


def wording(connection: Connection, digest: str) -> Convention:
    """A wording that was installed once, by its digest."""
    query = select(convention.c.document).where(convention.c.digest == digest).limit(1)
    return Convention.from_document(connection.execute(query).scalar_one())
