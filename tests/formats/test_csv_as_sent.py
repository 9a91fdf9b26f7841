"""Delimited files as offices send them: what a spreadsheet adds at their edges, and signs nobody sees."""

import pytest

from cigem_core.model.employment import JobOffer
from cigem_core.report import Rule
from cigem_core.sdk import Csv, Table, column, read_any

LENSES = {
    "reference": column("N° offre").required(),
    "employer": column("Employeur"),
    "posts": column("Places").number(minimum=1),
}
declared = Table(JobOffer, Csv("o.csv", delimiter=";", encodings=("utf-8-sig", "cp1252")), LENSES)
undeclared = Table(JobOffer, Csv("o.csv"), LENSES)
two = Table(JobOffer, Csv("o.csv", delimiter=";", header_rows=2), LENSES)
HEADER = "N° offre;Employeur;Places"
RIGHT = [("OF-1", "SOTELMA", 2), ("OF-2", "BDM", 1)]


def lines(*rows: str, header: str = HEADER) -> bytes:
    return "".join(f"{row}\r\n" for row in (header, *rows)).encode()


def values(batch) -> list[tuple]:
    return batch.accepted.select("reference", "employer", "posts").rows()


@pytest.mark.parametrize("table", [declared, undeclared])
@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "\ufeffsep=;"])
def test_line_that_tells_excel_the_delimiter_is_none_of_the_rows(table, line):
    """It stands above the header, as a title does."""
    batch = table.read(f"{line}\r\n".encode() + lines("OF-1;SOTELMA;2", "OF-2;BDM;1"))

    assert values(batch) == RIGHT
    assert batch.spans.sort("row").select("what", "row").rows()[:2] == [("title", 1), ("header", 2)]


def test_delimiter_it_tells_is_the_one_of_the_file():
    """Excel reads the file so, and so do we."""
    batch = declared.read(b"sep=,\r\n" + lines("OF-1;SOTELMA;2", "OF-2;BDM;1").replace(b";", b","))

    assert values(batch) == RIGHT


@pytest.mark.parametrize("table", [declared, undeclared])
@pytest.mark.parametrize("tail", [";", ";;", "; ", ';""', ";\u00a0"])
def test_empty_cells_too_many_at_the_end_say_nothing(table, tail):
    """A spreadsheet writes them where a column was emptied."""
    batch = table.read(lines(f"OF-1;SOTELMA;2{tail}", "OF-2;BDM;1"))

    assert (values(batch), batch.faults) == (RIGHT, ())


def test_cell_too_many_that_holds_something_is_a_fault():
    """Nobody can say which cell is the one too many."""
    batch = declared.read(lines("OF-1;SOTELMA;2;x;", "OF-2;BDM;1;"))

    assert [(fault.address.row, fault.rule) for fault in batch.faults] == [(2, Rule.EXTRA_CELL)]
    assert values(batch) == RIGHT[1:]


def test_header_may_have_the_empty_cells_alone():
    """Rows are as wide as the names above them."""
    batch = declared.read(lines("OF-1;SOTELMA;2", "OF-2;BDM;1;", header=HEADER + ";;"))

    assert (values(batch), batch.faults) == (RIGHT, ())


def test_stray_quote_swallows_no_rows_that_end_with_empty_cells():
    """They read as records all the same."""
    rows = [f"OF-{number};x;1;" for number in range(1, 60)]
    rows[10], rows[40] = 'OF-11;"x;1;', 'OF-41;x";1;'

    batch = declared.read(lines(*rows))

    assert [(fault.address.row, fault.rule) for fault in batch.faults] == [(12, Rule.STRUCTURE), (42, Rule.STRUCTURE)]


@pytest.mark.parametrize("end", [b"\x1a", b"\x1a\x1a"])
@pytest.mark.parametrize("table", [declared, undeclared])
def test_end_sign_of_old_programs_is_no_row(table, end):
    """Ctrl-Z, on a line of its own or after the last cell."""
    content = lines("OF-1;SOTELMA;2", "OF-2;BDM;1")

    assert values(table.read(content + end)) == RIGHT
    assert values(table.read(content.removesuffix(b"\r\n") + end)) == RIGHT


