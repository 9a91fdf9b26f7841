"""Delimited text as agencies send it: what is read, what is refused whole, and in which words."""

import gzip

import polars as pl
import pyarrow as pa
import pytest

from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.formats.delimited.csv_lines import MAX_RECORD
from cigem_core.model.employment import JobOffer
from cigem_core.report import Rule
from cigem_core.sdk import Csv, Source, Table, column

LENSES = {"reference": column("N°").required(), "employer": column("Employeur"), "title": column("Intitulé")}
offers = Table(JobOffer, Csv("offres_{yyyymm}.csv", delimiter=";", encodings=("utf-8-sig", "cp1252")), LENSES)
HEADER = "N°;Employeur;Intitulé"
BOM = "\ufeff"


def lines(*rows: str, header: str = HEADER) -> bytes:
    return "".join(f"{row}\r\n" for row in (header, *rows)).encode("cp1252")


def told(batch) -> list[tuple]:
    """The faults: row, column, rule."""
    return [(fault.address.row, fault.address.column, fault.rule.value) for fault in batch.faults]


def values(batch) -> list[tuple]:
    return batch.accepted.select("reference", "employer", "title").rows()


# --- what is read ----------------------------------------------------------------------------------------------------


def test_columns_are_found_by_their_header():
    """Their order, letter case and stray spaces are free, quoted or not; an unknown column is kept as cargo."""
    content = lines("Soudeur;oui;A-1;SOTELMA", header='"INTITULÉ ";Vu; n° ; "Employeur"'.replace(' "', '"'))

    batch = offers.read(content)

    assert values(batch) == [("A-1", "SOTELMA", "Soudeur")]
    assert batch.accepted["#cargo"].to_list() == ['{"Vu":"oui"}']


def test_header_may_hold_a_line_break():
    """Then it takes two lines of the file and one row of the spreadsheet."""
    content = lines("A-1;SOTELMA;Soudeur;", header='N°;Employeur;Intitulé;"Vu\r\nau guichet"')

    batch = offers.read(content)

    assert batch.spans.rows() == [("header", 1, 1, 2), ("record", 2, 3, 3)]


def test_header_that_holds_a_line_break_may_be_all_there_is():
    """No row follows, and the header's two lines are counted."""
    batch = offers.read('N°;Employeur;"Intitulé"; "Vu\nle"'.replace(' "', '"').encode())

    assert batch.read == 0
    assert batch.spans.rows() == [("header", 1, 1, 2)]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_encoding_is_the_one_under_which_the_header_is_found(encoding):
    """cp1252 from the old program, UTF-8 from the new one, with a byte order mark or without."""
    batch = offers.read(lines("A-1;Société Œuvre;Maçon").decode("cp1252").encode(encoding))

    assert values(batch) == [("A-1", "Société Œuvre", "Maçon")]


def test_byte_order_mark_decides_before_the_header():
    """A file marked as UTF-8 is read as UTF-8, whatever its rows hold."""
    marked = BOM.encode() + HEADER.encode() + b"\nA-1;Soci\xe9t\xe9;x\nA-2;Soci\xc3\xa9t\xc3\xa9;x\n"

    batch = offers.read(marked)

    assert told(batch) == [(2, None, "encoding")]
    assert values(batch) == [("A-2", "Société", "x")]


def test_file_marked_as_an_encoding_the_agency_does_not_use_is_refused():
    """The mark decides, even against the declaration."""
    table = Table(JobOffer, Csv("offres.csv", delimiter=";", encodings=("cp1252",)), LENSES)

    with pytest.raises(SourceRefused, match="the file is in UTF-8; save it as Windows-1252"):
        table.read((BOM + HEADER).encode())


