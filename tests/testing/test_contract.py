"""The contract kit finds what is wrong: an adapter that breaks a promise fails the check of that promise."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from attrs import evolve

from cigem_core import JobOffer
from cigem_core.sdk import Adapter, Api, Csv, Table, column
from cigem_core.sdk.codecs import TextCodec
from cigem_core.sdk.evidence import ALWAYS, CHECKS, NEEDS, CheckMark, Evidence, evidence_of, source_of, standing, written
from cigem_core.sdk.lenses import Column
from cigem_core.sdk.numbers import NumberCodec
from cigem_core.testing import contract
from cigem_core.testing.hostile import damaged
from cigem_core.testing.kit.apart import main
from cigem_core.testing.kit.checks import mark
from cigem_core.testing.kit.subject import Subject

SAMPLE = "Ref;Title;Posts;Pay;Kept by\nA1;Mason;2;1 500;x\nA2;Cook;1;;y\nA3;Smith;many;;z\n"


def offers(**lenses) -> Table:
    declared = {
        "reference": column("Ref").required(),
        "title": column("Title"),
        "posts": column("Posts").number(minimum=1),
        "monthly_salary": column("Pay").amount("EUR", minimum=0),
    }
    return Table(JobOffer, Csv("offers.csv", delimiter=";", encodings=("utf-8-sig",)), {**declared, **lenses})


@pytest.fixture
def subject(tmp_path):
    """The contract of an adapter with one table, and a small sample of it."""

    def made(table: Table | None = None, *, sample: str = SAMPLE, **more) -> Subject:
        path = tmp_path / "offers.csv"
        path.write_text(sample, "utf-8")
        api = more.pop("api", None)
        return Subject(adapter=Adapter("house", pull=[table or offers()], api=api), samples=(path,), **more)

    return made


APART = ("deterministic", "offline", "exactly-once")


@pytest.mark.parametrize("check", [name for name in CHECKS if name not in APART])
def test_a_sound_adapter_passes(subject, check):
    said, error = mark(subject(), check)

    assert (said.outcome, error) == ("pass", None)


class Careless(NumberCodec):
    """Takes anything for nothing."""

    def decode(self, cell):
        import polars as pl

        return super().decode(cell).fill_null(pl.when(cell.is_not_null()).then(1))


class Forgetful(NumberCodec):
    """Writes another number than it read."""

    def encode(self, value):
        return super().encode(value + 1)


class Unsettled(NumberCodec):
    """Its normal form is read as something else."""

    def encode(self, value):
        import polars as pl

        return pl.lit("0") + super().encode(value + value)


class Breaks(TextCodec):
    """Breaks on what it does not expect."""

    def decode(self, cell):
        def strict(column):
            if column.str.contains("[^ -~]").any():
                raise ValueError("not ASCII")
            return column

        return cell.map_batches(strict, return_dtype=column_type())


def column_type():
    import polars as pl

    return pl.String


@pytest.mark.parametrize(
    ("lenses", "check"),
    [
        ({"posts": Column("Posts", codec=Forgetful())}, "reads-back"),
        ({"posts": Column("Posts", codec=Unsettled())}, "settles"),
        ({"posts": Column("Posts", codec=Forgetful())}, "writes-back"),
        ({"title": Column("Title", codec=Breaks())}, "hostile"),
    ],
)
def test_a_broken_promise_fails_its_check(subject, lenses, check):
    said, error = mark(subject(offers(**lenses)), check)

    assert said.outcome == "fail"
    assert error is not None


@pytest.mark.long
def test_a_cell_that_is_at_fault_and_not_reported_is_found(subject, monkeypatch):
    """One bad cell, or its fault at another column: both fail."""
    import cigem_core.testing.kit.wrong as wrong

    honest = wrong._places
    monkeypatch.setattr(wrong, "_places", lambda *a: {(row, "Title") for row, _ in honest(*a)})

    said, _ = mark(subject(), "one-bad-cell")

    assert said.outcome == "fail"
    assert "reported at" in said.because


def test_a_leak_is_found_wherever_it_is(subject, monkeypatch):
    """A pull that logs what it reads fails the gate, and the column is named."""
    import logging

    from cigem_core.workspace import Workspace

    honest = Workspace.pull

    def careless(self, agency, *sources, **more):
        logging.getLogger("somewhere").debug("reading %s", Path(sources[0]).read_text("utf-8", "replace"))
        return honest(self, agency, *sources, **more)

    monkeypatch.setattr(Workspace, "pull", careless)

    said, _ = mark(subject(), "gate")

    assert said.outcome == "fail"
    assert "'Pay' in the logs" in said.because


def test_what_could_be_asked_and_is_not_known_is_not_reviewed(subject):
    """A service without one to test against; its author may say why."""
    api = Api(agency="house")

    assert mark(subject(api=api), "exactly-once")[0].outcome == "not-reviewed"
    said = subject(api=api, unsupported={"exactly-once": "because"})
    assert mark(said, "exactly-once")[0] == CheckMark("unsupported", "because")


def test_saying_unsupported_does_not_help_where_a_check_can_be_asked(subject):
    """The kit believes what it sees."""
    table = offers(posts=Column("Posts", codec=Forgetful()))

    said, _ = mark(subject(table, unsupported={"reads-back": "hard"}), "reads-back")

    assert said.outcome == "fail"


def test_an_adapter_that_asks_for_a_connection_is_found(tmp_path, capsys):
    """At import, in a process of its own; what it catches itself is told as well."""
    import subprocess

    (tmp_path / "calls_home.py").write_text(
        "import socket\nfrom cigem_core.sdk import Adapter\n"
        "try:\n    socket.create_connection(('127.0.0.1', 9))\nexcept OSError:\n    pass\nhouse = Adapter('house')\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "cigem_core.testing.kit.apart", "calls_home", "house"],
        env={"PYTHONPATH": f"{tmp_path}:{':'.join(sys.path)}"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout)["asked"] == ["socket.getaddrinfo"]
    assert callable(main)


def evidence(**outcomes) -> Evidence:
    marks = {name: CheckMark("pass") for name in CHECKS} | {
        name.replace("_", "-"): CheckMark(said) for name, said in outcomes.items()
    }
    return Evidence(agency="house", marks=marks, source="s", core="0.1.0", api="1.0")


@pytest.mark.parametrize(
    ("outcomes", "tier"),
    [
        ({}, "platinum"),
        ({"exactly_once": "unsupported"}, "gold"),
        ({"exactly_once": "not-reviewed"}, "gold"),
        ({"cargo": "unsupported"}, "silver"),
        ({"gate": "not-reviewed"}, "bronze"),
        ({"addresses": "unsupported"}, None),
        ({"exactly_once": "fail"}, None),
        ({"offline": "unsupported"}, None),
        ({"deterministic": "fail"}, None),
    ],
)
def test_the_tier_follows_from_what_passed(outcomes, tier):
    """Anything that failed leaves none."""
    assert evidence(**outcomes).tier == tier


def test_every_check_counts_for_a_tier():
    assert sorted(CHECKS) == sorted([*ALWAYS, *(name for names in NEEDS.values() for name in names)])


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An imported package, and its folder."""
    (tmp_path / "pkg_of_house").mkdir()
    (tmp_path / "pkg_of_house/__init__.py").write_text("house = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    sys.modules.pop("pkg_of_house", None)
    __import__("pkg_of_house")
    return tmp_path / "pkg_of_house"


def test_evidence_ships_with_the_package_and_goes_stale_with_its_source(package):
    """The tier written there is for people: it is computed again."""
    given = evolve(evidence(), source=source_of("pkg_of_house"))
    path = written(package, given, evolve(given, agency="other"))

    assert evidence_of("pkg_of_house", "house").tier == "platinum"
    assert standing("pkg_of_house", "house", "0.1.9").fr == "platine"
    assert standing("pkg_of_house", "house", "0.2.0").fr == "platine, à revoir"

    (package / "__init__.py").write_text("house = 2\n")
    assert standing("pkg_of_house", "house", "0.1.0").en == "platinum, to be looked at again"

    held = json.loads(path.read_text("utf-8"))
    held["agencies"]["house"]["checks"]["gate"]["outcome"] = "not-reviewed"
    path.write_text(json.dumps(held))
    assert evidence_of("pkg_of_house", "house").tier == "bronze"


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"agencies": {"house": {"checks": {"gate": {"outcome": "yes"}}}}}', "\ufffd"]
)
def test_evidence_that_cannot_be_read_shows_nothing(package, content):
    (package / "contract.json").write_text(content, "utf-8")

    assert evidence_of("pkg_of_house", "house") is None
    assert standing("pkg_of_house", "house", "0.1.0").fr == "rien de montré"


def test_line_ends_do_not_change_a_source(package):
    """A checkout may have others than the package that was built of it."""
    before = source_of("pkg_of_house")
    (package / "__init__.py").write_bytes(b"house = 1\r\n")

    assert source_of("pkg_of_house") == before


def test_the_shipped_evidence_is_what_the_sources_show():
    """Each shipped adapter reaches gold, and those that speak with a service platinum."""
    from cigem_core.plugins import load

    tiers = {agency: tier.en for plugin in load().found for agency, tier in plugin.tiers.items()}

    assert tiers == {
        "anpe": "gold",
        "apej": "platinum",
        "bourses": "gold",
        "bourses-formulaire": "gold",
        "fafpa": "gold",
        "ufae": "platinum",
    }


def test_an_unknown_check_is_refused_when_the_contract_is_written():
    with pytest.raises(ValueError, match="exactly-twice"):
        contract(Adapter("house"), samples=".", unsupported={"exactly-twice": "x"})


def test_damage_is_the_same_at_every_run():
    import random

    assert damaged(SAMPLE.encode(), random.Random(7)) == damaged(SAMPLE.encode(), random.Random(7))
