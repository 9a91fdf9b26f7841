"""Lenses: both ways for every verb, and what each takes for a value, for a fault, or for nothing."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cigem_core.model.codes import Code, CodeList, countries, occupations
from cigem_core.model.employment import ContractType, JobOffer, JobSeeker, Placement
from cigem_core.model.fields import kind_of
from cigem_core.model.identity import ReturnReason, Sex
from cigem_core.model.values import Amount, Country, Level, Occupation, PartialDate, Phone, Place
from cigem_core.report import Rule
from cigem_core.sdk import Csv, PhonePlan, Table, column, columns
from cigem_core.testing import laws, strategies
from cigem_core.text import Text

quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])

PHONES = PhonePlan(calling_code="223", national="[2456789][0-9]{7}", like="70 12 34 56")
BY_THREES = PhonePlan(calling_code="33", national="[1-9][0-9]{8}", like="612 345 678", group=3)
REGIONS = CodeList(
    list="iso-3166-2:ml", edition="2009", title=Text(fr="Régions", en="Regions"), source="test", folded=True,
    codes=(Code(code="ML-4", name="Ségou"), Code(code="ML-6", name="Tombouctou", spellings=("Timbuktu",))),
)  # fmt: skip
LEVELS = CodeList(
    list="levels", edition="1", title=Text(fr="Niveaux", en="Levels"), source="test",
    codes=(Code(code="neant", name="Néant"), Code(code="bac", name="BAC")),
)  # fmt: skip
DAY = "dd/mm/yyyy"

VERBS = {
    "text": (JobSeeker, "remarks", column("T")),
    "reference": (Placement, "seeker", column("T").reference()),
    "date": (JobSeeker, "registered_on", column("T").date(DAY)),
    "date without separators": (JobSeeker, "registered_on", column("T").date("yyyymmdd", DAY)),
    "date in a sentence": (JobSeeker, "registered_on", column("T").date("le dd.mm.yyyy à 100 %")),
    "birth": (JobSeeker, "identity.birth", column("T").birth(DAY, "yyyy", "00/00/yyyy", "vers yyyy")),
    "birth by day": (JobSeeker, "identity.birth", column("T").birth("yyyy-mm-dd")),
    "birth by year": (JobSeeker, "identity.birth", column("T").birth("en yyyy env.", "yyyy~", "00/00/yyyy", "yyyy")),
    "codes": (JobSeeker, "identity.sex", column("T").codes({"M": Sex.MALE, "F": Sex.FEMALE, "H": Sex.MALE})),
    "codes of some members": (JobOffer, "contract", column("T").codes({"CDI": ContractType.PERMANENT})),
    "yes and no": (JobSeeker, "migration.returnee", column("T").codes({"O": True, "N": False})),
    "yes alone": (JobSeeker, "migration.returnee", column("T").codes({"oui": True, "x": True})),
    "folded names": (JobSeeker, "residence.region", column("T").codelist(REGIONS)),
    "codes of a list": (JobSeeker, "residence.region", column("T").codelist(REGIONS, written="code")),
    "exact names": (JobSeeker, "education", column("T").codelist(LEVELS)),
    "list made when used": (JobSeeker, "migration.country", column("T").codelist(countries)),
    "codes that are names": (JobSeeker, "occupation", column("T").codelist(occupations)),
    "number": (JobOffer, "posts", column("T").number()),
    "bounded number": (JobOffer, "posts", column("T").number(minimum=1, maximum=100)),
    "decimal comma": (JobSeeker, "experience_years", column("T").decimal(",")),
    "decimal point": (JobSeeker, "experience_years", column("T").decimal(".", minimum=0, maximum=60)),
    "amount": (JobOffer, "monthly_salary", column("T").amount("XOF")),
    "bounded amount": (JobOffer, "monthly_salary", column("T").amount("EUR", minimum=0, maximum=10**6)),
    "phone": (JobSeeker, "identity.phones", column("T").phone(PHONES)),
    "phone by threes": (JobSeeker, "identity.phones", column("T").phone(BY_THREES)),
    "words": (JobSeeker, "languages", column("T").words(",")),
    "required words": (JobSeeker, "languages", column("T").words(";").required()),
    "words between spaces": (JobSeeker, "languages", column("T").words(" ")),
    "birth in two columns": (JobSeeker, "identity.birth", columns(date="D", year="Y").birth(DAY)),
    "birth in three": (
        JobSeeker, "identity.birth", columns(date="D", year="Y", approximate="A").birth("yyyy-mm-dd", minimum=1900),
    ),
    "birth in three, in French": (
        JobSeeker, "identity.birth", columns(date="D", year="Y", approximate="A").birth(DAY, "yyyymmdd", yes="oui", no="non"),
    ),
}  # fmt: skip


def table_of(kind, name, lens):
    """A table that reads one field, and beside it what its kind requires."""
    required = {f.name: f for f in kind_of(kind).fields.values() if f.is_required and f.name != name}
    others = {n: column(n).reference() if f.refers_to else column(n) for n, f in required.items()}
    others = {n: other.required() for n, other in others.items()}
    return Table(kind, Csv("test.csv", delimiter=","), {**others, name: lens})


def read(verb, *cells):
    """What a row of cells means: its value, or the rules it breaks."""
    kind, name, lens = VERBS[verb]
    table = table_of(kind, name, lens)
    row = dict.fromkeys(table.headers, "1") | dict(zip(lens.headers, cells, strict=True))
    batch = table.read(_frame(row))
    if batch.faults:
        return [fault.rule for fault in batch.faults]
    return kind_of(kind).field(name).restore(batch.accepted[name].to_list()[0])


def _frame(row):
    import polars as pl

    return pl.DataFrame({header: [cell] for header, cell in row.items()})


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_written_is_read_back(verb):
    """decode(encode(v)) == v for every value a lens can write."""
    kind, name, lens = VERBS[verb]
    table = table_of(kind, name, lens)

    @quick
    @given(st.lists(strategies.writable(kind_of(kind).field(name), lens), min_size=1, max_size=25))
    def law(values):
        laws.reads_back(table, name, values)

    law()


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_read_has_one_normal_form(verb):
    """N = encode∘decode: decode(n(c)) == decode(c) and n(n(c)) == n(c); what is not read is refused."""
    kind, name, lens = VERBS[verb]
    table = table_of(kind, name, lens)

    @quick
    @given(st.lists(strategies.cells(lens), min_size=1, max_size=25))
    def law(rows):
        laws.settles(table, name, rows)

    law()


@pytest.mark.parametrize("verb", VERBS)
def test_empty_cells_say_nothing(verb):
    """Blank cells mean no value, and are a fault only where a value is required."""
    kind, name, lens = VERBS[verb]
    is_required = lens.is_required or kind_of(kind).field(name).is_required

    for blank in ("", " ", "\u00a0", " \t\u202f"):
        found = read(verb, *[blank for _ in lens.headers])

        assert found in ([Rule.REQUIRED],) if lens.is_required else found in (None, ()) or is_required


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("+5", 5), ("-0", 0), ("007", 7), ("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -(2**63)),
        ("\u00a012\u202f", 12),
        ("9223372036854775808", [Rule.TYPE]), ("٣", [Rule.TYPE]), ("１", [Rule.TYPE]), ("+-5", [Rule.TYPE]),
        ("1 000", [Rule.TYPE]),
        ("1,0", [Rule.TYPE]), ("1e3", [Rule.TYPE]), ("1_000", [Rule.TYPE]), ("0x10", [Rule.TYPE]), ("-", [Rule.TYPE]),
    ],
)  # fmt: skip
def test_whole_numbers(cell, found):
    """Digits with a sign where there is one, as far as 64 bits go."""
    assert read("number", cell) == found


@pytest.mark.parametrize(
    ("cell", "found"), [("0", [Rule.MINIMUM]), ("-5", [Rule.MINIMUM]), ("101", [Rule.MAXIMUM]), ("100", 100)]
)
def test_bounds_of_numbers(cell, found):
    """A number beyond its bound is `minimum` or `maximum`, not `type`."""
    assert read("bounded number", cell) == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("1,50", "1.5"), ("0,5", "0.5"), ("00,50", "0.5"), ("-0,0", "0"), ("+2", "2"), ("10", "10"), ("100,00", "100"),
        ("-2,05", "-2.05"), ("0" * 30 + "1," + "0" * 30, "1"), ("9" * 40 + ",5", "9" * 40 + ".5"),
        ("2.5", [Rule.TYPE]), ("2,", [Rule.TYPE]), (",5", [Rule.TYPE]), ("1,5,0", [Rule.TYPE]), ("٣,٥", [Rule.TYPE]),
        ("1 000,5", [Rule.TYPE]), ("NaN", [Rule.TYPE]), ("1e3", [Rule.TYPE]),
    ],
)  # fmt: skip
def test_decimals_with_a_comma(cell, found):
    """Exact decimals after the declared mark, and no other."""
    assert read("decimal comma", cell) == (Decimal(found) if isinstance(found, str) else found)


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("153 000", 153_000), ("153\u00a0000", 153_000), ("153\u202f000", 153_000), ("1 250 000", 1_250_000), ("0", 0),
        ("-5 000", -5000), ("+5 000", 5000), ("007", 7), (" 75 500 ", 75_500), ("9223372036854775807", 2**63 - 1),
        ("-9 223 372 036 854 775 808", -(2**63)),
        ("15 30", None), ("1234 567", None), ("153.000", None), ("153 000 F", None), ("- 5 000", None), ("٣", None),
        ("153 000,50", None), ("9223372036854775808", None),
    ],
)  # fmt: skip
def test_amounts(cell, units):
    """Whole amounts; spaces stand between thousands or nowhere."""
    assert read("amount", cell) == ([Rule.TYPE] if units is None else Amount(units, "XOF"))


def test_negative_amount_is_below_its_minimum():
    """`-5 000` is a number, below its bound."""
    assert read("bounded amount", "-5 000") == [Rule.MINIMUM]
    assert read("bounded amount", "1 000 001") == [Rule.MAXIMUM]


@pytest.mark.parametrize(
    "cell",
    [
        "68 96 12 19",
        "68.96.12.19",
        "68961219",
        "+223 68961219",
        "00223 68 96 12 19",
        "+ 2 2 3.68961219",
        "6\u00a08961219",
    ],
)
def test_phones_with_spaces_dots_and_prefix(cell):
    """Spaces and dots are free; the calling code may be there."""
    assert read("phone", cell) == (Phone("+22368961219"),)


@pytest.mark.parametrize(
    "cell",
    [
        "68 96 12 1",
        "68 96 12 190",
        "38961219",
        "08961219",
        "22368961219",
        "+33 68961219",
        "+22300223 68961219",
        "68-96-12-19",
        ".68961219.",
        "6896121.0",
        "٦8961219",
    ],
)
def test_other_phones_are_refused(cell):
    """Eight digits of the plan, with no other sign, calling code or script."""
    assert read("phone", cell) == [Rule.PATTERN]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("peul,  français ,", ("peul", "français")),
        ("a,,b", ("a", "b")),
        ("bambara", ("bambara",)),
        (" , ,", ()),
        ("a b", ("a b",)),
    ],
)
def test_words(cell, words):
    """Words are trimmed, empty ones left out; a cell of separators says nothing."""
    assert read("words", cell) == words


def test_a_cell_of_separators_is_not_the_required_word():
    """Where a word is required, separators alone are as good as nothing."""
    assert read("required words", ";;") == [Rule.REQUIRED]


@pytest.mark.parametrize(
    ("cell", "found"),
    [("SÉGOU", "ML-4"), ("segou", "ML-4"), (" Se\u0301gou ", "ML-4"), ("timbuktu", "ML-6"), ("Gao", None), ("ML-4", None)],
)
def test_folded_names(cell, found):
    """Case and accents are free in a folded list; codes are not names."""
    assert read("folded names", cell) == (Place("iso-3166-2:ml", "2009", found) if found else [Rule.ENUM])


@pytest.mark.parametrize(("cell", "found"), [("BAC", Level("levels", "1", "bac")), ("Bac", [Rule.ENUM]), ("Neant", [Rule.ENUM])])
def test_exact_names(cell, found):
    """A list that is not folded takes names as they are."""
    assert read("exact names", cell) == found


def test_codes_of_lists():
    """`written="code"` reads the code itself; a list the same everywhere gives a bare code."""
    assert read("codes of a list", "ML-4") == Place("iso-3166-2:ml", "2009", "ML-4")
    assert read("codes of a list", "Ségou") == [Rule.ENUM]
    assert read("codes that are names", "7212") == Occupation("7212")
    assert read("codes that are names", "0001") == [Rule.ENUM]
    assert read("list made when used", "mali") == Country("ML")


@pytest.mark.parametrize(("cell", "found"), [(" M ", Sex.MALE), ("H", Sex.MALE), ("m", [Rule.ENUM]), ("X", [Rule.ENUM])])
def test_codes_are_exact(cell, found):
    """The agency's codes are exact after trimming; several may mean the same."""
    assert read("codes", cell) == found


