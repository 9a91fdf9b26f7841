"""Workbooks are read cell by cell, as a spreadsheet shows them."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

import pytest
from formats.books import ods, xlsx
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.errors import SourceRefused
from cigem_core.formats.books.cells import bulk, lines, reading
from cigem_core.formats.books.cells.xlsx import XlsxParts, read_cells, read_strings
from cigem_core.formats.books.grid import Grid, read_book
from cigem_core.formats.source import Source
from cigem_core.formats.tables import BOOLEAN, DATE, ERROR, IS, NUMBER, SCIENTIFIC, TEXT

BOOK = XlsxParts(
    sheets=(), shapes=("number", "date", "number", "elapsed", "date"), strings=("Awa", "12", "2009-10-01"), since_1904=False
)


def cells_of(grid: Grid) -> dict[str, tuple[str, int]]:
    """The cells that hold something, by their reference."""
    found = {}
    for column in range(grid.cells.width // 2):
        pairs = zip(grid.cells[str(column)], grid.cells[f"{IS}{column}"], strict=True)
        found |= {f"{chr(65 + column)}{grid.first + row}": pair for row, pair in enumerate(pairs) if pair[0] is not None}
    return found


def read(content: bytes) -> dict[str, tuple[str, int]]:
    return cells_of(read_book(Source.of(content)).sheets[0])


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<c r="A1"><v>12</v></c>', ("12", NUMBER)),
        ('<c r="A1"><v>2.5</v></c>', ("2.5", NUMBER)),
        ('<c r="A1"><v>1.1000000000000001</v></c>', ("1.1", NUMBER)),
        ('<c r="A1"><v>1.5E-3</v></c>', ("0.0015", NUMBER)),
        ('<c r="A1"><v>1E+3</v></c>', ("1000", NUMBER)),
        ('<c r="A1" s="2"><v>12</v></c>', ("12", NUMBER)),
        ('<c r="A1" t="s"><v>1</v></c>', ("12", TEXT)),
        ('<c r="A1" t="inlineStr"><is><r><t>A</t></r><r><t xml:space="preserve"> b</t></r></is></c>', ("A b", TEXT)),
        ('<c r="A1" t="str"><f>"x"</f><v>x_x000D_</v></c>', ("x\r", TEXT)),
        ('<c r="A1" s="1"><v>40087</v></c>', ("2009-10-01", DATE)),
        ('<c r="A1" s="1"><v>40087.5</v></c>', ("2009-10-01T12:00:00", DATE)),
        ('<c r="A1" s="1"><v>59</v></c>', ("1900-02-28", DATE)),
        ('<c r="A1" s="1"><v>60</v></c>', ("1900-02-29", TEXT)),
        ('<c r="A1" s="1"><v>61</v></c>', ("1900-03-01", DATE)),
        ('<c r="A1" s="4"><v>0.3541666666666667</v></c>', ("08:30:00", TEXT)),
        ('<c r="A1" s="3"><v>1.5</v></c>', ("36:00:00", TEXT)),
        ('<c r="A1" t="d"><v>2009-10-01T00:00:00</v></c>', ("2009-10-01", DATE)),
        ('<c r="A1" t="b"><v>1</v></c>', ("true", BOOLEAN)),
        ('<c r="A1" t="e"><v>#N/A</v></c>', ("#N/A", ERROR)),
        ('<c r="A1"><f>B2+1</f></c>', ("=B2+1", ERROR)),
        ('<c r="A1"><f>B2</f><v/></c>', ("=B2", ERROR)),
        ('<c r="A1"><v>1.2345678901234567E+17</v></c>', ("123456789012346000", SCIENTIFIC)),
    ],
)
def test_cell_is_what_a_spreadsheet_shows(markup, expected):
    """Each cell keeps what it was: a number, a text that looks like one, a date, a time, an error."""
    strings = "<si><t>Awa</t></si><si><t>12</t></si>"

    assert read(xlsx(f'<row r="1">{markup}</row>', strings=strings)) == {"A1": expected}


def test_positions_are_true():
    """What is empty above and left is kept; cells without a reference follow one another; styles alone are nothing."""
    rows = '<row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c></row><row><c r="A4" s="1"/><c t="b"><v>0</v></c></row>'

    assert read(xlsx(rows)) == {"B3": ("1", NUMBER), "C3": ("2", NUMBER), "B4": ("false", BOOLEAN)}


def test_days_since_1904():
    """The other calendar of workbooks begins in 1904."""
    content = xlsx('<row r="1"><c r="A1" s="1"><v>0</v></c></row>', properties='<workbookPr date1904="1"/>')

    assert read(content) == {"A1": ("1904-01-01", DATE)}


def test_opendocument_cells_repeat_and_say_their_type():
    """A cell of an ODS may stand for several; its type is its own word for it."""
    row = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2" '
        'office:value-type="float" office:value="2.50"/><table:table-cell office:value-type="date" '
        'office:date-value="2009-10-01"/><table:table-cell office:value-type="string"><text:p>a<text:s text:c="2"/>b</text:p>'
        '</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048574"/>'
    )

    found = read(ods(row))

    assert found["B2"] == ("2.5", NUMBER)
    assert found["C1"] == ("2009-10-01", DATE)
    assert found["D2"] == ("a  b", TEXT)
    assert len(found) == 8


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1)
NUMBERS = st.one_of(
    st.integers(-(10**17), 10**17).map(str), st.floats(allow_nan=False, allow_infinity=False).map(repr), st.just("0.10")
)


@st.composite
def cells(draw: st.DrawFn) -> str:
    """The type, style and value of a cell, spelled as programs spell them."""
    kind = draw(st.sampled_from(["n", "date", "s", "str", "inline", "b", "e", "none", "formula"]))
    if kind == "s":
        return f' t="s"><v>{draw(st.integers(0, 2))}</v></c>'
    if kind in ("str", "inline"):
        text = escape(draw(TEXTS))
        opening = ' t="str"><v>' if kind == "str" else ' t="inlineStr"><is><t xml:space="preserve">'
        return f"{opening}{text}{'</v>' if kind == 'str' else '</t></is>'}</c>"
    if kind == "date":
        serial = draw(st.one_of(st.integers(0, 3 * 10**6), st.floats(0, 10**5)))
        return f' s="{draw(st.sampled_from([1, 3, 4]))}"><v>{serial}</v></c>'
    if kind == "formula":
        return f"><f>A1&gt;B2</f><v>{draw(NUMBERS)}</v></c>"
    return {"b": ' t="b"><v>1</v></c>', "e": ' t="e"><v>#N/A</v></c>', "none": ' s="1"/>', "n": f"><v>{draw(NUMBERS)}</v></c>"}[
        kind
    ]


@given(st.lists(st.lists(cells(), max_size=4), min_size=1, max_size=5))
def test_large_sheets_read_as_small_ones(table):
    """Cut by whole columns or followed element by element: the same cells."""
    rows = "".join(
        f'<row r="{number}" spans="1:4">'
        + "".join(f'<c r="{"ABCD"[at]}{number}"{cell}' for at, cell in enumerate(row))
        + "</row>"
        for number, row in enumerate(table, start=3)
    )
    markup = f"<worksheet xmlns='x'><sheetData>{rows}</sheetData></worksheet>".encode()
    by = ["row", "column"]

    together = bulk.listed(iter((markup,)), BOOK).sort(by)

    assert together.rows() == read_cells((markup,), BOOK).listed().sort(by).rows()


@pytest.mark.parametrize(
    "oddity",
    [
        '<c r="A2"><v><![CDATA[12]]></v></c>',
        "<c><v>3</v></c>",
        '<c t="s" r="A2"><v>1</v></c>',
        '<c r="A2">\n<v>12</v></c>',
        '<c r="A2" t="inlineStr"><is><r><t>a</t></r></is></c>',
    ],
)
def test_odd_markup_is_left_to_the_careful_reader(oddity):
    """Where markup is not as most programs write it, its rows are read element by element."""
    rows = f'<row r="1"><c r="B1"><v>1</v></c></row><row r="2">{oddity}</row>'
    markup = f"<worksheet xmlns='x'><sheetData>{rows}</sheetData></worksheet>".encode()

    assert bulk.listed(iter((markup,)), BOOK).rows() == read_cells((markup,), BOOK).listed().rows()


@given(st.lists(TEXTS, min_size=1))
def test_shared_texts_read_the_same_both_ways(texts):
    """The texts that cells share: by whole columns or one by one, the same."""
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    markup = f"<?xml version='1.0'?><sst xmlns='x'>{items}</sst>".encode()

    assert lines.strings_of(markup) == read_strings((markup,))


def test_large_workbook_is_read_in_pieces():
    """A sheet that comes in several pieces loses nothing at their seams."""
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="C{n}" t="inlineStr"><is><t>é{n}</t></is></c></row>'
        for n in range(1, 90_000)
    )

    grid = read_book(Source.of(xlsx(rows))).sheets[0]

    assert len(rows) > 2 * reading._PIECE // 3
    assert grid.cells["0"].to_list() == [str(n) for n in range(1, 90_000)]
    assert grid.cells["1"].null_count() == grid.cells.height
    assert grid.cells["2"][-1] == "é89999"


@pytest.mark.long
def test_large_workbook_that_says_little_is_within_its_limits():
    """A workbook folds the better the more it repeats itself; read, it takes as much room as any of its size."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXY"
    cells = [f'"><v>{at % 7}</v></c>' if at % 2 else '" t="inlineStr"><is><t>Nom 7</t></is></c>' for at in range(25)]
    rows = "".join(
        f'<row r="{n}">{"".join(f"""<c r="{letter}{n}{cell}""" for letter, cell in zip(letters, cells, strict=True))}</row>'
        for n in range(1, 60_001)
    )

    grid = read_book(Source.of(xlsx(rows))).sheets[0]

    assert grid.cells.shape == (60_000, 50)
    assert grid.cells.row(-1)[:3] == ("Nom 7", "1", "Nom 7")


def test_other_files_are_no_workbooks():
    """What is no workbook is refused with a sentence."""
    with pytest.raises(SourceRefused) as refused:
        read_book(Source.of(b"a;b\r\n1;2\r\n"))

    assert re.search("XLSX", refused.value.text.fr)
