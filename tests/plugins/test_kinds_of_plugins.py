"""Kinds that a plugin declares: stored, masked and exported like the library's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
from cigem_dtm import Displacement, dtm
from cigem_mado import DiseaseCount, mado
from wordings_made import agreed

from cigem_core import Workspace
from cigem_core.testing.hosts import hosting

HERE = Path(__file__).parent
ON = date(2024, 10, 1)


def test_they_are_stored_masked_and_exported(new_database, tmp_path):
    """What the clause hides is neither in the records nor in the export; everything else is."""
    with Workspace.create(new_database("centre"), on=ON, by="awa", plugins=hosting(dtm, mado)) as centre:
        centre.install(agreed("dtm", displacement=["*", "!origin"]), on=ON, by="awa")
        first = centre.pull("dtm", HERE / "cigem-dtm/samples/displacement-essai.json", on=ON, by="awa")
        again = centre.pull("dtm", HERE / "cigem-dtm/samples/displacement-essai.json", on=ON, by="awa")
        centre.export(tmp_path / "out", on=ON, by="awa")
        found = list(centre.records(Displacement))

    assert (first.counts.new, first.counts.quarantined, again.counts.unchanged) == (45, 3, 45)
    assert len(found) == 45
    assert {one.origin for one in found} == {None}
    exported = pl.read_csv(next((tmp_path / "out").glob("*displacement*.csv")))
    assert exported.height == 45
    assert exported["origin"].null_count() == 45


def test_keys_inside_a_report_are_kept_apart(new_database, tmp_path):
    """Two weeks report the same diseases."""
    week = HERE / "cigem-mado/samples/hebdo-MADO_ZZ99_2014S42.xlsx"
    other = tmp_path / "hebdo-MADO_ZZ99_2014S43.xlsx"
    other.write_bytes(week.read_bytes())
    with Workspace.create(new_database("centre"), on=ON, by="awa", plugins=hosting(mado)) as centre:
        centre.install(agreed("mado", disease_report=["*"], disease_count=["*"]), on=ON, by="awa")
        first = centre.pull("mado", week, on=ON, by="awa").counts
        second = centre.pull("mado", other, on=ON, by="awa").counts
        found = list(centre.records(DiseaseCount))

    assert (first.new, first.quarantined) == (11, 2)
    assert (second.new, second.changed) == (11, 0)
    assert {one.report for one in found} == {week.stem, other.stem}
