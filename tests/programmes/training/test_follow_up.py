"""Whom to ask is handed out as a table, filled in by people, and read back; records that speak of work count by themselves."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from cigem_core import Identity, Workspace
from cigem_core.errors import OperatorError, SourceRefused
from cigem_core.formats.books.workbook import Sheet, write_workbook
from cigem_core.formats.forms.xlsform import read_form
from cigem_core.model.migrants import Migrant, Reach, SafeWay
from cigem_core.model.projects import Goal
from cigem_core.model.training_acts import InsertionAnswer, LaterStanding
from cigem_core.model.values import Occupation, Phone
from cigem_core.programmes.training.follow_up import HEADER

ON = date(2009, 10, 2)
ACT = {"on": ON, "by": "awa"}
PLAN = Path(__file__).parents[3] / "plugins/cigem-mali/samples/training/plan-du-centre.toml"
JUNE = date(2010, 6, 18)
"""The week in which six months have passed since the first session's last day, 19 December."""
YOUNG = {
    "id": 7, "etat_civil": {"nom": "Keita", "prenoms": ["Moussa"], "sexe": "M"}, "contacts": [], "dispositif": "stage",
    "migration": None, "modifie_le": "2010-02-01T10:00:00Z",
}  # fmt: skip
INTERNSHIP = {"id": 9, "jeune": 7, "structure": "Atelier", "debut": "2010-02-01", "fin": "2010-06-30", "indemnite": None,
              "issue": "en_cours"}  # fmt: skip


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A session of two that is over: Diarra has a phone and a safe one, Keita wants no call."""
    path = tmp_path_factory.mktemp("follow") / "centre.sqlite"
    safe = Reach(way=SafeWay.MESSAGE, phone=Phone("+22376000009"), through="sa sœur")
    people = {"Diarra": safe, "Keita": Reach(way=SafeWay.NOT_AT_ALL), "Sow": None}
    with Workspace.create(path, **ACT) as opened:
        for name, reach in people.items():
            identity = Identity(family_name=name, given_names="A.", phones=(Phone("+22376123456"),))
            migrant = opened.people.open(identity=identity, reach=reach, **ACT)
            opened.reception.open_project(migrant.reference, goal=Goal.TRAINING, occupation=Occupation("7212"), **ACT)
        opened.training.open_plan(PLAN, **ACT)
        opened.training.enrol(opened.training.assign(on=ON), **ACT)
    return path


def filled(path: Path, answers: dict[str, tuple[str, str]], *more: list[str]) -> Path:
    """The list as an officer fills it in, and saves it."""
    sheet = openpyxl.load_workbook(path).active
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)][1:]
    for row in rows:
        row[-2:] = answers.get(row[0], ("", ""))
    back = path.with_name("Suivi rempli.xlsx")
    write_workbook(back, [Sheet(name="Suivi", header=HEADER, rows=[*rows, *more])])
    return back


def test_the_list_is_private_says_how_to_reach_people_and_comes_back(centre, tmp_path):
    path = centre.training.hand_out_follow_up(tmp_path / "suivi.xlsx", on=JUNE)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    sheet = openpyxl.load_workbook(path).active
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    assert rows["PC-2009-01-0001"][3:8] == ("+22376000009", "par message seulement ; sa sœur", "C1", "6", "19/06/2010")
    assert rows["PC-2009-01-0002"][3:5] == (None, "ne pas contacter")
    assert sheet.data_validations.dataValidation[0].formula1.startswith('"en emploi,')

    back = filled(path, {"PC-2009-01-0001": ("à son compte", "17/06/2010")})
    found = centre.training.take_back_follow_up(back, on=JUNE, by="awa")

    assert (found.batch.read, found.batch.faults) == (2, ())
    (kept,) = centre.store.find(InsertionAnswer)
    assert (kept.standing, kept.months, kept.answered_on) == (LaterStanding.SELF_EMPLOYED, 6, date(2010, 6, 17))
    assert [one.enrolment for one in centre.training.to_ask(on=JUNE)] == ["PC-2009-01-0002"]
    rate = centre.training.insertion("C1", months=6)
    assert (rate.at_work, rate.known, rate.all) == (1, 1, 2)


def test_what_is_filled_in_wrongly_has_its_address_and_the_rest_is_kept(centre, tmp_path):
    path = centre.training.hand_out_follow_up(tmp_path / "suivi.xlsx", on=JUNE)
    first = ["PC-2009-01-0001", "", "", "", "", "C1", "6", "", "en emploi", ""]
    wrong = [
        [*first[:8], "au travail", ""],
        [*first[:8], "en emploi", "19/06/2010"],
        ["PC-2009-01-9999", *first[1:]],
        ["PC-2009-01-0002", *first[1:6], "six", "", "sans emploi", ""],
    ]
    for at, row in enumerate(wrong):
        back = filled(path, {}, row)
        found = centre.training.take_back_follow_up(back, on=JUNE, by="awa")
        (fault,) = [fault for fault in found.batch.faults if str(fault.rule) != "unique"]
        assert (fault.address.row, fault.address.column) == (4, ("Situation", "Répondu le", "N°", "Mois")[at])
        back.unlink()
    assert centre.store.find(InsertionAnswer) == []

    back = filled(path, {"PC-2009-01-0002": ("perdu de vue", "")}, wrong[2])
    assert [one.enrolment for one in centre.training.take_back_follow_up(back, on=JUNE, by="awa").answers] == ["PC-2009-01-0002"]
    with pytest.raises(SourceRefused, match="Mois"):
        centre.training.take_back_follow_up(PLAN.with_name("candidats.csv"), on=JUNE, by="awa")


def test_as_text_it_comes_back_too_and_nothing_is_overwritten(centre, tmp_path):
    path = centre.training.hand_out_follow_up(tmp_path / "suivi.csv", on=JUNE)
    with pytest.raises(OperatorError):
        centre.training.hand_out_follow_up(path, on=JUNE)
    text = path.read_text("utf-8-sig").replace("19/06/2010;;", "19/06/2010;en formation;", 1)
    path.write_text(text, "utf-8-sig")

    centre.training.take_back_follow_up(path, on=JUNE, by="awa")

    assert [one.standing for one in centre.store.find(InsertionAnswer)] == [LaterStanding.IN_TRAINING]


def test_the_form_reads_back_names_nobody_and_its_answers_come_in_by_the_lists_door(centre, tmp_path):
    """As JSON and as XML; a wrong answer is told with its address, and nobody answers tomorrow."""
    form = read_form(centre.training.follow_up_form(tmp_path / "formulaire.xlsx"))
    asked = {question.name: question for question in form.questions}
    assert (form.notes, form.id) == ((), "suivi_pc_2009_01")
    assert [choice.name for choice in asked["mois"].choices] == ["6", "12"]
    assert {choice.name for choice in asked["situation"].choices} == {one.value for one in LaterStanding}
    with pytest.raises(OperatorError):
        centre.training.follow_up_form(tmp_path / "formulaire.xlsx")

    good = {
        "_uuid": "u1",
        "inscription": "PC-2009-01-0001",
        "mois": "6",
        "situation": "self-employed",
        "repondu_le": "2010-06-17",
    }
    wrong = [{"_uuid": "u2", "inscription": "PC-2009-01-9999"}, {"_uuid": "u3", "mois": "12", "repondu_le": "2010-06-19"},
             {"_uuid": "u4", "mois": "7", "situation": "au travail"}]  # fmt: skip
    (tmp_path / "suivi.json").write_text(json.dumps({"results": [good, *(good | one for one in wrong)]}), "utf-8")
    found = centre.training.take_back_follow_up(tmp_path / "suivi.json", on=JUNE, by="awa")
    assert [(fault.address.column, str(fault.rule)) for fault in found.batch.faults] == [
        ("inscription", "foreign-key"), ("repondu_le", "maximum"), ("situation", "enum"),
    ]  # fmt: skip
    (kept,) = centre.store.find(InsertionAnswer)
    assert (kept.standing, kept.months, kept.answered_on) == (LaterStanding.SELF_EMPLOYED, 6, date(2010, 6, 17))

    told = "".join(f"<{name}>{text}</{name}>" for name, text in (good | {"situation": "employed"}).items() if name != "_uuid")
    (tmp_path / "suivi.xml").write_text(f'<data id="{form.id}">{told}</data>', "utf-8")
    centre.training.take_back_follow_up(tmp_path / "suivi.xml", on=JUNE, by="awa")
    assert [one.standing for one in centre.store.find(InsertionAnswer)] == [LaterStanding.EMPLOYED]


def test_an_internship_at_the_youth_agency_counts_for_whom_a_file_ties_to_it(centre, tmp_path):
    """It was under way on the day six months had passed; nobody needs to call."""
    (tmp_path / "jeunes.json").write_text(json.dumps([YOUNG]), "utf-8")
    (tmp_path / "stages.json").write_text(json.dumps([INTERNSHIP]), "utf-8")
    receipt = centre.pull("apej", tmp_path / "jeunes.json", tmp_path / "stages.json", on=JUNE, by="awa")
    assert receipt.faults == ()
    assert len(centre.training.to_ask(on=JUNE)) == 2

    (keita,) = [one for one in centre.store.find(Migrant) if one.identity.family_name == "Keita"]
    centre.people.attach(keita.reference, "apej:young_person:7", because="mêmes papiers", on=JUNE, by="awa")

    assert [one.enrolment for one in centre.training.to_ask(on=JUNE)] == ["PC-2009-01-0001"]
    assert centre.training.insertion("C1", months=6).at_work == 1
    assert centre.training.insertion("C1", months=12).at_work == 0, "on 19 December it was over"
