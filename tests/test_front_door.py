"""The front door: light to import, and what it names is there."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cigem_core

HEAVY = {"polars", "sqlalchemy", "alembic", "babel", "requests", "rich", "click", "cattrs", "cigem_core.sdk"}


def loaded_by(statement: str) -> set[str]:
    """The heavy modules some Python loads, in a process of its own."""
    code = f"import sys\ntry:\n    {statement}\nexcept SystemExit:\n    pass\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return HEAVY & set(run.stderr.split())


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import cigem_core", set()),
        ("from cigem_core import JobSeeker, Receipt, Axis", set()),
        ("import cigem_anpe", {"cigem_core.sdk"}),
        ("from cigem_core.cli import main; main(['--help'])", {"click"}),
        ("from cigem_core.cli import main; main(['--version'])", {"click"}),
        ("from cigem_core.cli import main; main(['refer', '--help'])", {"click"}),
        ("from cigem_core.cli import main; main(['quarantine', 'lst'])", {"click"}),
    ],
)
def test_heavy_libraries_are_imported_when_used(statement, allowed):
    """Polars alone takes half a second cold."""
    assert loaded_by(statement) <= allowed


@pytest.mark.parametrize("name", cigem_core.__all__)
def test_every_name_of_the_front_door_is_there(name):
    assert getattr(cigem_core, name).__name__ == name


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Migrnt"):
        _ = cigem_core.Migrnt
