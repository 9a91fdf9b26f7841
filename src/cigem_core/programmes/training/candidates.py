"""Who waits for a seat of a plan: the centre's referrals and projects that ask for a trade, of people who sit nowhere yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cigem_core.errors import UnknownName
from cigem_core.model.codes import CodeList
from cigem_core.model.fields import kind_of
from cigem_core.model.migrants import Attachment, Condition, Migrant, Situation
from cigem_core.model.projects import IndividualProject
from cigem_core.model.referrals import Referral
from cigem_core.model.refs import Ref, ref_of
from cigem_core.model.training import Enrolment
from cigem_core.model.values import Occupation
from cigem_core.programmes.training.fit import OpenSession, Traits
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.store import Store, outbox

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True)
class Waiting:
    """Someone who waits, where they come from, and what a seat depends on."""

    ref: Ref
    """The referral, or the migrant whose project asks."""
    occupation: Occupation | None
    traits: Traits
    since: date | None


def open_sessions(plan: CarriedPlan, territory: CodeList | None, *, on: date | None = None) -> list[OpenSession]:
    """The sessions of a plan that teach a trade, with those who sit there; those that began before a day take nobody."""
    found = []
    for one in plan.sessions.values():
        module = plan.modules.get(one.module)
        if module is None or module.occupation is None or (on and one.begins_on and one.begins_on < on):
            continue
        seated = tuple(map(traits_of, plan.by_session.get(one.reference, ())))
        region = territory.code_of(one.venue) if territory and one.venue else None
        # A session whose places nobody says is taken for one that has no room to give.
        found.append(
            OpenSession(
                reference=one.reference, occupation=module.occupation.code, region=region, places=one.places or 0, seated=seated
            )
        )
    return found


def traits_of(record: Any, *, visitor: bool | None = None) -> Traits:
    """What reserves ask of someone, as a record tells it; a country of return says that they returned."""
    identity, residence, migration = (getattr(record, name, None) for name in ("identity", "residence", "migration"))
    returnee = None if migration is None else (migration.returnee or (True if migration.country else migration.returnee))
    return Traits(
        sex=str(identity.sex) if identity and identity.sex else None,
        region=residence.region.code if residence and residence.region else None,
        returnee=returnee, visitor=visitor,
    )  # fmt: skip


def waiting_for(store: Store, plan: CarriedPlan) -> list[Waiting]:
    """Everyone who waits for a seat of a plan, by their refs: referrals to its fund first, then projects without one."""
    agency = str(plan.ref.agency)
    with store.reading() as connection:
        seated = outbox.numbers_given(connection, to=agency, kind=kind_of(Referral))
    referrals = store.find(Referral, to=agency)
    visitors, files = _visitors(store), _files(store)
    subjects = _subjects(store, [one.subject for one in referrals if one.subject])
    found, spoken_of = [], set()
    for one in referrals:
        file = files.get(str(one.subject)) if one.subject else None
        spoken_of.add(file)
        if one.reference not in seated:
            ref = ref_of(one)
            assert ref is not None
            said = subjects.get(str(one.subject), one)
            traits = traits_of(said, visitor=(file in visitors) if file else None)
            trade = one.occupation or getattr(said, "occupation", None)
            found.append(Waiting(ref=ref, occupation=trade, traits=traits, since=one.referred_on))
    migrants = {one.reference: one for one in store.find(Migrant)}
    for project in store.find(IndividualProject, closed_on=None):
        who = migrants.get(project.migrant)
        if who is not None and project.occupation and project.migrant not in spoken_of and (ref := ref_of(who)):
            spoken_of.add(project.migrant)
            traits = traits_of(who, visitor=project.migrant in visitors)
            found.append(Waiting(ref=ref, occupation=project.occupation, traits=traits, since=project.opened_on))
    return sorted(found, key=lambda one: str(one.ref))


def _visitors(store: Store) -> set[str]:
    """The files of those who are visitors of the centre."""
    return {one.migrant for one in store.find(Situation, condition=Condition.VISITOR, until=None)}


def _files(store: Store) -> dict[str, str]:
    """Record → the migrant's file it is tied to; a migrant's own file is its own."""
    own = {str(ref_of(one)): one.reference for one in store.find(Migrant)}
    return own | {one.record: one.migrant for one in store.find(Attachment) if one.holds}


def _subjects(store: Store, refs: Iterable[Ref]) -> Mapping[str, Any]:
    """The records some refs name, as objects."""
    by_kind: dict[tuple[str, str], set[str]] = defaultdict(set)
    for ref in refs:
        by_kind[str(ref.agency), str(ref.kind)].add(str(ref.key))
    found: dict[str, Any] = {}
    for (agency, name), keys in by_kind.items():
        try:
            kind = kind_of(name)
        except UnknownName:  # a plugin that is not installed any more
            continue
        if len(kind.keys) == 1:
            some: list[Any] = store.find(kind.python, agency=agency, **{kind.keys[0].name: sorted(keys)})
            found |= {str(ref_of(one)): one for one in some}
    return found


def frame_of_waiting(waiting: Iterable[Waiting]) -> pl.DataFrame:
    """Those who wait as the assignment takes them."""
    import polars as pl

    schema = {
        "candidate": pl.String, "occupation": pl.String, "region": pl.String, "sex": pl.String, "returnee": pl.Boolean,
        "visitor": pl.Boolean, "since": pl.Date,
    }  # fmt: skip
    rows = [
        (
            str(one.ref), one.occupation.code if one.occupation else None, one.traits.region, one.traits.sex,
            one.traits.returnee, one.traits.visitor, one.since,
        )
        for one in waiting
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def enrolled_of(plan: CarriedPlan, numbers: Mapping[str, str]) -> dict[str, Enrolment]:
    """Referral → the enrolment it became, of those the plan's workbook shows."""
    known = {f"{plan.ref.key}/{one.reference}": one for one in plan.enrolments}
    return {referral: known[number] for referral, number in numbers.items() if number in known}
