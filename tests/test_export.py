"""Everything can leave the workspace, in forms other programs read."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core import OperatorError
from cigem_core.formats.delimited.csv import guard, guarded, unguard

ON = date(2009, 10, 1)


@pytest.fixture
def exported(centre, september, tmp_path):
    centre.pull("anpe", *september, on=ON, by="awa", axis="employment-data")
    return centre.export(tmp_path / "out", on=ON, by="awa")


def test_every_table_leaves_as_csv_and_parquet_with_all_its_rows(exported, centre):
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


def test_an_export_is_journalled_and_changes_nothing_else(exported, centre):
    assert centre.verify_journal() is None
    # The conventions installed, the pull, the export.
    assert centre.store.head().length == len(centre.conventions()) + 2


def test_a_folder_with_something_in_it_is_refused(centre, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x").touch()

    with pytest.raises(OperatorError, match="not empty"):
        centre.export(tmp_path / "out", on=ON, by="awa")


@given(st.lists(st.one_of(st.text(max_size=10), st.text(alphabet="=+-@'\t\r\n01 .", max_size=6)), min_size=1))
def test_whole_columns_are_guarded_as_single_texts_are(texts):
    """And come back equal."""
    column = pl.DataFrame({"t": texts}).select(guarded(pl.col("t"))).to_series().to_list()

    assert column == [guard(text) for text in texts]
    assert [unguard(text) for text in column] == texts
