"""Everything can leave the workspace, in forms other programs read."""

from __future__ import annotations

import base64
import json
import sys
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import files_no_larger_than

from cigem_core import Identity, OperatorError
from cigem_core.errors import CigemError, InternalError
from cigem_core.formats.delimited.guarding import guard, guarded, unguard

ON = date(2009, 10, 1)


@pytest.fixture
def exported(holding_september, tmp_path):
    return holding_september.export(tmp_path / "out", on=ON, by="awa")


def test_every_table_leaves_as_csv_and_parquet_with_all_its_rows(exported, holding_september):
    """Current records, history, quarantine, conventions, batches, journal."""
    folder = exported.folder

    assert exported.rows["current_job_seeker"] == 912
    assert exported.rows["version"] == 1240
    assert exported.rows["quarantine"] == 27
    assert set(exported.rows) >= {"batch", "batch_file", "convention", "journal"}
    for name, rows in exported.rows.items():
        kept = pl.read_parquet(folder / f"{name}.parquet")
        read = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
        assert (kept.height, read.height) == (rows, rows)
        assert kept.columns == read.columns


def test_the_package_describes_what_was_written(exported):
    """Each resource is there, with its columns and their titles."""
    package = json.loads((exported.folder / "datapackage.json").read_text("utf-8"))

    for resource in package["resources"]:
        path = exported.folder / resource["path"]
        columns = (pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)).columns
        assert [f["name"] for f in resource["schema"]["fields"]] == columns
    seekers = next(r for r in package["resources"] if r["path"] == "current_job_seeker.csv")
    assert {"name": "identity.birth", "type": "string", "title": "Date ou année de naissance"} in seekers["schema"]["fields"]


def test_an_export_is_journalled_and_changes_nothing_else(exported, holding_september):
    assert holding_september.verify_journal() is None
    # The conventions installed, the pull, the export.
    assert holding_september.store.head().length == len(holding_september.conventions()) + 2


def test_a_folder_with_something_in_it_is_refused(centre, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x").touch()

    with pytest.raises(OperatorError, match="not empty"):
        centre.export(tmp_path / "out", on=ON, by="awa")


def test_what_waits_in_the_outbox_leaves_with_its_bytes(centre, tmp_path, monkeypatch):
    """As they are in Parquet, as base64 in CSV; the package says which columns those are."""
    monkeypatch.setenv("CIGEM_APEJ_TOKEN", "t")
    centre.refer(Identity(family_name="Élodie"), to="apej", axis="reception", on=ON, by="awa")
    assert centre.push("apej", to="http://127.0.0.1:9/api/v1", axis="reception", on=ON, by="awa").delayed == 1

    folder = centre.export(tmp_path / "out", on=ON, by="awa").folder

    (content,) = pl.read_parquet(folder / "outbox.parquet")["content"]
    assert "Élodie" in content.decode()
    assert base64.b64decode(pl.read_csv(folder / "outbox.csv")["content"][0]) == content
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    fields = next(r["schema"]["fields"] for r in package["resources"] if r["path"] == "outbox.csv")
    assert {"name": "content", "type": "string", "format": "binary"} in fields


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
def test_without_room_nothing_is_left_and_the_place_is_named(centre, september, tmp_path):
    centre.pull("anpe", *september, on=ON, by="awa", axis="employment-data")

    with files_no_larger_than(20_000), pytest.raises(OperatorError, match=r"not enough room for .*/out") as refused:
        centre.export(tmp_path / "out", on=ON, by="awa")

    assert "pas assez de place pour" in refused.value.text.fr
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_a_row_that_cannot_be_written_is_not_quoted_and_nothing_is_left(centre, tmp_path):
    """Somebody wrote into the database by hand."""
    with centre.store.writing() as connection:
        connection.exec_driver_sql("UPDATE journal SET \"on\" = 'Diarra' WHERE line = 1")

    with pytest.raises(InternalError, match="nothing was kept in") as refused:
        centre.export(tmp_path / "out", on=ON, by="awa")

    assert "Diarra" not in str(refused.value)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_an_export_that_cannot_be_journalled_is_not_made(centre, tmp_path):
    """A copy of everyone that nobody knows of must not be."""
    with centre.store.writing() as connection:
        connection.exec_driver_sql("CREATE TRIGGER closed BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'closed'); END")

    with pytest.raises(CigemError):
        centre.export(tmp_path / "out", on=ON, by="awa")

    assert list((tmp_path / "out").iterdir()) == []


@given(st.lists(st.one_of(st.text(max_size=10), st.text(alphabet="=+-@'\t\r\n01 .", max_size=6)), min_size=1))
def test_whole_columns_are_guarded_as_single_texts_are(texts):
    """And come back equal."""
    column = pl.DataFrame({"t": texts}).select(guarded(pl.col("t"))).to_series().to_list()

    assert column == [guard(text) for text in texts]
    assert [unguard(text) for text in column] == texts