def test_the_first_code_of_a_meaning_writes():
    """Of two codes with one meaning, the first declared writes."""
    table = table_of(*VERBS["codes"])
    import polars as pl

    written = table.encode(pl.DataFrame({"identity.sex": ["male", "female", None]}))

    assert written["T"].to_list() == ["M", "F", ""]


@pytest.mark.parametrize(
    ("verb", "stored"),
    [
        ("birth by day", "1985"), ("birth by day", "1985~"), ("birth by year", "1985-03-12"), ("birth in two columns", "1985~"),
        ("amount", "5 EUR"), ("phone", ["+33612345678"]), ("folded names", "iso-3166-2:ml@2017/ML-9"), ("codes", "unknown"),
        ("codes of some members", "daily"),
    ],
)  # fmt: skip
def test_a_value_outside_the_domain_leaves_the_cells_empty(verb, stored):
    """What a lens cannot say it does not say: an approximate year never becomes exact, nor a euro a franc."""
    import polars as pl

    table = table_of(*VERBS[verb])

    written = table.encode(pl.DataFrame({VERBS[verb][1]: [stored]}))

    assert set(written.row(0)) == {""}


@pytest.mark.parametrize(
    ("day", "year", "about", "found"),
    [
        ("1985-03-12", "", "", PartialDate(year=1985, month=3, day=12)),
        ("1985-03-12", "1990", "true", PartialDate(year=1985, month=3, day=12)),
        ("", "1985", "", PartialDate(year=1985)),
        ("", "1985", "false", PartialDate(year=1985)),
        ("", "1985", "true", PartialDate(year=1985, approximate=True)),
        ("", "", "true", None),
        ("1985-02-31", "1985", "", [Rule.TYPE]),
        ("1985-03-12", "1850", "", [Rule.MINIMUM]),
        ("1985-03-12", "19855", "maybe", [Rule.TYPE, Rule.ENUM]),
        ("", "0", "", [Rule.MINIMUM]),
        ("", "MCMLXXXV", "", [Rule.TYPE]),
        ("", "99999999999999999999", "", [Rule.TYPE]),
    ],
)
def test_birth_in_three_columns(day, year, about, found):
    """The date counts, else the year; all that are present are checked, never against each other."""
    assert read("birth in three", day, year, about) == found


