"""The commands of conventions over time: what is owed under them, and what the parties did with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.verb import DAY, FILE, NUMBER, Verb, argument, option, verb
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
_BECAUSE = option("--because", shown=("MOTIF", "REASON"), fr="Pourquoi, sur une ligne.", en="Why, on one line.")


@verb(
    "obligations",
    argument("agency", fr="STRUCTURE", en="AGENCY", required=False),
    option(
        "--on",
        kind=DAY,
        shown=("JOUR", "DAY"),
        default=date.today,
        fr="Le jour demandé (par défaut : aujourd'hui).",
        en="The day asked (default: today).",
    ),
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


VERBS: tuple[Verb, ...] = (obligations, suspend, resume, terminate, meeting)
GROUPS = {"conventions": Text(fr="Les conventions installées.", en="The conventions installed.")}
