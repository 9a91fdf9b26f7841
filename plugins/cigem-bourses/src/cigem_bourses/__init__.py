"""Scholarships: applications, what is paid of them, and what the years of study come to, as the centre's staff take them in.

Which columns of an application are read, and which seats may be chosen, is for the call to say; which payers and due
days there are as well. The layout is illustrative.
"""

from cigem_bourses.answers import answers
from cigem_bourses.words import SERIES, SITUATIONS
from cigem_core import Application, RubricScore, ScholarshipPayment, Sex, StudyResult
from cigem_core.sdk import Adapter, Csv, Table, column, hookimpl
from cigem_mali import MALI_2009, PHONES

CIGEM_API = "1.0"

# The dialect is ANPE's: cp1252 from old programs, UTF-8 with a byte order mark from new ones.
ENCODINGS = ("utf-8-sig", "cp1252")
DAY = "dd/mm/yyyy"

applications = Table(Application, Csv("dossiers.csv", delimiter=";", encodings=ENCODINGS), {
    "reference":            column("N° dossier").required(),
    "deposited_on":         column("Date de dépôt").date(DAY).required(),
    "identity.family_name": column("Nom").required(),
    "identity.given_names": column("Prénom(s)").required(),
    "identity.sex":         column("Sexe").codes({"M": Sex.MALE, "F": Sex.FEMALE}),
    "identity.birth":       column("Date de naissance").birth(DAY, "yyyy", "00/00/yyyy", "vers yyyy"),
    "residence.region":     column("Région").codelist(MALI_2009),
    "residence.district":   column("Cercle"),
    "identity.phones":      column("Téléphone").phone(PHONES),
    "student_number":       column("N° matricule"),
    "series":               column("Série du bac").one_of(*SERIES),
    "certified_in":         column("Année du bac").year(),
    "mean":                 column("Moyenne du bac").decimal(",", minimum=0, maximum=20),
    "repeats":              column("Redoublements").number(minimum=0),
    "social":               column("Situation sociale").words(",", of=SITUATIONS),
    "pieces":               column("Pièces").words(","),
    "choices.first":        column("Choix 1"),
    "choices.second":       column("Choix 2"),
    "choices.third":        column("Choix 3"),
    "choices.fourth":       column("Choix 4"),
    "choices.fifth":        column("Choix 5"),
})  # fmt: skip

payments = Table(ScholarshipPayment, Csv("paiements.csv", delimiter=";", encodings=ENCODINGS), {
    "application": column("N° dossier").required(),
    "payer":       column("Payeur").required(),
    "due_on":      column("Échéance").date(DAY).required(),
    "paid_on":     column("Payé le").date(DAY).required(),
    "units":       column("Montant").units(minimum=1).required(),
    "currency":    column("Devise"),
    "means":       column("Mode"),
}, repeats=True)  # fmt: skip

results = Table(StudyResult, Csv("resultats.csv", delimiter=";", encodings=ENCODINGS), {
    "application": column("N° dossier").required(),
    "year":        column("Année").year().required(),
    "passed":      column("Admis").codes({"O": True, "N": False}).required(),
    "mean":        column("Moyenne").decimal(",", minimum=0, maximum=20),
})  # fmt: skip

readings = Table(RubricScore, Csv("lectures.csv", delimiter=";", encodings=ENCODINGS), {
    "application": column("N° dossier").required(),
    "reviewer":    column("Lecteur").required(),
    "rubric":      column("Critère").required(),
    "points":      column("Points").number(minimum=0).required(),
})  # fmt: skip

bourses = Adapter("bourses", pull=[applications, payments, results, readings])
form = Adapter("bourses-formulaire", pull=[answers])


@hookimpl
def cigem_adapters() -> list[Adapter]:
    """The tables of applications, payments and results; and applications as answers to a form."""
    return [bourses, form]
