"""The core knows no country: another one's plugin walks the whole road, and no word of Mali's stands in the library."""

from __future__ import annotations

import json
import re
from datetime import date
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from cigem_core import Convention, Identity, JobSeeker, Workspace
from cigem_core.plugins import load

ROOT = Path(__file__).parents[1]
ELSEWHERE = ROOT / "tests/plugins/cigem-elsewhere"
ON = date(2020, 6, 2)


@pytest.fixture
def elsewhere(monkeypatch):
    """Only the invented country's plugin, as if it alone were installed."""
    monkeypatch.syspath_prepend(ELSEWHERE / "src")
    return load([EntryPoint("elsewhere", "cigem_elsewhere", "cigem_core")])


def test_another_countrys_agency_walks_the_whole_road(elsewhere, tmp_path):
    """Its convention, provinces, money, numbers and dates come from its plugin alone: pulled, corrected, referred, pushed."""
    with Workspace.create(tmp_path / "centre.sqlite", on=ON, by="ana", plugins=elsewhere) as centre:
        receipt = centre.pull("labour-house", ELSEWHERE / "samples/seekers-20200601.csv", on=ON, by="ana")
        corrected = centre.corrections("labour-house", tmp_path / "mend.csv", on=ON, by="awa")
        seeker = next(iter(centre.records(JobSeeker)))
        centre.refer(seeker, to="labour-house", on=ON, by="ana", because="wants to work")
        centre.refer(Identity(family_name="Holt"), to="labour-house", on=ON, by="ana")
        done = centre.push("labour-house", to=tmp_path / "out", on=ON, by="ana")

    assert (receipt.counts.accepted, receipt.counts.quarantined) == (37, 3)
    assert {(fault.address.row, fault.address.column) for fault in receipt.faults} == {
        (8, "Province"),
        (13, "Born"),
        (21, "Surname"),
    }
    assert corrected.rows == 3
    assert [path.name for path in done.files] == ["referred-20200602.csv"]
    assert done.sent == 2


def test_with_it_alone_nothing_of_another_country_is_there(elsewhere):
    assert set(elsewhere.adapters) == {"labour-house"}
    assert [convention.reference for convention in elsewhere.conventions] == ["ELSEWHERE-2020"]
    assert {codes.list for codes in elsewhere.codelists} == {
        "isco-08", "isic-4", "iso-3166-1", "elsewhere-provinces", "elsewhere-schools",
    }  # fmt: skip


def test_its_evidence_stands_beside_it(elsewhere):
    """As any partner's would: gold, with nothing of ours."""
    held = json.loads((ELSEWHERE / "src/cigem_elsewhere/contract.json").read_text("utf-8"))

    assert held["agencies"]["labour-house"]["tier"] == "gold"
    assert elsewhere.found[0].tiers["labour-house"].en == "gold"


WORDS = re.compile(
    r"\b(mali|malien\w*|malian|bamako|kayes|koulikoro|sikasso|ségou|segou|mopti|tombouctou|gao|kidal|ménaka|taoudénit"
    r"|anpe|apej|fafpa|ufae|xof|f ?cfa|fcfa|nina|cigem-[a-z]+-20\d\d|\+?223\d*)\b",
    re.IGNORECASE,
)

JUSTIFIED = {
    # The field's name stands in every JSON that was ever exchanged; its label says what it is elsewhere.
    "model/identity.py": {"nina"},
    "cli/reception/receiving.py": {"nina"},
    "cli/typed.py": {"nina"},
    "model/kinship.py": {"nina"},
    "programmes/reception/papering.py": {"nina"},
    "programmes/reception/resemblance.py": {"nina"},
    "sdk/reading/plan.py": {"nina"},
    "store/seeking.py": {"nina"},
    # Marks of money that stand in headers, of many countries: the franc among them.
    "formats/delimited/headings.py": {"xof", "fcfa", "f ?cfa"},
    "formats/delimited/footers.py": {"xof"},
    # What drafts are guessed from: labels that files of several countries carry.
    "scaffold/quantities.py": {"xof"},
    "scaffold/types.py": {"xof"},
    "scaffold/words.py": {"nina"},
    # A service to test against; it is named after the agency whose synthetic samples it serves.
    "testing/apej.py": {"apej", "nina"},
    "testing/__init__.py": {"apej"},
    "testing/contracts.py": {"apej"},
    "testing/kit/subject.py": {"apej"},
}


def test_no_word_of_mali_stands_in_the_library():
    """Regions, agencies, money and numbers come from plugins; whatever else there is has its reason here."""
    found = {}
    for path in sorted((ROOT / "src/cigem_core").rglob("*.py")):
        name = path.relative_to(ROOT / "src/cigem_core").as_posix()
        words = {word.lower() for word in WORDS.findall(path.read_text("utf-8"))} - JUSTIFIED.get(name, set())
        if words:
            found[name] = words

    assert found == {}


def test_a_convention_of_elsewhere_reads_like_any_other():
    text = (ELSEWHERE / "src/cigem_elsewhere/conventions/ELSEWHERE-2020.toml").read_text("utf-8")

    assert Convention.from_toml(text).agency.code == "labour-house"
