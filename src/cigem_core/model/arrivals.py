"""Groups that arrive, those of them who came, and what each was given."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from cigem_core.model.fields import field, group, key, kind, refers
from cigem_core.model.identity import Identity
from cigem_core.model.migrants import Migrant
from cigem_core.model.values import Amount, Country, Labelled


class Means(Labelled):
    """How a group travels."""

    FLIGHT = "flight", "vol"
    CONVOY = "convoy", "convoi"
    BOAT = "boat", "bateau"
    TRAIN = "train", "train"
    OTHER = "other", "autre"


@kind("arrival", fr="arrivée", en="arrival", centre=True)
@frozen(kw_only=True)
class Arrival:
    """A group announced with a headcount and nobody's name."""

    reference: str = key("Arrival number", fr="Numéro d'arrivée")
    arrives_on: date | None = field("Arrives on", fr="Arrive le")
    announced: int = field("Announced", fr="Annoncés", required=True)
    means: Means | None = field("Means of travel", fr="Moyen de transport")
    carrier: str | None = field("Carrier", fr="Transporteur")
    country: Country | None = field("Country left", fr="Pays de départ")
    arrives_at: str | None = field("Place of arrival", fr="Lieu d'arrivée")
    announced_by: str | None = field("Announced by", fr="Annoncée par")
    absent: int | None = field("Did not come, unnamed", fr="Non venus, sans nom")


class Presence(Labelled):
    """Whether someone of a group came."""

    EXPECTED = "expected", "attendu"
    RECEIVED = "received", "reçu"
    ABSENT = "absent", "non venu"


@kind("registration", fr="enregistrement à l'arrivée", en="registration on arrival", centre=True)
@frozen(kw_only=True)
class Registration:
    """Someone of a group: named on the carrier's list, then received with a file or not come."""

    arrival: str = refers(Arrival, "Arrival", fr="Arrivée", required=True, part_of_key=True)
    number: int = field("Number", fr="Numéro", required=True, part_of_key=True)
    presence: Presence | None = field("Presence", fr="Présence")
    migrant: str | None = refers(Migrant, "Migrant", fr="Migrant")
    identity: Identity | None = group()
    listed_as: str | None = field("Number on the carrier's list", fr="Numéro sur la liste du transporteur")
    settled_on: date | None = field("Received or missed on", fr="Reçu ou manquant le")


class AidNature(Labelled):
    """What someone is given on arrival."""

    MEAL = "meal", "repas"
    NIGHT = "night", "nuit"
    TRANSPORT = "transport", "transport"
    KIT = "kit", "trousse"
    CASH = "cash", "espèces"


@kind("aid", fr="aide remise", en="aid given", centre=True)
@frozen(kw_only=True)
class Aid:
    """What a migrant was given: so many of something, or a whole amount of money."""

    migrant: str = refers(Migrant, "Migrant", fr="Migrant", required=True, part_of_key=True)
    number: int = field("Number", fr="Numéro", required=True, part_of_key=True)
    arrival: str | None = refers(Arrival, "Arrival", fr="Arrivée")
    nature: AidNature | None = field("Nature", fr="Nature")
    quantity: int | None = field("Quantity", fr="Quantité")
    amount: Amount | None = field("Amount", fr="Montant")
    given_on: date | None = field("Given on", fr="Remise le")
    given_by: str | None = field("Given by", fr="Remise par")
