"""The desk of training plans, of seats: the waiting list, who moves, who withdraws, sessions cancelled, what the fund is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.verb import OUTPUT, argument, option, verb

if TYPE_CHECKING:
    from cigem_core.programmes.training.participation import Participation
    from cigem_core.programmes.training.seating import Asked, SeatChange

PLAN = option("--plan", shown=("PLAN", "PLAN"), fr="Le plan, s'il y en a plusieurs.", en="The plan, where there are several.")
_WHO = argument("who", fr="NUMÉRO", en="NUMBER")
_BECAUSE = option("--because", required=True, shown=("MOTIF", "REASON"), fr="Pourquoi.", en="Why.")


def asked_as_dict(asked: Asked) -> dict[str, Any]:
    """What asks for a seat, as JSON writes it: a referral to a fund, or an enrolment of the centre's own plan."""
    to = getattr(asked, "to", None)
    return {"enrolment" if to is None else "referral": asked.reference, "to": to or "centre", "session": asked.session}


def _show(say: Speech, done: SeatChange, as_json: bool) -> None:
    if as_json:
        told = {"fr": [one.fr for one in done.untold], "en": [one.en for one in done.untold]}
        print_json({"who": list(done.who), "seated": [asked_as_dict(one) for one in done.seated], "to_tell": told[say.language]})
        return
    sentences = [say.text(text) for text in done.untold]
    for who in (number_of(who) for who in done.who):
        click.echo(next((text for text in sentences if text.startswith(f"{who} ")), who))
    show_seated(say, done.seated)
    if sentences:
        click.echo(
            say(
                "Le classeur du fonds ne prend que des lignes nouvelles : le lui écrire (cigem plan notices --to LETTRE.html).",
                "The fund's workbook takes new rows alone: write to it (cigem plan notices --to LETTER.html).",
            )
        )


def number_of(who: str) -> str:
    """The number by which someone of a plan is named on the command line: of their enrolment, their referral or their file."""
    from cigem_core.model.refs import Ref

    return Ref.parse(who).key or who


def write_page(to: Path, page: str) -> None:
    """Write a page where it was asked for; OperatorError where nothing can be written."""
    from cigem_core.errors import unwritable

    try:
        to.write_text(page, "utf-8")
    except OSError as error:
        raise unwritable(to, error) from None


def show_seated(say: Speech, seated: tuple[Asked, ...]) -> None:
    """Who got a seat from the waiting list."""
    for one in seated:
        click.echo(say(f"liste d'attente : {one.reference} → {one.session}", f"waiting list: {one.reference} → {one.session}"))


@verb(
    "plan wait",
    _WHO,
    option("--session", shown=("CODE", "CODE"), fr="Pour cette session seulement.", en="For this session only."),
    PLAN,
    fr="Mettre quelqu'un à la fin de la liste d'attente d'un plan.",
    en="Put someone at the end of a plan's waiting list.",
    acts=True,
)
def wait(say: Speech, who: str, session: str | None, plan: str | None, on: date, by: str, as_json: bool) -> None:
    """Someone waits."""
    with open_workspace(say) as centre:
        _show(say, centre.training.wait(who, session=session, on=on, by=by, plan=plan), as_json)


@verb(
    "plan withdraw",
    _WHO,
    _BECAUSE,
    PLAN,
    fr="Noter que quelqu'un se désiste ; sa place va au premier de la liste d'attente, si la session n'a pas commencé.",
    en="Record that someone withdraws; the seat goes to the first on the waiting list, unless the session has begun.",
    acts=True,
)
def withdraw(say: Speech, who: str, because: str, plan: str | None, on: date, by: str, as_json: bool) -> None:
    """Someone withdraws."""
    with open_workspace(say) as centre:
        _show(say, centre.training.withdraw(who, because=because, on=on, by=by, plan=plan), as_json)


@verb(
    "plan move",
    _WHO,
    argument("session", fr="SESSION", en="SESSION"),
    _BECAUSE,
    PLAN,
    fr="Transférer quelqu'un à une autre session qui a de la place.",
    en="Move someone to another session that has room.",
    acts=True,
)
def move(say: Speech, who: str, session: str, because: str, plan: str | None, on: date, by: str, as_json: bool) -> None:
    """Someone moves."""
    with open_workspace(say) as centre:
        _show(say, centre.training.move(who, to=session, because=because, on=on, by=by, plan=plan), as_json)


