"""Columns that are alike: known by their headers, read and written, with the addresses an officer sees."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import polars as pl
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import many

from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.formats.sole import SoleTable
from cigem_core.model.fields import field, key, kind, refers
from cigem_core.policy import Mask
from cigem_core.sdk import Child, Csv, Source, Table, column, family


@kind("family_row", fr="ligne d'essai", en="row of a trial")
@frozen(kw_only=True)
class Row:
    reference: str = key("Number", fr="Numéro")
    name: str | None = field("Name", fr="Nom")


@kind("family_item", fr="case d'essai", en="cell of a trial")
@frozen(kw_only=True)
class Item:
    row: str = refers(Row, "Row", fr="Ligne", required=True, part_of_key=True)
    position: int = field("Position", fr="Position", required=True, part_of_key=True)
    day: date | None = field("Day", fr="Jour")
    hours: int | None = field("Hours", fr="Heures")


@kind("family_word", fr="choix d'essai", en="choice of a trial")
@frozen(kw_only=True)
class Choice:
    row: str = refers(Row, "Row", fr="Ligne", required=True, part_of_key=True)
    position: int = field("Position", fr="Position", required=True, part_of_key=True)
    yes: bool | None = field("Yes", fr="Oui")
    text: str | None = field("Text", fr="Texte")


def table(days, **settings) -> Table:
    return Table(
        Row, Csv("hours.csv", delimiter=";"), {"reference": column("N°").required(), "name": column("Nom")},
        families=[days], children=[Child(Item, {"day": days.heading(), "hours": days.cell().number(minimum=0)})], **settings,
    )  # fmt: skip


DAYS = family("day").dates("dd/mm/yyyy", first=date(2010, 1, 1), last=date(2010, 1, 31))


def items(batch) -> list[tuple]:
    return batch.children["family_item"].select("row", "day", "hours").rows()


def test_each_column_is_an_item_of_its_row():
    batch = table(DAYS).read("N°;04/01/2010;Nom;05/01/2010\r\na;3;Awa;\r\nb;;Bah;7\r\n".encode())

    assert items(batch) == [
        ("a", date(2010, 1, 4), 3), ("a", date(2010, 1, 5), None), ("b", date(2010, 1, 4), None), ("b", date(2010, 1, 5), 7),
    ]  # fmt: skip
    assert batch.faults == ()


def test_a_wrong_cell_is_found_under_its_own_header():
    batch = table(DAYS).read("N°;Nom;04/01/2010;05/01/2010\r\na;Awa;3;x\r\nb;Bah;-2;7\r\n".encode())

    told = [(f.address.row, f.address.column, str(f.rule), f.value) for f in batch.faults]
    assert told == [(2, "05/01/2010", "type", "x"), (3, "04/01/2010", "minimum", "-2")]
    assert (batch.read, batch.quarantined.height) == (2, 2)


def test_a_header_that_cannot_be_is_a_fault_of_its_row_and_nothing_below_it_is_read():
    """Before the first day, after the last, twice, impossible, or written another way; other columns are nobody's."""
    header = "N°;Nom;31/12/2009;01/02/2010;04/01/2010;04/01/2010;30/02/2010;2010-01-05;5/1/2010;Remarque"
    batch = table(DAYS).read(f"{header}\r\na;Awa;x;x;3;x;x;x;x;x\r\n".encode())

    told = [(f.address.row, f.address.column, str(f.rule), f.value) for f in batch.faults]
    assert told == [
        (1, "31/12/2009", "minimum", "31/12/2009"), (1, "01/02/2010", "maximum", "01/02/2010"),
        (1, "04/01/2010", "unique", "04/01/2010"), (1, "30/02/2010", "type", "30/02/2010"),
        (1, "2010-01-05", "type", "2010-01-05"), (1, "5/1/2010", "type", "5/1/2010"),
    ]  # fmt: skip
    assert items(batch) == [("a", date(2010, 1, 4), 3)]
    assert batch.accepted["#cargo"].to_list() == ['{"Remarque":"x"}']


def test_a_file_without_such_columns_has_rows_without_items():
    batch = table(DAYS).read("N°;Nom\r\na;Awa\r\n".encode())

    assert (batch.accepted.height, items(batch)) == (1, [])


def test_what_a_mask_does_not_let_through_is_not_read():
    batch = table(DAYS).read(
        "N°;Nom;04/01/2010;05/02/2010\r\na;Awa;x;y\r\n".encode(), mask=Mask(fields={"family_row": frozenset({"reference"})})
    )

    assert (batch.accepted.height, batch.faults, batch.children) == (1, (), {})
    assert "x" not in str(batch.accepted.rows())


