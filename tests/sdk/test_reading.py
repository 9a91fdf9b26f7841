"""Reading one agency's files: rules that look beyond a cell, files read together, and columns behind a mask.

The rules are those of the partners' page; the adapter is ANPE's.
"""

from itertools import permutations

import polars as pl
import pytest

from cigem_anpe import anpe, offers, placements, seekers
from cigem_core.model.employment import JobOffer, JobSeeker, Placement
from cigem_core.policy import Mask
from cigem_core.sdk import Csv, Source, Table, column

SEEKER = {"Date inscription": "01/06/2009", "Nom": "TRAORÉ", "Prénom(s)": "Awa", "Sexe": "F"}
OFFER = {"Employeur": "SOTELMA"}
PLACEMENT = {"N° offre": "OF-1"}

FIELDS = frozenset({"reference", "registered_on", "identity.family_name", "identity.given_names", "migration.returned_on"})
NARROW = Mask(fields={"job_seeker": FIELDS}, cargo=False)


def file(table, *rows, default, columns=(), month="200909") -> Source:
    """A file of a table; a row is cells by header, or a line as it stands."""
    headers = [*table.headers, *columns]
    lines = [";".join(headers)]
    for row in rows:
        lines.append(row if isinstance(row, str) else ";".join(({**default, **row}).get(header, "") for header in headers))
    return Source.of("\r\n".join(lines).encode("cp1252"), table.format.name.replace("{yyyymm}", month))


def seeker_file(*rows, **how) -> Source:
    return file(seekers, *rows, default=SEEKER, **how)


def offer_file(*rows) -> Source:
    return file(offers, *rows, default=OFFER)


def placement_file(*rows) -> Source:
    return file(placements, *rows, default=PLACEMENT)


def told(batch) -> list[tuple]:
    """The faults: row, column, rule."""
    return [(fault.address.row, fault.address.column, fault.rule.value) for fault in batch.faults]


# --- one holder per key ----------------------------------------------------------------------------------------------


def test_first_holder_of_a_key_keeps_it():
    """The second row and every later one are faulted."""
    batch = seekers.read(seeker_file(*({"N° inscription": number} for number in ("A-1", "A-2", " A-1 ", "A-1"))))

    assert told(batch) == [(4, "N° inscription", "unique"), (5, "N° inscription", "unique")]
    assert batch.accepted["reference"].to_list() == ["A-1", "A-2"]


@pytest.mark.parametrize(
    "wrong",
    [{"N° inscription": "A-1", "Sexe": "H"}, "A-1;", "A-1" + ";" * 40, "A-1;" + "x" * 5 + '"' + ";" * 21],
    ids=["wrong cell", "too short", "too long", "stray quote"],
)
def test_row_wrong_for_another_reason_holds_its_key_all_the_same(wrong):
    """Otherwise mending it would make a second row wrong in turn."""
    batch = seekers.read(seeker_file(wrong, {"N° inscription": "A-1"}))

    assert told(batch)[-1] == (3, "N° inscription", "unique")
    assert batch.accepted.is_empty()


def test_row_with_unreadable_bytes_holds_its_key_all_the_same():
    """The bytes spoil the cell they stand in, not the key beside it."""
    sound = seeker_file({"N° inscription": "A-1", "Nom": "?"}, {"N° inscription": "A-1"})

    batch = seekers.read(Source.of(sound.content.replace(b"?", b"\x81"), sound.name))

    assert told(batch) == [(2, None, "encoding"), (3, "N° inscription", "unique")]


@pytest.mark.parametrize("block", [500, 1_500, 10_000])
def test_where_blocks_are_cut_does_not_change_who_is_first(block):
    """The keys of earlier blocks are remembered, those of rows in quarantine too."""
    rows = [{"N° inscription": f"A-{number % 70}", "Sexe": "H" if number % 9 == 0 else "M"} for number in range(150)]
    source = seeker_file(*rows[:75], "A-3;", *rows[75:], "A-74;;")

    whole, cut = seekers.read(source), list(seekers.scan(source, block=block))

    assert len(cut) > 1
    assert [fault for batch in cut for fault in batch.faults] == list(whole.faults)
    assert sum(rule == "unique" for _, _, rule in told(whole)) == 80
    assert pl.concat([batch.accepted for batch in cut]).equals(whole.accepted)


