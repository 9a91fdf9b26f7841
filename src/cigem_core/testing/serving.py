"""Real HTTP on loopback, for services that tests and demonstrations speak to; it goes wrong when it is told to."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from attrs import evolve, field, frozen

from cigem_core.testing.mishaps import Event, Mishap, Plan, Reply

_DRIP = 0.02
_JSON = {"Content-Type": "application/json; charset=utf-8"}


@frozen(kw_only=True)
class Received:
    """A request a service got, whatever it made of it."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    """By their names in lower case."""
    body: bytes = field(repr=False)
    event: Event = None
    """What happened to it."""


Answering = Callable[[Received], Reply]


class Serving:
    """A service at an address of its own, from `with` to its end. Every request is kept."""

    def __init__(self, answer: Answering, plan: Plan, *, elsewhere: str, patience: float, pause: int) -> None:
        self.answer, self.plan = answer, plan
        self.elsewhere, self.patience, self.pause = elsewhere, patience, pause
        self.requests: list[Received] = []
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads, self._http.block_on_close = True, False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._http.server_address[1])

    def keep(self, received: Received) -> Received:
        """Keep a request, with what is to happen to it."""
        with self._lock:
            received = evolve(received, event=self.plan(len(self.requests) + 1))
            self.requests.append(received)
        return received

    def __enter__(self) -> Serving:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def _handler(serving: Serving) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One connection."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def serve(self) -> None:
            """Keep the request, do what it asks, and answer as well as the day allows."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            received = serving.keep(Received(method=self.command, path=self.path, headers=headers, body=body))
            reply = _instead(received, serving) or serving.answer(received)
            self.close_connection = received.event in _CLOSING or reply.headers.get("Connection") == "close"
            with contextlib.suppress(OSError):  # whoever asked has gone
                self.write(received.event, reply)

        def write(self, event: Event, reply: Reply) -> None:
            """Send an answer as well as the day allows."""
            if event is Mishap.TIMEOUT:
                serving.stopping.wait(serving.patience)
            elif event is Mishap.SLOW:
                self.drip(_whole(reply))
            elif event is not Mishap.LOST:
                self.wfile.write(_damaged(event, reply))

        def drip(self, content: bytes) -> None:
            """Send byte by byte."""
            for byte in content:
                if serving.stopping.wait(_DRIP):
                    return
                self.wfile.write(bytes([byte]))

        do_GET = do_POST = do_PUT = do_DELETE = serve  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    return Handler


_CLOSING = (Mishap.TIMEOUT, Mishap.SLOW, Mishap.CUT, Mishap.CUT_UNANNOUNCED, Mishap.LONGER, Mishap.SHORTER, Mishap.LOST)


def said(status: int, value: bytes, **headers: str) -> Reply:
    """An answer in JSON."""
    return Reply(status=status, headers={**_JSON, **headers}, body=value)


def _instead(received: Received, serving: Serving) -> Reply | None:
    """What is answered before anything is done."""
    event = received.event
    if isinstance(event, Reply):
        return event
    if event is Mishap.BUSY:
        return said(429, b"{}", **{"Retry-After": str(serving.pause)})
    if event is Mishap.BUSY_UNTIL:
        until = format_datetime(datetime.now(UTC) + timedelta(seconds=serving.pause), usegmt=True)
        return said(429, b"{}", **{"Retry-After": until})
    if event is Mishap.ERROR:
        return said(500, b"<html>oops</html>")
    if event is Mishap.UNAUTHORISED:
        return said(401, b"{}")
    if event is Mishap.REDIRECT:
        return said(307, b"", Location=serving.elsewhere.rstrip("/") + received.path)
    return None


def _damaged(event: Event, reply: Reply) -> bytes:
    """The bytes of an answer, and what became of them on the way."""
    length, half = len(reply.body), len(reply.body) // 2
    if event is Mishap.CUT:
        return _head(reply, length) + reply.body[:half]
    if event is Mishap.CUT_UNANNOUNCED:
        return _head(reply, None) + reply.body[:half]
    if event is Mishap.LONGER:
        return _head(reply, length + 7) + reply.body
    if event is Mishap.SHORTER:
        return _head(reply, max(0, length - 7)) + reply.body
    return _whole(reply)


def _whole(reply: Reply) -> bytes:
    return _head(reply, len(reply.body)) + reply.body


def _head(reply: Reply, length: int | None) -> bytes:
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Unknown"
    announced = (
        {} if any(name.lower() in ("content-length", "transfer-encoding") for name in reply.headers) else _announced(length)
    )
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in {**announced, **reply.headers}.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _announced(length: int | None) -> dict[str, str]:
    return {"Connection": "close"} if length is None else {"Content-Length": str(length)}
