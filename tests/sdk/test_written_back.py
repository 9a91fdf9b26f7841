"""An agency's own workbook with rows added: in their place and of their types, and everything around them knows of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as SheetTable
from openpyxl.worksheet.table import TableFormula

from cigem_core.model.employment import JobOffer
from cigem_core.sdk import Source, Table, Workbook, column
from cigem_core.sdk.adding import added

OFFERS = Table(JobOffer, Workbook("offres.xlsx").sheet("Offres"), {
    "reference": column("N°"), "title": column("Poste"), "posts": column("Places").number(),
    "posted_on": column("Le").date("dd/mm/yyyy"), "monthly_salary": column("Salaire").amount("XOF"),
})  # fmt: skip
HEADER = ["N°", "Poste", "Places", "Le", "Salaire"]
RECORDS = [["A1", "maçon", 2, datetime(2009, 6, 1), 50000], ["A2", "soudeur", 3, datetime(2009, 6, 8), 60000]]
NEW = pl.DataFrame(
    {"N°": ["A3", "A4"], "Poste": ["peintre", ""], "Places": ["4", "5"], "Le": ["03/11/2009", ""], "Salaire": ["153 000", ""]}
)


def book(*rows: list[Any], finish: Callable[[Any], object] = lambda _: None) -> Source:
    """A workbook of offers with a sheet of sums."""
    made = openpyxl.Workbook()
    made.active.title = "Offres"
    for row in [HEADER, *(rows or RECORDS)]:
        made.active.append(row)
    for cell in made.active["D"][1:]:
        cell.number_format = "dd/mm/yyyy"
    made.create_sheet("Sommes")
    finish(made)
    held = io.BytesIO()
    made.save(held)
    return Source.of(held.getvalue(), "offres.xlsx")


def opened(source: Source) -> Any:
    return openpyxl.load_workbook(io.BytesIO(added(OFFERS, source, NEW)))


def with_results(source: Source, results: Mapping[str, Mapping[str, str]]) -> Source:
    """The workbook as a spreadsheet saves it, with the last result beside each formula."""
    parts = {"Offres": "xl/worksheets/sheet1.xml", "Sommes": "xl/worksheets/sheet2.xml"}
    wanted, held = {parts[sheet]: cells for sheet, cells in results.items()}, io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source.content or b"")) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            for cell, result in wanted.get(name, {}).items():
                said, count = re.subn(
                    rf'(<c r="{cell}"[^>]*>)<f>(.*?)</f><v ?/?>(?:</v>)?</c>', rf"\1<f>\2</f><v>{result}</v></c>", text.decode()
                )
                assert count == 1, cell
                text = said.encode()
            new.writestr(name, text)
    return Source.of(held.getvalue(), "offres.xlsx")


@pytest.mark.parametrize(
    "below",
    [
        [[], ["Arrêté la présente liste à deux offres"], [None, None, None, None, "Le Directeur"]],
        [["TOTAL", None, 5]],
        [["Total général", None, 5], [], ["Fait à Kayes, le 30/09/2009"]],
        [["Visa du chef d'antenne"]],
        [[], [], ["NB : provisoire"]],
    ],
)  # fmt: skip
def test_rows_stand_below_the_last_record(below):
    """What stands below the records moves down, and reads as it did."""
    rows = list(opened(book(*RECORDS, *below))["Offres"].iter_rows(values_only=True))

    assert [row[0] for row in rows[:5]] == ["N°", "A1", "A2", "A3", "A4"]
    assert [[cell for cell in row if cell] for row in rows[5:]] == [[cell for cell in row if cell] for row in below]


def test_cells_are_of_the_types_of_those_above():
    """A day is a day shown as the others are, a number a number; what cannot be one stays a text."""
    sheet = opened(book())["Offres"]

    assert [cell.value for cell in sheet[4]] == ["A3", "peintre", 4, datetime(2009, 11, 3), 153000]
    assert sheet["D4"].number_format == "dd/mm/yyyy"
    assert [cell.value for cell in sheet[5]] == ["A4", None, 5, None, None]


def test_day_takes_the_format_of_the_nearest_day_above():
    """The last record has a text where the others have days."""
    finish = lambda made: setattr(made.active["D3"], "number_format", "General")  # noqa: E731
    sheet = opened(book(RECORDS[0], ["A2", "soudeur", 3, "en juin", 60000], finish=finish))["Offres"]

    assert (sheet["D4"].value, sheet["D4"].number_format) == (datetime(2009, 11, 3), "dd/mm/yyyy")


def test_number_shown_with_zeros_is_one_again():
    """A column of numbers shown 00041, 00042 goes on with 00043, and not with a text."""

    def finish(made: Any) -> None:
        made.active["A2"].number_format = made.active["A3"].number_format = "00000"

    source = book([41, *RECORDS[0][1:]], [42, *RECORDS[1][1:]], finish=finish)
    content = added(OFFERS, source, NEW.head(1).with_columns(pl.lit("00043").alias("N°")))

    cell = openpyxl.load_workbook(io.BytesIO(content))["Offres"]["A4"]
    assert (cell.value, cell.number_format) == (43, "00000")
    assert OFFERS.read(Source.of(content, "offres.xlsx")).accepted["reference"].to_list() == ["00041", "00042", "00043"]


def everything(made: Any) -> None:
    """What an office adds around a list."""
    sheet, sums = made["Offres"], made["Sommes"]
    sheet.add_table(SheetTable(displayName="Liste", ref="A1:E3"))
    sheet.conditional_formatting.add("A2:E3", FormulaRule(formula=["$C2>2"], fill=PatternFill(bgColor="FF9999")))
    choice = DataValidation(type="whole", operator="greaterThan", formula1="0")
    choice.add("C2:C3")
    sheet.add_data_validation(choice)
    sheet.print_area = "A1:E3"
    made.defined_names["POSTES"] = DefinedName("POSTES", attr_text="Offres!$B$2:$B$3")
    sums["A1"] = "=SUM(Offres!C2:C3)"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=3), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=2, min_row=2, max_row=3))
    sums.add_chart(chart, "D2")


def test_what_stands_around_takes_the_rows_in():
    """Tables, colours, allowed values, names, the print area, charts and sums end with the new rows."""
    content = added(OFFERS, book(*RECORDS, [], ["Le Directeur"], finish=everything), NEW)
    made = openpyxl.load_workbook(io.BytesIO(content))
    sheet = made["Offres"]

    assert [table.ref for table in sheet.tables.values()] == ["A1:E5"]
    assert [str(one.sqref) for one in sheet.conditional_formatting] == ["A2:E5"]
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["C2:C5"]
    assert (sheet.print_area, made.defined_names["POSTES"].attr_text) == ("'Offres'!$A$1:$E$5", "Offres!$B$2:$B$5")
    assert made["Sommes"]["A1"].value == "=SUM(Offres!C2:C5)"
    parts = zipfile.ZipFile(io.BytesIO(content))
    drawn = next(parts.read(name).decode() for name in parts.namelist() if "charts/chart" in name)
    assert re.findall(r"<(?:c:)?f>([^<]*)<", drawn) == ["'Offres'!C1", "'Offres'!$B$2:$B$5", "'Offres'!$C$2:$C$5"]


def test_list_of_one_grows_as_well():
    """Where there was one record, what was allowed in its cell is allowed in the new ones."""

    def finish(made: Any) -> None:
        choice = DataValidation(type="whole", operator="greaterThan", formula1="0")
        choice.add("C2")
        made["Offres"].add_data_validation(choice)

    sheet = opened(book(RECORDS[0], finish=finish))["Offres"]

    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["C2:C4"]


def test_what_is_asked_of_each_row_is_about_that_row():
    """Colours and allowed values that look at the row below do so in every row; what is fixed moves with what it means."""

    def finish(made: Any) -> None:
        sheet = made["Offres"]
        rule = FormulaRule(formula=["AND($C2>$C3,COUNTIF($A$2:$A2,$A2)>1,C2<$C$3)"], fill=PatternFill(bgColor="FF9999"))
        sheet.conditional_formatting.add("A2:E2", rule)
        sheet.conditional_formatting.add("A1:E1", FormulaRule(formula=["A3>2"], fill=PatternFill(bgColor="FF9999")))
        choice = DataValidation(type="custom", formula1="C2<>C3")
        choice.add("C2")
        sheet.add_data_validation(choice)

    sheet = opened(book(RECORDS[0], ["TOTAL", None, 2], finish=finish))["Offres"]

    assert {str(one.sqref): one.rules[0].formula for one in sheet.conditional_formatting} == {
        "A2:E4": ["AND($C2>$C3,COUNTIF($A$2:$A2,$A2)>1,C2<$C$5)"], "A1:E1": ["A5>2"],
    }  # fmt: skip
    [allowed] = sheet.data_validations.dataValidation
    assert (str(allowed.sqref), allowed.formula1) == ("C2:C4", "C2<>C3")


def test_sheet_that_is_named_again_after_the_colon_is_the_same():
    """As some programs write ranges: they grow, move and are counted anew as others do; what does not change stays as it is."""

    def finish(made: Any) -> None:
        made["Sommes"]["A1"], made["Sommes"]["A2"] = "=SUM(Offres!C2:Offres!C3)", "=SUM(Offres!C1:Offres!C2)"
        made["Sommes"]["A3"] = "=SUM('Offres'!$C$3:'offres'!$C$9)"

    made = opened(with_results(book(finish=finish), {"Sommes": {"A1": "5", "A2": "2", "A3": "3"}}))
    content = added(OFFERS, with_results(book(finish=finish), {"Sommes": {"A1": "5", "A2": "2", "A3": "3"}}), NEW)
    results = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Sommes"]

    assert [made["Sommes"][cell].value for cell in ("A1", "A2", "A3")] == [
        "=SUM(Offres!C2:C5)", "=SUM(Offres!C1:Offres!C2)", "=SUM('Offres'!$C$3:$C$11)",
    ]  # fmt: skip
    assert [results[cell].value for cell in ("A1", "A2", "A3")] == [None, 2, None]


def test_blank_rows_made_ready_below_a_header_are_filled_in():
    """Of a list nobody filled in, whatever begins with its first row begins with the first new one, and counts it."""

    def finish(made: Any) -> None:
        sheet, sums = made["Offres"], made["Sommes"]
        sheet.delete_rows(2, 2)
        for row in range(2, 6):
            sheet.cell(row, 4).number_format = "dd/mm/yyyy"
            sheet.cell(row, 6).value = f"=C{row}*E{row}"
        sheet["A6"], sheet["C6"] = "TOTAL", "=SUM(C2:C5)"
        choice = DataValidation(type="whole", operator="greaterThan", formula1="0")
        choice.add("C2:C5")
        sheet.add_data_validation(choice)
        made.defined_names["POSTES"] = DefinedName("POSTES", attr_text="Offres!$B$2:$B$5")
        sums["A1"], sums["A2"] = "=SUM(Offres!C2:C5)", "=Offres!C2"

    made = opened(book(finish=finish))
    sheet = made["Offres"]

    assert [sheet[cell].value for cell in ("A2", "A3", "A4", "A7")] == ["A3", "A4", None, "TOTAL"]
    assert [sheet[cell].value for cell in ("D2", "F2", "F3", "C7")] == [datetime(2009, 11, 3), "=C2*E2", "=C3*E3", "=SUM(C2:C6)"]
    assert [made["Sommes"][cell].value for cell in ("A1", "A2")] == ["=SUM(Offres!C2:C6)", "=Offres!C2"]
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["C2:C6"]
    assert made.defined_names["POSTES"].attr_text == "Offres!$B$2:$B$6"


def test_table_without_records_has_no_blank_row_left():
    """A spreadsheet gives every table one row, be it empty; a total right below a header is pushed down."""

    def finish(made: Any) -> None:
        made["Offres"].delete_rows(2, 2)
        made["Offres"].add_table(SheetTable(displayName="Liste", ref="A1:E2"))

    def totalled(made: Any) -> None:
        made["Offres"].delete_rows(2, 2)
        made["Offres"].append(["TOTAL", None, 0])

    sheet = opened(book(finish=finish))["Offres"]

    assert ([table.ref for table in sheet.tables.values()], sheet["A2"].value) == (["A1:E3"], "A3")
    assert [row[0].value for row in opened(book(finish=totalled))["Offres"]] == ["N°", "A3", "A4", "TOTAL"]


def test_calculated_columns_get_their_formula():
    """Of each row's own cells, of a sum so far, of a table; what stands in one row alone is not repeated."""

    def finish(made: Any) -> None:
        sheet = made["Offres"]
        for cell, text in {
            "F1": "Masse", "F2": "=C2*E2", "F3": "=C3*E3", "G1": "Cumul", "G2": "=SUM(C$2:C2)", "G3": "=SUM(C$2:C3)",
            "H1": "Part", "H2": "=C2/SUM(C$2:C$3)", "H3": "=C3/SUM(C$2:C$3)", "J3": "=SUM(Sommes!A1:A9)",
        }.items():  # fmt: skip
            sheet[cell] = text

    sheet = opened(book(finish=finish))["Offres"]

    assert [sheet[cell].value for cell in ("F4", "F5")] == ["=C4*E4", "=C5*E5"]
    assert [sheet[cell].value for cell in ("G3", "G4", "G5")] == ["=SUM(C$2:C3)", "=SUM(C$2:C4)", "=SUM(C$2:C5)"]
    assert [sheet[cell].value for cell in ("H2", "H5")] == ["=C2/SUM(C$2:C$5)", "=C5/SUM(C$2:C$5)"]
    assert sheet["J4"].value is None


