"""Individual projects: opened, revised, led step by step, closed with a result."""

from __future__ import annotations

from datetime import date
from typing import Any

from cigem_core.errors import OperatorError
from cigem_core.model.migrants import Situation
from cigem_core.model.projects import Goal, IndividualProject, ProjectResult, ProjectStep
from cigem_core.programmes.reception import projecting, situations
from cigem_core.programmes.reception.base import Desk, file_of, found, year_of
from cigem_core.store.acts import Act
from cigem_core.text import Text


class ProjectDesk(Desk):
    """What migrants set out to do."""

    def open_project(self, migrant: str, *, on: date, by: str, goal: Goal = Goal.NONE_YET, **said: Any) -> IndividualProject:
        """Open someone's project: one at a time, and none for who only passes through."""
        with self.store.acting("open-project", on=on, by=by, migrant=migrant) as act:
            file_of(act, migrant)
            projecting.check_none_open(act.find(IndividualProject, migrant=migrant), migrant)
            if not situations.needs_project(act.find(Situation, migrant=migrant), on):
                raise OperatorError(
                    Text(
                        fr=f"{migrant} est en transit, sans autre situation : pas de projet à ouvrir ; s'il reste, lui donner "
                        f"une autre situation (cigem migrants situation {migrant})",
                        en=f"{migrant} is in transit and nothing else: there is no project to open; if they stay, give them "
                        f"another situation (cigem migrants situation {migrant})",
                    )
                )
            number = act.next_number(IndividualProject, f"PI-{year_of(on)}-")
            project = IndividualProject(reference=number, migrant=migrant, opened_on=on, goal=goal, **said)
            act.keep(project)
        return project

    def revise_project(self, number: str, *, because: str, on: date, by: str, **changes: Any) -> IndividualProject:
        """Change what a project says, and say why; the history keeps what it said."""
        with self.store.acting("revise-project", on=on, by=by, project=number) as act:
            project = projecting.revised(found(act, IndividualProject, number), because, **changes)
            act.keep(project)
        return project

    def close_project(
        self, number: str, result: ProjectResult, *, on: date, by: str, outcome: str | None = None
    ) -> IndividualProject:
        """Close a project with its result."""
        with self.store.acting("close-project", on=on, by=by, project=number) as act:
            project = projecting.closed(found(act, IndividualProject, number), result, on=on, outcome=outcome)
            act.keep(project)
        return project

    def add_step(
        self, project: str, title: str, *, on: date, by: str, due_on: date | None = None, helper: str | None = None
    ) -> ProjectStep:
        """Add something to be done for a project."""
        with self.store.acting("add-step", on=on, by=by, project=project) as act:
            held = found(act, IndividualProject, project)
            step = projecting.next_step(held, act.find(ProjectStep, project=project), title, due_on=due_on, helper=helper)
            act.keep(step)
        return step

    def do_step(self, project: str, number: int, *, on: date, by: str) -> ProjectStep:
        """Write down that a step is done."""
        with self.store.acting("do-step", on=on, by=by, project=project) as act:
            step = projecting.settled(_step(act, project, number), done_on=on)
            act.keep(step)
        return step

    def drop_step(self, project: str, number: int, *, on: date, by: str) -> ProjectStep:
        """Write down that a step is given up."""
        with self.store.acting("drop-step", on=on, by=by, project=project) as act:
            step = projecting.settled(_step(act, project, number), dropped_on=on)
            act.keep(step)
        return step

    def projects(self, migrant: str | None = None) -> list[IndividualProject]:
        """The projects of someone, or all of them."""
        return self.store.find(IndividualProject, **({"migrant": migrant} if migrant else {}))

    def steps(self, project: str) -> list[ProjectStep]:
        """The steps of a project, by their numbers."""
        return sorted(self.store.find(ProjectStep, project=project), key=lambda one: one.number)


def _step(act: Act, project: str, number: int) -> ProjectStep:
    projecting.check_open(found(act, IndividualProject, project))
    held = act.find(ProjectStep, project=project)
    step = next((one for one in held if one.number == number), None)
    if step is None:
        listed = ", ".join(str(n) for n in sorted(one.number for one in held)) or "—"
        raise OperatorError(
            Text(
                fr=f"{project} n'a pas d'étape {number} ; il a : {listed}", en=f"{project} has no step {number}; it has: {listed}"
            )
        )
    return step
