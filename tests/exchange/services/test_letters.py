"""Referrals posted to an agency's service, one letter each: exactly one effect there, and the outbox tells the truth."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest
from agency_services import (
    AWA,
    ON,
    REFUSED,
    TIRED,
    WELDING,
    acts,
    apej,
    hurried,
    parcels,
    pull,
    push,
    refer,
    services,
    states,
    workspace,
    young,
)
from attrs import evolve
from sqlalchemy import select

from cigem_core import JobSeeker, Place, Workspace
from cigem_core.errors import ConventionError, OperatorError
from cigem_core.model.conventions import Axis
from cigem_core.model.identity import Residence
from cigem_core.model.youth import YoungPerson
from cigem_core.store.schema import journal, outbox, sent
from cigem_core.testing.mishaps import Mishap, Reply


def contents(centre):
    with centre.store.reading() as connection:
        return list(connection.execute(select(outbox.c.content)).scalars())


# --- what leaves -----------------------------------------------------------------------------------------------------


def test_a_letter_says_what_the_interface_describes(centre, service):
    """Numbers are numbers, what is not known is null, and the key travels in its header."""
    region = Residence(region=Place.parse("iso-3166-2:ml@2009/ML-1"))
    number = refer(centre, residence=region, because="soudure")

    done = push(centre, service.url)

    (request,) = service.requests
    assert json.loads(request.body) == {
        "numero": number, "jeune": None, "nom": "Diarra", "prenoms": "Awa", "sexe": "F",
        "naissance": {"date": None, "annee": 1985, "approx": True}, "telephone": None, "region": "ML-1", "metier": "7212",
        "axe": "accueil", "convention": "CIGEM-APEJ-2009", "motif": "soudure",
    }  # fmt: skip
    assert request.headers["idempotency-key"]
    assert (done.waiting, done.sent, done.delayed, done.refused) == (1, 1, 0, 0)
    assert (states(centre), parcels(centre)) == ({number: "sent"}, {1: "left"})
    assert acts(centre) == {"push": 1, "sent": 1}
    assert contents(centre) == [None]


def test_someone_the_agency_knows_is_named_by_its_own_number(centre, service):
    service.add("jeunes", young(7))
    pull(centre, service.url)
    (who,) = centre.records(YoungPerson)
    refer(centre, who)
    push(centre, service.url)

    assert json.loads(service.requests[-1].body)["jeune"] == "J7"


def test_each_leaves_once(centre, service):
    """A second push and a retry have nothing to send."""
    refer(centre)
    push(centre, service.url)
    before = len(service.requests)

    assert push(centre, service.url).waiting == 0
    assert centre.retry("apej", on=ON, by="awa").left == []
    assert len(service.requests) == before


# --- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mishap", [one for one in Mishap if one not in (Mishap.SLOW, Mishap.TIMEOUT)])
def test_what_cannot_be_sent_waits_and_is_sent_later_under_its_key(database, mishap):
    """It may have arrived, so the referral is said to wait, and there is one effect in the end."""
    with apej(faults=lambda _: mishap) as service, workspace(database, hurried(patience=TIRED)) as centre:
        number = refer(centre)
        done = push(centre, service.url)
        if done.delayed:
            assert (done.sent, done.delayed, states(centre)[number]) == (0, 1, "waiting")
            (waits,) = centre.outbox()
            assert (waits.state, waits.attempts, waits.content) == ("waiting", 1, None)
            assert waits.said["fr"].startswith("apej (http://127.0.0.1")
            with pytest.raises(OperatorError, match="may have arrived"):
                centre.withdraw(1, because="doublon", on=ON, by="awa")
        service.plan(None)
        centre.retry("apej", on=ON, by="awa")

        assert (service.effects, states(centre), parcels(centre)) == ({number: 1}, {number: "sent"}, {1: "left"})
        assert len({(request.body, request.headers["idempotency-key"]) for request in service.requests}) == 1
        assert acts(centre) == {"push": 1, "sent": 1}


@pytest.mark.parametrize("headers", [{"Content-Type": "text/html"}, {}, {"Content-Type": "application/json"}])
@pytest.mark.parametrize("status", [200, 201, 202])
def test_the_page_of_a_portal_is_no_acceptance(database, status, headers):
    """Whatever its status: a letter has arrived once the service gave it a number."""
    portal = Reply(status=status, headers=headers, body=b"<html>Bienvenue</html>")
    with apej(faults=lambda _: portal) as service, workspace(database, hurried(patience=TIRED)) as centre:
        number = refer(centre)
        assert push(centre, service.url).delayed == 1
        assert states(centre) == {number: "waiting"}
        service.plan(None)
        assert push(centre, service.url).sent == 1
        assert service.effects == {number: 1}


def test_a_letter_at_which_a_service_breaks_keeps_no_other_back(database):
    """Nor does one whose key it knows for something else."""
    with apej() as service, workspace(database, hurried(patience=TIRED)) as centre:
        numbers = [refer(centre, evolve(AWA, family_name=name)) for name in ("Poison", "Keita", "Coulibaly")]
        service.plan(lambda _: Reply(status=500) if b"Poison" in service.requests[-1].body else None)
        serving, answer = service._serving, service._serving.answer
        serving.answer = lambda one: Reply(status=500) if b"Poison" in one.body else answer(one)
        service.plan(None)
        first, second = push(centre, service.url), push(centre, service.url)
        assert ((first.sent, first.delayed), (second.sent, second.delayed)) == ((0, 3), (2, 1))

        serving.answer = lambda one: Reply(status=409) if b"Poison" in one.body else answer(one)
        numbers.append(refer(centre))
        third = push(centre, service.url)

        assert (third.sent, third.delayed) == (1, 1)
        assert "409" in third.trouble.en
        assert service.effects == dict.fromkeys(numbers[1:], 1)
        assert states(centre) == {numbers[0]: "waiting", **dict.fromkeys(numbers[1:], "sent")}


def test_a_token_that_stops_being_valid_midway_leaves_the_rest_waiting(centre, service):
    numbers = [refer(centre) for _ in range(4)]
    service.plan(lambda number: Mishap.UNAUTHORISED if number > 2 else None)

    done = push(centre, service.url)

    assert (done.sent, done.delayed) == (2, 2)
    assert "CIGEM_APEJ_TOKEN" in done.trouble.fr
    assert list(states(centre).values()) == ["sent", "sent", "waiting", "waiting"]
    service.plan(None)
    assert len(centre.retry("apej", on=ON, by="awa").left) == 2
    assert service.effects == dict.fromkeys(numbers, 1)


def test_a_pause_longer_than_we_wait_is_said_and_not_waited(centre, service):
    refer(centre)
    service.plan(lambda _: Reply(status=429, headers={"Retry-After": "7200"}))

    done = push(centre, service.url)

    assert (done.delayed, len(service.requests)) == (1, 1)
    assert "wait for 7200 s" in done.trouble.en
    assert "attendre 7200 s" in centre.outbox()[0].said["fr"]


# --- what is refused -------------------------------------------------------------------------------------------------


def test_a_refusal_comes_back_on_its_field_and_is_taken_back(centre, service):
    """Taken back and pushed again, it goes under a new key and has one effect."""
    number = refer(centre)
    service.plan([REFUSED])
    done = push(centre, service.url)

    (fault,) = done.faults
    assert (done.refused, fault.rule, fault.address.row, fault.address.column) == (1, "remote", number, "nom")
    assert "Diarra est inconnue" in fault.message("fr")
    (parcel,) = centre.outbox()
    assert (parcel.state, parcel.said) == ("refused", {"refused": [{"field": "nom", "code": "unknown_person"}]})
    assert states(centre) == {number: "waiting"}
    assert push(centre, service.url).waiting == 0
    assert centre.retry("apej", on=ON, by="awa").left == []

    assert centre.withdraw(1, because="nom corrigé", on=ON, by="awa") == [number]
    with pytest.raises(OperatorError, match="does not wait"):
        centre.withdraw(1, because="encore", on=ON, by="awa")
    assert push(centre, service.url).sent == 1

    assert service.effects == {number: 1}
    assert len({request.headers["idempotency-key"] for request in service.requests}) == 2
    assert parcels(centre) == {1: "withdrawn", 2: "left"}
    assert acts(centre) == {"push": 2, "sent": 1, "refused": 1, "withdraw": 1}
    assert contents(centre) == [None, None]


ECHOES = [
    ("nom", "Diarra"), ("nom", "DIARRA"), ("nom", "diarra_awa"), ("nom", "Dîarrà"), ("nom", "awa-1985"), ("Diarra", "required"),
    ("naissance", "1985"), ("nom", "x" * 41), ("nom", "Diarra Awa inconnue"), ("contacts.Diarra", "{}"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "code"), ECHOES)
def test_what_a_service_repeats_of_a_letter_is_not_kept(centre, service, field, code):
    """A code or a field may hold somebody's name: what is kept holds none."""
    refer(centre)
    body = json.dumps({"errors": [{"field": field, "code": code, "message": "x"}]}).encode()
    service.plan([Reply(status=422, body=body)])
    push(centre, service.url)

    (parcel,) = centre.outbox()
    assert not {"diarra", "awa", "1985"} & set(json.dumps(parcel.said).lower().replace("_", " ").replace("-", " ").split())
    assert "?" in json.dumps(parcel.said)
    with centre.store.reading() as connection:
        facts = " ".join(connection.execute(select(journal.c.facts)).scalars())
    assert "iarra" not in facts
    assert "1985" not in facts


