"""A token shows nowhere, and nobody's name does, however a service fails and whatever it answers.

`CIGEM_HISTORIES` says how many failures are forced.
"""

from __future__ import annotations

import gc
import http.client
import itertools
import logging
import random
import traceback

import pytest
from apej_service import HURRIED, NAME, TOKEN, crowd, service, speak
from attrs import evolve
from scale import many

from cigem_core.errors import CigemError, MissingToken
from cigem_core.formats.rest import Budget, FieldError, Patience, Secret, connect, get, read, send
from cigem_core.formats.rest.transport import Request, Response
from cigem_core.testing.clock import HandClock
from cigem_core.testing.mishaps import Mishap, Reply

FAILURES = min(5000, many(15, long=150))
ECHO = f'{{"errors": [{{"field": "nom", "code": "{TOKEN}", "message": "Bearer {TOKEN}: {NAME}"}}], "authorization": "{TOKEN}"}}'
ONCE = evolve(HURRIED, patience=Patience(attempts=2), budget=Budget(calls=4))
STATUSES = (204, 304, 400, 401, 403, 404, 405, 409, 413, 418, 422, 429, 500, 501, 503, 599, 999)
EVENTS = [
    *Mishap,
    *(Reply(status=status, headers={"X-Echo": f"Bearer {TOKEN}"}, body=ECHO.encode()) for status in STATUSES),
    Reply(body=f"<html>{TOKEN} {NAME}</html>".encode()),
    Reply(body=b"\xff\xfe" + NAME.encode()),
    Reply(body=b"[" * 100_000),
    Reply(body=b'{"data": 1}'),
    Reply(headers={"Content-Encoding": "br"}, body=b"x"),
    Reply(headers={"Content-Encoding": "gzip"}, body=NAME.encode()),
    Reply(headers={"Content-Length": "9" * 30}, body=b"x"),
    Reply(headers={"Location": f"https://{TOKEN}.example/?token={TOKEN}"}, status=302),
    Reply(headers={"Location": f"/api/v1/jeunes?seen={TOKEN}"}, status=302),
    Reply(headers={f"no header {TOKEN} {NAME}\r\nX": f"{TOKEN} {NAME}"}, body=b"{}"),
    Reply(headers={f"X-Odd\x00{TOKEN} {NAME}": "1", "": f"{TOKEN} {NAME}"}, body=b"{}"),
    Reply(headers={"Location": f"http://{NAME}:{TOKEN}@127.0.0.1/"}, status=307),
]
ACTS = {
    "read": lambda client: read(client, "jeunes"),
    "get": lambda client: get(client, "orientations", "OR-00001"),
    "send": lambda client: send(client, "orientations", body={"numero": "C1", "nom": NAME, "prenoms": "A"}, key="k-1"),
}


@pytest.fixture(scope="module")
def server():
    with service(crowd(12)) as started:
        yield started


@pytest.fixture
def every_log(caplog, monkeypatch):
    """Whatever any library logs, and what the standard library would print of every request."""
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "requests", "urllib3.connectionpool"):
        caplog.set_level(logging.DEBUG, logger=name)
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    return caplog


def told_by(error: BaseException) -> str:
    """All that an exception says, and what came before it, as it would be printed."""
    said = [*traceback.format_exception(error), str(error), repr(error), repr(error.args), repr(vars(error))]
    if isinstance(error, CigemError):
        said += [error.text.fr, error.text.en]
    for before in (error.__cause__, error.__context__):
        said += [told_by(before)] if before else []
    return "\n".join(said)


def frames_of(error: BaseException) -> str:
    """The variables of our own frames, as some reporters print them."""
    stack = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    return "\n".join(str(frame.locals) for frame in stack if "cigem_core" in frame.filename)


@pytest.mark.soak
def test_no_failure_tells_of_a_token_or_a_name(server, every_log, capfd, tmp_path, monkeypatch):
    """Neither in a log, nor in an exception, nor in the variables of its frames, nor in a file."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    cases, chance, failed = itertools.cycle(itertools.product(EVENTS, ACTS)), random.Random(5), 0
    for number in range(FAILURES):
        event, act = next(cases) if number < len(EVENTS) * len(ACTS) else (chance.choice(EVENTS), chance.choice([*ACTS]))
        server.plan(lambda _, event=event: event)
        with speak(server, ONCE) as client:
            try:
                ACTS[act](client)
            except CigemError as error:
                failed += 1
                said, frames = told_by(error), frames_of(error)
                assert TOKEN not in said + frames, (event, act)
                assert NAME not in said, (event, act)
            assert TOKEN not in repr(client)
        server.requests.clear()
    printed = "".join(capfd.readouterr())

    assert failed > FAILURES // 2
    assert TOKEN not in every_log.text + printed
    assert NAME not in every_log.text + printed
    assert any("urllib3" in record.name for record in every_log.records)
    assert list(tmp_path.iterdir()) == []


def test_no_value_of_the_room_shows_a_token():
    """Whatever is still held when a run is over."""
    with service(crowd(3)) as server, speak(server) as client:
        read(client, "jeunes")
        shown = [
            Request(method="GET", url=server.url, token=Secret(TOKEN)),
            Response(status=200, body=TOKEN.encode()),
            Secret(TOKEN),
        ]

        assert TOKEN not in repr([client, client.base, client.api, client.clock, *shown])
        held = [one for one in gc.get_objects() if str(type(one).__module__).startswith("cigem_core.formats")]
        assert TOKEN not in repr(held)


def test_a_message_that_repeats_our_token_loses_it(server):
    """What a service says of a field goes back to people."""
    server.plan([Reply(status=422, body=ECHO.encode())])
    with speak(server) as client:
        refused = ACTS["send"](client)

    assert refused.errors == (FieldError(field="nom", code="…", message=f"Bearer …: {NAME}"),)
    assert NAME not in repr(refused)


@pytest.mark.parametrize("token", ["two words", "fin\r\nX-Other: 1", "é", "", "\x7f"])
def test_a_token_that_cannot_be_sent_is_refused_and_not_quoted(server, token):
    """A library would quote the header it cannot send."""
    before = len(server.requests)
    with (
        connect(ONCE, server.url, token=lambda _: token, clock=HandClock().clock) as client,
        pytest.raises(MissingToken) as refused,
    ):
        read(client, "jeunes")

    assert not token or token not in told_by(refused.value)
    assert len(server.requests) == before


def test_a_source_of_tokens_that_breaks_is_heard():
    """Its own error, untouched: we do not know what it may say."""

    def broken(_):
        raise LookupError("no vault")

    with service() as server, connect(ONCE, server.url, token=broken) as client, pytest.raises(LookupError):
        read(client, "jeunes")
