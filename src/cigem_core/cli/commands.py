"""The commands, declared for one language. What they print is in `show`."""

from __future__ import annotations

import functools
import getpass
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli.language import VARIABLE, Speech, is_utf8
from cigem_core.errors import CigemError, UnknownName
from cigem_core.model.receipts import Head
from cigem_core.text import Language

if TYPE_CHECKING:
    from cigem_core.workspace import Workspace

AXES = ("reception", "employment-data", "training")

Command = Callable[..., Any]


class Day(click.ParamType[date]):
    """A day: 2009-10-01 or 01/10/2009."""

    def __init__(self, say: Speech) -> None:
        self.name = say("jour", "day")
        self._say = say

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day meant; a usage error when there is none."""
        if isinstance(value, date):
            return value
        day, _, rest = str(value).partition("/")
        month, _, year = rest.partition("/")
        try:
            return date.fromisoformat(f"{year}-{month}-{day}" if rest else str(value))
        except ValueError:
            self.fail(
                self._say(
                    f"« {value} » n'est pas un jour comme 2009-10-01 ou 01/10/2009", f"'{value}' is not a day like 2009-10-01"
                ),
                param,
                ctx,
            )


def program(language: Language) -> click.Group:
    """The whole command line in one language."""
    say = Speech(language)

    @click.group(
        subcommand_metavar=_subcommand(say),
        help=say(
            "Recevoir les fichiers des structures partenaires sous leur convention, sans perdre une ligne.",
            "Receive partner agencies' files under their convention, without losing a row.",
        ),
        epilog=say(
            "L'espace de travail se donne par -w ou par la variable CIGEM_WORKSPACE.",
            "The workspace is given by -w or by the variable CIGEM_WORKSPACE.",
        ),
    )
    @click.version_option(package_name="cigem-core", prog_name="cigem", message="%(prog)s %(version)s")
    @_common(say)
    def cigem() -> None:
        pass

    for command in (_init, _pull, _check, _adapters, _conventions, _corrections, _records, _quarantine, _journal, _doctor):
        cigem.add_command(command(say))
    return cigem


def _subcommand(say: Speech) -> str:
    return say("COMMANDE [ARGUMENTS]...", "COMMAND [ARGS]...")


def _common(say: Speech) -> Callable[[Command], Command]:
    """The options every command takes, before or after its name, and what happens when something is refused."""

    def decorate(function: Command) -> Command:
        @click.option(
            "-w",
            "--workspace",
            metavar=say("ESPACE", "WORKSPACE"),
            envvar="CIGEM_WORKSPACE",
            help=say("L'espace de travail : un fichier, ou l'adresse d'une base.", "The workspace: a file, or a database's URL."),
        )
        @click.option(
            "--lang",
            type=click.Choice(["fr", "en"]),
            envvar=VARIABLE,
            help=say("La langue des messages (par défaut : fr).", "The language of the messages (default: fr)."),
        )
        @click.pass_context
        def run(context: click.Context, /, workspace: str | None, lang: str | None, **rest: Any) -> Any:  # noqa: ARG001
            root = context.find_root()
            root.obj = workspace or root.obj
            try:
                return function(**rest)
            except CigemError as error:
                click.echo(say("Erreur : ", "Error: ") + say.text(error.text), err=True)
                context.exit(2 if isinstance(error, UnknownName) else 1)

        return functools.update_wrapper(run, function)

    return decorate


def _who_and_when(say: Speech) -> Callable[[Command], Command]:
    """`--on` and `--by`: today and the login name, here and nowhere below."""

    def decorate(function: Command) -> Command:
        on = click.option(
            "--on", type=Day(say), metavar=say("JOUR", "DAY"), default=date.today,
            help=say("Le jour de l'acte (par défaut : aujourd'hui).", "The day of the act (default: today)."),
        )  # fmt: skip
        by = click.option(
            "--by", metavar=say("NOM", "NAME"), default=getpass.getuser,
            help=say("Qui agit (par défaut : le nom de session).", "Who acts (default: the login name)."),
        )  # fmt: skip
        return on(by(function))

    return decorate


def _as_json(say: Speech) -> Callable[[Command], Command]:
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        help=say("Écrire du JSON, et rien d'autre, sur la sortie.", "Write JSON alone on stdout."),
    )


def _open(say: Speech) -> Workspace:
    from cigem_core.workspace import Workspace

    where = click.get_current_context().find_root().obj
    if not where:
        raise click.UsageError(
            say(
                "donner l'espace de travail : -w ESPACE, ou CIGEM_WORKSPACE",
                "name the workspace: -w WORKSPACE, or CIGEM_WORKSPACE",
            )
        )
    return Workspace(where)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=not is_utf8(sys.stdout), indent=2))


def _init(say: Speech) -> click.Command:
    @click.command(
        "init",
        help=say(
            "Créer un espace de travail, ou le mettre à jour, avec les conventions fournies.",
            "Make a workspace, or bring it up to date, with the shipped conventions.",
        ),
    )
    @click.argument("where", metavar=say("ESPACE", "WORKSPACE"))
    @click.option("--bare", is_flag=True, help=say("Sans les conventions fournies.", "Without the shipped conventions."))
    @_who_and_when(say)
    @_common(say)
    def init(where: str, bare: bool, on: date, by: str) -> None:
        from cigem_core.cli import show
        from cigem_core.workspace import Workspace

        with Workspace.create(where, on=on, by=by, bare=bare) as centre:
            show.created(say, where, centre.conventions())

    return init


def _pull(say: Speech) -> click.Command:
    @click.command(
        "pull",
        help=say(
            "Recevoir les fichiers d'une structure : tous gardés ensemble, ou aucun.",
            "Receive an agency's files: kept all together, or not at all.",
        ),
    )
    @click.argument("agency", metavar=say("STRUCTURE", "AGENCY"))
    @click.argument("sources", metavar=say("FICHIER...", "SOURCE..."), nargs=-1, required=True)
    @click.option("--axis", type=click.Choice(AXES), help=say("L'axe de la convention.", "The convention's axis."))
    @_who_and_when(say)
    @_as_json(say)
    @_common(say)
    def pull(agency: str, sources: tuple[str, ...], axis: str | None, on: date, by: str, as_json: bool) -> None:
        from cigem_core.cli import show

        with _open(say) as centre, show.progress(say) as progress:
            receipt = centre.pull(agency, *sources, on=on, by=by, axis=axis, progress=progress)
        if as_json:
            _print_json(receipt.as_dict(say.language))
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
    @click.argument("agency", metavar=say("STRUCTURE", "AGENCY"))
    @click.argument("sources", metavar=say("FICHIER...", "SOURCE..."), nargs=-1, required=True)
    @_as_json(say)
    @_common(say)
    def check(agency: str, sources: tuple[str, ...], as_json: bool) -> None:
        from cigem_core.cli import show
        from cigem_core.plugins import load

        reading = load().adapter(agency).read(*sources)
        if as_json:
            _print_json(show.reading_as_dict(reading, say.language))
        else:
            show.reading(say, reading)

    return check


def _adapters(say: Speech) -> click.Command:
    @click.command(
        "adapters",
        help=say(
            "Montrer les extensions installées, et pourquoi l'une ne peut servir.",
            "Show the plugins installed, and why one cannot be used.",
        ),
    )
    @_as_json(say)
    @_common(say)
    def adapters(as_json: bool) -> None:
        from cigem_core.cli import show
        from cigem_core.plugins import load

        found = load().found
        if as_json:
            _print_json([show.plugin_as_dict(plugin, say.language) for plugin in found])
        else:
            show.plugins(say, found)

    return adapters


def _conventions(say: Speech) -> click.Command:
    @click.group(
        "conventions", subcommand_metavar=_subcommand(say), help=say("Les conventions installées.", "The conventions installed.")
    )
    def conventions() -> None:
        pass

    @conventions.command("list", help=say("Lister les conventions et leurs clauses.", "List the conventions and their clauses."))
    @_common(say)
    def listed() -> None:
        from cigem_core.cli import show

        with _open(say) as centre:
            show.conventions(say, centre.conventions())

    @conventions.command(
        "install",
        help=say("Installer une convention, ou un nouveau texte (avenant).", "Install a convention, or a new wording of one."),
    )
    @click.argument(
        "file", metavar=say("FICHIER.toml", "FILE.toml"), type=click.Path(exists=True, dir_okay=False, path_type=Path)
    )
    @_who_and_when(say)
    @_common(say)
    def install(file: Path, on: date, by: str) -> None:
        from cigem_core.cli import show
        from cigem_core.model.conventions import Convention

        convention = Convention.from_toml(file.read_text("utf-8"))
        with _open(say) as centre:
            centre.install(convention, on=on, by=by)
        show.conventions(say, (convention,))

    return conventions


def _corrections(say: Speech) -> click.Command:
    @click.command(
        "corrections",
        help=say(
            "Écrire les lignes à corriger dans la disposition de la structure, cases marquées et expliquées.",
            "Write the rows to mend in the agency's own layout, cells marked and explained.",
        ),
    )
    @click.argument("agency", metavar=say("STRUCTURE", "AGENCY"))
    @click.option(
        "--to",
        metavar=say("FICHIER", "FILE"),
        type=click.Path(dir_okay=False, path_type=Path),
        required=True,
        help=say("Un classeur .xlsx, ou un fichier .csv.", "A workbook .xlsx, or a file .csv."),
    )
    @_common(say)
    def corrections(agency: str, to: Path) -> None:
        with _open(say) as centre:
            written = centre.corrections(agency, to)
        click.echo(
            say(f"{written.rows} lignes à corriger : ", f"{written.rows} rows to mend: ") + ", ".join(map(str, written.paths))
        )

    return corrections


def _records(say: Speech) -> click.Command:
    @click.command(
        "records",
        help=say(
            "Montrer les fiches gardées : leur nombre, ou celles d'un type.",
            "Show the records kept: how many, or those of one kind.",
        ),
    )
    @click.argument("kind", metavar=say("[TYPE]", "[KIND]"), required=False)
    @click.option("--agency", metavar=say("STRUCTURE", "AGENCY"), help=say("D'une seule structure.", "Of one agency only."))
    @click.option("--limit", type=click.IntRange(min=1), metavar="N", help=say("Au plus N fiches.", "At most N records."))
    @_as_json(say)
    @_common(say)
    def records(kind: str | None, agency: str | None, limit: int | None, as_json: bool) -> None:
        from cigem_core.cli import show
        from cigem_core.model.fields import kind_of

        with _open(say) as centre:
            if kind is None:
                show.counts(say, centre.store.counts(), as_json=as_json)
                return
            declared = kind_of(kind)
            rows = centre.store.records(declared, agency=agency, limit=limit)
            if as_json:
                show.records_as_json(rows)
            else:
                show.records(say, declared, rows, centre.plugins.codelists)

    return records


def _quarantine(say: Speech) -> click.Command:
    @click.group(
        "quarantine",
        subcommand_metavar=_subcommand(say),
        help=say("Les lignes qui attendent une correction.", "The rows that wait for a correction."),
    )
    def quarantine() -> None:
        pass

    @quarantine.command("list", help=say("Lister les lignes en quarantaine.", "List the rows in quarantine."))
    @click.option("--agency", metavar=say("STRUCTURE", "AGENCY"), help=say("D'une seule structure.", "Of one agency only."))
    @click.option("--all", "every", is_flag=True, help=say("Aussi celles qui sont closes.", "Closed ones as well."))
    @_as_json(say)
    @_common(say)
    def listed(agency: str | None, every: bool, as_json: bool) -> None:
        from cigem_core.cli import show

        with _open(say) as centre:
            entries = centre.store.entries(agency=agency, state=None if every else "open")
        if as_json:
            _print_json([show.entry_as_dict(entry) for entry in entries])
        else:
            show.entries(say, entries)

    @quarantine.command(
        "dismiss", help=say("Clore des lignes qui ne seront pas corrigées.", "Close rows that will not be corrected.")
    )
    @click.argument("numbers", metavar=say("N°...", "NUMBER..."), type=int, nargs=-1, required=True)
    @click.option("--because", metavar=say("MOTIF", "REASON"), required=True, help=say("Pourquoi.", "Why."))
    @_who_and_when(say)
    @_common(say)
    def dismiss(numbers: tuple[int, ...], because: str, on: date, by: str) -> None:
        with _open(say) as centre:
            centre.dismiss(*numbers, because=because, on=on, by=by)
        click.echo(say(f"{len(numbers)} lignes closes", f"{len(numbers)} rows closed"))

    return quarantine


def _journal(say: Speech) -> click.Command:
    @click.group("journal", subcommand_metavar=_subcommand(say), help=say("Ce qui s'est passé.", "What happened."))
    def journal() -> None:
        pass

    @journal.command(
        "verify",
        help=say(
            "Vérifier que le journal n'a été ni modifié ni coupé. Seul un récépissé montre que sa fin a été coupée.",
            "Check that the journal was neither altered nor cut off. Only a receipt shows that its end was cut off.",
        ),
    )
    @click.option(
        "--receipt",
        metavar=say("RÉCÉPISSÉ.json", "RECEIPT.json"),
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help=say(
            "Un récépissé écrit par --json, que le partenaire garde.", "A receipt written by --json, which the partner keeps."
        ),
    )
    @_common(say)
    def verify(receipt: Path | None) -> None:
        held = _held(say, receipt) if receipt else None
        with _open(say) as centre:
            broken, head = centre.verify_journal(held), centre.store.head()
        if broken:
            click.echo(say.text(broken.text), err=True)
            sys.exit(1)
        whole = say("Journal entier : {} lignes, tête {}", "Journal whole: {} lines, head {}")
        click.echo(whole.format(head.length, head.digest))

    return journal


def _held(say: Speech, receipt: Path) -> Head:
    """The head of the journal that a receipt holds."""
    try:
        held = json.loads(receipt.read_text("utf-8"))["journal"]
        return Head(int(held["length"]), str(held["head"]))
    except (ValueError, KeyError, TypeError):
        raise click.UsageError(
            say(f"{receipt} n'est pas un récépissé écrit par --json", f"{receipt} is not a receipt written by --json")
        ) from None


def _doctor(say: Speech) -> click.Command:
    @click.command(
        "doctor",
        help=say("Vérifier l'installation et l'espace de travail.", "Check the installation and the workspace."),
    )
    @_common(say)
    def doctor() -> None:
        from cigem_core.cli import show
        from cigem_core.cli.doctor import examine

        where = click.get_current_context().find_root().obj
        findings = examine(where)
        show.findings(say, findings)
        if any(finding.is_wrong for finding in findings):
            sys.exit(1)

    return doctor
