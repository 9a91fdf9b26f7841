"""Referrals posted to an agency's service, one letter each: exactly one effect there, and the outbox tells the truth."""

from __future__ import annotations

import json
import threading
from collections import Counter
from datetime import date

import pytest
from agency_services import (
    AWA,
    ON,
    WELDING,
    again,
    apej,
    hurried,
    parcels,
    pull,
    push,
    refer,
    services,
    states,
    ufae,
    workspace,
    young,
)
from attrs import evolve
from sqlalchemy import select

from cigem_core import JobSeeker, Place, Workspace
from cigem_core.errors import ConventionError, OperatorError
from cigem_core.formats.rest import Patience
from cigem_core.model.identity import Residence
from cigem_core.model.youth import YoungPerson
from cigem_core.store.schema import journal, outbox, sent
from cigem_core.testing.mishaps import Mishap, Reply

REFUSAL = {"errors": [{"field": "nom", "code": "unknown_person", "message": "Diarra est inconnue"}]}
REFUSED = Reply(status=422, body=json.dumps(REFUSAL).encode())
TIRED = Patience(attempts=2)


@pytest.fixture
def centre(database):
    with workspace(database) as made:
        yield made


@pytest.fixture
def server():
    with apej() as started:
        yield started


def acts(centre):
    """What the journal tells of letters."""
    with centre.store.reading() as connection:
        told = Counter(connection.execute(select(journal.c.act)).scalars())
    return {act: told[act] for act in ("push", "sent", "refused", "withdraw", "readdress") if told[act]}


def contents(centre):
    with centre.store.reading() as connection:
        return list(connection.execute(select(outbox.c.content)).scalars())


# --- what leaves -----------------------------------------------------------------------------------------------------


def test_a_letter_says_what_the_interface_describes(centre, server):
    """Numbers are numbers, what is not known is null, and the key travels in its header."""
    region = Residence(region=Place.parse("iso-3166-2:ml@2009/ML-1"))
    number = refer(centre, residence=region, because="soudure")

    done = push(centre, server.url)

    (request,) = server.requests
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


def test_someone_the_agency_knows_is_named_by_its_own_number(centre, server):
    server.add("jeunes", young(7))
    pull(centre, server.url)
    (who,) = centre.records(YoungPerson)
    refer(centre, who)
    push(centre, server.url)

    assert json.loads(server.requests[-1].body)["jeune"] == "J7"


def test_each_leaves_once(centre, server):
    """A second push and a retry have nothing to send."""
    refer(centre)
    push(centre, server.url)
    before = len(server.requests)

    assert push(centre, server.url).waiting == 0
    assert centre.retry("apej", on=ON, by="awa").left == []
    assert len(server.requests) == before


# --- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mishap", [one for one in Mishap if one not in (Mishap.SLOW, Mishap.TIMEOUT)])
def test_what_cannot_be_sent_waits_and_is_sent_later_under_its_key(database, mishap):
    """It may have arrived, so the referral is said to wait, and there is one effect in the end."""
    with apej(faults=lambda _: mishap) as server, workspace(database, hurried(patience=TIRED)) as centre:
        number = refer(centre)
        done = push(centre, server.url)
        if done.delayed:
            assert (done.sent, done.delayed, states(centre)[number]) == (0, 1, "waiting")
            (waits,) = centre.outbox()
            assert (waits.state, waits.attempts, waits.content) == ("waiting", 1, None)
            assert waits.said["fr"].startswith("apej (http://127.0.0.1")
            with pytest.raises(OperatorError, match="may have arrived"):
                centre.withdraw(1, because="doublon", on=ON, by="awa")
        server.plan(None)
        centre.retry("apej", on=ON, by="awa")

        assert (server.effects, states(centre), parcels(centre)) == ({number: 1}, {number: "sent"}, {1: "left"})
        assert len({(request.body, request.headers["idempotency-key"]) for request in server.requests}) == 1
        assert acts(centre) == {"push": 1, "sent": 1}


