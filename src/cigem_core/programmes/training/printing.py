"""What is printed of a plan: its page, and a letter to its fund; every number of them is one that the rules gave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from cigem_core.model.values import Amount
from cigem_core.pages import PrintedTable, Prose, page
from cigem_core.programmes.training.calendar import in_order, sessions_chart
from cigem_core.programmes.training.cash import LatePayment
from cigem_core.programmes.training.money import FunderBalance
from cigem_core.programmes.training.participation import Participation
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.programmes.training.roster import Roster
from cigem_core.programmes.training.session_page import percent_of
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
        body=[
            *([calendar] if calendar else []),
            _sessions(plan, results),
            _money(plan, results, lines),
            _funders(funders),
            late_table(late),
        ],
    )


def _sessions(plan: CarriedPlan, results: Sequence[SessionResults]) -> PrintedTable:
    rows: Any = []
    for one in in_order(results):
        session = plan.sessions[one.session]
        called = sum(tally.called for tally in one.tallies.values())
        attended = sum(tally.attended for tally in one.tallies.values())
        rate = percent_of(Decimal(attended) / called) if called else None
        rows.append(
            [
                one.session,
                _title(plan, one.module),
                one.begins_on,
                one.ends_on,
                session.places,
                len(one.enrolled),
                rate,
                len(one.certified),
            ]
        )
    return PrintedTable(
        caption=Text(fr="Les sessions", en="The sessions"),
        header=[
            Text(fr="Session", en="Session"), Text(fr="Module", en="Module"), Text(fr="Début", en="Begins"),
            Text(fr="Fin", en="Ends"), Text(fr="Places", en="Places"), Text(fr="Inscrits", en="Enrolled"),
            Text(fr="Assiduité (%)", en="Attendance (%)"), Text(fr="Certifiés", en="Certified"),
        ],
        rows=rows,
    )  # fmt: skip


def _money(plan: CarriedPlan, results: Sequence[SessionResults], lines: Sequence[Settled]) -> PrintedTable:
    """The money of each session, in the order in which the page lists them."""
    places = {one.session: at for at, one in enumerate(in_order(results))}
    in_turn = sorted(lines, key=lambda line: (places.get(line.session, len(places)), line.currency))
    return PrintedTable(
        caption=Text(fr="L'argent par session : engagé = acquis + en cours + libéré", en="Committed = earned + open + released"),
        header=[Text(fr="Session", en="Session"), Text(fr="Module", en="Module"), *_MONEY],
        rows=_rows([line.session, _title(plan, line.module), *_amounts(line)] for line in in_turn),
    )


def _title(plan: CarriedPlan, code: str) -> str:
    module = plan.modules.get(code)
    return module.title if module and module.title else code


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
