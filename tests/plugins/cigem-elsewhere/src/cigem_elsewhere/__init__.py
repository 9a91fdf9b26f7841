"""Elsewhere, a country that is nowhere: its provinces, telephone numbers and money, one agreement, one agency."""

from __future__ import annotations

from importlib import resources

from cigem_core import JobSeeker, Sex
from cigem_core.model.conventions import Convention
from cigem_core.model.referrals import Referral
from cigem_core.sdk import Adapter, Code, CodeList, Csv, PhonePlan, Table, column, hookimpl, not_after
from cigem_core.text import Text

CIGEM_API = "1.0"

PROVINCES = CodeList(
    list="elsewhere-provinces",
    edition="2020",
    title=Text(fr="Provinces d'Ailleurs", en="Provinces of Elsewhere"),
    source="invented",
    folded=True,
    codes=(
        Code(code="XE-1", name="Nordmark", spellings=("North Mark",)),
        Code(code="XE-2", name="Østerhavn", spellings=("Osterhavn", "East Haven")),
        Code(code="XE-3", name="Weißfeld", spellings=("Weissfeld", "White Field")),
    ),
)
SCHOOLS = CodeList(
    list="elsewhere-schools",
    edition="2020",
    title=Text(fr="Niveaux scolaires d'Ailleurs", en="School levels of Elsewhere"),
    source="invented",
    codes=(Code(code="0", name="none", isced=0), Code(code="1", name="folk", isced=2), Code(code="2", name="high", isced=3)),
)
PHONES = PhonePlan(calling_code="999", national="[2-9][0-9]{6}", group=3, like="234 567 8")

# Days are written with points, months first; what is not known is a dash.
DAY = "mm.dd.yyyy"

seekers = Table(JobSeeker, Csv("seekers-{yyyymmdd}.csv", delimiter="|", encodings=("utf-8-sig",)), {
    "reference":            column("No.").required(),
    "registered_on":        column("Since").date(DAY).required(),
    "identity.family_name": column("Surname").required(),
    "identity.given_names": column("Forenames"),
    "identity.sex":         column("F/M").codes({"F": Sex.FEMALE, "M": Sex.MALE}),
    "identity.birth":       column("Born").birth(DAY, "yyyy", "about yyyy"),
    "identity.phones":      column("Tel").phone(PHONES),
    "residence.region":     column("Province").codelist(PROVINCES),
    "education":            column("School").codelist(SCHOOLS),
    "experience_years":     column("Years").decimal("."),
    "migration.returnee":   column("Returned").codes({"yes": True, "no": False}),
}, rules=[not_after("identity.birth", "registered_on")])  # fmt: skip

referrals = Table(Referral, Csv("referred-{yyyymmdd}.csv", delimiter="|", encodings=("utf-8-sig",)), {
    "reference":            column("Ref").required(),
    "identity.family_name": column("Surname"),
    "identity.given_names": column("Forenames"),
    "identity.birth":       column("Born").birth(DAY, "yyyy", "about yyyy"),
    "residence.region":     column("Province").codelist(PROVINCES),
    "reason":               column("Why"),
})  # fmt: skip

labour_house = Adapter("labour-house", pull=[seekers], push=[referrals])


@hookimpl
def cigem_adapters() -> list[Adapter]:
    """The Labour House."""
    return [labour_house]


@hookimpl
def cigem_codelists() -> list[CodeList]:
    """Provinces and school levels."""
    return [PROVINCES, SCHOOLS]


@hookimpl
def cigem_conventions() -> list[Convention]:
    """The one agreement."""
    text = resources.files("cigem_elsewhere").joinpath("conventions/ELSEWHERE-2020.toml").read_text("utf-8")
    return [Convention.from_toml(text)]
