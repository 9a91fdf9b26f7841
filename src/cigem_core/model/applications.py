"""What someone asks of a call for scholarships, and what they were paid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from attrs import frozen

from cigem_core.model.fields import field, group, key, kind, several
from cigem_core.model.identity import Identity, Residence


@frozen(kw_only=True)
class Choices:
    """The seats someone asks for, in their order; what stands in none is a gap."""

    first: str | None = field("First choice", fr="Choix 1")
    second: str | None = field("Second choice", fr="Choix 2")
    third: str | None = field("Third choice", fr="Choix 3")
    fourth: str | None = field("Fourth choice", fr="Choix 4")
    fifth: str | None = field("Fifth choice", fr="Choix 5")


@kind("application", fr="dossier", en="application")
@frozen(kw_only=True)
class Application:
    """Someone's application to a call for scholarships."""

    reference: str = key("Application number", fr="N° dossier")
    call: str | None = field("Call", fr="Appel à candidatures")
    deposited_on: date = field("Deposited on", fr="Date de dépôt", required=True)
    identity: Identity | None = group()
    residence: Residence | None = group()
    student_number: str | None = field("Student number", fr="N° matricule", sensitivity="personal")
    series: str | None = field("Series of the school-leaving certificate", fr="Série du bac")
    certified_in: int | None = field("Year of the school-leaving certificate", fr="Année du bac")
    mean: Decimal | None = field("Mean mark of the school-leaving certificate", fr="Moyenne du bac", sensitivity="personal")
    repeats: int | None = field("School years repeated", fr="Redoublements", sensitivity="personal")
    social: tuple[str, ...] = several("Social situation", fr="Situation sociale", sensitivity="sensitive")
    pieces: tuple[str, ...] = several("Documents handed in", fr="Pièces")
    choices: Choices | None = group()


@kind("scholarship_payment", fr="paiement de bourse", en="scholarship payment")
@frozen(kw_only=True)
class ScholarshipPayment:
    """Some of an instalment of a scholarship, paid on a day; several may be paid on the same."""

    application: str = field("Application number", fr="N° dossier", required=True, part_of_key=True)
    payer: str = field("Payer", fr="Payeur", required=True, part_of_key=True)
    due_on: date = field("Due on", fr="Échéance", required=True, part_of_key=True)
    paid_on: date = field("Paid on", fr="Payé le", required=True, part_of_key=True)
    units: int = field("Amount", fr="Montant", required=True)
    currency: str | None = field("Currency", fr="Devise")
    means: str | None = field("Means of payment", fr="Mode")
