"""An assignment on two files and a page of reserves, without a workspace."""

from __future__ import annotations

from pathlib import Path

from attrs import field, frozen

from cigem_core.model.codes import CodeList
from cigem_core.model.fields import CENTRE
from cigem_core.programmes.training.assignment import Assignment, assign
from cigem_core.programmes.training.explain import Explained
from cigem_core.programmes.training.files import candidates_in, candidates_table, sessions_in, sessions_table
from cigem_core.programmes.training.reserves import read_reserves
from cigem_core.sdk.adapter import Reading


@frozen(kw_only=True)
class FileAssignment:
    """Who goes where, what was read of the files, and the words that say why."""

    assignment: Assignment
    reading: Reading = field(repr=False)
    explained: Explained = field(repr=False)


def assign_files(
    sessions: Path, candidates: Path, reserves: Path | None = None, *, territory: CodeList | None = None
) -> FileAssignment:
    """Assign the candidates of one file to the sessions of another; wrong rows take no part, and are told with their addresses.

    Raises SourceRefused where a file is none of these, OperatorError where a reserve is written wrongly.
    """
    held = read_reserves(reserves, territory.by_code if territory else ()) if reserves else ()
    offered, waiting = sessions_table(territory).read(sessions), candidates_table(territory).read(candidates)
    open_sessions, people = sessions_in(offered), candidates_in(waiting)
    done = assign(open_sessions, people, held)
    return FileAssignment(
        assignment=done,
        reading=Reading(agency=CENTRE, files=(offered, waiting)),
        explained=Explained(open_sessions, people, done, held),
    )
