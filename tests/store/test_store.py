"""The store by itself: opening, migrating, following declarations, keeping history."""

from __future__ import annotations

import sqlite3
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import IntegrityError

from cigem_core.errors import WorkspaceError
from cigem_core.model.employment import JobOffer
from cigem_core.model.fields import kind_of
from cigem_core.store import Store, journal
from cigem_core.store.schema import REVISION, batch_file, current, ensure_current, fixed
from cigem_core.store.schema import journal as journal_table

ON = date(2009, 10, 1)
OFFER = kind_of(JobOffer)


@pytest.fixture
def store(tmp_path):
    made = Store.create(tmp_path / "s.sqlite")
    yield made
    made.close()


def test_the_baseline_makes_exactly_the_declared_tables(tmp_path):
    """Migrations and declarations say the same."""
    Store.create(tmp_path / "s.sqlite").close()

    with create_engine(f"sqlite:///{tmp_path}/s.sqlite").connect() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, fixed)
        assert context.get_current_revision() == REVISION
    assert differences == []


def test_a_workspace_of_a_later_version_is_refused(tmp_path):
    Store.create(tmp_path / "s.sqlite").close()
    with sqlite3.connect(tmp_path / "s.sqlite") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(WorkspaceError, match="later version"):
        Store.open(tmp_path / "s.sqlite")


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\0" + b"\0" * 200])
def test_what_is_no_workspace_is_refused(tmp_path, content):
    (tmp_path / "s.sqlite").write_bytes(content)

    with pytest.raises(WorkspaceError, match="not a cigem workspace"):
        Store.open(tmp_path / "s.sqlite")


def test_a_database_that_is_not_supported_is_said_to_be():
    with pytest.raises(WorkspaceError, match="mysql"):
        Store.open("mysql://host/centre")


def test_a_workspace_may_be_named_by_url(tmp_path):
    Store.create(f"sqlite:///{tmp_path}/s.sqlite").close()

    Store.open(f"sqlite:///{tmp_path}/s.sqlite").close()


def test_a_current_table_gains_the_columns_its_declaration_has_gained(store):
    """Additive only: nothing is dropped, rows stay."""
    with store.writing() as connection:
        connection.execute(
            text("CREATE TABLE current_job_offer (agency TEXT, scope TEXT, key TEXT, sequence INT, batch INT, old TEXT)")
        )
        connection.execute(text("INSERT INTO current_job_offer VALUES ('anpe', '', 'OF-1', 1, 1, 'kept')"))
    with store.writing() as connection:
        ensure_current(connection, OFFER)

    (row,) = store.records(OFFER)
    assert row["key"] == "OF-1"
    assert set(OFFER.fields) <= set(row)
    with store.reading() as connection:
        assert connection.execute(text("SELECT old FROM current_job_offer")).scalar() == "kept"


def test_the_database_itself_refuses_counts_that_do_not_balance(store):
    """The law of balance, read = accepted + quarantined, whoever writes."""
    counts = {"read": 3, "accepted": 1, "new": 1, "changed": 0, "unchanged": 0, "quarantined": 1}
    row = insert(batch_file).values(batch=1, position=0, name="f", kind="k", sha256="0", **counts)
    with store.writing() as connection, pytest.raises(IntegrityError, match="balance"):
        connection.execute(row)


def test_the_journal_is_a_chain(store):
    """Each line holds the digest of the one before, over all that it says."""
    with store.writing() as connection:
        journal.write(connection, "trial", {"n": 1}, on=ON, by="awa")
        head = journal.write(connection, "trial", {"n": 2}, on=ON, by="awa")

    with store.reading() as connection:
        lines = connection.execute(select(journal_table).order_by(journal_table.c.line)).mappings().all()
    previous = journal.START
    for line in lines:
        assert line["previous"] == previous
        previous = journal.chain(previous, line["line"], line["on"].isoformat(), line["by"], line["act"], line["facts"])
        assert line["digest"] == previous
    assert (head.length, head.digest) == (2, previous)


def test_a_reader_sees_one_moment_while_a_writer_writes(store):
    """Readers take no lock a writer would wait for."""
    with store.reading() as reader:
        before = journal.head(reader)
        with store.writing() as writer:
            journal.write(writer, "trial", {}, on=ON, by="awa")
        assert journal.head(reader) == before
    assert store.head().length == before.length + 1


def test_staged_rows_belong_to_nobody_else_and_are_gone_with_the_connection(store, tmp_path):
    """A crash leaves nothing behind."""
    import polars as pl

    with store.staging() as staging:
        file = staging.open("f.csv", OFFER, tuple(OFFER.fields.values())[:2])
        staging.accept(file, pl.DataFrame({"reference": ["OF-1"], "employer": ["SOTELMA"], "#cargo": [None], "#entry": [None]}))
        assert staging.connection.exec_driver_sql("SELECT key FROM staged_0").scalar() == "OF-1"
        staging.connection.rollback()
        with store.reading() as other:
            names = other.exec_driver_sql("SELECT name FROM sqlite_master UNION SELECT name FROM sqlite_temp_master").scalars()
            assert "staged_0" not in set(names)
    with store.reading() as after:
        assert after.exec_driver_sql("SELECT count(*) FROM sqlite_temp_master").scalar() == 0
    assert b"SOTELMA" not in b"".join(p.read_bytes() for p in tmp_path.iterdir())


def test_a_current_table_has_a_column_per_field_under_its_name():
    assert set(OFFER.fields) <= set(current(OFFER).columns.keys())
