"""The commands of the observatory: what the figures are, and how they leave."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.verb import DAY, FOLDER, NUMBER, argument, flag, option, verb
from cigem_core.text import Text

if TYPE_CHECKING:
    from cigem_core.observatory.figures import Figure

PERIOD = option(
    "--period",
    required=True,
    shown=("PÉRIODE", "PERIOD"),
    fr="Un mois (2009-09), un trimestre (2009-Q3) ou une année (2009).",
    en="A month (2009-09), a quarter (2009-Q3) or a year (2009).",
)
_BY = option("--by", shown=("A,B", "A,B"), fr="Ventiler : region, sex, age, …", en="Break down: region, sex, age, …")


AT = option(
    "--at",
    kind=DAY,
    shown=("JOUR", "DAY"),
    fr="Ce que l'espace de travail savait à la fin de ce jour.",
    en="What the workspace knew when that day ended.",
)


@verb(
    "indicators",
    PERIOD,
    option("--only", shown=("NOM", "NAME"), fr="Un seul indicateur.", en="One indicator only."),
    _BY,
    AT,
    option(
        "--series",
        kind=NUMBER,
        default=1,
        shown=("N", "N"),
        fr="Autant de périodes de cette longueur, celle-ci la dernière.",
        en="So many periods of that length, this one the last.",
    ),
    flag(
        "--coverage",
        fr="Dire les remises qui manquent et les lignes en attente ; avec --json, à côté de chaque chiffre.",
        en="Say which returns are missing and which rows wait; with --json, beside each figure.",
    ),
    epilog=Text(
        fr="Ce que chacun compte : cigem indicators explain NOM. Des services côte à côte : cigem indicators compare NOM.",
        en="What each counts: cigem indicators explain NAME. Services side by side: cigem indicators compare NAME.",
    ),
    fr="Les indicateurs d'une période, toutes cases comprises : la vue de l'intérieur, qui ne se publie pas telle quelle.",
    en="The indicators of a period, with every cell: the inside view, which is not published as it is.",
)
def indicators(
    say: Speech, period: str, only: str | None, by: str | None, at: date | None, series: int, coverage: bool, as_json: bool
) -> None:
    """`cigem indicators`."""
    with open_workspace(say) as centre:
        figures = centre.figures.indicate(period, only=only, by=words(by), at=at, series=series)
        labels = {name: one.label for name, one in centre.figures.indicators.items()}
        cells = {pair: centre.figures.called(*pair) for pair in {pair for one in figures for pair in one.by.items()}}
        headings = [centre.figures.called(name) for name in (figures[0].by if figures else ())]
    if as_json:
        print_json([{**one.as_dict(), **({"coverage": one.coverage.as_dict()} if coverage else {})} for one in figures])
        return
    _show(say, figures, labels, headings, cells, is_series=series > 1)
    if coverage:
        _show_coverage(say, figures)


def words(listed: str | None) -> tuple[str, ...]:
    """What is listed with commas."""
    return tuple(word.strip() for word in (listed or "").split(",") if word.strip())


def pairs(say: Speech, listed: str | None) -> dict[str, str]:
    """Codes by the breakdown they are of, as they are written: `region=ML-1,sex=F`."""
    found = {}
    for pair in words(listed):
        breakdown, equals, code = pair.partition("=")
        if not equals:
            raise click.UsageError(
                say(f"une case s'écrit region=ML-1, pas « {pair} »", f"a cell is written region=ML-1, not '{pair}'")
            )
        found[breakdown.strip()] = code.strip()
    return found


def _show(
    say: Speech, figures: list[Figure], labels: dict[str, Text], headings: list[Text], cells: dict[tuple[str, str], Text],
    *, is_series: bool,
) -> None:  # fmt: skip
    """Codes stand behind their names: `--cell` takes them."""
    from rich.markup import escape
    from rich.table import Table

    from cigem_core.cli.show import screen

    breakdowns = [*([say("Période", "Period")] if is_series else []), *map(say.text, headings)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (say("Indicateur", "Indicator"), *breakdowns):
        table.add_column(heading)
    numbers = (say("Valeur", "Value"), say("Dont", "Of which"), say("Sur", "Out of"), say("En attente", "Waiting"))
    for heading in (*numbers, say("Remises manquantes", "Returns missing")):
        table.add_column(heading, justify="right")
    for one in figures:
        parts = (one.value, one.more.get("numerator"), one.more.get("denominator"))
        named = ((say.text(cells[pair]), pair[1]) for pair in one.by.items())
        told = [name if name == code else f"{name} ({code})" for name, code in named]
        before = [*([one.period] if is_series else []), *map(escape, told)]
        beside = (str(one.coverage.waiting or ""), str(one.coverage.missing or ""))
        table.add_row(say.text(labels[one.indicator]), *before, *(number(say, part) for part in parts), *beside)
    screen().print(table if figures else say("Aucune case.", "No cell."))


def _show_coverage(say: Speech, figures: list[Figure]) -> None:
    for period in dict.fromkeys(one.period for one in figures):
        click.echo(f"\n{say('Couverture', 'Coverage')} · {period}")
        beside = (one.coverage for one in figures if one.period == period)
        for told in dict.fromkeys(say.text(text) for one in beside for text in one.texts()):
            click.echo(f"  {told}")


def number(say: Speech, value: Any) -> str:
    """A figure as people read it."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return say(f"{value:.4f}".replace(".", ","), f"{value:.4f}")
    return f"{value:,}".replace(",", "\u202f")