@pytest.mark.parametrize("headers", [{"Content-Type": "text/html"}, {}, {"Content-Type": "application/json"}])
@pytest.mark.parametrize("status", [200, 201, 202])
def test_the_page_of_a_portal_is_no_acceptance(database, status, headers):
    """Whatever its status: a letter has arrived once the service gave it a number."""
    portal = Reply(status=status, headers=headers, body=b"<html>Bienvenue</html>")
    with apej(faults=lambda _: portal) as server, workspace(database, hurried(patience=TIRED)) as centre:
        number = refer(centre)
        assert push(centre, server.url).delayed == 1
        assert states(centre) == {number: "waiting"}
        server.plan(None)
        assert push(centre, server.url).sent == 1
        assert server.effects == {number: 1}


def test_a_letter_at_which_a_service_breaks_keeps_no_other_back(database):
    """Nor does one whose key it knows for something else."""
    with apej() as server, workspace(database, hurried(patience=TIRED)) as centre:
        numbers = [refer(centre, evolve(AWA, family_name=name)) for name in ("Poison", "Keita", "Coulibaly")]
        server.plan(lambda _: Reply(status=500) if b"Poison" in server.requests[-1].body else None)
        serving, answer = server._serving, server._serving.answer
        serving.answer = lambda one: Reply(status=500) if b"Poison" in one.body else answer(one)
        server.plan(None)
        first, second = push(centre, server.url), push(centre, server.url)
        assert ((first.sent, first.delayed), (second.sent, second.delayed)) == ((0, 3), (2, 1))

        serving.answer = lambda one: Reply(status=409) if b"Poison" in one.body else answer(one)
        numbers.append(refer(centre))
        third = push(centre, server.url)

        assert (third.sent, third.delayed) == (1, 1)
        assert "409" in third.trouble.en
        assert server.effects == dict.fromkeys(numbers[1:], 1)
        assert states(centre) == {numbers[0]: "waiting", **dict.fromkeys(numbers[1:], "sent")}


def test_a_token_that_stops_being_valid_midway_leaves_the_rest_waiting(centre, server):
    numbers = [refer(centre) for _ in range(4)]
    server.plan(lambda number: Mishap.UNAUTHORISED if number > 2 else None)

    done = push(centre, server.url)

    assert (done.sent, done.delayed) == (2, 2)
    assert "CIGEM_APEJ_TOKEN" in done.trouble.fr
    assert list(states(centre).values()) == ["sent", "sent", "waiting", "waiting"]
    server.plan(None)
    assert len(centre.retry("apej", on=ON, by="awa").left) == 2
    assert server.effects == dict.fromkeys(numbers, 1)


def test_a_pause_longer_than_we_wait_is_said_and_not_waited(centre, server):
    refer(centre)
    server.plan(lambda _: Reply(status=429, headers={"Retry-After": "7200"}))

    done = push(centre, server.url)

    assert (done.delayed, len(server.requests)) == (1, 1)
    assert "wait for 7200 s" in done.trouble.en
    assert "attendre 7200 s" in centre.outbox()[0].said["fr"]


# --- what is refused -------------------------------------------------------------------------------------------------


def test_a_refusal_comes_back_on_its_field_and_is_taken_back(centre, server):
    """Taken back and pushed again, it goes under a new key and has one effect."""
    number = refer(centre)
    server.plan([REFUSED])
    done = push(centre, server.url)

    (fault,) = done.faults
    assert (done.refused, fault.rule, fault.address.row, fault.address.column) == (1, "remote", number, "nom")
    assert "Diarra est inconnue" in fault.message("fr")
    (parcel,) = centre.outbox()
    assert (parcel.state, parcel.said) == ("refused", {"refused": [{"field": "nom", "code": "unknown_person"}]})
    assert states(centre) == {number: "waiting"}
    assert push(centre, server.url).waiting == 0
    assert centre.retry("apej", on=ON, by="awa").left == []

    assert centre.withdraw(1, because="nom corrigé", on=ON, by="awa") == [number]
    with pytest.raises(OperatorError, match="does not wait"):
        centre.withdraw(1, because="encore", on=ON, by="awa")
    assert push(centre, server.url).sent == 1

    assert server.effects == {number: 1}
    assert len({request.headers["idempotency-key"] for request in server.requests}) == 2
    assert parcels(centre) == {1: "withdrawn", 2: "left"}
    assert acts(centre) == {"push": 2, "sent": 1, "refused": 1, "withdraw": 1}
    assert contents(centre) == [None, None]


