"""What is printed of a plan: its page, and a certificate; every number of them is one that the rules gave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from cigem_core.model.identity import Identity
from cigem_core.model.training_acts import Certificate
from cigem_core.model.values import Amount
from cigem_core.pages import PrintedTable, Prose, page
from cigem_core.programmes.training.calendar import in_order, sessions_chart
from cigem_core.programmes.training.cash import LatePayment
from cigem_core.programmes.training.money import FunderBalance
from cigem_core.programmes.training.participation import Participation
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.programmes.training.roster import Roster
from cigem_core.programmes.training.settlement import SessionResults, Settled
from cigem_core.programmes.training.statements import late_table
from cigem_core.text import Language, Text


def plan_page(
    plan: CarriedPlan, results: Sequence[SessionResults], lines: Sequence[Settled], funders: Sequence[FunderBalance],
    late: Sequence[LatePayment], *, issuer: Sequence[str], on: date | None = None, language: Language = "fr",
) -> str:  # fmt: skip
    """The page of a plan: its sessions on a calendar, with their places and attendance, and its money by session and funder."""
    calendar = sessions_chart(plan, results, on=on, language=language)
    return page(
        title=Text(fr=f"Plan de formation {plan.ref.key}", en=f"Training plan {plan.ref.key}"),
        issuer=list(issuer),
        reference=str(plan.ref),
        language=language,
        body=[*([calendar] if calendar else []), _sessions(plan, results), _money(lines), _funders(funders), late_table(late)],
    )


def _sessions(plan: CarriedPlan, results: Sequence[SessionResults]) -> PrintedTable:
    rows: Any = []
    for one in in_order(results):
        session = plan.sessions[one.session]
        module = plan.modules.get(one.module)
        called = sum(tally.called for tally in one.tallies.values())
        attended = sum(tally.attended for tally in one.tallies.values())
        rate = f"{100 * attended / called:.1f}".replace(".", ",") if called else None
        title = module.title if module and module.title else one.module
        rows.append([one.session, title, one.begins_on, one.ends_on, session.places, len(one.enrolled), rate, len(one.certified)])
    return PrintedTable(
        caption=Text(fr="Les sessions", en="The sessions"),
        header=[
            Text(fr="Session", en="Session"), Text(fr="Module", en="Module"), Text(fr="Début", en="Begins"),
            Text(fr="Fin", en="Ends"), Text(fr="Places", en="Places"), Text(fr="Inscrits", en="Enrolled"),
            Text(fr="Assiduité (%)", en="Attendance (%)"), Text(fr="Certifiés", en="Certified"),
        ],
        rows=rows,
    )  # fmt: skip


def _money(lines: Sequence[Settled]) -> PrintedTable:
    return PrintedTable(
        caption=Text(fr="L'argent par session : engagé = acquis + en cours + libéré", en="Committed = earned + open + released"),
        header=[Text(fr="Session", en="Session"), *_MONEY],
        rows=_rows([line.session, *_amounts(line)] for line in lines),
    )


def _funders(funders: Sequence[FunderBalance]) -> PrintedTable:
    return PrintedTable(
        caption=Text(fr="L'argent par financeur", en="Money by funder"),
        header=[Text(fr="Financeur", en="Funder"), *_MONEY, Text(fr="Payé", en="Paid"), Text(fr="Dû", en="Owed")],
        rows=_rows(
            [one.funder, *_amounts(one), Amount(one.paid, one.currency), Amount(one.owed, one.currency)] for one in funders
        ),
    )


_MONEY = (
    Text(fr="Engagé", en="Committed"), Text(fr="Acquis", en="Earned"), Text(fr="En cours", en="Open"),
    Text(fr="Libéré", en="Released"),
)  # fmt: skip


def _rows(some: Iterable[list[Any]]) -> Any:
    return list(some)


def _amounts(line: Any) -> list[Amount]:
    return [Amount(getattr(line, name), line.currency) for name in ("committed", "earned", "open", "released")]


def names_of(identity: Identity | None) -> str:
    """Someone's names as they are read aloud."""
    return " ".join(name for name in (identity.given_names, identity.family_name) if name) if identity else ""


def certificate_page(certificate: Certificate, identity: Identity | None, *, issuer: Sequence[str], place: str) -> str:
    """A certificate to print on A4, in French: whom it names, for what, and by which number it is checked."""
    whom = names_of(identity) or certificate.enrolment
    what = certificate.title or certificate.module or certificate.session
    hours = f", d'une durée de {certificate.hours} heures" if certificate.hours else ""
    body = [
        Prose(
            [
                f"Le centre atteste que {whom} a suivi la formation « {what} »{hours}, et a été certifié(e).",
                f"Attestation n° {certificate.reference} · inscription {certificate.enrolment}, session {certificate.session}.",
                f"Elle se vérifie auprès du centre : cigem certificate verify {certificate.reference}",
            ]
        )
    ]
    if certificate.revoked_on is not None:
        body.insert(0, Prose(f"ANNULÉE le {certificate.revoked_on:%d/%m/%Y}."))
    return page(
        "letter.html", title="Attestation de formation", issuer=list(issuer), addressee=[whom], place=place,
        on=certificate.issued_on, body=body, signatures=["Pour le centre"],
    )  # fmt: skip


def notices_page(roster: Roster, *, issuer: Sequence[str], on: date, place: str) -> str:
    """A letter to a fund, in French: whose row it should change, by their numbers, since its workbook takes new rows alone."""
    table = PrintedTable(
        caption=f"Plan {roster.plan.ref.key}",
        header=["N° d'inscription", "À reporter", "Depuis le"],
        rows=[_notice(one) for one in roster.untold],
        empty="Rien à reporter.",
    )
    body = [Prose("Nous vous prions de reporter dans votre plan ce que notre classeur ne peut dire."), table]
    return page(
        "letter.html", title="Désistements et transferts", issuer=list(issuer), addressee=[str(roster.plan.ref.agency)],
        place=place, on=on, body=body, signatures=["Pour le centre"],
    )  # fmt: skip


def _notice(one: Participation) -> list[Any]:
    said = one.untold
    return [one.enrolment.reference if one.enrolment else one.who, said.fr if said else "", one.acts[-1].happened_on]
