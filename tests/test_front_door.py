"""The front door: light to import, and what it names is there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cigem_core

ROOT = Path(__file__).parents[1]
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


DOORS = {"cigem_core", "cigem_core.sdk", "cigem_core.scholarships"}
SOURCES = sorted(path.relative_to(ROOT) for path in (ROOT / "plugins").glob("*/src/**/*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_our_own_plugins_come_in_by_the_doors_whose_stability_is_promised(source):
    """What an author may import is what the partners' packages import; a room behind the doors may move any day."""
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    rooms = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    rooms |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {room for room in rooms if room.split(".")[0] == "cigem_core"} <= DOORS


@pytest.mark.parametrize("page", ["first-adapter", "adapter", "kinds", "hooks", "services", "workbooks", "csv"])
def test_the_pages_for_authors_show_no_other_door(page):
    """An author types what a page shows."""
    shown = re.findall(r"^(?:>>> )?(?:from|import) (cigem_core[\w.]*)", (ROOT / "docs" / f"{page}.md").read_text("utf-8"), re.M)
    assert {door for door in shown if not door.startswith(("cigem_core.testing", "cigem_core.scaffold"))} <= DOORS
