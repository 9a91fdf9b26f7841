"""FAFPA's workbook arranged in many ways: what is wrong is named where it stands, all else is taken."""

from __future__ import annotations

import io
from datetime import date
from itertools import count
from random import Random

import openpyxl
from agencies.plans import plan
from agencies.truth import named
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import many

from cigem_core import Workspace
from cigem_core.formats.source import Source
from cigem_core.model.training import TrainingPlan

ON = date(2009, 10, 1)


def test_every_arrangement_of_a_plan_is_read_and_its_faults_are_named(tmp_path):
    """Other titles, rows, columns, types of cells, plan numbers: exactly the cells that are wrong are reported."""
    turn = count()
    with Workspace.create(tmp_path / "centre.sqlite", on=ON, by="awa") as here:

        @settings(max_examples=many(3, long=15), deadline=None)
        @given(st.integers(0, 2**32), st.integers(0, 8), st.booleans())
        def law(seed, faults, is_numbered):
            at = next(turn)
            made = plan(Random(seed), f"PF-2009-{at:04d}" if is_numbered else "", faults)
            source = Source(name=f"plan_{at}_formation.xlsx", content=made.workbook())

            first = here.pull("fafpa", source, axis="training", on=ON, by="awa")
            again = here.pull("fafpa", source, axis="training", on=ON, by="awa")

            total = 1 + sum(map(len, made.tables.values()))
            assert {cell[1:] for cell in named(first.faults)} == made.expected
            assert (first.counts.read, first.counts.quarantined) == (total, len(made.expected))
            assert (first.counts.new, again.counts.new, again.counts.changed) == (first.counts.accepted, 0, 0)

        law()


def test_a_label_without_a_value_is_empty(centre):
    """The sheet of labels has no rules: what nobody filled in refuses no workbook."""
    made = plan(Random(1), "PF-2009-0001", 0)
    book = openpyxl.load_workbook(io.BytesIO(made.workbook()))
    for row in book["Plan"].iter_rows():
        if row[0].value in ("Promoteur", "Région"):
            row[1].value = None
    book.save(emptied := io.BytesIO())

    receipt = centre.pull("fafpa", Source(name="plan_formation_2009.xlsx", content=emptied.getvalue()), on=ON, by="awa")

    assert (receipt.counts.quarantined, receipt.counts.accepted) == (0, 1 + sum(map(len, made.tables.values())))
    (told,) = centre.records(TrainingPlan)
    assert (told.reference, told.convention, told.promoter, told.region) == ("PF-2009-0001", "CIGEM-FAFPA-2009", None, None)


def test_two_budget_lines_of_a_module_without_a_heading_have_one_key(centre):
    """A heading may be empty, and is part of the key: the second line repeats the first one's."""
    made = plan(Random(1), "PF-2009-0001", 0)
    first, second, *_ = made.tables["Budget"]
    second["Code module"] = first["Code module"]
    first["Rubrique"] = second["Rubrique"] = ""

    receipt = centre.pull("fafpa", Source(name="plan_formation_2009.xlsx", content=made.workbook()), on=ON, by="awa")

    assert [(sheet, column, rule) for _, sheet, _, column, rule in named(receipt.faults)] == [("Budget", "Code module", "unique")]
