"""What the centre decides of someone's seat in a training plan, and of a session that will not take place."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from cigem_core.model.fields import field, kind
from cigem_core.model.states import Transitions
from cigem_core.model.values import Labelled, Occupation
from cigem_core.text import Text


class ParticipationState(Labelled):
    """Where someone stands in a training plan."""

    CANDIDATE = "candidate", "candidat"
    WAITING = "waiting", "sur la liste d'attente"
    ASSIGNED = "assigned", "affecté"
    ENROLLED = "enrolled", "inscrit"
    ATTENDING = "attending", "en formation"
    ADJOURNED = "adjourned", "ajourné"
    CERTIFIED = "certified", "certifié"
    ABANDONED = "abandoned", "abandon"
    WITHDRAWN = "withdrawn", "désisté"


_S = ParticipationState
_MIDWAY = {"certify": _S.CERTIFIED, "adjourn": _S.ADJOURNED, "abandon": _S.ABANDONED, "free": _S.WAITING}

PARTICIPATION = Transitions(
    start=_S.CANDIDATE,
    moves={
        _S.CANDIDATE: {"wait": _S.WAITING, "seat": _S.ASSIGNED, "enrol": _S.ENROLLED, "withdraw": _S.WITHDRAWN},
        _S.WAITING: {"seat": _S.ASSIGNED, "enrol": _S.ENROLLED, "withdraw": _S.WITHDRAWN},
        _S.ASSIGNED: {"enrol": _S.ENROLLED, "move": _S.ASSIGNED, "free": _S.WAITING, "withdraw": _S.WITHDRAWN},
        _S.ENROLLED: {"attend": _S.ATTENDING, "move": _S.ENROLLED, "withdraw": _S.WITHDRAWN, **_MIDWAY},
        _S.ATTENDING: _MIDWAY,
        _S.ADJOURNED: {"certify": _S.CERTIFIED},
        _S.WITHDRAWN: {"wait": _S.WAITING, "seat": _S.ASSIGNED},
    },
    words={
        "wait": Text(fr="mettre sur la liste d'attente", en="put on the waiting list"),
        "seat": Text(fr="affecter à une session", en="seat in a session"),
        "enrol": Text(fr="inscrire au plan", en="enrol in the plan"),
        "move": Text(fr="transférer à une autre session", en="move to another session"),
        "free": Text(fr="libérer d'une session annulée", en="free from a cancelled session"),
        "withdraw": Text(fr="se désister", en="withdraw"),
        "attend": Text(fr="suivre la formation", en="attend"),
        "abandon": Text(fr="abandonner", en="abandon"),
        "adjourn": Text(fr="être ajourné", en="be adjourned"),
        "certify": Text(fr="être certifié", en="be certified"),
    },
)
"""From candidate to certified. The centre waits, seats, moves, frees and withdraws; the rest follows from what others record."""


class CentresMove(Labelled):
    """What the centre itself does with a seat; each is an act of the table of transitions."""

    WAIT = "wait", "mise en attente"
    SEAT = "seat", "affectation"
    MOVE = "move", "transfert"
    FREE = "free", "libération"
    WITHDRAW = "withdraw", "désistement"
    ABANDON = "abandon", "abandon"


@kind("participation_act", fr="acte de participation", en="act of participation", centre=True)
@frozen(kw_only=True)
class ParticipationAct:
    """Something the centre decided of someone's seat; where that leaves them is folded from all of them."""

    plan: str = field("Training plan", fr="Plan de formation", required=True, part_of_key=True)
    """The ref of the plan, as it prints."""
    who: str = field("Whose seat", fr="De qui", required=True, part_of_key=True)
    """The ref of a referral, of a migrant, or of an enrolment that no referral led to."""
    position: int = field("Which act", fr="Rang de l'acte", required=True, part_of_key=True)
    act: CentresMove = field("Act", fr="Acte", required=True)
    session: str | None = field("Session", fr="Session")
    """Where they sit from then on; of someone who waits, the only session they wait for."""
    left: str | None = field("Session left", fr="Session quittée")
    occupation: Occupation | None = field("Trade waited for (ISCO-08)", fr="Métier attendu (CITP-08)")
    enrolment: str | None = field("Enrolment", fr="Inscription")
    """The number of their row, where the plan is the centre's own."""
    rank: int | None = field("Rank on the waiting list", fr="Rang sur la liste d'attente")
    happened_on: date = field("On", fr="Le", required=True)
    because: str | None = field("Because", fr="Motif", sensitivity="personal")


@kind("session_cancellation", fr="annulation de session", en="cancellation of a session", centre=True)
@frozen(kw_only=True)
class SessionCancellation:
    """A session that will not take place, or not to its end; without a day, one that was announced in error."""

    plan: str = field("Training plan", fr="Plan de formation", required=True, part_of_key=True)
    session: str = field("Session", fr="Session", required=True, part_of_key=True)
    cancelled_on: date | None = field("Cancelled on", fr="Annulée le")
    because: str | None = field("Because", fr="Motif")
