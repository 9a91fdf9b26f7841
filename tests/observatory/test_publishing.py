"""A period published: every file says the same, the release is kept, and nobody's row is in it."""

from __future__ import annotations

import csv
import json
from datetime import date

import polars as pl
import pytest
from pysdmx.io import read_sdmx

from cigem_core.errors import OperatorError
from cigem_core.model.releases import Release

ON = date(2009, 10, 15)


@pytest.mark.long
def test_a_quarter_is_published_whole(own, tmp_path):
    """Bulletin in two languages, CSV, Parquet, SDMX: the same figures, the same hidden; and a dry run writes nothing."""
    dry = own.figures.publish("2009-Q3", tmp_path / "dry", on=ON, by="awa", dry_run=True)
    assert (dry.files, (tmp_path / "dry").exists(), own.store.find(Release)) == ((), False, [])

    done = own.figures.publish("2009-Q3", tmp_path / "out", on=ON, by="awa")
    assert done.digest == dry.digest
    names = {path.name for path in done.files}
    assert names == {
        "bulletin.fr.html", "bulletin.en.html", "figures.csv", "figures.parquet", "datapackage.json",
        "sdmx-structure.xml", "sdmx-data.xml", "sdmx-data.csv",
    }  # fmt: skip
    with (tmp_path / "out/figures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (tmp_path / "out/sdmx-data.csv").open(encoding="utf-8", newline="") as file:
        observations = list(csv.DictReader(file))
    hidden = sum(row["obs_status"] == "Q" for row in rows)
    assert hidden == done.hidden == sum(row["OBS_STATUS"] == "Q" for row in observations) > 0
    assert all(not row["value"] and not row["numerator"] for row in rows if row["obs_status"] == "Q")
    assert pl.read_parquet(tmp_path / "out/figures.parquet").height == len(rows) == len(observations)
    bulletin = (tmp_path / "out/bulletin.fr.html").read_text("utf-8")
    assert len(bulletin.encode()) <= 200_000
    assert bulletin.count("<figure") >= 9
    assert "<script" not in bulletin
    assert json.loads((tmp_path / "out/datapackage.json").read_text("utf-8"))["resources"][0]["path"] == "figures.csv"
    assert [one.reference for one in own.store.find(Release)] == ["2009-Q3"]

    read = read_sdmx(tmp_path / "out/sdmx-data.xml", validate=True)  # against the official schemas
    assert read_sdmx(tmp_path / "out/sdmx-structure.xml", validate=True).structures
    values = sorted(str(value or "") for value in read.data[0].data["OBS_VALUE"].fillna(""))
    assert values == sorted(row["OBS_VALUE"] for row in observations)

    again = own.figures.publish("2009-Q3", tmp_path / "again", on=ON, by="awa")
    for path in done.files:
        if path.suffix in (".csv", ".html"):
            assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()
    assert again.digest == done.digest


def test_a_folder_that_is_not_empty_is_left_alone(own, tmp_path, monkeypatch):
    """Nothing is written over; what it costs to protect is not spent first on a period of nobody."""
    (tmp_path / "letters.txt").write_text("mine")

    with pytest.raises(OperatorError, match="is not empty"):
        own.figures.publish("1999-01", tmp_path, on=ON, by="awa")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".txt"] == ["letters.txt"]
    assert own.store.find(Release) == []
