"""ANPE, the national employment agency: job seekers, job offers and placements, dropped as CSV files.

The centre's referrals are dropped for it in the same way, and its answers come back.

The layout is illustrative: it follows what is publicly known of what the agency records.
"""

from cigem_core import (
    Axis,
    ContractType,
    Decision,
    JobOffer,
    JobSeeker,
    OfferStatus,
    Outcome,
    Placement,
    Referral,
    ReferralAnswer,
    ReturnReason,
    SeekerStatus,
    Sex,
)
from cigem_core.sdk import Adapter, Csv, Table, column, hookimpl, not_after, not_before, occupations, sectors
from cigem_mali import COUNTRIES, MALI_2009, PHONES, SCHOOL_LEVELS

CIGEM_API = "1.0"

# The old desktop program writes cp1252; the new one writes UTF-8 with a byte order mark.
ENCODINGS = ("utf-8-sig", "cp1252")
DAY = "dd/mm/yyyy"
CONTRACT = {
    "CDI": ContractType.PERMANENT,
    "CDD": ContractType.FIXED_TERM,
    "STAGE": ContractType.INTERNSHIP,
    "JOURNALIER": ContractType.DAILY,
}

seekers = Table(JobSeeker, Csv("demandeurs_{yyyymm}.csv", delimiter=";", encodings=ENCODINGS), {
    "reference":            column("N° inscription").required(),
    "registered_on":        column("Date inscription").date(DAY).required(),
    "identity.family_name": column("Nom").required(),
    "identity.given_names": column("Prénom(s)").required(),
    "identity.sex":         column("Sexe").codes({"M": Sex.MALE, "F": Sex.FEMALE}),
    "identity.birth":       column("Date ou année de naissance").birth(DAY, "yyyy", "00/00/yyyy", "vers yyyy"),
    "identity.birthplace":  column("Lieu de naissance"),
    "identity.nationality": column("Nationalité"),
    "residence.region":     column("Région").codelist(MALI_2009),
    "residence.district":   column("Cercle"),
    "identity.phones":      column("Téléphone").phone(PHONES),
    "identity.nina":        column("N° NINA"),
    "education":            column("Niveau d'étude").codelist(SCHOOL_LEVELS),
    "occupation":           column("Code métier").codelist(occupations),
    "wanted_job":           column("Métier recherché"),
    "experience_years":     column("Expérience (années)").decimal(",", minimum=0),
    "languages":            column("Langues").words(","),
    "migration.returnee":   column("Migrant de retour").codes({"O": True, "N": False}),
    "migration.country":    column("Pays de provenance").codelist(COUNTRIES),
    "migration.returned_on": column("Date de retour").date(DAY),
    "migration.reason":     column("Motif du retour").codes({
        "expulsion": ReturnReason.EXPULSION,
        "retour volontaire": ReturnReason.VOLUNTARY,
        "rapatriement": ReturnReason.REPATRIATION,
        "transit": ReturnReason.TRANSIT,
    }),
    "status":               column("Situation").codes({
        "1": SeekerStatus.REGISTERED,
        "2": SeekerStatus.IN_TRAINING,
        "3": SeekerStatus.PLACED,
        "4": SeekerStatus.STRUCK_OFF,
    }),
    "remarks":              column("Observations"),
}, rules=[
    not_after("identity.birth", "registered_on"),
    not_after("migration.returned_on", "registered_on"),
])  # fmt: skip

offers = Table(JobOffer, Csv("offres_{yyyymm}.csv", delimiter=";", encodings=ENCODINGS), {
    "reference":      column("N° offre").required(),
    "employer":       column("Employeur"),
    "sector":         column("Secteur").codelist(sectors),
    "occupation":     column("Code métier").codelist(occupations),
    "title":          column("Intitulé du poste"),
    "contract":       column("Type de contrat").codes(CONTRACT),
    "posts":          column("Nombre de postes").number(minimum=1),
    "region":         column("Région").codelist(MALI_2009),
    "monthly_salary": column("Salaire mensuel (F CFA)").amount("XOF", minimum=0),
    "posted_on":      column("Date de dépôt").date(DAY),
    "closes_on":      column("Date de clôture").date(DAY),
    "status":         column("Statut").codes({"O": OfferStatus.OPEN, "C": OfferStatus.CLOSED, "P": OfferStatus.FILLED}),
}, rules=[not_before("closes_on", "posted_on")])  # fmt: skip

placements = Table(Placement, Csv("placements_{yyyymm}.csv", delimiter=";", encodings=ENCODINGS), {
    "reference":      column("N° placement").required(),
    "seeker":         column("N° inscription").reference().required(),
    "offer":          column("N° offre").reference().required(),
    "started_on":     column("Date début").date(DAY),
    "ends_on":        column("Date fin prévue").date(DAY),
    "contract":       column("Type de contrat").codes(CONTRACT),
    "monthly_salary": column("Salaire mensuel (F CFA)").amount("XOF"),
    "outcome":        column("Situation à 6 mois").codes({
        "E": Outcome.EMPLOYED,
        "S": Outcome.WITHOUT_WORK,
        "F": Outcome.IN_TRAINING,
        "X": Outcome.LOST_SIGHT_OF,
    }),
}, rules=[not_before("ends_on", "started_on")])  # fmt: skip

# The old program reads this file: UTF-8 only where a name cannot be written otherwise.
referrals = Table(Referral, Csv("orientations_{yyyymmdd}.csv", delimiter=";", encodings=("cp1252", "utf-8-sig")), {
    "reference":            column("N° orientation").required(),
    "their_reference":      column("N° inscription"),
    "identity.family_name": column("Nom"),
    "identity.given_names": column("Prénom(s)"),
    "identity.sex":         column("Sexe").codes({"M": Sex.MALE, "F": Sex.FEMALE}),
    "identity.birth":       column("Date ou année de naissance").birth(DAY, "yyyy", "00/00/yyyy", "vers yyyy"),
    "identity.phones":      column("Téléphone").phone(PHONES),
    "residence.region":     column("Région").codelist(MALI_2009),
    "occupation":           column("Code métier").codelist(occupations),
    "axis":                 column("Axe").codes({
        "accueil": Axis.RECEPTION,
        "données de l'emploi": Axis.EMPLOYMENT_DATA,
        "formation": Axis.TRAINING,
    }),
    "convention":           column("Convention"),
    "reason":               column("Motif"),
})  # fmt: skip

answers = Table(ReferralAnswer, Csv("reponses_{yyyymmdd}.csv", delimiter=";", encodings=ENCODINGS), {
    "referral":   column("N° orientation").reference().required(),
    "decision":   column("Décision").codes({"A": Decision.ACCEPTED, "R": Decision.REFUSED, "D": Decision.DONE}),
    "decided_on": column("Date").date(DAY),
    "refusal":    column("Motif du refus"),
    "result":     column("Résultat"),
}, repeats=True)  # fmt: skip

anpe = Adapter("anpe", pull=[seekers, offers, placements, answers], push=[referrals])


@hookimpl
def cigem_adapters() -> list[Adapter]:
    """ANPE's adapter."""
    return [anpe]
