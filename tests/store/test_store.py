"""The store by itself: opening, migrating, following declarations, keeping history."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from cigem_core import plugins
from cigem_core.errors import WorkspaceError
from cigem_core.model.employment import JobOffer
from cigem_core.model.fields import kind_of
from cigem_core.policy import permit
from cigem_core.store import Store, journal
from cigem_core.store import database as database_module
from cigem_core.store.acts import begin
from cigem_core.store.merging import merge
from cigem_core.store.schema import REVISION, batch_file, current, ensure, ensure_current, fixed
from cigem_core.store.schema import journal as journal_table

ON = date(2009, 10, 1)
OFFER = kind_of(JobOffer)


@pytest.fixture
def store(database):
    made = Store.create(database)
    yield made
    made.close()


def test_whoever_interrupts_an_exchange_hears_of_nothing_else(database):
    """A connection in the middle of a question is given up at once."""
    store = Store.create(database)

    def interrupted():
        with store.staging() as staging:
            staging.connection.invalidate()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert store.head().length == 0
    store.close()


def test_an_interruption_while_a_connection_closes_leaves_no_traceback(store, caplog):
    """The command says it; other trouble is still logged."""
    logger = store._engine.pool.logger

    logger.error("Exception closing connection", exc_info=KeyboardInterrupt())
    logger.error("Exception closing connection", exc_info=OSError())

    assert [type(record.exc_info[1]) for record in caplog.records] == [OSError]


def test_the_baseline_makes_exactly_the_declared_tables(store):
    """Migrations and declarations say the same."""
    with store.reading() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, fixed)
        assert context.get_current_revision() == REVISION
    assert differences == []


def test_a_workspace_of_a_later_version_is_refused(store, database):
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    for verb in (Store.open, Store.create):
        with pytest.raises(WorkspaceError, match="later version"):
            verb(database)


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\0" + b"\0" * 200])
def test_what_is_no_workspace_is_refused(tmp_path, content):
    (tmp_path / "s.sqlite").write_bytes(content)

    with pytest.raises(WorkspaceError, match="not a cigem workspace"):
        Store.open(tmp_path / "s.sqlite")


def test_a_database_that_is_not_supported_is_said_to_be():
    with pytest.raises(WorkspaceError, match="mysql"):
        Store.open("mysql://host/centre")


@pytest.mark.parametrize(
    "url", ["postgresql://u:hush@h:notaport/d", "postgresql://u:hush@localhost:1/d", "postgres://u:hush@localhost:1/d"]
)
def test_a_server_that_does_not_answer_is_said_to_without_its_password(url):
    with pytest.raises(WorkspaceError) as refused:
        Store.open(url)

    assert "hush" not in str(refused.value) + refused.value.text.fr


def test_a_workspace_may_be_named_by_url(tmp_path):
    Store.create(f"sqlite:///{tmp_path}/s.sqlite").close()

    for named in (f"sqlite:///{tmp_path}/s.sqlite", tmp_path / "s.sqlite"):
        store = Store.open(named)
        assert store.is_sound()
        store.close()


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
    row = insert(batch_file).values(batch=1, position=0, name="f", kind="k", sha256="0", mask_digest="0", **counts)
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
        file = staging.open("f.csv", OFFER, tuple(OFFER.fields.values())[:2], agency="anpe")
        staging.accept(file, pl.DataFrame({"reference": ["OF-1"], "employer": ["SOTELMA"], "#cargo": [None], "#entry": [None]}))
        assert staging.connection.exec_driver_sql("SELECT key FROM staged_0").scalar() == "OF-1"
        staging.connection.rollback()
        with store.reading() as other, pytest.raises(DBAPIError):
            other.exec_driver_sql("SELECT count(*) FROM staged_0")
    with store.reading() as after, pytest.raises(DBAPIError):
        after.exec_driver_sql("SELECT count(*) FROM staged_0")
    assert b"SOTELMA" not in b"".join(p.read_bytes() for p in tmp_path.iterdir())


def test_cargo_is_compared_by_what_it_says_and_not_by_how_it_is_written(store):
    """Members in another order, spaces and escapes are no change; a member that is absent today keeps its value."""
    store_kept = [
        ('{"Région":"Kayes","b":"a\\"b"}', (1, 0)),
        ('{ "b" : "a\\u0022b", "R\\u00e9gion": "Kayes" }', (0, 0)),
        ('{"b":"a\\"b"}', (0, 0)),
        (None, (0, 0)),
        ('{"b":"c"}', (0, 1)),
        ('{"Région":"Kayes","b":"c"}', (0, 0)),
    ]
    for number, (cargo, expected) in enumerate(store_kept):
        counts = keep(store, number, {"reference": ["OF-1"], "#cargo": [cargo]})
        assert (counts.new, counts.changed) == expected, cargo


def test_cargo_that_is_empty_says_nothing(store):
    """An empty cell, null and a column that is absent are the same; a cell that is emptied is a change, and so is a nought."""
    kept = [
        (None, (1, 0)),
        ('{"b":""}', (0, 0)),
        ('{"b":null,"c":""}', (0, 0)),
        ('{"b":"x","c":""}', (0, 1)),
        ('{"c":""}', (0, 0)),
        ('{"b":""}', (0, 1)),
        ('{"b":null}', (0, 0)),
        ('{"b":0}', (0, 1)),
        ('{"b":"0"}', (0, 1)),
        ('{"b":null}', (0, 1)),
        ('{"b":false}', (0, 1)),
    ]
    for number, (cargo, expected) in enumerate(kept):
        counts = keep(store, number, {"reference": ["OF-1"], "#cargo": [cargo]})
        assert (counts.new, counts.changed) == expected, (number, cargo)


def test_an_empty_text_is_not_no_text(store):
    keep(store, 0, {"reference": ["", "OF-2", "é\n\\.\n\"'%s;,"], "employer": [None, "", "\\N"]})

    assert {r["key"]: r["employer"] for r in store.records(OFFER)} == {"": None, "OF-2": "", "é\n\\.\n\"'%s;,": "\\N"}


def test_records_come_in_the_same_order_on_every_database(store):
    keep(store, 0, {"reference": ["é", "b", "B", "a-1", "a1"]})

    assert [r["key"] for r in store.records(OFFER)] == ["B", "a-1", "a1", "b", "é"]


def keep(store, number, columns):
    """Keep some offers, as an exchange would."""
    import polars as pl

    fields = tuple(OFFER.fields[name] for name in columns if not name.startswith("#"))
    absent = {"#cargo": pl.lit(None, pl.String), "#entry": pl.lit(None, pl.Int64)}
    frame = pl.DataFrame(columns).with_columns(**{name: value for name, value in absent.items() if name not in columns})
    with store.staging() as staging:
        file = staging.open("f.csv", OFFER, fields, agency="anpe")
        staging.accept(file, frame.with_columns(pl.col("#cargo").cast(pl.String)))
        with staging.connection.begin():
            ensure(staging.connection, [OFFER])
            granted = permit(plugins.load().conventions, agency="anpe", direction="pull", on=ON, kinds=[OFFER])
            batch = begin(staging.connection, "pull", agency=granted.convention.agency.code, on=ON, by="awa", granted=granted)
            return merge(staging, file, batch=batch, sha256=str(number), is_known=False)


def test_a_current_table_has_a_column_per_field_under_its_name():
    assert set(OFFER.fields) <= set(current(OFFER).columns.keys())


def test_a_workspace_of_the_first_revision_is_brought_up_to_date(store, database, monkeypatch):
    """Opening it says how; what it holds stays."""
    keep(store, 0, {"reference": ["OF-1"], "employer": ["SOTELMA"]})
    config = Config()
    config.set_main_option("script_location", str(Path(database_module.__file__).parent / "migrations"))
    with store.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")

    with pytest.raises(WorkspaceError, match="cigem init"):
        Store.open(database)
    Store.create(database).close()

    again = Store.open(database)
    with again.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), fixed)
    assert [told for told, *_ in differences] == ["remove_table"]  # the current table of offers, which no revision makes
    assert [r["employer"] for r in again.records(OFFER)] == ["SOTELMA"]
    again.close()
