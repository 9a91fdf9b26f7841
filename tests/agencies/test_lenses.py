"""The tables of every agency, both ways: every column of every table, and whole records."""

from operator import attrgetter

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cigem_core.plugins import load
from cigem_core.sdk import Csv, Table
from cigem_core.testing import laws, strategies

quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TABLES = {
    f"{adapter.agency}-{table.kind.name}": table
    for adapter in load().adapters.values()
    for table in (*adapter.pull, *adapter.push)
}
FIELDS = [(kind, name) for kind, table in TABLES.items() for name in table.lenses]
FILES = [name for name, table in TABLES.items() if isinstance(table.format, Csv)]


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_what_is_written_is_read_back(kind, name):
    """decode(encode(v)) == v."""
    table = TABLES[kind]

    @quick
    @given(st.lists(strategies.writable(table.kind.field(name), table.lenses[name]), min_size=1, max_size=25))
    def law(values):
        laws.reads_back(table, name, values)

    law()


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_what_is_read_has_one_normal_form(kind, name):
    """decode(n(c)) == decode(c) and n(n(c)) == n(c)."""
    table = TABLES[kind]

    @quick
    @given(st.lists(strategies.cells(table.lenses[name]), min_size=1, max_size=25))
    def law(rows):
        laws.settles(table, name, rows)

    law()


@pytest.mark.parametrize("kind", FILES)
def test_whole_records_come_back_from_a_file(kind, tmp_path):
    """Objects → table → a file → a reading without a fault → the same objects."""
    table = TABLES[kind]
    key = attrgetter(*(part.name for part in table.kind.keys))
    # The rules between fields are not the lenses' matter.
    apart = Table(table.kind.python, table.format, table.lenses, repeats=table.repeats)
    path = tmp_path / "written.csv"

    @quick
    @given(st.lists(strategies.records(table.kind.python, table), min_size=1, max_size=4, unique_by=lambda record: key(record)))
    def law(records):
        apart.write(records, path)

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