def test_only_what_was_refused_or_never_tried_is_taken_back(centre, service):
    """What was tried may have arrived; what left, has."""
    refer(centre)
    push(centre, service.url)
    with pytest.raises(OperatorError, match=r"parcel 1 does not wait.*cigem outbox list"):
        centre.withdraw(1, because="x", on=ON, by="awa")
    with pytest.raises(OperatorError, match="parcel 99"):
        centre.withdraw(99, because="x", on=ON, by="awa")
    with pytest.raises(OperatorError, match="say why"):
        centre.withdraw(1, because=" ", on=ON, by="awa")

    refer(centre), refer(centre)
    service.plan(lambda _: Mishap.ERROR)
    push(centre, service.url)
    assert [(one.state, one.attempts) for one in centre.outbox()] == [("waiting", 1), ("waiting", 0)]
    assert centre.withdraw(3, because="doublon", on=ON, by="awa") == ["OR-2009-0003"]


def test_what_was_refused_after_no_answer_is_taken_back_on_the_agencys_word(centre, service):
    """It may have arrived the first time; the journal keeps that somebody said it had not."""
    number = refer(centre)
    service.plan(lambda _: Mishap.CUT)
    push(centre, service.url)
    service.plan(lambda _: Reply(status=422, body=b'{"errors": [{"field": "nom", "code": "unknown", "message": "inconnu"}]}'))
    push(centre, service.url)
    with pytest.raises(OperatorError, match=r"refused after an attempt without an answer.*--never-arrived"):
        centre.withdraw(1, because="corrigé", on=ON, by="awa")

    assert centre.withdraw(1, because="APEJ ne l'a pas", never_arrived=True, on=ON, by="awa") == [number]

    assert centre.journal(limit=1)[0].facts["never_arrived"] == [1]
    assert parcels(centre) == {1: "withdrawn"}


