"""The desk of training plans, of money: what is earned, paid, late, and where each funder stands month by month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json, told_file
from cigem_core.cli.training_seats import PLAN, write_page
from cigem_core.cli.verb import DAY, FILE, NUMBER, OUTPUT, argument, flag, option, verb

_FILE = ("FICHIER", "FILE")
_TERMS = option("--instalments", kind=FILE, shown=_FILE, required=True, fr="Les tranches, en TOML.", en="The instalments.")
_DAY = option("--on", kind=DAY, shown=("JOUR", "DAY"), required=True, fr="Le jour du décompte.", en="The day of the statement.")
_TO = option("--to", kind=OUTPUT, shown=("FICHIER.html", "FILE.html"), required=True, fr="La page.", en="The page.")
_ISSUER = option("--issuer", default="", shown=("CENTRE", "CENTRE"), fr="Qui l'établit.", en="Who issues it.")


@verb(
    "plan settle",
    _TERMS,
    _DAY,
    PLAN,
    fr="Dire ce que chaque session a gagné par ses résultats : engagé = acquis + en cours + libéré.",
    en="Say what each session has earned by its results: committed = earned + open + released.",
)
def settle(say: Speech, instalments: Path, on: date, plan: str | None, as_json: bool) -> None:
    """What each session has earned on a day."""
    from cigem_core.programmes.training.settlement import totals

    with open_workspace(say) as centre:
        lines = centre.training.settle(instalments, on=on, plan=plan)
        named = str(centre.training.plan(plan).ref)
    told = [{"on": on.isoformat(), **line.as_dict()} for line in lines]
    if as_json:
        print_json({"plan": named, "on": on.isoformat(), "sessions": told, "totals": totals(lines)})
        return
    _show_money(say, told, totals(lines))


def _show_money(say: Speech, rows: list[dict[str, Any]], sums: Mapping[str, Mapping[str, int]]) -> None:
    from rich.table import Table

    from cigem_core.cli import show

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (say("Module", "Module"), say("Session", "Session"), say("Devise", "Currency")):
        table.add_column(heading)
    for heading in (say("Engagé", "Committed"), say("Acquis", "Earned"), say("En cours", "Open"), say("Libéré", "Released")):
        table.add_column(heading, justify="right")
    names = ("committed", "earned", "open", "released")
    for row in rows:
        table.add_row(row["module"], row["session"], row["currency"], *(_whole(row[name]) for name in names))
    for currency, total in sums.items():
        table.add_row(say("Ensemble", "Total"), "", currency, *(_whole(total[name]) for name in names), style="bold")
    show.screen().print(table)


def _whole(units: int) -> str:
    return f"{units:,}".replace(",", "\u202f")


@verb(
    "plan pay",
    argument("session", fr="SESSION", en="SESSION"),
    argument("amount", fr="MONTANT", en="AMOUNT", kind=NUMBER),
    argument("currency", fr="DEVISE", en="CURRENCY"),
    option("--funder", shown=("NOM", "NAME"), required=True, fr="Qui paie.", en="Who pays."),
    PLAN,
    fr="Noter ce qu'un financeur a payé pour une session.",
    en="Record what a funder paid for a session.",
    acts=True,
)
def pay(
    say: Speech, session: str, amount: int, currency: str, funder: str, plan: str | None, on: date, by: str, as_json: bool
) -> None:
    """A payment."""
    from cigem_core.model.values import Amount

    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise click.UsageError(say("la devise est un code ISO 4217, comme EUR", "the currency is a code of ISO 4217, like EUR"))
    with open_workspace(say) as centre:
        paid = centre.training.pay(session, funder, Amount(amount, currency), on=on, by=by, plan=plan)
    if as_json:
        print_json({"payment": paid.reference, "session": session, "funder": funder, "amount": amount, "currency": currency})
    else:
        click.echo(f"{paid.reference} · {_whole(amount)} {currency}")


@verb(
    "plan money",
    _TERMS,
    _DAY,
    flag("--by-month", fr="La position de chaque financeur, mois par mois.", en="Each funder's position, month by month."),
    PLAN,
    fr="Dire où en est chaque financeur : ce qu'il doit, ce qu'il a payé, ce qui est en retard.",
    en="Say where each funder stands: what it owes, what it paid, what is late.",
)
def money(say: Speech, instalments: Path, on: date, by_month: bool, plan: str | None, as_json: bool) -> None:
    """Funders, late payments, and months."""
    with open_workspace(say) as centre:
        funders = centre.training.money(instalments, on=on, plan=plan)
        ledger = centre.training.ledger(instalments, on=on, plan=plan)
    late, months = ledger.late(on), ledger.months(on) if by_month else []
    if as_json:
        told = {"funders": [one.as_dict() for one in funders], "late": [one.as_dict() for one in late]}
        print_json({"on": on.isoformat(), **told, **({"months": [one.as_dict() for one in months]} if by_month else {})})
        return
    for one in funders:
        paid = say(f"payé {_whole(one.paid)}, dû {_whole(one.owed)}", f"paid {_whole(one.paid)}, owed {_whole(one.owed)}")
        click.echo(f"{one.funder} · {_whole(one.committed)} {one.currency} · {paid}")
    for line in late:
        since = say(f"en retard depuis le {line.since:%d/%m/%Y}", f"late since {line.since}")
        click.echo(f"{line.funder} · {line.session} · {_whole(line.units)} {line.currency} · {since}")
    for month in months:
        said = say(
            f"acquis {_whole(month.earned)}, payé {_whole(month.paid)}, position {_whole(month.position)}",
            f"earned {_whole(month.earned)}, paid {_whole(month.paid)}, position {_whole(month.position)}",
        )
        click.echo(f"{month.month} · {month.funder} · {month.currency} · {said}")


@verb(
    "plan statement",
    argument("provider", fr="OPÉRATEUR", en="PROVIDER"),
    _TERMS,
    _DAY,
    _TO,
    _ISSUER,
    PLAN,
    fr="Écrire le décompte d'un opérateur : ses sessions, tranche par tranche, les paiements, les retards.",
    en="Write a provider's settlement statement: its sessions by instalment, the payments, what is late.",
)
def statement(
    say: Speech, provider: str, instalments: Path, on: date, to: Path, issuer: str, plan: str | None, as_json: bool
) -> None:
    """A page to print."""
    with open_workspace(say) as centre:
        page = centre.training.statement(provider, instalments, on=on, issuer=[issuer], plan=plan, language=say.language)
    write_page(to, page)
    told_file(to, as_json=as_json)


@verb(
    "plan page",
    _TERMS,
    _DAY,
    _TO,
    _ISSUER,
    PLAN,
    fr="Écrire la page d'un plan : les sessions sur un calendrier, les places, l'assiduité, l'argent par financeur.",
    en="Write a plan's page: the sessions on a calendar, places, attendance, money by funder.",
)
def plan_page(say: Speech, instalments: Path, on: date, to: Path, issuer: str, plan: str | None, as_json: bool) -> None:
    """A page to print."""
    with open_workspace(say) as centre:
        page = centre.training.page(instalments, on=on, issuer=[issuer], plan=plan, language=say.language)
    write_page(to, page)
    told_file(to, as_json=as_json)


@verb(
    "plan session",
    argument("session", fr="SESSION", en="SESSION"),
    option("--instalments", kind=FILE, shown=_FILE, fr="Les tranches, pour l'argent.", en="The instalments, for money."),
    _DAY,
    _TO,
    _ISSUER,
    PLAN,
    fr="Écrire la page d'une session, avec les noms : qui y est, l'assiduité par semaine, les attestations, l'argent.",
    en="Write the page of a session, with names: who is there, attendance by week, certificates, money.",
)
def session_page(
    say: Speech, session: str, instalments: Path | None, on: date, to: Path, issuer: str, plan: str | None, as_json: bool
) -> None:
    """A page to print."""
    with open_workspace(say) as centre:
        page = centre.training.session_page(
            session, instalments=instalments or (), on=on, issuer=[issuer], plan=plan, language=say.language
        )
    write_page(to, page)
    told_file(to, as_json=as_json)


VERBS = (settle, pay, money, statement, plan_page, session_page)