@settings(max_examples=many(20, long=40), deadline=None)
@given(
    cells=st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.dates(date(2010, 1, 1), date(2010, 1, 9))), st.integers(0, 30), max_size=12
    ),
    seed=st.randoms(),
)
def test_what_was_read_is_written_and_read_again(tmp_path_factory, cells, seed):
    """Whatever the order of the columns in the file."""
    days = sorted({day for _, day in cells})
    seed.shuffle(days)
    lines = [";".join([f"{day:%d/%m/%Y}" for day in days])]
    lines += [";".join(str(cells.get((row, day), "")) for day in days) for row in "abc"]
    text = "\r\n".join(
        ";".join(filter(None, [head, line])) for head, line in zip(["N°;Nom", "a;", "b;", "c;"], lines, strict=True)
    )
    path = tmp_path_factory.mktemp("written") / "hours.csv"
    read = table(DAYS).read(text.encode())

    table(DAYS).write(read, path)
    again = table(DAYS).read(path)

    assert sorted(items(again)) == sorted(items(read))
    assert {(row, day): hours for row, day, hours in items(again) if hours is not None} == cells


def test_months_and_choices_are_families_too():
    months = family("month").months(first=date(2010, 1, 1))
    batch = table(months).read("N°;Nom;01/2010;02/2010;13/2010;12/2009\r\na;;3;4;5;6\r\n".encode())

    assert items(batch) == [("a", date(2010, 1, 1), 3), ("a", date(2010, 2, 1), 4)]
    assert [(f.address.column, str(f.rule)) for f in batch.faults] == [("13/2010", "type"), ("12/2009", "minimum")]
    assert months.codec.encode(pl.lit(date(2010, 2, 1))).meta.is_literal() is False

    choices = family("choice").choices({"oui": True, "non": False})
    of_choices = Table(
        Row, Csv("c.csv", delimiter=";"), {"reference": column("N°")},
        families=[choices], children=[Child(Choice, {"yes": choices.heading(), "text": choices.cell()})],
    )  # fmt: skip
    read = of_choices.read("N°;non;Autre;oui\r\na;peu;x;bien\r\n".encode()).children["family_word"]
    assert read.select("yes", "text").rows() == [(False, "peu"), (True, "bien")]


def test_a_family_is_one_word_and_a_child_reads_it_whole():
    with pytest.raises(DeclarationError, match="one word"):
        family("two words")
    with pytest.raises(DeclarationError, match="must read the headings and the cells of 'day'"):
        Table(Row, Csv("hours.csv"), {"reference": column("N°")}, families=[DAYS])


def test_a_day_written_another_way_is_told_and_what_is_no_day_is_nobodys():
    """With its weekday, without its year, its month in letters: none is passed over in silence."""
    header = "N°;Nom;lundi 04/01/2010;05/01;6 janvier 2010;07/01/2010 matin;1er févr.;Total 2;Observations"
    batch = table(DAYS).read(f"{header}\r\na;Awa;3;x;x;x;x;x;x\r\n".encode())

    told = ["lundi 04/01/2010", "05/01", "6 janvier 2010", "07/01/2010 matin", "1er févr."]
    assert [(f.address.column, str(f.rule)) for f in batch.faults] == [(header, "type") for header in told]
    assert batch.accepted["#cargo"].to_list() == ['{"Observations":"x","Total 2":"x"}']


def test_a_table_may_need_a_column_of_its_family():
    needed = family("day").dates("dd/mm/yyyy", needed=True)

    with pytest.raises(SourceRefused, match="dd/mm/yyyy"):
        table(needed).read("N°;Nom\r\na;Awa\r\n".encode())
    assert table(needed).read("N°;Nom;5/1/2010\r\na;Awa;3\r\n".encode()).faults[0].address.column == "5/1/2010"


def test_what_is_written_once_over_merged_columns_stands_in_each_of_them():
    """And a wrong cell of a workbook is called as the spreadsheet calls it; below two rows of titles as well."""
    book = openpyxl.Workbook()
    rows = [["N°", "Nom", "Semaine 1", None, None], [None, None, *(datetime(2010, 1, day) for day in (4, 5, 6))],
            ["a", "Awa", 3, None, None], ["b", "Bah", 1, "x", 2], ["c", "Cissé", 5, None, 6]]  # fmt: skip
    for row in rows:
        book.active.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:E1", "C3:E3", "C5:D5"):
        book.active.merge_cells(cells)
    book.save(written := io.BytesIO())
    days = family("day").dates("dd/mm/yyyy", needed=True)
    sheet = Table(
        Row, SoleTable(Csv("hours.csv")), {"reference": column("N°").required(), "name": column("Nom")},
        families=[days], children=[Child(Item, {"day": days.heading(), "hours": days.cell().number()})],
    )  # fmt: skip

    batch = sheet.read(Source(name="hours.xlsx", content=written.getvalue()))

    assert [row[2] for row in items(batch)] == [3, 3, 3, 5, 5, 6]
    (fault,) = batch.faults
    assert (fault.address.row, fault.address.column, fault.address.cell) == (4, "05/01/2010", "D4")
