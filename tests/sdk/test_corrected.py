"""A corrections file as it comes back: from a workbook or as text, whichever program saved it."""

import io
from datetime import date

import openpyxl
import polars as pl
import pytest

from cigem_core.errors import SourceRefused
from cigem_core.model.employment import JobOffer, JobSeeker
from cigem_core.sdk import Csv, Json, Source, Table, Workbook, column
from cigem_core.sdk.reading.corrected import corrected
from cigem_core.text import Text

OFFERS = Table(JobOffer, Csv("offres.csv", delimiter=";"), {"reference": column("N°"), "title": column("Poste")})
LISTS = Table(JobSeeker, Csv("s.txt", delimiter="|"), {"reference": column("N°"), "languages": column("l[].nom")})


def book(**sheets) -> Source:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    made.save(content)
    return Source.of(content.getvalue(), "retour.xlsx")


def held(source: Source) -> dict[str, list]:
    return source.table.to_dict(as_series=False)


def test_each_sheet_with_entries_is_a_table_and_the_others_are_left_aside():
    """Each cell with what it was: 2 is a date; a column without a title says so, and an empty cell is empty."""
    source = book(
        a=[["N°", "n° ANOMALIE ", "Le", None], ["A1", 7, date(2009, 10, 1), "x"], ["A2", None, None, None]],
        notes=[["bonjour"]], empty=[], b=[["N° anomalie"], ["3"]],
    )  # fmt: skip

    first, second = corrected(source, [OFFERS])

    assert (first.name, first.sheet, second.sheet) == ("retour.xlsx", "a", "b")
    assert first.digest == second.digest == source.sha256()
    assert second.assumed == ()
    assert [said.en for said in first.assumed] == [
        f"the sheet '{name}' is left aside: no column 'N° anomalie', nor all the columns of a table"
        for name in ("notes", "empty")
    ]
    assert held(first) == {
        "N°": ["A1", "A2"], "n° ANOMALIE ": ["7", ""], "Le": ["2009-10-01", ""], "#surplus3": ["x", ""],
        "#is N°": [0, 0], "#is n° ANOMALIE ": [1, None], "#is Le": [2, None], "#is #surplus3": [0, None],
    }  # fmt: skip
    assert held(second) == {"N° anomalie": ["3"], "#is N° anomalie": [0]}


@pytest.mark.parametrize(
    "title", ["Nº anomalie", "No anomalie", "N°anomalie", "n\u00b0\u00a0ANOMALIE", "N° d’anomalie", "Numéro anomalie"]
)
def test_the_number_is_known_however_its_title_was_typed(title):
    """In a workbook as in text; other columns that speak of anomalies are not it."""
    (of_sheet,) = corrected(book(a=[["N°", title, "Anomalie"], ["A1", "7", "sexe"]]), [OFFERS])
    (of_text,) = corrected(text(f"N°;{title}\r\nA1;7\r\n"), [LISTS])

    assert OFFERS.read(of_sheet).accepted.select("#entry", "#cargo").rows() == [(7, '{"Anomalie":"sexe"}')]
    assert OFFERS.read(of_text).accepted["#entry"].to_list() == [7]


@pytest.mark.parametrize("above", [[[]], [["Corrigé par Awa"]], [["Corrigé", "par", "Awa"], [], ["le", None, date(2009, 10, 1)]]])
def test_titles_above_the_header_are_passed_over(above):
    """Faults are told by the rows a person sees."""
    source = book(a=[*above, ["N°", "N° anomalie", "Le", None], ["A1", 7, date(2009, 10, 1)], [], ["A2", 8, None, "x"]])

    batch = OFFERS.read(corrected(source, [OFFERS])[0])

    assert batch.accepted.select("reference", "#entry", "#row").rows() == [("A1", 7, len(above) + 2)]
    assert [fault.address.row for fault in batch.faults] == [len(above) + 4]


def test_a_header_is_not_looked_for_among_the_rows():
    source = book(a=[*[["x"]] * 20, ["N°", "N° anomalie"], ["A1", 7]])

    assert corrected(source, [OFFERS]) == [source]


