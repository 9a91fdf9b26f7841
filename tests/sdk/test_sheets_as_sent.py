"""Sheets as offices send them: cells that are no values, rows that are no records, headers in several rows."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, time

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from cigem_core.errors import SourceRefused
from cigem_core.model.employment import JobOffer
from cigem_core.model.training import TrainingPlan
from cigem_core.sdk import Source, Table, Workbook, column
from cigem_core.sdk.batch import Batch

OFFERS = Table(JobOffer, Workbook("offres.xlsx").sheet("Offres"), {
    "reference": column("N° offre").required(), "employer": column("Employeur"), "posts": column("Places").number(minimum=1),
})  # fmt: skip
HEADER = ["N° offre", "Employeur", "Places"]


def read(
    *rows: list[object],
    finish: Callable[[Worksheet], object] = lambda _: None,
    header: list[object] | None = HEADER,
    table: Table = OFFERS,
) -> Batch:
    """The offers of a sheet with these rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Offres"
    for row in [header, *rows] if header else rows:
        sheet.append(row)
    finish(sheet)
    held = io.BytesIO()
    book.save(held)
    return table.read(Source.of(held.getvalue(), "offres.xlsx"))


def accepted(batch: Batch) -> list[tuple[object, ...]]:
    return batch.accepted.select("reference", "employer", "posts").rows()


def faulty(batch: Batch) -> list[str | None]:
    return [fault.address.cell for fault in batch.faults]


def shown(cell: str, form: str) -> Callable[[Worksheet], None]:
    """The number format of a cell."""
    return lambda sheet: setattr(sheet[cell], "number_format", form)


def error(cell: str, code: str) -> Callable[[Worksheet], None]:
    """A cell that shows an error."""

    def finish(sheet: Worksheet) -> None:
        sheet[cell], sheet[cell].data_type = code, "e"

    return finish


def test_formula_nobody_calculated_is_no_value():
    """A program that writes formulas stores no result beside them: what they come to cannot be known."""
    batch = read(["OF-1", "SOTELMA", 2], ["OF-2", "=B2", "=C2+1"], ["=A2", "EDM", 1])

    assert accepted(batch) == [("OF-1", "SOTELMA", 2)]
    assert faulty(batch) == ["B3", "C3", "A4"]
    assert "formule n'a pas de résultat" in batch.faults[0].message()


