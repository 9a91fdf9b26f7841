"""What every record that speaks of someone shares, whoever sends it: who they are, where they live, where they returned from."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from cigem_core.model.fields import field, several
from cigem_core.model.values import Country, Labelled, PartialDate, Phone, Place


class Sex(Labelled):
    """As the agencies record it."""

    FEMALE = "female", "femme"
    MALE = "male", "homme"


@frozen(kw_only=True)
class Identity:
    """Who someone is. No part of it is ever required of a person by the model."""

    family_name: str | None = field("Family name", fr="Nom", sensitivity="personal")
    given_names: str | None = field("Given names", fr="Prénom(s)", sensitivity="personal")
    sex: Sex | None = field("Sex", fr="Sexe", sensitivity="personal")
    birth: PartialDate | None = field("Date or year of birth", fr="Date ou année de naissance", sensitivity="personal")
    birthplace: str | None = field("Place of birth", fr="Lieu de naissance", sensitivity="personal")
    nationality: str | None = field("Nationality", fr="Nationalité", sensitivity="personal")
    nina: str | None = field("National identification number", fr="N° NINA", sensitivity="sensitive")
    phones: tuple[Phone, ...] = several("Phones", fr="Téléphones", sensitivity="personal")


@frozen(kw_only=True)
class Residence:
    """Where someone lives."""

    region: Place | None = field("Region", fr="Région")
    district: str | None = field("District", fr="Cercle")


class ReturnReason(Labelled):
    """Why someone came back."""

    EXPULSION = "expulsion", "expulsion"
    VOLUNTARY = "voluntary", "retour volontaire"
    REPATRIATION = "repatriation", "rapatriement"
    TRANSIT = "transit", "transit"


@frozen(kw_only=True)
class Migration:
    """The journey someone came back from."""

    returnee: bool | None = field("Return migrant", fr="Migrant de retour", sensitivity="sensitive")
    country: Country | None = field("Country returned from", fr="Pays de provenance", sensitivity="sensitive")
    returned_on: date | None = field("Returned on", fr="Date de retour", sensitivity="sensitive")
    reason: ReturnReason | None = field("Reason of return", fr="Motif du retour", sensitivity="sensitive")
