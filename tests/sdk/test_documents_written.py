"""Documents written from what was read, or from records: each value is of the type it had, or that its field has."""

from __future__ import annotations

import json

import pytest

from cigem_core.model.employment import JobOffer
from cigem_core.sdk import Json, Table, column


def test_a_document_is_written_with_the_values_it_had(tmp_path):
    """Numbers are numbers and texts texts, in lists and in what nobody declared too."""
    listed = Table(
        JobOffer, Json("o.json", resource="o", records="data"), {"reference": column("id"), "posts": column("p").number()}
    )
    row = {
        "id": "7",
        "p": 2,
        "vrai": True,
        "x": 1.5,
        "texte": "12",
        "langues": ["fr", "bm"],
        "notes": [3, 4],
        "zéro": 0,
        "faux": False,
    }
    inner = {"o": {"n": 0, "t": "true"}, "l": [{"a": 1, "b": "1"}, {"a": 2}], "m": [{"e": [[1], "x"]}]}
    rows = [row | inner, {"id": "8", "p": 3, "gros": 12345678901234567890, "mixte": 1}, {"id": "9", "mixte": "1"}]
    (tmp_path / "in.json").write_text(json.dumps({"data": rows}))

    listed.write(listed.read(tmp_path / "in.json"), tmp_path / "out.json")

    told = [_filled(found) for found in json.loads((tmp_path / "out.json").read_text())["data"]]
    # Of two kinds in one column neither is sure.
    assert told == [rows[0], rows[1] | {"mixte": "1"}, rows[2]]


def test_records_of_a_workspace_are_written_as_what_their_fields_are(tmp_path):
    listed = Table(JobOffer, Json("o.json", resource="o"), {"reference": column("id"), "posts": column("p").number()})

    listed.write([JobOffer(reference="7", posts=2), JobOffer(reference="8")], tmp_path / "out.json")

    assert json.loads((tmp_path / "out.json").read_text()) == [{"id": "7", "p": 2}, {"id": "8", "p": None}]


@pytest.mark.parametrize(("salary", "written"), [(b"150000", 150000), (b"1e5", 100000), (b'"150000"', "150 000")])
def test_amount_that_was_a_number_is_one_again(tmp_path, salary, written):
    """People write spaces between its digits, and documents none."""
    listed = Table(
        JobOffer, Json("o.json", resource="o"), {"reference": column("id"), "monthly_salary": column("s").amount("XOF")}
    )

    listed.write(listed.read(b'[{"id": "7", "s": ' + salary + b"}]"), tmp_path / "out.json")

    assert json.loads((tmp_path / "out.json").read_text()) == [{"id": "7", "s": written}]


def test_items_told_by_what_they_are_say_so_again(tmp_path):
    """Joined or not, what was read of some items is written as such items."""
    lens = column("c[].v").where("c[].t", "tel").joined(" ")
    listed = Table(JobOffer, Json("o.json", resource="o"), {"reference": column("id"), "employer": lens})

    listed.write([JobOffer(reference="7", employer="70123456"), JobOffer(reference="8")], tmp_path / "out.json")

    told = json.loads((tmp_path / "out.json").read_text())
    assert told == [{"id": "7", "c": [{"v": "70123456", "t": "tel"}]}, {"id": "8", "c": []}]


def _filled(value):
    """A value without what is null, as a document in which a key is absent."""
    if isinstance(value, dict):
        found = {key: _filled(below) for key, below in value.items()}
        return {key: below for key, below in found.items() if below not in (None, {}, [])}
    return [_filled(one) for one in value] if isinstance(value, list) else value
