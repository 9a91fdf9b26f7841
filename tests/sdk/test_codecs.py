"""Each codec by hand, a few cells at a time: what it decodes, writes and spells."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pytest

from cigem_core import Sex
from cigem_core.formats.tables import DATE, NUMBER
from cigem_core.model.codes import Code, CodeList, countries
from cigem_core.sdk.codecs import CodeListCodec, CodesCodec, TextCodec, WordsCodec, by_distinct
from cigem_core.sdk.dates import BirthCodec, DateCodec, DateFormat, MomentCodec, precision_of
from cigem_core.sdk.numbers import AmountCodec, NumberCodec, PhoneCodec, PhonePlan
from cigem_core.text import Text

PROVINCES = CodeList(
    list="provinces", edition="2020", title=Text(fr="Provinces", en="The provinces"), source="invented", folded=True,
    codes=(Code(code="N", name="Nord", spellings=("North",)), Code(code="S", name="Süd")),
)  # fmt: skip
MANY = CodeList(
    list="many", edition="1", title=Text(fr="Beaucoup", en="Many"), source="invented",
    codes=tuple(Code(code=str(n), name=f"name {n}") for n in range(21)),
)  # fmt: skip
PLAN = PhonePlan(calling_code="999", national="[2-9][0-9]{7}", group=2, like="23 45 67 89")


def decoded(codec, *cells):
    return pl.DataFrame({"c": cells}, schema={"c": pl.String}).select(codec.decode(pl.col("c"))).to_series().to_list()


def encoded(codec, *values, dtype=pl.String):
    return pl.DataFrame({"v": values}, schema={"v": dtype}).select(codec.encode(pl.col("v"))).to_series().to_list()


def spelled(codec, *cells):
    frame = pl.DataFrame(cells, schema={"c": pl.String, "w": pl.UInt8}, orient="row")
    return frame.select(codec.spelled(pl.col("c"), pl.col("w"))).to_series().to_list()


def dates(*formats):
    return DateCodec(tuple(map(DateFormat, formats)))


def births(*formats):
    return BirthCodec(tuple(map(DateFormat, formats)))


@pytest.mark.parametrize(
    ("codec", "cells", "values"),
    [
        (TextCodec(), ["a", None], ["a", None]),
        (CodesCodec({"M": Sex.MALE, "F": Sex.FEMALE}), ["M", "m", "F", None], ["male", None, "female", None]),
        (CodesCodec({"O": True, "N": False}), ["O", "N", "X"], [True, False, None]),
        (
            CodeListCodec(PROVINCES),
            ["nord", "NORTH", "süd", "N", "?"],
            ["provinces@2020/N", "provinces@2020/N", "provinces@2020/S", None, None],
        ),
        (CodeListCodec(PROVINCES, "code"), ["N", "n", "Nord"], ["provinces@2020/N", None, None]),
        (CodeListCodec(countries, "code"), ["FR", "fr", "France"], ["FR", None, None]),
        (CodeListCodec(lambda: PROVINCES), ["Nord"], ["provinces@2020/N"]),
        (WordsCodec(","), ["a, b ,,c", ",", " ", None], [["a", "b", "c"], None, None, None]),
        (
            NumberCodec(),
            ["12", "+12", "-3", "007", "1 000", "1.0", "٣", "", "9223372036854775808"],
            [12, 12, -3, 7, None, None, None, None, None],
        ),
        (
            NumberCodec(decimal=","),
            ["2,5", "02,50", "-0,0", "+1", "1.5", "x", "-0,5", "10,0", "100"],
            ["2.5", "2.5", "0", "1", None, None, "-0.5", "10", "100"],
        ),
        (NumberCodec(decimal="."), ["2.5", "2,5", "00", "0.25"], ["2.5", None, "0", "0.25"]),
        (
            AmountCodec(currency="EUR"),
            ["1 500", "1\u00a0500", "1\u202f500", "1\u2009500", "+20", "-5 000", "15 30", "1500 F", "12345 678"],
            ["1500 EUR", "1500 EUR", "1500 EUR", "1500 EUR", "20 EUR", "-5000 EUR", None, None, None],
        ),
        (
            PhoneCodec(PLAN),
            ["23456789", "+999 23.45.67.89", "0099923456789", "99923456789", "12345678", None],
            [["+99923456789"]] * 3 + [None] * 3,
        ),
        (
            dates("dd/mm/yyyy", "yyyy-mm-dd"),
            ["31/12/1999", "1999-12-31", "31/02/1999", "1/1/1999", "01/01/0000", "01/01/99"],
            [date(1999, 12, 31)] * 2 + [None] * 4,
        ),
        (
            births("dd/mm/yyyy", "yyyy", "vers yyyy"),
            ["31/12/1999", "1985", "VERS  1985", "vers 0000", "0000", "31/02/1999"],
            ["1999-12-31", "1985", "1985~", None, None, None],
        ),
        (
            MomentCodec(),
            [
                "2009-06-01T08:30:00Z",
                "2009-06-01 08:30:00+02:00",
                "2009-06-01t08:30:00.5z",
                "2009-06-01T08:30:00",
                "2009-13-01T08:30:00Z",
                "2009-06-01T08:30:00+0200",
                "2009-06-01T08:30:00+01",
                "2009-06-01T08:30:00-03",
            ],
            [
                *("2009-06-01T08:30:00Z", "2009-06-01T06:30:00Z", "2009-06-01T08:30:00.500000Z", None, None),
                *("2009-06-01T06:30:00Z", "2009-06-01T07:30:00Z", "2009-06-01T11:30:00Z"),
            ],
        ),
    ],
    ids=lambda given: re.sub(r" at 0x[0-9a-f]+", "", str(given)),
)
def test_what_cells_mean(codec, cells, values):
    assert decoded(codec, *cells) == values


@pytest.mark.parametrize(
    ("codec", "values", "dtype", "cells"),
    [
        (TextCodec(), ["a", None], pl.String, ["a", None]),
        (
            CodesCodec({"M": Sex.MALE, "H": Sex.MALE, "F": Sex.FEMALE}),
            ["male", "female", None, "other"],
            pl.String,
            ["M", "F", None, None],
        ),
        (CodesCodec({"O": True, "N": False}), [True, False, None], pl.Boolean, ["O", "N", None]),
        (
            CodeListCodec(PROVINCES),
            ["provinces@2020/N", "provinces@2019/N", "other@2020/N", "provinces@2020/X"],
            pl.String,
            ["Nord", None, None, None],
        ),
        (CodeListCodec(PROVINCES, "code"), ["provinces@2020/S"], pl.String, ["S"]),
        (CodeListCodec(countries, "code"), ["FR", "XX"], pl.String, ["FR", None]),
        (WordsCodec(","), [["a", "b"], None], pl.List(pl.String), ["a, b", None]),
        (WordsCodec(" "), [["a", "b"]], pl.List(pl.String), ["a b"]),
        (NumberCodec(), [12, -3], pl.Int64, ["12", "-3"]),
        (NumberCodec(decimal=","), ["2.5", "-0.25"], pl.String, ["2,5", "-0,25"]),
        (NumberCodec(decimal="."), ["2.5"], pl.String, ["2.5"]),
        (
            AmountCodec(currency="EUR"),
            ["1500 EUR", "-5000 EUR", "-500000 EUR", "12 EUR", "1234567 EUR", "5 USD"],
            pl.String,
            ["1 500", "-5 000", "-500 000", "12", "1 234 567", None],
        ),
        (PhoneCodec(PLAN), [["+99923456789", "+99922222222"], ["+33123456789"]], pl.List(pl.String), ["23 45 67 89", None]),
        (dates("dd/mm/yyyy", "yyyy-mm-dd"), [date(1999, 12, 31)], pl.Date, ["31/12/1999"]),
        (
            births("dd/mm/yyyy", "yyyy-mm-dd", "yyyy", "vers yyyy", "ca yyyy"),
            ["1999-12-31", "1985", "1985~"],
            pl.String,
            ["31/12/1999", "1985", "vers 1985"],
        ),
        (births("yyyy"), ["1999-12-31", "1985"], pl.String, [None, "1985"]),
        (MomentCodec(), ["2009-06-01T08:30:00Z"], pl.String, ["2009-06-01T08:30:00Z"]),
    ],
    ids=lambda given: re.sub(r" at 0x[0-9a-f]+", "", str(given)),
)
def test_what_values_are_written_as(codec, values, dtype, cells):
    assert encoded(codec, *values, dtype=dtype) == cells


TYPED = [
    ("2009-10-01", DATE),
    ("2009-10-01T08:30:00", DATE),
    ("2009-10-01", NUMBER),
    ("2.5", NUMBER),
    ("2.5", DATE),
    (None, DATE),
]


@pytest.mark.parametrize(
    ("codec", "cells"),
    [
        (TextCodec(), ["01/10/2009", "2009-10-01T08:30:00", "2009-10-01", "2.5", "2.5", None]),
        (WordsCodec(","), ["01/10/2009", "2009-10-01T08:30:00", "2009-10-01", "2.5", "2.5", None]),
        (NumberCodec(), ["2009-10-01", "2009-10-01T08:30:00", "2009-10-01", "2.5", "2.5", None]),
        (NumberCodec(decimal="."), ["2009-10-01", "2009-10-01T08:30:00", "2009-10-01", "2.5", "2.5", None]),
        (NumberCodec(decimal=","), ["2009-10-01", "2009-10-01T08:30:00", "2009-10-01", "2,5", "2.5", None]),
        (dates("mm.dd.yyyy", "yyyy-mm-dd"), ["10.01.2009", "10.01.2009", "2009-10-01", "2.5", "..2.5", None]),
        (births("yyyy", "mm.dd.yyyy"), ["10.01.2009", "10.01.2009", "2009-10-01", "2.5", "..2.5", None]),
        (births("yyyy"), ["2009-10-01", "2009-10-01T08:30:00", "2009-10-01", "2.5", "2.5", None]),
    ],
    ids=lambda given: re.sub(r" at 0x[0-9a-f]+", "", str(given)),
)
def test_how_typed_cells_are_spelled(codec, cells):
    assert spelled(codec, *TYPED) == cells


def test_a_phone_is_made_of_digits_in_groups():
    odd = PhonePlan(calling_code="9", national="[0-9]{5}", group=3, like="123 45")

    assert encoded(PhoneCodec(odd), ["+912345"], dtype=pl.List(pl.String)) == ["123 45"]
    assert PLAN.group == 2 == PhonePlan(calling_code="9", national="1", like="1").group


def test_bounds_are_compared_with_numbers():
    frame = pl.DataFrame({"n": [3], "d": ["2.5"], "a": ["1500 EUR"], "b": ["1500 USD"]})
    amount = AmountCodec(currency="EUR")

    measured = frame.select(
        NumberCodec().measure(pl.col("n")),
        NumberCodec(decimal=",").measure(pl.col("d")),
        amount.measure(pl.col("a")),
        amount.measure(pl.col("b")),
    )

    assert measured.row(0) == (3, 2.5, 1500, None)
    assert measured.dtypes == [pl.Int64, pl.Float64, pl.Int64, pl.Int64]


def test_a_function_is_asked_once_for_each_text():
    asked = []

    def shout(text):
        asked.append(text)
        return text.upper()

    frame = pl.DataFrame({"c": ["a", None, "a", "b"]}).select(by_distinct(pl.col("c"), shout, pl.String))

    assert frame.to_series().to_list() == ["A", None, "A", "B"]
    assert sorted(asked) == ["a", "b"]


def test_formats_know_their_precision():
    assert [DateFormat(f).precision for f in ("dd/mm/yyyy", "yyyy", "00/00/yyyy", "vers yyyy", "~yyyy", "yyyy?")] == [
        "day", "year", "year", "about", "about", "year",
    ]  # fmt: skip
    assert DateFormat("yyyy_mm_dd").like == "1985_12_31"
    told = precision_of(pl.col("v"))
    frame = pl.DataFrame({"v": ["1999-12-31", "1985", "1985~"]}).select(told[name].alias(name) for name in told)
    assert frame.to_dict(as_series=False) == {
        "day": [True, False, False], "year": [False, True, False], "about": [False, False, True],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("format", "text", "reads"),
    [
        ("dd/mm/yyyy", "31/12/2000", True),
        ("dd/mm/yyyy", "31/02/2000", False),
        ("dd/mm/yyyy", "2000", False),
        ("yyyy", "2000", True),
        ("yyyy", "200", False),
        ("vers yyyy", "Vers   2000", True),
        ("dd%mm%yyyy", "31%12%2000", True),
    ],
)
def test_whether_a_text_is_written_so(format, text, reads):
    assert DateFormat(format).reads(text) is reads
