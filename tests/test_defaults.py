"""A default never replaces a decision: what plugins ship is installed into a new workspace, or where it is named."""

from __future__ import annotations

import shutil
from datetime import date

import pytest
from attrs import evolve
from click.testing import CliRunner
from sqlalchemy import select

from cigem_core import Workspace
from cigem_core.cli.commands import program
from cigem_core.errors import UnknownName
from cigem_core.plugins import Plugins, load
from cigem_core.store.schema import journal

ON = date(2009, 10, 1)
LATER = date(2010, 1, 4)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "centre.sqlite"


def without(*references: str) -> Plugins:
    """The installed plugins, before they shipped some conventions."""
    found = load()
    left = [evolve(p, conventions=tuple(c for c in p.conventions if c.reference not in references)) for p in found.found]
    return Plugins(found=tuple(left), manager=found._manager)


def amended(centre):
    """The convention with ANPE, with every clause but the first taken out."""
    shipped = next(c for c in centre.conventions() if c.agency.code == "anpe")
    return evolve(shipped, clauses=shipped.clauses[:1])


@pytest.mark.parametrize("named", [(), ("CIGEM-ANPE-2009",)])
def test_an_amended_wording_stays_when_the_workspace_is_brought_up_to_date(path, named):
    """Not even where somebody names it: a file of one's own is installed by its name."""
    with Workspace.create(path, on=ON, by="awa") as centre:
        centre.install(wording := amended(centre), on=ON, by="awa")
        head = centre.store.head()

    with Workspace.create(path, on=LATER, by="moussa", conventions=named) as centre:
        assert wording in centre.conventions()
        assert centre.store.head() == head


def test_into_a_workspace_that_exists_nothing_comes_without_being_named(path):
    """A package installed for something else opens no gate."""
    with Workspace.create(path, on=ON, by="awa", plugins=without("CIGEM-UFAE-2009")) as centre:
        before = {c.reference for c in centre.conventions()}
    with Workspace.create(path, on=LATER, by="awa") as centre:
        assert {c.reference for c in centre.conventions()} == before
    with Workspace.create(path, on=LATER, by="awa", conventions=["CIGEM-UFAE-2009"]) as centre:
        assert {c.reference for c in centre.conventions()} == before | {"CIGEM-UFAE-2009"}
        with centre.store.reading() as connection:
            last = connection.execute(select(journal.c.facts).order_by(journal.c.line.desc()).limit(1)).scalar()
    assert '"from": "cigem-mali 0.1.0"' in last


def test_a_bare_workspace_stays_bare(path):
    Workspace.create(path, on=ON, by="awa", bare=True).close()
    with Workspace.create(path, on=LATER, by="awa") as centre:
        assert centre.conventions() == ()


def test_a_reference_nobody_ships_is_named_with_the_nearest(path):
    with pytest.raises(UnknownName, match="the nearest is 'CIGEM-ANPE-2009'"):
        Workspace.create(path, on=ON, by="awa", conventions=["CIGEM-ANPE-2008"])


def test_init_says_whose_each_wording_is_and_what_is_not_installed(path, tmp_path):
    with Workspace.create(path, on=ON, by="awa", plugins=without("CIGEM-UFAE-2009")) as centre:
        centre.install(amended(centre), on=ON, by="awa")
    shutil.copy(path, tmp_path / "other.sqlite")

    said = CliRunner().invoke(program("fr"), ["init", str(path), "--by", "awa"]).output

    lines = {line.split()[0]: line for line in said.splitlines() if line.startswith("  CIGEM")}
    assert "texte propre au centre" in lines["CIGEM-ANPE-2009"]
    assert "cigem-mali 0.1.0" in lines["CIGEM-APEJ-2009"]
    assert f"non installée : CIGEM-UFAE-2009 (cigem-mali 0.1.0) ; cigem init {path} --convention CIGEM-UFAE-2009" in " ".join(
        said.split()
    )
    named = CliRunner().invoke(program("en"), ["init", str(path), "--by", "awa", "--convention", "CIGEM-UFAE-2009"]).output
    assert "CIGEM-UFAE-2009" in named
    assert "not installed" not in named