ECHOES = [
    ("nom", "Diarra"), ("nom", "DIARRA"), ("nom", "diarra_awa"), ("nom", "Dîarrà"), ("nom", "awa-1985"), ("Diarra", "required"),
    ("naissance", "1985"), ("nom", "x" * 41), ("nom", "Diarra Awa inconnue"), ("contacts.Diarra", "{}"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "code"), ECHOES)
def test_what_a_service_repeats_of_a_letter_is_not_kept(centre, server, field, code):
    """A code or a field may hold somebody's name: what is kept holds none."""
    refer(centre)
    body = json.dumps({"errors": [{"field": field, "code": code, "message": "x"}]}).encode()
    server.plan([Reply(status=422, body=body)])
    push(centre, server.url)

    (parcel,) = centre.outbox()
    assert not {"diarra", "awa", "1985"} & set(json.dumps(parcel.said).lower().replace("_", " ").replace("-", " ").split())
    assert "?" in json.dumps(parcel.said)
    with centre.store.reading() as connection:
        facts = " ".join(connection.execute(select(journal.c.facts)).scalars())
    assert "iarra" not in facts
    assert "1985" not in facts


def test_only_what_was_refused_or_never_tried_is_taken_back(centre, server):
    """What was tried may have arrived; what left, has."""
    refer(centre)
    push(centre, server.url)
    with pytest.raises(OperatorError, match=r"parcel 1 does not wait.*cigem outbox list"):
        centre.withdraw(1, because="x", on=ON, by="awa")
    with pytest.raises(OperatorError, match="parcel 99"):
        centre.withdraw(99, because="x", on=ON, by="awa")
    with pytest.raises(OperatorError, match="say why"):
        centre.withdraw(1, because=" ", on=ON, by="awa")

    refer(centre), refer(centre)
    server.plan(lambda _: Mishap.ERROR)
    push(centre, server.url)
    assert [(one.state, one.attempts) for one in centre.outbox()] == [("waiting", 1), ("waiting", 0)]
    assert centre.withdraw(3, because="doublon", on=ON, by="awa") == ["OR-2009-0003"]


# --- amendments, addresses, and others -------------------------------------------------------------------------------


def amended(centre, reference, direction, **changes):
    """Install a convention anew, with other clauses of one direction."""
    shipped = next(one for one in centre.conventions() if one.reference == reference)
    clauses = tuple(evolve(c, **changes) if c.direction == direction else c for c in shipped.clauses)
    centre.install(evolve(shipped, clauses=clauses), on=ON, by="awa")


def test_an_amendment_between_refer_and_push_decides_what_leaves(centre, server):
    refer(centre, because="soudure")
    amended(centre, "CIGEM-APEJ-2009", "push", fields={"referral": ("*", "!reason", "!identity.birth")})

    push(centre, server.url)

    sent_ = json.loads(server.requests[0].body)
    assert (sent_["motif"], sent_["naissance"], sent_["nom"]) == (None, None, "Diarra")


def test_what_waits_is_asked_again_before_it_leaves(centre, server):
    """A wording amended since may no longer let it through; one that lets through more does."""
    numbers = [refer(centre), refer(centre)]
    server.plan(lambda _: Mishap.ERROR)
    push(centre, server.url)
    server.plan(None)
    done = len(server.requests)
    amended(centre, "CIGEM-APEJ-2009", "push", fields={"referral": ("*", "!identity.birth")})

    retried = centre.retry("apej", on=ON, by="awa")

    assert (retried.left, len(retried.delayed), len(server.requests)) == ([], 2, done)
    assert "no longer lets through" in str(retried.trouble)
    assert centre.withdraw(2, because="convention amendée", on=ON, by="awa") == [numbers[1]]
    assert push(centre, server.url).sent == 1
    assert json.loads(server.requests[-1].body)["naissance"] is None

    amended(centre, "CIGEM-APEJ-2009", "push", fields={"referral": ("*",)})
    assert len(centre.retry("apej", on=ON, by="awa").left) == 1
    assert server.effects == dict.fromkeys(numbers, 1)


