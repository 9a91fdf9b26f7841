"""What whoever was killed left half written is named, and removed when the workspace is next written; nothing else is."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import pytest

from cigem_core import Workspace
from cigem_core.cli.doctor import examine
from cigem_core.store import journal
from cigem_core.store.leftovers import leftovers, new_file, noted, sweep

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are POSIX")


def killed_while_writing(database: Path, *paths: Path, folder: bool = False) -> None:
    """Another process, gone in the midst of it."""
    if child := os.fork():
        os.waitpid(child, 0)
        return
    try:
        with noted(database, *paths):
            for path in paths:
                if folder:
                    path.mkdir()
                (path / "people.csv" if folder else path).write_text("Awa DIARRA")
            os._exit(9)
    finally:
        os._exit(1)


def test_leftovers_are_named_and_removed_when_the_workspace_is_next_written(tmp_path):
    """Opening and looking changes nothing."""
    where, copy, folder = tmp_path / "c.sqlite", tmp_path / ".b.sqlite.4711", tmp_path / "out"
    Workspace.create(where, on=date(2009, 6, 1), by="awa").close()
    folder.mkdir()
    killed_while_writing(where, copy, copy.with_name(copy.name + "-wal"))
    killed_while_writing(where, folder / ".export-x1", folder=True)

    told = [finding.text.en for finding in examine(str(where)) if "cut short" in finding.text.en]
    with Workspace(where) as centre:
        there = len(centre.store.leftovers())
        with centre.store.writing() as connection:
            journal.write(connection, "note", {}, on=date(2009, 10, 1), by="awa")
        left = centre.store.leftovers()

    assert (len(told), there, left) == (3, 3, [])
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("c.sqlite")) == ["out"]
    assert list(folder.iterdir()) == []


def test_what_is_still_being_written_stays(tmp_path):
    database, part = tmp_path / "c.sqlite", tmp_path / ".a.csv.12"
    with noted(database, part):
        part.touch()
        sweep(database)
        assert part.exists()
        assert leftovers(database) == []
    assert list(tmp_path.iterdir()) == [part]


def test_a_note_removes_nothing_but_what_we_write(tmp_path):
    """Whoever could write a note might name any file; and of a link, the link alone is removed."""
    database, precious = tmp_path / "c.sqlite", tmp_path / "thèse.odt"
    precious.write_text("x")
    killed_while_writing(database, precious)
    killed_while_writing(database, tmp_path / ".a.csv.1")
    (tmp_path / ".a.csv.1").unlink()
    (tmp_path / ".a.csv.1").symlink_to(precious)

    sweep(database)

    assert precious.exists()
    assert not (tmp_path / ".a.csv.1").is_symlink()


@pytest.mark.parametrize("there", ["file", "link"])
def test_a_new_file_takes_no_ones_place_and_follows_no_link(tmp_path, there):
    path, other = tmp_path / ".a.csv.1", tmp_path / "other"
    if there == "file":
        path.write_text("x")
    else:
        path.symlink_to(other)

    with pytest.raises(FileExistsError):
        new_file(path)

    assert not other.exists()
    assert new_file(tmp_path / "new").stat().st_mode & 0o777 == 0o600
