"""A server of forms as OpenRosa describes them, over real HTTP on loopback, which goes wrong when it is told to.

    with OpenRosaServer(form, faults=one_in(5)) as server:
        centre.push("units", to=server.url, ...)
    assert server.effects == {"OR-2009-0001": 1}

It takes submissions of one form (https://docs.getodk.org/openrosa-form-submission/): 201 for one it had not seen, 202 for
one it has. What breaks a rule of the form it refuses, as servers that look inside do.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from types import TracebackType
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from attrs import frozen

from cigem_core.model.forms import Form
from cigem_core.testing.mishaps import Event, Plan, Reply, plan_of
from cigem_core.testing.serving import Received, Serving

PART = "xml_submission_file"
_HEADERS = {"Content-Type": "text/xml; charset=utf-8", "X-OpenRosa-Version": "1.0"}


@frozen(kw_only=True)
class Submission:
    """What was submitted: the id it bears for ever, and its answers by the names of their questions."""

    instance: str
    document: bytes
    answers: dict[str, str]


class OpenRosaServer:
    """A server that has one form, and what was submitted to it.

    `token` is asked for where there is one. `number` names the question by whose answer effects are counted. `faults`
    says what happens to the n-th request; `elsewhere`, `patience` and `pause` are those of every server here.
    """

    def __init__(
        self,
        form: Form,
        *,
        number: str = "numero",
        token: str | None = None,
        faults: Plan | Sequence[Event] | None = None,
        elsewhere: str = "http://127.0.0.2:9/",
        patience: float = 30,
        pause: int = 1,
    ) -> None:
        self.form, self.number, self.token = form, number, token
        self.submissions: dict[str, Submission] = {}
        """What was taken, by its id."""
        self._lock = threading.Lock()
        self._serving = Serving(self._answer, plan_of(faults), elsewhere=elsewhere, patience=patience, pause=pause)

    @property
    def url(self) -> str:
        """The base of the server."""
        return f"http://127.0.0.1:{self._serving.port}"

    @property
    def requests(self) -> list[Received]:
        """Every request that came, in order."""
        return self._serving.requests

    @property
    def effects(self) -> Counter[str]:
        """How many submissions there are, by the number each of them gives."""
        return Counter(one.answers[self.number] for one in self.submissions.values())

    def plan(self, faults: Plan | Sequence[Event] | None) -> None:
        """From now on, what goes wrong; the next request is the first."""
        done, plan = len(self.requests), plan_of(faults)
        self._serving.plan = lambda number: plan(number - done)

    def __enter__(self) -> OpenRosaServer:
        self._serving.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._serving.__exit__(kind, error, trace)

    def _answer(self, received: Received) -> Reply:
        if self.token is not None and received.headers.get("authorization") != f"Token {self.token}":
            return _said(401, "jeton refusé")
        if received.path.partition("?")[0] != "/submission" or received.method != "POST":
            return _said(404, "introuvable")
        if "x-openrosa-version" not in received.headers:
            return _said(400, "X-OpenRosa-Version manque")
        if "date" not in received.headers:
            return _said(400, "Date manque")
        try:
            submission = self._read(received)
        except ValueError as error:
            return _said(400, str(error))
        with self._lock:
            return self._keep(submission)

    def _keep(self, submission: Submission) -> Reply:
        known = self.submissions.setdefault(submission.instance, submission)
        if known is submission:
            return _said(201, "reçu")
        return _said(202, "déjà là") if known.document == submission.document else _said(409, "autre contenu sous cet id")

    def _read(self, received: Received) -> Submission:
        """The submission in a request; ValueError says what is wrong with it."""
        document = _part(received)
        root = _parsed(document)
        if root.tag != self.form.root or root.get("id") != self.form.id:
            raise ValueError("autre formulaire")
        answers = {path: text for path, text in _answers(root) if text}
        instance = answers.pop("meta/instanceID", "")
        if not instance.startswith("uuid:"):
            raise ValueError("meta/instanceID manque")
        if wrong := list(self._wrong(answers)):
            raise ValueError(", ".join(wrong))
        return Submission(instance=instance, document=document, answers=answers)

    def _wrong(self, answers: dict[str, str]) -> Iterator[str]:
        """The questions whose answers the form does not take."""
        yield from sorted(answers.keys() - self.form.by_path.keys())
        for question in self.form.questions:
            answer = answers.get(question.path)
            if answer is None and question.required is True:
                yield question.path
            if answer is not None and question.choices and answer not in {choice.name for choice in question.choices}:
                yield question.path


def _part(received: Received) -> bytes:
    """The part of a multipart body that holds the submission."""
    head = f"Content-Type: {received.headers.get('content-type', '')}\r\n\r\n".encode("latin-1")
    message = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + received.body)
    parts = [part for part in message.iter_parts() if part.get_param("name", header="content-disposition") == PART]
    if message.get_content_type() != "multipart/form-data" or len(parts) != 1 or message.defects:
        raise ValueError(f"{PART} manque")
    content: Any = parts[0].get_payload(decode=True)
    return bytes(content)


def _parsed(document: bytes) -> Element:
    # A form has no entities; those that grow without end are declared, in whatever encoding.
    if re.search(rb"<!(DOCTYPE|ENTITY)", document.replace(b"\0", b"")):
        raise ValueError("XML illisible")
    try:
        return fromstring(document)  # noqa: S314  nothing is declared in it
    except ParseError:
        raise ValueError("XML illisible") from None


def _answers(element: Element, path: str = "") -> Iterator[tuple[str, str]]:
    for child in element:
        name = f"{path}{child.tag.rpartition('}')[2]}"
        if len(child):
            yield from _answers(child, f"{name}/")
        else:
            yield name, (child.text or "").strip()


def _said(status: int, message: str) -> Reply:
    body = f'<OpenRosaResponse xmlns="http://openrosa.org/http/response"><message>{message}</message></OpenRosaResponse>'
    return Reply(status=status, headers=_HEADERS, body=body.encode())
