"""The road of the four agencies, walked once: files in, corrections, referrals out, answers back, figures at the end.

All people are synthetic, and so are the services: they run on this machine.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from agencies.truth import AXIS, expected, rows, sources
from cigem_ufae import orientation
from mending import mend, mend_csv

from cigem_core import JobSeeker, Occupation, Workspace
from cigem_core.model.fields import kind_of
from cigem_core.model.receipts import Counts
from cigem_core.model.training import Enrolment, Evaluation, Trainee, TrainingSession
from cigem_core.model.youth import YoungPerson
from cigem_core.testing.apej import TOKEN, ApejServer
from cigem_core.testing.openrosa import OpenRosaServer

ON, LATER = date(2009, 10, 1), date(2009, 10, 15)
ANSWERS = "N° orientation;Décision;Date;Motif du refus;Résultat\r\nOR-2009-0002;D;14/10/2009;;placé comme soudeur\r\n"
SOLDER = Occupation("7212")


@pytest.fixture
def apej():
    """APEJ's service, with its sample."""
    with ApejServer({path.stem: json.loads(path.read_bytes()) for path in sources("apej")}) as server:
        yield server


@pytest.fixture
def ufae():
    """A server of UFAE's forms."""
    with OpenRosaServer(orientation()) as server:
        yield server


@pytest.fixture
def road(apej, monkeypatch) -> dict[str, list[Any]]:
    """Where each agency's records are received from; the centre holds APEJ's token, and none of UFAE's."""
    monkeypatch.setenv("CIGEM_APEJ_TOKEN", TOKEN)
    return {"anpe": sources("anpe"), "apej": [apej.url], "fafpa": sources("fafpa"), "ufae": sources("ufae")}


def pulled(centre: Workspace, agency: str, *files: Any) -> Counts:
    return centre.pull(agency, *files, axis=AXIS[agency], on=ON, by="awa").counts


def mended_by_halves(centre: Workspace, agency: str, folder: Path) -> Counts:
    """Every other row is mended in a workbook, and comes home; then the rest, in CSV."""
    (book,) = centre.corrections(agency, folder / f"{agency}.xlsx", on=ON, by="awa").paths
    mend(book, only=lambda entry: entry % 2 == 0)
    halfway = pulled(centre, agency, book)
    assert halfway.accepted
    assert len(centre.quarantine(agency=agency)) == halfway.quarantined
    files = centre.corrections(agency, folder / f"{agency}.csv", on=ON, by="awa").paths
    for path in files:
        mend_csv(path, centre.quarantine(agency=agency))
    return halfway + pulled(centre, agency, *files)


def with_a_seat(centre: Workspace) -> TrainingSession:
    """A session of the plan with room for more."""
    taken = [enrolment.session for enrolment in centre.records(Enrolment)]
    return next(s for s in centre.records(TrainingSession) if s.places and s.places > taken.count(s.reference))


def test_the_road_of_the_four_agencies(centre, road, apej, ufae, tmp_path):
    """Pull, mend, refer, push, hear back, export; the journal is whole at the end."""
    for agency, files in road.items():
        first = pulled(centre, agency, *files)
        assert (first.quarantined, first.new) == (len(rows(expected(agency))), first.accepted)

    entries = {entry.id for entry in centre.quarantine()}
    home = {agency: mended_by_halves(centre, agency, tmp_path) for agency in road}
    assert centre.quarantine() == []
    assert sum(counts.new for counts in home.values()) == len(entries)
    assert cited(centre) == entries
    assert all((again := pulled(centre, agency, *files)).new == again.changed == 0 for agency, files in road.items())
    assert pulled(centre, "ufae", sources("ufae")[0].with_name("submissions_edited.json")).changed == 3

    referred = refer_people(centre, session=with_a_seat(centre))
    sent = push_all(centre, apej, ufae, tmp_path)
    assert {agency: (done.waiting, done.sent) for agency, done in sent.items()} == dict.fromkeys(road, (1, 1))
    assert (apej.effects, len(ufae.submissions)) == ({referred["apej"]: 1}, 1)

    (plan,) = sent["fafpa"].files
    (added,) = added_rows(plan)
    young = next(centre.records(YoungPerson))
    assert {young.identity.family_name, young.identity.given_names, "Inscrit"} <= set(added)

    apej.decide(referred["apej"], "acceptee", date="2009-10-12")
    assert pulled(centre, "fafpa", plan).new == 1
    for source, axis in ((ANSWERS.replace("OR-2009-0002", referred["anpe"]).encode("cp1252"), None), (apej.url, "reception")):
        centre.pull("anpe" if axis is None else "apej", source, axis=axis, on=LATER, by="awa")

    stands = {one.referral.to: str(one.state) for one in centre.referrals()}
    assert stands == {"anpe": "done", "apej": "accepted", "fafpa": "sent", "ufae": "sent"}

    assert centre.export(tmp_path / "sortie", on=LATER, by="awa").rows["journal"]
    assert centre.verify_journal() is None


