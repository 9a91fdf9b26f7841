"""What many tests hold in hand: the synthetic sample, and a workspace of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cigem_core import Workspace

SAMPLES = Path(__file__).parents[1] / "plugins/cigem-anpe/samples"
SIGNED = date(2009, 10, 1)


@pytest.fixture
def sample() -> Path:
    """The folder of ANPE's synthetic files."""
    return SAMPLES / "anpe"


@pytest.fixture
def september(sample: Path) -> list[Path]:
    """The three files of September 2009."""
    return [sample / f"{name}_200909.csv" for name in ("demandeurs", "offres", "placements")]


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with the shipped conventions."""
    with Workspace.create(tmp_path / "centre.sqlite", on=SIGNED, by="awa") as workspace:
        yield workspace
