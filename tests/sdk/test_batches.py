"""What reading gives: batches that account for every line, gathered into one, and read again from what was written."""

import polars as pl
import pytest
from attrs import evolve

from cigem_core.errors import InternalError, OperatorError
from cigem_core.model.employment import JobOffer, JobSeeker
from cigem_core.model.training import TrainingModule
from cigem_core.sdk import Csv, Source, Table, column
from cigem_core.sdk.batch import check_tiling, gather
from cigem_core.sdk.frames import SEPARATOR
from cigem_core.sdk.writing import unwritten
from cigem_core.text import Text

OFFERS = Table(JobOffer, Csv("offres.csv", delimiter=";", encodings=("utf-8",)), {
    "reference": column("N°"), "title": column("Poste"), "posts": column("Places").number(minimum=1),
})  # fmt: skip
LINES = "N°;Poste;Places;Vu\nA1;maçon;2;x\n\nA2;y;0;z\nA3;x\nA4;;1;\n"


def read(text: str, table: Table = OFFERS):
    return table.read(Source.of(text.encode(), "offres.csv"))


def test_every_line_is_something():
    """The header, blank rows, records, and rows that could not be aligned."""
    batch = read(LINES)

    assert sorted(batch.spans.rows(), key=lambda span: span[1:]) == [
        ("header", 1, 1, 1), ("record", 2, 2, 2), ("blank", 3, 3, 3), ("record", 4, 4, 4), ("misfit", 5, 5, 5),
        ("record", 6, 6, 6),
    ]  # fmt: skip
    assert batch.spans.schema == {"what": pl.String, "row": pl.Int64, "first": pl.Int64, "last": pl.Int64}
    assert (batch.read, batch.accepted.height, batch.file) == (4, 2, "offres.csv")


def test_a_row_in_quarantine_is_as_it_came():
    """With the key it carries, so that nothing else takes it; a row that could not be aligned as its text."""
    batch = read(LINES)

    assert batch.quarantined.select("N°", "Places", "Vu", "#row", "#first", "#last", "#key", "#scope", "#text").rows() == [
        ("A2", "0", "z", 4, 4, 4, "A2", "", None), (None, None, None, 5, 5, 5, "A3", "", "A3;x"),
    ]  # fmt: skip
    assert batch.claims.to_list() == ["A2", "A3"]


def test_the_claims_of_a_kind_with_a_scope_stand_inside_it():
    table = Table(TrainingModule, Csv("m.csv", delimiter=";", encodings=("utf-8",)), {
        "plan": column("Plan").reference(), "reference": column("N°"), "hours": column("h").number(),
    })  # fmt: skip

    batch = read("Plan;N°;h\nP1;M1;x\n;M2;x\n", table)

    assert batch.quarantined.select("#key", "#scope").rows() == [("M1", "P1"), ("M2", "")]
    assert batch.claims.to_list() == [f"P1{SEPARATOR}M1", f"{SEPARATOR}M2"]


def test_cargo_stays_with_its_record_and_accepted_records_are_objects():
    batch = read(LINES)

    assert batch.accepted["#cargo"].to_list() == ['{"Vu":"x"}', '{"Vu":""}']
    assert list(batch.records()) == [JobOffer(reference="A1", title="maçon", posts=2), JobOffer(reference="A4", posts=1)]
    assert batch.fields == tuple(OFFERS.kind.field(name) for name in batch.accepted.columns[:3])


def test_lines_that_are_not_counted_stop_the_reading():
    """The law that nothing is lost, asked of every block."""
    batch = read(LINES)
    said = Text(fr="offres.csv : des lignes ne sont pas comptées", en="offres.csv: some lines are not accounted for")

    nothing = evolve(batch, spans=batch.spans.clear(), accepted=batch.accepted.clear(), quarantined=batch.quarantined.clear())

    assert check_tiling(batch, 1) == 7
    assert check_tiling(nothing, 3) == 3
    for broken in (
        evolve(batch, spans=batch.spans.head(5)), evolve(batch, accepted=batch.accepted.head(1)),
        evolve(batch, spans=pl.concat([batch.spans, batch.spans.head(1)])),
    ):  # fmt: skip
        with pytest.raises(InternalError) as refused:
            check_tiling(broken, 1)
        assert refused.value.text == said
    with pytest.raises(InternalError):
        check_tiling(batch, 2)


def test_the_blocks_of_a_table_are_gathered_into_one():
    """Their rows, their faults and their lines, one after the other."""
    text = "N°;Poste;Places\n" + "".join(f"A{n};x;{n % 7}\n" for n in range(300))
    source = Source.of(text.encode(), "offres.csv")

    parts = list(OFFERS.scan(source, block=500))
    whole = gather(iter(parts))

    assert len(parts) > 2
    assert whole.accepted.equals(OFFERS.read(source).accepted)
    assert whole.quarantined.height == sum(part.quarantined.height for part in parts) == 43
    assert [fault.address.row for fault in whole.faults] == [2 + n for n in range(0, 300, 7)]
    assert whole.spans.height == 301
    assert (whole.read, whole.pending, whole.sha256) == (300, 0, parts[-1].sha256)


