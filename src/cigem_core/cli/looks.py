"""The commands that look at what is there, and keep it in order."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import click

from cigem_core.cli.completing import AgencyName, KindName
from cigem_core.cli.language import Speech
from cigem_core.cli.lists import chosen, list_options, write_list
from cigem_core.cli.options import (
    WholeNumber,
    as_json_option,
    common,
    head_as_dict,
    named_workspace,
    open_workspace,
    print_json,
    subcommand,
    who_and_when,
)
from cigem_core.model.receipts import Head
from cigem_core.text import counted, without_secrets


def _adapters(say: Speech) -> click.Command:
    @click.command(
        "adapters",
        help=say(
            "Montrer les extensions installées, et pourquoi l'une ne peut servir.",
            "Show the plugins installed, and why one cannot be used.",
        ),
    )
    @as_json_option(say)
    @common(say)
    def adapters(as_json: bool) -> None:
        from cigem_core.cli import extensions
        from cigem_core.plugins import load

        found = load().found
        if as_json:
            print_json([extensions.plugin_as_dict(plugin, say.language) for plugin in found])
        else:
            extensions.plugins(say, found)

    return adapters


def _conventions(say: Speech) -> click.Command:
    @click.group(
        "conventions", subcommand_metavar=subcommand(say), help=say("Les conventions installées.", "The conventions installed.")
    )
    @common(say)
    def conventions() -> None:
        pass

    @conventions.command("list", help=say("Lister les conventions et leurs clauses.", "List the conventions and their clauses."))
    @as_json_option(say)
    @common(say)
    def listed(as_json: bool) -> None:
        from cigem_core.cli import agreed, show

        with open_workspace(say) as centre:
            installed = centre.conventions()
        if as_json:
            print_json([agreed.convention_as_dict(one, say.language) for one in installed])
        else:
            show.conventions(say, installed)

    @conventions.command(
        "install",
        help=say("Installer une convention, ou un nouveau texte (avenant).", "Install a convention, or a new wording of one."),
    )
    @click.argument(
        "file",
        metavar=say("FICHIER.toml|.jsonld", "FILE.toml|.jsonld"),
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
    )
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def install(file: Path, on: date, by: str, as_json: bool) -> None:
        from cigem_core.cli import agreed, show
        from cigem_core.programmes.agreements.wording_files import read_wording

        convention = read_wording(file)
        with open_workspace(say) as centre:
            centre.install(convention, on=on, by=by)
        if as_json:
            print_json(agreed.convention_as_dict(convention, say.language))
        else:
            show.conventions(say, (convention,))

    return conventions


def _records(say: Speech) -> click.Command:
    @click.command(
        "records",
        help=say(
            "Montrer les fiches gardées : leur nombre, ou celles d'un type (demandeur, offre...).",
            "Show the records kept: how many, or those of one kind (job seeker, offer...).",
        ),
    )
    @click.argument("kind", type=KindName(say), metavar=say("[TYPE]", "[KIND]"), required=False)
    @click.option(
        "--agency",
        type=AgencyName(say),
        metavar=say("STRUCTURE", "AGENCY"),
        help=say("D'une seule structure.", "Of one agency only."),
    )
    @click.option("--limit", type=WholeNumber(say, least=1), metavar="N", help=say("Au plus N fiches.", "At most N records."))
    @list_options(say)
    @as_json_option(say)
    @common(say)
    def records(
        kind: str | None, agency: str | None, limit: int | None, to: Path | None, columns: str | None, as_json: bool
    ) -> None:
        from cigem_core.cli import show
        from cigem_core.cli.agencies import check_agency
        from cigem_core.model.called import kind_called

        with open_workspace(say) as centre:
            if columns and (kind is None or (as_json and to is None)):
                raise click.UsageError(
                    say(
                        "--columns va avec un type de fiche, et --json donne toujours les fiches entières",
                        "--columns goes with a kind of record, and --json always gives records whole",
                    )
                )
            if kind is None and to is not None:
                raise click.UsageError(say("dire de quel type faire la liste", "say of which kind to make a list"))
            if kind is None:
                show.counts(say, centre.store.counts(), as_json=as_json)
                return
            declared = kind_called(kind)
            check_agency(centre, agency)
            rows = centre.store.records(declared, agency=agency, limit=limit)
            if to is not None:
                told = write_list(say, declared, rows, show.speaker(say, centre.plugins.codelists), to, columns)
                if as_json:
                    print_json({"file": str(to), "records": told})
                else:
                    click.echo(say.text(counted(told, "fiche(s) : ", "record(s): ")) + str(to))
            elif as_json:
                show.records_as_json(rows)
            else:
                only = chosen(declared, columns) if columns else tuple(declared.fields)
                show.records(say, declared, rows, centre.plugins.codelists, only)

    return records


def _quarantine(say: Speech) -> click.Command:
    @click.group(
        "quarantine",
        subcommand_metavar=subcommand(say),
        help=say("Les lignes qui attendent une correction.", "The rows that wait for a correction."),
    )
    @common(say)
    def quarantine() -> None:
        pass

    @quarantine.command("list", help=say("Lister les lignes en quarantaine.", "List the rows in quarantine."))
    @click.option(
        "--agency",
        type=AgencyName(say),
        metavar=say("STRUCTURE", "AGENCY"),
        help=say("D'une seule structure.", "Of one agency only."),
    )
    @click.option("--all", "every", is_flag=True, help=say("Aussi celles qui sont closes.", "Closed ones as well."))
    @as_json_option(say)
    @common(say)
    def listed(agency: str | None, every: bool, as_json: bool) -> None:
        from cigem_core.cli import show
        from cigem_core.cli.agencies import check_agency

        with open_workspace(say) as centre:
            check_agency(centre, agency)
            entries = centre.store.entries(agency=agency, state=None if every else "open")
        if as_json:
            print_json([show.entry_as_dict(entry, say.language) for entry in entries])
        else:
            show.entries(say, entries)

    @quarantine.command(
        "dismiss", help=say("Clore des lignes qui ne seront pas corrigées.", "Close rows that will not be corrected.")
    )
    @click.argument("numbers", metavar=say("N°...", "NUMBER..."), type=WholeNumber(say), nargs=-1, required=True)
    @click.option("--because", metavar=say("MOTIF", "REASON"), required=True, help=say("Pourquoi.", "Why."))
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def dismiss(numbers: tuple[int, ...], because: str, on: date, by: str, as_json: bool) -> None:
        with open_workspace(say) as centre:
            centre.dismiss(*numbers, because=because, on=on, by=by)
        if as_json:
            print_json({"closed": list(numbers)})
        else:
            click.echo(say.text(counted(len(numbers), "ligne(s) close(s)", "row(s) closed")))

    return quarantine


def _journal(say: Speech) -> click.Command:
    @click.group("journal", subcommand_metavar=subcommand(say), help=say("Ce qui s'est passé.", "What happened."))
    @common(say)
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
    @as_json_option(say)
    @common(say)
    def verify(receipt: Path | None, as_json: bool) -> None:
        held = _held(say, receipt) if receipt else None
        with open_workspace(say) as centre:
            broken, head = centre.verify_journal(held), centre.store.head()
        if as_json:
            reason = say.text(broken.text) if broken else None
            print_json({"is_whole": broken is None, "reason": reason, "journal": head_as_dict(head)})
        elif broken:
            click.echo(say.text(broken.text), err=True)
        else:
            lines = say.text(counted(head.length, "ligne(s), tête", "line(s), head"))
            click.echo(f"{say('Journal entier :', 'Journal whole:')} {lines} {head.digest}")
        if broken:
            sys.exit(1)

    return journal


def _held(say: Speech, receipt: Path) -> Head:
    """The head of the journal that a receipt holds."""
    try:
        held = json.loads(receipt.read_text("utf-8"))["journal"]
        length, digest = held["length"], held["head"]
    except (ValueError, KeyError, TypeError, RecursionError):
        length, digest = None, None
    # A length with a fraction or an exponent is a float: no receipt has one.
    if type(length) is not int or length < 0 or not isinstance(digest, str):
        raise click.UsageError(
            say(f"{receipt} n'est pas un récépissé écrit par --json", f"{receipt} is not a receipt written by --json")
        )
    return Head(length, digest)


def _export(say: Speech) -> click.Command:
    @click.command(
        "export",
        help=say(
            "Écrire tout ce que l'espace de travail contient, en CSV et en Parquet. Contient des données personnelles.",
            "Write everything the workspace holds, as CSV and Parquet. Contains personal data.",
        ),
    )
    @click.option(
        "--to",
        metavar=say("DOSSIER", "FOLDER"),
        type=click.Path(file_okay=False, path_type=Path),
        required=True,
        help=say("Un dossier vide, ou à créer.", "An empty folder, or one to be made."),
    )
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def export(to: Path, on: date, by: str, as_json: bool) -> None:
        with open_workspace(say) as centre:
            done = centre.export(to, on=on, by=by)
        if as_json:
            print_json({"folder": str(done.folder), "rows": done.rows})
            return
        total = sum(done.rows.values())
        tables, rows = counted(len(done.rows), "table(s)", "table(s)"), counted(total, "ligne(s) :", "row(s):")
        click.echo(f"{say.text(tables)}, {say.text(rows)} {to}")

    return export


def _backup(say: Speech) -> click.Command:
    @click.command(
        "backup",
        help=say(
            "Copier tout l'espace de travail dans un fichier, et vérifier la copie. Contient des données personnelles.",
            "Copy the whole workspace to a file, and check the copy. Contains personal data.",
        ),
    )
    @click.option(
        "--to",
        metavar=say("FICHIER", "FILE"),
        type=click.Path(dir_okay=False, path_type=Path),
        required=True,
        help=say("Un fichier qui n'existe pas encore.", "A file that is not there yet."),
    )
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def backup(to: Path, on: date, by: str, as_json: bool) -> None:
        with open_workspace(say) as centre:
            done = centre.backup(to, on=on, by=by)
        if as_json:
            print_json({"file": str(done.path), "journal": head_as_dict(done.head)})
            return
        told = say("Copie entière : {}, journal de {} {}", "Copy whole: {}, journal of {} {}")
        lines = say.text(counted(done.head.length, "ligne(s), tête", "line(s), head"))
        click.echo(told.format(done.path, lines, done.head.digest))

    return backup


def _restore(say: Speech) -> click.Command:
    @click.command(
        "restore",
        help=say(
            "Refaire un espace de travail d'une sauvegarde. Ses numéros porteront la marque de cette reprise : ceux donnés "
            "depuis la sauvegarde ne seront pas donnés à quelqu'un d'autre.",
            "Make a workspace of a backup. Its numbers will bear the mark of this restore: those given since the backup are "
            "not given to somebody else.",
        ),
    )
    @click.argument("backup", metavar=say("SAUVEGARDE", "BACKUP"))
    @click.option(
        "--to",
        metavar=say("FICHIER", "FILE"),
        type=click.Path(dir_okay=False, path_type=Path),
        help=say(
            "Un fichier qui n'existe pas encore ; inutile pour l'adresse d'une base.",
            "A file that is not there yet; not needed for the URL of a database.",
        ),
    )
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def restore(backup: str, to: Path | None, on: date, by: str, as_json: bool) -> None:
        from cigem_core.workspace import Workspace

        done = Workspace.restore(backup, to, on=on, by=by)
        where = without_secrets(done.where)
        if as_json:
            left = list(done.waiting)
            said = {"workspace": where, "epoch": done.epoch, "mark": done.mark, "may_have_left": left}
            print_json({**said, "journal": head_as_dict(done.head)})
            return
        told = say("Espace de travail repris : {} ; ses numéros porteront {}", "Workspace restored: {}; its numbers will bear {}")
        click.echo(told.format(where, done.mark.rstrip("-")))
        if done.waiting:
            click.echo(say("Peut-être partis depuis la sauvegarde, les demander aux structures avant de transmettre :",
                           "May have left since the backup; ask the agencies before you push:"))  # fmt: skip
            click.echo("  " + ", ".join(done.waiting))

    return restore


def _doctor(say: Speech) -> click.Command:
    @click.command(
        "doctor",
        help=say("Vérifier l'installation et l'espace de travail.", "Check the installation and the workspace."),
    )
    @as_json_option(say)
    @common(say)
    def doctor(as_json: bool) -> None:
        from cigem_core.cli import show
        from cigem_core.cli.doctor import examine

        findings = examine(named_workspace())
        if as_json:
            print_json([finding.as_dict(say.language) for finding in findings])
        else:
            show.findings(say, findings)
        if any(finding.is_wrong for finding in findings):
            sys.exit(1)

    return doctor


COMMANDS = (_adapters, _conventions, _records, _quarantine, _journal, _export, _backup, _restore, _doctor)
