"""A list within the items of a list is nobody's value: a fault of that item, and the text of it is never taken for one."""

from __future__ import annotations

import json
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core import Convention, Workspace
from cigem_core.model.training import Evaluation, Trainee
from cigem_core.report import Rule
from cigem_core.sdk import Adapter, Child, Json, Table, column
from cigem_core.testing.hosts import hosting

trainees = Table(Trainee, Json("eleves*.json", resource="eleves"), {
    "reference": column("id"),
    "languages": column("langues[].nom"),
}, children=[Child(Evaluation, {"module": column("notes[].matiere"), "mark": column("notes[].note").decimal(".")})])  # fmt: skip

ON = date(2009, 10, 1)
VALUES = st.none() | st.text("ab[]\"',1", max_size=5) | st.integers(0, 20)


def read(**told):
    return trainees.read(json.dumps([{"id": "E1", **told}]).encode())


@pytest.mark.parametrize("value", [["a"], ["a", "b"], [1], [[]], [{"a": 1}], [None, "a"]])
@pytest.mark.parametrize(("path", "key"), [("notes", "matiere"), ("notes", "note"), ("langues", "nom")])
def test_a_list_where_an_item_holds_a_value_is_a_fault_of_that_item(path, key, value):
    batch = read(**{path: [{key: "5"}, {key: value}]})

    assert [(f.address.row, f.address.column, f.rule) for f in batch.faults] == [("E1", f"{path}[1].{key}", Rule.TYPE)]
    assert "ask the agency for a row for each" in batch.faults[0].remedy.en
    assert batch.accepted.height == 0


@given(st.lists(VALUES, max_size=4))
def test_texts_that_only_look_like_lists_are_texts(texts):
    held = [text for text in texts if text is not None and str(text).strip()]

    batch = read(langues=[{"nom": "x"}, *({"nom": text} for text in texts)])

    assert (batch.accepted["languages"].to_list(), batch.faults) == ([["x", *(str(text).strip() for text in held)]], ())


def test_an_empty_list_is_nothing():
    assert read(notes=[{"matiere": "Atelier", "note": []}]).children["evaluation"]["mark"].to_list() == [None]


def test_sent_back_as_it_stands_it_is_wrong_still_and_a_value_in_its_place_is_taken(tmp_path):
    """The cell of a corrections file holds its text, and that is no value either."""
    school = Adapter("ecole", pull=[trainees])
    document = json.dumps([{"id": "E1", "notes": [{"matiere": ["Atelier", "Cuisine"], "note": 12}]}]).encode()
    with Workspace.create(tmp_path / "w.sqlite", on=ON, by="awa", bare=True, plugins=hosting(school)) as centre:
        centre.install(Convention.from_toml(AGREED), on=ON, by="awa")
        (tmp_path / "eleves.json").write_bytes(document)
        centre.pull("ecole", tmp_path / "eleves.json", on=ON, by="awa")
        path = tmp_path / "a.xlsx"
        centre.corrections("ecole", path, on=ON, by="awa")

        again = centre.pull("ecole", path, on=ON, by="awa")
        book = openpyxl.load_workbook(path)
        cell = next(cell for row in book.active.iter_rows(min_row=2) for cell in row if str(cell.value).startswith("["))
        cell.value = "Atelier"
        book.save(path)
        mended = centre.pull("ecole", path, on=ON, by="awa")

    assert (again.counts.quarantined, mended.counts.new) == (1, 1)


AGREED = """
reference = "ECOLE-2009"
title = {fr = "x", en = "x"}
agency = {code = "ecole", name = {fr = "x", en = "x"}}
begins = 2009-06-12
signed = {on = 2009-06-12, certainty = "inferred"}

[[clause]]
article = "art. 2"
axis = "training"
direction = "pull"
fields.trainee = ["*"]
fields.evaluation = ["*"]
"""
