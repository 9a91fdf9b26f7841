"""Who waits for a seat of a plan: the centre's referrals and projects that ask for a trade, of people who sit nowhere yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cigem_core.errors import UnknownName
from cigem_core.model.codes import CodeList
from cigem_core.model.fields import kind_of
from cigem_core.model.migrants import Condition, Migrant, Situation
from cigem_core.model.participation import ParticipationState
from cigem_core.model.projects import IndividualProject
from cigem_core.model.refs import Ref, ref_of
from cigem_core.model.training import TrainingSession
from cigem_core.model.values import Occupation
from cigem_core.programmes.training.elsewhere import seated_elsewhere
from cigem_core.programmes.training.fit import OpenSession, Traits
from cigem_core.programmes.training.participation import ASKS, SEATED
from cigem_core.programmes.training.roster import Roster
from cigem_core.programmes.training.ties import files_of
from cigem_core.store import Store

if TYPE_CHECKING:
    import polars as pl

CANDIDATE = ParticipationState.CANDIDATE


@frozen(kw_only=True)
class Waiting:
    """Someone who waits, where they come from, and what a seat depends on."""

    who: str
    """The record they are known by in the plan."""
    ref: Ref
    """The referral, the migrant whose project asks, or the fund's row of someone who waits anew."""
    occupation: Occupation | None
    traits: Traits
    since: date | None


def open_sessions(
    roster: Roster, territory: CodeList | None, traits: Mapping[str, Traits], *, on: date | None = None
) -> list[OpenSession]:
    """The sessions of a plan that teach a trade, with those who sit there; those that began before a day take nobody.

    `traits` are those of people whom the fund's rows do not show yet.
    """
    found = []
    for one in roster.plan.sessions.values():
        module = roster.plan.modules.get(one.module)
        if module is None or module.occupation is None or one.reference in roster.cancelled or has_begun(one, on):
            continue
        seated = tuple(
            traits_of(each.enrolment) if each.enrolment else traits.get(each.who, Traits())
            for each in roster.by_session.get(one.reference, ())
        )
        region = territory.code_of(one.venue) if territory and one.venue else None
        # A session whose places nobody says is taken for one that has no room to give.
        found.append(
            OpenSession(
                reference=one.reference, occupation=module.occupation.code, region=region, places=one.places or 0, seated=seated
            )
        )
    return found


def has_begun(session: TrainingSession, on: date | None) -> bool:
    """Whether a session began before a day."""
    return bool(on and session.begins_on and session.begins_on < on)


def traits_of(record: Any, *, visitor: bool | None = None) -> Traits:
    """What reserves ask of someone, as a record tells it; a country of return says that they returned."""
    identity, residence, migration = (getattr(record, name, None) for name in ("identity", "residence", "migration"))
    returnee = None if migration is None else (migration.returnee or (True if migration.country else migration.returnee))
    return Traits(
        sex=str(identity.sex) if identity and identity.sex else None,
        region=residence.region.code if residence and residence.region else None,
        returnee=returnee, visitor=visitor,
    )  # fmt: skip


def asking(store: Store, roster: Roster, *, on: date | None = None) -> list[Waiting]:
    """Everyone who asks for a seat of a plan or was given one, by their refs: referrals to its fund first, then projects."""
    referrals = [some[0] for some in roster.referred.values()]
    visitors, files = _visitors(store), files_of(store)
    subjects = _subjects(store, [one.subject for one in referrals if one.subject])
    elsewhere = seated_elsewhere(store, roster, on)
    seated = {who for who, one in roster.everyone.items() if one.state in SEATED and who not in roster.referred}
    found: list[Waiting] = []
    seen: set[str | None] = {files[who] for who in seated if who in files}
    # Whoever was given a seat or waits for one speaks for their file before whoever was only referred.
    for one in sorted(referrals, key=lambda one: (roster.everyone[one.known_as].state is CANDIDATE, one.reference)):
        file = files.get(str(one.subject)) if one.subject else None
        if file is not None and file in seen:
            continue
        seen.add(file)
        ref = ref_of(one)
        assert ref is not None
        said = subjects.get(str(one.subject), one)
        traits = traits_of(said, visitor=(file in visitors) if file else None)
        trade = one.occupation or getattr(said, "occupation", None)
        found.append(Waiting(who=one.known_as, ref=ref, occupation=trade, traits=traits, since=one.referred_on))
    found += _by_project(store, visitors, seen) + _by_row(roster)
    asks = (one for one in found if one.who not in elsewhere or standing(roster, one.who) not in ASKS)
    return sorted(asks, key=lambda one: str(one.ref))


def standing(roster: Roster, who: str) -> ParticipationState:
    """Where someone stands in a plan; whoever it does not know is a candidate."""
    return roster.everyone[who].state if who in roster.everyone else CANDIDATE


def _by_project(store: Store, visitors: Collection[str], seen: Collection[str | None]) -> list[Waiting]:
    """Those whose open project asks for a trade, and whom no referral speaks of."""
    found: dict[str, Waiting] = {}
    migrants = {one.reference: one for one in store.find(Migrant)}
    for project in store.find(IndividualProject, closed_on=None):
        who = migrants.get(project.migrant)
        if who is not None and project.occupation and project.migrant not in seen and (ref := ref_of(who)):
            traits = traits_of(who, visitor=project.migrant in visitors)
            one = Waiting(who=str(ref), ref=ref, occupation=project.occupation, traits=traits, since=project.opened_on)
            found.setdefault(project.migrant, one)
    return list(found.values())


def _by_row(roster: Roster) -> list[Waiting]:
    """Those of the fund's own rows who wait for another session."""
    return [
        Waiting(
            who=one.who, ref=Ref.parse(one.who), occupation=one.acts[-1].occupation, traits=traits_of(one.enrolment),
            since=one.acts[-1].happened_on,
        )
        for one in roster.waiting
        if one.who not in roster.referred and one.enrolment is not None and Ref.parse(one.who).kind == "enrolment"
    ]  # fmt: skip


def those_without(people: Iterable[Waiting], roster: Roster) -> list[Waiting]:
    """Those of some who have no seat and would take one; who withdrew would where they were referred again."""

    def asks(who: str) -> bool:
        again = any(one.reference not in roster.sent for one in roster.referred.get(who, ()))
        state = standing(roster, who)
        return state in ASKS or (state is ParticipationState.WITHDRAWN and again)

    return [one for one in people if asks(one.who)]


def _visitors(store: Store) -> set[str]:
    """The files of those who are visitors of the centre."""
    return {one.migrant for one in store.find(Situation, condition=Condition.VISITOR, until=None)}


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
