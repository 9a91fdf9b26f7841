"""A town hall's list of the people it sends to the centre: a row has a name, a birth and a day, and no number."""

from datetime import date

from attrs import frozen

from cigem_core.model.fields import field, group, key, kind
from cigem_core.model.identity import Identity, Sex
from cigem_core.sdk import Adapter, Csv, Table, column, hookimpl

CIGEM_API = "1.0"


@kind("sent_by_town", fr="personne adressée", en="person sent")
@frozen(kw_only=True)
class SentByTown:
    """Someone the town hall sent to the centre on a day."""

    reference: str = key("Number", fr="Numéro")
    identity: Identity | None = group()
    sent_on: date | None = field("Sent on", fr="Adressé le")
    reason: str | None = field("Reason", fr="Motif")


people = Table(SentByTown, Csv("adresses_{yyyymm}.csv", delimiter=";", encodings=("utf-8-sig", "cp1252")), {
    "identity.family_name": column("Nom"),
    "identity.given_names": column("Prénoms"),
    "identity.sex": column("Sexe").codes({"M": Sex.MALE, "F": Sex.FEMALE}),
    "identity.birth": column("Né(e) le").birth("dd/mm/yyyy", "yyyy", "vers yyyy"),
    "sent_on": column("Adressé le").date("dd/mm/yyyy"),
    "reason": column("Motif"),
}, known_by=["identity.family_name", "identity.given_names", "identity.birth", "sent_on"])  # fmt: skip

mairie = Adapter("mairie", pull=[people])


@hookimpl
def cigem_adapters() -> list[Adapter]:
    """The adapter of the town hall's list."""
    return [mairie]
