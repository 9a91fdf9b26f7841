"""FAFPA, the fund for vocational training: the training plan, as a workbook with a sheet a table.

The layout is illustrative: it follows what is publicly known of what the fund records.
"""

from cigem_core import BudgetLine, Enrolment, EnrolmentStatus, Sex, TrainingModule, TrainingPlan, TrainingSession
from cigem_core.sdk import Adapter, Table, Workbook, column, hookimpl, not_before, occupations, product
from cigem_mali import COUNTRIES, PHONES

CIGEM_API = "1.0"

DAY = "dd/mm/yyyy"
PLAN = "N° du plan"  # it names the workbook, and stands with every record of its sheets
book = Workbook("plan_formation_{yyyy}.xlsx", named=("Plan", PLAN), total="TOTAL")

plans = Table(TrainingPlan, book.labels("Plan"), {
    "reference":  column(PLAN),
    "convention": column("Convention"),
    "promoter":   column("Promoteur"),
    "region":     column("Région"),
})  # fmt: skip

modules = Table(TrainingModule, book.sheet("Modules"), {
    "plan":          column(PLAN).reference(),
    "reference":     column("Code module").required(),
    "title":         column("Intitulé"),
    "occupation":    column("Code métier").codelist(occupations),
    "hours":         column("Volume horaire").number(),
    "provider":      column("Opérateur"),
    "certification": column("Certification"),
})  # fmt: skip

sessions = Table(TrainingSession, book.sheet("Sessions"), {
    "plan":      column(PLAN).reference(),
    "reference": column("Code session").required(),
    "module":    column("Code module").reference().required(),
    "venue":     column("Lieu"),
    "begins_on": column("Date début").date(DAY),
    "ends_on":   column("Date fin").date(DAY),
    "places":    column("Places").number(minimum=1),
}, rules=[not_before("ends_on", "begins_on")])  # fmt: skip

enrolments = Table(Enrolment, book.sheet("Inscriptions"), {
    "plan":                  column(PLAN).reference(),
    "reference":             column("N°").required(),
    "identity.family_name":  column("Nom").required(),
    "identity.given_names":  column("Prénom").required(),
    "identity.sex":          column("Sexe").codes({"F": Sex.FEMALE, "H": Sex.MALE}),
    "identity.birth":        column("Né(e) le").birth(DAY, "yyyy", "00/00/yyyy", "vers yyyy"),
    "identity.phones":       column("Téléphone").phone(PHONES),
    "residence.district":    column("Résidence"),
    "migration.country":     column("Pays de retour").codelist(COUNTRIES),
    "session":               column("Code session").reference().required(),
    "status":                column("Statut").codes({
        "Inscrit": EnrolmentStatus.ENROLLED,
        "Présent": EnrolmentStatus.PRESENT,
        "Abandon": EnrolmentStatus.ABANDONED,
        "Certifié": EnrolmentStatus.CERTIFIED,
    }),
})  # fmt: skip

budget = Table(BudgetLine, book.sheet("Budget"), {
    "plan":      column(PLAN).reference(),
    "module":    column("Code module").reference().required(),
    "heading":   column("Rubrique"),
    "quantity":  column("Quantité").decimal(",", minimum=0).required(),
    "unit_cost": column("Coût unitaire (F CFA)").amount("XOF").required(),
    "amount":    column("Montant (F CFA)").amount("XOF").required(),
}, rules=[product("amount", "quantity", "unit_cost")])  # fmt: skip

fafpa = Adapter("fafpa", pull=[plans, modules, sessions, enrolments, budget], push=[enrolments])


@hookimpl
def cigem_adapters() -> list[Adapter]:
    """FAFPA's adapter."""
    return [fafpa]
