"""How a round is shown on screen: by numbers of applications, without names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from cigem_core.cli.language import Speech
from cigem_core.cli.show import screen
from cigem_core.programmes.scholarships.screening import Notice, Reason
from cigem_core.programmes.scholarships.terms import OPEN

if TYPE_CHECKING:
    from datetime import date

    from cigem_core.programmes.scholarships.draw import Draw
    from cigem_core.programmes.scholarships.orders import InstalmentDue
    from cigem_core.programmes.scholarships.payments import Balances
    from cigem_core.programmes.scholarships.round import Round

_SHOWN = 40
"""Lines listed on screen; `--json` gives them all."""


def reason_said(say: Speech, reason: Reason) -> str:
    """Why an application takes no part."""
    return {
        Reason.EARLY: say("déposé trop tôt", "deposited too early"),
        Reason.LATE: say("déposé trop tard", "deposited too late"),
        Reason.DOUBLE: say("en double", "a double"),
        Reason.INCOMPLETE: say("incomplet", "incomplete"),
        Reason.INELIGIBLE: say("hors des règles", "outside the rules"),
    }[reason]


def show_screening(say: Speech, held: Round) -> None:
    """How many are eligible, and why the others are not."""
    console, lists = screen(), held.screening
    console.print(f"[bold]{escape(held.call.reference)}[/bold] · {escape(say.text(held.call.title))}")
    if held.applications.intake:
        read = held.applications.intake
        console.print(
            say(
                f"{read.read} lus = {read.accepted} acceptés + {read.quarantined} en quarantaine",
                f"{read.read} read = {read.accepted} accepted + {read.quarantined} quarantined",
            )
        )
    console.print(say(f"recevables : {len(lists.eligible)}", f"eligible: {len(lists.eligible)}"))
    console.print(say(f"à décider : {len(lists.to_review)}", f"to decide: {len(lists.to_review)}"))
    for number, articles in list(lists.to_review.items())[:_SHOWN]:
        console.print(f"  {escape(number)} · " + say("articles ", "articles ") + escape(", ".join(articles)))
    console.print(say(f"irrecevables : {len(lists.refused)}", f"ineligible: {len(lists.refused)}"))
    for reason, many in sorted(Counter(one.reason for one in lists.refused.values()).items()):
        console.print(f"  {reason_said(say, reason)} : {many}")
    told = Counter(notice for _, notice in lists.notices)
    for notice, fr, en in (
        (Notice.GAP, "choix dont un rang est vide", "choices with a gap"),
        (Notice.REPEATED, "choix faits deux fois", "choices made twice"),
    ):
        if told[notice]:
            console.print(say(f"{fr} : {told[notice]}", f"{en}: {told[notice]}"))
    console.print(say("empreinte de la liste : ", "digest of the list: ") + held.commitment)


def show_draw(say: Speech, drawn: Draw) -> None:
    """The seats and their reserves, and who holds them."""
    console, told = screen(), drawn.as_dict()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (say("Siège", "Seat"), say("Places", "Places"), say("Prises", "Taken"), say("Réserves", "Reserves")):
        table.add_column(heading)
    for seat in told["seats"]:
        reserves = ", ".join(f"{one['name']} {one['taken']}/{one['places']}" for one in seat["reserves"])
        table.add_row(escape(seat["seat"]), str(seat["places"]), str(seat["taken"]), escape(reserves))
    console.print(table)
    for award in drawn.placed[:_SHOWN]:
        choice = say(f"choix {award.rank_of_choice}", f"choice {award.rank_of_choice}")
        place = say("ouverte", "open") if award.seat_type == OPEN else award.seat_type
        console.print(f"  {escape(award.application)} · {escape(award.seat)} · {choice} · {escape(place)}")
    if (more := len(drawn.placed) - _SHOWN) > 0:
        console.print(say(f"  … et {more} autres (--json les donne tous)", f"  … and {more} more (--json gives all)"))
    console.print(say(f"en attente : {len(drawn.waiting)}", f"waiting: {len(drawn.waiting)}"))


def show_balances(say: Speech, found: Balances) -> None:
    """Who is owed something, and who was paid another sum than the others."""
    console = screen()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        say("N° dossier", "Application"), say("Payeur", "Payer"), say("Dû", "Due"), say("Payé", "Paid"),
        say("Arriéré", "Arrears"), say("En retard", "Late"),
    ):  # fmt: skip
        table.add_column(heading)
    owed = [one for one in found.balances if one.arrears or one.late]
    for one in owed[:_SHOWN]:
        table.add_row(escape(one.application), escape(one.payer), *map(str, (one.due, one.paid, one.arrears, one.late)))
    console.print(table)
    console.print(
        say(
            f"{len(owed)} sur {len(found.balances)} avec un arriéré ou un retard ; {len(found.unequal)} payés inégalement",
            f"{len(owed)} of {len(found.balances)} owed or late; {len(found.unequal)} paid another sum than others",
        )
    )


def show_statement(say: Speech, lines: list[InstalmentDue], on: date) -> None:
    """Each instalment of a scholarship, and what it comes to per currency by a day."""
    console = screen()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (say("Échéance", "Due"), say("Payeur", "Payer"), say("Montant", "Amount"), say("Payé", "Paid")):
        table.add_column(heading)
    table.add_column(say("Manque", "Missing"))
    for line in lines:
        # What falls due later is not missing yet.
        missing = f"{line.missing} {line.currency}" if line.due_on <= on else "—"
        day = say(f"{line.due_on:%d/%m/%Y}", str(line.due_on))
        table.add_row(day, escape(line.payer), f"{line.units} {line.currency}", str(line.paid), missing)
    console.print(table)
    for currency in sorted({line.currency for line in lines}):
        due = [line for line in lines if line.currency == currency and line.due_on <= on]
        paid = sum(line.paid for line in lines if line.currency == currency)
        owed = sum(line.missing for line in due)
        console.print(say(f"payé {paid} {currency}, manque {owed}", f"paid {paid} {currency}, missing {owed}"))
