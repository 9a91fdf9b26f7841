"""The kinds of training: a plan with its modules, sessions, enrolments and budget; trainees and their evaluations."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from attrs import frozen

from cigem_core.model.fields import field, group, key, kind, refers, scope, several
from cigem_core.model.identity import Identity, Migration, Residence
from cigem_core.model.values import Amount, Labelled, Occupation


class EnrolmentStatus(Labelled):
    """Where someone stands in a session."""

    ENROLLED = "enrolled", "inscrit"
    PRESENT = "present", "présent"
    ABANDONED = "abandoned", "abandon"
    CERTIFIED = "certified", "certifié"


class TrainingResult(Labelled):
    """How a training ended."""

    IN_PROGRESS = "in-progress", "en cours"
    CERTIFIED = "certified", "certifié"
    ADJOURNED = "adjourned", "ajourné"
    ABANDONED = "abandoned", "abandon"


@kind("training_plan", fr="plan de formation", en="training plan")
@frozen(kw_only=True)
class TrainingPlan:
    """What a fund and a centre agreed to teach, when and at what cost."""

    reference: str = key("Plan number", fr="Numéro du plan")
    convention: str | None = field("Convention", fr="Convention")
    promoter: str | None = field("Promoter", fr="Promoteur")
    region: str | None = field("Region", fr="Région")


@kind("training_module", fr="module", en="training module")
@frozen(kw_only=True)
class TrainingModule:
    """A trade, or part of one, that a plan teaches."""

    plan: str = scope(TrainingPlan, "Training plan", fr="Plan de formation")
    reference: str = key("Module code", fr="Code du module")
    title: str | None = field("Title", fr="Intitulé")
    occupation: Occupation | None = field("Occupation (ISCO-08)", fr="Code métier (CITP-08)")
    hours: int | None = field("Hours", fr="Volume horaire")
    provider: str | None = field("Provider", fr="Opérateur")
    certification: str | None = field("Certification", fr="Certification")


@kind("training_session", fr="session de formation", en="training session")
@frozen(kw_only=True)
class TrainingSession:
    """One time a module is taught, with so many places."""

    plan: str = scope(TrainingPlan, "Training plan", fr="Plan de formation")
    reference: str = key("Session code", fr="Code de la session")
    module: str = refers(TrainingModule, "Module", fr="Module", required=True)
    venue: str | None = field("Venue", fr="Lieu")
    begins_on: date | None = field("Begins on", fr="Date de début")
    ends_on: date | None = field("Ends on", fr="Date de fin")
    places: int | None = field("Places", fr="Places")


@kind("enrolment", fr="inscription", en="enrolment", asked_by="referral")
@frozen(kw_only=True)
class Enrolment:
    """Someone's seat in a session."""

    plan: str = scope(TrainingPlan, "Training plan", fr="Plan de formation")
    reference: str = key("Enrolment number", fr="Numéro d'inscription")
    identity: Identity | None = group()
    residence: Residence | None = group()
    migration: Migration | None = group()
    session: str = refers(TrainingSession, "Session", fr="Session", required=True)
    status: EnrolmentStatus | None = field("Status", fr="Statut")


@kind("budget_line", fr="ligne budgétaire", en="budget line")
@frozen(kw_only=True)
class BudgetLine:
    """What a module of a plan costs under one heading."""

    plan: str = scope(TrainingPlan, "Training plan", fr="Plan de formation")
    module: str = refers(TrainingModule, "Module", fr="Module", required=True, part_of_key=True)
    heading: str | None = field("Heading", fr="Rubrique", part_of_key=True)
    quantity: Decimal | None = field("Quantity", fr="Quantité")
    unit_cost: Amount | None = field("Unit cost", fr="Coût unitaire")
    amount: Amount | None = field("Amount", fr="Montant")


@kind("trainee", fr="stagiaire", en="trainee")
@frozen(kw_only=True)
class Trainee:
    """Someone a training unit follows through a training."""

    reference: str = key("Number of the record", fr="Numéro de la fiche")
    recorded_at: datetime | None = field("Recorded at", fr="Saisie le")
    identity: Identity | None = group()
    residence: Residence | None = group()
    languages: tuple[str, ...] = several("Languages", fr="Langues")
    trade: str | None = field("Trade", fr="Filière")
    began_on: date | None = field("Began on", fr="Début")
    ended_on: date | None = field("Ended on", fr="Fin")
    hours: int | None = field("Hours attended", fr="Heures suivies")
    result: TrainingResult | None = field("Result", fr="Résultat")


@kind("evaluation", fr="évaluation", en="evaluation")
@frozen(kw_only=True)
class Evaluation:
    """The mark a trainee got in a module: a child of the trainee's record, at its place among the others."""

    trainee: str = refers(Trainee, "Trainee", fr="Stagiaire", required=True, part_of_key=True)
    position: int = field("Position", fr="Position", required=True, part_of_key=True)
    module: str | None = field("Module", fr="Module")
    mark: Decimal | None = field("Mark out of 20", fr="Note sur 20")
