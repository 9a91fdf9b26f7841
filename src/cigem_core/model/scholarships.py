"""What the centre keeps of a round of scholarships: the call, what was decided, the draws, who holds a seat, what was paid."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from cigem_core.model.fields import field, key, kind
from cigem_core.model.values import Labelled


class ApplicationState(Labelled):
    """Where an application stands."""

    DRAFT = "draft", "brouillon"
    DEPOSITED = "deposited", "déposé"
    TO_REVIEW = "to-review", "à décider"
    INELIGIBLE = "ineligible", "irrecevable"
    ELIGIBLE = "eligible", "recevable"
    WAITING = "waiting", "en attente"
    AWARDED = "awarded", "bourse attribuée"
    ACCEPTED = "accepted", "bourse acceptée"
    STUDYING = "studying", "en études"
    SUSPENDED = "suspended", "suspendue"
    GRADUATED = "graduated", "diplômé"
    INSERTED = "inserted", "dans l'emploi"
    ENDED = "ended", "terminée"
    WITHDRAWN = "withdrawn", "désisté"


@kind("scholarship_call", fr="appel à candidatures", en="call for scholarships")
@frozen(kw_only=True)
class ScholarshipCall:
    """A call that was opened, in the wording that counts today."""

    reference: str = key("Reference of the call", fr="Référence de l'appel")
    wording: str = field("Wording (TOML)", fr="Texte (TOML)", required=True)
    wording_digest: str = field("Digest of the wording", fr="Empreinte du texte", required=True)
    committed: str | None = field("Digest of the list published", fr="Empreinte de la liste publiée")


@kind("screening_decision", fr="décision sur un dossier", en="decision on an application")
@frozen(kw_only=True)
class ScreeningDecision:
    """What an officer decided of an application whose rules are undetermined."""

    call: str = field("Call", fr="Appel", required=True, part_of_key=True)
    application: str = field("Application number", fr="N° dossier", required=True, part_of_key=True)
    eligible: bool = field("Eligible", fr="Recevable", required=True)
    because: str = field("Because", fr="Motif", required=True, sensitivity="personal")


@kind("scholarship_withdrawal", fr="désistement", en="withdrawal of an application")
@frozen(kw_only=True)
class ScholarshipWithdrawal:
    """An application that takes no part any more, by its applicant's own wish."""

    call: str = field("Call", fr="Appel", required=True, part_of_key=True)
    application: str = field("Application number", fr="N° dossier", required=True, part_of_key=True)
    because: str | None = field("Because", fr="Motif", sensitivity="personal")


@kind("scholarship_draw", fr="tirage", en="draw")
@frozen(kw_only=True)
class ScholarshipDraw:
    """A draw that was made, and what it was made of."""

    call: str = field("Call", fr="Appel", required=True, part_of_key=True)
    number: int = field("Which draw of the call", fr="Rang du tirage", required=True, part_of_key=True)
    seed: str = field("Seed", fr="Graine", required=True)
    undecided_left: bool = field("Without the undecided", fr="Sans les dossiers à décider", required=True)
    list_digest: str = field("Digest of the list", fr="Empreinte de la liste", required=True)
    call_digest: str = field("Digest of the call", fr="Empreinte de l'appel", required=True)


@kind("scholarship_award", fr="bourse", en="scholarship")
@frozen(kw_only=True)
class ScholarshipAward:
    """A seat that an application holds by the last draw; one of an earlier draw only is held no more."""

    call: str = field("Call", fr="Appel", required=True, part_of_key=True)
    application: str = field("Application number", fr="N° dossier", required=True, part_of_key=True)
    draw: int = field("Draw", fr="Tirage", required=True)
    seat: str = field("Seat", fr="Siège", required=True)
    rank_of_choice: int = field("Rank of the choice", fr="Rang du choix", required=True)
    seat_type: str = field("Reserve", fr="Réserve", required=True)
    score: int = field("Score", fr="Points", required=True)


@kind("scholarship_step", fr="suite d'une bourse", en="step of a scholarship")
@frozen(kw_only=True)
class ScholarshipStep:
    """What became of a scholarship after it was awarded: accepted, renewed, suspended, crowned by a diploma."""

    call: str = field("Call", fr="Appel", required=True, part_of_key=True)
    application: str = field("Application number", fr="N° dossier", required=True, part_of_key=True)
    position: int = field("Which step", fr="Rang", required=True, part_of_key=True)
    act: str = field("What happened", fr="Ce qui arriva", required=True)
    on_day: date = field("On", fr="Le", required=True)
    because: str | None = field("Because", fr="Motif", sensitivity="personal")


@kind("instalment_paid", fr="versement", en="instalment paid")
@frozen(kw_only=True)
class InstalmentPaid:
    """Some of an instalment that was paid; `position` counts those that are alike in all else."""

    call: str = field("Call", fr="Appel", required=True, part_of_key=True)
    application: str = field("Application number", fr="N° dossier", required=True, part_of_key=True)
    payer: str = field("Payer", fr="Payeur", required=True, part_of_key=True)
    due_on: date = field("Due on", fr="Échéance", required=True, part_of_key=True)
    paid_on: date = field("Paid on", fr="Payé le", required=True, part_of_key=True)
    units: int = field("Amount", fr="Montant", required=True, part_of_key=True)
    position: int = field("Which of several alike", fr="Rang parmi ses pareils", required=True, part_of_key=True)
