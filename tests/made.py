"""Workspaces made once in each process and copied from then on: making one takes longer than most tests."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from cigem_core import Workspace
from cigem_core.plugins import Plugins, load

SIGNED = date(2009, 10, 1)
SAMPLES = Path(__file__).parents[1] / "plugins/cigem-anpe/samples/anpe"
SEPTEMBER = [SAMPLES / f"{name}_200909.csv" for name in ("demandeurs", "offres", "placements")]


def make(where: object, plugins: Plugins | None = None, *, september: bool = False) -> None:
    """Make a workspace with the shipped conventions, and ANPE's files of September if asked; one that is there stays.

    On a file it is a copy, of the same identity as the others of this process.
    """
    is_there = "://" in str(where) or Path(str(where)).exists()
    if is_there or (plugins and plugins.conventions != load().conventions):
        _made(where, plugins, september=september)
    else:
        shutil.copyfile(_first(september=september), str(where))


@cache
def _first(*, september: bool) -> Path:
    folder = tempfile.TemporaryDirectory(prefix="cigem-made-")
    _KEPT.append(folder)
    path = Path(folder.name) / "centre.sqlite"
    _made(path, None, september=september)
    return path


def _made(where: object, plugins: Plugins | None, *, september: bool) -> None:
    with Workspace.create(str(where), on=SIGNED, by="awa", plugins=plugins) as centre:
        if september:
            centre.pull("anpe", *SEPTEMBER, axis="employment-data", on=SIGNED, by="awa")


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
"""Folders that go with the process."""
