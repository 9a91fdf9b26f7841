"""What the centre keeps of a round of scholarships: the call, what was decided, the draws, who holds a seat, what was paid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from attrs import frozen

from cigem_core.model.fields import field, key, kind, several
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
    LAPSED = "lapsed", "échue sans réponse"


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
    """An application that takes no part any more: by its applicant's own wish, or because nobody answered in time."""

    call: str = field("Call", fr="Appel", required=True, part_of_key=True)
    application: str = field("Application number", fr="N° dossier", required=True, part_of_key=True)
    lapsed: bool | None = field("Not answered in time", fr="Sans réponse à temps")
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
    drawn_on: date | None = field("Drawn on", fr="Tiré le")


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
    answer_by: date | None = field("To be answered by", fr="Réponse attendue le")
    """None where the call sets no term, or the award was made before it did."""


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


@kind("scholarship_appeal", fr="recours", en="appeal")
@frozen(kw_only=True)
class ScholarshipAppeal:
    """An appeal against one step of a round: what is asked, and how it was judged."""

    call: str = field("Call", fr="Appel", required=True, part_of_key=True)
    application: str = field("Application number", fr="N° dossier", required=True, part_of_key=True)
    position: int = field("Which appeal of the application", fr="Rang", required=True, part_of_key=True)
    against: str = field("Step appealed against", fr="Étape visée", required=True)
    asks: str | None = field("Field to be read again", fr="Champ à relire")
    cell: str | None = field("What it should say", fr="Ce qu'il devrait dire", sensitivity="personal")
    eligible: bool | None = field("Eligible", fr="Recevable")
    because: str = field("Because", fr="Motif", required=True, sensitivity="personal")
    moves_digest: str = field("Digest of who would move", fr="Empreinte de qui changerait", required=True)
    granted: bool | None = field("Granted", fr="Accordé")
    granted_as: int | None = field("Which of those granted", fr="Rang parmi les accordés")
    judged_because: str | None = field("Judged so because", fr="Motif du jugement", sensitivity="personal")
    joined: tuple[str, ...] = several("Newly on the list", fr="Entrés dans la liste")
    """The applications that are eligible by it, and were not."""
    left: tuple[str, ...] = several("No longer on the list", fr="Sortis de la liste")


@kind("study_result", fr="résultat d'études", en="study result")
@frozen(kw_only=True)
class StudyResult:
    """What a year of study came to, for someone who holds a scholarship."""

    application: str = field("Application number", fr="N° dossier", required=True, part_of_key=True)
    year: int = field("Year", fr="Année", required=True, part_of_key=True)
    passed: bool = field("Passed", fr="Admis", required=True, sensitivity="personal")
    mean: Decimal | None = field("Mean mark of the year", fr="Moyenne de l'année", sensitivity="personal")


@kind("review_assignment", fr="lecture confiée", en="reading assigned")
@frozen(kw_only=True)
class ReviewAssignment:
    """An application that a reviewer is to read."""

    call: str = field("Call", fr="Appel", required=True, part_of_key=True)
    application: str = field("Application number", fr="N° dossier", required=True, part_of_key=True)
    reviewer: str = field("Reviewer", fr="Lecteur", required=True, part_of_key=True)
    moderates: bool | None = field("Moderates", fr="Départage")
    """Whether the reading parts two that lie too far apart."""


@kind("rubric_score", fr="points d'une lecture", en="points of a reading")
@frozen(kw_only=True)
class RubricScore:
    """The whole points one reviewer gave one application for one rubric; once given they are never altered."""

    application: str = field("Application number", fr="N° dossier", required=True, part_of_key=True)
    reviewer: str = field("Reviewer", fr="Lecteur", required=True, part_of_key=True)
    rubric: str = field("Rubric", fr="Critère", required=True, part_of_key=True)
    points: int = field("Points", fr="Points", required=True)
