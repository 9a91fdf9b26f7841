"""What is sent has one effect, however often it had to be sent."""

from __future__ import annotations

import pytest
from apej_service import API, HURRIED, TOKEN, service, speak
from attrs import evolve

from cigem_core.errors import CigemError, InternalError, RemoteError
from cigem_core.formats.rest import Accepted, FieldError, Patience, Refused, connect, get, send
from cigem_core.testing.clock import HandClock
from cigem_core.testing.mishaps import Mishap, Reply

BODY = {"numero": "CIGEM-2009-00001", "nom": "Traoré", "prenoms": "Awa \ud800", "axe": "formation"}


def post(client, body=BODY, key="k-1"):
    return send(client, "orientations", body=body, key=key)


def test_what_is_accepted_comes_back_with_its_number():
    with service() as server, speak(server) as client:
        outcome = post(client)

        assert isinstance(outcome, Accepted)
        assert (outcome.status, outcome.value["id"], outcome.value["statut"]) == (201, "OR-00001", "recue")
        assert get(client, "orientations", "OR-00001")["nom"] == "Traoré"
        server.decide(BODY["numero"], "refusee", motif="complet")
        assert get(client, "orientations", "OR-00001")["motif"] == "complet"


def test_sent_again_under_its_key_it_is_the_same():
    with service() as server, speak(server) as client:
        first, second = post(client), post(client)

    assert (first.status, second.status) == (201, 200)
    assert first.value == second.value
    assert server.effects == {BODY["numero"]: 1}


@pytest.mark.parametrize("times", [1, 2, 4])
@pytest.mark.parametrize("mishap", [mishap for mishap in Mishap if mishap not in (Mishap.REDIRECT, Mishap.UNAUTHORISED)])
def test_it_has_one_effect_whatever_goes_wrong(mishap, times):
    """Every time it is the same request: key and body."""
    with service(faults=[mishap] * times) as server, speak(server, HURRIED) as client:
        assert isinstance(post(client), Accepted)

    assert server.effects == {BODY["numero"]: 1}
    assert len({(request.body, request.headers["idempotency-key"]) for request in server.requests}) == 1


def test_given_up_it_may_have_happened_and_may_be_sent_again():
    impatient = evolve(API, patience=Patience(attempts=2))
    with service(faults=[Mishap.LOST] * 2) as server, speak(server, impatient) as client:
        with pytest.raises(RemoteError) as given_up:
            post(client)
        assert given_up.value.may_retry
        assert given_up.value.status is None
        assert post(client).status == 200

    assert server.effects == {BODY["numero"]: 1}


def test_what_is_refused_is_said_by_field():
    with service() as server, speak(server) as client:
        outcome = post(client, {"numero": "C1", "prenoms": "Awa"})

    assert outcome == Refused(status=422, errors=(FieldError(field="nom", code="required", message="nom est obligatoire"),))
    assert len(server.requests) == 1


def test_a_key_used_for_something_else_is_a_conflict_and_no_refusal():
    """Something did happen under that key: nobody may think that nothing did."""
    with service() as server, speak(server) as client:
        post(client)

        with pytest.raises(RemoteError, match="knows this key already") as conflict:
            post(client, {**BODY, "nom": "Autre"})
        assert (conflict.value.status, conflict.value.may_retry) == (409, False)


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_what_is_not_understood_is_refused_too(status):
    with service(faults=[Reply(status=status)]) as server, speak(server) as client:
        assert post(client) == Refused(status=status, errors=())


