"""A plugin as it was written for version 1.0 of the hooks. It is never changed: it shows that such plugins still work."""

from cigem_core import JobOffer
from cigem_core.sdk import Adapter, Code, CodeList, Csv, Table, column, hookimpl, not_before
from cigem_core.text import Text

CIGEM_API = "1.0"

places = CodeList(
    list="old-places",
    edition="2020",
    title=Text(fr="Lieux", en="Places"),
    source="invented",
    codes=(Code(code="N", name="North"), Code(code="S", name="South", spellings=("Sud",))),
)

offers = Table(
    JobOffer,
    Csv("trades_{yyyymm}.csv", delimiter=",", encodings=("utf-8-sig",)),
    {
        "reference": column("Id").required(),
        "title": column("Trade"),
        "region": column("Place").codelist(places),
        "posts": column("Posts").number(minimum=1),
        "monthly_salary": column("Pay").amount("EUR", minimum=0),
        "posted_on": column("From").date("yyyy-mm-dd"),
        "closes_on": column("To").date("yyyy-mm-dd"),
    },
    rules=[not_before("closes_on", "posted_on")],
)

told = []


@hookimpl
def cigem_adapters():
    return [Adapter("old", pull=[offers])]


@hookimpl
def cigem_codelists():
    return [places]


@hookimpl
def cigem_conventions():
    return []


@hookimpl
def cigem_happened(event):
    told.append(event.act)
