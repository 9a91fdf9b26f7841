"""The command that sets services side by side."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from cigem_core.cli.figures import AT, PERIOD, number, pairs, words
from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.verb import argument, option, verb
from cigem_core.text import Text


@verb(
    "indicators compare",
    argument("name", fr="NOM", en="NAME"),
    PERIOD,
    option("--by", default="agency", shown=("QUI", "WHOM"), fr="agency, module, operator …", en="agency, module, operator …"),
    option(
        "--need",
        shown=("A=X,B=Y", "A=X,B=Y"),
        fr="Les personnes venues avec le même besoin : trade=72,level=DEF,returnee=Y.",
        en="The people who came with the same need: trade=72,level=DEF,returnee=Y.",
    ),
    option("--like", default="age,sex", shown=("A,B", "A,B"), fr="Ce qui est rendu comparable.", en="What is made alike."),
    AT,
    epilog=Text(
        fr="NOM : work (en emploi) ou certified (certifiés). Les petits effectifs sont masqués.",
        en="NAME: work (in work) or certified. Where few people are concerned, numbers are hidden.",
    ),
    fr="Comparer des services : ce que sont devenues les personnes, à âge et sexe égaux, pour le même besoin.",
    en="Compare services: what became of people of like age and sex, for the same need.",
)
def compare(say: Speech, name: str, period: str, by: str, need: str | None, like: str, at: date | None, as_json: bool) -> None:
    """`cigem indicators compare`."""
    with open_workspace(say) as centre:
        told = centre.figures.yardstick(name)
        rows = centre.figures.compare(name, period, by=by, need=pairs(say, need), like=words(like), at=at).to_dicts()
    if as_json:
        asked = {"comparison": name, "period": period, "by": by, "need": pairs(say, need), "like": list(words(like))}
        print_json({**asked, "definition": say.text(told.definition), "services": rows})
        return
    click.echo(say.text(told.definition))
    _show(say, rows, by)


def _show(say: Speech, rows: list[dict[str, Any]], by: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    from cigem_core.cli.show import screen

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say("Service", "Service"))
    alike, covered = say("À âge et sexe égaux", "Made alike"), say("Part du public", "Share of people")
    for heading in (say("Personnes", "People"), say("Taux", "Rate"), alike, say("Intervalle 95 %", "95% interval"), covered):
        table.add_column(heading, justify="right")
    for row in rows:
        if row["is_hidden"]:
            table.add_row(escape(row[by]), *(["s"] * 5))
            continue
        between = f"{number(say, row['low'])} – {number(say, row['high'])}"
        parts = (number(say, row[part]) for part in ("people", "rate", "standardised"))
        table.add_row(escape(row[by]), *parts, between, number(say, row["covered"]))
    screen().print(table if rows else say("Personne.", "Nobody."))
    if any(row["is_hidden"] for row in rows):
        click.echo(say("s : peu de personnes y ont réussi, ou peu n'ont pas réussi.", "s: few people got there, or few did not."))


VERBS = (compare,)
GROUPS: dict[str, Text] = {}
