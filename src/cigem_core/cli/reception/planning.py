"""The commands of individual projects: opened, revised, led step by step, closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.plain import plain, table
from cigem_core.cli.reception.receiving import told
from cigem_core.cli.reception.words import GOALS, RESULTS
from cigem_core.cli.verb import DAY, NUMBER, argument, flag, option, verb
from cigem_core.text import Text

GROUPS = {"projects": Text(fr="Les projets individuels.", en="Individual projects.")}

_PROJECT = argument("project", fr="PI-…", en="PI-…")
_SAID = (
    option("--goal", kind=GOALS, fr="Le but.", en="The goal."),
    option("--need", shown=("CODE", "CODE"), fr="Le métier (CITP-08), comme 7212.", en="The occupation (ISCO-08), like 7212."),
    option("--trade", shown=("MÉTIER", "TRADE"), fr="Le métier, en toutes lettres.", en="The trade, in words."),
    option("--town", shown=("LOCALITÉ", "TOWN"), fr="Où.", en="Where."),
    option(
        "--budget",
        shown=("MONTANT", "AMOUNT"),
        fr="Le budget souhaité, comme « 500000 EUR ».",
        en="The budget wished, like '500000 EUR'.",
    ),
)


def _fields(typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed of a project; what was not is left out."""
    from cigem_core.cli.typed import amount_of, member, occupation_of
    from cigem_core.model.projects import Goal

    said = {
        "goal": member(Goal, typed["goal"]) if typed["goal"] else None, "occupation": occupation_of(typed["need"]),
        "trade": typed["trade"], "town": typed["town"], "budget": amount_of(typed["budget"]),
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


@verb(
    "projects open", argument("migrant", fr="MG-…", en="MG-…"), *_SAID, acts=True,
    fr="Ouvrir le projet de quelqu'un : un seul à la fois.", en="Open someone's project: one at a time.",
)  # fmt: skip
def opened(say: Speech, migrant: str, on: date, by: str, as_json: bool, **typed: Any) -> None:
    """`cigem projects open`."""
    with open_workspace(say) as centre:
        made = centre.reception.open_project(migrant, on=on, by=by, **_fields(typed))
    told(made.reference, plain(made), as_json)


@verb(
    "projects revise", _PROJECT, *_SAID,
    option("--because", required=True, shown=("MOTIF", "REASON"), fr="Pourquoi.", en="Why."), acts=True,
    fr="Réviser un projet ouvert, et dire pourquoi.", en="Revise an open project, and say why.",
)  # fmt: skip
def revise(say: Speech, project: str, because: str, on: date, by: str, as_json: bool, **typed: Any) -> None:
    """`cigem projects revise`."""
    with open_workspace(say) as centre:
        made = centre.reception.revise_project(project, because=because, on=on, by=by, **_fields(typed))
    told(made.reference, plain(made), as_json)


@verb(
    "projects close",
    _PROJECT,
    option("--result", kind=RESULTS, required=True, fr="Le résultat.", en="The result."),
    option("--outcome", shown=("TEXTE", "TEXT"), fr="Le résultat, en toutes lettres.", en="The result, in words."),
    acts=True,
    fr="Clore un projet avec son résultat.",
    en="Close a project with its result.",
)
def close(say: Speech, project: str, result: str, outcome: str | None, on: date, by: str, as_json: bool) -> None:
    """`cigem projects close`."""
    from cigem_core.cli.typed import member
    from cigem_core.model.projects import ProjectResult

    with open_workspace(say) as centre:
        made = centre.reception.close_project(project, member(ProjectResult, result), outcome=outcome, on=on, by=by)
    told(made.reference, plain(made), as_json)


@verb(
    "projects step",
    _PROJECT,
    argument("title", fr="QUOI", en="WHAT"),
    option("--due", kind=DAY, shown=("JOUR", "DAY"), fr="Pour ce jour.", en="By this day."),
    option("--helper", shown=("QUI", "WHO"), fr="Qui aide.", en="Who helps."),
    acts=True,
    fr="Ajouter une étape.",
    en="Add a step.",
)
def step(say: Speech, project: str, title: str, due: date | None, helper: str | None, on: date, by: str, as_json: bool) -> None:
    """`cigem projects step`."""
    with open_workspace(say) as centre:
        made = centre.reception.add_step(project, title, due_on=due, helper=helper, on=on, by=by)
    told(f"{made.project} · {made.number}", plain(made), as_json)


@verb(
    "projects done",
    _PROJECT,
    argument("number", fr="ÉTAPE", en="STEP", kind=NUMBER),
    flag("--dropped", fr="Elle est abandonnée.", en="It is given up."),
    acts=True,
    fr="Noter qu'une étape est faite, ou abandonnée.",
    en="Write down that a step is done, or given up.",
)
def done(say: Speech, project: str, number: int, dropped: bool, on: date, by: str, as_json: bool) -> None:
    """`cigem projects done`."""
    with open_workspace(say) as centre:
        act = centre.reception.drop_step if dropped else centre.reception.do_step
        made = act(project, number, on=on, by=by)
    told(f"{made.project} · {made.number}", plain(made), as_json)


@verb(
    "projects list", argument("migrant", fr="[MG-…]", en="[MG-…]", required=False),
    fr="Les projets, ou ceux de quelqu'un.", en="The projects, or someone's.",
)  # fmt: skip
def listed(say: Speech, migrant: str | None, as_json: bool) -> None:
    """`cigem projects list`."""
    with open_workspace(say) as centre:
        found = centre.reception.projects(migrant)
    if as_json:
        print_json(plain(found))
        return
    headings = [
        say("N°", "No."),
        say("Dossier", "File"),
        say("But", "Goal"),
        say("Ouvert le", "Opened on"),
        say("Clos le", "Closed on"),
        say("Résultat", "Result"),
    ]
    rows = [(p.reference, p.migrant, p.goal, p.opened_on, p.closed_on, p.result) for p in found]
    table(say, headings, rows, empty=say("Aucun projet.", "No project."))


@verb("projects show", _PROJECT, fr="Un projet et ses étapes.", en="A project and its steps.")
def show(say: Speech, project: str, as_json: bool) -> None:
    """`cigem projects show`."""
    from cigem_core.model.projects import IndividualProject

    with open_workspace(say) as centre:
        held = centre.reception.one(IndividualProject, project)
        steps = centre.reception.steps(project)
    if as_json:
        print_json({**plain(held), "steps": plain(steps)})
        return
    headings = [
        say("Étape", "Step"),
        say("Quoi", "What"),
        say("Pour le", "By"),
        say("Qui aide", "Helper"),
        say("Faite le", "Done on"),
        say("Abandonnée le", "Given up on"),
    ]
    rows = [(s.number, s.title, s.due_on, s.helper, s.done_on, s.dropped_on) for s in steps]
    table(say, headings, rows, empty=say("Aucune étape.", "No step."))


VERBS = (opened, revise, close, step, done, listed, show)
