"""Whole records of the agencies that hand over files, written and read back; the laws of each lens are in their contracts."""

from operator import attrgetter

import polars as pl
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from cigem_core.errors import OperatorError
from cigem_core.model.employment import Placement
from cigem_core.plugins import load
from cigem_core.sdk import Csv, Table
from cigem_core.testing import strategies

quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TABLES = {
    f"{adapter.agency}-{table.kind.name}": table
    for adapter in load().adapters.values()
    for table in (*adapter.pull, *adapter.push)
}
FILES = [name for name, table in TABLES.items() if isinstance(table.format, Csv)]


@pytest.mark.parametrize("kind", FILES)
def test_whole_records_come_back_from_a_file(kind, tmp_path):
    """Objects → table → a file → a reading without a fault → the same objects; or nothing is written, and a sentence says so."""
    table = TABLES[kind]
    key = attrgetter(*(part.name for part in table.kind.keys))
    # The rules between fields are not the lenses' matter.
    apart = Table(table.kind.python, table.format, table.lenses, repeats=table.repeats)
    path = tmp_path / "written.csv"

    @quick
    @given(st.lists(strategies.records(table.kind.python, table), min_size=1, max_size=4, unique_by=lambda record: key(record)))
    def law(records):
        path.unlink(missing_ok=True)
        try:
            apart.write(records, path)
        except OperatorError:
            assert not path.exists()
            reject()

        batch = apart.read(path)

        assert batch.faults == ()
        assert list(batch.records()) == records

    law()


def test_written_cells_stand_under_the_agencys_headers():
    """The headers of the file, in the order of the declaration."""
    seekers = TABLES["anpe-job_seeker"]
    empty = {name: [None] for name in seekers.lenses} | {"reference": ["NIO-1"], "identity.birth": ["1985~"]}
    strings = pl.DataFrame(
        {n: v for n, v in empty.items() if n in ("reference", "identity.birth", "remarks")},
        schema_overrides={"remarks": pl.String},
    )

    written = seekers.encode(strings)

    assert written.to_dicts() == [{"N° inscription": "NIO-1", "Date ou année de naissance": "vers 1985", "Observations": ""}]


@pytest.mark.parametrize("text", ["#N/A", "#NOMBRE!", "#value!"])
def test_a_text_that_reads_as_an_error_is_not_written(text, tmp_path):
    """It would come home as a fault."""
    placements = TABLES["anpe-placement"]

    with pytest.raises(OperatorError, match="offer cannot be written"):
        placements.write([Placement(reference="PL-1", seeker="KAY-1", offer=text)], tmp_path / "p.csv")

    assert not (tmp_path / "p.csv").exists()
