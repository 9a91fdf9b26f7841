"""Referrals: whom the centre sends to an agency, what the agency answers, and where that leaves each of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import frozen

from cigem_core.model.conventions import Axis
from cigem_core.model.fields import field, group, key, kind, refers
from cigem_core.model.identity import Identity, Residence
from cigem_core.model.refs import Ref
from cigem_core.model.values import Labelled, Occupation


@kind("referral", fr="orientation", en="referral")
@frozen(kw_only=True)
class Referral:
    """Someone the centre sends to an agency, with what they need.

    Of someone an agency's record speaks of, only the record is named: what leaves is asked of it when it leaves. Of
    someone the centre itself received, the identity stands here.
    """

    reference: str = key("Referral number", fr="Numéro d'orientation")
    to: str | None = field("Referred to", fr="Orienté vers")
    referred_on: date | None = field("Referred on", fr="Date d'orientation")
    subject: Ref | None = group()
    """The record that speaks of them."""
    their_reference: str | None = field("Number at the agency", fr="Numéro chez la structure")
    identity: Identity | None = group()
    residence: Residence | None = group()
    occupation: Occupation | None = field("Occupation (ISCO-08)", fr="Code métier (CITP-08)")
    session: str | None = field("Session asked for", fr="Session demandée")
    axis: Axis | None = field("Axis", fr="Axe")
    convention: str | None = field("Convention", fr="Convention")
    reason: str | None = field("Reason", fr="Motif", sensitivity="personal")


class Decision(Labelled):
    """What an agency says of a referral."""

    RECEIVED = "received", "reçue"
    ACCEPTED = "accepted", "acceptée"
    REFUSED = "refused", "refusée"
    DONE = "done", "terminée"


@kind("referral_answer", fr="réponse à une orientation", en="answer to a referral")
@frozen(kw_only=True)
class ReferralAnswer:
    """One answer of an agency; a referral may get several, as it is accepted and later done."""

    referral: str = refers(Referral, "Referral", fr="Orientation", required=True, issuer="centre", part_of_key=True)
    decision: Decision | None = field("Decision", fr="Décision", part_of_key=True)
    decided_on: date | None = field("Decided on", fr="Date de la décision", part_of_key=True)
    refusal: str | None = field("Reason of refusal", fr="Motif du refus", sensitivity="personal")
    result: str | None = field("Result", fr="Résultat", sensitivity="personal")


class ReferralState(Labelled):
    """Where a referral stands."""

    WAITING = "waiting", "à transmettre"
    SENT = "sent", "transmise"
    RECEIVED = "received", "reçue"
    ACCEPTED = "accepted", "acceptée"
    REFUSED = "refused", "refusée"
    DONE = "done", "terminée"


_AFTER = {
    Decision.RECEIVED: ReferralState.RECEIVED,
    Decision.ACCEPTED: ReferralState.ACCEPTED,
    Decision.REFUSED: ReferralState.REFUSED,
    Decision.DONE: ReferralState.DONE,
}


@frozen(kw_only=True)
class FollowedReferral:
    """A referral, where it stands, and the last word of the agency."""

    referral: Referral
    state: ReferralState
    answer: ReferralAnswer | None = None


def follow(referral: Referral, answers: Iterable[ReferralAnswer], *, is_sent: bool) -> FollowedReferral:
    """Where a referral stands after the answers it got, in the order they came.

    The decision of the latest day counts; one without a day counts by its place among the others. An answer without
    a decision moves nothing, nor does one to a referral the agency does not have: it counts once the referral has left.
    """
    if not is_sent:
        return FollowedReferral(referral=referral, state=ReferralState.WAITING)
    last: ReferralAnswer | None = None
    for answer in answers:
        if answer.decision is None:
            continue
        older = last is not None and last.decided_on and answer.decided_on and answer.decided_on < last.decided_on
        last = last if older else answer
    if last is not None and last.decision is not None:
        return FollowedReferral(referral=referral, state=_AFTER[last.decision], answer=last)
    return FollowedReferral(referral=referral, state=ReferralState.SENT)
