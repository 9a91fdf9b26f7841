"""Mistakes in a declaration: found when it is made, before any file is opened, naming the nearest right word."""

import subprocess
import sys

import pytest

from cigem_core.errors import DeclarationError
from cigem_core.model.codes import Code, CodeList, occupations
from cigem_core.model.employment import ContractType, JobOffer, JobSeeker, Placement, SeekerStatus
from cigem_core.model.identity import Sex
from cigem_core.sdk import Adapter, Csv, PhonePlan, Table, column, columns, not_after, not_before
from cigem_core.text import Text

FILE = Csv("test.csv", delimiter=",")
KEY = {"reference": column("N°").required()}
PHONES = PhonePlan(calling_code="223", national="[2456789][0-9]{7}", like="70 12 34 56")
REGIONS = CodeList(
    list="iso-3166-2:ml",
    edition="2009",
    title=Text(fr="Régions", en="Regions"),
    source="test",
    codes=(Code(code="ML-1", name="Kayes"),),
)


def seekers(lenses, *rules):
    return Table(JobSeeker, FILE, {**KEY, **lenses}, rules=rules)


MISTAKES = {
    "field misspelt": (lambda: seekers({"identity.famly_name": column("Nom")}), "the nearest is 'identity.family_name'"),
    "group for a field": (lambda: seekers({"identity": column("Nom")}), "JobSeeker has no field 'identity'"),
    "key not read": (lambda: Table(JobSeeker, FILE, {"remarks": column("T")}), "does not read reference, which is required"),
    "required not read": (lambda: Table(Placement, FILE, KEY), "does not read seeker, which is required"),
    "column read twice": (lambda: seekers({"remarks": column("n° ")}), "reads the column 'n° ' twice"),
    "column read twice by roles": (
        lambda: seekers({"identity.birth": columns(date="Né", year="Né").birth("yyyy-mm-dd")}), "reads the column 'Né' twice",
    ),
    "text into a date": (lambda: seekers({"registered_on": column("T")}), "holds: date; its column gives: str"),
    "date into a birth": (lambda: seekers({"identity.birth": column("T").date("dd/mm/yyyy")}), "holds: partial date; its"),
    "birth into a date": (lambda: seekers({"registered_on": column("T").birth("yyyy")}), "holds: date; its column gives"),
    "birth in columns into a date": (
        lambda: seekers({"registered_on": columns(date="D", year="Y").birth("yyyy-mm-dd")}),
        "holds: date; its column gives: PartialDate",
    ),
    "number into a decimal": (lambda: seekers({"experience_years": column("T").number()}), "holds: decimal; its"),
    "codes of another enumeration": (
        lambda: seekers({"identity.sex": column("T").codes({"1": SeekerStatus.PLACED})}),
        "holds: code; its column gives: SeekerStatus",
    ),
    "codes of two enumerations": (
        lambda: column("T").codes({"M": Sex.MALE, "1": SeekerStatus.PLACED}), "codes mean members of one enumeration",
    ),
    "yes, no and perhaps": (lambda: column("T").codes({"O": True, "X": Sex.MALE}), "codes mean members of one enumeration"),
    "no codes": (lambda: column("T").codes({}), "codes mean members of one enumeration"),
    "an empty code": (lambda: column("T").codes({"": True, "N": False}), "the code '' is never read"),
    "a code with spaces": (lambda: column("T").codes({"O ": True}), "the code 'O ' is never read"),
    "a list of other values": (
        lambda: seekers({"residence.region": column("T").codelist(occupations())}),
        "holds: place; its column gives: Occupation",
    ),
    "a territory for an occupation": (
        lambda: seekers({"occupation": column("T").codelist(REGIONS)}), "holds: occupation; its column gives: Level, Place",
    ),
    "written otherwise": (lambda: column("T").codelist(REGIONS, written="label"), "written= is 'name' or 'code', not 'label'"),
    "an odd decimal mark": (lambda: column("T").decimal(";"), "decimals follow ',' or '.', not ';'"),
    "bounds upside down": (lambda: column("T").number(minimum=5, maximum=1), "column 'T': the minimum 5 is above the maximum 1"),
    "a currency by its name": (lambda: column("T").amount("F CFA"), "a currency has a code of three letters"),
    "no header": (lambda: column(" "), "a column has a header"),
    "long separator": (lambda: column("T").words(", "), "words are separated by one character, not ', '"),
    "no separator": (lambda: column("T").words(""), "words are separated by one character"),
    "words for one value": (lambda: seekers({"remarks": column("T").words(",")}), "has one value"),
    "text for several values": (lambda: seekers({"languages": column("T")}), "has several values"),
    "reference to nothing": (lambda: seekers({"remarks": column("T").reference()}), "goes with a field that points at another"),
    "pointer without reference": (
        lambda: Table(Placement, FILE, {**KEY, "seeker": column("S"), "offer": column("O").reference()}),
        "Placement.seeker: .reference",
    ),
    "roles misspelt": (lambda: columns(date="D", yr="Y").birth("yyyy-mm-dd"), "not from: date, yr"),
    "a role missing": (lambda: columns(date="D").birth("yyyy-mm-dd"), "not from: date"),
    "yes is no": (lambda: columns(date="D", year="Y", approximate="A").birth("yyyymmdd", yes="1", no="1"), "both written '1'"),
    "a plan that refuses its example": (
        lambda: PhonePlan(calling_code="223", national="[0-9]{8}", like="70 12 34"),
        "the plan \\+223 does not take its own example",
    ),
    "a plan with a sign": (lambda: PhonePlan(calling_code="+223", national="[0-9]{8}", like="70123456"), "made of digits"),
    "rule on a misspelt field": (
        lambda: seekers({"registered_on": column("D").date("dd/mm/yyyy")}, not_after("registred_on", "registered_on")),
        "does not read; the nearest is 'registered_on'",
    ),
    "rule on a field not read": (
        lambda: Table(JobOffer, FILE, {**KEY, "posted_on": column("D").date("yyyymmdd")},
                      rules=[not_before("closes_on", "posted_on")]),
        "speaks of 'closes_on', which the table of JobOffer does not read",
    ),
    "rule on a text": (
        lambda: seekers({"remarks": column("T")}, not_after("remarks", "reference")), "does not take remarks, which is a text",
    ),
    "agency in capitals": (lambda: Adapter("ANPE"), "an agency's code is lower-case letters"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_when_it_is_declared(mistake):
    """DeclarationError at construction, in both languages."""
    declare, message = MISTAKES[mistake]

    with pytest.raises(DeclarationError, match=message) as refused:
        declare()

    assert refused.value.text.fr != refused.value.text.en


def test_right_declarations_stand():
    """What the mistakes above are near to."""
    assert seekers({
        "identity.phones": column("T").phone(PHONES),
        "residence.region": column("R").codelist(REGIONS),
        "occupation": column("O").codelist(occupations),
        "languages": column("L").words(" "),
        "identity.birth": columns(date="D", year="Y").birth("yyyy-mm-dd"),
    }).headers == ("N°", "T", "R", "O", "L", "D", "Y")  # fmt: skip
    assert column("C").codes({"CDI": ContractType.PERMANENT, "Contrat": ContractType.PERMANENT}).fills == (ContractType,)


def test_declaring_loads_no_heavy_library():
    """An adapter is imported, and checked, without Polars or Babel."""
    code = "import sys, cigem_anpe; print(sorted({'polars', 'babel', 'sqlalchemy', 'pyarrow'} & set(sys.modules)))"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "[]"