@pytest.mark.parametrize("code", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
@pytest.mark.parametrize("cell", ["A3", "B3", "C3"])
def test_error_is_no_value(cell, code):
    """Not of a text either, nor of a key: two rows that show one error are not one record twice."""
    batch = read(["OF-1", "SOTELMA", 2], ["OF-2", "EDM", 1], finish=error(cell, code))

    assert accepted(batch) == [("OF-1", "SOTELMA", 2)]
    assert faulty(batch) == [cell]
    assert batch.claims.to_list() == ([] if cell == "A3" else ["OF-2"])


def test_error_typed_as_a_text_is_none_either():
    """As a file of text holds it, or a cell into which its look was pasted."""
    assert faulty(read(["OF-1", "#N/A", 2], ["#REF!", "EDM", 1])) == ["B2", "A3"]


def test_error_that_is_declared_to_say_nothing_says_nothing():
    """An agency whose look-ups end in #N/A may say that it means nothing by it."""
    table = Table(JobOffer, Workbook("offres.xlsx").sheet("Offres"), {
        "reference": column("N° offre").required(), "employer": column("Employeur").blank("#N/A"),
        "posts": column("Places").number(),
    })  # fmt: skip

    assert accepted(read(["OF-1", None, 2], finish=error("B2", "#N/A"), table=table)) == [("OF-1", None, 2)]


@pytest.mark.parametrize(
    ("number", "form", "seen"),
    [
        (42, "00000", "00042"), (42, "000", "042"), (7, '"OF-"000', "OF-007"), (7, '"OF-"0', "OF-7"), (42, "00-00", "00-42"),
        (612345678, '0#" "##" "##" "##" "##', "06 12 34 56 78"), (42, "[$-40C]00000", "00042"), (42, "00000;-00000", "00042"),
        (42, "0", "42"), (42, "General", "42"), (1500, "# ##0", "1500"), (42, '0" F"', "42"), (123456, "00000", "123456"),
        (42, '00"/2009"', "42/2009"), (9, "0##", "009"),
    ],
)  # fmt: skip
def test_key_is_what_the_sheet_shows(number, form, seen):
    """Zeros that a number format puts before a number belong to it; the space between thousands does not."""
    assert accepted(read([number, "SOTELMA", 2], finish=shown("A2", form))) == [(seen, "SOTELMA", 2)]


@pytest.mark.parametrize("form", ["00", "000 000", '# ##0" places"', "0000"])
def test_number_is_one_however_it_is_shown(form):
    """A column of numbers takes the number."""
    assert accepted(read(["OF-1", "SOTELMA", 12], finish=shown("C2", form))) == [("OF-1", "SOTELMA", 12)]


@pytest.mark.parametrize(
    ("key", "form"),
    [
        (datetime(2009, 2, 1), "d-mmm"),
        (datetime(2009, 2, 1), "mmm-yy"),
        (datetime(2009, 2, 1), "dd/mm/yyyy"),
        (time(1, 30), "h:mm"),
        (1.5, "[h]:mm:ss"),
    ],
)
def test_key_that_became_a_day_is_a_fault(key, form):
    """Of 1-2 a spreadsheet makes 1 February, and a time of 1:30: nobody knows any more what was typed."""
    batch = read([key, "SOTELMA", 2], ["OF-2", "EDM", 1], finish=shown("A2", form))

    assert accepted(batch) == [("OF-2", "EDM", 1)]
    assert faulty(batch) == ["A2"]
    assert "date" in batch.faults[0].message()


def test_key_that_became_a_power_of_ten_is_a_fault():
    """Of 2E10 a spreadsheet makes 2,00E+10; of a number of 18 digits it keeps fifteen."""
    batch = read([2e10, "SOTELMA", 2], [1.2345678901234567e17, "EDM", 1], ["OF-3", "BDM", 1], finish=shown("A2", "0.00E+00"))

    assert accepted(batch) == [("OF-3", "BDM", 1)]
    assert faulty(batch) == ["A2", "A3"]


@pytest.mark.parametrize(
    "below",
    [
        [["TOTAL", None, 3]],
        [["Total général", None, 3]],
        [["Total :", None, 3]],
        [[None, "TOTAL", 3]],
        [["TOTAUX", None, 3]],
        [["Ensemble", None, 3]],
        [["S/Total", None, 3], ["Total à reporter", None, 3]],
        [[None, None, 3]],
        [["Total Kayes", "2 offres", 3]],
        [["Arrêté le présent état à trois postes"]],
        [[], ["Fait à Kayes, le 30/09/2009"], [None, None, "Le Directeur"], ["Moussa Traoré"]],
        [[], ["Fait à Kayes", datetime(2009, 9, 30)]],
        [[], [], [None, "Le Chef d'antenne", "Le Directeur"]],
        [["NB : liste provisoire"]],
        [[None, "Vu et approuvé"]],
        [["N° offre", "Employeur", "Places"]],
        [["Nombre total de postes", None, "=SUM(C2:C3)"]],
        [["Total", None, "=SUM(C2:C3)"], [], ["Source : ANPE"]],
        [["Signature et cachet"]],
        [[], [None, "Awa Keïta"]],
    ],
)  # fmt: skip
def test_rows_below_are_no_records(below):
    """Totals, notes and signatures below the records, in whatever words, are none of them and no faults."""
    batch = read(["OF-1", "SOTELMA", 2], ["OF-2", "BDM", 1], *below)

    assert accepted(batch) == [("OF-1", "SOTELMA", 2), ("OF-2", "BDM", 1)]
    assert (batch.quarantined.height, faulty(batch)) == (0, [])


@pytest.mark.parametrize(
    "between",
    [
        ["Sous-total", None, 2],
        ["Sous total Kayes", None, 2],
        ["Région de Ségou"],
        [None, "Sous-total", 2],
        ["N° offre", "Employeur", "Places"],
        [],
    ],
)
def test_rows_between_are_no_records(between):
    """Subtotals, headings and the header of a new page between the records; which rows they were is told."""
    batch = read(["OF-1", "SOTELMA", 2], between, ["OF-2", "BDM", 1], ["TOTAL", None, 3])

    assert accepted(batch) == [("OF-1", "SOTELMA", 2), ("OF-2", "BDM", 1)]
    assert batch.quarantined.height == 0
    assert [said.fr for said in batch.assumed] == (
        ["feuille « Offres », hors des fiches (titres, totaux, notes) : ligne 3"] if between else []
    )


@pytest.mark.parametrize(
    "record",
    [
        ["OF-9", None, None], ["TOTAL-9", "EDM", 1], ["OF-9", "TOTAL MALI", 1], ["OF 9", "EDM", 1], ["SN", "EDM", 1],
        [9, "EDM", 1],
    ],
)  # fmt: skip
def test_record_stays_one(record):
    """Whatever might be a record is read as one."""
    assert len(accepted(read(["OF-1", "SOTELMA", 2], record, ["OF-2", "BDM", 1]))) == 3


@pytest.mark.parametrize("record", [[None, "EDM", 1], [None, "EDM", None], [None, None, 7]])
def test_record_without_a_key_is_a_fault(record):
    """What lost its key is not passed over in silence."""
    batch = read(["OF-1", "SOTELMA", 2], record, ["OF-2", "BDM", 1])

    assert (len(accepted(batch)), faulty(batch)) == (2, ["A3"])


@pytest.mark.parametrize("employer", ["Certifié", "Direction de la santé", "Visa Mali"])
def test_a_last_row_without_its_key_is_no_note_for_what_others_say_too(employer):
    """What records hold in that column is a value there, whatever it reads as."""
    rows = [["A1", employer, 2], ["A2", "Sotelma", 1], [None, employer, "three"]]

    assert faulty(read(*rows)) == ["A4", "C4"]


def test_keys_that_are_words_are_no_notes():
    """Where keys have no digits, a word by itself is a key like the others."""
    batch = read(["SOUDEUR", "SOTELMA", 2], ["MACON", None, None], ["PEINTRE", "BDM", 1], ["Le Directeur"])

    assert [row[0] for row in accepted(batch)] == ["SOUDEUR", "MACON", "PEINTRE"]


def test_merged_cells_say_the_same_in_each_of_their_rows():
    """What is merged downwards is shown for all of its rows; a key merged so is one record twice, and a fault."""
    of_all = read(["OF-1", "SOTELMA", 2], ["OF-2", None, 1], ["OF-3", None, 1], finish=lambda sheet: sheet.merge_cells("B2:B4"))
    of_a_key = read(["OF-1", "SOTELMA", 2], [None, "EDM", 1], finish=lambda sheet: sheet.merge_cells("A2:A3"))

    assert accepted(of_all) == [("OF-1", "SOTELMA", 2), ("OF-2", "SOTELMA", 1), ("OF-3", "SOTELMA", 1)]
    assert (len(accepted(of_a_key)), faulty(of_a_key)) == (1, ["A3"])


@pytest.mark.parametrize(
    ("header", "merged"),
    [
        ([["N° offre", "Détail", None], [None, "Employeur", "Places"]], ["A1:A2", "B1:C1"]),
        ([["N° offre", "Détail", None], [None, "Employeur", "Places"]], []),
        ([["Offres", None, None], ["N° offre", "Détail", None], [None, "Employeur", "Places"]], ["A1:C1", "A2:A3", "B2:C2"]),
        ([["N° offre", "Détail", None], [None, "Employeur", "Postes"], [None, None, "Places"]], ["A1:A3", "B1:C1", "B2:B3"]),
        ([["N° offre", "Employeur", "Places"], [None, None, "(nombre)"]], ["A1:A2", "B1:B2"]),
        ([["N° offre", "Employeur", "Places"], ["#ref", "#org", "#posts"]], []),
    ],
)
def test_header_of_several_rows_is_found(header, merged):
    """Each column is called what stands lowest in them; a second header row is no record."""
    batch = read(*header, ["OF-1", "SOTELMA", 2], header=None, finish=lambda sheet: [sheet.merge_cells(one) for one in merged])

    assert accepted(batch) == [("OF-1", "SOTELMA", 2)]
    assert batch.quarantined.height == 0


def test_rows_below_the_header_can_be_declared():
    """A second header row that reads as a record would is skipped where the declaration says so."""
    table = Table(JobOffer, Workbook("offres.xlsx").sheet("Offres", header_rows=2), {
        "reference": column("N° offre").required(), "employer": column("Employeur"), "posts": column("Places").number(),
    })  # fmt: skip

    assert accepted(read(["C1", "C2", 3], ["OF-1", "SOTELMA", 2], table=table)) == [("OF-1", "SOTELMA", 2)]


def test_empty_lines_below_declared_ones_still_count():
    """Titles, totals and notes stand where a spreadsheet shows them, and every line is accounted for."""
    batch = read(["OF-1", "SOTELMA", 2], ["TOTAL", None, 2], [], ["Fait à Kayes"])

    assert batch.spans.select("what", "row").rows() == [("header", 1), ("total", 3), ("blank", 4), ("note", 5), ("record", 2)]


@pytest.mark.parametrize("results", [["=C3*2", "=C4*2"], [0, 0], [109, 109], ["=IF(C3>0,1,0)"]])
def test_rows_in_which_formulas_alone_stand_are_no_records(results):
    """Rows made ready below the last record say nothing but what formulas make of empty cells; it is told which they are."""
    batch = read(["OF-1", "SOTELMA", 2, 4], *([None, None, None, one] for one in results), header=[*HEADER, "Double"])

    assert (accepted(batch), batch.faults) == ([("OF-1", "SOTELMA", 2)], ())
    assert any("none of the records" in said.en for said in batch.assumed)


def test_row_without_a_key_in_which_something_was_typed_stays_one():
    """One number by itself, or a text beside the formulas, may be somebody's: it is a fault."""
    batch = read(["OF-1", "SOTELMA", 2, 4], [None, "EDM", None, 0], [None, None, 3, 6], header=[*HEADER, "Double"])

    assert faulty(batch) == ["A3", "A4"]


NUMBER = "N° du plan"
PLANS = Workbook("plan_{yyyy}.xlsx", named=("Plan", NUMBER))
PLAN = Table(TrainingPlan, PLANS.labels("Plan"), {
    "reference": column(NUMBER), "promoter": column("Promoteur"), "region": column("Région"),
})  # fmt: skip


def plan(*rows: list[object]) -> Batch:
    """The plan that a sheet of labels tells."""
    book = openpyxl.Workbook()
    book.active.title = "Plan"
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return PLAN.read(Source.of(held.getvalue(), "plan_2009.xlsx"))


@pytest.mark.parametrize("rows", [
    [[f"{NUMBER}：", "PF-1"], ["Promoteur：", "CIGEM"], ["Région ：", "Kayes"]],
    [[NUMBER, ":", "PF-1"], ["Promoteur", " : ", "CIGEM"], ["Région", "：", "Kayes"]],
    [[NUMBER, ": PF-1"], ["Promoteur", None, "\u00a0:\u00a0CIGEM"], ["Région", "Kayes"]],
    [[f"{NUMBER}：PF-1"], ["Promoteur\u00a0:\u00a0CIGEM"], ["Région : Kayes"]],
])  # fmt: skip
def test_colons_between_labels_and_values_say_nothing(rows):
    """Wherever they stand, and of whatever width."""
    assert plan(*rows).accepted.select("reference", "promoter", "region").rows() == [("PF-1", "CIGEM", "Kayes")]


@pytest.mark.parametrize(("rows", "said"), [
    ([[NUMBER, "Promoteur", "Région"], ["PF-1", "CIGEM", "Kayes"]], "once, and its value right of it"),
    ([[NUMBER], ["PF-1"], ["Promoteur"], ["CIGEM"], ["Région"], ["Kayes"]], "its value right of it"),
    ([[NUMBER, "PF-1"], ["Promoteur", "CIGEM"], ["Région", "Kayes"], [NUMBER, "PF-2"]], "once"),
    ([["Numéro du plan", "PF-1"], ["Promoteur", "CIGEM"], ["Région", "Kayes"]], "instead of 'Numéro du plan'"),
    ([[NUMBER, "PF-1"], ["Promoteur", "CIGEM"]], "'Plan': labels expected and not found: 'Région'"),
])  # fmt: skip
def test_labels_whose_values_stand_elsewhere_are_refused(rows, said):
    """What would be taken from a neighbour, from one of two, or from the file's name is told instead."""
    with pytest.raises(SourceRefused, match=said):
        plan(*rows)
