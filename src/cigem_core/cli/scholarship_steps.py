"""The steps of a round that is kept in a workspace: each is an act, with its day, its author and its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.scholarship_calls import CALL, kept
from cigem_core.cli.verb import FILE, FOLDER, argument, flag, option, verb

BECAUSE = option("--because", shown=("MOTIF", "REASON"), required=True, fr="Pourquoi.", en="Why.")


@verb(
    "scholarship open",
    argument("file", kind=FILE, fr="APPEL.toml", en="CALL.toml"),
    acts=True,
    fr="Ouvrir un appel dans l'espace de travail, ou l'amender avant sa clôture.",
    en="Open a call in the workspace, or amend it before it closes.",
)
def open_call(say: Speech, file: Path, on: date, by: str, as_json: bool) -> None:
    """`cigem scholarship open`."""
    with open_workspace(say) as centre:
        call = centre.scholarships.open(file, on=on, by=by)
    if as_json:
        print_json({"call": call.reference, "digest": call.digest})
    else:
        click.echo(say(f"{call.reference} ouvert · empreinte {call.digest}", f"{call.reference} opened · digest {call.digest}"))


@verb(
    "scholarship intake",
    CALL,
    argument("files", kind=FILE, many=True, fr="FICHIER...", en="FILE..."),
    acts=True,
    fr="Recevoir des dossiers : CSV ou XLSX, tous ou aucun.",
    en="Take applications in: CSV or XLSX, all of them or none.",
)
def intake(say: Speech, call: str, files: tuple[Path, ...], on: date, by: str, as_json: bool) -> None:
    """`cigem scholarship intake`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        taken = desk.intake(reference, *files, on=on, by=by)
    tell_intake(say, taken, as_json)


@verb(
    "scholarship corrections",
    CALL,
    option("--to", kind=FOLDER, required=True, shown=("DOSSIER", "FOLDER"), fr="Un dossier.", en="A folder."),
    acts=True,
    fr="Écrire les lignes à corriger, un classeur par fichier reçu, pour l'établissement qui l'a remis ; intake le reprend.",
    en="Write the rows to be corrected, a workbook per file received, for the school that handed it in; intake takes it back.",
)
def corrections(say: Speech, call: str, to: Path, on: date, by: str, as_json: bool) -> None:
    """`cigem scholarship corrections`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        written = desk.corrections(reference, to, on=on, by=by)
    if as_json:
        print_json({"call": reference, "files": [{"file": file, "to": str(path)} for file, path in written.items()]})
        return
    for file, path in written.items():
        click.echo(f"{file} → {path}")


@verb(
    "scholarship decide",
    CALL,
    argument("application", fr="N°", en="NUMBER"),
    flag("--eligible", fr="Le dossier est recevable.", en="The application is eligible."),
    flag("--ineligible", fr="Il ne l'est pas.", en="It is not."),
    BECAUSE,
    acts=True,
    fr="Décider d'un dossier que les règles laissent indéterminé, et dire pourquoi.",
    en="Decide of an application that the rules leave undetermined, and say why.",
)
def decide(
    say: Speech, call: str, application: str, eligible: bool, ineligible: bool, because: str, on: date, by: str, as_json: bool
) -> None:
    """`cigem scholarship decide`."""
    if eligible == ineligible:
        raise click.UsageError(say("dire --eligible ou --ineligible", "say --eligible or --ineligible"))
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        desk.decide(reference, application, eligible=eligible, because=because, on=on, by=by)
    if as_json:
        print_json({"call": reference, "application": application, "eligible": eligible})
    else:
        click.echo(application + (say(" : recevable", ": eligible") if eligible else say(" : irrecevable", ": ineligible")))


@verb(
    "scholarship commit",
    CALL,
    acts=True,
    fr="S'engager sur la liste des dossiers recevables : l'empreinte à publier avant que la graine soit connue.",
    en="Commit to the list of eligible applications: the digest to publish before the seed is known.",
)
def commit(say: Speech, call: str, on: date, by: str, as_json: bool) -> None:
    """`cigem scholarship commit`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        digest = desk.commit(reference, on=on, by=by)
    if as_json:
        print_json({"call": reference, "commit": digest})
    else:
        click.echo(digest)


@verb(
    "scholarship withdraw",
    CALL,
    argument("applications", many=True, fr="N°...", en="NUMBER..."),
    option("--because", shown=("MOTIF", "REASON"), fr="Pourquoi, si c'est dit.", en="Why, where it was said."),
    acts=True,
    fr="Noter un désistement ; le tirage est refait avec la même graine, et nul qui reste n'y perd.",
    en="Note a withdrawal; the draw is made again with the same seed, and nobody who stays loses.",
)
def withdraw(
    say: Speech, call: str, applications: tuple[str, ...], because: str | None, on: date, by: str, as_json: bool
) -> None:
    """`cigem scholarship withdraw`."""
    from cigem_core.cli.scholarship_tables import show_draw

    with kept(say, call, always=True) as (desk, reference):
        assert desk
        drawn = desk.withdraw(reference, *applications, because=because, on=on, by=by)
    if as_json:
        print_json(drawn.as_dict() if drawn else {"call": reference, "withdrawn": list(applications)})
    elif drawn:
        show_draw(say, drawn)


@verb(
    "scholarship pay",
    CALL,
    argument("file", kind=FILE, fr="FICHIER", en="FILE"),
    acts=True,
    fr="Recevoir un fichier de paiements ; une ligne déjà reçue n'est pas un second paiement.",
    en="Take a file of payments in; a line that came before is no second payment.",
)
def pay(say: Speech, call: str, file: Path, on: date, by: str, as_json: bool) -> None:
    """`cigem scholarship pay`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        taken = desk.pay(reference, file, on=on, by=by)
    tell_intake(say, [taken], as_json)


def tell_intake(say: Speech, taken: list[Any], as_json: bool) -> None:
    """What files came to: one receipt of all."""
    read, accepted, waiting = (sum(getattr(one, name) for one in taken) for name in ("read", "accepted", "quarantined"))
    if as_json:
        faults = [fault for one in taken for fault in one.as_dict(say.language)["faults"]]
        print_json({"read": read, "accepted": accepted, "quarantined": waiting, "faults": faults})
        return
    click.echo(
        say(
            f"{read} lus = {accepted} acceptés + {waiting} en quarantaine",
            f"{read} read = {accepted} accepted + {waiting} quarantined",
        )
    )
    for one in taken:
        for fault in one.faults:
            where = f"{fault.address.row} · {fault.address.column or '—'}"
            click.echo(f"  {where} : {fault.remedy.in_(say.language)}")


VERBS: tuple[Any, ...] = (open_call, intake, corrections, decide, commit, withdraw, pay)
