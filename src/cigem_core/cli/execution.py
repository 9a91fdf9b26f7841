"""The commands of the yearly report of execution of a convention, and of its recheck against receipts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.verb import DAY, FILE, NUMBER, OUTPUT, Verb, argument, option, verb
from cigem_core.errors import OperatorError
from cigem_core.newfiles import PLAIN, writing_new
from cigem_core.text import Text, counted

if TYPE_CHECKING:
    from cigem_core.programmes.agreements.execution import Execution


@verb(
    "conventions report",
    argument("agency", fr="STRUCTURE|CONVENTION", en="AGENCY|CONVENTION"),
    option("--year", kind=NUMBER, shown=("ANNÉE", "YEAR"), required=True, fr="L'année, comme 2009.", en="The year, like 2009."),
    option(
        "--to", kind=OUTPUT, shown=("FICHIER", "FILE"),
        fr="Où l'écrire : une page .html, ou un .json que chaque partie peut vérifier.",
        en="Where to write it: a page .html, or a .json that each party can check.",
    ),
    option(
        "--on", kind=DAY, shown=("JOUR", "DAY"), default=date.today,
        fr="La situation à ce jour (par défaut : aujourd'hui).", en="As it stood on that day (default: today).",
    ),
    fr="Le rapport d'exécution d'une convention : ce qui est passé, les délais, les engagements, les taux.",
    en="The report of execution of a convention: what crossed, delays, obligations, rates.",
)  # fmt: skip
def report(say: Speech, agency: str, year: int, to: Path | None, on: date, as_json: bool) -> None:
    """`cigem conventions report`."""
    from cigem_core.programmes.agreements.execution_document import document

    if not 1 <= year <= 9999:
        raise OperatorError(Text(fr=f"{year} n'est pas une année comme 2009", en=f"{year} is not a year like 2009"))
    with open_workspace(say) as centre:
        found = centre.agreements.report(agency, year=year, on=on)
        if to is not None:
            write_new(to, _written(centre.agreements.report_page, found, to, say))
    if as_json:
        print_json(document(found))
    elif to is not None:
        click.echo(str(to))
    else:
        _show(say, found)


def _written(as_page: Any, found: Execution, to: Path, say: Speech) -> str:
    from cigem_core.programmes.agreements.execution_document import document

    match to.suffix.lower():
        case ".html":
            return str(as_page(found, say.language))
        case ".json":
            return json.dumps(document(found), ensure_ascii=False, indent=2) + "\n"
    raise OperatorError(
        Text(fr=f"{to.name} : donner un nom en .html ou en .json", en=f"{to.name}: give a name ending in .html or .json")
    )


def write_new(to: Path, content: str) -> None:
    """Write a file where there is none."""
    with writing_new(to, PLAIN):
        to.write_text(content, "utf-8", newline="\n")


def _show(say: Speech, found: Execution) -> None:
    from rich.markup import escape
    from rich.table import Table

    from cigem_core.cli.show import screen

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        say("Mois", "Month"), say("Sens", "Way"), say("Fiche", "Record"), say("Clause", "Clause"), say("Échanges", "Exchanges"),
        say("Lues", "Read"), say("Acceptées", "Accepted"), say("Quarantaine", "Quarantine"), say("Transmises", "Handed over"),
    ):  # fmt: skip
        table.add_column(heading)
    for one in found.crossed:
        counts = (one.exchanges, one.counts.read, one.counts.accepted, one.counts.quarantined, one.records)
        table.add_row(*map(escape, (one.month, one.act, one.kind, one.clause)), *map(str, counts))
    screen().print(table if found.crossed else say("Rien n'est passé cette année.", "Nothing crossed in this year."))
    for (article, of, owes), states in found.states.items():
        told = ", ".join(f"{number} {say.text(state.label)}" for state, number in states.items() if number)
        click.echo(f"{article} · {of} · {owes} : {told}")


@verb(
    "conventions recheck",
    argument("report", kind=FILE, fr="RAPPORT.json", en="REPORT.json"),
    argument("receipts", kind=FILE, many=True, required=False, fr="RÉCÉPISSÉ.json...", en="RECEIPT.json..."),
    fr="Vérifier un rapport d'exécution avec les récépissés que l'on garde ; sans espace de travail.",
    en="Check a report of execution against the receipts one holds; no workspace is needed.",
)
def recheck(say: Speech, report: Path, receipts: tuple[Path, ...], as_json: bool) -> None:
    """`cigem conventions recheck`."""
    from cigem_core.programmes.agreements.execution_document import recheck as rechecked

    found = rechecked(read_json(report), [read_json(one) for one in receipts])
    if as_json:
        lines = [one.length for one in found.unconfirmed]
        told = [say.text(one.text) for one in found.discrepancies]
        print_json({"holds": found.holds, "confirmed": found.confirmed, "unconfirmed": lines, "discrepancies": told})
    else:
        for one in found.discrepancies:
            click.echo(say.text(one.text))
        confirmed = counted(found.confirmed, "échange(s) confirmé(s) par un récépissé", "exchange(s) confirmed by a receipt")
        without = counted(len(found.unconfirmed), "sans récépissé", "without a receipt")
        click.echo(f"{say.text(confirmed)}, {say.text(without)}")
    click.get_current_context().exit(0 if found.holds else 1)


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object of a file; OperatorError where it holds none."""
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise OperatorError(Text(fr=f"{path} n'est pas un document JSON", en=f"{path} is no JSON document"))
    return found


VERBS: tuple[Verb, ...] = (report, recheck)
GROUPS: dict[str, Text] = {}