@verb(
    "plan cancel",
    argument("session", fr="SESSION", en="SESSION"),
    _BECAUSE,
    PLAN,
    fr="Annuler une session : ses personnes attendent de nouveau, avant toutes les autres.",
    en="Cancel a session: its people wait again, before all others.",
    acts=True,
)
def cancel(say: Speech, session: str, because: str, plan: str | None, on: date, by: str, as_json: bool) -> None:
    """A session is cancelled."""
    with open_workspace(say) as centre:
        _show(say, centre.training.cancel(session, because=because, on=on, by=by, plan=plan), as_json)


@verb(
    "plan fill",
    PLAN,
    fr="Donner les places libres aux premiers de la liste d'attente.",
    en="Give the seats that are free to the first on the waiting list.",
    acts=True,
)
def fill(say: Speech, plan: str | None, on: date, by: str, as_json: bool) -> None:
    """Free seats are given."""
    with open_workspace(say) as centre:
        seated = centre.training.fill(on=on, by=by, plan=plan)
    if as_json:
        print_json([asked_as_dict(one) for one in seated])
    elif seated:
        show_seated(say, seated)
    else:
        click.echo(say("aucune place libre pour qui attend", "no seat is free for those who wait"))


@verb(
    "plan seats",
    argument("session", fr="[SESSION]", en="[SESSION]", required=False),
    PLAN,
    fr="Dire où en est chacun d'un plan, ou d'une session : en attente, affecté, inscrit, désisté, certifié…",
    en="Say where everyone of a plan or of a session stands: waiting, assigned, enrolled, withdrawn, certified…",
)
def seats(say: Speech, session: str | None, plan: str | None, as_json: bool) -> None:
    """Where everyone stands, by numbers."""
    with open_workspace(say) as centre:
        roster = centre.training.roster(plan)
    if session is not None:
        roster.plan.session(session)
    ranks = {one.who: at for at, one in enumerate(roster.waiting, start=1)}
    shown = [one for one in roster.everyone.values() if session in (None, one.session)]
    if as_json:
        print_json([_as_dict(one, ranks.get(one.who)) for one in shown])
        return
    for one in sorted(shown, key=lambda one: (ranks.get(one.who, 0), one.session or "", one.who)):
        rank = f" ({ranks[one.who]})" if one.who in ranks else ""
        number = one.enrolment.reference if one.enrolment else number_of(one.who)
        click.echo(f"{number} · {one.session or '—'} · {say.text(one.state.label)}{rank}")


def _as_dict(one: Participation, rank: int | None) -> dict[str, Any]:
    number = one.enrolment.reference if one.enrolment else None
    return {"who": one.who, "enrolment": number, "session": one.session, "state": str(one.state), "rank": rank}


@verb(
    "plan notices",
    option("--to", kind=OUTPUT, shown=("FICHIER", "FILE"), fr="La lettre à écrire (.html).", en="The letter to write (.html)."),
    option("--on", kind="day", shown=("JOUR", "DAY"), required=True, fr="Le jour de la lettre.", en="The letter's day."),
    option("--issuer", default="", shown=("CENTRE", "CENTRE"), fr="Qui écrit.", en="Who writes."),
    option("--place", default="", shown=("LIEU", "PLACE"), fr="D'où.", en="Where from."),
    PLAN,
    fr="Dire ce que le classeur du fonds ne sait pas dire : désistements, transferts ; avec --to, en une lettre.",
    en="Say what the fund's workbook cannot be made to say: withdrawals, moves; with --to, as a letter.",
)
def notices(say: Speech, to: Path | None, on: date, issuer: str, place: str, plan: str | None, as_json: bool) -> None:
    """What the fund is to be told."""
    with open_workspace(say) as centre:
        untold = centre.training.roster(plan).untold
        letter = centre.training.notices(issuer=[issuer], on=on, place=place, plan=plan) if to else ""
    rows = [(one.enrolment.reference, say.text(one.untold)) for one in untold if one.enrolment and one.untold]
    if to is not None:
        write_page(to, letter)
    if as_json:
        print_json([{"enrolment": number, "to_tell": said} for number, said in rows])
        return
    for number, said in rows:
        click.echo(f"{number} {said}")


VERBS = (seats, wait, withdraw, move, cancel, fill, notices)
