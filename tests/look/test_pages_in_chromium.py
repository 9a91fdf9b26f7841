"""The pages of the programmes in Chromium: on a telephone, on a desk and on paper, with lifelike and with long contents."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from made import SEPTEMBER
from programmes.agreements.anpe import OWED, SHIPPED
from programmes.scholarships.samples import CALLS, applications, call, truth

from cigem_core import Convention, Identity, Occupation, PartialDate, Sex, Workspace
from cigem_core.model.employment import JobSeeker
from cigem_core.model.identity import Residence
from cigem_core.model.migrants import Condition, NextLeg, Reach, SafeWay
from cigem_core.model.projects import Goal
from cigem_core.model.referrals import RefusalCode, ToldBy
from cigem_core.model.values import Phone
from cigem_core.plugins import load
from cigem_core.programmes.agreements.execution_page import execution_page
from cigem_core.programmes.agreements.paper import paper
from cigem_core.programmes.agreements.signing import sign
from cigem_core.programmes.scholarships.results import round_page
from cigem_core.scholarships import Round
from cigem_core.seal import make_key

ON = date(2009, 10, 1)
NAMES = [("Traoré", "Awa Mariam"), ("Ag Mohamed Attaher", "Ibrahim"), ("N'Diaye", "Fatoumata dite « Tata »"), ("Keïta", "Sékou"),
         ("Coulibaly-Sissoko", "Marie Thérèse Kadiatou"), ("Bah", "Li")]  # fmt: skip

pytestmark = pytest.mark.look


@pytest.mark.parametrize("convention", load().conventions, ids=lambda one: one.reference)
def test_a_shipped_convention_is_a_page_to_sign(browsed, convention):
    assert len(browsed(convention.reference, paper(convention))) <= 3


def test_a_convention_signed_with_keys(browsed, tmp_path):
    """The longest an agreement gets: obligations, a key and a signature of each party."""
    convention = Convention.from_toml(SHIPPED.read_text("utf-8") + OWED)
    signed = []
    for party in ("centre", "anpe"):
        make_key(tmp_path / f"{party}.pem", tmp_path / f"{party}.pub")
        signed.append(sign(convention, party, tmp_path / f"{party}.pem", on=ON))

    assert len(browsed("convention-signed", paper(convention, signatures=signed))) <= 3


def test_the_report_of_execution(browsed, tmp_path):
    with Workspace.create(tmp_path / "c.sqlite", on=ON, by="awa") as centre:
        centre.install(Convention.from_toml(SHIPPED.read_text("utf-8") + OWED), on=ON, by="awa")
        centre.pull("anpe", *SEPTEMBER, on=date(2009, 10, 12), by="awa", axis="employment-data")
        for seeker in list(centre.records(JobSeeker))[:3]:
            centre.refer(seeker, to="anpe", on=date(2009, 10, 12), by="awa")
        centre.push("anpe", to=tmp_path / "out", on=date(2009, 10, 12), by="awa")
        found = centre.agreements.report("anpe", year=2009, on=date(2009, 12, 31))

        assert len(browsed("execution", execution_page(found))) <= 5
        assert browsed("execution-empty", execution_page(centre.agreements.report("anpe", year=2010, on=date(2010, 12, 31))))


@pytest.mark.parametrize("name", CALLS)
def test_the_page_of_a_round(browsed, name):
    held = Round(call=call(name), applications=applications(name))
    drawn = held.draw(truth(name)["draws"][0]["seed"], leave_undecided=True)

    assert len(browsed(f"round-{name}", round_page(held, drawn, on=date(2026, 9, 30), issuer="CIGEM, Bamako"))) <= 5


@pytest.fixture
def busy(tmp_path):
    """A centre with a hundred referrals in every state, and one migrant of whom much is known."""
    with Workspace.create(tmp_path / "centre.sqlite", on=ON, by="awa") as centre:
        desk = centre.reception
        centre.pull("anpe", *SEPTEMBER, on=ON, by="awa", axis="employment-data")
        for n in range(40):
            family, given = NAMES[n % len(NAMES)]
            birth = PartialDate(year=1970 + n, approximate=n % 2 == 0)
            who = Identity(
                family_name=family, given_names=given, sex=Sex.FEMALE, birth=birth, nationality="malienne",
                phones=(Phone("+22376123456"),),
            )  # fmt: skip
            one = centre.people.open(identity=who, residence=Residence(district="Kayes"), on=ON, by="awa").reference
            centre.people.situate(one, list(Condition)[n % 6], on=ON, by="awa",
                                  leg=NextLeg(place="Nioro du Sahel", leaves_by=ON) if n % 6 == 1 else None)  # fmt: skip
            desk.refer(one, to=("anpe", "fafpa", "apej")[n % 3], need=Occupation("7212"), because="veut se former en soudure",
                       bring="carte NINA, carnet de travail", on=ON + timedelta(days=n % 3), by="awa")  # fmt: skip
        centre.push("anpe", to=tmp_path / "out", on=ON + timedelta(days=4), by="awa")
        told = {"said_by": "M. Keita", "told_by": ToldBy.PHONE, "by": "awa"}
        sent = [one.number for one in desk.referrals(on=date(2009, 10, 20), to="anpe")]
        for n, number in enumerate(sent[:8]):
            if n % 2:
                desk.answer(number, "refuse", code=list(RefusalCode)[n % 6], on=date(2009, 10, 8), **told)
            else:
                desk.answer(number, "accept", on=date(2009, 10, 8), **told)
        seeker = next(one for one in centre.records(JobSeeker) if one.identity.given_names)
        centre.people.attach("MG-2009-0001", f"anpe:job_seeker:{seeker.reference}", because="même téléphone", on=ON, by="awa")
        centre.people.amend(
            "MG-2009-0001", languages=("bambara", "soninké", "français"), occupation=Occupation("7212"),
            reach=Reach(way=SafeWay.THROUGH_SOMEONE, through="sa sœur Kadiatou, au marché", hours="après 17 h",
                        caution="ne jamais appeler à la maison : la famille de son mari ignore sa démarche"),
            on=ON, by="awa",
        )  # fmt: skip
        desk.open_project("MG-2009-0001", goal=Goal.TRAINING, occupation=Occupation("7212"), on=ON, by="awa")
        yield centre


def test_what_reception_hands_out(busy, browsed):
    """The letter stands on one sheet; so does the page of someone of whom much is known, or on two."""
    desk, on = busy.reception, date(2009, 10, 26)
    number = desk.referrals(on=on, migrant="MG-2009-0001")[0].number

    assert len(browsed("letter", desk.letter(number, on=on, issuer=("CIGEM", "Bamako")))) == 1
    assert len(browsed("caseload", desk.caseload_page(on=on, issuer=("CIGEM", "Bamako")))) <= 6
    assert len(browsed("migrant", desk.migrant_page("MG-2009-0001", on=on, issuer=("CIGEM", "Bamako")))) <= 2
