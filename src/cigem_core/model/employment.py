"""The kinds an employment service exchanges: job seekers, job offers, placements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from attrs import frozen

from cigem_core.model.fields import field, group, key, kind, refers, several
from cigem_core.model.identity import Identity, Migration, Residence
from cigem_core.model.values import Amount, Labelled, Level, Occupation, Place, Sector


class SeekerStatus(Labelled):
    """Where a job seeker stands with the service."""

    REGISTERED = "registered", "inscrit"
    IN_TRAINING = "in-training", "en formation"
    PLACED = "placed", "placé"
    STRUCK_OFF = "struck-off", "radié"


class ContractType(Labelled):
    """The contract an offer or a placement is made under."""

    PERMANENT = "permanent", "contrat à durée indéterminée"
    FIXED_TERM = "fixed-term", "contrat à durée déterminée"
    INTERNSHIP = "internship", "stage"
    DAILY = "daily", "journalier"


class OfferStatus(Labelled):
    """Whether an offer still takes candidates."""

    OPEN = "open", "ouverte"
    CLOSED = "closed", "close"
    FILLED = "filled", "pourvue"


class Outcome(Labelled):
    """What became of someone some months after a placement."""

    EMPLOYED = "employed", "en emploi"
    WITHOUT_WORK = "without-work", "sans emploi"
    IN_TRAINING = "in-training", "en formation"
    LOST_SIGHT_OF = "lost-sight-of", "perdu de vue"


@kind("job_seeker", fr="demandeur d'emploi", en="job seeker")
@frozen(kw_only=True)
class JobSeeker:
    """Someone registered with an employment service as looking for work."""

    reference: str = key("Registration number", fr="Numéro d'inscription")
    registered_on: date | None = field("Registered on", fr="Date d'inscription")
    identity: Identity | None = group()
    residence: Residence | None = group()
    education: Level | None = field("School level", fr="Niveau d'étude")
    occupation: Occupation | None = field("Occupation (ISCO-08)", fr="Code métier (CITP-08)")
    wanted_job: str | None = field("Job looked for", fr="Métier recherché")
    experience_years: Decimal | None = field("Experience in years", fr="Expérience en années")
    languages: tuple[str, ...] = several("Languages", fr="Langues")
    migration: Migration | None = group()
    status: SeekerStatus | None = field("Situation", fr="Situation")
    remarks: str | None = field("Remarks", fr="Observations", sensitivity="personal")


@kind("job_offer", fr="offre d'emploi", en="job offer")
@frozen(kw_only=True)
class JobOffer:
    """Posts an employer wants to fill."""

    reference: str = key("Offer number", fr="Numéro de l'offre")
    employer: str | None = field("Employer", fr="Employeur")
    sector: Sector | None = field("Sector (ISIC Rev. 4)", fr="Secteur (CITI Rév. 4)")
    occupation: Occupation | None = field("Occupation (ISCO-08)", fr="Code métier (CITP-08)")
    title: str | None = field("Job title", fr="Intitulé du poste")
    contract: ContractType | None = field("Type of contract", fr="Type de contrat")
    posts: int | None = field("Number of posts", fr="Nombre de postes")
    region: Place | None = field("Region", fr="Région")
    monthly_salary: Amount | None = field("Monthly salary", fr="Salaire mensuel")
    posted_on: date | None = field("Posted on", fr="Date de dépôt")
    closes_on: date | None = field("Closes on", fr="Date de clôture")
    status: OfferStatus | None = field("Status", fr="Statut")


@kind("placement", fr="placement", en="placement")
@frozen(kw_only=True)
class Placement:
    """A job seeker placed on an offer."""

    reference: str = key("Placement number", fr="Numéro du placement")
    seeker: str = refers(JobSeeker, "Job seeker", fr="Demandeur d'emploi", required=True)
    offer: str | None = refers(JobOffer, "Job offer", fr="Offre d'emploi")
    started_on: date | None = field("Started on", fr="Date de début")
    ends_on: date | None = field("Planned end", fr="Date de fin prévue")
    contract: ContractType | None = field("Type of contract", fr="Type de contrat")
    monthly_salary: Amount | None = field("Monthly salary", fr="Salaire mensuel")
    outcome: Outcome | None = field("Situation after six months", fr="Situation à six mois")
