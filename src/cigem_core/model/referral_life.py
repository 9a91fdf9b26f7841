"""The life of a referral: which moves are possible, and whether somebody was referred for the same need before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cigem_core.errors import OperatorError
from cigem_core.model.referrals import Decision, FollowedReferral, Referral, ReferralAnswer, ReferralState
from cigem_core.model.states import Transitions
from cigem_core.text import Text

S = ReferralState

_ANSWERS = {"accept": S.ACCEPTED, "refuse": S.REFUSED, "begin": S.UNDER_WAY, "finish": S.DONE}

LIFE = Transitions(
    start=S.WAITING,
    moves={
        S.WAITING: {"send": S.SENT, "withdraw": S.WITHDRAWN},
        S.SENT: {"receive": S.RECEIVED, **_ANSWERS, "expire": S.EXPIRED, "reorient": S.REORIENTED},
        S.RECEIVED: {**_ANSWERS, "expire": S.EXPIRED, "reorient": S.REORIENTED},
        S.EXPIRED: {**_ANSWERS, "reorient": S.REORIENTED},
        S.ACCEPTED: {"refuse": S.REFUSED, "begin": S.UNDER_WAY, "finish": S.DONE, "reorient": S.REORIENTED},
        S.UNDER_WAY: {"finish": S.DONE, "reorient": S.REORIENTED},
        S.REFUSED: {"accept": S.ACCEPTED, "reorient": S.REORIENTED},
    },
    words={
        "send": Text(fr="transmettre", en="send"),
        "withdraw": Text(fr="retirer", en="withdraw"),
        "receive": Text(fr="accuser réception", en="receive"),
        "accept": Text(fr="accepter", en="accept"),
        "refuse": Text(fr="refuser", en="refuse"),
        "begin": Text(fr="commencer", en="begin"),
        "finish": Text(fr="terminer", en="finish"),
        "expire": Text(fr="dépasser le délai", en="expire"),
        "reorient": Text(fr="réorienter", en="re-orient"),
    },
)
"""One not yet sent can be taken back; one that left can only be answered, or re-oriented to another agency."""

DECIDES: Mapping[str, Decision] = {
    "receive": Decision.RECEIVED,
    "accept": Decision.ACCEPTED,
    "refuse": Decision.REFUSED,
    "begin": Decision.UNDER_WAY,
    "finish": Decision.DONE,
}
"""The acts that are an agency's answer."""


def moved(one: FollowedReferral, act: str) -> ReferralState:
    """Where an act leads; OperatorError where it is impossible, naming those that are possible."""
    return LIFE.after(one.state, act, about=one.referral.reference)


def is_answered(answers: Iterable[ReferralAnswer]) -> bool:
    """Whether an agency answered: an acknowledgement is no answer."""
    return any(one.decision not in (None, Decision.RECEIVED) for one in answers)


def same_need(one: Referral, other: Referral) -> bool:
    """Whether two referrals ask one agency for the same thing for one person."""
    return _need(one) == _need(other) and _whom(one) == _whom(other) and _whom(one) is not None


def _need(referral: Referral) -> tuple[object, ...]:
    return referral.to, referral.occupation, referral.session, referral.service


def _whom(referral: Referral) -> object:
    return referral.identity if referral.subject is None else str(referral.subject)


def check_unseen(new: Referral, earlier: Iterable[FollowedReferral]) -> None:
    """OperatorError where the person was referred there for the same need before, and not taken back: nobody would see it."""
    for one in earlier:
        if one.state is not S.WITHDRAWN and same_need(new, one.referral):
            number, on = one.referral.reference, one.referral.referred_on
            fr = f"{number} ({one.state.fr}{f', du {on:%d/%m/%Y}' if on else ''})"
            en = f"{number} ({one.state.label.en}{f', of {on}' if on else ''})"
            raise OperatorError(
                Text(
                    fr=f"déjà orienté vers {new.to} pour le même besoin : {fr} ; si c'est voulu, --again",
                    en=f"referred to {new.to} for the same need already: {en}; if it is meant, --again",
                ),
                earlier=number,
            )


def check_reorientation(old: FollowedReferral, to: str) -> None:
    """OperatorError where a referral cannot be re-oriented, or would go to the agency it is at."""
    moved(old, "reorient")
    if old.referral.to == to:
        raise OperatorError(
            Text(
                fr=f"{old.referral.reference} est déjà chez {to} ; réorienter vers une autre structure",
                en=f"{old.referral.reference} is at {to} already; re-orient to another agency",
            )
        )
