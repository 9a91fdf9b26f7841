"""The command that drafts an adapter from samples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import as_json_option, common, print_json

if TYPE_CHECKING:
    from cigem_core.scaffold import Drafted


def _new_adapter(say: Speech) -> click.Command:
    @click.command(
        "new-adapter",
        help=say(
            "Ébaucher l'adaptateur d'une structure d'après des échantillons ; rien de personnel n'y est copié.",
            "Draft the adapter of an agency from samples; nothing personal is copied into it.",
        ),
    )
    @click.argument("agency", metavar=say("STRUCTURE", "AGENCY"))
    @click.option(
        "--from", "samples", metavar=say("FICHIER|URL", "FILE|URL"), multiple=True, required=True,
        help=say(
            "Un échantillon : CSV, classeur, JSON, ou l'adresse d'une liste de son service (option répétable).",
            "A sample: CSV, workbook, JSON, or the address of a list of its service (may be repeated).",
        ),
    )  # fmt: skip
    @click.option(
        "--to", metavar=say("DOSSIER", "FOLDER"), type=click.Path(file_okay=False, path_type=Path),
        help=say("Où écrire le paquet (par défaut : cigem-STRUCTURE).", "Where to write the package (default: cigem-AGENCY)."),
    )  # fmt: skip
    @click.option(
        "--kind", "kinds", metavar=say("[TABLE=]TYPE", "[TABLE=]KIND"), multiple=True,
        help=say(
            "Le type de fiche, là où les noms des colonnes ne le disent pas (option répétable).",
            "The kind of record, where the names of the columns do not tell it (may be repeated).",
        ),
    )  # fmt: skip
    @click.option(
        "--new-kind", "new_kinds", metavar=say("[TABLE=]NOM", "[TABLE=]NAME"), multiple=True,
        help=say(
            "Ébaucher d'après les colonnes un type de fiche de ce nom, même si un autre convient (option répétable).",
            "Draft a kind of this name from the columns, even where another fits (may be repeated).",
        ),
    )  # fmt: skip
    @click.option(
        "--token-header", metavar=say("EN-TÊTE", "HEADER"),
        help=say(
            "L'en-tête où le service attend sa clé, s'il en a un à lui : X-Api-Key.",
            "The header in which the service expects its key, where it has one of its own: X-Api-Key.",
        ),
    )  # fmt: skip
    @as_json_option(say)
    @common(say)
    def new_adapter(
        agency: str,
        samples: tuple[str, ...],
        to: Path | None,
        kinds: tuple[str, ...],
        new_kinds: tuple[str, ...],
        token_header: str | None,
        as_json: bool,
    ) -> None:
        from cigem_core.scaffold import draft

        drafted = draft(agency, samples, to=to, kinds=kinds, new_kinds=new_kinds, token_header=token_header)
        if as_json:
            print_json(_as_dict(drafted))
        else:
            _show(say, drafted)

    return new_adapter


def _as_dict(drafted: Drafted) -> dict[str, Any]:
    return {
        "folder": str(drafted.folder),
        "module": str(drafted.module),
        "files": [str(path) for path in drafted.files],
        "tables": dict(drafted.tables),
        "drafted_kinds": list(drafted.kinds),
        "questions": list(drafted.questions),
    }


def _show(say: Speech, drafted: Drafted) -> None:
    for title, kind in drafted.tables.items():
        is_new = kind in drafted.kinds
        fr = f"un type de fiche ébauché, {kind}" if is_new else f"pris pour {kind}"
        click.echo(say(f"{title} : {fr}", f"{title}: " + (f"a kind drafted, {kind}" if is_new else f"taken for {kind}")))
    click.echo(say(f"{len(drafted.questions)} questions dans ", f"{len(drafted.questions)} questions in ") + str(drafted.module))
    click.echo(say("La suite :", "Next:"))
    click.echo(f"    pip install -e '{drafted.folder}[test]'")
    click.echo(f"    pytest {drafted.folder}")


COMMANDS = (_new_adapter,)
