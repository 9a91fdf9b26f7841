"""The life of a referral: which moves are possible, when it expires, and whether somebody was referred for the same before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from cigem_core.errors import OperatorError
from cigem_core.model.referrals import Decision, FollowedReferral, Referral, ReferralAnswer, ReferralState
from cigem_core.text import Text

S = ReferralState

_ANSWERS = {"accept": S.ACCEPTED, "refuse": S.REFUSED, "begin": S.UNDER_WAY, "finish": S.DONE}

LIFE: Mapping[ReferralState, Mapping[str, ReferralState]] = {
    S.WAITING: {"send": S.SENT, "withdraw": S.WITHDRAWN},
    S.SENT: {"receive": S.RECEIVED, **_ANSWERS, "expire": S.EXPIRED, "reorient": S.REORIENTED},
    S.RECEIVED: {**_ANSWERS, "expire": S.EXPIRED, "reorient": S.REORIENTED},
    S.EXPIRED: {**_ANSWERS, "reorient": S.REORIENTED},
    S.ACCEPTED: {"refuse": S.REFUSED, "begin": S.UNDER_WAY, "finish": S.DONE, "reorient": S.REORIENTED},
    S.UNDER_WAY: {"finish": S.DONE, "reorient": S.REORIENTED},
    S.REFUSED: {"accept": S.ACCEPTED, "reorient": S.REORIENTED},
    S.DONE: {},
    S.WITHDRAWN: {},
    S.REORIENTED: {},
}
"""State → act → state. One not yet sent can be taken back; one that left can only be answered, or re-oriented."""

DECIDES: Mapping[str, Decision] = {
    "receive": Decision.RECEIVED,
    "accept": Decision.ACCEPTED,
    "refuse": Decision.REFUSED,
    "begin": Decision.UNDER_WAY,
    "finish": Decision.DONE,
}
"""The acts that are an agency's answer."""

_FR = {
    "send": "transmettre", "withdraw": "retirer", "receive": "accuser réception", "accept": "accepter", "refuse": "refuser",
    "begin": "commencer", "finish": "terminer", "expire": "expirer", "reorient": "réorienter",
}  # fmt: skip


def moved(one: FollowedReferral, act: str) -> ReferralState:
    """Where an act leads; OperatorError where it is impossible, naming those that are possible."""
    moves = LIFE[one.state]
    if act not in moves:
        number = one.referral.reference
        fr = ", ".join(_FR[name] for name in moves if name != "expire") or "rien"
        en = ", ".join(name for name in moves if name != "expire") or "nothing"
        raise OperatorError(
            Text(
                fr=f"{number} est {one.state.fr} : on ne peut pas {_FR.get(act, act)} ; possible : {fr}",
                en=f"{number} is {one.state.label.en}: '{act}' is impossible; possible: {en}",
            ),
            possible=tuple(moves),
        )
    return moves[act]


def due_on(sent_on: date, within_days: int | None) -> date | None:
    """The day by which an agency answers, where its convention says so."""
    return None if within_days is None else sent_on + timedelta(days=within_days)


def is_answered(answers: Iterable[ReferralAnswer]) -> bool:
    """Whether an agency answered: an acknowledgement is no answer."""
    return any(one.decision not in (None, Decision.RECEIVED) for one in answers)


def same_need(one: Referral, other: Referral) -> bool:
    """Whether two referrals ask one agency for the same thing for one person."""
    return _need(one) == _need(other) and _whom(one) == _whom(other) and _whom(one) is not None


def _need(referral: Referral) -> tuple[object, ...]:
    return referral.to, referral.occupation, referral.session, referral.service


def _whom(referral: Referral) -> object:
    if referral.subject is None:
        return referral.identity
    return referral.subject.agency, referral.subject.kind, referral.subject.scope or "", referral.subject.key


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
