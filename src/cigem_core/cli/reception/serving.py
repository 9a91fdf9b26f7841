"""The commands of the directory of services: what there is, and what fits someone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.plain import plain, shown, table
from cigem_core.cli.reception.receiving import told
from cigem_core.cli.verb import DAY, NUMBER, argument, option, verb
from cigem_core.text import Text

GROUPS: dict[str, Text] = {}


@verb(
    "services",
    option("--for", "migrant", shown=("MG-…", "MG-…"), fr="Ce qui convient à cette personne.", en="What fits this person."),
    option(
        "--on",
        kind=DAY,
        shown=("JOUR", "DAY"),
        fr="Vu de ce jour (par défaut : aujourd'hui).",
        en="As of this day (default: today).",
    ),
    option(
        "--stale-after", kind=NUMBER, default=180, shown=("JOURS", "DAYS"), fr="À confirmer après.", en="To be confirmed after."
    ),
    fr="Les prestations, ou celles qui conviennent à quelqu'un : ce qui convient, ce qui ne convient pas et pourquoi.",
    en="The services, or those that fit someone: what fits, what does not and why.",
)
def services(say: Speech, migrant: str | None, on: date | None, stale_after: int, as_json: bool) -> None:
    """`cigem services`."""
    with open_workspace(say) as centre:
        if migrant is None:
            found = centre.reception.services()
            if as_json:
                print_json(plain(found))
                return
            headings = [
                say("N°", "No."),
                say("Prestation", "Service"),
                say("Structure", "Agency"),
                "Places",
                say("Confirmée le", "Confirmed on"),
            ]
            rows = [(s.number, s.name, s.offered_by or s.provider, s.places, s.confirmed_on) for s in found]
            table(say, headings, rows, empty=say("Aucune prestation.", "No service."))
            return
        fitting = centre.reception.services_for(migrant, on=on or date.today(), stale_after=stale_after)
    if as_json:
        print_json([{"service": one.service.number, "name": one.service.name, "verdict": str(one.verdict), "stale": one.is_stale,
                     "confirmed_on": plain(one.service.confirmed_on), "against": plain(one.against, say.language),
                     "to_ask": plain(one.to_ask, say.language)} for one in fitting])  # fmt: skip
        return
    words = {
        "fits": say("convient", "fits"),
        "to-check": say("à vérifier", "to check"),
        "does-not-fit": say("ne convient pas", "does not fit"),
    }
    stale = say("à reconfirmer", "to confirm again")
    rows_for = [
        (words[one.verdict], one.service.number, one.service.name, (*one.against, *one.to_ask), stale if one.is_stale else "")
        for one in fitting
    ]
    headings = [say("Convient", "Fits"), say("N°", "No."), say("Prestation", "Service"), say("Pourquoi", "Why"), ""]
    table(say, headings, rows_for, empty=say("Aucune prestation.", "No service."))


@verb(
    "services load", argument("source", fr="FICHIER|DOSSIER", en="FILE|FOLDER"), acts=True,
    fr="Prendre un répertoire : un CSV du centre, ou HSDS 3 (JSON, ou dossier de tables).",
    en="Take a directory: a CSV of the centre's, or HSDS 3 (JSON, or a folder of tables).",
)  # fmt: skip
def load(say: Speech, source: str, on: date, by: str, as_json: bool) -> None:
    """`cigem services load`."""
    with open_workspace(say) as centre:
        read = centre.reception.load_services(Path(source), on=on, by=by)
    if as_json:
        faults = [
            {"row": f.address.row, "column": f.address.column, "rule": str(f.rule), "message": f.message(say.language)}
            for f in read.faults
        ]
        accepted = len(read.services)
        not_run = [say.text(one.reason) for one in read.not_run]
        print_json({"directory": read.name, "read": read.read, "accepted": accepted, "quarantined": read.quarantined,
                    "faults": faults, "not_run": not_run})  # fmt: skip
        return
    click.echo(
        say(
            f"{read.read} lues = {len(read.services)} acceptées + {read.quarantined} en quarantaine · {read.name}",
            f"{read.read} read = {len(read.services)} accepted + {read.quarantined} in quarantine · {read.name}",
        )
    )
    for one in read.not_run:
        click.echo(f"  {say.text(one.reason)}")
    for fault in read.faults:
        click.echo(f"  {fault.address.row} · {fault.address.column} : {shown(say, fault.message(say.language))}")


@verb(
    "services confirm",
    argument("service", fr="N°", en="NUMBER"),
    option("--places", kind=NUMBER, shown=("NOMBRE", "NUMBER"), fr="Les places qui restent.", en="The places left."),
    acts=True,
    fr="Noter qu'un partenaire a confirmé une prestation.",
    en="Write down that a partner confirmed a service.",
)
def confirm(say: Speech, service: str, places: int | None, on: date, by: str, as_json: bool) -> None:
    """`cigem services confirm`."""
    with open_workspace(say) as centre:
        made = centre.reception.confirm_service(service, places=places, on=on, by=by)
    told(made.number, plain(made), as_json)


VERBS = (services, load, confirm)
