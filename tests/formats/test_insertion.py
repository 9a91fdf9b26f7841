"""Rows are put into one sheet as a spreadsheet would put them in, and nothing else changes."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from cigem_core.errors import SourceRefused
from cigem_core.formats.books.insertion import insert_rows
from cigem_core.formats.books.insertion.references import Shift, moved

TOTAL = 9


def plan() -> bytes:
    """A sheet of titles, a table with formulas and a total, and a sheet that refers to it."""
    book = openpyxl.Workbook()
    table = book.active
    table.title = "L'année"
    table.merge_cells("A1:C1")
    table["A1"] = "Inscriptions"
    for row in range(5, TOTAL):
        for column, value in enumerate((row, f"Nom {row}", date(2009, 10, row), f"=A{row}*2"), start=1):
            table.cell(row, column, value)
        table.cell(row, 3).number_format = "dd/mm/yyyy"
        table.cell(row, 2).font = Font(bold=True)
    table.cell(TOTAL, 1, "=SUM(A5:A8)")
    table.cell(TOTAL, 2, "TOTAL")
    table.cell(TOTAL, 4, "=A9+D8+Synthèse!A1")
    table.merge_cells("B9:C9")
    table["B9"].comment = Comment("somme", "Awa")
    table.column_dimensions["B"].width = 33
    table.auto_filter.ref = "A4:D8"
    above = CellIsRule(operator="greaterThan", formula=["$A$9"], fill=PatternFill("solid", "FFAA00"))
    table.conditional_formatting.add("A5:A8", above)
    validation = DataValidation(type="list", formula1='"F,H"')
    validation.add("B5:B8")
    table.add_data_validation(validation)
    other = book.create_sheet("Synthèse")
    other["A1"] = "='L''année'!A9"
    other["A2"] = "=SUM('L''année'!A5:A8)"
    other["A3"] = '="A9 et "&A9'
    listed = book.create_sheet("Listes")
    listed.append(["code"])
    listed.append(["a"])
    listed.add_table(Table(displayName="Codes", ref="A1:A2"))
    book.defined_names["zone"] = DefinedName("zone", attr_text="'L''année'!$A$5:$D$8")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


ROWS = [[101, "=2+2", date(2009, 11, 3), None], [Decimal("2.50"), "Konaté <&> ", date(2009, 11, 4), 7]]


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_rows_read_back_and_formulas_follow():
    """The new rows stand above the total, with the model's styles; what refers to moved rows follows them."""
    book = opened(insert_rows(plan(), sheet="L'année", before=TOTAL, rows=ROWS, like=TOTAL - 1))

    table = book["L'année"]
    assert [table.cell(9, column).value for column in range(1, 5)] == [101, "=2+2", datetime(2009, 11, 3), "=A9*2"]
    assert table["B9"].data_type == "s"
    assert [table.cell(10, column).value for column in (1, 2)] == [2.5, "Konaté <&> "]
    assert (table["B10"].font.b, table["C9"].number_format) == (True, "dd/mm/yyyy")
    assert (table["A11"].value, table["D11"].value) == ("=SUM(A5:A10)", "=A11+D8+Synthèse!A1")
    assert {str(merged) for merged in table.merged_cells.ranges} == {"A1:C1", "B11:C11"}
    assert table["B11"].comment.text == "somme"
    assert table.auto_filter.ref == "A4:D10"
    assert str(table.data_validations.dataValidation[0].sqref) == "B5:B10"
    rules = {str(one.sqref): one.rules[0].formula for one in table.conditional_formatting}
    assert rules == {"A5:A10": ["$A$11"]}
    assert table.column_dimensions["B"].width == 33
    assert [book["Synthèse"][f"A{row}"].value for row in (1, 2, 3)] == [
        "='L''année'!A11",
        "=SUM('L''année'!A5:A10)",
        '="A9 et "&A9',
    ]
    assert book.defined_names["zone"].attr_text == "'L''année'!$A$5:$D$10"
    assert book.calculation.fullCalcOnLoad


def test_other_parts_keep_every_byte():
    """Styles, themes and sheets that say nothing of the rows are copied as they are."""
    was = plan()
    now = insert_rows(was, sheet="L'année", before=TOTAL, rows=ROWS, like=TOTAL - 1)

    before, after = (zipfile.ZipFile(io.BytesIO(one)) for one in (was, now))
    assert after.testzip() is None
    changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
    assert after.namelist() == before.namelist()
    assert changed == {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/workbook.xml",
        next(name for name in before.namelist() if "comment" in name and name.endswith(".xml")),
        next(name for name in before.namelist() if name.endswith(".vml")),
    }


def test_rows_are_appended_past_the_end():
    """Where there is no total, rows follow the last one."""
    book = opened(insert_rows(plan(), sheet="Listes", before=10**6, rows=[["b"], ["c"]], like=2))

    assert [row[0].value for row in book["Listes"].rows] == ["code", "a", "b", "c"]
    assert book["Listes"].tables["Codes"].ref == "A1:A4"


VALUES = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff_"), min_size=1),
)


@settings(max_examples=15)
@given(st.lists(st.lists(VALUES, max_size=5), min_size=1, max_size=4), st.integers(5, 12))
def test_any_rows_read_back_equal(rows, before):
    """Whatever the values and wherever they go, they are read back equal, and what stood there still stands."""
    was = opened(plan())["L'année"]
    before_now = min(before, TOTAL + 1)

    table = opened(insert_rows(plan(), sheet="L'année", before=before, rows=rows, like=4))["L'année"]

    for offset, row in enumerate(rows):
        assert [table.cell(before_now + offset, column).value for column in range(1, len(row) + 1)] == row
    for row in range(1, TOTAL + 1):
        there = row + (len(rows) if row >= before_now else 0)
        assert table.cell(there, 2).value == was.cell(row, 2).value
        assert table.cell(there, 2).font.b == was.cell(row, 2).font.b


@pytest.mark.parametrize(
    ("formula", "now"),
    [
        ("SUM(F5:F8)", "SUM(F5:F10)"),
        ("SUM($F$5:$F$8)+F8+$F9", "SUM($F$5:$F$10)+F8+$F11"),
        ("SUM(5:8)+SUM(A:A)", "SUM(5:10)+SUM(A:A)"),
        ('IF(A9="B9",LOG10(A9),Codes[A9])', 'IF(A11="B9",LOG10(A11),Codes[A9])'),
        ("Plan!A9+Autre!A9+'Autre'!A9+[1]Plan!A9", "Plan!A11+Autre!A9+'Autre'!A9+[1]Plan!A9"),
        ("SUM(A5:A20)", "SUM(A5:A22)"),
    ],
)
def test_formula_follows(formula, now):
    """A formula of the sheet as it reads once two rows were put in above row 9."""
    assert Shift(9, 2).formula(formula, sheet="Plan", is_here=True) == now


def test_shared_formula_is_spelled_out():
    """What cells that share a formula mean, each from where it stands."""
    assert moved('A5*$B$5+C$5&"A5"', 3, 1) == 'B8*$B$5+D$5&"A5"'


def test_what_cannot_be_done_is_refused():
    """Another kind of workbook, or a sheet it has not."""
    with pytest.raises(SourceRefused, match="XLSX"):
        insert_rows(b"\xd0\xcf\x11\xe0", sheet="Plan", before=1, rows=[], like=1)
    with pytest.raises(SourceRefused, match="nearest is 'Listes'"):
        insert_rows(plan(), sheet="Liste", before=1, rows=[["a"]], like=1)