def test_required_birth_in_columns_is_missing_where_there_is_neither():
    """The date's cell is blamed."""
    lens = VERBS["birth in three"][2].required()
    table = table_of(JobSeeker, "identity.birth", lens)

    batch = table.read(_frame({"reference": "1", "D": "", "Y": " ", "A": "true"}))

    assert [(fault.rule, fault.address.column) for fault in batch.faults] == [(Rule.REQUIRED, "D")]


def test_strategies_know_every_type_and_verb():
    """Every field of every kind has values; every verb has values and cells."""
    from cigem_core.model.fields import kinds
    from cigem_core.model.values import VALUE_TYPES

    assert set(strategies._ITEMS) == set(VALUE_TYPES)
    for kind in kinds():
        assert strategies.records(kind.python) is not None
    assert read("date", "01/02/2009") == date(2009, 2, 1)
    assert ReturnReason.TRANSIT in ReturnReason


def test_texts_that_stand_for_nothing_are_no_fault_and_no_value():
    """They are empty cells: a required field misses them, and they are never written."""
    offers = Table(JobOffer, Csv("offres.csv", delimiter=";", encodings=("utf-8",)), {
        "reference": column("N°"),
        "posts": column("Places").blank("N/A", "-").number(minimum=1).required(),
        "employer": column("Employeur").blank("Néant"),
    })  # fmt: skip

    batch = offers.read("N°;Places;Employeur\n1;3;Néant\n2;N/A;SOTELMA\n3; - ;x\n4;n/a;x\n".encode())

    assert batch.accepted.select("reference", "employer").rows() == [("1", None)]
    assert [(f.address.row, str(f.rule)) for f in batch.faults] == [(3, "required"), (4, "required"), (5, "type")]
