"""The command that finds someone, wherever they are spoken of."""

from __future__ import annotations

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.plain import table
from cigem_core.cli.verb import NUMBER, argument, option, verb
from cigem_core.text import Text, counted

GROUPS: dict[str, Text] = {}
_AS_MANY = 40


@verb(
    "find",
    argument("who", fr="NOM|TÉLÉPHONE|NUMÉRO...", en="NAME|PHONE|NUMBER...", many=True),
    option("--limit", kind=NUMBER, shown=("N", "N"), default=_AS_MANY, fr="Au plus autant.", en="So many at most."),
    fr="Trouver quelqu'un dans toutes les fiches : noms en tout ordre, sans accents, par une partie ; téléphone ; numéro.",
    en="Find someone over all records: names in any order, without accents, by a part; telephone; number.",
)
def find(say: Speech, who: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Show the records that answer, and the rows in quarantine that may speak of the same person."""
    from cigem_core.model.fields import kind_of

    asked = " ".join(who)
    with open_workspace(say) as centre:
        found, waiting = centre.seek(asked, limit=limit + 1), centre.seek_waiting(asked)
    if as_json:
        print_json(
            {
                "found": [
                    {"ref": str(one.ref), "names": one.names, "birth": one.birth, "phones": one.phones} for one in found[:limit]
                ],
                "is_cut": len(found) > limit,
                "waiting": [
                    {"entry": one.entry, "agency": one.agency, "kind": one.kind, "file": one.file, "row": one.row}
                    for one in waiting
                ],
            }
        )
        return
    headings = [say("Fiche", "Record"), say("Nom", "Name"), say("Né(e)", "Born"), say("Téléphone", "Phone")]
    rows = [(one.ref, " ".join(one.names), _born(say, one.birth), one.phones) for one in found[:limit]]
    table(say, headings, rows, empty=say("Aucune fiche.", "No record."))
    if len(found) > limit:
        click.echo(
            say(f"… et d'autres : ajouter un mot, ou --limit {limit * 5}.", f"… and more: add a word, or --limit {limit * 5}.")
        )
    if waiting:
        how_many = counted(len(waiting), "ligne(s) en quarantaine", "row(s) in quarantine")
        click.echo(f"\n{say.text(how_many)}")
        headings = [say("N°", "No."), say("Type", "Kind"), say("Fichier", "File"), say("Ligne", "Row")]
        table(say, headings, [(w.entry, kind_of(w.kind).label, w.file, w.row) for w in waiting[:limit]], empty="")


def _born(say: Speech, birth: str | None) -> str:
    """A birth as people say it: 12/01/1968, 1985, vers 1985."""
    if birth is None:
        return ""
    if birth.endswith("~"):
        return say("vers ", "about ") + birth[:-1]
    return "/".join(reversed(birth.split("-"))) if say.language == "fr" else birth


VERBS = (find,)