# --- references ------------------------------------------------------------------------------------------------------


def test_reference_is_asked_of_the_referred_table():
    """A number that no row of it carries is faulted where it stands."""
    reading = anpe.read(
        seeker_file({"N° inscription": "A-1"}),
        offer_file({"N° offre": "OF-1"}),
        placement_file({"N° placement": "P-1", "N° inscription": "A-1"}, {"N° placement": "P-2", "N° inscription": "Z-9"}),
    )

    assert told(reading[Placement]) == [(3, "N° inscription", "foreign-key")]
    assert reading[Placement].accepted["reference"].to_list() == ["P-1"]
    assert reading.not_run == ()


def test_reference_whose_table_is_not_given_is_not_asked_and_says_so():
    """Silence would look like success; a row is not faulted for a file we did not receive."""
    source = placement_file({"N° placement": "P-1", "N° inscription": "Z-9", "N° offre": "OF-9"})

    reading = anpe.read(source, offer_file({"N° offre": "OF-9"}))
    alone = placements.read(source)

    assert (reading.faults, alone.faults) == ((), ())
    assert [missing.rule for missing in reading.not_run] == ["foreign-key placement.seeker"]
    assert {missing.rule for missing in alone.not_run} == {"foreign-key placement.seeker", "foreign-key placement.offer"}


@pytest.mark.parametrize("wrong", [{"N° inscription": "A-1", "Sexe": "H"}, "A-1;"], ids=["wrong cell", "too short"])
def test_reference_to_a_row_in_quarantine_is_pending(wrong):
    """The row exists and will be mended: what points at it is accepted, and waits."""
    reading = anpe.read(
        seeker_file(wrong), offer_file({"N° offre": "OF-1"}), placement_file({"N° placement": "P-1", "N° inscription": "A-1"})
    )

    assert reading[Placement].accepted.height == 1
    assert reading[Placement].pending == 1
    assert reading[Placement].faults == ()


@pytest.mark.parametrize("row", ['"x";"A-1";"Ke"ita"', '"x; y";A-1;Ke"ita', '"x ""y"" z";"A-1";"Ke"ita"'])
def test_reference_to_a_row_whose_quotes_are_wrong_is_pending(row):
    """A program that quotes every cell quotes the number too; a delimiter in a sound cell cuts nothing."""
    people = Table(JobSeeker, Csv("p.csv", delimiter=";"), {"reference": column("N°"), "identity.family_name": column("Nom")})
    source = f"Note;N°;Nom\n{row}\nz;A-2;Ba\n".encode()

    batch = people.read(source)

    assert told(batch) == [(2, None, "structure")]
    assert batch.quarantined["#key"].to_list() == ["A-1"]
    assert batch.quarantined["#text"].to_list() == [row]


def test_rejected_row_does_not_count_as_pending():
    """Pending counts records that were accepted."""
    reading = anpe.read(
        seeker_file({"N° inscription": "A-1", "Sexe": "H"}),
        offer_file(),
        placement_file({"N° placement": "P-1", "N° inscription": "A-1"}),
    )

    assert told(reading[Placement]) == [(2, "N° offre", "foreign-key")]
    assert reading[Placement].pending == 0


def test_order_of_arguments_does_not_matter():
    """Tables are ordered by their references."""
    sources = [
        seeker_file({"N° inscription": "A-1"}, {"N° inscription": "A-2", "Sexe": "H"}),
        offer_file({"N° offre": "OF-1"}),
        placement_file(*({"N° placement": f"P-{n}", "N° inscription": f"A-{n}"} for n in (1, 2, 3))),
    ]

    readings = [anpe.read(*given) for given in permutations(sources)]

    assert {str(reading.faults) for reading in readings} == {str(readings[0].faults)}
    assert {reading[Placement].pending for reading in readings} == {1}
    assert told(readings[0][Placement]) == [(4, "N° inscription", "foreign-key")]


