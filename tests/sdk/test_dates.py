"""Date formats: what they take, what they tell, and which cannot be meant."""

from datetime import date

import polars as pl
import pytest

from cigem_core.errors import DeclarationError
from cigem_core.sdk import column
from cigem_core.sdk.dates import DateFormat

BIRTH = column("T").birth("dd/mm/yyyy", "yyyy", "00/00/yyyy", "vers yyyy")
YEARS = (1, 4, 9, 90, 100, 400, 999, 1000, 1582, 1700, 1900, 1904, 1985, 2000, 2001, 2100, 9999)


def read(lens, *cells):
    """The stored forms of some cells."""
    return pl.DataFrame({"T": cells}).select(lens.decode(pl.col)).to_series().to_list()


@pytest.mark.parametrize(
    "written", ["dd/mm/yyyy", "yyyy-mm-dd", "ddmmyyyy", "yyyymmdd", "mm.dd.yyyy", "%dd/%mm/%yyyy", "né le dd mm yyyy"]
)
def test_days_that_exist_are_read_and_no_others(written):
    """Every day and month from 00 to the first that never is, in short, leap and early years."""
    days = [(d, m, y) for y in YEARS for m in range(14) for d in range(33)]
    cells = [written.replace("dd", f"{d:02d}").replace("mm", f"{m:02d}").replace("yyyy", f"{y:04d}") for d, m, y in days]

    found = read(column("T").date(written), *cells)

    assert found == [calendar(*day) for day in days]


def calendar(day, month, year):
    try:
        return date(year, month, day)
    except ValueError:
        return None


@pytest.mark.parametrize(
    "cell",
    [
        "1/2/2009", "01/2/2009", "01/02/09", "01-02-2009", "2009-02-01", "01/02/2009 ", "01/02/2009 10:00", "01 /02/2009",
        "01/02/0000", "00/00/0000", "٠١/٠٢/٢٠٠٩", "+1/02/2009", "01/02/-200", "01/02/20090", "", "demain",
    ],
)  # fmt: skip
def test_a_date_has_two_digit_days_and_months_and_four_digit_years(cell):
    """Nothing is guessed: 03/04/90 is no date."""
    assert read(column("T").date("dd/mm/yyyy"), cell) == [None]


@pytest.mark.parametrize(
    ("cell", "edtf"),
    [
        ("12/03/1985", "1985-03-12"), ("12/03/0985", "0985-03-12"), ("29/02/2000", "2000-02-29"),
        ("1985", "1985"), ("00/00/1985", "1985"), ("0985", "0985"), ("00/00/0001", "0001"),
        ("vers 1985", "1985~"), ("VERS  1985", "1985~"), ("Vers\u00a01985", "1985~"),
        ("29/02/2001", None), ("31/02/1985", None), ("00/03/1985", None), ("12/00/1985", None), ("0000", None),
        ("00/00/0000", None), ("vers 0000", None), ("vers1985", None), ("vers 85", None), ("85", None), ("985", None),
        ("19855", None), ("1985 environ", None), ("vers 12/03/1985", None), ("١٩٨٥", None), ("1985~", None), ("-985", None),
    ],
)  # fmt: skip
def test_births_keep_their_precision(cell, edtf):
    """A day, a year, or about a year; what does not exist is not understood."""
    assert read(BIRTH, cell) == [edtf]


def test_the_first_format_of_each_precision_writes():
    """Normal forms: a day, a bare year, and `vers`."""
    stored = pl.DataFrame({"v": ["0985-03-12", "0001", "1985~", None]})

    assert stored.select(**BIRTH.encode(pl.col("v")))["T"].to_list() == ["12/03/0985", "0001", "vers 1985", None]


def test_the_first_of_two_formats_writes_and_both_are_read():
    """Where two formats could read a cell, the first declared does."""
    lens = column("T").date("dd/mm/yyyy", "mm/dd/yyyy", "yyyymmdd")

    assert read(lens, "02/01/2009", "12/31/2009", "20091231") == [date(2009, 1, 2), date(2009, 12, 31), date(2009, 12, 31)]


@pytest.mark.parametrize("written",
    [
        "", "dd/mm/yy", "jj/mm/aaaa", "DD/MM/YYYY", "D/M/yyyy", "jj/MM/yyyy", "mm/yyyy", "yyyyy",
        "dd/mm/yyyy dd", "yyyy yyyy",
    ],
)  # fmt: skip
def test_a_format_that_cannot_be_read_back_is_refused(written):
    """The message quotes the format and says what it must hold."""
    with pytest.raises(DeclarationError, match="must hold dd, mm and yyyy") as refused:
        DateFormat(written)

    assert "doit contenir" in refused.value.text.fr


@pytest.mark.parametrize("written", [" dd/mm/yyyy", "yyyy\u00a0"])
def test_a_format_with_spaces_at_its_edge_never_reads(written):
    """Cells are trimmed before a format sees them."""
    with pytest.raises(DeclarationError, match="spaces at its edge"):
        DateFormat(written)


@pytest.mark.parametrize(
    ("written", "precision"),
    [
        ("dd/mm/yyyy", "day"),
        ("le dd/mm/yyyy", "day"),
        ("yyyy", "year"),
        ("00/00/yyyy", "year"),
        ("vers yyyy", "about"),
        ("yyyy~", "about"),
    ],
)
def test_a_format_tells_a_precision(written, precision):
    """A word or a tilde beside the year makes it approximate."""
    assert DateFormat(written).precision == precision


def test_a_date_is_told_to_the_day():
    """Only a birth may be just a year."""
    with pytest.raises(DeclarationError, match="not 'yyyy'"):
        column("T").date("dd/mm/yyyy", "yyyy")


@pytest.mark.parametrize("verb", ["date", "birth"])
def test_a_column_of_dates_says_how_they_are_written(verb):
    """Without a format nothing could ever be read."""
    with pytest.raises(DeclarationError, match="say how dates are written"):
        getattr(column("T"), verb)()


@pytest.mark.parametrize("formats", [("dd/mm/yyyy", "01/01/yyyy"), ("29/02/yyyy", "dd/mm/yyyy"), ("yyyymmdd", "yyyy0101")])
def test_formats_that_blur_the_precision_are_refused(formats):
    """A year written 01/01/1985 would come back as a day."""
    with pytest.raises(DeclarationError, match="would be read as"):
        column("T").birth(*formats)