def test_calculated_column_of_a_table_is_told_by_the_table():
    """Where the last record has no formula, the table's own is taken."""

    def finish(made: Any) -> None:
        sheet = made["Offres"]
        sheet["F1"], sheet["F3"] = "Masse", 1
        table = SheetTable(displayName="T", ref="A1:F3")
        table._initialise_columns()
        for one, cell in zip(table.tableColumns, sheet[1], strict=True):
            one.name = cell.value
        table.tableColumns[5].calculatedColumnFormula = TableFormula(attr_text="T[[#This Row],[Places]]*2")
        sheet.add_table(table)

    assert opened(book(finish=finish))["Offres"]["F4"].value == "=T[[#This Row],[Places]]*2"


def test_cells_merged_in_a_row_are_merged_in_the_new_ones():
    """And those merged above or below stay as they are, or move."""

    def finish(made: Any) -> None:
        for area in ("F2:G2", "F3:G3", "A5:C5"):
            made["Offres"].merge_cells(area)

    sheet = opened(book(*RECORDS, [], ["Le Directeur"], finish=finish))["Offres"]

    assert {str(one) for one in sheet.merged_cells.ranges} == {"F2:G2", "F3:G3", "F4:G4", "F5:G5", "A7:C7"}


def test_results_that_follow_from_the_rows_are_dropped_and_no_others():
    """By whole columns, names, tables, other formulas, or nobody knows how; what does not follow keeps its result."""

    def finish(made: Any) -> None:
        sheet, sums = made["Offres"], made["Sommes"]
        sheet.add_table(SheetTable(displayName="Liste", ref="A1:E3"))
        made.defined_names["TOUT"] = DefinedName("TOUT", attr_text="Offres!$C:$C")
        formulas = [
            "SUM(Offres!C2:C3)",
            "SUM(Offres!C:C)",
            "COUNT(TOUT)",
            "SUM(Liste[Places])",
            "A1*2",
            "SUM(A1:A5)",
            'INDIRECT("Offres!C4")',
        ]
        for row, formula in enumerate([*formulas, "Offres!C2*2", "SUM(B1:B3)", "A8+A9"], start=1):
            sums.cell(row, 1, f"={formula}")

    cells = {f"A{row}": "7" for row in range(1, 11)}
    made = openpyxl.load_workbook(
        io.BytesIO(added(OFFERS, with_results(book(finish=finish), {"Sommes": cells}), NEW)), data_only=True
    )

    assert [made["Sommes"].cell(row, 1).value for row in range(1, 11)] == [None] * 7 + [7, 7, 7]


