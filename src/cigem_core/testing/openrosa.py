"""A server of forms, over real HTTP on loopback: it takes each filled-in form once, as OpenRosa asks.

    with FormServer() as server:
        centre.push("ufae", to=server.url, ...)
    assert len(server.submissions) == 1

Nobody's real service is like it.
"""

from __future__ import annotations

import email
import re
from collections.abc import Sequence
from types import TracebackType

from cigem_core.testing.mishaps import Event, Plan, Reply, plan_of
from cigem_core.testing.serving import Received, Serving

_INSTANCE = re.compile(rb"<(?:\w+:)?instanceID>\s*([^<\s]+)\s*<")


class FormServer:
    """Takes submissions, 201 the first time and 202 afterwards; `faults` says what happens to the n-th request."""

    def __init__(self, *, faults: Plan | Sequence[Event] | None = None, patience: float = 30, pause: int = 1) -> None:
        self.submissions: dict[str, bytes] = {}
        """What was sent, by its own id."""
        plan = plan_of(faults)
        self._serving = Serving(self._answer, plan, elsewhere="http://127.0.0.2:9/", patience=patience, pause=pause)

    @property
    def url(self) -> str:
        """The base of the service."""
        return f"http://127.0.0.1:{self._serving.port}"

    @property
    def requests(self) -> list[Received]:
        """Every request that came, in order."""
        return self._serving.requests

    def __enter__(self) -> FormServer:
        self._serving.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._serving.__exit__(kind, error, trace)

    def _answer(self, received: Received) -> Reply:
        if (received.method, received.path) != ("POST", "/submission"):
            return _said(404, "introuvable")
        document = _document(received)
        found = _INSTANCE.search(document or b"")
        if document is None or found is None:
            return _said(400, "xml_submission_file ou instanceID manque")
        known = self.submissions.setdefault(found[1].decode(), document) is not document
        return _said(202 if known else 201, "déjà reçu" if known else "reçu")


def _document(received: Received) -> bytes | None:
    """The filled-in form among the parts of a letter."""
    head = f"Content-Type: {received.headers.get('content-type', '')}\r\n\r\n".encode()
    for part in email.message_from_bytes(head + received.body).walk():
        content = part.get_payload(decode=True)
        if part.get_param("name", header="content-disposition") == "xml_submission_file" and isinstance(content, bytes):
            return content.strip()
    return None


def _said(status: int, message: str) -> Reply:
    body = f'<OpenRosaResponse xmlns="http://openrosa.org/http/response"><message>{message}</message></OpenRosaResponse>'
    return Reply(status=status, headers={"Content-Type": "text/xml; charset=utf-8"}, body=body.encode())
