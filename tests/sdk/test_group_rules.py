"""Rules over the rows of a file, and cells that what another says requires."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import frozen
from wordings_made import agreed

from cigem_core import Workspace
from cigem_core.errors import DeclarationError
from cigem_core.model.fields import field, key, kind, scope
from cigem_core.model.values import Labelled
from cigem_core.report import Rule
from cigem_core.sdk import Adapter, Csv, Table, at_most, column, required_when
from cigem_core.testing.hosts import hosting


@kind("quarter", fr="quartier", en="quarter")
@frozen(kw_only=True)
class Quarter:
    """Where households are."""

    reference: str = key("Code", fr="Code")


@kind("quarter_household", fr="ménage d'un quartier", en="household of a quarter")
@frozen(kw_only=True)
class QuarterMember:
    """Someone of a household, numbered inside a quarter."""

    quarter: str = scope(Quarter, "Quarter", fr="Quartier")
    reference: str = key("Number", fr="N°")
    household: int | None = field("Household", fr="Ménage")


class Part(Labelled):
    """What somebody is in a household."""

    HEAD = "head", "chef"
    OTHER = "other", "membre"


@kind("household_member", fr="membre d'un ménage", en="household member")
@frozen(kw_only=True)
class Member:
    """Someone of a household."""

    reference: str = key("Number", fr="N°")
    household: int | None = field("Household", fr="Ménage")
    part: Part | None = field("Part", fr="Rôle")
    works: bool | None = field("Works", fr="Travaille")
    trade: str | None = field("Trade", fr="Métier")
    began: date | None = field("Began on", fr="Depuis le")


ONE_HEAD = at_most(1, "household", where={"part": Part.HEAD})
members = Table(Member, Csv("menages*.csv", delimiter=";", encodings=("utf-8-sig",)), {
    "reference": column("N°"),
    "household": column("Ménage").number(),
    "part": column("Rôle").codes({"Chef": Part.HEAD, "Membre": Part.OTHER}),
    "works": column("Travaille").codes({"O": True, "N": False}),
    "trade": column("Métier"),
    "began": column("Depuis").date("dd/mm/yyyy"),
}, rules=[
    ONE_HEAD, at_most(3, "household"), required_when("trade", "works", True), required_when("began", "trade"),
])  # fmt: skip
HEADER = "N°;Ménage;Rôle;Travaille;Métier;Depuis"


def faults(*rows: str, block: int | None = None) -> list[tuple[int, str, Rule]]:
    text = "\n".join([HEADER, *rows]).encode()
    batches = members.scan(text, block=block)
    return [(f.address.row, f.address.column, f.rule) for batch in batches for f in batch.faults]


def test_a_household_has_one_head():
    """The first keeps its place, whatever stands between; the second is told by the cell that makes it one."""
    assert faults("1;7;Chef;N;;", "2;7;Membre;N;;", "3;8;Chef;N;;", "4;7;Chef;N;;") == [(5, "Rôle", Rule.ROW)]


def test_at_most_so_many_of_a_group():
    """Rows without a group are in none."""
    rows = [f"{n};{'' if n % 2 else 5};Membre;N;;" for n in range(10)]

    assert faults(*rows) == [(8, "Ménage", Rule.ROW), (10, "Ménage", Rule.ROW)]


def test_rows_far_apart_in_a_file_are_counted_together():
    """However it is cut into blocks."""
    rows = [f"{n};{n % 40};Chef;N;;" for n in range(80)]

    assert faults(*rows, block=64) == faults(*rows)
    assert len(faults(*rows)) == 40


def test_a_cell_that_another_requires():
    """By what it says, or because it says anything; a cell that is wrong is told once."""
    assert faults("1;1;Membre;O;;") == [(2, "Métier", Rule.REQUIRED)]
    assert faults("1;1;Membre;N;;", "2;1;Membre;;;", "3;2;Membre;O;maçon;01/01/2009") == []
    assert faults("1;1;Membre;N;maçon;") == [(2, "Depuis", Rule.REQUIRED)]
    assert faults("1;1;Membre;N;maçon;hier") == [(2, "Depuis", Rule.TYPE)]


def test_a_remedy_names_the_columns_and_nobody():
    batch = members.read(f"{HEADER}\n1;7;Chef;N;;\n2;7;Chef;O;;\n".encode())

    assert [fault.remedy.en for fault in batch.faults] == [
        "fill in this cell, which what 'Travaille' says requires",
        "mend 'Rôle' or 'Ménage': at most 1 such row for one 'Ménage'",
    ]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (at_most(1, "houshold"), "nearest is 'household'"),
        (at_most(1, "household", where={"part": "head"}), "expected Part"),
        (required_when("trade", "works", "O"), "expected bool"),
    ],
)
def test_mistakes_are_told_when_the_adapter_is_imported(rule, said):
    with pytest.raises(DeclarationError, match=said):
        Table(Member, members.format, members.lenses, rules=[rule])


AGREED = agreed("menage", household_member=["*"], quarter=["*"], quarter_household=["*"])
ON = date(2009, 10, 1)


def test_a_row_that_is_one_too_many_comes_home_only_once_it_is_mended(new_database, tmp_path):
    """Its file of corrections holds nothing but it: the records that are kept count."""
    plugins = hosting(Adapter("menage", pull=[members]))
    with Workspace.create(new_database("centre"), on=ON, by="awa", plugins=plugins) as centre:
        centre.install(AGREED, on=ON, by="awa")
        centre.pull("menage", f"{HEADER}\n1;7;Chef;N;;\n2;7;Chef;N;;\n".encode(), on=ON, by="awa")
        centre.corrections("menage", tmp_path / "a_corriger.csv", on=ON, by="awa")
        text = (tmp_path / "a_corriger.csv").read_text("utf-8-sig")
        untouched = centre.pull("menage", tmp_path / "a_corriger.csv", on=ON, by="awa")
        (tmp_path / "mended.csv").write_text(text.replace("Chef", "Membre"), "utf-8-sig")
        mended = centre.pull("menage", tmp_path / "mended.csv", on=ON, by="awa")
        kept = {one.reference: one.part for one in centre.records(Member)}

    assert (untouched.counts.accepted, untouched.counts.quarantined) == (0, 1)
    assert (mended.counts.accepted, mended.counts.quarantined) == (1, 0)
    assert kept == {"1": Part.HEAD, "2": Part.OTHER}


def test_what_is_kept_counts_inside_what_its_key_is_unique_inside_of(new_database, tmp_path):
    """A household of quarter B is none of quarter A's, whatever its number."""
    quarters = Table(Quarter, Csv("quartiers*.csv", delimiter=";"), {"reference": column("Code")})
    lenses = {"quarter": column("Quartier").reference(), "reference": column("N°"), "household": column("Ménage").number()}
    housed = Table(QuarterMember, Csv("membres*.csv", delimiter=";"), lenses, rules=[at_most(1, "household")])
    plugins = hosting(Adapter("menage", pull=[quarters, housed]))
    with Workspace.create(new_database("centre"), on=ON, by="awa", plugins=plugins) as centre:
        centre.install(AGREED, on=ON, by="awa")
        first = centre.pull(
            "menage", b"Code\nA\nB\n", "Quartier;N°;Ménage\nA;1;7\nA;2;7\nB;3;8\nB;4;8\nB;5;7\n".encode(), on=ON, by="awa"
        )
        centre.corrections("menage", tmp_path / "a_corriger.csv", on=ON, by="awa")
        text = (tmp_path / "a_corriger.csv").read_text("utf-8-sig")
        untouched = centre.pull("menage", tmp_path / "a_corriger.csv", on=ON, by="awa")
        (tmp_path / "mended.csv").write_text(text.replace("A;2;7", "A;2;8").replace("B;4;8", "B;4;9"), "utf-8-sig")
        mended = centre.pull("menage", tmp_path / "mended.csv", on=ON, by="awa")

    assert (first.counts.quarantined, untouched.counts.quarantined, mended.counts.quarantined) == (2, 2, 0)
