"""Results, and work some months later, from the records of others: tied by an officer, or on plain evidence and only then."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from agencies.plans import Plan
from attrs import evolve

from cigem_core import Identity, Workspace
from cigem_core.errors import OperatorError, UnknownName
from cigem_core.model.employment import Outcome, Placement
from cigem_core.model.training import Evaluation, Trainee, TrainingResult, TrainingSession
from cigem_core.model.training_acts import AttendedHours, InsertionAnswer, LaterStanding, SessionResult
from cigem_core.model.youth import Internship, InternshipOutcome
from cigem_core.programmes.training.hours import Contradiction
from cigem_core.programmes.training.outcomes import found_results, mean_of
from cigem_core.programmes.training.placed import is_intern, is_placed, standings
from cigem_core.programmes.training.ties import Tie, TiedRecord

ON = date(2009, 10, 2)
ACT = {"on": ON, "by": "awa"}
ENDED = {"on": date(2010, 2, 1), "by": "awa"}
SESSION = {"S1": TrainingSession(plan="P", reference="S1", module="M", begins_on=date(2009, 11, 2), ends_on=date(2010, 1, 30))}


def trainee(
    ref: str, enrolment: str, result=TrainingResult.CERTIFIED, *, tie=Tie.TIED, at=1, began=None, ended=None
) -> TiedRecord:
    record = Trainee(reference=ref, recorded_at=datetime(2010, 2, at), began_on=began, ended_on=ended, result=result)
    return TiedRecord(enrolment, "S1", f"unit:trainee:{ref}", record, tie)


def test_the_latest_record_counts_and_its_marks_make_the_mean():
    marks = {
        "unit:trainee:b": [
            Evaluation(trainee="b", position=at, mark=mark) for at, mark in enumerate([Decimal(12), Decimal("13.25")])
        ]
    }

    found = found_results([trainee("a", "I1", TrainingResult.ADJOURNED), trainee("b", "I1", at=2)], SESSION, marks)

    assert [(one.result, one.mark, one.source) for one in found.results] == [
        (TrainingResult.CERTIFIED, Decimal("12.63"), "unit:trainee:b")
    ]
    assert mean_of([]) is None


def test_a_record_of_other_days_or_of_a_training_under_way_tells_nothing():
    before = trainee("a", "I1", began=date(2009, 6, 1), ended=date(2009, 11, 1))
    same_day = trainee("b", "I2", began=date(2010, 1, 30))
    under_way = trainee("c", "I3", TrainingResult.IN_PROGRESS)

    found = found_results([before, same_day, under_way], SESSION, {})

    assert [one.enrolment for one in found.results] == ["I2"]


def test_what_contradicts_is_left_to_an_officer():
    """Two records of one day that say different things, and a record that speaks of two enrolled."""
    twice = [trainee("a", "I1"), trainee("b", "I1", TrainingResult.ABANDONED)]
    both = [trainee("c", "I2"), trainee("c", "I3")]

    found = found_results([*twice, *both], SESSION, {})

    assert (found.results, found.unclear) == ([], ["I1", "I2", "I3"])


PLACED = Placement(reference="P1", seeker="D1", started_on=date(2010, 3, 1))


@pytest.mark.parametrize(
    ("changed", "on", "expected"),
    [
        ({}, date(2010, 2, 28), False),
        ({}, date(2010, 3, 1), True),
        ({"ends_on": date(2010, 5, 31)}, date(2010, 6, 1), False),
        ({"ends_on": date(2010, 5, 31), "outcome": Outcome.EMPLOYED}, date(2010, 9, 1), True),
        ({"ends_on": date(2010, 5, 31), "outcome": Outcome.EMPLOYED}, date(2010, 9, 2), False),
        ({"outcome": Outcome.WITHOUT_WORK}, date(2010, 8, 31), True),
        ({"outcome": Outcome.WITHOUT_WORK}, date(2010, 9, 1), False),
        ({"started_on": None}, date(2010, 9, 1), False),
    ],
)
def test_a_placement_holds_from_its_start_to_its_end_or_until_it_is_known_to_have_failed(changed, on, expected):
    assert is_placed(evolve(PLACED, **changed), on) is expected


STAGE = Internship(reference="T1", young_person="J1", started_on=date(2010, 3, 1), ends_on=date(2010, 5, 31))


@pytest.mark.parametrize(
    ("changed", "on", "expected"),
    [
        ({}, date(2010, 2, 28), False),
        ({}, date(2010, 5, 31), True),
        ({}, date(2010, 6, 1), False),
        ({"outcome": InternshipOutcome.JOB}, date(2010, 11, 30), True),
        ({"outcome": InternshipOutcome.JOB}, date(2010, 12, 1), False),
        ({"outcome": InternshipOutcome.FINISHED}, date(2010, 6, 1), False),
        ({"outcome": InternshipOutcome.ABANDONED}, date(2010, 4, 1), False),
        ({"ends_on": None, "outcome": InternshipOutcome.IN_PROGRESS}, date(2010, 12, 1), True),
        ({"ends_on": None, "outcome": InternshipOutcome.FINISHED}, date(2010, 4, 1), False),
        ({"started_on": None}, date(2010, 4, 1), False),
    ],
)
def test_an_internship_is_work_while_it_lasts_and_for_a_while_where_it_led_to_a_job(changed, on, expected):
    assert is_intern(evolve(STAGE, **changed), on) is expected


def test_an_answer_counts_before_a_placement_and_a_placement_before_nothing():
    ends = dict.fromkeys(["I1", "I2", "I3", "I4"], date(2009, 12, 31)) | {"I5": None}
    answers = [
        InsertionAnswer(plan="P", enrolment=number, months=6, standing=standing)
        for number, standing in (("I1", LaterStanding.WITHOUT_WORK), ("I2", LaterStanding.LOST_SIGHT_OF), ("I3", None))
    ]
    placements = {number: [PLACED] for number in ("I1", "I2", "I3", "I5")}

    found = standings(ends, 6, answers, placements)

    assert found == {
        "I1": LaterStanding.WITHOUT_WORK,
        "I2": LaterStanding.EMPLOYED,
        "I3": LaterStanding.EMPLOYED,
        "I4": None,
        "I5": None,
    }
    assert standings(ends, 1, answers, placements)["I3"] is None, "on 31 January nobody was placed"


def workbook() -> bytes:
    people = [
        {"N°": f"I00{at}", "Nom": name, "Prénom": "Awa", "Téléphone": phone, "Code session": "S1", "Statut": "Inscrit"}
        for at, (name, phone) in enumerate([("Diarra", 76123451), ("Keita", 76123452), ("Sow", 76123453)], start=1)
    ]
    return Plan(Random(1), "PF-1", {
        "Modules": [{"Code module": "M1", "Code métier": "7212", "Volume horaire": 120}],
        "Sessions": [{"Code session": "S1", "Code module": "M1", "Places": 5, "Date début": date(2009, 11, 2),
                      "Date fin": date(2010, 1, 30)}],
        "Inscriptions": people, "Budget": [],
    }).workbook()  # fmt: skip


def submission(number: int, name: str, phone: str, result: str, hours: str = "40") -> dict:
    evaluations = [{"formation/evaluation/module": "Atelier", "formation/evaluation/note": "14.5"}]
    return {
        "_id": number, "_uuid": f"u{number}", "start": "2010-02-01T09:00:00.000+00:00", "stagiaire/nom": name,
        "stagiaire/prenom": "Awa", "stagiaire/telephone": phone, "formation/filiere": "soudure", "formation/debut": "2009-11-02",
        "stagiaire/sexe": "f", "stagiaire/precision_naissance": "annee", "stagiaire/annee_naissance": "1985",
        "stagiaire/region": "ml_1", "stagiaire/langues": "bambara",
        "formation/fin": "2010-01-30", "formation/heures_suivies": hours, "formation/resultat": result,
        "formation/evaluation": evaluations, "meta/instanceID": f"uuid:u{number}", "_xform_id_string": "aUFAEsuivi2009",
    }  # fmt: skip


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    """Diarra is tied to both records by a file; Keita has the same names and phone in both; of Sow nothing is known."""
    folder = tmp_path_factory.mktemp("results")
    people = [submission(1, "Diarra", "70000000", "certifie"), submission(2, "Keita", "76 12 34 52", "certifie")]
    (folder / "submissions.json").write_text(json.dumps({"results": people}), "utf-8")
    (folder / "plan_formation_2009.xlsx").write_bytes(workbook())
    with Workspace.create(folder / "centre.sqlite", **ACT) as opened:
        opened.pull("fafpa", folder / "plan_formation_2009.xlsx", **ACT)
        receipt = opened.pull("ufae", folder / "submissions.json", **ENDED)
        assert receipt.counts.accepted == 2, receipt.faults
        file = opened.people.open(identity=Identity(family_name="Diarra"), **ACT)
        for record in ("fafpa:enrolment:PF-1:I001", "ufae:trainee:u1"):
            opened.people.attach(file.reference, record, because="mêmes papiers", **ACT)
        yield opened


def test_results_of_those_tied_make_certificates_and_plain_evidence_only_where_it_is_asked(centre):
    plan = centre.training
    told = {one.enrolment: (one.tie, one.mark) for one in plan.results_from("ufae").results}
    assert told == {"I001": (Tie.TIED, Decimal("14.50")), "I002": (Tie.PLAIN, Decimal("14.50"))}

    assert plan.certify_from("ufae", on=date(2010, 1, 29), by="awa") == [], "the session has not ended"
    (made,) = plan.certify_from("ufae", **ENDED)
    assert (made.enrolment, made.mark, made.source) == ("I001", Decimal("14.50"), "ufae:trainee:u1")
    (plain,) = plan.certify_from("ufae", plain=True, **ENDED)
    assert plain.enrolment == "I002"
    assert plan.certify_from("ufae", plain=True, **ENDED) == []
    assert [sorted(one.certified) for one in plan.results()] == [["I001", "I002"]]
    with pytest.raises(UnknownName, match="anpe handed over no trainee"):
        plan.results_from("anpe")


def test_hours_of_those_tied_stand_beside_the_roll_call_and_a_corrected_record_says_anew(centre, tmp_path):
    """Told of the seat the record is tied to; nobody is seated or paid otherwise, and the journal keeps what was said before."""
    plan = centre.training
    sheet = "N°;Nom;04/11/2009;05/11/2009\r\nI001;Diarra;P;A\r\nI002;Keita;A;A\r\n"
    (tmp_path / "presences_S1.csv").write_text(sheet, "utf-8")
    plan.roll_call(tmp_path / "presences_S1.csv", **ENDED)

    assert [one.enrolment for one in plan.roll_call_from("ufae", **ENDED).hours] == ["I001"]
    assert [one.enrolment for one in plan.roll_call_from("ufae", plain=True, **ENDED).hours] == ["I001", "I002"]
    told = {one.enrolment: one for one in plan.attendance("S1").people}
    assert {number: (one.tally.rate, one.hours_rate) for number, one in told.items()} == {
        "I001": (Decimal("0.5000"), Fraction(1, 3)), "I002": (Decimal(0), Fraction(1, 3)), "I003": (None, None),
    }  # fmt: skip
    assert [one.source for one in told["I001"].hours] == ["ufae:trainee:u1"]
    assert told["I002"].contradictions == (Contradiction.ONLY_HOURS,)
    assert "40 / 120" in plan.session_page("S1", on=ENDED["on"], issuer=["Centre"])

    again = submission(1, "Diarra", "70000000", "certifie", "44") | {"_uuid": "u1b", "meta/instanceID": "uuid:u1b"}
    (tmp_path / "submissions.json").write_text(json.dumps({"results": [again | {"meta/deprecatedID": "uuid:u1"}]}), "utf-8")
    centre.pull("ufae", tmp_path / "submissions.json", **ENDED)
    plan.roll_call_from("ufae", **ENDED)
    (kept,) = centre.store.find(AttendedHours, enrolment="I001")
    assert (kept.hours, kept.source) == (44, "ufae:trainee:u1")

    file = centre.people.detach("ufae:trainee:u1", because="une autre personne", **ENDED).migrant
    plan.roll_call_from("ufae", **ENDED)
    assert [one.enrolment for one in plan.attendance("S1").people if one.hours] == ["I002"], "what is tied no more tells nothing"
    centre.people.attach(file, "ufae:trainee:u1", because="mêmes papiers", **ENDED)


def test_a_result_by_hand_follows_what_is_possible(centre):
    plan = centre.training
    with pytest.raises(OperatorError, match="from 0 to 20"):
        plan.record_result("I003", TrainingResult.CERTIFIED, mark=Decimal("20.5"), **ENDED)
    plan.record_result("I003", TrainingResult.ABANDONED, **ENDED)

    assert str(plan.roster().named("I003").state) == "abandoned"
    with pytest.raises(OperatorError, match="be certified is not possible in the state 'abandoned'"):
        plan.certify("I003", **ENDED)
    assert [one.source for one in centre.store.find(SessionResult, enrolment="I003")] == [None]


def test_who_is_to_be_asked_this_week_and_how_nobody_dropped(centre):
    """Six months after 30 January is 30 July 2010, a Friday: asked from the Monday of its week on, until something is known."""
    plan = centre.training
    assert plan.to_ask(on=date(2010, 7, 25)) == []
    asked = plan.to_ask(on=date(2010, 7, 26))
    assert [(one.enrolment, one.months, one.due_on, str(one.phones[0])) for one in asked] == [
        (f"I00{at}", 6, date(2010, 7, 30), f"+2237612345{at}") for at in (1, 2, 3)
    ]

    plan.follow_up({"I002": LaterStanding.EMPLOYED}, months=6, on=date(2010, 7, 30), by="awa")
    assert [one.enrolment for one in plan.to_ask(on=date(2010, 9, 1), months=[6])] == ["I001", "I003"]
