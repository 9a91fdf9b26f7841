"""From the arrival of a group to the answer of an agency: one who returned, and one who passes through."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from html import unescape

import pytest
from agency_services import apej
from agency_services import workspace as serving

from cigem_core import Amount, Identity, Occupation, PartialDate, Workspace
from cigem_core.errors import OperatorError, UnknownName
from cigem_core.model.arrivals import Aid, AidNature, Means
from cigem_core.model.counsel import Visit, VisitReason
from cigem_core.model.migrants import Condition, Migrant, NextLeg, Situation
from cigem_core.model.projects import Goal, IndividualProject, ProjectResult
from cigem_core.model.referrals import ENDED, Decision, Referral, ReferralAnswer, ReferralState, RefusalCode, ToldBy
from cigem_core.programmes.reception.instrument_files import read_instrument
from cigem_core.programmes.reception.sheets import read_sheets

ON = date(2009, 10, 1)
SHEET = """country = "CA"
purpose = "etudes"
source = "canada.ca"
checked_on = 2009-06-01
valid_until = 2009-12-31
"""
INSTRUMENT = b"""reference = "essai"
source = "x"
licence = "CC0"
illustrative = "un exemple"
[[question]]
name = "experience"
choice = [{ code = "aucune", points = 0 }, { code = "longue", points = 2 }]
[[question]]
name = "epargne"
least = 0
most = 5
"""
SERVICES = (
    "N°;Prestation;Structure;Prestataire;Code métier;Projets;Résidents de;Lieu;Âge min;Âge max;Sexe;Niveau CITE min;"
    "Situations;Langues;Places;Commence le;À apporter;Comment faire;Confirmée le\n"
    "1;Soudure;anpe;;7212;formation;;Kayes;16;40;;;de retour;;5;;carte NINA;;01/09/2009\n"
    "2;Couture;anpe;;7531;formation;;Kayes;;;;;;;5;;;;01/09/2009\n"
)


@pytest.fixture
def centre(tmp_path):
    with Workspace.create(tmp_path / "centre.sqlite", on=ON, by="awa") as centre:
        yield centre


def test_one_who_returned_and_one_in_transit(centre, tmp_path):
    """Every number of the caseload is counted again from the records."""
    desk = centre.reception
    (tmp_path / "sheets").mkdir()
    (tmp_path / "sheets/canada.toml").write_text(SHEET, "utf-8")
    (tmp_path / "prestations.csv").write_text(SERVICES, "utf-8")

    group = desk.announce(4, arrives_on=ON, means=Means.FLIGHT, on=ON, by="awa").reference
    awa = desk.receive(
        group, identity=Identity(family_name="Traoré", given_names="Awa"), condition=Condition.RETURNING, on=ON, by="awa"
    ).reference
    leg = NextLeg(place="Nioro", leaves_by=date(2009, 10, 3))
    bleu = desk.receive(group, known_as="le bleu", condition=Condition.IN_TRANSIT, leg=leg, on=ON, by="issa").reference
    desk.amend(group, absent=1, on=ON, by="awa")
    count = desk.headcount(group)
    assert (count.announced, count.received, count.absent, count.expected) == (4, 2, 1, 1)
    desk.give(awa, AidNature.CASH, amount=Amount(15_000, "XOF"), arrival=group, on=ON, by="awa")
    desk.give(bleu, AidNature.NIGHT, quantity=2, on=ON, by="awa")
    desk.visit(awa, reason=VisitReason.LEGAL_MIGRATION, asked="étudier", on=ON, by="awa")
    handed, _ = desk.hand(awa, "CA-etudes", sheets=read_sheets(tmp_path / "sheets"), on=ON, by="awa")
    (tmp_path / "sheets/canada.toml").unlink()
    assert [(one.sheet, sheet.source) for one, sheet in desk.handed(awa)] == [(handed.sheet, "canada.ca")]

    assessed = desk.assess(awa, read_instrument(INSTRUMENT), {"experience": "longue"}, on=ON, by="awa").reference
    assert [(one.bounds.low, one.bounds.high) for one in desk.scores(assessed)] == [(2, 7)]
    with pytest.raises(OperatorError, match="in transit and nothing else"):
        desk.open_project(bleu, on=ON, by="awa")
    project = desk.open_project(awa, goal=Goal.TRAINING, occupation=Occupation("7212"), on=ON, by="awa").reference
    desk.load_services(tmp_path / "prestations.csv", on=ON, by="awa")
    fitting = desk.services_for(awa, on=ON)
    assert [(one.service.name, str(one.verdict)) for one in fitting] == [("Soudure", "to-check"), ("Couture", "does-not-fit")]

    first = desk.refer(awa, to="anpe", service="prestations/1", because="veut se former", on=ON, by="awa").reference
    with pytest.raises(OperatorError, match=f"for the same need already: {first}"):
        desk.refer(awa, to="anpe", service="prestations/1", on=ON, by="issa")
    with pytest.raises(OperatorError, match="accept is not possible in the state 'waiting'; possible: send, withdraw"):
        desk.answer(first, "accept", said_by="M. Keita", told_by=ToldBy.PHONE, on=ON, by="awa")
    (tmp_path / "out").mkdir()
    centre.push("anpe", to=tmp_path / "out", on=date(2009, 10, 2), by="awa")
    with pytest.raises(OperatorError, match="withdraw is not possible in the state 'sent'"):
        desk.withdraw(first, because="erreur", on=ON, by="awa")
    told = {"said_by": "M. Keita", "told_by": ToldBy.PHONE, "by": "awa"}
    desk.answer(first, "refuse", code=RefusalCode.FULL, on=date(2009, 10, 5), **told)
    second = desk.reorient(first, to="fafpa", on=date(2009, 10, 6), by="awa").reference
    assert [one.reference for one in desk.chain(second)] == [first, second]
    assert desk.referral(first).state is ReferralState.REORIENTED

    caseload = desk.caseload(on=date(2009, 10, 12))
    store = centre.store
    assert caseload.files == len(store.find(Migrant)) == 2
    assert caseload.open_projects == len(store.find(IndividualProject, closed_on=None)) == 1
    assert sum(caseload.situations.values()) == len(store.find(Situation)) == 2
    assert caseload.states == {ReferralState.WAITING: 1, ReferralState.REORIENTED: 1}
    assert caseload.referrals == len(store.find(Referral))
    assert caseload.refusals == {RefusalCode.FULL: 1}
    assert [(one.number, one.name, one.days_waiting) for one in caseload.waiting] == [(second, "Traoré Awa", 6)]
    assert [(one.number, one.name) for one, _ in caseload.overdue] == [(bleu, "le bleu")]
    desk.leave(bleu, on=date(2009, 10, 13), by="awa")
    assert desk.caseload(on=date(2009, 10, 13)).overdue == ()
    desk.close_project(project, ProjectResult.ACHIEVED, on=date(2009, 12, 1), by="awa")
    with pytest.raises(OperatorError, match="closed on 2009-12-01; open another"):
        desk.add_step(project, "devis", on=date(2009, 12, 2), by="awa")
    assert (len(store.find(Aid)), len(store.find(Visit))) == (2, 1)
    assert centre.verify_journal() is None


def test_from_one_agency_to_another_until_it_is_done_and_every_number_of_the_page_is_a_record_s(tmp_path):
    """One agency refuses, the other accepts and brings it to its end; the page is counted again from the records."""
    pytest.importorskip("jinja2")
    with serving(tmp_path / "centre.sqlite") as centre, apej() as service:
        desk = centre.reception
        group = desk.announce(3, arrives_on=ON, means=Means.CONVOY, on=ON, by="awa").reference
        who = Identity(family_name="Traoré", given_names="Awa", birth=PartialDate(year=1985))
        awa = desk.receive(group, identity=who, condition=Condition.RETURNING, on=ON, by="awa").reference
        leg = NextLeg(place="Nioro", leaves_by=date(2009, 10, 3))
        desk.receive(group, known_as="le bleu", condition=Condition.IN_TRANSIT, leg=leg, on=ON, by="awa")
        desk.open_project(awa, goal=Goal.JOB, occupation=Occupation("7212"), on=ON, by="awa")
        told = {"said_by": "Mme Sy", "told_by": ToldBy.PHONE, "by": "awa"}

        first = desk.refer(awa, to="apej", on=ON, by="awa").reference
        assert centre.push("apej", to=service.url, on=ON, by="awa").sent == 1
        desk.answer(first, "refuse", code=RefusalCode.OUT_OF_SCOPE, words="trop âgée", on=date(2009, 10, 5), **told)
        second = desk.reorient(first, to="anpe", on=date(2009, 10, 6), by="awa").reference
        (tmp_path / "out").mkdir()
        centre.push("anpe", to=tmp_path / "out", on=date(2009, 10, 6), by="awa")
        header = "N° orientation;Décision;Date;Motif du refus;Résultat"
        answers = f"{header}\r\n{second};A;12/10/2009;;\r\n".encode("utf-8-sig")
        centre.pull("anpe", answers, on=date(2009, 10, 13), by="awa")
        assert desk.referral(second).state is ReferralState.ACCEPTED
        with pytest.raises(OperatorError, match="the result"):
            desk.answer(second, "finish", on=date(2009, 11, 2), **told)
        done = desk.answer(second, "finish", result="embauchée", on=date(2009, 11, 2), **told)
        third = desk.refer(awa, to="anpe", need=Occupation("7115"), on=date(2009, 11, 3), by="awa").reference
        with pytest.raises(OperatorError, match="possible: nothing, it has ended"):
            desk.reorient(second, to="apej", on=date(2009, 11, 3), by="awa")
        page = desk.caseload_page(on=date(2009, 11, 5))

        assert (done.state, [one.reference for one in desk.chain(second)]) == (ReferralState.DONE, [first, second])
        every_number_is_counted_again(centre, page, date(2009, 11, 5), waiting=[third])


def every_number_is_counted_again(centre, page, on, *, waiting):
    """No number stands on the page that the records do not give, counted by hand here."""
    text = unescape(re.sub(r"<[^>]*>", "\n", re.sub(r"<(style|svg).*?</\1>", "", page, flags=re.DOTALL)))
    said = [number for line in text.splitlines() for number in re.findall(r"OR-[0-9-]+|MG-[0-9-]+|[0-9]+(?:/[0-9]+)*", line)]
    store = centre.store
    referrals, answers = store.find(Referral), store.find(ReferralAnswer, agency=None)
    standing = {one.reference: centre.reception.referral(one.reference, on=on).state for one in referrals}
    ended = [one for one in standing.values() if one in ENDED]
    situations = [one for one in store.find(Situation) if (one.since or on) <= on and (one.until is None or one.until >= on)]
    last = {one.referral: one for one in answers if one.decision is Decision.REFUSED}
    overdue = [one for one in situations if one.leg and one.leg.leaves_by and one.leg.leaves_by < on and one.leg.left_on is None]

    expected = Counter(map(str, (
        len([one for one in store.find(Migrant) if one.joined_to is None]),
        len(store.find(IndividualProject, closed_on=None)), len(referrals), len(referrals) - len(ended),
        *Counter(one.condition for one in situations).values(), *Counter(standing.values()).values(),
        *Counter(one.refusal_code for one in last.values()).values(),
    )))  # fmt: skip
    by_number = {one.reference: one for one in referrals}
    expected += Counter([*waiting, str(on.day), str(on.year)])
    expected += Counter(str((on - by_number[one].referred_on).days) for one in waiting)
    for one in overdue:
        expected += Counter([one.migrant, f"{one.leg.leaves_by:%d/%m/%Y}"])
    assert Counter(said) == expected


def test_the_pages_say_what_the_records_say_and_no_more_than_the_convention_lets_be_known(centre):
    """What the convention masks is not in the letter, and every file is whole in itself."""
    pytest.importorskip("jinja2")
    desk = centre.reception
    who = Identity(family_name="Traoré", given_names="Awa", nina="99887766")
    awa = desk.receive(identity=who, condition=Condition.RETURNING, on=ON, by="awa").reference
    number = desk.refer(awa, to="anpe", bring="carte d'identité", because="cherche un emploi", on=ON, by="awa").reference

    letter, page = desk.letter(number, on=ON), desk.migrant_page(awa, on=ON)

    assert all(word in letter for word in ("Traoré", "Awa", number, "cherche un emploi", "À apporter"))
    assert "99887766" in page
    assert all(word in page for word in ("Traoré", awa, number))
    assert not re.search(r"<script|src=\"http|href=\"http", letter + page)
    clause = next(c for c in centre.conventions() if c.agency.code == "anpe")
    permitted = {f for one in clause.clauses if one.direction == "push" for f in one.fields.get("referral", ())}
    if not permitted & {"*", "identity", "identity.nina"}:
        assert "99887766" not in letter


def test_records_are_tied_by_an_officer_and_untied_again(centre):
    """Plain evidence is only suggested; a file can be joined to another and taken apart again."""
    people = centre.people
    one = people.open(on=ON, by="awa", identity=Identity(family_name="Keita", given_names="Modibo", nina="12 34")).reference
    other = people.open(on=ON, by="awa", identity=Identity(family_name="KEITA", given_names="Modibo", nina="1234")).reference

    assert [(str(found.record), [str(p) for p in found.proofs]) for found in people.suggestions(one)] == [
        (f"centre:migrant:{other}", ["same-nina"])
    ]
    people.join(other, one, because="même numéro", on=ON, by="awa")
    name = next(known for known in people.view(one) if known.name == "identity.family_name")
    assert [said.value for said in name.said] == ["Keita", "KEITA"]
    assert name.is_contradicted
    with pytest.raises(OperatorError, match=f"{other} is a double of {one}: act on {one}"):
        people.situate(other, Condition.VISITOR, on=ON, by="awa")
    people.part(other, on=ON, by="issa")
    assert not next(known for known in people.view(one) if known.name == "identity.family_name").is_contradicted
    with pytest.raises(UnknownName, match="the nearest is 'MG-2009-000"):
        people.view("MG-2009-0009")
    with pytest.raises(OperatorError, match="no agency gave a record anpe:job_seeker:X"):
        people.attach(one, "anpe:job_seeker:X", because="x", on=ON, by="awa")
    acts = {line.act for line in centre.journal()} if hasattr(centre, "journal") else set()
    assert "12 34" not in json.dumps(sorted(acts))