def test_nothing_leaves_once_the_convention_is_over(centre, server):
    refer(centre)
    server.plan(lambda _: Mishap.ERROR)
    push(centre, server.url)
    shipped = next(one for one in centre.conventions() if one.agency.code == "apej")
    centre.install(evolve(shipped, ends=date(2009, 11, 1)), on=ON, by="awa")
    later, done = date(2009, 12, 1), len(server.requests)

    retried = centre.retry("apej", on=later, by="awa")

    assert (len(retried.delayed), type(retried.trouble)) == (1, ConventionError)
    with pytest.raises(ConventionError):
        push(centre, server.url, on=later)
    assert len(server.requests) == done


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


def test_two_who_push_at_once_send_everything_once(centre, database, server):
    """Whoever comes second finds that it was sent; one effect each, one line each in the journal."""
    numbers = [refer(centre) for _ in range(6)]
    done, barrier = [], threading.Barrier(3)

    def run():
        with again(centre, database) as other:
            barrier.wait()
            done.append(push(other, server.url))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert server.effects == dict.fromkeys(numbers, 1)
    assert set(states(centre).values()) == {"sent"}
    assert acts(centre)["sent"] == 6
    assert len(done) == 3
    assert sum(one.delayed + one.refused for one in done) == 0
    assert centre.verify_journal() is None


def test_of_two_who_send_one_letter_the_one_it_was_accepted_from_is_right(centre, database, server):
    """What has arrived is never said to be refused, for then it could be taken back and have a second effect."""
    number = refer(centre)
    serving, answer = server._serving, server._serving.answer

    def answers(received):
        """While the first is being answered, another sends the same, is accepted, and the first is refused."""
        serving.answer = answer
        with again(centre, database) as other:
            other.retry("apej", on=ON, by="moussa")
        return REFUSED

    serving.answer = answers
    done = push(centre, server.url)

    assert (done.sent, done.refused, done.faults) == (1, 0, ())
    assert (states(centre), parcels(centre), server.effects) == ({number: "sent"}, {1: "left"}, {number: 1})
    assert acts(centre) == {"push": 1, "sent": 1}


def test_a_folder_for_a_service_and_an_address_for_files_are_refused(centre, tmp_path):
    with pytest.raises(OperatorError, match="takes referrals by its service"):
        centre.push("apej", to=tmp_path, on=ON, by="awa")
    with pytest.raises(OperatorError, match="takes referrals as a file"):
        centre.push("anpe", to="https://anpe.example/", on=ON, by="awa")


def test_what_the_giver_does_not_let_go_on_is_not_in_the_letter(centre, server, september):
    """ANPE's number and NINA stay; the identity goes on."""
    centre.pull("anpe", september[0], on=ON, by="awa", axis="employment-data")
    who = next(one for one in centre.records(JobSeeker) if one.identity.nina and one.identity.sex)
    refer(centre, who, agency="anpe")
    push(centre, server.url)

    body = server.requests[0].body.decode()
    assert json.loads(body)["nom"] == who.identity.family_name
    assert who.identity.nina not in body
    assert who.reference not in body


# --- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mishap", [None, *(one for one in Mishap if one not in (Mishap.SLOW, Mishap.TIMEOUT))])
def test_a_form_is_submitted_once_whatever_happens(database, mishap):
    """A real multipart body, the answers of the form, and an id the server knows it by."""
    with ufae([mishap]) as server, workspace(database, hurried(patience=TIRED)) as centre:
        number = refer(centre, to="ufae", because="perte d'emploi")
        push(centre, server.url, "ufae")
        server.plan(None)
        centre.retry("ufae", on=ON, by="awa")

        (taken,) = server.submissions.values()
        assert taken.answers == {
            "numero": number, "nom": "Diarra", "prenom": "Awa", "sexe": "f", "naissance": "vers 1985", "filiere": "soudure",
            "convention": "CIGEM-UFAE-2009", "motif": "perte d'emploi",
        }  # fmt: skip
        assert {request.headers["x-openrosa-version"] for request in server.requests} == {"1.0"}
        assert (server.effects, states(centre)) == ({number: 1}, {number: "sent"})


