"""Where an application stands, from its draft to the graduate's work: one table of what may happen next."""

from __future__ import annotations

from cigem_core.model.scholarships import ApplicationState
from cigem_core.model.states import Transitions
from cigem_core.text import Text

_S = ApplicationState

APPLICATION = Transitions(
    start=_S.DRAFT,
    moves={
        _S.DRAFT: {"deposit": _S.DEPOSITED},
        _S.DEPOSITED: {"admit": _S.ELIGIBLE, "refuse": _S.INELIGIBLE, "hold": _S.TO_REVIEW, "withdraw": _S.WITHDRAWN},
        _S.TO_REVIEW: {"admit": _S.ELIGIBLE, "refuse": _S.INELIGIBLE, "withdraw": _S.WITHDRAWN},
        _S.INELIGIBLE: {"admit": _S.ELIGIBLE},
        _S.ELIGIBLE: {"award": _S.AWARDED, "wait": _S.WAITING, "withdraw": _S.WITHDRAWN},
        _S.WAITING: {"award": _S.AWARDED, "withdraw": _S.WITHDRAWN},
        _S.AWARDED: {
            "accept": _S.ACCEPTED,
            "decline": _S.WITHDRAWN,
            "withdraw": _S.WITHDRAWN,
            "lapse": _S.LAPSED,
            "lose": _S.WAITING,
        },
        _S.ACCEPTED: {
            "renew": _S.STUDYING,
            "graduate": _S.GRADUATED,
            "suspend": _S.SUSPENDED,
            "withdraw": _S.WITHDRAWN,
            "lose": _S.WAITING,
        },
        _S.STUDYING: {
            "renew": _S.STUDYING,
            "graduate": _S.GRADUATED,
            "suspend": _S.SUSPENDED,
            "end": _S.ENDED,
            "withdraw": _S.WITHDRAWN,
            "lose": _S.WAITING,
        },
        _S.SUSPENDED: {"renew": _S.STUDYING, "end": _S.ENDED, "withdraw": _S.WITHDRAWN, "lose": _S.WAITING},
        _S.GRADUATED: {"insert": _S.INSERTED},
    },
    words={
        "deposit": Text(fr="déposer", en="deposit"),
        "admit": Text(fr="déclarer recevable", en="admit"),
        "refuse": Text(fr="déclarer irrecevable", en="refuse"),
        "hold": Text(fr="laisser à décider", en="leave to decide"),
        "award": Text(fr="attribuer un siège", en="award a seat"),
        "wait": Text(fr="mettre en attente", en="put on the waiting list"),
        "accept": Text(fr="accepter la bourse", en="accept the scholarship"),
        "decline": Text(fr="refuser la bourse", en="decline the scholarship"),
        "withdraw": Text(fr="se désister", en="withdraw"),
        "lapse": Text(fr="laisser passer le délai", en="let the term pass"),
        "lose": Text(fr="perdre son siège par un recours", en="lose the seat to an appeal"),
        "renew": Text(fr="renouveler", en="renew"),
        "suspend": Text(fr="suspendre", en="suspend"),
        "graduate": Text(fr="obtenir le diplôme", en="graduate"),
        "insert": Text(fr="entrer dans l'emploi", en="begin work"),
        "end": Text(fr="mettre fin", en="end"),
    },
)
"""From draft to graduated and in work."""

AFTER_THE_AWARD = ("accept", "decline", "renew", "suspend", "graduate", "insert", "end")
"""What is noted of someone who holds a seat; what comes before follows from screening and draw."""
