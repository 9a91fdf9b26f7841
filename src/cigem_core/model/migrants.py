"""The centre's own file on someone it serves, what they are at each time, and the agencies' records tied to the file."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from cigem_core.model.fields import field, group, key, kind, refers, several
from cigem_core.model.identity import Identity, Migration, Residence
from cigem_core.model.values import Country, Labelled, Level, Occupation, Phone


class Condition(Labelled):
    """What someone is to the centre at a time."""

    RETURNING = "returning", "de retour"
    IN_TRANSIT = "in-transit", "en transit"
    CANDIDATE = "candidate-to-departure", "candidat au départ"
    STUDENT = "student", "étudiant"
    RESIDENT = "resident", "résident"
    VISITOR = "visitor", "visiteur"


class SafeWay(Labelled):
    """How someone may be reached without putting them at risk."""

    PHONE = "phone", "par téléphone"
    MESSAGE = "message", "par message seulement"
    THROUGH_SOMEONE = "through-someone", "par une autre personne"
    VISIT_ONLY = "visit-only", "seulement au centre"
    NOT_AT_ALL = "not-at-all", "ne pas contacter"


@frozen(kw_only=True)
class Reach:
    """How someone may be reached safely; not everyone may be called at home."""

    way: SafeWay | None = field("How to reach them", fr="Comment joindre", sensitivity="personal")
    phone: Phone | None = field("Safe phone", fr="Téléphone sûr", sensitivity="personal")
    through: str | None = field("Through whom", fr="Par qui", sensitivity="personal")
    hours: str | None = field("When", fr="Quand", sensitivity="personal")
    caution: str | None = field("Caution", fr="Précaution", sensitivity="sensitive")


@frozen(kw_only=True)
class Guardian:
    """Who answers for a minor."""

    name: str | None = field("Guardian", fr="Tuteur", sensitivity="personal")
    relation: str | None = field("Relation", fr="Lien", sensitivity="personal")
    phone: Phone | None = field("Guardian's phone", fr="Téléphone du tuteur", sensitivity="personal")
    file: str | None = field("Guardian's own file", fr="Dossier du tuteur", sensitivity="personal")


@kind("migrant", fr="migrant", en="migrant", centre=True)
@frozen(kw_only=True)
class Migrant:
    """Someone the centre serves. Nothing but the number is required: a nickname is enough, and so is less."""

    reference: str = key("File number", fr="Numéro de dossier")
    opened_on: date | None = field("Opened on", fr="Ouvert le")
    known_as: str | None = field("Known as", fr="Surnom", sensitivity="personal")
    identity: Identity | None = group()
    residence: Residence | None = group()
    migration: Migration | None = group()
    education: Level | None = field("School level", fr="Niveau d'étude")
    occupation: Occupation | None = field("Occupation (ISCO-08)", fr="Code métier (CITP-08)")
    languages: tuple[str, ...] = several("Languages", fr="Langues")
    reach: Reach | None = group()
    guardian: Guardian | None = group()
    joined_to: str | None = refers("migrant", "Double of", fr="Double de")
    """The file this one turned out to be a double of; empty where it stands on its own."""
    joined_because: str | None = field("Why it is a double", fr="Pourquoi c'est un double", sensitivity="personal")


@frozen(kw_only=True)
class NextLeg:
    """Where someone who only passes through goes next."""

    place: str | None = field("Next place", fr="Prochaine étape", sensitivity="sensitive")
    country: Country | None = field("Next country", fr="Prochain pays", sensitivity="sensitive")
    leaves_by: date | None = field("To leave by", fr="À partir avant le", sensitivity="sensitive")
    left_on: date | None = field("Left on", fr="Parti le", sensitivity="sensitive")


@kind("situation", fr="situation", en="situation", centre=True)
@frozen(kw_only=True)
class Situation:
    """What a migrant is from one day to another; several may hold at once."""

    migrant: str = refers(Migrant, "Migrant", fr="Migrant", required=True, part_of_key=True)
    number: int = field("Number", fr="Numéro", required=True, part_of_key=True)
    condition: Condition | None = field("Situation", fr="Situation", sensitivity="sensitive")
    since: date | None = field("Since", fr="Depuis le")
    until: date | None = field("Until", fr="Jusqu'au")
    leg: NextLeg | None = group()


@kind("attachment", fr="rattachement", en="attachment", centre=True)
@frozen(kw_only=True)
class Attachment:
    """An agency's record tied to a migrant's file by an officer, or untied again; a record is tied to one file at most."""

    record: str = key("Record", fr="Fiche")
    """Agency, kind, scope and key of the record, as a ref is written."""
    migrant: str = refers(Migrant, "Migrant", fr="Migrant", required=True)
    attached_on: date | None = field("Attached on", fr="Rattachée le")
    attached_by: str | None = field("Attached by", fr="Rattachée par")
    because: str | None = field("Reason", fr="Motif", sensitivity="personal")
    detached_on: date | None = field("Detached on", fr="Détachée le")
    detached_by: str | None = field("Detached by", fr="Détachée par")
    detached_because: str | None = field("Reason of detachment", fr="Motif du détachement", sensitivity="personal")

    @property
    def holds(self) -> bool:
        """Whether the record is tied to the file now."""
        return self.detached_on is None
