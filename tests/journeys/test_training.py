"""A training plan carried through: from three doors to the fund's workbook, to certificates, work, money and the page.

All people are synthetic. Each number of the page is reckoned again by hand.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from agencies.plans import Plan
from agencies.truth import sources
from attrs import frozen

from cigem_core import Amount, Identity, JobSeeker, Occupation, Sex, Workspace
from cigem_core.model.projects import Goal
from cigem_core.model.training import EnrolmentStatus, TrainingSession
from cigem_core.model.training_acts import LaterStanding
from cigem_core.model.values import Phone
from cigem_core.model.youth import YoungPerson
from cigem_core.programmes.training.settlement import months_after
from cigem_core.testing.apej import TOKEN, ApejServer

pytest.importorskip("jinja2")

ON = date(2009, 10, 2)
ACT = {"on": ON, "by": "awa"}
TERMS = Path(__file__).parents[2] / "plugins/cigem-mali/samples/training/instalments.toml"
SOLDER = Occupation("7212")


@frozen
class Given:
    """What the agencies hand over."""

    anpe: Sequence[Path]
    apej: Sequence[dict[str, Any]]
    fafpa: Path


def small(folder: Path) -> Given:
    """A few rows of each agency's sample, and a plan of one session in which one of the fund's own sits."""
    for path in sources("anpe"):
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("cp1252")), delimiter=";"))
        first = rows[:4] if path.name != "placements_200909.csv" else rows[:1]
        lines = "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in first)
        (folder / path.name).write_bytes(lines.encode("cp1252"))
    made = Plan(Random(1), "PF-1", {
        "Modules": [{"Code module": "M1", "Intitulé": "Soudure", "Code métier": "7212", "Opérateur": "Atelier"}],
        "Sessions": [{"Code session": "S1", "Code module": "M1", "Places": 4, "Date début": date(2009, 11, 2),
                      "Date fin": date(2009, 12, 19)}],
        "Inscriptions": [{"N°": "I001", "Nom": "Sow", "Prénom": "Ali", "Code session": "S1", "Statut": "Inscrit"}],
        "Budget": [{"Code module": "M1", "Rubrique": "Formateur", "Quantité": 10, "Coût unitaire (F CFA)": 100_000,
                    "Montant (F CFA)": 1_000_000}],
    })  # fmt: skip
    (folder / "plan_formation_2009.xlsx").write_bytes(made.workbook())
    young = json.loads(sources("apej")[0].read_bytes())[:3]
    return Given([folder / path.name for path in sources("anpe")], young, folder / "plan_formation_2009.xlsx")


def whole(_: Path) -> Given:
    """The agencies' samples as they are."""
    return Given(sources("anpe"), json.loads(sources("apej")[0].read_bytes()), sources("fafpa")[0])


def three_doors(centre: Workspace) -> list[str]:
    """One of ANPE's, one of APEJ's, one who came to the desk: all ask for the same trade."""
    seeker = next(one for one in centre.records(JobSeeker) if one.identity.phones and one.identity.sex)
    young = next(one for one in centre.records(YoungPerson) if one.identity.phones)
    referred = [centre.refer(one, to="fafpa", need=SOLDER, **ACT) for one in (seeker, young)]
    awa = Identity(family_name="Diarra", given_names="Awa", sex=Sex.FEMALE, phones=(Phone("+22376123456"),))
    file = centre.people.open(identity=awa, **ACT)
    centre.reception.open_project(file.reference, goal=Goal.TRAINING, occupation=SOLDER, **ACT)
    return [f"centre:referral:{one.reference}" for one in referred] + [f"centre:migrant:{file.reference}"]


def called(centre: Workspace, session: TrainingSession, present: Sequence[str], folder: Path) -> None:
    """The session's sheet, as a workbook, filled in: present on its first two days, or absent."""
    days = [session.begins_on, session.begins_on + timedelta(days=1)]
    sheet = centre.training.sheet(session.reference, days, folder / f"presences_{session.reference}.xlsx")
    book = openpyxl.load_workbook(sheet)
    for row in book.active.iter_rows(min_row=2):
        row[2].value = row[3].value = "P" if row[0].value in present else "A"
    book.save(sheet)
    assert centre.training.roll_call(sheet, on=session.ends_on, by="awa").batch.faults == ()