@pytest.mark.parametrize("sign", ["\ufeff", "\u200b", "\u00ad", "\u2060", "\u200e", "\u202a"])
@pytest.mark.parametrize("table", [declared, undeclared])
def test_signs_nobody_sees_are_no_part_of_a_key(table, sign):
    """At its edge or inside: two keys that look alike are the same one."""
    batch = table.read(
        lines(f"{sign}OF-1;SO{sign}TELMA;2", f"OF{sign}-2;BDM{sign};{sign}1", header=f"{sign}N° of{sign}fre;Employeur;Places")
    )

    assert values(batch) == RIGHT


def test_key_that_looks_alike_is_the_same_key():
    """A second row of it is no other record."""
    batch = declared.read(lines("OF-1;SOTELMA;2", "OF\u200b-1;BDM;1"))

    assert [fault.rule for fault in batch.faults] == [Rule.UNIQUE]


@pytest.mark.parametrize("sign", ["\u200c", "\u200d"])
def test_signs_that_join_letters_stay_where_letters_join(sign):
    """In Persian they tell words apart; after letters of ours they are something nobody sees."""
    persian = f"می{sign}خواهم"

    assert values(declared.read(lines(f"OF-1{sign};SO{sign}TELMA;2", f"{sign}OF-2;{persian};1"))) == [
        RIGHT[0],
        ("OF-2", persian, 1),
    ]


@pytest.mark.parametrize(("declared_as", "found"), [
    ("Niveau d'étude", "Niveau d’étude"), ("N° de l'offre", "Nº de l‘offre"), ("Lieu-dit", "Lieu–dit"), ("N° offre", "№ offre"),
    ("Employeur", "Employeur :"), ('Dit "oui"', "Dit « oui »".replace("« ", "«").replace(" »", "»")),
])  # fmt: skip
def test_printers_signs_in_headers_do_not_count(declared_as, found):
    """A program that types well writes other signs than a keyboard has."""
    table = Table(JobOffer, Csv("o.csv", delimiter=";"), {"reference": column("Clé").required(), "employer": column(declared_as)})

    assert table.read(lines("1;DEF", header=f"Clé;{found}")).accepted["employer"].to_list() == ["DEF"]


@pytest.mark.parametrize("table", [declared, undeclared])
def test_row_of_tags_below_the_header_is_none_of_the_records(table):
    """The Humanitarian Exchange Language marks columns so."""
    batch = table.read(lines("#ref+code;#org;#posts", "OF-1;SOTELMA;2", "OF-2;BDM;1"))

    assert values(batch) == RIGHT
    assert batch.spans.filter(batch.spans["what"] == "header")["row"].to_list() == [1, 2]


def test_second_row_of_a_header_can_be_declared():
    """Labels below the names, or whatever stands there."""
    batch = two.read(lines('Numéro;"Nom de\r\nl’entreprise";Postes', "OF-1;SOTELMA;2", "OF-2;BDM;1"))

    assert values(batch) == RIGHT
    assert batch.accepted["#row"].to_list() == [3, 4]


def test_record_that_lacks_a_cell_is_no_part_of_the_header():
    """A table nobody declared: its first record is a misfit, read as far as it goes."""
    found = read_any("nom;age;ville;tel\nAwa;22Kayes;70123456\nBa;18;Kita;66123456\nCiré;30;Nioro;77123456\n".encode())

    assert found.header == ("nom", "age", "ville", "tel")
    assert [misfit.row for misfit in found.misfits] == [2]
    assert found.rows.rows()[1] == ("Ba", "18", "Kita", "66123456")


def test_header_may_be_wider_than_most_rows():
    """Rows end before their last cells: the one that has them all shows which titles they stand under."""
    found = read_any(b"id,name,age,town\n1,Awa\n2,Ba\n3,Cire\n4,Demba,19,Kayes\n")

    assert found.header == ("id", "name", "age", "town")
    assert found.rows.rows()[-1] == ("4", "Demba", "19", "Kayes")
    assert found.surplus == {}


@pytest.mark.parametrize("table", [two, Table(JobOffer, Csv("o.csv", header_rows=3), LENSES)])
def test_what_is_written_under_a_header_of_several_rows_is_read_again(table, tmp_path):
    """The first record would pass for a row of the header else."""
    batch = declared.read(lines("OF-1;SOTELMA;2", "OF-2;BDM;1"))
    table.write(batch, tmp_path / "o.csv")

    assert values(table.read(tmp_path / "o.csv")) == RIGHT
