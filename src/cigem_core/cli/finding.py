"""The command that finds someone, wherever they are spoken of."""

from __future__ import annotations

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.plain import plain, table
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
        print_json({"found": plain(found[:limit]), "is_cut": len(found) > limit, "waiting": plain(waiting)})
        return
    headings = [say("Fiche", "Record"), say("Nom", "Name"), say("Né(e)", "Born"), say("Téléphone", "Phone")]
    rows = [(one.ref, " ".join(one.names), one.birth, one.phones) for one in found[:limit]]
    table(say, headings, rows, empty=say("Aucune fiche.", "No record."))
    if len(found) > limit:
        more = 5 * limit
        click.echo(say(f"… et d'autres : ajouter un mot, ou --limit {more}.", f"… and more: add a word, or --limit {more}."))
    if waiting:
        how_many = counted(len(waiting), "ligne(s) en quarantaine", "row(s) in quarantine")
        click.echo(f"\n{say.text(how_many)}")
        headings = [say("N°", "No."), say("Type", "Kind"), say("Fichier", "File"), say("Ligne", "Row")]
        table(say, headings, [(w.entry, kind_of(w.kind).label, w.file, w.row) for w in waiting[:limit]], empty="")


VERBS = (find,)
