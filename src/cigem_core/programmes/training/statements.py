"""The settlement statement of a provider: what each of its sessions earned, by instalment, what was paid, and what is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from cigem_core.errors import UnknownName, nearest
from cigem_core.model.training import TrainingSession
from cigem_core.model.values import Amount
from cigem_core.pages import PrintedTable, Prose, page, written
from cigem_core.programmes.training.cash import LatePayment, Ledger
from cigem_core.programmes.training.instalments import ResultInstalment
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.text import Language, Text


def sessions_of(plan: CarriedPlan, provider: str) -> list[TrainingSession]:
    """The sessions a provider gives; UnknownName proposes the nearest provider."""
    known = {one.provider for one in plan.modules.values() if one.provider}
    if provider not in known:
        near = nearest(provider, known)
        raise UnknownName(
            Text(
                fr=f"aucun opérateur du plan ne s'appelle « {provider} » ; {near.fr}",
                en=f"no provider of the plan is called '{provider}'; {near.en}",
            )
        )
    modules = {code for code, one in plan.modules.items() if one.provider == provider}
    return sorted((one for one in plan.sessions.values() if one.module in modules), key=lambda one: one.reference)


def statement_page(
    plan: CarriedPlan, provider: str, ledger: Ledger, *, on: date, issuer: Sequence[str], language: Language = "fr"
) -> str:
    """The statement as HTML; every number of it is one that the rules gave."""
    codes = {one.reference for one in sessions_of(plan, provider)}
    sessions = sorted(key for key in ledger.lines if key[0] in codes)
    body: list[Any] = [Prose(_as_of(on, language)), _instalments(ledger, sessions), _sums(ledger, sessions)]
    late = [one for one in ledger.late(on) if one.session in codes]
    return page(
        title=Text(fr=f"Décompte de {provider}", en=f"Statement of {provider}"),
        issuer=list(issuer),
        reference=str(plan.ref),
        language=language,
        body=[*body, _payments(ledger, codes, on), late_table(late)],
    )


def _as_of(on: date, language: Language) -> Text:
    day = written(on, language)
    return Text(fr=f"Au {day} : engagé = acquis + en cours + libéré.", en=f"On {day}: committed = earned + open + released.")


_WHEN = {
    "opened": Text(fr="ouverture", en="opening"), "attended": Text(fr="assiduité", en="attendance"),
    "certified": Text(fr="certification", en="certification"), "inserted": Text(fr="insertion", en="insertion"),
}  # fmt: skip


def _named(instalment: ResultInstalment) -> Text:
    label = _WHEN[instalment.when]
    if instalment.months is None:
        return label
    return Text(fr=f"{label.fr} à {instalment.months} mois", en=f"{label.en} after {instalment.months} months")


def _instalments(ledger: Ledger, sessions: Sequence[tuple[str, str]]) -> PrintedTable:
    return PrintedTable(
        caption=Text(fr="Les tranches", en="Instalments"),
        header=[
            Text(fr="Session", en="Session"), Text(fr="Tranche", en="Instalment"), Text(fr="Réglée le", en="Settled on"),
            Text(fr="Part", en="Part"), *_MONEY[1:],
        ],
        rows=[
            [line.session, _named(line.instalment), line.day, *(Amount(units, line.currency) for units in
             (line.part, line.earned, line.open, line.released))]
            for key in sessions for line in ledger.lines[key]
        ],
    )  # fmt: skip


def _sums(ledger: Ledger, sessions: Sequence[tuple[str, str]]) -> PrintedTable:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for key in sessions:
        for line in ledger.lines[key]:
            for at, units in enumerate((line.part, line.earned, line.open, line.released)):
                sums[line.currency][at] += units
    return PrintedTable(
        caption=Text(fr="Ensemble", en="Altogether"),
        header=[Text(fr="Devise", en="Currency"), *_MONEY],
        rows=[[currency, *(Amount(units, currency) for units in found)] for currency, found in sorted(sums.items())],
    )


_MONEY = (
    Text(fr="Engagé", en="Committed"), Text(fr="Acquis", en="Earned"), Text(fr="En cours", en="Open"),
    Text(fr="Libéré", en="Released"),
)  # fmt: skip


def _payments(ledger: Ledger, codes: set[str], on: date) -> PrintedTable:
    return PrintedTable(
        caption=Text(fr="Les paiements", en="Payments"),
        header=[
            Text(fr="Paiement", en="Payment"), Text(fr="Session", en="Session"), Text(fr="Financeur", en="Funder"),
            Text(fr="Payé le", en="Paid on"), Text(fr="Montant", en="Amount"),
        ],
        rows=[
            [one.reference, one.session, one.funder, one.paid_on, one.amount]
            for one in ledger.payments
            if one.session in codes and one.paid_on <= on
        ],
        empty=Text(fr="Aucun paiement.", en="No payment."),
    )  # fmt: skip


def late_table(late: Sequence[LatePayment]) -> PrintedTable:
    """What is late, as a page shows it: a line a session and day, each funder beside the others."""
    funders = sorted({one.funder for one in late})
    sums: dict[tuple[date, str, str], dict[str, int]] = defaultdict(dict)
    for one in late:
        of_day = sums[one.since, one.session, one.currency]
        of_day[one.funder] = of_day.get(one.funder, 0) + one.units
    return PrintedTable(
        caption=Text(fr="En retard de paiement", en="Late payments"),
        header=[Text(fr="Session", en="Session"), Text(fr="Depuis le", en="Since"), *funders],
        rows=[
            [session, since, *(Amount(owed[name], currency) if name in owed else None for name in funders)]
            for (since, session, currency), owed in sorted(sums.items())
        ],
        empty=Text(fr="Rien n'est en retard.", en="Nothing is late."),
    )  # fmt: skip