def submissions(rows: Sequence[Any], session: TrainingSession, results: Sequence[str]) -> bytes:
    """What the training unit says of them."""
    told = [
        {
            "_id": at, "_uuid": f"u{at}", "start": f"{session.ends_on}T09:00:00.000+00:00",
            "stagiaire/nom": one.identity.family_name, "stagiaire/prenom": one.identity.given_names,
            "stagiaire/sexe": "f", "stagiaire/precision_naissance": "annee",
            "stagiaire/annee_naissance": "1985", "stagiaire/region": "ml_1", "stagiaire/langues": "bambara",
            "stagiaire/telephone": str(one.identity.phones[0]), "formation/filiere": "soudure",
            "formation/debut": f"{session.begins_on}", "formation/fin": f"{session.ends_on}", "formation/heures_suivies": "40",
            "formation/evaluation": [{"formation/evaluation/module": "Atelier", "formation/evaluation/note": "14.0"}],
            "formation/resultat": result, "meta/instanceID": f"uuid:u{at}", "_xform_id_string": "aUFAEsuivi2009",
        }
        for at, (one, result) in enumerate(zip(rows, results, strict=True), start=1)
    ]  # fmt: skip
    return json.dumps({"results": told}).encode()


def placement(seeker: str, began: date) -> bytes:
    """The employment service's file with one placement more."""
    header = sources("anpe")[2].read_bytes().decode("cp1252").splitlines()[0]
    return f"{header}\r\nPL-2010-9001;{seeker};OF-2009-0001;{began:%d/%m/%Y};;CDI;;\r\n".encode("cp1252")