def test_header_alone_is_a_table_without_rows():
    """Nothing to take in is no mistake."""
    batch = offers.read(lines())

    assert (batch.read, batch.faults) == (0, ())
    assert batch.spans.rows() == [("header", 1, 1, 1)]


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    """The header and blank rows count, a line break inside a cell does not; lines are counted beside."""
    content = lines("", "A-1;x;y", ";;", '"";" ";', 'A-2;"deux\r\nlignes";y', ";sans numéro;", header=f";;\r\n{HEADER}")

    batch = offers.read(content)

    assert told(batch) == [(8, "N°", "required")]
    assert batch.spans.sort("first").rows() == [
        ("blank", 1, 1, 1), ("header", 2, 2, 2), ("blank", 3, 3, 3), ("record", 4, 4, 4), ("blank", 5, 5, 5),
        ("blank", 6, 6, 6), ("record", 7, 7, 8), ("record", 8, 9, 9),
    ]  # fmt: skip


def test_last_line_needs_no_line_break():
    """A row is a row, and is counted."""
    assert values(offers.read(lines("A-1;x;y").removesuffix(b"\r\n"))) == [("A-1", "x", "y")]


def test_carriage_return_inside_a_line_is_text():
    """Only a line feed ends a line; what Polars would drop from a cell is kept."""
    batch = offers.read(b'N\xb0;Employeur;Intitul\xe9\n;x\r;"y\r;z"\r\n')

    assert batch.quarantined.select("Employeur", "Intitulé").rows() == [("x\r", "y\r;z")]


@pytest.mark.parametrize("block", [20, None])
def test_byte_order_mark_below_the_header_is_text(block):
    """Two files put end to end; the mark says nothing, and the row it stands in is kept."""
    content = (HEADER + "\nA-1;x;y\n" + BOM + HEADER + "\nA-2;x;y\n").encode()

    keys = [key for batch in offers.scan(content, block=block) for key in batch.accepted["reference"]]

    assert keys == ["A-1", "N°", "A-2"]


# --- what is quarantined ---------------------------------------------------------------------------------------------


def test_short_and_long_rows_are_kept_as_they_came():
    """Nobody can say which cell is missing, so no column is blamed."""
    batch = offers.read(lines("A-1;x", "A-2;x;y;z", "A-3;x;y"))

    assert told(batch) == [(2, None, "missing-cell"), (3, None, "extra-cell")]
    assert batch.quarantined["#text"].to_list() == ["A-1;x", "A-2;x;y;z"]
    assert batch.accepted["reference"].to_list() == ["A-3"]


@pytest.mark.parametrize(("byte", "shown"), [(b"\x81", "\\x81"), (b"\0", "\\x00")])
def test_unreadable_byte_faults_its_row_alone(byte, shown):
    """Windows-1252 has no character 81, and no text holds a null byte; the row is kept with the byte shown."""
    batch = offers.read(lines("A-1;x;y") + b"A-2;caf" + byte + b";y\r\n" + b"A-3;\xe9;y\r\n")

    assert told(batch) == [(3, None, "encoding")]
    assert batch.quarantined["#text"].to_list() == [f"A-2;caf{shown};y"]
    assert batch.accepted["reference"].to_list() == ["A-1", "A-3"]


def test_two_stray_quotes_fault_their_two_rows_alone():
    """Every CSV reader we know loses the 5,000 rows between them without a word."""
    rows = [f"A-{number};x;y" for number in range(10_000)]
    rows[2_000], rows[7_000] = 'A-2000;"x;y', 'A-7000;x";y'

    batch = offers.read(lines(*rows))

    assert told(batch) == [(2_002, None, "structure"), (7_002, None, "structure")]
    assert (batch.read, batch.accepted.height) == (10_000, 9_998)


def test_quoted_line_that_reads_as_a_record_is_not_believed():
    """Three rows lost in one cell is likelier than a note in the shape of a row; two lines of a cell are believed."""
    batch = offers.read(lines('A-1;"x', "A-2;x;y", 'z";y', 'A-3;"x', 'A-4;x";y'))

    assert told(batch) == [(2, None, "structure"), (4, None, "structure")]
    assert values(batch) == [("A-2", "x", "y"), ("A-3", "x\r\nA-4;x", "y")]