CREATING = evolve(API, created="id", patience=Patience(attempts=3))
PAGES = [
    b"<html>Bienvenue !</html>", b"", b"null", b"[]", b"{}", b'{"id": null}', b'{"id": ""}', b'{"id": ".."}', b'{"id": true}',
    b'{"id": {"x": 1}}', b'{"id": " 1"}', b'{"id": "a\n"}', f'{{"id": "{TOKEN}"}}'.encode(), b'{"id": "%s"}' % (b"x" * 300),
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_an_answer_that_does_not_name_what_was_created_accepts_nothing(page, kind):
    """A portal on the way says 200 to everything, and its page is no acceptance."""
    portal = Reply(status=200, headers={"Content-Type": kind}, body=page)
    with service(faults=[portal]) as server, speak(server, CREATING) as client:
        assert post(client).theirs == "OR-00001"

    with service(faults=lambda _: portal) as server, speak(server, CREATING) as client:
        with pytest.raises(RemoteError, match=r"cut or unreadable|a web page") as given_up:
            post(client)
        assert given_up.value.may_retry
    assert server.effects == {}


def test_what_a_service_says_of_a_field_is_shown_on_one_line():
    told = '{"errors": [{"field": "nom", "code": "x", "message": "a\\n\\u001b[31mb%s"}]}' % ("c" * 10_000)
    with service(faults=[Reply(status=422, body=told.encode())]) as server, speak(server) as client:
        (error,) = post(client).errors

    assert error.message.startswith("a  [31mbccc")
    assert len(error.message) <= 500


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"errors": 3}', b'{"errors": [1, null]}'])
def test_a_refusal_may_give_no_reason(body):
    with service(faults=[Reply(status=422, body=body)]) as server, speak(server) as client:
        assert post(client) == Refused(status=422, errors=())


@pytest.mark.parametrize(
    ("status", "may_retry"), [(402, False), (403, False), (404, False), (500, True), (503, True), (501, False)]
)
def test_anything_else_says_whether_to_try_again(status, may_retry):
    with service(faults=lambda _: Reply(status=status)) as server, pytest.raises(RemoteError) as refused:
        post(speak(server))

    assert (refused.value.status, refused.value.may_retry) == (status, may_retry)
    assert len(server.requests) == (API.patience.attempts if may_retry else 1)


def test_an_answer_that_calls_itself_json_and_is_cut_is_asked_for_again():
    cut = Reply(status=201, headers={"Content-Type": "application/json"}, body=b'{"id": "OR')
    with service(faults=[cut]) as server, speak(server) as client:
        assert post(client).status == 201

    assert len(server.requests) == 2


def test_any_body_may_be_sent_under_a_name_of_its_own():
    """As a form's submission, whose key stands in the body."""
    api = evolve(API, key_header=None, scheme="Token")
    with service(faults=[Reply(status=202, body=b"<OpenRosaResponse/>")]) as server:
        with speak(server, api) as client:
            outcome = send(client, "submission", body=b"--b--", key="uuid:1", content_type="multipart/form-data; boundary=b")
        sent = server.requests[0]

    assert (outcome.status, outcome.body, outcome.value) == (202, b"<OpenRosaResponse/>", None)
    assert (sent.body, sent.headers["content-type"]) == (b"--b--", "multipart/form-data; boundary=b")
    assert sent.headers["authorization"] == f"Token {TOKEN}"
    assert "idempotency-key" not in sent.headers


@pytest.mark.parametrize("key", ["", "a b", "é", "x\r\nY: z", "k" * 256])
def test_a_key_that_cannot_be_sent_is_a_mistake_of_ours(key):
    with service() as server, speak(server) as client, pytest.raises(InternalError):
        post(client, key=key)

    assert server.requests == []


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_an_address_does_not_climb(segment):
    with service() as server, speak(server) as client, pytest.raises(CigemError):
        get(client, "orientations", segment)

    assert server.requests == []


def test_a_segment_stands_for_itself():
    with service() as server, speak(server) as client, pytest.raises(RemoteError) as refused:
        get(client, "orientations", "../jeunes?x=1#y")

    assert refused.value.status == 404
    assert server.requests[0].path == "/api/v1/orientations/..%2Fjeunes%3Fx%3D1%23y"


def test_a_token_that_was_renewed_is_asked_for_again():
    """Once: then it is the service that will not have us."""
    tokens = iter(["old", TOKEN])
    with service() as server, connect(API, server.url, token=lambda _: next(tokens), clock=HandClock().clock) as client:
        assert post(client).status == 201

    with service() as server, connect(API, server.url, token=lambda _: "old", clock=HandClock().clock) as client:
        with pytest.raises(RemoteError, match=r"token is not accepted.*CIGEM_APEJ_TOKEN") as refused:
            post(client)
        assert (refused.value.status, refused.value.may_retry) == (401, False)
        assert len(server.requests) == 2
