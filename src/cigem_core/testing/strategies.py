"""Hypothesis strategies made from declarations: what a field holds, what a lens writes, what an agency types.

    @given(strategies.records(JobSeeker))                                  # objects of a kind
    @given(strategies.records(JobSeeker, seekers))                         # ... that this table can write
    @given(lists(strategies.writable(kind.field("identity.birth"), lens))) # values of a field
    @given(lists(strategies.cells(lens)))                                  # header → cell, tidy and messy

The people they make are invented; none of their names or numbers was taken from a file.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cigem_core.model.axes import AXES, Axis
from cigem_core.model.codes import CodeList, countries, occupations, sectors
from cigem_core.model.fields import Field, build, kind_of
from cigem_core.model.values import Amount, Country, Level, Listed, Occupation, PartialDate, Phone, Place, Sector
from cigem_core.sdk.births import BirthColumns
from cigem_core.sdk.codecs import Codec, CodeListCodec, CodesCodec, OneOfCodec, TextCodec, WordsCodec
from cigem_core.sdk.dates import BirthCodec, DateCodec, DateFormat, MomentCodec, Precision
from cigem_core.sdk.lenses import Column, Lens
from cigem_core.sdk.numbers import AmountCodec, NumberCodec, PhoneCodec, PhonePlan, UnitsCodec, YearCodec
from cigem_core.sdk.table import Table
from cigem_core.spelling import HIDDEN, JOINERS, WHITE_SPACE, fold

Texts = SearchStrategy[str]

INT64 = (-(2**63), 2**63 - 1)
"""The whole numbers a table can hold."""

SPACES = (" ", "  ", "\t", "\u00a0", "\u202f", "\u2009", "\u3000")
"""Some of the stray spaces people and programs leave in cells."""


def values(field: Field) -> SearchStrategy[Any]:
    """Any value a field may hold; None (or no item) where it is not required."""
    if field.many:
        return st.lists(_item(field), max_size=3).map(tuple)
    return _item(field) if field.is_required else st.none() | _item(field)


def writable(field: Field, lens: Lens) -> SearchStrategy[Any]:
    """The values of a field that a lens can write, and so must read back; None where an empty cell is allowed."""
    known = _written_by(lens, field)
    if isinstance(lens, Column) and lens.blanks:
        known = known.filter(lambda value: value not in lens.blanks)
    if lens.is_required or field.is_required:
        return known
    return known | st.just(() if field.many else None)


def cells(lens: Lens) -> SearchStrategy[dict[str, Any]]:
    """What might stand in the columns of a lens: right, nearly right, wrong, or nothing (header → cell).

    Columns of a list hold lists of cells, all of them equally long.
    """
    if isinstance(lens, Column) and lens.path is not None:
        return _lists(lens)
    if isinstance(lens, BirthColumns):
        typed = {lens.date: _typed(lens.dates), lens.year: _typed(NumberCodec()) | _years()}
        if lens.approximate:
            typed[lens.approximate] = _typed(lens.flags)
    elif isinstance(lens, Column):
        typed = {lens.header: _typed(lens.codec)}
    else:
        raise NotImplementedError(f"no cells are known for a {type(lens).__name__}")
    return st.fixed_dictionaries({header: _cell(tidy) for header, tidy in typed.items()})


def _lists(lens: Column) -> SearchStrategy[dict[str, Any]]:
    cell = _cell(_typed(lens.codec))
    if lens.only is None:
        return st.lists(cell, max_size=4).map(lambda items: {lens.header: items})
    other, text = lens.only
    item = st.tuples(cell, st.just(text) | st.just(text) | texts())
    return st.lists(item, max_size=4).map(lambda items: {lens.header: [i[0] for i in items], other: [i[1] for i in items]})


def records(kind: type | str, table: Table | None = None) -> SearchStrategy[Any]:
    """Objects of a kind; with a table, objects it can write (fields it does not read stay empty)."""
    known = kind_of(kind)
    if table is None:
        fields = {name: values(field) for name, field in known.fields.items()}
    else:
        fields = {name: writable(known.field(name), lens) for name, lens in table.lenses.items()}
    return st.fixed_dictionaries(fields).map(
        lambda held: build(known, {name: known.field(name).store(value) for name, value in held.items()})
    )


def texts(*, without: str = "") -> Texts:
    """Trimmed text that is not empty, of any script; no NUL, no lone surrogate, no sign nobody sees, none of those given."""
    alphabet = st.characters(exclude_categories=["Cs"], exclude_characters="\0" + HIDDEN + JOINERS + without)
    wild = st.text(alphabet, min_size=1, max_size=12).map(lambda text: text.strip(WHITE_SPACE)).filter(bool)
    lifelike = st.sampled_from([text for text in _LIFELIKE if not set(text) & set(without)])
    return lifelike | wild


_LIFELIKE = ("KEITA", "Awa", "N'Diaye", "Zürich", "Maçon", "peul", "1800224187535W", "à rappeler", 'dit "le grand"', "0", "-")


def partial_dates(precisions: frozenset[Precision], *, from_year: int = 1) -> SearchStrategy[PartialDate]:
    """Births of some precisions; those known to the year, not before one."""
    day = st.dates().map(lambda d: PartialDate(year=d.year, month=d.month, day=d.day))
    years = st.integers(from_year, 9999) | st.integers(max(1930, from_year), 2009)
    told = {
        "day": day,
        "year": years.map(lambda year: PartialDate(year=year)),
        "about": years.map(lambda year: PartialDate(year=year, approximate=True)),
    }
    return st.one_of(*(told[precision] for precision in sorted(precisions)))


def decimals(lowest: int | None = None, highest: int | None = None) -> SearchStrategy[Decimal]:
    """Finite decimals without zeros that say nothing."""
    thousandths = st.integers(*(None if bound is None else bound * 1000 for bound in (lowest, highest)))
    wide = thousandths.map(lambda n: Decimal(n) / 1000)
    plain = st.integers(-50 if lowest is None else lowest, 60 if highest is None else highest).map(Decimal)
    return (wide | plain).map(lambda d: Decimal(format(d, "f").rstrip("0").rstrip(".")) if "." in format(d, "f") else d)


def numbers_of(plan: PhonePlan) -> Texts:
    """National numbers of a plan, without spaces."""
    return st.from_regex(plan.national, fullmatch=True, alphabet=string.digits)


# What fields hold, by the type they declare.


def _item(field: Field) -> SearchStrategy[Any]:
    if field.codes is not None:
        return st.sampled_from(list(field.codes))
    return _ITEMS[field.python]()


def _edited(kind: type[Place] | type[Level]) -> SearchStrategy[Any]:
    name = st.text(string.ascii_lowercase + string.digits + "-:", min_size=1, max_size=12)
    return st.builds(kind, name, st.integers(1900, 2100).map(str), texts())


def _listed(kind: type[Listed], codes: Callable[[], CodeList]) -> SearchStrategy[Any]:
    return st.sampled_from(list(codes().by_code)).map(kind)


_ITEMS: dict[type, Callable[[], SearchStrategy[Any]]] = {
    str: texts,
    int: lambda: st.integers(*INT64),
    bool: st.booleans,
    date: st.dates,
    datetime: lambda: st.datetimes(datetime(1000, 1, 1), timezones=st.just(UTC)),
    Decimal: decimals,
    PartialDate: lambda: partial_dates(frozenset({"day", "year", "about"})),
    Place: lambda: _edited(Place),
    Level: lambda: _edited(Level),
    Occupation: lambda: _listed(Occupation, occupations),
    Country: lambda: _listed(Country, countries),
    Sector: lambda: _listed(Sector, sectors),
    Axis: lambda: st.sampled_from(AXES),
    Amount: lambda: st.builds(Amount, st.integers(*INT64), st.sampled_from(["EUR", "USD", "JPY"])),
    Phone: lambda: st.text(string.digits, min_size=4, max_size=15).map(lambda digits: Phone("+" + digits)),
}


# What lenses write, by their codecs.


def _written_by(lens: Lens, field: Field) -> SearchStrategy[Any]:
    match lens:
        case Column(path=str(), glue=None):
            several = st.lists(_written_by(evolve(lens, header="one", only=None), field), min_size=1, max_size=3)
            return several.map(lambda items: tuple(value for item in items for value in (item if lens.item_is_many else (item,))))
        case BirthColumns():
            about: list[Precision] = ["about"] if lens.approximate else []
            return partial_dates(frozenset(["day", "year", *about]), from_year=lens.minimum or 1)
        case Column(codec=TextCodec()):
            return texts()
        case Column(codec=CodesCodec(meanings=meanings)):
            return st.sampled_from(list(dict.fromkeys(meanings.values())))
        case Column(codec=CodeListCodec(codes=codes)):
            return st.sampled_from(list(codes.by_code)).map(lambda code: _coded(field, codes, code))
        case Column(codec=NumberCodec(decimal=None)):
            return _whole(lens)
        case Column(codec=NumberCodec()):
            return decimals(lens.minimum, lens.maximum)
        case Column(codec=AmountCodec(currency=currency)):
            return _whole(lens).map(lambda units: Amount(units, currency))
        case Column(codec=MomentCodec()):
            return _ITEMS[datetime]()
        case Column(codec=PhoneCodec(plan=plan)):
            return numbers_of(plan).map(lambda number: (Phone(f"+{plan.calling_code}{number}"),))
        case Column(codec=OneOfCodec(texts=some)):
            return st.sampled_from(some)
        case Column(codec=YearCodec()):
            return st.integers(lens.minimum or 0, 9999 if lens.maximum is None else lens.maximum)
        case Column(codec=UnitsCodec()):
            return _whole(lens)
        case Column(codec=WordsCodec(of=some)) if some:
            return st.lists(st.sampled_from(some), min_size=1, max_size=4).map(tuple)
        case Column(codec=WordsCodec(separator=separator)):
            return st.lists(texts(without=separator), min_size=1, max_size=4).map(tuple)
        case Column(codec=DateCodec()):
            return st.dates()
        case Column(codec=BirthCodec(precisions=precisions)):
            return partial_dates(precisions)
    raise NotImplementedError(f"what {lens!r} writes is not known")


def _coded(field: Field, codes: CodeList, code: str) -> Any:
    made: Any = field.python
    return made(code) if issubclass(field.python, Listed) else made(codes.list, codes.edition, code)


def _whole(lens: Column) -> SearchStrategy[int]:
    lowest = INT64[0] if lens.minimum is None else lens.minimum
    return st.integers(lowest, INT64[1] if lens.maximum is None else lens.maximum)


# What people and programs type, by the codec that must read it.


def _cell(typed: Texts) -> Texts:
    """A cell with something typed in it, stray spaces around it, anything at all, or nothing."""
    space = st.sampled_from(("", "", *SPACES))
    return st.one_of(typed, st.tuples(space, typed, space).map("".join), texts(), space)


def _typed(codec: Codec) -> Texts:
    match codec:
        case TextCodec():
            return texts()
        case CodesCodec(meanings=meanings):
            return st.sampled_from([written for code in meanings for written in (code, code, code.swapcase())])
        case CodeListCodec(codes=codes):
            return st.sampled_from(_spellings(codes))
        case NumberCodec(decimal=mark):
            return _numbers(mark)
        case AmountCodec() | UnitsCodec():
            return _amounts()
        case OneOfCodec(texts=some):
            return st.sampled_from(some)
        case YearCodec():
            return _years()
        case PhoneCodec(plan=plan):
            return _phones(plan)
        case WordsCodec(separator=separator, of=some) if some:
            return st.lists(st.sampled_from(some), max_size=4).map(separator.join)
        case WordsCodec(separator=separator):
            space = st.sampled_from(("", *SPACES))
            word = st.tuples(space, st.just("") | texts(), space).map("".join)
            return st.lists(word, max_size=4).map(separator.join)
        case MomentCodec():
            return _moments()
        case DateCodec(formats=formats) | BirthCodec(formats=formats):
            return _dates(formats)
    raise NotImplementedError(f"what is typed for a {type(codec).__name__} is not known")


@cache
def _spellings(codes: CodeList) -> list[str]:
    known = [text for entry in codes.codes for text in (entry.code, entry.name, *entry.spellings)]
    ways: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower, fold, lambda text: text.replace("’", "'"))
    return [way(text) for text in known for way in ways]


def _numbers(mark: str | None) -> Texts:
    start = st.sampled_from(["", "", "+", "0", "-00"])
    whole = st.integers(-20, 3000) | st.integers(-(10**20), 10**20)
    marks = st.sampled_from([mark or "", mark or ".", ",", "."])
    end = st.sampled_from(["", "0", "5", "50", "005"])
    keen = st.sampled_from(["+5", "-0", "+-5", "007", "1 000", "٣", "½", "1e3", "0x10", "1_000"])
    return whole.map(str) | st.tuples(start, whole.map(str), marks, end).map("".join) | keen


def _amounts() -> Texts:
    spaces = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", ""])
    units = st.integers(-(10**7), 10**9) | st.integers(-(10**20), 10**20)
    grouped = st.tuples(units, spaces).map(lambda pair: f"{pair[0]:_}".replace("_", pair[1]))
    return grouped | st.sampled_from(["15 30", "1234 567", "- 5 000", "+5 000", "0007", "153 000 F", "153.000"])


def _phones(plan: PhonePlan) -> Texts:
    start = st.sampled_from(["", "", f"+{plan.calling_code}", f"00{plan.calling_code}", plan.calling_code, "0"])
    number = numbers_of(plan) | st.text(string.digits, min_size=6, max_size=10)
    between = st.sampled_from([" ", ".", "", "\u00a0", "-"])

    def spread(parts: tuple[str, str, str]) -> str:
        head, digits, space = parts
        return space.join([head, *(digits[at : at + 2] for at in range(0, len(digits), 2))])

    return st.tuples(start, number, between).map(spread)


def _moments() -> Texts:
    zones = st.sampled_from(["Z", "z", "+00:00", "+01:30", "-11:00", "", "+0100"])
    between, fraction = st.sampled_from(["T", "t", " "]), st.sampled_from(["", ".5", ".000001", ".123456789"])
    moment = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(lambda known: known.replace(microsecond=0).isoformat())
    parts = st.tuples(moment, between, fraction, zones)
    keen = ["2009-06-01", "2009-13-01T00:00:00Z", "2009-06-01T25:00:00Z", "2009-06-01T00:00Z", "0001-01-01T00:00:00+10:00"]
    return parts.map(lambda p: p[0].replace("T", p[1]) + p[2] + p[3]) | st.sampled_from(keen)


def _dates(formats: tuple[DateFormat, ...]) -> Texts:
    form = st.sampled_from([f.written for f in formats])
    day, month = (st.integers(0, top).map("{:02d}".format) | st.integers(0, 9).map(str) for top in (32, 13))

    def written(parts: tuple[str, str, str, str]) -> str:
        form, day, month, year = parts
        return form.replace("dd", day).replace("mm", month).replace("yyyy", year)

    typed = st.tuples(form, day, month, _years()).map(written)
    ways: tuple[Callable[[str], str], ...] = (str, str.upper, lambda t: t.replace(" ", "  "), lambda t: t.replace(" ", "\u00a0"))
    keen = ["29/02/2001", "29/02/2000", "31/02/1985", "00/00/1985", "03/04/90", "0000", "00/00/0000", "12/03/0985"]
    return st.tuples(typed, st.sampled_from(ways)).map(lambda pair: pair[1](pair[0])) | st.sampled_from(keen)


def _years() -> Texts:
    digits = (st.integers(1900, 2010) | st.integers(0, 9999)).map("{:04d}".format)
    return digits | st.sampled_from(["90", "0000", "19855", "١٩٨٥"])
