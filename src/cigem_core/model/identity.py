"""One identity for everyone a record speaks of, whoever sends the record."""

from __future__ import annotations

from attrs import frozen

from cigem_core.model.fields import field, several
from cigem_core.model.values import Labelled, PartialDate, Phone, Place


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
