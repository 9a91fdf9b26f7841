"""How long is waited, and how much is taken."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from apej_service import API, crowd, service, speak
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.errors import DeclarationError, RemoteError
from cigem_core.formats.rest import Api, Paging, Patience, RequestLimits, Resource, connect, get, read
from cigem_core.formats.rest.clock import Clock, asked_pause, backoff
from cigem_core.testing.clock import HandClock
from cigem_core.testing.mishaps import Mishap, Reply

ONCE = evolve(API, patience=Patience(attempts=1))


def asked(server, api=ONCE, hand=None):
    with speak(server, api, hand) as client:
        return get(client, "orientations", "OR-1")


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def raw():
    """A service that answers with any bytes at any pace: a list of (pause, bytes)."""
    listening, script = socket.create_server(("127.0.0.1", 0)), []

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                try:
                    connection.recv(1 << 16)
                    for pause, content in script:
                        time.sleep(pause)
                        connection.sendall(content)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", script
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"


@pytest.mark.parametrize(
    "script",
    [
        [(0.04, bytes([byte])) for byte in HEAD * 4],
        [(0, HEAD), *[(0.04, b" ")] * 150],
        [(0, b"HTTP/1.1 200 OK\r\n"), *[(0.04, b"X-More: and more\r\n")] * 150],
        [(0, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), *[(0.04, b"1\r\n \r\n")] * 150],
        [(0, b"HTTP/1.1 100 Continue\r\n\r\n"), *[(0.04, b"HTTP/1.1 100 Continue\r\n\r\n")] * 150],
        [(8.0, HEAD)],
    ],
    ids=["all of it", "the body", "the headers", "the pieces", "one more moment", "nothing"],
)
def test_an_answer_takes_no_longer_than_it_may_in_all(raw, script):
    """Not a new patience for every byte: a service that drips is left."""
    url, said = raw
    said[:] = script
    api = evolve(ONCE, limits=RequestLimits(connect=1, silence=0.3, whole=0.4))
    began = time.monotonic()
    with connect(api, url) as client, pytest.raises(RemoteError, match="did not answer in time") as refused:
        get(client, "x")

    assert time.monotonic() - began < 4
    assert refused.value.may_retry


def test_nobody_there_is_said_and_may_be_tried_again():
    with connect(ONCE, "http://127.0.0.1:9") as client, pytest.raises(RemoteError, match="cannot be reached") as refused:
        get(client, "x")

    assert refused.value.may_retry


def test_pauses_double_and_chance_takes_a_part():
    hand = HandClock(chance=1.0)
    with service(faults=lambda _: Mishap.ERROR) as server, pytest.raises(RemoteError):
        asked(server, evolve(API, patience=Patience(attempts=6, base=1, pause=6)), hand)

    assert hand.pauses == [1, 2, 4, 6, 6]


@given(st.integers(1, 200), st.floats(0, 1, exclude_max=True))
def test_no_pause_is_longer_than_its_bound(attempt, chance):
    pause = backoff(Patience(base=0.5, pause=30), attempt, Clock(chance=lambda: chance))

    assert 0 <= pause <= min(30, 0.5 * 2 ** (attempt - 1))


@pytest.mark.parametrize("mishap", [Mishap.BUSY, Mishap.BUSY_UNTIL])
def test_a_pause_that_is_asked_for_is_made(mishap):
    """In seconds or until a moment; chance only adds, so that not everybody comes back at once."""
    hand = HandClock()
    with service(crowd(2), [mishap], pause=40) as server, speak(server, API, hand) as client:
        assert read(client, "jeunes").count == 2

    assert 38 <= hand.pauses[0] <= 42


def test_one_longer_than_we_wait_ends_the_run():
    hand = HandClock()
    with service(faults=[Mishap.BUSY], pause=4000) as server, pytest.raises(RemoteError) as refused:
        asked(server, API, hand)

    assert "wait for 4000 s" in str(refused.value)
    assert (refused.value.after, refused.value.may_retry, hand.pauses) == (4000, True, [])


NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0), (" 12 ", 12), (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        ("Thu, 01 Jan 2026 00:01:00", 60),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0), ("-5", None), ("soon", None),
        ("", None), (None, None), ("1.5", None),
        ("٣", None), ("Thu, 99 Jan 2026 00:00:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after(header, seconds):
    assert asked_pause(header, Clock(now=lambda: NOW)) == seconds


@given(st.text())
def test_retry_after_may_say_anything(header):
    pause = asked_pause(header, Clock(now=lambda: NOW))

    assert pause is None or pause >= 0


# --- size ------------------------------------------------------------------------------------------------------------

SMALL = evolve(ONCE, limits=RequestLimits(silence=2, body=1000, unpacked=3000))
LONG = b'{"x": "' + b"y" * 2000 + b'"}'
BOMB = gzip.compress(b'{"x": "' + b"y" * 900_000 + b'"}')


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=LONG),
        Reply(headers={"Content-Length": "999999999999"}, body=b"{}"),
        Reply(headers={"Connection": "close", "Transfer-Encoding": "identity"}, body=LONG),
        Reply(headers={"Transfer-Encoding": "chunked"}, body=b"7d0\r\n" + b"y" * 2000 + b"\r\n0\r\n\r\n"),
        Reply(headers={"Content-Encoding": "gzip"}, body=BOMB),
        Reply(headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"y" * 2000) + gzip.compress(b"y" * 2000)),
    ],
    ids=["announced", "announced and not sent", "not announced", "in pieces", "packed", "packed twice"],
)
def test_an_answer_larger_than_admitted_is_not_taken(reply):
    with service(faults=[reply]) as server, pytest.raises(RemoteError, match="larger than admitted") as refused:
        asked(server, SMALL)

    assert not refused.value.may_retry


@pytest.mark.parametrize("cut", [-1, -8, -9, 10, 1])
def test_a_packed_answer_that_is_cut_is_no_answer(cut):
    packed = gzip.compress(b'{"x": 1}')
    reply = Reply(headers={"Content-Encoding": "gzip"}, body=packed[:cut])
    with service(faults=[reply]) as server, pytest.raises(RemoteError, match="cut or unreadable"):
        asked(server)


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip"])
def test_only_what_was_asked_for_is_unpacked(encoding):
    with (
        service(faults=[Reply(headers={"Content-Encoding": encoding}, body=b"x")]) as server,
        pytest.raises(RemoteError, match="compressed"),
    ):
        asked(server)


def test_a_packed_answer_is_unpacked():
    whole = gzip.compress(b'{"x": ') + gzip.compress(b"1}")
    with service(faults=[Reply(headers={"Content-Encoding": "GZIP"}, body=whole)]) as server:
        assert asked(server) == {"x": 1}


@pytest.mark.parametrize("mishap", [Mishap.CUT, Mishap.CUT_UNANNOUNCED, Mishap.LONGER, Mishap.SHORTER])
def test_as_much_is_received_as_was_announced(mishap):
    with service(crowd(3), lambda _: mishap) as server, pytest.raises(RemoteError, match="cut or unreadable"):
        read(speak(server, ONCE), "jeunes")


def test_pieces_that_end_too_soon_are_no_answer():
    cut = Reply(headers={"Transfer-Encoding": "chunked", "Connection": "close"}, body=b"2\r\n{}\r\n")
    with service(faults=[cut]) as server, pytest.raises(RemoteError, match="cut or unreadable"):
        asked(server)


def test_a_wrong_declaration_is_found_when_it_is_made():
    for wrong in (
        lambda: Resource("jeunes", modified="modifie_le"),
        lambda: Paging(per_page=1),
        lambda: Api(agency="apej", resources=[Resource("a"), Resource("a")]),
    ):
        with pytest.raises(DeclarationError):
            wrong()


def test_a_web_page_in_place_of_an_answer_is_said_to_be_one():
    """A portal on the way, or a session that ended: not a cut answer."""
    page = Reply(body=b"<!DOCTYPE html>\n<html><title>Connexion</title></html>")
    with service(crowd(3), lambda _: page) as server, pytest.raises(RemoteError, match="gave a web page, perhaps one to sign in"):
        read(speak(server, ONCE), "jeunes")
