"""What the store says when its database, its folder or its disk will not have it."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import uuid
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, inspect

from cigem_core import Identity, Workspace
from cigem_core.errors import InternalError, MissingExtra, WorkspaceError
from cigem_core.store import Store, journal
from cigem_core.store.dialects import manners
from cigem_core.store.schema import batch_file

ON = date(2009, 10, 1)
NOBODY = 65534


@pytest.fixture
def folder(tmp_path):
    """A folder that an ordinary user may use: file modes do not bind root."""
    Store.create(tmp_path / "first.sqlite").close()  # an ordinary user may not import what root installed
    made = Path(tempfile.mkdtemp(prefix="cigem-"))
    if os.geteuid() == 0:
        os.chown(made, NOBODY, NOBODY)
    yield made
    made.chmod(0o700)
    shutil.rmtree(made)


@contextmanager
def ordinary():
    """As an ordinary user, whoever runs the tests."""
    if sys.platform == "win32":
        pytest.skip("file modes are POSIX")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def workspace(path: Path) -> Path:
    """A workspace with one line in its journal."""
    with ordinary():
        store = Store.create(path)
        with store.writing() as connection:
            journal.write(connection, "trial", {}, on=ON, by="awa")
        store.close()
    return path


def scribble(store: Store) -> None:
    with store.writing() as connection:
        journal.write(connection, "trial", {}, on=ON, by="awa")


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o400, 0o700), (0o600, 0o500), (0o400, 0o500)])
def test_a_workspace_that_may_only_be_read_is_read_and_not_written(folder, file_mode, folder_mode):
    path = workspace(folder / "s.sqlite")
    path.chmod(file_mode)
    folder.chmod(folder_mode)

    with ordinary():
        store = Store.open(path)
        assert store.head().length == 1
        assert store.is_sound()
        with pytest.raises(WorkspaceError, match="forbidden") as refused:
            scribble(store)
        store.close()

    assert "lecture ou écriture interdite" in refused.value.text.fr
    assert sorted(p.name for p in folder.iterdir()) == ["s.sqlite"]


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o000, 0o700), (0o600, 0o000)])
def test_a_workspace_that_may_not_be_read_is_not_called_something_else(folder, file_mode, folder_mode):
    path = workspace(folder / "s.sqlite")
    path.chmod(file_mode)
    folder.chmod(folder_mode)

    with ordinary(), pytest.raises(WorkspaceError, match="forbidden"):
        Store.open(path)


def test_what_was_committed_and_not_yet_moved_into_the_file_is_not_passed_over(folder):
    """A log beside a file in a folder that may not be written: reading the file alone would lose rows."""
    path = workspace(folder / "s.sqlite")
    with ordinary():
        store = Store.open(path)
        scribble(store)
        shutil.copy(path, folder / "t.sqlite")
        shutil.copy(folder / "s.sqlite-wal", folder / "t.sqlite-wal")
        folder.chmod(0o500)
        with pytest.raises(WorkspaceError, match="forbidden"):
            Store.open(folder / "t.sqlite")
        folder.chmod(0o700)
        assert Store.open(folder / "t.sqlite").head().length == 2
        store.close()


def test_no_workspace_is_made_where_nothing_may_be_written(folder):
    folder.chmod(0o500)

    with ordinary(), pytest.raises(WorkspaceError, match="forbidden"):
        Store.create(folder / "s.sqlite")


@pytest.mark.parametrize("verb", [Store.create, Store.open])
def test_a_folder_or_no_name_is_said_to_be_none(tmp_path, verb):
    with pytest.raises(WorkspaceError, match="is a folder"):
        verb(tmp_path)
    for nothing in ("", "sqlite://", "a\0b", "sqlite:///"):
        with pytest.raises(WorkspaceError, match="name of a file"):
            verb(nothing)


def test_a_writer_waits_for_another_and_then_says_so(database, monkeypatch):
    monkeypatch.setattr(manners, "BUSY_SECONDS", 0.1)
    store, other = Store.create(database), Store.open(database)
    with other.writing():
        with pytest.raises(WorkspaceError, match=r"more than 0\.1 s"):
            scribble(store)
        assert store.head().length == 0

    scribble(store)
    assert store.head().length == 1
    store.close()
    other.close()


@pytest.mark.parametrize("limit", [50, 60, 120, 250])
def test_a_full_disk_keeps_nothing_and_the_pull_completes_once_there_is_room(tmp_path, september, limit):
    """Wherever the room comes to its end."""
    centre = Workspace.create(tmp_path / "c.sqlite", on=ON, by="awa")
    head = centre.store.head()

    def bound(raw, _):
        raw.execute(f"PRAGMA max_page_count = {limit}")

    engine = centre.store._engine
    engine.dispose()
    event.listen(engine, "connect", bound)
    with pytest.raises(WorkspaceError, match="no room"):
        centre.pull("anpe", *september, on=ON, by="awa", axis="employment-data")
    assert (centre.store.head(), centre.store.counts(), centre.quarantine()) == (head, {}, [])
    event.remove(engine, "connect", bound)
    engine.dispose()

    receipt = centre.pull("anpe", *september, on=ON, by="awa", axis="employment-data")

    assert receipt.counts.new == 1240
    assert centre.verify_journal(receipt.journal) is None
    centre.close()


def test_a_full_disk_sends_nothing_and_each_referral_leaves_once_there_is_room(tmp_path):
    """No file stands in the folder that the workspace does not know of."""
    centre = Workspace.create(tmp_path / "c.sqlite", on=ON, by="awa")
    for number in range(20):
        centre.refer(Identity(family_name=f"P{number}"), to="anpe", because="x" * 4000, on=ON, by="awa")
    head = centre.store.head()

    def bound(raw, _):
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages + 5}")

    engine = centre.store._engine
    engine.dispose()
    event.listen(engine, "connect", bound)
    with pytest.raises(WorkspaceError, match="no room"):
        centre.push("anpe", to=tmp_path / "out", on=ON, by="awa")
    assert (centre.store.head(), list((tmp_path / "out").iterdir())) == (head, [])
    event.remove(engine, "connect", bound)
    engine.dispose()

    done = centre.push("anpe", to=tmp_path / "out", on=ON, by="awa")

    assert (done.sent, len(list((tmp_path / "out").iterdir()))) == (20, 1)
    assert centre.verify_journal(done.journal) is None
    centre.close()


def test_the_database_of_something_else_does_not_become_a_workspace(database):
    """Not even one that keeps its own revisions."""
    store = Store.create(database)
    with store.writing() as connection:
        for name in inspect(connection).get_table_names():
            if name != "alembic_version":
                connection.exec_driver_sql(f"DROP TABLE {name}{'' if connection.dialect.name == 'sqlite' else ' CASCADE'}")
        connection.exec_driver_sql("CREATE TABLE photo (id INT)")

    with pytest.raises(WorkspaceError, match="something else"):
        Store.create(database)
    with pytest.raises(WorkspaceError, match="not a cigem workspace"):
        Store.open(database)

    with store.reading() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version", "photo"}
    store.close()


def test_a_database_nobody_made_into_a_workspace_is_none(new_database):
    where = new_database("empty")
    if "://" in where:
        with pytest.raises(WorkspaceError, match="not a cigem workspace"):
            Store.open(where)
    with pytest.raises(WorkspaceError, match=r"no workspace|does not answer"):
        Store.open(f"{where}_and_more" if "://" not in where else re.sub(r"_[0-9a-f]{12}", "_absent", where))


@pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
def test_on_a_server_what_the_role_may_not_do_is_said(database):
    store = Store.create(database)
    scribble(store)
    reader = f"reader_{uuid.uuid4().hex[:12]}"
    with store.writing() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {reader} LOGIN IN ROLE pg_read_all_data")
    as_reader = Store.open(database.replace("postgres:@", f"{reader}@"))

    assert as_reader.head().length == 1
    assert as_reader.is_sound()
    with pytest.raises(WorkspaceError, match="forbidden"):
        scribble(as_reader)
    as_reader.close()
    with store.writing() as connection:
        connection.exec_driver_sql(f"DROP ROLE {reader}")
    store.close()


def test_without_the_driver_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(MissingExtra, match=r"cigem-core\[postgresql\]"):
        Store.open("postgresql://localhost/centre")


def test_an_empty_file_may_become_a_workspace_and_making_one_twice_changes_nothing(tmp_path):
    (tmp_path / "s.sqlite").touch()
    store = Store.create(tmp_path / "s.sqlite")
    scribble(store)
    store.close()

    again = Store.create(tmp_path / "s.sqlite")

    assert again.head().length == 1
    again.close()


def test_a_store_that_was_closed_stays_closed(database):
    store = Store.create(database)
    store.close()
    store.close()

    for use in (store.head, store.conventions, lambda: scribble(store), lambda: store.staging().__enter__()):
        with pytest.raises(WorkspaceError, match="was closed"):
            use()


def test_what_the_database_refuses_of_ours_is_our_mistake(database):
    """Named by the database's own code, without a value."""
    store = Store.create(database)
    counts = {"read": 3, "accepted": 1, "new": 1, "changed": 0, "unchanged": 0, "quarantined": 1}

    with pytest.raises(InternalError, match=r"SQLITE_CONSTRAINT_CHECK|23514") as refused, store.writing() as connection:
        connection.execute(
            batch_file.insert().values(batch=1, position=0, name="Awa", kind="k", sha256="0", mask_digest="0", **counts)
        )

    assert "Awa" not in str(refused.value)
    store.close()
