"""The test a draft brings with it, in one place: what its samples must keep, and what is still to be answered."""

from __future__ import annotations

TEST = '''"""What this adapter keeps of its samples; `pytest` says what is missing."""

import inspect
from pathlib import Path

import pytest

import {module}
from {module} import {name}
from cigem_core.testing import laws

SAMPLES = sorted((Path(__file__).parents[1] / "samples").iterdir())
READING = {name}.read(*SAMPLES)
FIELDS = [(table, field) for table in {name}.pull for field in table.lenses]


@pytest.mark.parametrize("batch", READING.files, ids=lambda batch: batch.table.kind.name)
def test_every_record_is_accepted_or_quarantined(batch):
    assert batch.read == batch.accepted.height + batch.quarantined.height
    assert batch.accepted.height, "not one record is accepted: read the faults with `cigem check`"


@pytest.mark.parametrize("fault", READING.faults, ids=lambda fault: str(fault.address))
def test_every_fault_has_its_address(fault):
    assert fault.address.file
    assert fault.address.row


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=lambda one: one if isinstance(one, str) else one.kind.name)
def test_what_is_read_is_written_and_read_again(table, field):
    records = READING[table.kind.name].accepted
    if field not in records.columns:
        pytest.skip("its column is in no sample")
    declared = table.kind.field(field)
    laws.reads_back(table, field, [declared.restore(stored) for stored in records[field].drop_nulls().unique().to_list()])


def test_no_question_is_left():
    left = [line for line in inspect.getsource({module}).splitlines() if line.startswith("# ?")]
    if left:
        pytest.xfail("\\n".join(["still to be answered:", *left]))
'''


def contract(module: str, name: str) -> str:
    """The test of a drafted package."""
    return TEST.format(module=module, name=name)