def test_files_of_one_kind_are_read_in_the_order_given():
    """Each is a version after the other: a key of the first is no repetition in the second, and both can be referred to."""
    reading = anpe.read(
        placement_file({"N° placement": "P-1", "N° inscription": "A-2"}),
        seeker_file({"N° inscription": "A-1"}, month="200910"),
        seeker_file({"N° inscription": "A-1"}, {"N° inscription": "A-2"}, month="200909"),
        offer_file({"N° offre": "OF-1"}),
    )

    assert reading.faults == ()
    assert [batch.file for batch in reading.files][:2] == ["demandeurs_200910.csv", "demandeurs_200909.csv"]
    assert (reading.read, reading[JobSeeker].read, reading[JobOffer].read) == (5, 3, 1)


def test_table_in_memory_is_recognised_by_its_columns():
    """It has no name to go by."""
    table = pl.DataFrame({header: ["OF-1" if header == "N° offre" else ""] for header in offers.headers})

    reading = anpe.read(table, placement_file({"N° placement": "P-1", "N° inscription": "A-1", "N° offre": "OF-2"}))

    assert told(reading[Placement]) == [(2, "N° offre", "foreign-key")]


# --- the sample ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [2_000, 50_000])
def test_sample_reads_the_same_in_small_blocks(sample, block):
    """Its quoted line breaks fall on every kind of cut."""
    path = sample / "demandeurs_200909.csv"

    whole, cut = seekers.read(path), list(seekers.scan(path, block=block))

    assert (whole.read, whole.accepted.height) == (930, 912)
    assert pl.concat([batch.accepted for batch in cut]).equals(whole.accepted)
    assert [fault for batch in cut for fault in batch.faults] == list(whole.faults)
    assert cut[-1].sha256 == whole.sha256


# --- masks -----------------------------------------------------------------------------------------------------------


def test_masked_column_leaves_no_trace():
    """Not in what is accepted, not in what is quarantined, and no fault quotes it."""
    source = seeker_file(
        {"N° inscription": "A-1", "Observations": "secret"}, {"N° inscription": "A-2", "Nom": "", "Observations": "secret"}
    )

    batch = seekers.read(source, mask=NARROW)

    assert set(batch.accepted.columns) == {*FIELDS, "#row", "#cargo", "#entry"}
    permitted = {"N° inscription", "Date inscription", "Nom", "Prénom(s)", "Date de retour"}
    assert set(batch.quarantined.columns) == {
        *permitted,
        "#row",
        "#first",
        "#last",
        "#text",
        "#entry",
        "#key",
        "#scope",
        "#without",
    }
    assert told(batch) == [(3, "Nom", "required")]
    assert "secret" not in str(batch.accepted.rows() + batch.quarantined.rows()) + str(batch.faults)


def test_masked_column_is_not_judged():
    """A wrong cell that may not be read is not wrong for us."""
    batch = seekers.read(seeker_file({"N° inscription": "A-1", "Sexe": "H", "Région": "Kaye5"}), mask=NARROW)

    assert (batch.read, batch.faults) == (1, ())


def test_masked_column_may_be_absent():
    """An agency may leave out what the convention forbids; it is not missing."""
    sent = b"N\xb0 inscription;Date inscription;Nom;Pr\xe9nom(s);Date de retour\r\nA-1;01/06/2009;TRAOR\xc9;Awa;\r\n"

    batch = seekers.read(sent, mask=NARROW)

    assert batch.accepted["identity.family_name"].to_list() == ["TRAORÉ"]