def test_a_server_that_asks_for_a_token_gets_one(database):
    with ufae(token="jeton") as server, workspace(database, token="jeton") as centre:
        refer(centre, to="ufae")
        assert push(centre, server.url, "ufae").sent == 1
    with ufae(token="jeton") as server, workspace(f"{database}_2" if "://" not in database else database, token=None) as centre:
        refer(centre, to="ufae")
        done = push(centre, server.url, "ufae")
        assert (done.sent, done.delayed) == (0, done.waiting)
        assert "CIGEM_UFAE_TOKEN" in done.trouble.en


@pytest.mark.parametrize(
    ("more", "column"), [({"need": None}, "filiere"), ({"who": evolve(AWA, sex=None)}, "sexe")],
)  # fmt: skip
def test_what_the_form_asks_for_and_nobody_said_withholds_a_referral(centre, more, column):
    """It is told before anything is sent, and waits until it can be said."""
    with ufae() as server:
        number = refer(centre, **{"to": "ufae", **more})
        done = push(centre, server.url, "ufae")

        assert (done.waiting, done.sent, done.withheld) == (1, 0, 1)
        assert [(remark.reference, remark.column) for remark in done.remarks] == [(number, column)]
        assert (server.requests, states(centre), list(centre.outbox())) == ([], {number: "waiting"}, [])


def test_a_trade_the_form_does_not_offer_withholds_a_referral(centre):
    from cigem_core.model.values import Occupation

    with ufae() as server:
        number, other = refer(centre, to="ufae", need=Occupation("2211")), refer(centre, to="ufae")
        done = push(centre, server.url, "ufae")

    assert (done.waiting, done.sent, done.withheld) == (2, 1, 1)
    assert {(remark.reference, remark.column) for remark in done.remarks} == {(number, "filiere")}
    assert server.effects == {other: 1}


def test_a_submission_the_server_does_not_take_is_refused(centre):
    """400 speaks of the submission: it is no trouble on the way."""
    with ufae([Reply(status=400, headers={"Content-Type": "text/xml"}, body=b"<OpenRosaResponse/>")]) as server:
        number = refer(centre, to="ufae")
        done = push(centre, server.url, "ufae")
        assert (done.refused, done.faults[0].address.row) == (1, number)
        assert "status 400" in done.faults[0].message("en")
        centre.withdraw(1, because="formulaire corrigé", on=ON, by="awa")
        assert push(centre, server.url, "ufae").sent == 1

    assert server.effects == {number: 1}


def test_a_page_of_a_portal_is_no_acceptance_of_a_form(database):
    portal = Reply(status=200, headers={"Content-Type": "text/html"}, body=b"<html/>")
    with ufae([portal]) as server, workspace(database) as centre:
        number = refer(centre, to="ufae")
        assert push(centre, server.url, "ufae").delayed == 1
        assert centre.retry("ufae", on=ON, by="awa").trouble is None

    assert server.effects == {number: 1}


def test_no_referral_is_in_two_letters(centre, server):
    """The database says so too."""
    refer(centre), refer(centre)
    push(centre, server.url)

    with centre.store.reading() as connection:
        assert Counter(connection.execute(select(sent.c.key)).scalars()).most_common(1)[0][1] == 1


def test_a_workspace_that_is_opened_calls_nobody(database, server):
    """Letters are sent by those who ask for it."""
    with workspace(database) as centre:
        refer(centre)
        server.plan(lambda _: Mishap.ERROR)
        push(centre, server.url)
    before = len(server.requests)
    Workspace(database, services=services()).close()

    assert len(server.requests) == before
    assert WELDING
