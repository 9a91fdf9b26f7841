"""Individual projects, their steps, and the services people may be sent to."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from cigem_core.model.fields import field, key, kind, refers, several
from cigem_core.model.identity import Sex
from cigem_core.model.migrants import Condition, Migrant
from cigem_core.model.values import Amount, Labelled, Occupation, Place


class Goal(Labelled):
    """What an individual project is for."""

    JOB = "job", "emploi"
    TRAINING = "training", "formation"
    BUSINESS = "business", "activité propre"
    STUDIES = "studies", "études"
    LEGAL_DEPARTURE = "legal-departure", "départ légal"
    NONE_YET = "none-yet", "pas encore"


class ProjectResult(Labelled):
    """How an individual project ended."""

    ACHIEVED = "achieved", "réalisé"
    PARTLY = "partly-achieved", "réalisé en partie"
    ABANDONED = "abandoned", "abandonné"
    MOVED_AWAY = "moved-away", "parti ailleurs"
    LOST_SIGHT_OF = "lost-sight-of", "perdu de vue"


@kind("individual_project", fr="projet individuel", en="individual project", centre=True)
@frozen(kw_only=True)
class IndividualProject:
    """What a migrant sets out to do; each revision is a version, and a project that is closed stays closed."""

    reference: str = key("Project number", fr="Numéro du projet")
    migrant: str = refers(Migrant, "Migrant", fr="Migrant", required=True)
    opened_on: date | None = field("Opened on", fr="Ouvert le")
    goal: Goal | None = field("Goal", fr="But")
    occupation: Occupation | None = field("Occupation (ISCO-08)", fr="Code métier (CITP-08)")
    trade: str | None = field("Trade in words", fr="Métier, en toutes lettres")
    region: Place | None = field("Region", fr="Région")
    town: str | None = field("Town or village", fr="Localité")
    budget: Amount | None = field("Budget wished", fr="Budget souhaité")
    revised_because: str | None = field("Reason of the last revision", fr="Motif de la dernière révision", sensitivity="personal")
    closed_on: date | None = field("Closed on", fr="Clos le")
    result: ProjectResult | None = field("Result", fr="Résultat")
    outcome: str | None = field("Result in words", fr="Résultat, en toutes lettres", sensitivity="personal")


@kind("project_step", fr="étape du projet", en="step of a project", centre=True)
@frozen(kw_only=True)
class ProjectStep:
    """Something to be done for a project, by when, and who helps."""

    project: str = refers(IndividualProject, "Project", fr="Projet", required=True, part_of_key=True)
    number: int = field("Number", fr="Numéro", required=True, part_of_key=True)
    title: str | None = field("What", fr="Quoi", sensitivity="personal")
    due_on: date | None = field("Due on", fr="Pour le")
    helper: str | None = field("Who helps", fr="Qui aide")
    done_on: date | None = field("Done on", fr="Fait le")
    dropped_on: date | None = field("Dropped on", fr="Abandonnée le")


@kind("service", fr="prestation", en="service", centre=True)
@frozen(kw_only=True)
class Service:
    """What a partner offers: where, for whom, with how many places, and when that was last confirmed."""

    number: str = key("Service number", fr="Numéro de la prestation")
    directory: str | None = field("Directory", fr="Répertoire")
    name: str | None = field("Name", fr="Nom")
    offered_by: str | None = field("Agency, by its code", fr="Structure, par son code")
    provider: str | None = field("Provider", fr="Prestataire")
    occupation: Occupation | None = field("Occupation (ISCO-08)", fr="Code métier (CITP-08)")
    goals: tuple[Goal, ...] = several("For projects of", fr="Pour un projet de")
    areas: tuple[str, ...] = several("For residents of", fr="Pour les résidents de")
    venue: str | None = field("Venue", fr="Lieu")
    from_age: int | None = field("From age", fr="Âge minimal")
    to_age: int | None = field("To age", fr="Âge maximal")
    sex: Sex | None = field("Only for", fr="Réservé aux")
    least_level: int | None = field("Least school level (ISCED)", fr="Niveau minimal (CITE)")
    conditions: tuple[Condition, ...] = several("For situations", fr="Pour les situations")
    languages: tuple[str, ...] = several("Languages", fr="Langues")
    places: int | None = field("Places", fr="Places")
    starts_on: date | None = field("Starts on", fr="Commence le")
    closed_because: str | None = field("Closed because", fr="Fermée car")
    bring: str | None = field("What to bring", fr="À apporter")
    how: str | None = field("How to apply", fr="Comment faire")
    confirmed_on: date | None = field("Confirmed on", fr="Confirmée le")
