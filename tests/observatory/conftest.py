"""A workspace into which the files of all four agencies were pulled, shared by the tests that only read it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from agencies.truth import AXIS, sources

from cigem_core import Workspace

ON = date(2009, 10, 1)


@pytest.fixture(scope="session")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where that workspace lies."""
    path = tmp_path_factory.mktemp("observatory") / "centre.sqlite"
    with Workspace.create(path, on=ON, by="awa") as centre:
        for agency in ("anpe", "apej", "fafpa", "ufae"):
            centre.pull(agency, *sources(agency), axis=AXIS[agency], on=ON, by="awa")
    return path


@pytest.fixture(scope="session")
def observed(pulled: Path) -> Iterator[Workspace]:
    """The workspace, only read."""
    with Workspace(pulled) as centre:
        yield centre


@pytest.fixture
def own(pulled: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of it, to act in."""
    shutil.copy(pulled, tmp_path / "own.sqlite")
    with Workspace(tmp_path / "own.sqlite") as centre:
        yield centre