def test_an_empty_file_has_one_batch_of_nothing():
    batches = list(OFFERS.scan(Source.of("N°;Poste;Places\n".encode(), "offres.csv")))

    assert [(batch.read, batch.spans.rows()) for batch in batches] == [(0, [("header", 1, 1, 1)])]
    assert set(batches[0].accepted.columns) == {"reference", "title", "posts", "#row", "#entry", "#cargo"}


def test_faults_are_told_in_the_order_of_the_rows():
    batch = read("N°;Poste;Places\nA1;x;x\nA1;x;0\n")

    assert [(f.address.row, f.address.column, f.rule, f.value) for f in batch.faults] == [
        (2, "Places", "type", "x"), (3, "Places", "minimum", "0"), (3, "N°", "unique", "A1"),
    ]  # fmt: skip
    assert batch.faults[2].remedy == Text(
        fr="ce numéro est déjà porté par une ligne précédente du fichier : corriger l'un des deux",
        en="expected a number that no earlier row of the file carries; mend one of the two",
    )
    assert [f.remedy for f in batch.faults[:2]] == [
        Text(fr="écrire un nombre entier en chiffres, comme 12", en="expected a whole number in digits, like 12"),
        Text(fr="écrire un nombre d'au moins 1", en="expected at least 1"),
    ]


# --- and back --------------------------------------------------------------------------------------------------------


def test_records_are_written_in_the_agencys_layout_with_what_nobody_declared(tmp_path):
    """A batch, a table of stored forms, or objects."""
    batch = read(LINES)
    objects = [JobOffer(reference="A1", title="maçon", posts=2)]

    OFFERS.write(batch, tmp_path / "a.csv")
    OFFERS.write(objects, tmp_path / "b.csv")
    OFFERS.write(batch.accepted.select("reference", "posts"), tmp_path / "c.csv")

    assert (tmp_path / "a.csv").read_text("utf-8").splitlines() == ["N°;Poste;Places;Vu", "A1;maçon;2;x", "A4;;1;"]
    assert (tmp_path / "b.csv").read_text("utf-8").splitlines() == ["N°;Poste;Places", "A1;maçon;2"]
    assert (tmp_path / "c.csv").read_text("utf-8").splitlines() == ["N°;Places", "A1;2", "A4;1"]


def test_undeclared_columns_of_different_records_stand_side_by_side(tmp_path):
    """In the order of their names; what a record came without is empty."""
    frame = pl.DataFrame({"reference": ["A1", "A2", "A3"], "#cargo": ['{"b":"1"}', None, '{"a":"2","b":null}']})

    OFFERS.write(frame, tmp_path / "a.csv")

    assert (tmp_path / "a.csv").read_text("utf-8").splitlines() == ["N°;a;b", "A1;;1", "A2;;", "A3;2;"]


def test_what_would_not_read_back_is_not_written(tmp_path):
    """The first record is named with its field, and there is no file."""
    births = Table(JobSeeker, Csv("s.csv"), {"reference": column("N°"), "identity.birth": column("Né").birth("yyyy")})
    frame = pl.DataFrame({"reference": ["A1", "A2"], "identity.birth": ["1985", "1985-03-12"]})

    with pytest.raises(OperatorError) as refused:
        births.write(frame, tmp_path / "a.csv")

    assert refused.value.text == Text(
        fr="fiche 2 : identity.birth ne peut s'écrire dans cette disposition ; rien n'a été écrit",
        en="record 2: identity.birth cannot be written in this layout; nothing was written",
    )
    assert not (tmp_path / "a.csv").exists()
    assert {name: lost.to_list() for name, lost in unwritten(births, frame).items()} == {"identity.birth": [False, True]}


def test_a_text_that_would_read_as_damage_is_not_written(tmp_path):
    """A file of text holds no null byte."""
    frame = pl.DataFrame({"reference": ["A1", "A2"], "title": ["x", "a\x00b"]})

    with pytest.raises(OperatorError) as refused:
        OFFERS.write(frame, tmp_path / "a.csv")

    assert refused.value.text == Text(
        fr="fiche 2 : un de ses textes se lirait comme un fichier abîmé ; rien n'a été écrit",
        en="record 2: one of its texts would read as damage to the file; nothing was written",
    )
    assert not (tmp_path / "a.csv").exists()


def test_white_space_at_the_edge_and_an_empty_text_are_not_lost():
    """They are nothing when they are read, so nothing of them is missing."""
    frame = pl.DataFrame({"reference": ["A1", "A2", "A3"], "title": [" x ", "", None]})

    assert unwritten(OFFERS, frame) == {}


def test_lists_are_written_and_read_back_by_their_items():
    table = Table(
        JobSeeker,
        Csv("s.csv"),
        {"reference": column("N°"), "languages": column("l[].nom"), "remarks": column("m[].mot").joined("-")},
    )
    frame = pl.DataFrame({"reference": ["A1", "A2"], "languages": [["peul", "a"], None], "remarks": ["x-y", None]})

    cells = table.encode(frame)

    assert cells.to_dict(as_series=False) == {"N°": ["A1", "A2"], "l[].nom": [["peul", "a"], None], "m[].mot": [["x-y"], None]}
    assert unwritten(table, frame) == {}
    assert list(unwritten(table, frame.with_columns(languages=pl.Series([["peul", ""], None])))) == ["languages"]