def test_long_chain_of_formulas_is_followed():
    """A balance carried from row to row follows from its first one."""

    def finish(made: Any) -> None:
        made["Sommes"]["A1"] = "=SUM(Offres!C2:C3)"
        for row in range(2, 3001):
            made["Sommes"].cell(row, 1, f"=A{row - 1}+1")

    source = with_results(book(finish=finish), {"Sommes": {"A1": "5", "A2": "6", "A3000": "3004"}})
    made = openpyxl.load_workbook(io.BytesIO(added(OFFERS, source, NEW)), data_only=True)

    assert [made["Sommes"][cell].value for cell in ("A1", "A2", "A3000")] == [None, None, None]


def test_our_own_reader_says_that_a_result_is_missing():
    """What was dropped is told as a formula without a result, and never read as empty or as it was."""

    def finish(made: Any) -> None:
        made["Offres"]["C2"] = "=COUNTA(Sommes!A1:A9)+COUNTA(B3:B3)"

    batch = OFFERS.read(Source.of(added(OFFERS, with_results(book(finish=finish), {"Offres": {"C2": "1"}}), NEW), "offres.xlsx"))

    assert batch.accepted["posts"].to_list() == [3, 4, 5]
    assert [(fault.address.cell, fault.value) for fault in batch.faults] == [("C2", "=COUNTA(Sommes!A1:A9)+COUNTA(B3:B5)")]
