"""What the centre keeps of a plan it carries out: who was there, who is certified, what became of them, who pays and paid."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from attrs import frozen

from cigem_core.model.fields import field, key, kind
from cigem_core.model.training import TrainingResult
from cigem_core.model.values import Amount, Labelled, Occupation


class Mark(Labelled):
    """What the roll call of one day says of someone."""

    PRESENT = "present", "présent"
    LATE = "late", "en retard"
    ABSENT = "absent", "absent"
    EXCUSED = "excused", "excusé"


@kind("attendance", fr="présence", en="attendance", centre=True)
@frozen(kw_only=True)
class Attendance:
    """The mark of someone on one day of a session; a day that is not called any more has none."""

    plan: str = field("Training plan", fr="Plan de formation", required=True, part_of_key=True)
    """The ref of the plan, as it prints."""
    session: str = field("Session", fr="Session", required=True, part_of_key=True)
    enrolment: str = field("Enrolment", fr="Inscription", required=True, part_of_key=True)
    day: date = field("Day", fr="Jour", required=True, part_of_key=True)
    mark: Mark | None = field("Mark", fr="Présence")


@kind("attended_hours", fr="heures suivies", en="hours attended", centre=True)
@frozen(kw_only=True)
class AttendedHours:
    """How many hours of a session an agency's record says someone attended: each record's word stands beside the others'."""

    plan: str = field("Training plan", fr="Plan de formation", required=True, part_of_key=True)
    session: str = field("Session", fr="Session", required=True, part_of_key=True)
    enrolment: str = field("Enrolment", fr="Inscription", required=True, part_of_key=True)
    source: str = field("From which record", fr="D'après quelle fiche", required=True, part_of_key=True)
    """The ref of the agency's record."""
    hours: int | None = field("Hours attended", fr="Heures suivies")
    """None where the record does not speak of that seat any more."""
    recorded_at: datetime | None = field("Recorded at", fr="Saisie le")


@kind("certificate", fr="attestation de formation", en="certificate of training", centre=True)
@frozen(kw_only=True)
class Certificate:
    """What the centre attests of someone who was certified in a session; a revoked one stays, and says so."""

    reference: str = key("Certificate number", fr="Numéro de l'attestation")
    plan: str = field("Training plan", fr="Plan de formation", required=True)
    session: str = field("Session", fr="Session", required=True)
    enrolment: str = field("Enrolment", fr="Inscription", required=True)
    module: str | None = field("Module", fr="Module")
    title: str | None = field("Title", fr="Intitulé")
    occupation: Occupation | None = field("Occupation (ISCO-08)", fr="Code métier (CITP-08)")
    hours: int | None = field("Hours", fr="Volume horaire")
    rate: Decimal | None = field("Attendance", fr="Assiduité")
    mark: Decimal | None = field("Mark out of 20", fr="Note sur 20")
    source: str | None = field("From which record", fr="D'après quelle fiche")
    """The ref of the agency's record that told the result; None where it was told by hand."""
    issued_on: date | None = field("Issued on", fr="Délivrée le")
    revoked_on: date | None = field("Revoked on", fr="Annulée le")
    revoked_because: str | None = field("Reason of the revocation", fr="Motif de l'annulation", sensitivity="personal")


@kind("session_result", fr="résultat de session", en="result of a session", centre=True)
@frozen(kw_only=True)
class SessionResult:
    """How someone's session ended, as a training unit or the centre itself says."""

    plan: str = field("Training plan", fr="Plan de formation", required=True, part_of_key=True)
    session: str = field("Session", fr="Session", required=True, part_of_key=True)
    enrolment: str = field("Enrolment", fr="Inscription", required=True, part_of_key=True)
    result: TrainingResult = field("Result", fr="Résultat", required=True)
    mark: Decimal | None = field("Mark out of 20", fr="Note sur 20")
    source: str | None = field("From which record", fr="D'après quelle fiche")
    """The ref of an agency's record; None where it was told by hand."""
    recorded_on: date | None = field("Recorded on", fr="Noté le")


class LaterStanding(Labelled):
    """Where someone stands some months after a session."""

    EMPLOYED = "employed", "en emploi"
    SELF_EMPLOYED = "self-employed", "à son compte"
    IN_TRAINING = "in-training", "en formation"
    WITHOUT_WORK = "without-work", "sans emploi"
    LOST_SIGHT_OF = "lost-sight-of", "perdu de vue"


@kind("insertion_answer", fr="réponse d'insertion", en="answer on insertion", centre=True)
@frozen(kw_only=True)
class InsertionAnswer:
    """What someone, or who knows them, said some months after a session."""

    plan: str = field("Training plan", fr="Plan de formation", required=True, part_of_key=True)
    enrolment: str = field("Enrolment", fr="Inscription", required=True, part_of_key=True)
    months: int = field("Months after", fr="Mois après", required=True, part_of_key=True)
    standing: LaterStanding | None = field("Situation", fr="Situation", sensitivity="personal")
    answered_on: date | None = field("Answered on", fr="Répondu le")


@kind("funding", fr="financement", en="funding", centre=True)
@frozen(kw_only=True)
class Funding:
    """The share of a plan that a funder pays; the shares of a plan make the whole."""

    plan: str = field("Training plan", fr="Plan de formation", required=True, part_of_key=True)
    funder: str = field("Funder", fr="Financeur", required=True, part_of_key=True)
    percent: Decimal = field("Share in percent", fr="Part en pour cent", required=True)


@kind("training_payment", fr="paiement de formation", en="training payment", centre=True)
@frozen(kw_only=True)
class TrainingPayment:
    """Money a funder paid for a session."""

    reference: str = key("Payment number", fr="Numéro du paiement")
    plan: str = field("Training plan", fr="Plan de formation", required=True)
    session: str = field("Session", fr="Session", required=True)
    funder: str = field("Funder", fr="Financeur", required=True)
    paid_on: date = field("Paid on", fr="Payé le", required=True)
    amount: Amount = field("Amount", fr="Montant", required=True)