def test_the_agencys_word_takes_back_no_letter_that_waits(centre, service):
    """It is sent again, under its key."""
    refer(centre)
    service.plan(lambda _: Mishap.CUT)
    push(centre, service.url)

    with pytest.raises(OperatorError, match="may have arrived"):
        centre.withdraw(1, because="x", never_arrived=True, on=ON, by="awa")


# --- amendments, addresses, and others -------------------------------------------------------------------------------


def amended(centre, reference, direction, **changes):
    """Install a convention anew, with other clauses of one direction."""
    shipped = next(one for one in centre.conventions() if one.reference == reference)
    clauses = tuple(evolve(c, **changes) if c.direction == direction else c for c in shipped.clauses)
    centre.install(evolve(shipped, clauses=clauses), on=ON, by="awa")


def test_an_amendment_between_refer_and_push_decides_what_leaves(centre, service):
    refer(centre, because="soudure")
    amended(centre, "CIGEM-APEJ-2009", "push", fields={"referral": ("*", "!reason", "!identity.birth")})

    push(centre, service.url)

    sent_ = json.loads(service.requests[0].body)
    assert (sent_["motif"], sent_["naissance"], sent_["nom"]) == (None, None, "Diarra")


def test_a_letter_leaves_under_the_axis_it_was_decided_for(centre, service):
    """What one axis hides does not leave through another; each push takes the referrals of its own axis."""
    shipped = next(one for one in centre.conventions() if one.reference == "CIGEM-APEJ-2009")
    (clause,) = [one for one in shipped.clauses if one.direction == "push"]
    narrow = evolve(clause, axis=Axis.TRAINING, fields={"referral": ("*", "!reason")})
    centre.install(evolve(shipped, clauses=(*shipped.clauses, narrow)), on=ON, by="awa")
    hidden = refer(centre, axis="training", because="soudure")

    assert push(centre, service.url, axis="reception").waiting == 0
    assert service.requests == []

    assert push(centre, service.url, axis="training").sent == 1
    letter = json.loads(service.requests[0].body)
    assert (letter["numero"], letter["axe"], letter["motif"]) == (hidden, "formation", None)


