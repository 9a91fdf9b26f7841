"""The commands by which files come and go; those that look at what is there are in `looks`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from cigem_core.cli import (
    agreements,
    completing,
    execution,
    figures,
    finding,
    looks,
    outbox,
    outward,
    past,
    past_receipts,
    receipts,
    reception,
    scaffolding,
    scholarships,
    services,
    signing,
    training,
)
from cigem_core.cli.completing import AgencyName
from cigem_core.cli.language import Speech
from cigem_core.cli.options import (
    AXIS,
    Command,
    as_json_option,
    common,
    head_as_dict,
    open_workspace,
    place_of,
    print_json,
    subcommand,
    where_tokens_are,
    who_and_when,
)
from cigem_core.cli.usage import Program
from cigem_core.cli.verb import add
from cigem_core.text import Language, counted

DESKS: tuple[Any, ...] = (
    finding,
    past,
    receipts,
    past_receipts,
    figures,
    services,
    scholarships,
    agreements,
    execution,
    signing,
    reception,
    training,
    completing,
)
"""The files that declare a desk's commands as verbs."""


def program(language: Language) -> click.Group:
    """The whole command line in one language."""
    say = Speech(language)

    @click.group(
        cls=Program,
        context_settings={"help_option_names": ["-h", "--help"]},
        subcommand_metavar=subcommand(say),
        help=say(
            "Recevoir les fichiers des structures partenaires sous leur convention, sans perdre une ligne.",
            "Receive partner agencies' files under their convention, without losing a row.",
        ),
        epilog=say(
            "L'espace de travail se donne par -w, par la variable CIGEM_WORKSPACE, ou dans un fichier cigem.toml.",
            "The workspace is given by -w, by the variable CIGEM_WORKSPACE, or in a file cigem.toml.",
        ),
    )
    @click.version_option(package_name="cigem-core", prog_name="cigem", message="%(prog)s %(version)s")
    @common(say)
    def cigem() -> None:
        pass

    cigem.say = say
    others = (*outward.COMMANDS, *outbox.COMMANDS, *looks.COMMANDS, *scaffolding.COMMANDS)
    for command in (_init, _pull, _check, _corrections, *others):
        cigem.add_command(command(say))
    for desk in DESKS:
        add(cigem, say, desk.VERBS, desk.GROUPS)
    _summarise(cigem)
    return cigem


def _summarise(group: click.Group) -> None:
    """In a list of commands each is told by the first clause of its help, whole: Click would cut the sentence where it may."""
    for command in group.commands.values():
        command.short_help = re.split(r"\s?[:;] |\. ", command.help or "")[0].rstrip(".")
        if isinstance(command, click.Group):
            _summarise(command)


def _init(say: Speech) -> click.Command:
    @click.command(
        "init",
        help=say(
            "Créer un espace de travail avec les conventions fournies, ou le mettre à jour sans toucher aux siennes.",
            "Make a workspace with the shipped conventions, or bring one up to date and leave its own alone.",
        ),
    )
    @click.argument("where", metavar=say("ESPACE", "WORKSPACE"))
    @click.option("--bare", is_flag=True, help=say("Sans les conventions fournies.", "Without the shipped conventions."))
    @click.option(
        "--convention",
        "named",
        metavar=say("RÉFÉRENCE", "REFERENCE"),
        multiple=True,
        help=say("Installer aussi cette convention d'une extension.", "Install this convention of a plugin as well."),
    )
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def init(where: str, bare: bool, named: tuple[str, ...], on: date, by: str, as_json: bool) -> None:
        from cigem_core.cli import agreed, show
        from cigem_core.workspace import Workspace

        with Workspace.create(where, on=on, by=by, bare=bare, conventions=named) as centre:
            installed, plugins = centre.conventions(), centre.plugins
        if as_json:
            print_json(agreed.created_as_dict(where, installed, plugins, say.language))
        else:
            show.created(say, where, installed, plugins)

    return init


def _named(say: Speech) -> Callable[[Command], Command]:
    """`--name`, for what comes by standard input."""
    return click.option(
        "--name",
        metavar=say("NOM", "NAME"),
        default="-",
        help=say("Le nom du fichier qui vient par l'entrée standard (-).", "The name of the file on standard input (-)."),
    )


