"""The commands of conventions over time: what is owed under them, and what the parties did with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cigem_core.cli.execution import write_new
from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.verb import DAY, FILE, NUMBER, OUTPUT, Verb, argument, option, verb
from cigem_core.text import Text

if TYPE_CHECKING:
    from cigem_core.model.standing import ConventionAct
    from cigem_core.programmes.agreements.rules import Owed

_REFERENCE = argument("reference", fr="CONVENTION", en="CONVENTION")
_DOCUMENT = option(
    "--document",
    kind=FILE,
    shown=("FICHIER", "FILE"),
    fr="La pièce qui en fait foi ; son empreinte est gardée.",
    en="The paper that says so; its digest is kept.",
)
_ON = option(
    "--on",
    kind=DAY,
    shown=("JOUR", "DAY"),
    default=date.today,
    fr="Le jour demandé (par défaut : aujourd'hui).",
    en="The day asked (default: today).",
)
_BECAUSE = option("--because", shown=("MOTIF", "REASON"), fr="Pourquoi, sur une ligne.", en="Why, on one line.")


@verb(
    "obligations",
    argument("agency", fr="STRUCTURE", en="AGENCY", required=False),
    _ON,
    option(
        "--due-within",
        kind=NUMBER,
        shown=("JOURS", "DAYS"),
        fr="Seulement ce qui est dû dans tant de jours.",
        en="Only what is due within so many days.",
    ),
    fr="Ce que les parties se doivent, et où en est chaque engagement.",
    en="What the parties owe each other, and where each obligation stands.",
)
def obligations(say: Speech, agency: str | None, on: date, due_within: int | None, as_json: bool) -> None:
    """`cigem obligations`."""
    with open_workspace(say) as centre:
        found = centre.agreements.obligations(agency, on=on, within=due_within)
    if as_json:
        print_json([one.as_dict() for one in found])
    else:
        _show(say, found)


def _show(say: Speech, found: list[Owed]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from cigem_core.cli.show import screen

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        say("Convention", "Convention"), say("Article", "Article"), say("Qui doit", "Who owes"), say("Quoi", "What"),
        say("Sur", "About"), say("Échéance", "Due"), say("Fait le", "Done on"), say("État", "State"),
    ):  # fmt: skip
        table.add_column(heading)
    for one in found:
        days = (_day(one.due), _day(one.done_on))
        table.add_row(*map(escape, (one.convention, one.article, one.of, one.owes, one.about, *days, say.text(one.state.label))))
    screen().print(table if found else say("Aucun engagement.", "No obligation."))


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


@verb(
    "conventions suspend", _REFERENCE, _BECAUSE, _DOCUMENT, acts=True, fr="Suspendre une convention.", en="Suspend a convention."
)
def suspend(say: Speech, reference: str, because: str | None, document: Path | None, on: date, by: str, as_json: bool) -> None:
    """`cigem conventions suspend`."""
    with open_workspace(say) as centre:
        done = centre.agreements.suspend(reference, on=on, by=by, because=because, document=document)
    _done(say, done, as_json, Text(fr="suspendue à compter du", en="suspended from"))


@verb("conventions resume", _REFERENCE, _DOCUMENT, acts=True, fr="Reprendre une convention suspendue.", en="Resume a convention.")
def resume(say: Speech, reference: str, document: Path | None, on: date, by: str, as_json: bool) -> None:
    """`cigem conventions resume`."""
    with open_workspace(say) as centre:
        done = centre.agreements.resume(reference, on=on, by=by, document=document)
    _done(say, done, as_json, Text(fr="reprise à compter du", en="resumed from"))


@verb(
    "conventions terminate",
    _REFERENCE,
    option(
        "--until", kind=DAY, shown=("JOUR", "DAY"), fr="Son dernier jour, après le préavis.", en="Its last day, after the notice."
    ),
    _BECAUSE,
    _DOCUMENT,
    acts=True,
    fr="Mettre fin à une convention avant son terme.",
    en="End a convention before its term.",
)
def terminate(
    say: Speech, reference: str, until: date | None, because: str | None, document: Path | None,
    on: date, by: str, as_json: bool,
) -> None:  # fmt: skip
    """`cigem conventions terminate`."""
    with open_workspace(say) as centre:
        done = centre.agreements.terminate(reference, on=on, by=by, until=until, because=because, document=document)
    _done(say, done, as_json, Text(fr="dénoncée le", en="ended on"))


@verb("conventions meeting", _REFERENCE, _DOCUMENT, acts=True, fr="Noter une réunion des parties.", en="Record a meeting.")
def meeting(say: Speech, reference: str, document: Path | None, on: date, by: str, as_json: bool) -> None:
    """`cigem conventions meeting`."""
    with open_workspace(say) as centre:
        done = centre.agreements.meet(reference, on=on, by=by, document=document)
    _done(say, done, as_json, Text(fr="réunion du", en="meeting of"))


def _done(say: Speech, done: ConventionAct, as_json: bool, what: Text) -> None:
    if as_json:
        until = done.until and done.until.isoformat()
        said = {"convention": done.convention, "act": done.deed, "on": done.on.isoformat(), "until": until}
        print_json({**said, "document": done.document})
    else:
        click.echo(f"{done.convention} : {say.text(what)} {say(f'{done.on:%d/%m/%Y}', str(done.on))}")


@verb(
    "conventions history",
    _REFERENCE,
    fr="Les textes successifs d'une convention, et ce que les parties en ont fait.",
    en="The wordings of a convention over time, and what the parties did with it.",
)
def history(say: Speech, reference: str, as_json: bool) -> None:
    """`cigem conventions history`."""
    with open_workspace(say) as centre:
        told = centre.agreements.history(reference)
    if as_json:
        print_json([{name: said.isoformat() if isinstance(said, date) else said for name, said in one.items()} for one in told])
        return
    for one in told:
        parts = [_day(one["on"]), one["what"], one["by"], (one["digest"] or "")[:12]]
        if "counts_from" in one:
            parts.append(say(f"vaut dès le {_day(one['counts_from'])}", f"holds from {one['counts_from']}"))
        click.echo("  ".join(part for part in parts if part))


@verb(
    "conventions diff",
    argument("before", fr="AVANT", en="BEFORE"),
    argument("later", fr="APRÈS", en="LATER"),
    epilog=Text(
        fr="Un texte se nomme par son fichier TOML, ou par le début de son empreinte (cigem conventions history).",
        en="A wording is named by its TOML file, or by how its digest begins (cigem conventions history).",
    ),
    fr="Ce qui change d'un texte à l'autre, pour qui, en phrases.",
    en="What changes from one wording to another, for whom, in sentences.",
)
def diff(say: Speech, before: str, later: str, as_json: bool) -> None:
    """`cigem conventions diff`."""
    with open_workspace(say) as centre:
        found = centre.agreements.differences(before, later)
    if as_json:
        print_json([{"fr": one.fr, "en": one.en} for one in found])
    else:
        click.echo("\n".join(say.text(one) for one in found) or say("Rien ne change.", "Nothing changes."))


@verb(
    "conventions explain",
    argument("agency", fr="STRUCTURE", en="AGENCY"),
    argument("kind", fr="TYPE", en="KIND"),
    argument("name", fr="CHAMP", en="FIELD"),
    _ON,
    fr="Dire si un champ peut passer, dans quel sens, par quel article et depuis quand ; sinon, ce qui manque.",
    en="Say whether a field may cross, which way, by which article and since when; where not, what is lacking.",
)
def explain(say: Speech, agency: str, kind: str, name: str, on: date, as_json: bool) -> None:
    """`cigem conventions explain`."""
    with open_workspace(say) as centre:
        found = centre.agreements.explain(agency, kind, name, on=on)
    if as_json:
        print_json([one.as_dict() for one in found])
    else:
        click.echo("\n".join(say.text(one.sentence) for one in found))


@verb(
    "conventions page",
    _REFERENCE,
    option("--to", kind=OUTPUT, required=True, shown=("PAGE.html", "PAGE.html"), fr="La page à écrire.", en="The page to write."),
    _ON,
    fr="Écrire une convention comme une page à signer (A4).",
    en="Write a convention as a page to sign (A4).",
)
def write_page(say: Speech, reference: str, to: Path, on: date, as_json: bool) -> None:
    """`cigem conventions page`."""
    with open_workspace(say) as centre:
        html = centre.agreements.paper(reference, on=on, language=say.language)
    write_new(to, html)
    if as_json:
        print_json({"page": str(to)})
    else:
        click.echo(str(to))


@verb(
    "conventions verify",
    argument("page", kind=FILE, fr="PAGE.html", en="PAGE.html"),
    fr="Dire si une page signée est bien le texte installé.",
    en="Say whether a signed page is the wording that is installed.",
)
def verify(say: Speech, page: Path, as_json: bool) -> None:
    """`cigem conventions verify`."""
    with open_workspace(say) as centre:
        verdict = centre.agreements.verify(page.read_text("utf-8", errors="replace"))
    if as_json:
        print_json({"holds": verdict.holds, "said": say.text(verdict.text)})
    else:
        click.echo(say.text(verdict.text))
    click.get_current_context().exit(0 if verdict.holds else 1)


VERBS: tuple[Verb, ...] = (obligations, suspend, resume, terminate, meeting, history, diff, explain, write_page, verify)
GROUPS = {"conventions": Text(fr="Les conventions installées.", en="The conventions installed.")}