def test_a_sheet_that_lost_its_numbers_is_known_by_its_columns():
    """Each row by its key, and what was found out is told; beside numbered sheets as alone."""
    lost = [["bonjour"], ["Poste", "N°", None], ["maçon", "A1"], ["x", "A2", "beside"]]
    (alone,), (_, beside) = corrected(book(b=lost), [OFFERS]), corrected(book(a=[["N°", "N° anomalie"]], b=lost), [OFFERS])

    batch = OFFERS.read(alone)

    assert alone.table.equals(beside.table)
    assert batch.accepted.select("reference", "title", "#entry", "#row").rows() == [("A1", "maçon", None, 3)]
    assert [(fault.rule, fault.address.row) for fault in batch.faults] == [("extra-cell", 4)]
    assert batch.assumed == beside.assumed == (
        Text(
            fr="la feuille « b » n'a pas de colonne « N° anomalie » : ses lignes sont reconnues à leur clé",
            en="the sheet 'b' has no column 'N° anomalie': its rows are known by their keys",
        ),
    )  # fmt: skip


def test_under_the_name_corrections_have_a_sheet_may_lack_columns_but_not_the_key():
    """What was masked when they were written is not in them."""
    (found,) = corrected(book(**{"Offre d'emploi": [["N°"], ["A1"]]}), [OFFERS])

    assert OFFERS.read(found).accepted["reference"].to_list() == ["A1"]
    for source in (book(**{"offre d'emploi": [["Poste"], ["x"]]}), book(offres=[["N°"], ["A1"]])):
        assert corrected(source, [OFFERS]) == [source]


def test_the_own_workbook_of_an_agency_is_itself():
    """Its sheets are read where they stand; beside sheets with numbers they are left aside, and that is said."""
    posts = Table(JobOffer, Workbook("plan.xlsx").sheet("Postes"), OFFERS.lenses)
    own = {"Postes": [["N°", "Poste"], ["A1", "x"]], "b": [["N°", "Poste"], ["A2", "y"]]}

    plain, mixed = book(**own), book(**own, c=[["N°", "N° anomalie"], ["A3", "7"]])

    assert corrected(plain, [posts]) == [plain]
    assert [source.sheet for source in corrected(mixed, [posts])] == ["b", "c"]
    assert "« Postes » est laissée de côté" in corrected(mixed, [posts])[0].assumed[-1].fr


def test_a_workbook_without_entries_is_itself():
    source = book(a=[["N°", "Vu"], ["1", "x"]])

    assert corrected(source, [OFFERS]) == [source]


def text(content: str, encoding: str = "utf-8") -> Source:
    return Source.of(content.encode(encoding), "retour.csv")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_of_text_is_read_whatever_saved_it(delimiter, encoding):
    """Rows that are too short or too long are kept, for their cells may be put in their places."""
    lines = [["N°", "N° Anomalie", "Poste"], ["A1", "7", "maçon"], ["A2", "8"], ["A3", "9", "x", "beside"]]
    source = text("\r\n".join(delimiter.join(row) for row in lines) + "\r\n", encoding)

    (found,) = corrected(source, [LISTS])

    assert (found.name, found.sheet, found.digest) == ("retour.csv", None, source.sha256())
    assert held(found) == {
        "N°": ["A1", "A2", "A3"], "N° Anomalie": ["7", "8", "9"], "Poste": ["maçon", "", "x"], "#surplus3": ["", "", "beside"],
    }  # fmt: skip


def test_blank_rows_keep_their_place():
    """A fault is told by the row a person sees."""
    (found,) = corrected(text("N°;N° anomalie\r\nA1;7\r\n;\r\n\r\nA2;8\r\n"), [LISTS])

    assert held(found) == {"N°": ["A1", "", "", "A2"], "N° anomalie": ["7", "", "", "8"]}


def test_items_of_lists_are_put_back_in_their_places():
    (found,) = corrected(text("N°;N° anomalie;l[0].nom;l[1].nom\r\nA1;7;peul;\r\nA2;8;a;b\r\n"), [LISTS])

    assert held(found) == {"N°": ["A1", "A2"], "N° anomalie": ["7", "8"], "l[].nom": [["peul"], ["a", "b"]]}
    assert found.table.schema["l[].nom"] == pl.List(pl.String)


def test_brackets_in_a_title_are_a_list_only_where_the_table_has_that_list():
    """`Note [1]` is a title like any other: it comes home under itself, and no room is made for 999 999 items."""
    titles = ["Note [1]", "Effectif[2009]", "x[999999]", "l[999999].nom"]
    cells = {"N°": "A1", "N° anomalie": "7", **dict.fromkeys(titles, "x")}

    (of_offers,) = corrected(book(a=[list(cells), list(cells.values())]), [OFFERS])
    (of_lists,) = corrected(text(";".join([*cells, "l[0].nom"]) + "\r\n" + ";".join([*cells.values(), "peul"])), [LISTS])

    assert {name: [text] for name, text in cells.items()}.items() <= held(of_offers).items()
    assert held(of_lists) == {name: [text] for name, text in cells.items()} | {"l[].nom": [["peul"]]}
    assert OFFERS.read(of_offers).accepted["#cargo"].to_list() == [
        '{"Effectif[2009]":"x","Note [1]":"x","l[999999].nom":"x","x[999999]":"x"}'
    ]