@verb(
    "indicators explain",
    argument("name", fr="NOM", en="NAME"),
    option("--period", shown=("PÉRIODE", "PERIOD"), fr="Pour lister les fiches : la période.", en="To list records: the period."),
    option("--cell", shown=("A=X,B=Y", "A=X,B=Y"), fr="La case : region=ML-1,sex=F.", en="The cell: region=ML-1,sex=F."),
    option("--by", shown=("A,B", "A,B"), fr="Dire aussi les codes de chacune.", en="Tell the codes of each as well."),
    AT,
    fr="Dire ce que compte un indicateur et, avec --period, quelles fiches : pour qui a le droit de les voir.",
    en="Say what an indicator counts and, with --period, which records: for those entitled to see them.",
)
def explain(say: Speech, name: str, period: str | None, cell: str | None, by: str | None, at: date | None, as_json: bool) -> None:
    """`cigem indicators explain`."""
    codes = pairs(say, cell)
    with open_workspace(say) as centre:
        told = centre.figures.indicator(name)
        found = centre.figures.records(name, period, codes, by=words(by), at=at).to_dicts() if period else []
    if as_json:
        print_json({"indicator": name, **told.as_dict(say.language), **({"records": found} if period else {})})
        return
    click.echo(f"{say.text(told.label)} ({name}, v{told.version}) · {say.text(told.unit)}")
    click.echo(say.text(told.definition))
    click.echo(f"{say('ventilations', 'breakdowns')} : {', '.join(told.breakdowns) or '–'}")
    for term, tally in told.terms.items():
        click.echo(f"  {say.text(_TERMS[term])} : {say.text(tally.formula)}")
    for row in found:
        codes_of = [f"{part.removeprefix('by_')}={row[part]}" for part in row if part.startswith("by_")]
        click.echo("  ".join([*(str(row[part]) for part in ("term", "agency", "kind", "scope", "key") if row[part]), *codes_of]))


_TERMS = {
    "numerator": Text(fr="compte", en="counts"),
    "denominator": Text(fr="sur", en="out of"),
    "unknown": Text(fr="issue inconnue", en="outcome unknown"),
}


@verb(
    "publish",
    PERIOD,
    option("--to", kind=FOLDER, required=True, shown=("DOSSIER", "FOLDER"), fr="Un dossier vide.", en="An empty folder."),
    flag("--dry-run", fr="Dire ce qui serait publié ; ne rien écrire.", en="Say what would be published; write nothing."),
    flag("--xlsx", fr="Ajouter les tableaux du bulletin en classeurs.", en="Add the bulletin's tables as workbooks."),
    option(
        "--rounded-to",
        kind=NUMBER,
        shown=("BASE", "BASE"),
        fr="Arrondir les effectifs à des multiples de BASE, au lieu de masquer des cases.",
        en="Round counts of people to multiples of BASE, instead of hiding cells.",
    ),
    acts=True,
    fr="Publier les chiffres d'une période, protégés : bulletin, CSV, Parquet, SDMX. Ce qui fut publié compte.",
    en="Publish the figures of a period, protected: bulletin, CSV, Parquet, SDMX. What was published before counts.",
)
def publish(
    say: Speech, period: str, to: Path, dry_run: bool, xlsx: bool, rounded_to: int | None, on: date, by: str, as_json: bool
) -> None:
    """`cigem publish`."""
    with open_workspace(say) as centre:
        done = centre.figures.publish(period, to, on=on, by=by, dry_run=dry_run, xlsx=xlsx, rounded_to=rounded_to)
    if as_json:
        print_json(done.as_dict())
        return
    head = say("Serait publié", "Would be published") if dry_run else say("Publié", "Published")
    click.echo(f"{head} · {done.period} · {done.figures} {say('chiffres', 'figures')}, {done.hidden} {say('masqués', 'hidden')}")
    if done.rounded_to:
        near = done.rounded_to * done.reach
        said = say(
            f"{done.loss.cells} cases de personnes, arrondies à {done.rounded_to} (à moins de {near} près) ; audit passé",
            f"{done.loss.cells} cells of people, rounded to {done.rounded_to} (by less than {near}); the audit holds",
        )
    else:
        said = say(
            f"{done.loss.cells} cases de personnes : {done.loss.sensitive} sensibles, {done.loss.hidden} masquées ; audit passé",
            f"{done.loss.cells} cells of people: {done.loss.sensitive} sensitive, {done.loss.hidden} hidden; the audit holds",
        )
    click.echo(said)
    for path in done.files:
        click.echo(f"  {path}")
    click.echo(f"sha256 {done.digest}")


VERBS = (indicators, explain, publish)
GROUPS: dict[str, Text] = {}
