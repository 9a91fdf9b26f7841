"""UFAE, the training units: how trainees fare, as answers to a KoboToolbox / ODK form.

The form is illustrative: it follows what is publicly known of what the units record.
"""

from cigem_core import Evaluation, Occupation, Place, Referral, Sex, Trainee, TrainingResult
from cigem_core.sdk import Adapter, Api, Child, FormPost, Submissions, Table, column, columns, form_in, hookimpl
from cigem_mali import MALI_2009, PHONES

CIGEM_API = "1.0"

DAY = "yyyy-mm-dd"
REGIONS = {code.lower().replace("-", "_"): Place(MALI_2009.list, MALI_2009.edition, code) for code in MALI_2009.by_code}

TRADES = {
    "soudure": Occupation("7212"),
    "mecanique": Occupation("7231"),
    "couture": Occupation("7531"),
    "maraichage": Occupation("6111"),
    "electricite": Occupation("7411"),
    "menuiserie": Occupation("7115"),
}

evaluations = Child(Evaluation, {
    "module": column("formation/evaluation[]/module"),
    "mark":   column("formation/evaluation[]/note").decimal("."),
})  # fmt: skip

submissions = Submissions("submissions*.*", resource="submissions", repeats=["formation/evaluation"])
trainees = Table(Trainee, submissions, {
    "reference":             column("_uuid").required(),
    "recorded_at":           column("start").moment(),
    "identity.family_name":  column("stagiaire/nom"),
    "identity.given_names":  column("stagiaire/prenom"),
    "identity.sex":          column("stagiaire/sexe").codes({"f": Sex.FEMALE, "m": Sex.MALE}),
    "identity.birth":        columns(date="stagiaire/date_naissance", year="stagiaire/annee_naissance").birth(DAY),
    "identity.phones":       column("stagiaire/telephone").phone(PHONES),
    "residence.region":      column("stagiaire/region").codes(REGIONS),
    "languages":             column("stagiaire/langues").words(" "),
    "trade":                 column("formation/filiere"),
    "began_on":              column("formation/debut").date(DAY),
    "ended_on":              column("formation/fin").date(DAY),
    "hours":                 column("formation/heures_suivies").number(),
    "result":                column("formation/resultat").codes({
        "en_cours": TrainingResult.IN_PROGRESS,
        "certifie": TrainingResult.CERTIFIED,
        "ajourne": TrainingResult.ADJOURNED,
        "abandon": TrainingResult.ABANDONED,
    }),
}, form=form_in("cigem_ufae", "forms/suivi_formation.xlsx"), children=[evaluations],
   repeats=True, replaces=["meta/deprecatedID", "meta/rootUuid", "_id"])  # fmt: skip

orientation = form_in("cigem_ufae", "forms/orientation.xlsx")
referrals = Table(Referral, FormPost(orientation), {
    "reference":            column("numero").required(),
    "identity.family_name": column("nom"),
    "identity.given_names": column("prenom"),
    "identity.sex":         column("sexe").codes({"f": Sex.FEMALE, "m": Sex.MALE}),
    "identity.birth":       column("naissance").birth("dd/mm/yyyy", "yyyy", "vers yyyy"),
    "identity.phones":      column("telephone").phone(PHONES),
    "residence.region":     column("region").codes(REGIONS),
    "occupation":           column("filiere").codes(TRADES),
    "convention":           column("convention"),
    "reason":               column("motif"),
}, form=orientation)  # fmt: skip

service = Api(
    agency="ufae", scheme="Token", key_header=None, headers={"X-OpenRosa-Version": "1.0"},
    accepted={201, 202},  # a page with 200 is a portal's
)  # fmt: skip
ufae = Adapter("ufae", pull=[trainees], push=[referrals], api=service, token_is_optional=True)


@hookimpl
def cigem_adapters() -> list[Adapter]:
    """UFAE's adapter."""
    return [ufae]
