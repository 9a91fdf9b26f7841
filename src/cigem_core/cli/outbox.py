"""The commands that show what waits to leave, and let it leave."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli.completing import AgencyName
from cigem_core.cli.language import Speech
from cigem_core.cli.options import (
    WholeNumber,
    as_json_option,
    common,
    open_workspace,
    print_json,
    subcommand,
    where_tokens_are,
    who_and_when,
)
from cigem_core.report import fault_as_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cigem_core.exchange.delivery import Delivered
    from cigem_core.exchange.posting import Posted
    from cigem_core.store.outbox import Parcel


def _outbox(say: Speech) -> click.Group:
    @click.group(
        "outbox",
        subcommand_metavar=subcommand(say),
        help=say("Ce qui attend de partir, ou fut refusé.", "What waits to leave, or was refused."),
    )
    @common(say)
    def group() -> None:
        """The group holds its commands."""

    for make in (_list, _retry, _withdraw):
        group.add_command(make(say))
    return group


def _list(say: Speech) -> click.Command:
    @click.command("list", help=say("Les envois qui attendent ou furent refusés.", "The parcels that wait or were refused."))
    @click.argument("agency", type=AgencyName(say), metavar=say("[STRUCTURE]", "[AGENCY]"), required=False)
    @click.option("--all", "everything", is_flag=True, help=say("Aussi ceux qui sont partis.", "Those that left as well."))
    @as_json_option(say)
    @common(say)
    def show(agency: str | None, everything: bool, as_json: bool) -> None:
        with open_workspace(say) as centre:
            found = centre.outbox(agency=agency, everything=everything)
        if as_json:
            print_json([_as_dict(say, parcel) for parcel in found])
        else:
            _show(say, found)

    return show


def _retry(say: Speech) -> click.Command:
    @click.command(
        "retry",
        epilog=where_tokens_are(say),
        help=say(
            "Envoyer à nouveau ce qui attend une structure ; chaque envoi n'a qu'un effet chez elle.",
            "Send what waits for an agency again; each has one effect there.",
        ),
    )
    @click.argument("agency", type=AgencyName(say), metavar=say("STRUCTURE", "AGENCY"))
    @click.option(
        "--to",
        metavar="URL",
        help=say(
            "La nouvelle adresse de son service, s'il a déménagé ; ce qui attend ailleurs y part aussi.",
            "The new address of its service, if it has moved; what waits elsewhere goes there too.",
        ),
    )
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def retry(agency: str, to: str | None, on: date, by: str, as_json: bool) -> None:
        with open_workspace(say) as centre:
            done = centre.retry(agency, to=to, on=on, by=by)
        if as_json:
            print_json(_posted_as_dict(say, done))
        else:
            _show_posted(say, done)
        if done.trouble:
            click.echo(say.text(done.trouble.text), err=True)
            raise click.exceptions.Exit(1)

    return retry


def _show_posted(say: Speech, done: Posted) -> None:
    left, refused, delayed = len(done.left), len(done.refused), len(done.delayed)
    click.echo(
        say(f"{left} partis, {refused} refusés, {delayed} en attente", f"{left} left, {refused} refused, {delayed} waiting")
    )
    for fault in done.faults:
        click.echo(f"  {fault.address.row}, {fault.address.column or '—'} : {fault.message(say.language)}")


def _posted_as_dict(say: Speech, done: Posted) -> dict[str, Any]:
    parcels = {"left": done.left, "refused": done.refused, "delayed": done.delayed}
    return {
        **{state: [parcel.id for parcel in some] for state, some in parcels.items()},
        "faults": [fault_as_dict(fault, say.language) for fault in done.faults],
        "trouble": say.text(done.trouble.text) if done.trouble else None,
    }


def _deliver(say: Speech) -> click.Command:
    @click.command(
        "deliver",
        help=say(
            "Mettre en place les fichiers qui attendent dans la boîte d'envoi : un dossier manquait, ou l'on fut interrompu.",
            "Put the files that wait in the outbox in place: a folder was away, or someone was interrupted.",
        ),
    )
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def deliver(on: date, by: str, as_json: bool) -> None:
        with open_workspace(say) as centre:
            done = centre.deliver(on=on, by=by)
        if as_json:
            files = [{"parcel": one.id, "path": f"{one.place}/{one.name}", "sha256": one.sha256} for one in done.left]
            print_json({"files": files, "waiting": [parcel.id for parcel in done.waiting]})
        else:
            _show_delivered(say, done)
        if done.waiting:
            listed = ", ".join(str(parcel.id) for parcel in done.waiting)
            waits = say(f"Attend encore : envoi {listed}", f"Still waiting: parcel {listed}")
            click.echo(f"{waits} (cigem outbox list)", err=True)
            raise click.exceptions.Exit(1)

    return deliver


def _show_delivered(say: Speech, done: Delivered) -> None:
    for parcel in done.left:
        click.echo(f"{parcel.place}/{parcel.name}\n  sha256 {parcel.sha256}")
    if not done.left and not done.waiting:
        click.echo(say("Aucun fichier n'attend.", "No file waits."))


def _withdraw(say: Speech) -> click.Command:
    @click.command(
        "withdraw",
        help=say(
            "Reprendre des envois refusés, ou jamais essayés : leurs orientations attendent à nouveau et repartent, corrigées, "
            "avec « cigem push ».",
            "Take back parcels that were refused, or never tried: their referrals wait again, and leave, mended, with "
            "'cigem push'.",
        ),
    )
    @click.argument("numbers", metavar=say("NUMÉRO...", "NUMBER..."), nargs=-1, required=True, type=WholeNumber(say))
    @click.option("--because", metavar=say("MOTIF", "REASON"), required=True, help=say("Pourquoi.", "Why."))
    @click.option(
        "--never-arrived",
        is_flag=True,
        help=say("La structure dit ne pas avoir ce qu'elle refusa.", "The agency says that it has not what it refused."),
    )
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def withdraw(numbers: tuple[int, ...], because: str, never_arrived: bool, on: date, by: str, as_json: bool) -> None:
        with open_workspace(say) as centre:
            keys = centre.withdraw(*numbers, because=because, on=on, by=by, never_arrived=never_arrived)
        if as_json:
            print_json({"waiting": list(keys)})
        else:
            click.echo(say("Attendent à nouveau : ", "Waiting again: ") + ", ".join(keys))

    return withdraw


def _show(say: Speech, found: Sequence[Parcel]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from cigem_core.cli.show import screen

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        say("N°", "No."), say("Structure", "Agency"), say("Vers", "To"), say("Orientations", "Referrals"),
        say("État", "State"), say("Essais", "Attempts"), say("Ce qui l'arrête", "What stops it"),
    ):  # fmt: skip
        table.add_column(heading)
    for parcel in found:
        table.add_row(
            str(parcel.id), parcel.agency, escape(parcel.place), escape(", ".join(parcel.references)), _state(say, parcel),
            str(parcel.attempts), escape(_why(say, parcel)),
        )  # fmt: skip
    screen().print(table if found else say("Rien n'attend de partir.", "Nothing waits to leave."))


def _state(say: Speech, parcel: Parcel) -> str:
    states = {
        "waiting": say("en attente", "waiting"),
        "left": say("parti", "left"),
        "refused": say("refusé", "refused"),
        "withdrawn": say("repris", "withdrawn"),
    }
    return states[parcel.state]


def _why(say: Speech, parcel: Parcel) -> str:
    if "refused" in parcel.said:
        return ", ".join(f"{one['field']} ({one['code']})" for one in parcel.said["refused"])
    return str(parcel.said.get(say.language, ""))


def _as_dict(say: Speech, parcel: Parcel) -> dict[str, Any]:
    return {
        "id": parcel.id,
        "agency": parcel.agency,
        "to": parcel.place,
        "referrals": list(parcel.references),
        "state": parcel.state,
        "attempts": parcel.attempts,
        "reason": _why(say, parcel) or None,
    }


COMMANDS = (_outbox, _deliver)
