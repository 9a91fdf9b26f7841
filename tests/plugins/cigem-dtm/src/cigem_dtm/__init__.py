"""Displacement as IOM's Displacement Tracking Matrix answers it: how many people were found where, round by round."""

from datetime import date

from attrs import frozen

from cigem_core.model.fields import field, key, kind
from cigem_core.model.values import Country, Labelled
from cigem_core.sdk import Adapter, Json, Table, column, hookimpl

CIGEM_API = "1.0"


class Reason(Labelled):
    """Why people left."""

    CONFLICT = "conflict", "conflit"
    DISASTER = "disaster", "catastrophe naturelle"
    INSECURITY = "insecurity", "insécurité"
    OTHER = "other", "autre raison"


class Assessment(Labelled):
    """What was assessed: an area, or a site."""

    BASELINE = "baseline", "zone"
    SITE = "site", "site"


@kind("displacement", fr="déplacement", en="displacement")
@frozen(kw_only=True)
class Displacement:
    """The people one round found displaced in one area."""

    reference: str = key("Record number", fr="Numéro de la fiche")
    country: Country | None = field("Country", fr="Pays")
    area: str | None = field("Area", fr="Zone")
    area_code: str | None = field("Code of the area", fr="Code de la zone")
    people: int | None = field("People present", fr="Personnes présentes", required=True)
    men: int | None = field("Men", fr="Hommes")
    women: int | None = field("Women", fr="Femmes")
    reported_on: date | None = field("Reported on", fr="Date du rapport", required=True)
    round: int | None = field("Round", fr="Passage")
    reason: Reason | None = field("Reason", fr="Cause")
    origin: str | None = field("Area of origin", fr="Zone d'origine")
    assessment: Assessment | None = field("Assessment", fr="Évaluation")


displacements = Table(Displacement, Json("displacement*.json", resource="displacement", records="result"), {
    "reference":   column("id"),
    "country":     column("admin0Pcode").codes({"MLI": Country("ML"), "TCD": Country("TD"), "NER": Country("NE")}),
    "area":        column("admin1Name"),
    "area_code":   column("admin1Pcode"),
    "people":      column("numPresentIdpInd").number(minimum=0),
    "men":         column("numberMales").number(minimum=0),
    "women":       column("numberFemales").number(minimum=0),
    "reported_on": column("reportingDate").date("yyyy-mm-ddT00:00:00"),
    "round":       column("roundNumber").number(minimum=1),
    "reason":      column("displacementReason").blank("No reason for displacement reported").codes({
        "Conflict": Reason.CONFLICT,
        "Natural disaster": Reason.DISASTER,
        "Insecurity": Reason.INSECURITY,
        "Other reason": Reason.OTHER,
    }),
    "origin":      column("idpOriginAdmin1Name").blank("Not available"),
    "assessment":  column("assessmentType").codes({"BA": Assessment.BASELINE, "SA": Assessment.SITE}),
})  # fmt: skip

dtm = Adapter("dtm", pull=[displacements])


@hookimpl
def cigem_adapters() -> list[Adapter]:
    """The adapter of the tracking matrix."""
    return [dtm]