@pytest.mark.parametrize("row", ['A-1;x"y;z', 'A-1; "x";z', 'A-1;"x" ;z', 'A-1;"x"y";z', '"A-1;x;z', 'A-1;x;z"'])
def test_quotes_that_break_the_grammar_fault_their_row(row):
    """RFC 4180: a quoted cell is quoted from end to end, and a quote inside it is doubled."""
    batch = offers.read(lines("A-0;x;y", row, "A-2;x;y"))

    assert told(batch) == [(3, None, "structure")]
    assert batch.quarantined["#text"].to_list() == [row]


def test_record_longer_than_any_record_is_taken_for_a_stray_quote():
    """A cell of several lines is waited for up to a megabyte, so that memory stays bounded."""
    page = ("mot " * 30 + "\r\n") * (MAX_RECORD // 122 + 1)

    batch = offers.read(lines(f'A-1;"{page[:-400]}";y', f'A-2;"{page}";y', "A-3;x;y"))

    assert batch.accepted["reference"].to_list() == ["A-1", "A-3"]
    assert batch.faults[0].rule is Rule.STRUCTURE
    assert {fault.rule for fault in batch.faults[1:-1]} == {Rule.MISSING_CELL}


def test_long_line_is_read_in_one_piece():
    """A line longer than a block is one line."""
    letter = "x" * 100_000

    [*batches] = offers.scan(lines(f"A-1;{letter};y", "A-2;x;y"), block=1_000)

    assert pl.concat([batch.accepted for batch in batches])["employer"].to_list() == [letter, "x"]


# --- what is refused whole -------------------------------------------------------------------------------------------


def test_missing_columns_are_named_and_nothing_else():
    """The agency learns what to add; no other cell of the file is quoted."""
    with pytest.raises(SourceRefused) as refused:
        offers.read(lines("A-1;Traoré", header="N°;Personne"))

    assert str(refused.value) == "bytes: columns expected in the first row and not found: 'Employeur', 'Intitulé'"
    assert "« Employeur », « Intitulé »" in refused.value.text.fr


def test_declared_column_found_twice_is_refused():
    """Which of the two holds the value cannot be known."""
    with pytest.raises(SourceRefused, match="the column 'Employeur' is there twice; keep one"):
        offers.read(lines(header=f"{HEADER};EMPLOYEUR"))


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n \r\n"])
def test_empty_file_is_refused(content):
    """No header, no table."""
    with pytest.raises(SourceRefused, match="the file is empty"):
        offers.read(content)


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00", "this is an image; save it as CSV"),
        (gzip.compress(lines("A-1;x;y"), mtime=0), r"this is a compressed file \(gzip\); save it as CSV"),
        (HEADER.encode("utf-16"), "the file is in UTF-16; save it as UTF-8, Windows-1252"),
        (HEADER.encode("utf-16-le"), "this is not a text file; save it as CSV"),
        (HEADER.replace(";", ",").encode(), "one column only; expected the delimiter ';'"),
    ],
    ids=["picture", "gzip", "UTF-16", "UTF-16 without its mark", "another delimiter"],
)
def test_file_of_another_kind_is_refused(content, remedy):
    """With the remedy, and without quoting what it holds."""
    with pytest.raises(SourceRefused, match=remedy):
        offers.read(content)


def test_folder_is_refused(tmp_path):
    """Files are named one by one."""
    with pytest.raises(SourceRefused, match="is a folder; name the files in it"):
        offers.read(tmp_path)


def test_file_that_is_not_there_is_refused(tmp_path):
    """The path is what to check."""
    with pytest.raises(SourceRefused, match=r"offres_200909\.csv: no such file; check the path"):
        offers.read(tmp_path / "offres_200909.csv")