def test_what_waits_is_asked_again_before_it_leaves(centre, service):
    """A wording amended since may no longer let it through; one that lets through more does."""
    numbers = [refer(centre), refer(centre)]
    service.plan(lambda _: Mishap.ERROR)
    push(centre, service.url)
    service.plan(None)
    done = len(service.requests)
    amended(centre, "CIGEM-APEJ-2009", "push", fields={"referral": ("*", "!identity.birth")})

    retried = centre.retry("apej", on=ON, by="awa")

    assert (retried.left, len(retried.delayed), len(service.requests)) == ([], 2, done)
    assert "no longer lets through" in str(retried.trouble)
    assert centre.withdraw(2, because="convention amendée", on=ON, by="awa") == [numbers[1]]
    assert push(centre, service.url).sent == 1
    assert json.loads(service.requests[-1].body)["naissance"] is None

    amended(centre, "CIGEM-APEJ-2009", "push", fields={"referral": ("*",)})
    assert len(centre.retry("apej", on=ON, by="awa").left) == 1
    assert service.effects == dict.fromkeys(numbers, 1)


def test_nothing_leaves_once_the_convention_is_over(centre, service):
    refer(centre)
    service.plan(lambda _: Mishap.ERROR)
    push(centre, service.url)
    shipped = next(one for one in centre.conventions() if one.agency.code == "apej")
    centre.install(evolve(shipped, ends=date(2009, 11, 1)), on=ON, by="awa")
    later, done = date(2009, 12, 1), len(service.requests)

    retried = centre.retry("apej", on=later, by="awa")

    assert (len(retried.delayed), type(retried.trouble)) == (1, ConventionError)
    with pytest.raises(ConventionError):
        push(centre, service.url, on=later)
    assert len(service.requests) == done


def test_letters_that_wait_at_another_address_are_told_and_follow_when_the_service_moved(centre):
    """They keep their keys: it is the same service."""
    with apej() as old:
        number = refer(centre)
        old.plan(lambda _: Mishap.LOST)
        push(centre, old.url)
        effects, keys, referrals = old.effects, old._keys, old.referrals
    with apej() as new:
        new.effects, new._keys, new.referrals = effects, keys, referrals
        second = refer(centre)
        done = push(centre, new.url)
        assert (done.waiting, done.sent, [r.reference for r in done.remarks]) == (1, 1, [number])
        assert f"cigem outbox retry apej --to {new.url}" in done.remarks[0].reason.fr
        assert [one.place for one in centre.outbox()] == [old.url]

        centre.retry("apej", to=f"{new.url}/", on=ON, by="awa")

        assert new.effects == {number: 1, second: 1}
        assert set(states(centre).values()) == {"sent"}
        assert acts(centre) == {"push": 2, "sent": 2, "readdress": 1}
        assert centre.verify_journal() is None


def test_a_folder_for_a_service_and_an_address_for_files_are_refused(centre, tmp_path):
    with pytest.raises(OperatorError, match=r"takes what is addressed to it .* by its service"):
        centre.push("apej", to=tmp_path, on=ON, by="awa")
    with pytest.raises(OperatorError, match=r"takes what is addressed to it .* as a file"):
        centre.push("anpe", to="https://anpe.example/", on=ON, by="awa")


def test_what_the_giver_does_not_let_go_on_is_not_in_the_letter(centre, service, september):
    """ANPE's number and NINA stay; the identity goes on."""
    centre.pull("anpe", september[0], on=ON, by="awa", axis="employment-data")
    who = next(one for one in centre.records(JobSeeker) if one.identity.nina and one.identity.sex)
    refer(centre, who)
    push(centre, service.url)

    body = service.requests[0].body.decode()
    assert json.loads(body)["nom"] == who.identity.family_name
    assert who.identity.nina not in body
    assert who.reference not in body


def test_no_referral_is_in_two_letters(centre, service):
    """The database says so too."""
    refer(centre), refer(centre)
    push(centre, service.url)

    with centre.store.reading() as connection:
        assert Counter(connection.execute(select(sent.c.key)).scalars()).most_common(1)[0][1] == 1


def test_a_workspace_that_is_opened_calls_nobody(database, service):
    """Letters are sent by those who ask for it."""
    with workspace(database) as centre:
        refer(centre)
        service.plan(lambda _: Mishap.ERROR)
        push(centre, service.url)
    before = len(service.requests)
    Workspace(database, services=services()).close()

    assert len(service.requests) == before
    assert WELDING
