"""Tables whose dialect nobody declared: found from the bytes, read whole, and told."""

import csv
import io
import re
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cigem_core.errors import SourceRefused
from cigem_core.formats.delimited.dialect import Dialect
from cigem_core.formats.delimited.mending import mend
from cigem_core.model.employment import JobOffer
from cigem_core.report import Rule
from cigem_core.sdk import Csv, Table, column, read_any
from cigem_core.spelling import WHITE_SPACE

LENSES = {"reference": column("N°").required(), "employer": column("Employeur"), "title": column("Intitulé")}
offers = Table(JobOffer, Csv("offres.csv"), LENSES)

ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32", "cp850", "mac_roman"]
DELIMITERS = [",", ";", "\t", "|", "||", ", ", " ; ", "\x1f", "~"]
ENDS = ["\n", "\r\n", "\r"]

HEADER = ["N°", "Employeur", "Date", "Montant"]
ROWS = [
    ["A-1", "Société d'énergie", "01/10/2009", "15000"],
    ["A-2", 'Hôtel "Le Fleuve"; Kayes, Mali | ~', "02/10/2009", ""],
    ["A-3", "Deux\nlignes", "03/10/2009", "12,5"],
    ["A-4", "C'est \\ cela", "04/10/2009", "7"],
]


def written(rows: list[list[str]], *, delimiter: str, quote: str = '"', end: str = "\n", escape: str = "") -> str:
    """Rows in a dialect: cells are quoted where they must be."""

    def cell(text: str) -> str:
        special = {*(delimiter.strip() or delimiter), quote, escape or quote, '"', "\n"}
        if not any(mark in text for mark in special):
            return text
        doubled = text.replace(escape, escape * 2) if escape else text
        return quote + doubled.replace(quote, (escape or quote) + quote).replace("\n", end) + quote

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


def lines_of(found) -> list[tuple[int, int]]:
    """The spans of a file, in order, those of the tables that follow too."""
    spans = found.spans.sort("first").select("first", "last").rows()
    return spans + (lines_of(found.next) if found.next else [])


# --- dialects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", DELIMITERS, ids=repr)
def test_file_in_any_dialect_is_read_back_equal(encoding, delimiter):
    """Whatever its encoding and delimiter; cells may hold delimiters, quotes and line breaks."""
    for end in ENDS:
        content = written([HEADER, *ROWS], delimiter=delimiter, end=end).encode(encoding)

        found = read_any(content)

        assert list(found.header) == HEADER, found.dialect
        assert [[cell.replace(end, "\n") for cell in row] for row in found.rows.rows()] == ROWS, found.dialect
        assert found.misfits == ()


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("escape", ["", "\\"])
def test_quotes_may_be_apostrophes_and_escaped(quote, escape):
    """A quote inside quotes is doubled, or stands behind a backslash."""
    rows = [[f"A-{n}", f"dit {quote}oui{quote}, puis non", f"0{n}/10/2009", f"{quote}x{quote}"] for n in range(1, 6)]

    found = read_any(written([HEADER, *rows], delimiter=",", quote=quote, escape=escape).encode())

    assert found.rows.rows() == [tuple(row) for row in rows]
    assert (found.dialect.quote, found.dialect.escape or "") == (quote, escape)


def test_quotes_that_enclose_nothing_are_letters():
    """Inches and minutes of arc are no quotes."""
    found = read_any('Taille\tLieu\n21"\t37°36\'37.8"N\n17"\t12°2\'17.9"W\n'.encode())

    assert found.rows.rows() == [('21"', "37°36'37.8\"N"), ('17"', "12°2'17.9\"W")]
    assert found.dialect.quote is None


def test_encoding_is_asked_of_the_whole_file():
    """The first accent may stand after a megabyte of plain letters."""
    rows = [f"A-{number};Soudeur;{number}" for number in range(60_000)]

    found = read_any("\n".join(["N°".replace("°", ""), *rows, "A-x;Maçon;1"]).encode("cp1252"))

    assert found.dialect.encoding == "cp1252"
    assert found.rows.row(-1)[1] == "Maçon"