def by_hand(units: int, enrolled: int, attended: int, certified: int, inserted: int) -> int:
    """What a session earned, by the sample's instalments: 40 % opened, 30 % attended, 10 % certified, 20 % in work."""
    opened, attendance, certificates = units * 40 // 100, units * 30 // 100, units * 10 // 100
    rest = units - opened - attendance - certificates
    shares = ((attendance, attended), (certificates, certified), (rest, inserted))
    return opened + sum(part * many // enrolled for part, many in shares)


def cells(html: str, row: str) -> list[list[str]]:
    """The cells of the rows that begin so, without spaces."""
    found = re.findall(rf"<tr>\s*<th[^>]*>{row}</th>(.*?)</tr>", html, flags=re.DOTALL)
    inside = (
        [re.sub(r"<[^>]+>|\s", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", one, flags=re.DOTALL)] for one in found
    )
    return [[cell.replace("\u202f", "").replace("\u00a0", "") for cell in row] for row in inside]


def walk(folder: Path, given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIGEM_APEJ_TOKEN", TOKEN)
    with ApejServer({"jeunes": given.apej}) as apej, Workspace.create(folder / "centre.sqlite", **ACT) as centre:
        plan = centre.training
        centre.pull("anpe", *given.anpe, axis="employment-data", **ACT)
        centre.pull("apej", apej.url, axis="employment-data", **ACT)
        centre.pull("fafpa", given.fafpa, **ACT)
        candidates = three_doors(centre)

        found = plan.assign(on=ON)
        assert sorted(found.assignment.assigned["candidate"]) == sorted(candidates)
        plan.enrol(found, **ACT)
        sent = centre.push("fafpa", to=folder / "out", into=given.fafpa, **ACT)
        assert sent.sent == 3, sent.remarks
        centre.pull("fafpa", sent.files[0], **ACT)

        roster = plan.roster()
        ours = [roster.named(one.rpartition(":")[2]) for one in candidates]
        numbers = [one.enrolment.reference for one in ours]
        (code,) = {one.session for one in ours}
        session = roster.plan.session(code)
        written = [row[0].value for row in openpyxl.load_workbook(sent.files[0])["Inscriptions"].iter_rows()]
        assert written.index(numbers[2]) - written.index(numbers[0]) == 2, "three rows below the others"

        called(centre, session, numbers, folder)
        results = submissions([one.enrolment for one in ours], session, ["certifie", "certifie", "ajourne"])
        (folder / "submissions.json").write_bytes(results)
        assert centre.pull("ufae", folder / "submissions.json", on=session.ends_on, by="awa").counts.accepted == 3
        certificates = plan.certify_from("ufae", plain=True, on=session.ends_on, by="awa")
        assert [one.enrolment for one in certificates] == numbers[:2]

        after = months_after(session.ends_on, 6)
        seeker = ours[0].who.rpartition(":")[2]
        (folder / "placements_201006.csv").write_bytes(placement(seeker, after - timedelta(days=20)))
        centre.pull("anpe", folder / "placements_201006.csv", axis="employment-data", on=after, by="awa")
        assert numbers[0] not in {one.enrolment for one in plan.to_ask(on=after)}, "the placement counts by itself"
        plan.follow_up(
            {numbers[1]: LaterStanding.LOST_SIGHT_OF, numbers[2]: LaterStanding.WITHOUT_WORK}, months=6, on=after, by="awa"
        )
        rate = plan.insertion(code, months=6)
        assert (rate.at_work, rate.known, rate.all) == (1, 2, len(roster.enrolled(code)))

        plan.fund({"fafpa": 70, "cigem": 30}, **ACT)
        plan.pay(code, "fafpa", Amount(12_345, "XOF"), on=after, by="awa")
        check_page(centre, code, certified=2, on=after + timedelta(days=40))


def check_page(centre: Workspace, code: str, *, certified: int, on: date) -> None:
    """Each number of the page, from the plan's own records and four divisions."""
    plan = centre.training.plan()
    roster = centre.training.roster()
    rows = roster.enrolled(code)
    units = sum(line.amount.units for line in plan.budget if line.module == plan.sessions[code].module)
    siblings = sorted(one.reference for one in plan.sessions.values() if one.module == plan.sessions[code].module)
    share = units // len(siblings) + (siblings.index(code) < units % len(siblings))
    by_fund = sum(one.status is EnrolmentStatus.CERTIFIED for one in rows)
    earned = by_hand(share, len(rows), 3, certified + by_fund, 1)

    html = centre.training.page(TERMS, on=on, issuer=["Centre"])
    seats, (_, *money), *late = cells(html, code)

    attendance = f"{100 * 3 / len(rows):.1f}".replace(".", ",")
    assert seats[3:] == [str(plan.sessions[code].places), str(len(rows)), attendance, str(certified + by_fund)]
    assert money == [f"{amount}XOF" for amount in (share, earned, 0, share - earned)]
    lines = centre.training.settle(TERMS, on=on)
    (cigem,), (fafpa,) = ([row for row in cells(html, name) if len(row) == 6] for name in ("cigem", "fafpa"))
    theirs = sum(line.earned * 30 // 100 for line in lines)
    rest = sum(line.earned for line in lines) - theirs
    assert (cigem[1], cigem[4:]) == (f"{theirs}XOF", ["0XOF", f"{theirs}XOF"])
    assert (fafpa[1], fafpa[4:]) == (f"{rest}XOF", ["12345XOF", f"{rest - 12_345}XOF"])
    of_fafpa = [row[2] for row in late if row[2]]
    assert len(of_fafpa) == 1, "what was settled more than 30 days ago and is not paid"
    of_cigem = sum(int(row[1].removesuffix("XOF")) for row in late if row[1])
    assert of_cigem == next(line.earned for line in lines if line.session == code) * 30 // 100, "of which nothing was paid"


@pytest.mark.long
def test_a_plan_is_carried_from_three_doors_to_its_page(tmp_path, monkeypatch):
    walk(tmp_path, small(tmp_path), monkeypatch)


@pytest.mark.long
def test_the_samples_are_carried_from_three_doors_to_their_page(tmp_path, monkeypatch):
    walk(tmp_path, whole(tmp_path), monkeypatch)
