"""The weekly report of a health unit in Mali on notifiable diseases: a workbook with one sheet, a row a disease."""

from attrs import frozen

from cigem_core.model.fields import field, key, kind, scope
from cigem_core.sdk import Adapter, Table, Workbook, column, hookimpl

CIGEM_API = "1.0"

REPORT = "Rapport"  # no label of the sheet names it: the name of the file does


@kind("disease_report", fr="rapport hebdomadaire", en="weekly report")
@frozen(kw_only=True)
class DiseaseReport:
    """What one health unit reports of one week."""

    reference: str = key("Report", fr="Rapport")


@kind("disease_count", fr="cas notifiés", en="notified cases")
@frozen(kw_only=True)
class DiseaseCount:
    """How many cases and deaths of one disease a report tells."""

    report: str = scope(DiseaseReport, "Report", fr="Rapport")
    disease: str = key("Disease", fr="Maladie")
    cases: int | None = field("Cases", fr="Cas")
    deaths: int | None = field("Deaths", fr="Décès")


book = Workbook("hebdo-MADO_*.xls*", named=("Rapport", REPORT))

reports = Table(DiseaseReport, book.labels("Rapport"), {"reference": column(REPORT)})
counts = Table(DiseaseCount, book.sheet("Rapport"), {
    "report":  column(REPORT).reference(),
    "disease": column("MADO"),
    "cases":   column("Cas").number(minimum=0),
    "deaths":  column("Décès").number(minimum=0),
})  # fmt: skip

mado = Adapter("mado", pull=[reports, counts])


@hookimpl
def cigem_adapters() -> list[Adapter]:
    """The adapter of the weekly reports."""
    return [mado]
