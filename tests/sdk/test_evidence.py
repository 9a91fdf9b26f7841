"""The evidence beside an adapter's package: what the file says, which of it is believed, and what makes it stale."""

import hashlib
import json
import sys

import pytest
from attrs import evolve

from cigem_core.sdk.evidence import CHECKS, CheckMark, Evidence, evidence_of, folder_of, source_of, standing, written
from cigem_core.text import Text

GIVEN = Evidence(
    agency="house",
    source="s",
    core="0.1.3",
    api="1.0",
    whole=True,
    marks={
        "later": CheckMark("unsupported", "no such road"),
        "cargo": CheckMark("fail", "« é » lost", {"rows": 3}),
        "balance": CheckMark("pass", facts={"files": 2}),
    },
)
HELD = {
    "tier": None,
    "source": "s",
    "core": "0.1.3",
    "api": "1.0",
    "whole": True,
    "checks": {
        "balance": {"outcome": "pass", "files": 2},
        "cargo": {"outcome": "fail", "because": "« é » lost", "rows": 3},
        "later": {"outcome": "unsupported", "because": "no such road"},
    },
}
ALL_PASS = evolve(GIVEN, marks={name: CheckMark("pass") for name in CHECKS})


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An imported package, and its folder."""
    folder = tmp_path / "pkg_with_evidence"
    (folder / "parts").mkdir(parents=True)
    (folder / "__init__.py").write_text("house = 1\n")
    (folder / "parts/names.csv").write_bytes(b"a\r\nb")
    monkeypatch.syspath_prepend(tmp_path)
    sys.modules.pop(folder.name, None)
    __import__(folder.name)
    return folder


def test_the_file_says_every_mark_in_the_order_of_the_checks():
    """What a library of another version asked comes last; a reason that is none is not written."""
    assert GIVEN.as_dict() == HELD
    assert list(GIVEN.as_dict()["checks"]) == ["balance", "cargo", "later"]
    assert Evidence.from_dict("house", HELD) == GIVEN


@pytest.mark.parametrize(
    ("said", "whole"), [({"whole": True}, True), ({"whole": "yes"}, False), ({"whole": 1}, False), ({}, False)]
)
def test_the_heavy_checks_were_asked_in_full_only_where_the_file_says_so(said, whole):
    """And the tier written there is not believed."""
    held = {key: value for key, value in HELD.items() if key != "whole"} | {"tier": "platinum"} | said

    read = Evidence.from_dict("house", held)

    assert (read.whole, read.tier) == (whole, None)


@pytest.mark.parametrize(
    ("source", "core", "stale"),
    [("s", "0.1.3", False), ("s", "0.1.9", False), ("s", "0.2.3", True), ("s", "1.1.3", True), ("t", "0.1.3", True)],
)
def test_evidence_is_of_one_source_and_one_series_of_the_library(source, core, stale):
    assert GIVEN.is_stale(source, core) is stale


def test_a_tier_stands_in_words(package):
    """In both languages; to be looked at again where the source is another."""
    given = evolve(ALL_PASS, source=source_of(package.name))
    without = evolve(given, agency="other", marks={"balance": CheckMark("fail")})
    written(package, given, without)

    assert standing(package.name, "house", "0.1.0") == Text(fr="platine", en="platinum")
    assert standing(package.name, "house", "0.2.0") == Text(fr="platine, à revoir", en="platinum, to be looked at again")
    for unknown in ("other", "nobody"):
        assert standing(package.name, unknown, "0.1.0") == Text(fr="rien de montré", en="nothing shown")
    assert standing("pkg_of_nobody", "house", "0.1.0").en == "nothing shown"
    assert evidence_of(package.name, "house") == given


def test_what_is_written_leaves_other_agencies_as_they_were(package):
    """In a file a person can read, the agencies in their order."""
    written(package, evolve(GIVEN, agency="west"), evolve(GIVEN, agency="east"))

    path = written(package, evolve(GIVEN, agency="north"), evolve(GIVEN, agency="west", api="1.1"))

    expected = {"east": HELD, "north": HELD, "west": HELD | {"api": "1.1"}}
    assert path == package / "contract.json"
    assert path.read_text("utf-8") == json.dumps({"agencies": expected}, ensure_ascii=False, indent=1) + "\n"
    assert list(json.loads(path.read_text("utf-8"))["agencies"]) == ["east", "north", "west"]


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff"])
def test_a_file_that_cannot_be_read_is_written_anew(package, content):
    (package / "contract.json").write_bytes(content)

    assert (
        written(package, GIVEN).read_text("utf-8")
        == json.dumps({"agencies": {"house": HELD}}, ensure_ascii=False, indent=1) + "\n"
    )


def test_the_digest_of_a_source_is_that_of_its_files_by_their_names(package):
    """Not of the evidence, nor of what Python makes of them; wherever the package lies and whichever its line ends."""
    before = source_of(package.name)
    written(package, GIVEN)
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__/x.pyc").write_bytes(b"x")

    assert source_of(package.name) == before
    assert before == hashlib.sha256(b"__init__.py\0house = 1\n\0parts/names.csv\0a\nb\0").hexdigest()

    (package / "parts/names.csv").rename(package / "parts/words.csv")
    assert source_of(package.name) != before


def test_only_a_package_has_a_folder_of_its_own(package):
    assert folder_of(package.name) == package
    assert folder_of("hashlib") is None
    assert folder_of("sys") is None
    assert folder_of("pkg_of_nobody") is None
    assert source_of("pkg_of_nobody") == hashlib.sha256().hexdigest()