def _given(sources: tuple[str, ...], name: str) -> list[Any]:
    """The sources named; `-` is what standard input holds, under a name by which its table is known."""
    from cigem_core.formats.source import Source

    if "-" not in sources:
        return list(sources)
    content = sys.stdin.buffer.read()
    return [Source(name=name, content=content) if one == "-" else one for one in sources]


def _pull(say: Speech) -> click.Command:
    @click.command(
        "pull",
        epilog=where_tokens_are(say),
        help=say(
            "Recevoir les fichiers d'une structure, ou ce que dit son service (l'adresse) : tout est gardé ensemble, ou rien.",
            "Receive an agency's files, or what its service says (its address): kept all together, or not at all.",
        ),
    )
    @click.argument("agency", type=AgencyName(say), metavar=say("STRUCTURE", "AGENCY"))
    @click.argument("sources", metavar=say("[FICHIER|URL]...", "[SOURCE|URL]..."), nargs=-1)
    @click.option("--axis", metavar=say(*AXIS), help=say("L'axe de la convention.", "The convention's axis."))
    @click.option("--again", is_flag=True, help=say("Prendre un fichier plus ancien.", "Take an older file."))
    @click.option(
        "--dry-run",
        is_flag=True,
        help=say("Dire ce qui serait gardé, et ne rien garder.", "Say what would be kept; keep nothing."),
    )
    @_named(say)
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def pull(
        agency: str, sources: tuple[str, ...], axis: str | None, again: bool, dry_run: bool, name: str, on: date, by: str,
        as_json: bool,
    ) -> None:  # fmt: skip
        from cigem_core.cli import show

        given = _given(sources or (place_of(say, agency),), name)
        with open_workspace(say) as centre, show.progress(say) as progress:
            receipt = centre.pull(agency, *given, on=on, by=by, axis=axis, progress=progress, again=again, dry_run=dry_run)
        if as_json:
            print_json(receipt.as_dict(say.language))
        else:
            show.receipt(say, receipt)

    return pull


def _check(say: Speech) -> click.Command:
    @click.command(
        "check",
        help=say(
            "Lire des fichiers sans rien garder : ni espace de travail, ni convention.",
            "Read files and keep nothing: no workspace, no convention.",
        ),
    )
    @click.argument("agency", type=AgencyName(say), metavar=say("STRUCTURE", "AGENCY"))
    @click.argument("sources", metavar=say("FICHIER...", "SOURCE..."), nargs=-1, required=True)
    @_named(say)
    @as_json_option(say)
    @common(say)
    def check(agency: str, sources: tuple[str, ...], name: str, as_json: bool) -> None:
        from cigem_core.cli import show
        from cigem_core.plugins import load

        reading = load().adapter(agency).read(*_given(sources, name))
        if as_json:
            print_json(show.reading_as_dict(reading, say.language))
        else:
            show.reading(say, reading)

    return check


def _corrections(say: Speech) -> click.Command:
    @click.command(
        "corrections",
        help=say(
            "Écrire les lignes à corriger dans la disposition de la structure, cases marquées et expliquées.",
            "Write the rows to mend in the agency's own layout, cells marked and explained.",
        ),
    )
    @click.argument("agency", type=AgencyName(say), metavar=say("STRUCTURE", "AGENCY"))
    @click.option(
        "--to",
        metavar=say("FICHIER", "FILE"),
        type=click.Path(dir_okay=False, path_type=Path),
        required=True,
        help=say("Un classeur .xlsx, ou un fichier .csv.", "A workbook .xlsx, or a file .csv."),
    )
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def corrections(agency: str, to: Path, on: date, by: str, as_json: bool) -> None:
        with open_workspace(say) as centre:
            written = centre.corrections(agency, to, on=on, by=by)
        if as_json:
            journal = written.journal and head_as_dict(written.journal)
            files = [str(path) for path in written.paths]
            print_json({"files": files, "rows": written.rows, "withheld": written.withheld, "journal": journal})
            return
        to_mend = say.text(counted(written.rows, "ligne(s) à corriger :", "row(s) to mend:"))
        click.echo(f"{to_mend} {', '.join(map(str, written.paths))}")
        if written.withheld:
            held = counted(written.withheld, "ligne(s) retenue(s) : ", "row(s) withheld: ")
            click.echo(
                say.text(held) + say("aucune clause en vigueur ne les laisse passer", "no clause in force lets them cross")
            )

    return corrections