def cited(centre: Workspace) -> set[int]:
    """The entries some version corrects: the row as it came stands in one, as it was mended in the other."""
    found = set()
    for (agency, kind), _ in centre.store.counts().items():
        for record in centre.store.records(kind_of(kind), agency=agency):
            found |= {
                version["corrects"]
                for version in centre.store.versions(kind_of(kind), record["key"], agency=agency)
                if version["corrects"] is not None
            }
    return found


def refer_people(centre: Workspace, *, session: TrainingSession) -> dict[str, str]:
    """Someone of each agency's is referred to another one; the numbers of the referrals."""
    seeker = next(s for s in centre.records(JobSeeker) if s.identity.sex and s.identity.phones)
    other = next(s for s in centre.records(JobSeeker) if s.reference != seeker.reference and s.identity.birth)
    young = next(centre.records(YoungPerson))
    trainee = next(t for t in centre.records(Trainee) if t.identity.sex)
    made = [
        centre.refer(seeker, to="ufae", need=SOLDER, because="soudure", on=ON, by="awa"),
        centre.refer(trainee, to="anpe", need=SOLDER, because="à placer", on=ON, by="awa"),
        centre.refer(other, to="apej", because="projet", axis="reception", on=ON, by="awa"),
        centre.refer(young, to="fafpa", session=session.reference, on=ON, by="awa"),
    ]
    return {str(one.to): one.reference for one in made}


def push_all(centre: Workspace, apej: ApejServer, ufae: OpenRosaServer, folder: Path) -> dict[str, Any]:
    """Each agency is handed its referrals in its own way."""
    plan = sources("fafpa")[0]
    ways = {
        "anpe": {"to": folder / "anpe"},
        "apej": {"to": apej.url, "axis": "reception"},
        "fafpa": {"to": folder / "fafpa", "into": plan},
        "ufae": {"to": ufae.url},
    }
    return {agency: centre.push(agency, on=ON, by="awa", **way) for agency, way in ways.items()}


def added_rows(plan: Path) -> list[tuple[Any, ...]]:
    """What a plan that was added to has more than the one received: rows of `Inscriptions`, and nothing else."""
    before, after = (openpyxl.load_workbook(path) for path in (sources("fafpa")[0], plan))
    lines = {name: [list(book[name].iter_rows(values_only=True)) for book in (before, after)] for name in before.sheetnames}
    was, now = lines.pop("Inscriptions")
    assert all(one == other for one, other in lines.values())
    return [row for row in now if row not in was]


def test_children_come_home_with_the_record_that_holds_them(centre, tmp_path):
    """A trainee mended in a workbook keeps the evaluations of the form."""
    pulled(centre, "ufae", *sources("ufae"))
    documents = json.loads(sources("ufae")[0].read_bytes())["results"]
    waiting = {entry.key: entry for entry in centre.quarantine(agency="ufae")}

    mended_by_halves(centre, "ufae", tmp_path)

    kept = list(centre.records(Evaluation))
    for document in documents:
        if document["_uuid"] in waiting:
            came = [one["formation/evaluation/module"] for one in document.get("formation/evaluation", [])]
            found = sorted((one.position, one.module) for one in kept if one.trainee == document["_uuid"])
            assert [module for _, module in found] == came