def test_rule_about_a_masked_field_is_not_run_and_says_so():
    """Returned on can be compared with the registration; a birth that may not be read cannot."""
    source = seeker_file({"N° inscription": "A-1", "Date de retour": "01/07/2009", "Date ou année de naissance": "2031"})

    batch = seekers.read(source, mask=NARROW)

    assert told(batch) == [(2, "Date de retour", "row")]
    assert [missing.rule for missing in batch.not_run] == ["not_after(identity.birth, registered_on)"]


@pytest.mark.parametrize("wrong", ["A-1;secret", "A-1" + ";secret" * 30, 'A-1;secret"' + ";" * 21])
def test_row_out_of_line_is_not_kept_under_a_narrower_mask(wrong):
    """An extra delimiter would push a forbidden text under a permitted column: only its place is kept."""
    batch = seekers.read(seeker_file(wrong), mask=NARROW)

    assert batch.quarantined.select("#row", "#first", "#last", "#text").rows() == [(2, 2, 2, None)]
    assert "secret" not in str(batch.quarantined.rows()) + str(batch.faults) + str(batch.claims)


@pytest.mark.parametrize(
    ("columns", "cargo", "kept"),
    [((), True, "A-1;"), ((), False, "A-1;"), (("Vu",), True, "A-1;"), (("Vu",), False, None)],
    ids=["all may cross", "no cargo to hide", "cargo may cross", "cargo may not cross"],
)
def test_row_out_of_line_is_kept_where_every_column_may_cross(columns, cargo, kept):
    """Cargo counts as a column."""
    mask = Mask(fields={"job_seeker": frozenset(seekers.kind.fields)}, cargo=cargo)

    batch = seekers.read(seeker_file("A-1;", columns=columns), mask=mask)

    assert batch.quarantined["#text"].to_list() == [kept]


def test_cargo_crosses_only_where_the_mask_takes_it():
    """Otherwise the unknown column is never made into cells."""
    rows = [{"N° inscription": "A-1", "Vu": "secret"}, {"N° inscription": "A-2", "Vu": "secret", "Nom": ""}]
    source = seeker_file(*rows, columns=["Vu"])

    taken = seekers.read(source, mask=Mask(fields={"job_seeker": FIELDS}, cargo=frozenset({"vu"})))
    left = seekers.read(source, mask=NARROW)

    assert taken.accepted["#cargo"].to_list() == ['{"Vu":"secret"}']
    assert taken.quarantined["Vu"].to_list() == ["secret"]
    assert left.accepted["#cargo"].to_list() == [None]
    assert "secret" not in str(left.quarantined.rows())


def test_masked_column_is_no_cargo():
    """A declared column that the convention forbids does not slip in beside the unknown ones."""
    source = seeker_file({"N° inscription": "A-1", "Observations": "secret", "Vu": "o"}, columns=["Vu"])

    batch = seekers.read(source, mask=Mask(fields={"job_seeker": FIELDS}, cargo=frozenset({"Vu", "Observations"})))

    assert batch.accepted["#cargo"].to_list() == ['{"Vu":"o"}']
    assert "secret" not in str(batch.accepted.rows())


def test_mask_holds_for_tables_in_memory_too():
    """The gate comes before the decoding, whatever the source."""
    table = pl.DataFrame({header: [SEEKER.get(header, "")] for header in seekers.headers}).with_columns(
        pl.lit("A-1").alias("N° inscription"), pl.lit("secret").alias("Observations")
    )

    batch = seekers.read(table, mask=NARROW)

    assert batch.accepted.height == 1
    assert "secret" not in str(batch.accepted.rows())


def test_a_row_with_a_null_byte_in_memory_is_a_fault_of_its_own():
    """No database holds one; the other rows are read."""
    frame = pl.DataFrame({"Référence": ["A1", "A\x002", "A3"], "Poste": ["Maçon", "x", "Soudeur"]})
    table = Table(JobOffer, Csv("a.csv"), {"reference": column("Référence"), "title": column("Poste")})

    batch = table.read(frame)

    assert batch.accepted["reference"].to_list() == ["A1", "A3"]
    assert [(fault.rule, fault.address.row) for fault in batch.faults] == [("encoding", 3)]
