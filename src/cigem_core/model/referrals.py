"""Referrals: whom the centre sends to an agency, what the agency answers, and where that leaves each of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import frozen

from cigem_core.model.axes import Axis
from cigem_core.model.fields import CENTRE, field, group, key, kind, refers
from cigem_core.model.identity import Identity, Residence
from cigem_core.model.refs import Ref
from cigem_core.model.values import Labelled, Occupation


@kind("referral", fr="orientation", en="referral", addressed=True)
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
    service: str | None = field("Service asked for", fr="Prestation demandée")
    bring: str | None = field("What to bring", fr="À apporter")
    follows: str | None = refers("referral", "Takes the place of", fr="À la suite de", issuer="centre")
    """The referral this one takes the place of: of someone re-oriented, the chain is kept."""
    withdrawn_on: date | None = field("Withdrawn on", fr="Retirée le")
    withdrawn_because: str | None = field("Reason of withdrawal", fr="Motif du retrait", sensitivity="personal")

    @property
    def known_as(self) -> str:
        """The ref of the record this speaks of, as it prints: of someone no record speaks of, its own."""
        return str(self.subject or Ref(CENTRE, "referral", self.reference))


class Decision(Labelled):
    """What an agency says of a referral."""

    RECEIVED = "received", "reçue"
    ACCEPTED = "accepted", "acceptée"
    REFUSED = "refused", "refusée"
    UNDER_WAY = "under-way", "en cours"
    DONE = "done", "terminée"


class RefusalCode(Labelled):
    """Why an agency refuses, from the list officers choose from."""

    FULL = "full", "plus de place"
    NOT_ELIGIBLE = "not-eligible", "conditions non remplies"
    PAPERS_MISSING = "papers-missing", "pièces manquantes"
    OUT_OF_SCOPE = "out-of-scope", "hors de son domaine"
    DID_NOT_COME = "did-not-come", "ne s'est pas présenté"
    DECLINED = "declined", "la personne n'en veut plus"
    OTHER = "other", "autre"


class ToldBy(Labelled):
    """How an answer came that no file brought."""

    PHONE = "phone", "téléphone"
    LETTER = "letter", "courrier"
    MESSAGE = "message", "message"
    VISIT = "visit", "visite"
    MIGRANT = "migrant", "par la personne elle-même"


@kind("referral_answer", fr="réponse à une orientation", en="answer to a referral")
@frozen(kw_only=True)
class ReferralAnswer:
    """One answer of an agency; a referral may get several, as it is accepted and later done."""

    referral: str = refers(Referral, "Referral", fr="Orientation", required=True, issuer="centre", part_of_key=True)
    decision: Decision | None = field("Decision", fr="Décision", part_of_key=True)
    decided_on: date | None = field("Decided on", fr="Date de la décision", part_of_key=True)
    refusal: str | None = field("Reason of refusal", fr="Motif du refus", sensitivity="personal")
    result: str | None = field("Result", fr="Résultat", sensitivity="personal")
    refusal_code: RefusalCode | None = field("Reason of refusal, from the list", fr="Motif du refus, de la liste")
    said_by: str | None = field("Who said it", fr="Qui l'a dit", sensitivity="personal")
    told_by: ToldBy | None = field("How it was told", fr="Comment")


class ReferralState(Labelled):
    """Where a referral stands."""

    WAITING = "waiting", "à transmettre"
    SENT = "sent", "transmise"
    RECEIVED = "received", "reçue"
    ACCEPTED = "accepted", "acceptée"
    REFUSED = "refused", "refusée"
    UNDER_WAY = "under-way", "en cours"
    DONE = "done", "terminée"
    WITHDRAWN = "withdrawn", "retirée"
    EXPIRED = "expired", "sans réponse dans le délai"
    REORIENTED = "re-oriented", "réorientée"


ENDED = frozenset({ReferralState.REFUSED, ReferralState.DONE, ReferralState.WITHDRAWN, ReferralState.REORIENTED})
"""Where nothing more is waited for."""

_AFTER = {
    Decision.RECEIVED: ReferralState.RECEIVED,
    Decision.ACCEPTED: ReferralState.ACCEPTED,
    Decision.REFUSED: ReferralState.REFUSED,
    Decision.UNDER_WAY: ReferralState.UNDER_WAY,
    Decision.DONE: ReferralState.DONE,
}


@frozen(kw_only=True)
class FollowedReferral:
    """A referral, where it stands, and the last word of the agency."""

    referral: Referral
    state: ReferralState
    answer: ReferralAnswer | None = None
    sent_on: date | None = None
    due_on: date | None = None
    """The day by which its agency should answer, where the convention says so."""


def follow(
    referral: Referral,
    answers: Iterable[ReferralAnswer],
    *,
    is_sent: bool,
    is_reoriented: bool = False,
    sent_on: date | None = None,
    due_on: date | None = None,
    on: date | None = None,
) -> FollowedReferral:
    """Where a referral stands after the answers it got, in the order they came.

    The decision of the latest day counts; one without a day counts by its place among the others. An answer without
    a decision moves nothing, nor does one to a referral the agency does not have: it counts once the referral has left.
    `is_reoriented` says that another one took its place; `on` asks whether its delay is over on that day.
    """
    last = _last_word(answers) if is_sent else None
    state = state_of(
        last.decision if last else None, is_sent=is_sent, is_withdrawn=referral.withdrawn_on is not None,
        is_reoriented=is_reoriented, is_overdue=on is not None and due_on is not None and on > due_on,
    )  # fmt: skip
    return FollowedReferral(referral=referral, state=state, answer=last, sent_on=sent_on, due_on=due_on)


def state_of(
    decision: Decision | None, *, is_sent: bool, is_withdrawn: bool, is_reoriented: bool, is_overdue: bool
) -> ReferralState:
    """Where a referral stands after the last word of its agency."""
    if not is_sent:
        return ReferralState.WITHDRAWN if is_withdrawn else ReferralState.WAITING
    if is_reoriented:
        return ReferralState.REORIENTED
    state = _AFTER[decision] if decision else ReferralState.SENT
    return ReferralState.EXPIRED if is_overdue and state in (ReferralState.SENT, ReferralState.RECEIVED) else state


def _last_word(answers: Iterable[ReferralAnswer]) -> ReferralAnswer | None:
    last: ReferralAnswer | None = None
    for answer in answers:
        if answer.decision is None:
            continue
        older = last is not None and last.decided_on and answer.decided_on and answer.decided_on < last.decided_on
        last = last if older else answer
    return last
