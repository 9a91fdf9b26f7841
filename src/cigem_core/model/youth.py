"""The kinds a youth employment service exchanges: young people, their internships and their projects."""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen

from cigem_core.model.fields import field, group, key, kind, refers
from cigem_core.model.identity import Identity, Migration, Residence
from cigem_core.model.values import Amount, Labelled, Level, Occupation


class Scheme(Labelled):
    """What the service offers someone."""

    INTERNSHIP = "internship", "stage"
    PROJECT = "project", "projet"
    JOB = "job", "emploi"


class InternshipOutcome(Labelled):
    """What became of an internship."""

    JOB = "job", "emploi"
    ABANDONED = "abandoned", "abandon"
    IN_PROGRESS = "in-progress", "en cours"
    FINISHED = "finished", "terminé"


class ProjectStatus(Labelled):
    """Where a request for funding stands."""

    SUBMITTED = "submitted", "déposé"
    UNDER_STUDY = "under-study", "à l'étude"
    FUNDED = "funded", "financé"
    REJECTED = "rejected", "rejeté"


@kind("young_person", fr="jeune", en="young person")
@frozen(kw_only=True)
class YoungPerson:
    """Someone a youth employment service follows."""

    reference: str = key("Number of the young person", fr="Numéro du jeune")
    identity: Identity | None = group()
    residence: Residence | None = group()
    education: Level | None = field("School level", fr="Niveau d'étude")
    occupation: Occupation | None = field("Occupation (ISCO-08)", fr="Code métier (CITP-08)")
    migration: Migration | None = group()
    scheme: Scheme | None = field("Scheme", fr="Dispositif")
    modified_at: datetime | None = field("Modified at", fr="Modifiée le")


@kind("internship", fr="stage", en="internship")
@frozen(kw_only=True)
class Internship:
    """A young person's time in a structure that takes interns."""

    reference: str = key("Internship number", fr="Numéro du stage")
    young_person: str = refers(YoungPerson, "Young person", fr="Jeune", required=True)
    host: str | None = field("Host", fr="Structure d'accueil")
    started_on: date | None = field("Started on", fr="Date de début")
    ends_on: date | None = field("Ends on", fr="Date de fin")
    allowance: Amount | None = field("Allowance", fr="Indemnité")
    outcome: InternshipOutcome | None = field("Outcome", fr="Issue")


@kind("business_project", fr="projet", en="business project")
@frozen(kw_only=True)
class BusinessProject:
    """An activity a young person asks to have funded."""

    reference: str = key("Project number", fr="Numéro du projet")
    young_person: str = refers(YoungPerson, "Young person", fr="Jeune", required=True)
    title: str | None = field("Title", fr="Intitulé")
    requested: Amount | None = field("Amount requested", fr="Montant demandé")
    granted: Amount | None = field("Amount granted", fr="Montant accordé")
    status: ProjectStatus | None = field("Status", fr="Statut")
