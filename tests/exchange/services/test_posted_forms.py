"""Referrals submitted as filled-in forms: one submission each, and none that the form would not take."""

from __future__ import annotations

import pytest
from agency_services import (
    AWA,
    ON,
    TIRED,
    hurried,
    push,
    refer,
    states,
    ufae,
    workspace,
)
from attrs import evolve

from cigem_core.testing.mishaps import Mishap, Reply


@pytest.mark.parametrize("mishap", [None, *(one for one in Mishap if one not in (Mishap.SLOW, Mishap.TIMEOUT))])
def test_a_form_is_submitted_once_whatever_happens(database, mishap):
    """A real multipart body, the answers of the form, and an id the service knows it by."""
    with ufae([mishap]) as service, workspace(database, hurried(patience=TIRED)) as centre:
        number = refer(centre, to="ufae", because="perte d'emploi")
        push(centre, service.url, "ufae")
        service.plan(None)
        centre.retry("ufae", on=ON, by="awa")

        (taken,) = service.submissions.values()
        assert taken.answers == {
            "numero": number, "nom": "Diarra", "prenom": "Awa", "sexe": "f", "naissance": "vers 1985", "filiere": "soudure",
            "convention": "CIGEM-UFAE-2009", "motif": "perte d'emploi",
        }  # fmt: skip
        assert {request.headers["x-openrosa-version"] for request in service.requests} == {"1.0"}
        assert (service.effects, states(centre)) == ({number: 1}, {number: "sent"})


def test_a_server_that_asks_for_a_token_gets_one(database):
    with ufae(token="jeton") as service, workspace(database, token="jeton") as centre:
        refer(centre, to="ufae")
        assert push(centre, service.url, "ufae").sent == 1
    with ufae(token="jeton") as service, workspace(f"{database}_2" if "://" not in database else database, token=None) as centre:
        refer(centre, to="ufae")
        done = push(centre, service.url, "ufae")
        assert (done.sent, done.delayed) == (0, done.waiting)
        assert "CIGEM_UFAE_TOKEN" in done.trouble.en


@pytest.mark.parametrize(
    ("more", "column"), [({"need": None}, "filiere"), ({"who": evolve(AWA, sex=None)}, "sexe")],
)  # fmt: skip
def test_what_the_form_asks_for_and_nobody_said_withholds_a_referral(centre, more, column):
    """It is told before anything is sent, and waits until it can be said."""
    with ufae() as service:
        number = refer(centre, **{"to": "ufae", **more})
        done = push(centre, service.url, "ufae")

        assert (done.waiting, done.sent, done.withheld) == (1, 0, 1)
        assert [(remark.reference, remark.column) for remark in done.remarks] == [(number, column)]
        assert (service.requests, states(centre), list(centre.outbox())) == ([], {number: "waiting"}, [])


def test_a_trade_the_form_does_not_offer_withholds_a_referral(centre):
    from cigem_core.model.values import Occupation

    with ufae() as service:
        number, other = refer(centre, to="ufae", need=Occupation("2211")), refer(centre, to="ufae")
        done = push(centre, service.url, "ufae")

    assert (done.waiting, done.sent, done.withheld) == (2, 1, 1)
    assert {(remark.reference, remark.column) for remark in done.remarks} == {(number, "filiere")}
    assert service.effects == {other: 1}


def test_a_submission_the_server_does_not_take_is_refused(centre):
    """400 speaks of the submission: it is no trouble on the way."""
    with ufae([Reply(status=400, headers={"Content-Type": "text/xml"}, body=b"<OpenRosaResponse/>")]) as service:
        number = refer(centre, to="ufae")
        done = push(centre, service.url, "ufae")
        assert (done.refused, done.faults[0].address.row) == (1, number)
        assert "status 400" in done.faults[0].message("en")
        centre.withdraw(1, because="formulaire corrigé", on=ON, by="awa")
        assert push(centre, service.url, "ufae").sent == 1

    assert service.effects == {number: 1}


def test_a_page_of_a_portal_is_no_acceptance_of_a_form(database):
    portal = Reply(status=200, headers={"Content-Type": "text/html"}, body=b"<html/>")
    with ufae([portal]) as service, workspace(database) as centre:
        number = refer(centre, to="ufae")
        assert push(centre, service.url, "ufae").delayed == 1
        assert centre.retry("ufae", on=ON, by="awa").trouble is None

    assert service.effects == {number: 1}