# --- tables in memory ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [pl.DataFrame, pa.table])
def test_table_in_memory_reads_as_the_same_table_in_a_file(kind):
    """Embedders hold data, not only files: same records, same faults at the same rows."""
    cells = {
        "Vu": ["", "o", "", "n"],
        "n°": ["A-1", "", " ", "A-1"],
        "Employeur": ["x", "y", None, "z"],
        "Intitulé": ["é", "", "", "w"],
    }
    rows = [";".join(row[name] or "" for name in cells) for row in pl.DataFrame(cells).rows(named=True)]

    held, sent = offers.read(kind(cells)), offers.read(lines(*rows, header=";".join(cells)))

    assert told(held) == told(sent) == [(3, "N°", "required"), (5, "N°", "unique")]
    assert held.accepted.equals(sent.accepted)
    assert held.quarantined.equals(sent.quarantined)
    assert held.spans.equals(sent.spans)


def test_table_in_memory_has_a_digest_of_its_own():
    """The same cells, the same digest; other cells, another."""
    table = pl.DataFrame({"N°": ["A-1"], "Employeur": ["x"], "Intitulé": ["y"]})

    digests = [offers.read(given).sha256 for given in (table, table.to_arrow(), table.with_columns(Employeur=pl.lit("z")))]

    assert digests[0] == digests[1] != digests[2]


def test_column_that_is_no_text_is_refused_by_name():
    """A list or raw bytes cannot stand for a cell; the sentence quotes no value."""
    table = pl.DataFrame({"N°": ["A-1"], "Employeur": [["Traoré"]], "Intitulé": ["y"]})

    with pytest.raises(SourceRefused, match="the column 'Employeur' is of type List; hand over its text"):
        offers.read(table)


def test_table_in_memory_with_two_columns_of_one_name_is_refused():
    """Polars cannot hold it, so it is said before anything is read."""
    table = pa.table([["A-1"], ["x"], ["y"], ["z"]], names=["N°", "Employeur", "Intitulé", "Intitulé"])

    with pytest.raises(SourceRefused, match="two columns of the table share a name; rename one"):
        offers.read(table)


def test_source_that_is_nothing_we_read_is_refused():
    """A path, bytes or an Arrow table."""
    with pytest.raises(SourceRefused, match="a source is a path, bytes or an Arrow table, not int"):
        offers.read(3)


def test_source_carries_the_name_its_agency_gave_it():
    """Bytes received by mail are addressed as the file they were."""
    batch = offers.read(Source.of(lines("A-1;x"), name="offres_200909.csv"))

    assert str(batch.faults[0]).startswith("offres_200909.csv, row 2: this row has 2 cells instead of 3")


# --- what is declared ------------------------------------------------------------------------------------------------


def test_name_says_which_files_are_meant():
    """Stamps stand for digits; letter case is free, as on the agencies' own machines."""
    assert offers.format.matches("OFFRES_200909.CSV")
    assert not offers.format.matches("offres_2009.csv")
    assert not offers.format.matches("offres_200909.csv.bak")


@pytest.mark.parametrize(
    ("declared", "remedy"),
    [
        ({"name": "o_{yyymm}.csv"}, "{yyymm} is unknown; there are: {yyyymmdd}"),
        ({"name": "o.csv", "delimiter": '"'}, "the delimiter is one ASCII character other than the quote"),
        ({"name": "o.csv", "delimiter": ";;"}, "the delimiter is one ASCII character other than the quote"),
        ({"name": "o.csv", "encodings": ("latin-12",)}, "the encoding 'latin-12' is unknown"),
        ({"name": "o.csv", "encodings": ("utf-16",)}, "the encoding 'utf-16' is unknown, or does not extend ASCII"),
        ({"name": "o.csv", "encodings": ("hex",)}, "the encoding 'hex' is unknown, or does not extend ASCII"),
    ],
)
def test_dialect_that_cannot_be_meant_is_refused_when_it_is_declared(declared, remedy):
    """The author learns it at import, before any file is opened."""
    with pytest.raises(DeclarationError) as refused:
        Csv(**declared)

    assert remedy in str(refused.value)
