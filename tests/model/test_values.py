"""Values: what may be said, and the canonical text of each."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.model.values import Amount, Country, Level, Occupation, PartialDate, Phone, Place
from cigem_core.testing import strategies

births = strategies.partial_dates(frozenset({"day", "year", "about"}))
names = st.text("abcdefghijklmnopqrstuvwxyz0123456789-:.", min_size=1)


@given(births)
def test_a_partial_date_is_read_back_from_its_text(birth):
    """Str and parse are each other's inverse."""
    assert PartialDate.parse(str(birth)) == birth


@given(births)
def test_the_text_of_a_partial_date_tells_its_precision(birth):
    """Ten characters for a day, four for a year, five for about a year."""
    assert len(str(birth)) == (10 if birth.day else 5 if birth.approximate else 4)


@given(st.text() | st.from_regex(r"[0-9]{3,5}(-[0-9]{1,2}){0,2}~?", fullmatch=True))
def test_no_other_text_is_a_partial_date(text):
    """What parses is canonical already."""
    try:
        birth = PartialDate.parse(text)
    except ValueError:
        return
    assert str(birth) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "85",
        "985",
        "19855",
        "0000",
        "0000~",
        "1985-02-31",
        "1985-13-01",
        "1985-3-1",
        "1985-03",
        "1985-03-12~",
        "١٩٨٥",
        "1985\n",
    ],
)
def test_what_is_no_partial_date(text):
    """Days that do not exist, other precisions and other digits are refused."""
    with pytest.raises(ValueError, match=r"."):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    "said",
    [
        {"year": 0}, {"year": 10000}, {"year": 1985, "month": 3}, {"year": 1985, "day": 12},
        {"year": 2001, "month": 2, "day": 29},
        {"year": 1985, "month": 3, "day": 12, "approximate": True},
    ],
)  # fmt: skip
def test_a_partial_date_is_a_day_a_year_or_about_a_year(said):
    """Nothing between, and no day that is approximate."""
    with pytest.raises(ValueError, match=r"."):
        PartialDate(**said)


@pytest.mark.parametrize("kind", [Place, Level])
@given(list_=names, edition=names, code=names)
def test_an_edited_code_is_read_back_from_its_text(kind, list_, edition, code):
    """list@edition/code, both ways."""
    value = kind(list_, edition, code)

    assert kind.parse(str(value)) == value


def test_a_code_may_hold_a_slash():
    """The first slash ends the edition."""
    assert Place.parse("list@2009/A/B") == Place("list", "2009", "A/B")


@pytest.mark.parametrize("text", ["", "ML-1", "list/ML-1", "list@2009", "@2009/ML-1", "list@/ML-1", "list@2009/"])
def test_a_code_without_its_edition_is_refused(text):
    """Region 9 means nothing without its list."""
    with pytest.raises(ValueError, match="list@edition/code"):
        Place.parse(text)


@given(st.integers(), st.sampled_from(["XOF", "EUR"]))
def test_an_amount_is_read_back_from_its_text(units, currency):
    """Whole, and with its currency."""
    assert Amount.parse(str(Amount(units, currency))) == Amount(units, currency)


@pytest.mark.parametrize("text", ["", "153000", "153000 F", "1.5 XOF", "153000 xof"])
def test_what_is_no_amount(text):
    """No decimals, no currency by nickname."""
    with pytest.raises(ValueError, match=r"."):
        Amount.parse(text)


@pytest.mark.parametrize("number", ["70123456", "+22", "+223 70123456", "+2237012345678901", "+٢٢٣٧٠١٢"])
def test_a_phone_is_international(number):
    """E.164: a plus and 4 to 15 digits."""
    with pytest.raises(ValueError, match=r"."):
        Phone(number)


def test_texts_of_values():
    """What tables, files and databases hold."""
    said = (
        PartialDate(year=985),
        PartialDate(year=1985, approximate=True),
        Place("iso-3166-2:ml", "2009", "ML-1"),
        Occupation("7212"),
    )

    assert [str(value) for value in said] == ["0985", "1985~", "iso-3166-2:ml@2009/ML-1", "7212"]
    assert [str(value) for value in (Country("ML"), Amount(153_000, "XOF"), Phone("+22368961219"))] == [
        "ML",
        "153000 XOF",
        "+22368961219",
    ]
    assert PartialDate.parse("1985-03-12") == PartialDate(year=1985, month=3, day=12)
    assert str(date(985, 1, 1)) == "0985-01-01"


@given(strategies.decimals())
def test_decimals_of_the_strategies_are_canonical(number):
    """No zero that says nothing, no exponent."""
    assert number == Decimal(format(number, "f"))
    assert "." not in format(number, "f") or format(number, "f")[-1] not in "0."
