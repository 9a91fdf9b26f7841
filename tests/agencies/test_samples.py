"""The synthetic samples of the four agencies, read alone and pulled: quarantine is what is known to be wrong."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from agencies.truth import AXIS, FILES, expected, named, rows, sources

from cigem_core import Workspace
from cigem_core.model.receipts import Receipt
from cigem_core.model.training import Evaluation, Trainee
from cigem_core.plugins import load

SIGNED = date(2009, 10, 1)


@contextmanager
def opened() -> Iterator[list[str]]:
    """What this process opens meanwhile; a hook of the interpreter's stays until its end, and then hears nothing more."""
    names: list[str] | None = []
    sys.addaudithook(lambda event, said: names.append(str(said[0])) if event == "open" and names is not None else None)
    try:
        yield names
    finally:
        names = None


def pulled(centre: Workspace, agency: str) -> Receipt:
    return centre.pull(agency, *sources(agency), axis=AXIS[agency], on=SIGNED, by="awa")


@pytest.mark.parametrize("agency", FILES)
def test_every_cell_that_is_wrong_is_named_and_nothing_else_is_refused(agency):
    reading = load().adapter(agency).read(*sources(agency))

    assert expected(agency) <= named(reading.faults)
    assert rows(named(reading.faults)) == rows(expected(agency))
    assert sum(batch.quarantined.height for batch in reading.files) == len(rows(expected(agency)))


@pytest.mark.parametrize("agency", FILES)
def test_a_second_pull_of_the_same_files_changes_nothing(agency, centre):
    first = pulled(centre, agency).counts
    second = pulled(centre, agency).counts

    assert (first.new, first.quarantined) == (first.accepted, len(rows(expected(agency))))
    assert (second.new, second.changed, second.unchanged) == (0, 0, first.accepted)


@pytest.mark.parametrize("agency", FILES)
def test_a_pull_opens_each_of_its_files_once(agency, centre, tmp_path):
    """To know whose it is, how it is written and what it holds: a large one once more, when it is read."""
    copies = [Path(shutil.copy(source, tmp_path)) for source in sources(agency)]

    with opened() as names:
        centre.pull(agency, *copies, axis=AXIS[agency], on=SIGNED, by="awa")

    assert Counter(name for name in names if name in map(str, copies)) == Counter(map(str, copies))


def test_edited_submissions_are_new_versions_of_the_same_records(centre):
    """An edit has a new id and names the one it replaces: three records change, none is new."""
    pulled(centre, "ufae")
    edited = sources("ufae")[0].with_name("submissions_edited.json")

    receipt = centre.pull("ufae", edited, axis="training", on=SIGNED, by="awa")
    again = pulled(centre, "ufae")

    counts = receipt.counts
    assert (counts.new, counts.changed, counts.unchanged, counts.quarantined) == (0, 3, 260, 0)
    assert (again.counts.new, again.counts.changed) == (0, 0)


def test_evaluations_live_with_their_trainees(centre):
    """Those of a trainee in quarantine are in quarantine too."""
    pulled(centre, "ufae")

    trainees = {trainee.reference for trainee in centre.records(Trainee)}
    evaluations = list(centre.records(Evaluation))

    assert evaluations
    assert {evaluation.trainee for evaluation in evaluations} <= trainees
    assert min(evaluation.position for evaluation in evaluations) == 0


def test_plans_with_the_same_codes_do_not_touch_each_other(centre, tmp_path):
    """A module's code is unique inside its plan only: the file's name is the plan's where it has no number."""
    other = tmp_path / "plan_formation_2010.xlsx"
    other.write_bytes(renumbered(sources("fafpa")[0].read_bytes()))

    first = pulled(centre, "fafpa").counts
    second = centre.pull("fafpa", other, axis="training", on=SIGNED, by="awa").counts

    assert (second.new, second.changed) == (first.new, 0)


def renumbered(content: bytes) -> bytes:
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book["Plan"].iter_rows():
        if row[0].value == "N° du plan":
            row[1].value = None
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
