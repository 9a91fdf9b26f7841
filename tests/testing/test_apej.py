"""The service that tests speak to does what its interface says, and goes wrong exactly when it is told to."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from urllib.error import HTTPError

import pytest
from apej_service import TOKEN, crowd, service, young

from cigem_core.testing.mishaps import PASSING, Mishap, Reply, one_in, plan_of


def ask(server, path, body=None, key=None, token=TOKEN):
    """A request by the standard library alone: status and value."""
    headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
    request = urllib.request.Request(server.url + path, data=body and json.dumps(body).encode(), headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, error.read()


def test_a_page_says_where_it_stands():
    with service(crowd(5)) as server:
        _, page = ask(server, "/jeunes?page=2&per_page=2&modifie_depuis=2009-06-01T00:01:00Z")

    assert [record["id"] for record in page["data"]] == ["J3", "J4"]
    assert page["meta"] == {"page": 2, "pages": 2, "total": 4}
    assert page["links"] == {"next": None}


def test_its_next_page_is_an_address():
    with service(crowd(5)) as server:
        _, page = ask(server, "/stages?per_page=2")

        assert page["links"]["next"] == f"{server.url}/stages?per_page=2&page=2"


def test_no_page_holds_more_than_two_hundred():
    with service({"jeunes": [young(n) for n in range(250)]}) as server:
        assert len(ask(server, "/jeunes?per_page=1000")[1]["data"]) == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/jeunes?page=0", 400),
        ("/jeunes?page=x", 400),
        ("/jeunes?modifie_depuis=hier", 400),
        ("/autre", 404),
        ("/orientations/OR-1", 404),
    ],
)
def test_what_it_does_not_have(path, status):
    with service() as server:
        assert ask(server, path)[0] == status


def test_a_token_is_asked_for():
    with service(crowd(1)) as server:
        assert ask(server, "/jeunes", token="other")[0] == 401


def test_every_request_is_kept_with_what_happened_to_it():
    with service(crowd(1), [None, Mishap.ERROR]) as server:
        ask(server, "/jeunes")
        ask(server, "/orientations", body={"numero": "C1"}, key="k")

    first, second = server.requests
    assert (first.method, first.path, first.event) == ("GET", "/api/v1/jeunes", None)
    assert (second.method, second.event, json.loads(second.body)) == ("POST", Mishap.ERROR, {"numero": "C1"})
    assert second.headers["idempotency-key"] == "k"


def test_two_keys_are_two_effects():
    """So that a test sees what a client did wrong."""
    body = {"numero": "C1", "nom": "Keita", "prenoms": "Awa"}
    with service() as server:
        assert [ask(server, "/orientations", body, key)[0] for key in ("a", "a", "b")] == [201, 200, 201]

    assert server.effects == {"C1": 2}


def test_a_change_is_dated_after_all_others():
    with service(crowd(3)) as server:
        server.change("jeunes", "J0", nina="1")
        server.add("jeunes", young(9))
        server.remove("jeunes", "J1")
        _, page = ask(server, "/jeunes")

    assert [(record["id"], record["modifie_le"][11:16]) for record in page["data"]] == [
        ("J2", "00:02"),
        ("J0", "00:03"),
        ("J9", "00:04"),
    ]


def test_plans():
    """One request after the other, by a rule, or each in turn."""
    reply = Reply(status=418)

    assert [plan_of([None, reply])(number) for number in (1, 2, 3)] == [None, reply, None]
    assert plan_of(None)(1) is None
    assert [one_in(3)(number) for number in range(1, 8)] == [None, None, PASSING[0], None, None, PASSING[1], None]


def test_neither_service_nor_declarations_need_anything_heavy():
    """A demonstration has no pytest; a command that reads a file does not wait for `requests`."""
    code = (
        "import sys, cigem_core.testing.apej, cigem_core.testing.clock, cigem_core.testing.catcher, cigem_core.formats.rest; "
        "print({'pytest', 'hypothesis', 'requests', 'urllib3', 'polars', 'keyring'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
