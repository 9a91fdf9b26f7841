"""The draft of each agency's sample: what must be edited before it reads what the agency's own adapter reads."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from agencies.truth import expected, named, rows

from cigem_core.scaffold import Drafted, draft
from cigem_core.sdk import Adapter

EDITS: dict[str, list[tuple[str, str]]] = {"anpe": [], "apej": [], "fafpa": [], "ufae": []}
"""The lines of each draft that must be edited, as (line, what it becomes). Ten would be allowed; none is needed."""

UNGUESSABLE = {"ufae": {("submissions", "", "07b55a53-dd9b-442a-95a9-cf860e6eb635")}}
"""Rows only the form itself refuses: a trade it does not list."""


def adapter_of(drafted: Drafted, edits: list[tuple[str, str]] = ()) -> Adapter:
    """The adapter a draft declares, its lines edited."""
    lines = drafted.module.read_text("utf-8").splitlines()
    for line, becomes in edits:
        lines[lines.index(line)] = becomes
    drafted.module.write_text("\n".join(lines), "utf-8")
    return imported(drafted.module).cigem_adapters()[0]


def imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.parent.name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_draft_needs_ten_edits_at_most_to_read_what_the_agencys_own_adapter_reads(drafted):
    """The same rows are refused, each with its address, and the others balance."""
    agency, sample, made = drafted

    reading = adapter_of(made, EDITS[agency]).read(sample)

    wrong = rows(cell for cell in expected(agency) if cell[0] in (sample.name, sample.stem))
    assert rows(named(reading.faults)) == wrong - UNGUESSABLE.get(agency, set())
    assert all(batch.read == batch.accepted.height + batch.quarantined.height for batch in reading.files)
    assert len(EDITS[agency]) <= 10


def test_the_copy_of_a_sample_is_refused_where_the_sample_was(drafted):
    """The same records, and the same number of faults by column and rule; an edition of one row may cost another."""
    _, sample, made = drafted
    adapter = adapter_of(made)

    original, copy = adapter.read(sample), adapter.read(made.folder / "samples" / sample.name)

    assert copy.read == original.read
    assert {(f.address.column, f.rule) for f in copy.faults} == {(f.address.column, f.rule) for f in original.faults}
    assert abs(len(copy.faults) - len(original.faults)) <= 1


BRONZE = "balance or addresses or deterministic or offline or question"
"""The checks that make a tier at all, and what the draft asks."""


def run_contract(made: Drafted, *options: str) -> subprocess.CompletedProcess[str]:
    """The draft's own tests, as whoever installed it runs them."""
    plain = ["-p", "no:cacheprovider", "-p", "no:randomly", f"--rootdir={made.folder}"]
    path = ":".join([str(made.folder / "src"), *sys.path])
    command = [sys.executable, "-m", "pytest", "-q", "-rx", *plain, *options, str(made.folder)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}, cwd=made.folder)


@pytest.mark.parametrize(
    "drafted", ["anpe", *(pytest.param(one, marks=pytest.mark.long) for one in ("apej", "fafpa", "ufae"))], indirect=True
)
def test_the_contract_of_a_draft_runs_as_it_is_and_names_what_is_to_be_answered(drafted):
    agency, _, made = drafted

    run = run_contract(made, "-k", BRONZE)

    assert run.returncode == 0, run.stdout + run.stderr
    assert f"new-{agency}: bronze" in run.stdout
    assert all(question in run.stdout for question in made.questions)


@pytest.mark.long
def test_a_draft_that_nobody_edited_is_gold(drafted):
    """Every check but the one that needs a service."""
    agency, _, made = drafted

    run = run_contract(made)

    assert f"new-{agency}: gold" in run.stdout, run.stdout + run.stderr


def test_drafting_again_gives_the_same_package(drafted, tmp_path):
    """A draft is a value of its samples."""
    agency, sample, made = drafted
    again = draft(f"new-{agency}", [sample], to=tmp_path / "again")

    written = {path.relative_to(again.folder): path for path in again.files if path.suffix in (".csv", ".json", ".toml")}

    assert written
    assert all(path.read_bytes() == (made.folder / name).read_bytes() for name, path in written.items())
