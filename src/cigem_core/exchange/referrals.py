"""Referring someone to an agency, and following what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from attrs import evolve, frozen, has
from sqlalchemy import Connection

from cigem_core.errors import ConventionError, OperatorError
from cigem_core.exchange.passage import REFERRAL, Passage
from cigem_core.model.conventions import Axis
from cigem_core.model.fields import CENTRE, build, flatten, kind_of
from cigem_core.model.identity import Identity, Residence
from cigem_core.model.referrals import Decision, FollowedReferral, Referral, ReferralAnswer, ReferralState, follow
from cigem_core.model.refs import Ref, ref_of
from cigem_core.model.values import Occupation
from cigem_core.plugins import Plugins
from cigem_core.policy import permit
from cigem_core.store import Store, outbox, records
from cigem_core.text import Text

ANSWER = kind_of(ReferralAnswer)
_ORDER = {str(decision): place for place, decision in enumerate(Decision)}


@frozen(kw_only=True)
class Need:
    """Who is referred, and for what."""

    who: Any
    """A record that the workspace yielded, its ref, or the Identity of someone the centre itself received."""
    occupation: Occupation | None = None
    residence: Residence | None = None
    session: str | None = None
    because: str | None = None


def refer(store: Store, plugins: Plugins, need: Need, *, to: str, axis: Axis | None, on: date, by: str) -> Referral:
    """Keep that someone is referred to an agency, and give the referral its number.

    Raises ConventionError when no clause in force lets referrals go there, or nothing of the person may go;
    OperatorError when the workspace does not hold the record; UnknownName when nobody knows the agency it is of.
    """
    to = to.strip().lower()
    conventions = store.conventions()
    granted = permit(conventions, agency=to, direction="push", on=on, axis=axis, kinds=[REFERRAL])
    with store.acting("refer", on=on, by=by, agency=to, granted=granted) as act:
        referral = evolve(
            _spoken_of(act.connection, plugins, need, to),
            reference=act.next_number(Referral, f"OR-{on.year:04d}-"),
            to=to,
            referred_on=on,
            axis=granted.axis,
            convention=granted.convention.reference,
        )
        said = flatten(referral)
        passage = Passage(connection=act.connection, conventions=conventions, granted=granted, on=on)
        if refusal := passage.refusal(said, passage.of(said)):
            raise ConventionError(refusal, agency=to)
        act.facts["referral"] = referral.reference
        act.keep(referral)
    return referral


def followed(store: Store, *, to: str | None = None) -> Iterator[FollowedReferral]:
    """The centre's referrals, by their numbers, each with where it stands."""
    answers: dict[str, list[ReferralAnswer]] = {}
    # In the order they came; among those of one exchange, a referral is accepted before it is done.
    for row in sorted(store.records(ANSWER), key=lambda row: (row["batch"], _ORDER.get(row["decision"], 0))):
        answers.setdefault(row["referral"], []).append(build(ANSWER, row))
    with store.reading() as connection:
        left = outbox.sent_keys(connection, REFERRAL)
    for row in store.records(REFERRAL, agency=CENTRE):
        if to in (None, row["to"]):
            number = row["reference"]
            yield follow(build(REFERRAL, row), answers.get(number, ()), is_sent=number in left)


def awaiting(store: Store, agency: str) -> Iterator[tuple[Referral, str]]:
    """The referrals an agency's service has and did not bring to an end, with the numbers they got there."""
    with store.reading() as connection:
        given = outbox.numbers_given(connection, to=agency, kind=REFERRAL)
    for one in followed(store, to=agency):
        ended = one.state in (ReferralState.REFUSED, ReferralState.DONE)
        if not ended and one.referral.reference in given:
            yield one.referral, given[one.referral.reference]


def _spoken_of(connection: Connection, plugins: Plugins, need: Need, to: str) -> Referral:
    said: dict[str, Any] = {"reference": "", "occupation": need.occupation, "residence": need.residence, "session": need.session}
    said["reason"] = (need.because.strip() or None) if isinstance(need.because, str) else need.because
    if isinstance(need.who, Identity):
        return Referral(identity=need.who, **said)
    ref = _named(need.who)
    kind = kind_of(str(ref.kind))
    if not any(name.startswith("identity.") for name in kind.fields):
        raise _nobody()
    found = records.named(connection, ref)
    if found is None:
        plugins.check_giver(ref.agency)
        raise OperatorError(Text(fr=f"l'espace de travail n'a pas de fiche {ref}", en=f"the workspace has no record {ref}"))
    subject = found[1]
    return Referral(subject=subject, their_reference=subject.key if subject.agency == to else None, **said)


def _named(who: Any) -> Ref:
    """The record that is meant; OperatorError where what was handed in names none."""
    if isinstance(who, str):
        return Ref.parse(who)
    ref = who if isinstance(who, Ref) else ref_of(who)
    if ref is not None:
        return ref
    if not has(type(who)):
        raise _nobody()
    raise OperatorError(
        Text(
            fr="cette fiche ne vient pas de l'espace de travail, ou a été modifiée depuis ; la désigner : structure:type:numéro",
            en="this record does not come from the workspace, or was changed since; name it: agency:kind:number",
        )
    )


def _nobody() -> OperatorError:
    return OperatorError(
        Text(
            fr="on oriente une personne : une fiche qui parle de quelqu'un, ou une Identity",
            en="people are referred: a record that speaks of someone, or an Identity",
        )
    )
