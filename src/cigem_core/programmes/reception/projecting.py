"""Individual projects: one open at a time, revised, and closed with a result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from attrs import evolve

from cigem_core.errors import OperatorError
from cigem_core.model.projects import IndividualProject, ProjectResult, ProjectStep
from cigem_core.text import Text


def open_project(projects: Iterable[IndividualProject]) -> IndividualProject | None:
    """The project that is open, if one is."""
    return next((one for one in projects if one.closed_on is None), None)


def check_none_open(projects: Iterable[IndividualProject], migrant: str) -> None:
    """OperatorError where a project is open already, with how to go on."""
    if held := open_project(projects):
        number = held.reference
        raise OperatorError(
            Text(
                fr=f"{migrant} a déjà un projet ouvert, {number} ; le réviser (cigem projects revise {number}), "
                f"ou le clore d'abord (cigem projects close {number})",
                en=f"{migrant} has an open project already, {number}; revise it (cigem projects revise {number}), "
                f"or close it first (cigem projects close {number})",
            )
        )


def check_open(project: IndividualProject) -> None:
    """OperatorError where a project is closed: when it closed, and how to open another."""
    if project.closed_on is not None:
        number, migrant = project.reference, project.migrant
        raise OperatorError(
            Text(
                fr=f"{number} est clos depuis le {project.closed_on:%d/%m/%Y} ; en ouvrir un : cigem projects open {migrant}",
                en=f"{number} closed on {project.closed_on}; open another: cigem projects open {migrant}",
            )
        )


def revised(project: IndividualProject, because: str, **changes: Any) -> IndividualProject:
    """A project with some of its fields changed, and why; what is not said stays."""
    check_open(project)
    said = {name: value for name, value in changes.items() if value is not None}
    if not said:
        raise OperatorError(Text(fr="dire ce qui change dans le projet", en="say what changes in the project"))
    return evolve(project, revised_because=because, **said)


def closed(project: IndividualProject, result: ProjectResult, *, on: date, outcome: str | None) -> IndividualProject:
    """A project that ended."""
    check_open(project)
    if project.opened_on is not None and on < project.opened_on:
        raise OperatorError(
            Text(fr=f"{project.reference} n'était pas ouvert ce jour-là", en=f"{project.reference} was not open on that day")
        )
    return evolve(project, closed_on=on, result=result, outcome=outcome)


def next_step(
    project: IndividualProject, steps: Sequence[ProjectStep], title: str, *, due_on: date | None, helper: str | None
) -> ProjectStep:
    """One more step of a project."""
    check_open(project)
    number = max((one.number for one in steps), default=0) + 1
    return ProjectStep(project=project.reference, number=number, title=title, due_on=due_on, helper=helper)


def settled(step: ProjectStep, *, done_on: date | None = None, dropped_on: date | None = None) -> ProjectStep:
    """A step that was done or given up; OperatorError where it was before."""
    before = step.done_on or step.dropped_on
    if before is not None:
        fr, en = ("faite", "done") if step.done_on else ("abandonnée", "given up")
        raise OperatorError(
            Text(
                fr=f"l'étape {step.number} de {step.project} est {fr} depuis le {before:%d/%m/%Y}",
                en=f"step {step.number} of {step.project} was {en} on {before}",
            )
        )
    return evolve(step, done_on=done_on, dropped_on=dropped_on)


def late(steps: Iterable[ProjectStep], on: date) -> list[ProjectStep]:
    """The steps that should have been done by a day and are neither done nor given up."""
    return [one for one in steps if one.due_on and one.due_on < on and one.done_on is None and one.dropped_on is None]
