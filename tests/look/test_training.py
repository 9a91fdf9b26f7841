"""The pages and sheets of training as they are met: plan, session, certificate, statement, letter, roll call, follow-up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from agencies.truth import sources

from cigem_core import Amount, Workspace
from cigem_core.model.participation import ParticipationState
from cigem_core.programmes.training.follow_up import SITUATIONS

SAMPLE = Path(__file__).parents[2] / "plugins/cigem-mali/samples/training"
TERMS = SAMPLE / "instalments.toml"
ON, ISSUER = date(2010, 12, 31), ("CIGEM", "Bamako")

pytestmark = pytest.mark.look


@pytest.fixture(scope="module")
def carried(tmp_path_factory):
    """FAFPA's plan of 2009, with roll calls, certificates, people who left, money paid and money late."""
    act = {"on": date(2009, 10, 1), "by": "awa"}
    with Workspace.create(tmp_path_factory.mktemp("carried") / "centre.sqlite", **act) as centre:
        centre.pull("fafpa", sources("fafpa")[0], **act)
        plan = centre.training
        for sheet in sorted(SAMPLE.glob("presences_*")):
            plan.roll_call(sheet, on=date(2010, 7, 1), by="awa")
        passed = [one.reference for one in plan.roster().enrolled("S005")][:6]
        plan.certify(*passed, on=date(2010, 7, 1), by="awa")
        gone = [one for one in plan.roster().everyone.values() if one.state is ParticipationState.ENROLLED and one.enrolment]
        for one in gone[:3]:
            plan.withdraw(one.enrolment.reference, because="a trouvé un emploi à Kayes", on=date(2009, 10, 4), by="awa")
        plan.fund({"fafpa": 70, "cigem": 20, "commune de Kayes": 10}, **act)
        plan.pay("S005", "fafpa", Amount(136_640, "XOF"), on=date(2010, 1, 15), by="awa")
        yield centre


def test_the_plan_and_a_session(carried, browsed):
    """A plan of twenty sessions stands on few sheets; the session has its people by name, one line each."""
    plan = carried.training

    assert len(browsed("plan", plan.page(TERMS, on=ON, issuer=ISSUER))) <= 6
    assert len(browsed("plan-en", plan.page(TERMS, on=ON, issuer=ISSUER, language="en"))) <= 6
    assert len(browsed("session", plan.session_page("S005", on=ON, issuer=ISSUER, instalments=TERMS))) <= 3
    assert browsed("session-empty", plan.session_page("S004", on=ON, issuer=ISSUER))


def test_what_leaves_on_paper(carried, browsed):
    """A certificate is one sheet of A4, revoked or not; a statement and a letter are few."""
    plan = carried.training
    first, second = (f"AT-2010-000{n}" for n in (1, 2))

    assert len(browsed("certificate", plan.print_certificate(first, issuer=ISSUER, place="Bamako"))) == 1
    plan.revoke(second, because="délivrée par erreur", on=ON, by="awa")
    assert len(browsed("certificate-revoked", plan.print_certificate(second, issuer=ISSUER, place="Bamako"))) == 1
    provider = next(one.provider for one in plan.plan().modules.values() if one.provider)
    assert len(browsed("statement", plan.statement(provider, TERMS, on=ON, issuer=ISSUER))) <= 3
    assert len(browsed("notices", plan.notices(issuer=ISSUER, on=ON, place="Bamako"))) == 1


def test_the_roll_call_sheet_is_filled_in_there_and_read_back(carried, office, shown, tmp_path):
    """A session of three months has one row a person on every page, with the days above them; what is typed comes back."""
    plan = carried.training
    sheet = plan.sheet("S005", (), tmp_path / "presences_S005.xlsx")
    assert len(shown(sheet)) in (0, 1, 2)

    week = plan.sheet("S005", [date(2010, 1, day) for day in (11, 12, 13, 14, 15)], tmp_path / "week_S005.xlsx")
    assert len(shown(week)) in (0, 1)

    book = openpyxl.load_workbook(week)
    for row in range(2, book.active.max_row + 1):
        book.active.cell(row, 3).value = "P"
    book.save(tmp_path / "presences_S005.filled.xlsx")
    saved = office(tmp_path / "presences_S005.filled.xlsx", "ods", to=tmp_path / "saved")
    called = plan.roll_call(saved, session="S005", on=ON, by="awa")
    assert called.batch.faults == ()
    assert {row["P"] for row in called.rates()} == {1}


def test_the_list_of_whom_to_ask_offers_situations(carried, office, shown, tmp_path):
    path = carried.training.hand_out_follow_up(tmp_path / "suivi.xlsx", on=date(2010, 9, 6))
    assert len(shown(path)) in (0, *range(1, 6))

    saved = office(path, "xlsx", to=tmp_path / "saved")
    (offered,) = openpyxl.load_workbook(saved).active.data_validations.dataValidation
    assert offered.formula1 == '"' + ",".join(SITUATIONS) + '"'
