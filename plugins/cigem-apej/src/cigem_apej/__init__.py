"""APEJ, the agency for youth employment: young people, internships and projects, by its service over HTTP.

The service is illustrative: it follows what is publicly known of what the agency records.
"""

from cigem_core import (
    Axis,
    BusinessProject,
    Decision,
    Internship,
    InternshipOutcome,
    ProjectStatus,
    Referral,
    ReferralAnswer,
    ReturnReason,
    Scheme,
    Sex,
    YoungPerson,
)
from cigem_core.sdk import (
    Adapter,
    Api,
    Json,
    JsonPost,
    Resource,
    Table,
    column,
    columns,
    countries,
    hookimpl,
    not_before,
    occupations,
)
from cigem_mali import MALI_2009, PHONES, SCHOOL_LEVELS

CIGEM_API = "1.0"

DAY = "yyyy-mm-dd"
BIRTH = "etat_civil.naissance"

young_people = Table(YoungPerson, Json("jeunes*.json", resource="jeunes", records="data"), {
    "reference":             column("id").required(),
    "identity.family_name":  column("etat_civil.nom").required(),
    "identity.given_names":  column("etat_civil.prenoms[]").joined(" ").required(),
    "identity.sex":          column("etat_civil.sexe").codes({"M": Sex.MALE, "F": Sex.FEMALE}),
    "identity.birth":        columns(date=f"{BIRTH}.date", year=f"{BIRTH}.annee", approximate=f"{BIRTH}.approx")
                             .birth(DAY, minimum=1900),
    "identity.birthplace":   column("etat_civil.lieu"),
    "identity.phones":       column("contacts[].valeur").where("contacts[].type", "tel").phone(PHONES),
    "identity.nina":         column("nina"),
    "residence.region":      column("adresse.region").codelist(MALI_2009, written="code"),
    "residence.district":    column("adresse.cercle"),
    "education":             column("formation.niveau").codelist(SCHOOL_LEVELS),
    "occupation":            column("formation.metier").codelist(occupations, written="code"),
    "migration.returnee":    column("migration.retour").codes({"true": True, "false": False}),
    "migration.country":     column("migration.pays").codelist(countries, written="code"),
    "migration.returned_on": column("migration.date").date(DAY),
    "migration.reason":      column("migration.motif").codes({
        "expulsion": ReturnReason.EXPULSION,
        "retour volontaire": ReturnReason.VOLUNTARY,
        "rapatriement": ReturnReason.REPATRIATION,
        "transit": ReturnReason.TRANSIT,
    }),
    "scheme":                column("dispositif").codes({
        "stage": Scheme.INTERNSHIP,
        "projet": Scheme.PROJECT,
        "emploi": Scheme.JOB,
    }),
    "modified_at":           column("modifie_le").moment().required(),
}, repeats=True, latest="modified_at")  # fmt: skip

internships = Table(Internship, Json("stages*.json", resource="stages", records="data"), {
    "reference":    column("id").required(),
    "young_person": column("jeune").reference().required(),
    "host":         column("structure"),
    "started_on":   column("debut").date(DAY),
    "ends_on":      column("fin").date(DAY),
    "allowance":    column("indemnite").amount("XOF", minimum=0),
    "outcome":      column("issue").codes({
        "emploi": InternshipOutcome.JOB,
        "abandon": InternshipOutcome.ABANDONED,
        "en_cours": InternshipOutcome.IN_PROGRESS,
        "termine": InternshipOutcome.FINISHED,
    }),
}, rules=[not_before("ends_on", "started_on")])  # fmt: skip

projects = Table(BusinessProject, Json("projets*.json", resource="projets", records="data"), {
    "reference":    column("id").required(),
    "young_person": column("jeune").reference().required(),
    "title":        column("intitule"),
    "requested":    column("montant_demande").amount("XOF"),
    "granted":      column("montant_accorde").amount("XOF"),
    "status":       column("statut").codes({
        "depose": ProjectStatus.SUBMITTED,
        "etude": ProjectStatus.UNDER_STUDY,
        "finance": ProjectStatus.FUNDED,
        "rejete": ProjectStatus.REJECTED,
    }),
})  # fmt: skip

referrals = Table(Referral, JsonPost("orientations", numbers=["naissance.annee"], booleans=["naissance.approx"]), {
    "reference":             column("numero").required(),
    "their_reference":       column("jeune"),
    "identity.family_name":  column("nom"),
    "identity.given_names":  column("prenoms"),
    "identity.sex":          column("sexe").codes({"M": Sex.MALE, "F": Sex.FEMALE}),
    "identity.birth":        columns(date="naissance.date", year="naissance.annee", approximate="naissance.approx")
                             .birth(DAY, minimum=1900),
    "identity.phones":       column("telephone").phone(PHONES),
    "residence.region":      column("region").codelist(MALI_2009, written="code"),
    "occupation":            column("metier").codelist(occupations, written="code"),
    "axis":                  column("axe").codes({
        "accueil": Axis.RECEPTION,
        "données de l'emploi": Axis.EMPLOYMENT_DATA,
        "formation": Axis.TRAINING,
    }),
    "convention":            column("convention"),
    "reason":                column("motif"),
})  # fmt: skip

answers = Table(ReferralAnswer, Json("orientations*.json", resource="orientations"), {
    "referral": column("numero").reference().required(),
    "decision": column("statut").codes({
        "recue": Decision.RECEIVED,
        "acceptee": Decision.ACCEPTED,
        "refusee": Decision.REFUSED,
        "terminee": Decision.DONE,
    }),
    "decided_on": column("date").date(DAY),
    "refusal":  column("motif"),
    "result":   column("resultat"),
}, repeats=True)  # fmt: skip

service = Api(agency="apej", created="id", resources=[
    Resource("jeunes", modified="modifie_le", since="modifie_depuis"),
    Resource("stages"),
    Resource("projets"),
])  # fmt: skip

apej = Adapter("apej", pull=[young_people, internships, projects, answers], push=[referrals], api=service)


@hookimpl
def cigem_adapters() -> list[Adapter]:
    """APEJ's adapter."""
    return [apej]