def test_lists_that_documents_hold_beside_come_home_as_lists():
    papers = Table(JobSeeker, Json("s.json", resource="s", records="results"), {"reference": column("id")})

    (found,) = corrected(text("id;N° anomalie;autres[0].nom;autres[1].nom;Note [1]\r\nA1;7;a;b;x\r\n"), [papers])

    assert held(found) == {"id": ["A1"], "N° anomalie": ["7"], "autres[].nom": [["a", "b"]], "Note [1]": ["x"]}


def test_text_that_does_not_speak_of_entries_is_itself():
    """Nor a table in memory, nor a file that speaks of them in no header; nor one the agency hands over itself."""
    plain, in_words = text("N°;Poste\r\n1;x\r\n"), text("N°;Poste\r\n1;anomalie\r\n")
    of_theirs = text("N°;Poste;N° anomalie\r\n1;x;7\r\n")
    table = Source.of(pl.DataFrame({"N° anomalie": ["1"]}))

    for source in (plain, in_words, table):
        assert corrected(source, [LISTS]) == [source]
    assert corrected(of_theirs, [LISTS, OFFERS]) == [of_theirs]
    assert corrected(of_theirs, [LISTS])[0].table is not None
    gone = Source.of("/nowhere/at/all.csv")
    assert corrected(gone, [LISTS]) == [gone]


def test_only_a_header_is_there():
    assert held(corrected(text("N°;N° anomalie\r\n"), [LISTS])[0]) == {"N°": [], "N° anomalie": []}


@pytest.mark.parametrize(
    ("source", "fr", "en"),
    [
        (
            text("N°;N° anomalie;N°\r\n1;2;3\r\n"), "retour.csv : la colonne « N° » est là deux fois ; en garder une",
            "retour.csv: the column 'N°' is there twice; keep one",
        ),
        (
            text("N°;N° anomalie;No anomalie\r\n1;2;3\r\n"),
            "retour.csv : la colonne « N° anomalie » est là deux fois ; en garder une",
            "retour.csv: the column 'N° anomalie' is there twice; keep one",
        ),
        (
            book(a=[["N° anomalie", "N°", "N°"], [1, 2, 3]]),
            "retour.xlsx, feuille « a » : la colonne « N° » est là deux fois ; en garder une",
            "retour.xlsx, sheet 'a': the column 'N°' is there twice; keep one",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_told_apart_is_refused(source, fr, en):
    with pytest.raises(SourceRefused) as refused:
        corrected(source, [LISTS])

    assert refused.value.text == Text(fr=fr, en=en)


def test_rows_of_corrections_are_read_as_rows_of_their_table():
    """The entry each corrects, columns that were masked absent and not missing, and cells beside the columns a fault."""
    (found,) = corrected(
        text("N°;N° anomalie;Ligne d'origine\r\nA1;7;\r\nA2;x;\r\nA3;99999999999;\r\nA4; 8 ;;beside\r\n"), [LISTS]
    )

    batch = OFFERS.read(found)

    assert batch.accepted.select("reference", "#entry", "#cargo").rows() == [
        ("A1", 7, None),
        ("A2", None, None),
        ("A3", None, None),
    ]
    assert [(f.rule, f.address.row, f.address.column, f.value) for f in batch.faults] == [("extra-cell", 5, None, None)]
    assert batch.faults[0].remedy == Text(
        fr="des cases restent hors des colonnes : les mettre à leur place, puis vider les cases sans titre",
        en="expected no cells beside the columns; move them to their places, then empty the cells without a title",
    )
    assert batch.quarantined["#entry"].to_list() == [8]
    assert batch.fields == (OFFERS.kind.field("reference"),)


def test_a_fault_of_a_sheet_has_the_cell_that_its_spreadsheet_shows():
    """With numbers or without them, titles above or not: what is to be mended again is found at once."""
    numbered = [["À corriger"], ["Poste", "N°", "N° anomalie"], ["maçon", "", "3"]]
    unnumbered = [["Poste", "N°"], ["maçon", ""]]

    for rows, cell in ((numbered, "B3"), (unnumbered, "B2")):
        (source,) = corrected(book(**{"offre d'emploi": rows}), [OFFERS])
        assert [fault.address.cell for fault in OFFERS.read(source).faults] == [cell]