@given(
    st.lists(st.lists(st.text(st.sampled_from("aé1,;\t\"' \n\\|"), max_size=6), min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|", "||", " ; "]),
    st.sampled_from(['"', "'"]),
    st.sampled_from(ENDS),
    st.booleans(),
)
def test_text_told_again_is_turned_back(rows, delimiter, quote, end, escaped):
    """Where the dialect is known, whatever the cells hold, they come back as they were."""
    dialect = Dialect(delimiter=delimiter, quote=quote, escape="\\" if escaped else None, line_end=end)
    text = written(rows, delimiter=delimiter, quote=quote, end=end, escape="\\" if escaped else "")
    reader = csv.reader(io.StringIO(dialect.retell(text), newline=""), delimiter=dialect.plain_delimiter)

    read = [[dialect.cell(cell) for cell in row] for row in reader]

    assert read == [[cell.replace("\n", end) for cell in row] if row != [""] else [] for row in rows]


# --- titles, headers, tables -----------------------------------------------------------------------------------------


def test_rows_above_the_header_are_titles():
    """A title, a blank row, then the header: told, and no record."""
    found = read_any(b"Demandeurs,,\n,,\nNom,Ne le,Age\nAwa,01/02/1990,19\nBa,02/03/1991,18\n")

    assert found.header == ("Nom", "Ne le", "Age")
    assert found.spans.select("what", "row").rows() == [
        ("title", 1), ("blank", 2), ("header", 3), ("record", 4), ("record", 5),
    ]  # fmt: skip


def test_table_without_a_header_loses_no_row():
    """The first row is of the kinds of the others: columns are numbered."""
    found = read_any(b"01/02/1990,Awa,19\n02/03/1991,Ba,18\n")

    assert found.header == ()
    assert found.rows.columns == ["column_1", "column_2", "column_3"]
    assert found.rows.height == 2
    assert str(found.assumed[2]) == "no header; records begin at row 1"


def test_header_of_two_rows_is_joined():
    """A name above holds for the empty cells at its right, as a merged cell does."""
    found = read_any(b"Hommes,,Femmes,\nage,nombre,age,nombre\n19,3,18,4\n20,5,21,6\n22,1,23,2\n")

    assert found.header == ("Hommes age", "Hommes nombre", "Femmes age", "Femmes nombre")
    assert found.rows.height == 3


def test_header_that_comes_again_is_no_record():
    """Two exports put end to end are one table."""
    part = b"Nom,Age\nAwa,19\nBa,18\n"

    found = read_any(part + part)

    assert found.rows.rows() == [("Awa", "19"), ("Ba", "18")] * 2
    assert found.spans["what"].to_list().count("header") == 2


def test_header_of_another_width_begins_another_table():
    """Its records are read under it, and the lines of the file still tile."""
    found = read_any(b"Nom,Age,Ville\nAwa,19,Kayes\nBa,18,Segou\nNom,Age\nCire,17\nDado,16\n")

    assert found.rows.rows() == [("Awa", "19", "Kayes"), ("Ba", "18", "Segou")]
    assert found.next.rows.rows() == [("Cire", "17"), ("Dado", "16")]
    assert "another table begins at row 4" in map(str, found.assumed)
    assert lines_of(found) == [(line, line) for line in range(1, 7)]


def test_names_of_columns_are_made_distinct():
    """Polars holds no two columns of one name; the header stays as it stands."""
    found = read_any(b"Nom,Age,,Age\nAwa,19,x,20\nBa,18,y,21\n")

    assert found.header == ("Nom", "Age", "", "Age")
    assert found.rows.columns == ["Nom", "Age", "column_3", "Age_2"]


# --- records that do not fit -----------------------------------------------------------------------------------------


def test_short_and_long_rows_are_read_and_told():
    """A short one is filled up, a long one keeps what stands in no column; nothing is dropped."""
    found = read_any(b"Nom,Age,Ville\nAwa,19,Kayes\nBa,18\nCire,17,Mopti,x,y\nDado,16,Gao\n")

    assert list(found.records()) == [
        ["Awa", "19", "Kayes"], ["Ba", "18", ""], ["Cire", "17", "Mopti", "x", "y"], ["Dado", "16", "Gao"],
    ]  # fmt: skip
    assert [(misfit.row, misfit.rule, misfit.text) for misfit in found.misfits] == [
        (3, Rule.MISSING_CELL, "Ba,18"),
        (4, Rule.EXTRA_CELL, "Cire,17,Mopti,x,y"),
    ]


@pytest.mark.parametrize(
    ("record", "cells"),
    [
        ('A,"B,C', ["A", '"B', "C"]),
        ('A,""B, C",D', ["A", '"B, C', "D"]),
        ('A,"10" de long, plat",D', ["A", '10" de long, plat', "D"]),
        ('A,B",D', ["A", 'B"', "D"]),
        ('"A,"B, b","C"', ['"A', "B, b", "C"]),
        ('A,"B ""b"" b","C', ["A", 'B "b" b', '"C']),
    ],
)
def test_stray_quote_is_a_letter(record, cells):
    """The reading with the fewest wrong quotes that gives the width of the table."""
    assert mend(record, ",", 3) == cells


def test_stray_quote_swallows_no_row():
    """The row is read as it was likely meant, and those below it as they are."""
    rows = [f'A-{n},"Soudeur",{n},x' for n in range(1, 2_000)]
    rows[1_000] = 'A-1001,"Soudeur,1001,x'

    found = read_any("\n".join(["N,Metier,Age,Lieu", *rows]).encode())

    assert found.rows.height == 1_999
    assert found.rows.row(1_000) == ("A-1001", '"Soudeur', "1001", "x")
    assert [misfit.row for misfit in found.misfits] == [1_002]


def test_unreadable_byte_is_shown():
    """The row is read with the byte shown, and told."""
    found = read_any("Nom,Métier\n".encode() + b"\xef\xbb\xbf".join([b"", b""]) + "Awa,Maçon\n".encode() + b"Ba,x\0y\n")

    assert found.rows.row(-1) == ("Ba", "x\\x00y")
    assert found.misfits[0].rule is Rule.ENCODING


@given(st.binary(max_size=300) | st.text(st.sampled_from("ab1,;\"'\n\r\\ \té"), max_size=200).map(str.encode))
@example(b"\r\n\r")
@example(b'a,b\n"c\r\nd",e\n')
def test_spans_tile_the_file_whatever_the_bytes(content):
    """Every line is accounted for once, and every record can be counted."""
    try:
        found = read_any(content)
    except SourceRefused:
        return

    spans = lines_of(found)
    assert [first for first, _ in spans] == [1, *(last + 1 for _, last in spans[:-1])][: len(spans)]
    assert found.places.height == found.rows.height == len(list(found.records()))


@example([["12", "x"], ["", "12"], ["", "12"], ["x", ""], ["12", "x", ""]])
@given(st.lists(st.lists(st.sampled_from(["", "x", '"', "12", "a b"]), min_size=1, max_size=5), max_size=12))
def test_no_word_is_dropped(rows):
    """However ragged the rows, each word stands in a title, the header, a row or beside it."""
    content = written([["Nom", "Age", "Ville"], *rows], delimiter=",")

    found = read_any(content.encode())

    assert Counter(re.findall(r"\w+", content)) <= Counter(re.findall(r"\w+", " ".join(kept_of(found))))


def kept_of(found) -> list[str]:
    """All that was read: the header as often as it comes, the tables that follow too."""
    headers = found.spans.filter(what="header").height - found.dialect.heading + 1
    rows = (*found.titles, *[found.header] * headers, *found.records())
    return [cell for row in rows for cell in row] + (kept_of(found.next) if found.next else [])


def test_a_delimiter_too_many_begins_no_other_table():
    """A row that repeats the header but for an empty cell at its end is that header again, and of no other table."""
    found = read_any(b"a,b\n12,x\n1,2\na,b,\n3,4\n")

    assert found.next is None
    assert found.header == ("a", "b")
    assert (found.places.height, found.spans.filter(what="header").height) == (3, 2)


def test_table_is_written_back_as_the_standard_has_it(tmp_path):
    """RFC 4180 and UTF-8, with what stood in no column at the end of its row."""
    found = read_any("Nom;Âge\nAwa;19\nBa;18;x\nCiré;17\n".encode("cp1252"))

    found.write(tmp_path / "out.csv")

    assert (tmp_path / "out.csv").read_bytes().decode() == "Nom,Âge\r\nAwa,19\r\nBa,18,x\r\nCiré,17\r\n"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_empty_file_is_a_table_without_rows(content):
    """Nothing is there, and nothing is refused."""
    found = read_any(content)

    assert (found.header, found.rows.height) == ((), 0)


@pytest.mark.parametrize("content", [b"PK\x03\x04xyz", b"\xd0\xcf\x11\xe0xyz", bytes(1000)])
def test_file_that_is_no_text_is_refused(content):
    """A workbook, a picture: another room reads it, or nobody."""
    with pytest.raises(SourceRefused, match="save it as CSV"):
        read_any(content)


# --- tables whose columns are declared ---------------------------------------------------------------------------------


def test_declared_columns_are_found_in_a_file_of_any_dialect():
    """A table that leaves its dialect open finds it, its header too, and says what it assumed."""
    content = "Offres de septembre\n\nN°|Employeur|Intitulé\nA-1|'Le | Fleuve'|Maçon\nA-2|x|'y'\n".encode("cp850")

    batch = offers.read(content)

    assert batch.accepted.select("reference", "employer", "title").rows() == [
        ("A-1", "Le | Fleuve", "Maçon"), ("A-2", "x", "y"),
    ]  # fmt: skip
    assert batch.spans.sort("first")["what"].to_list() == ["title", "blank", "header", "record", "record"]
    assert [str(text) for text in batch.assumed] == [
        "encoding cp850, line ends LF", "delimiter |, quote ' (doubled), 3 cells a row", "header at row 3",
    ]  # fmt: skip


def test_row_that_does_not_fit_declared_columns_is_a_misfit():
    """Where columns are declared, no cell is guessed: the row waits in quarantine as it came."""
    batch = offers.read("N°;Employeur;Intitulé\nA-1;x;'y'\nA-2;'z';\nA-3;\"y\nA-4;x;y;z\n".encode())

    assert batch.accepted["reference"].to_list() == ["A-1", "A-2"]
    assert batch.quarantined["#text"].to_list() == ['A-3;"y', "A-4;x;y;z"]


@pytest.mark.parametrize("block", [30, None])
def test_outcome_does_not_depend_on_blocks(block):
    """A file told again is cut like any other."""
    rows = [f"A-{n}, 'dit ''oui'', {n}', x" for n in range(1, 40)]
    content = "\r".join(["N°, Employeur, Intitulé", *rows]).encode("utf-16")

    [*batches] = offers.scan(content, block=block)

    employers = [employer for batch in batches for employer in batch.accepted["employer"]]
    assert employers == [f"dit 'oui', {n}" for n in range(1, 40)]


def test_encoding_alone_may_be_left_open():
    """The delimiter that is declared stands."""
    table = Table(JobOffer, Csv("offres.csv", delimiter=";"), LENSES)

    for encoding in ENCODINGS:
        batch = table.read("N°;Employeur;Intitulé\nA-1;Société, x;Maçon\n".encode(encoding))

        assert batch.accepted["employer"].to_list() == ["Société, x"]


def test_missing_column_is_named():
    """Whatever row was taken for the header, the agency learns what is missing."""
    with pytest.raises(SourceRefused, match="'Intitulé'"):
        offers.read("N°;Employeur\nA-1;x\n".encode())


def test_white_space_at_the_ends_is_kept():
    """A cell is text; only a delimiter that has spaces takes them."""
    found = read_any(b"a;b\n x ;y\n 1 ;z\n")

    assert found.rows.rows() == [(" x ", "y"), (" 1 ", "z")]
    assert all(mark in WHITE_SPACE for mark in " \t")
