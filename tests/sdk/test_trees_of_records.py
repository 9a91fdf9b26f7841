"""A kind that refers to itself: a record inside another of its own file, or of one that came before."""

from __future__ import annotations

from datetime import date

from attrs import frozen
from wordings_made import agreed

from cigem_core import Workspace
from cigem_core.model.fields import field, key, kind, refers
from cigem_core.sdk import Adapter, Csv, Table, column
from cigem_core.testing.hosts import hosting


@kind("office", fr="bureau", en="office")
@frozen(kw_only=True)
class Office:
    """An office, inside another."""

    reference: str = key("Number", fr="N°")
    inside: str | None = refers("office", "Inside", fr="Dans")
    opened_on: date | None = field("Opened on", fr="Ouvert le")


offices = Table(Office, Csv("bureaux*.csv", delimiter=";", encodings=("utf-8-sig",)), {
    "reference": column("N°"),
    "inside": column("Dans").reference(),
    "opened_on": column("Ouvert").date("dd/mm/yyyy"),
})  # fmt: skip
tree = Adapter("arbre", pull=[offices])
HEADER = "N°;Dans;Ouvert"
AGREED = agreed("arbre", office=["*"])
ON = date(2009, 10, 1)


def read(*rows: str):
    return tree.read("\n".join([HEADER, *rows, ""]).encode())


def test_a_record_stands_inside_one_above_or_below_it():
    assert [*read("1;;", "2;1;", "3;4;", "4;1;").faults] == []


def test_what_leads_nowhere_or_to_itself_is_at_fault():
    assert [(f.address.row, f.value) for f in read("1;;", "2;9;", "3;3;").faults] == [(3, "9"), (4, "3")]


def test_what_stands_inside_a_row_in_quarantine_waits_with_it():
    """It is accepted, as a reference from another file would be."""
    reading = read("1;;hier", "2;1;")

    assert [fault.address.row for fault in reading.faults] == [2]
    assert [batch.pending for batch in reading.files] == [1]


def test_a_later_file_goes_on_where_an_earlier_one_ended(new_database, tmp_path):
    with Workspace.create(new_database("centre"), on=ON, by="awa", plugins=hosting(tree)) as centre:
        centre.install(AGREED, on=ON, by="awa")
        centre.pull("arbre", f"{HEADER}\n1;;\n2;3;\n3;1;\n".encode(), on=ON, by="awa")
        later = centre.pull("arbre", f"{HEADER}\n4;2;\n5;7;\n".encode(), on=ON, by="awa")
        again = centre.pull("arbre", f"{HEADER}\n1;;\n2;3;\n3;1;\n".encode(), on=ON, by="awa")
        centre.export(tmp_path / "out", on=ON, by="awa")
        kept = {one.reference: one.inside for one in centre.records(Office)}

    assert (later.counts.accepted, later.counts.quarantined, again.counts.unchanged) == (1, 1, 3)
    assert kept == {"1": None, "2": "3", "3": "1", "4": "2"}
