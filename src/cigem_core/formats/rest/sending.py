"""Sending something to a service: accepted, refused with reasons, or an error that says whether to try again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import format_datetime
from typing import Any

import attrs
from attrs import frozen

from cigem_core.errors import InternalError
from cigem_core.formats.rest import documents
from cigem_core.formats.rest.client import Client
from cigem_core.formats.rest.transport import Request, Response
from cigem_core.text import Text

JSON = "application/json"
_MOST = 100
_LONGEST = 500
_LONGEST_NAME = 200


@frozen(kw_only=True)
class FieldError:
    """A field the service does not take as it was sent. Its message may quote what was sent."""

    field: str
    code: str
    message: str = attrs.field(repr=False)


@frozen(kw_only=True)
class Accepted:
    """The service has it: since now (201), or since before (200, 202)."""

    status: int
    body: bytes = attrs.field(repr=False)
    value: Any = attrs.field(default=None, repr=False)
    """What the service answered, where that is JSON."""
    theirs: str | None = None
    """By what the service knows it, where it is declared that it says so."""


@frozen(kw_only=True)
class Refused:
    """The service will not have it as it is; nothing happened there, unless an earlier attempt had no answer."""

    status: int
    errors: tuple[FieldError, ...]
    may_have_arrived: bool = False
    """Whether it was sent before without an answer: then it may have had its effect all the same."""


def send(
    client: Client, *segments: str, body: Mapping[str, Any] | bytes, key: str, content_type: str = JSON
) -> Accepted | Refused:
    """Post a body under a key; it may be sent again under the same key until the service answers, and has one effect.

    RemoteError where it was neither accepted nor refused: it may have had its effect, so send it again later under the
    same key if `may_retry`.
    """
    content = body if isinstance(body, bytes) else json.dumps(body).encode("ascii")
    # OpenRosa asks for the hour of the sending, and no service minds being told.
    said = format_datetime(client.clock.now().astimezone(UTC), usegmt=True)
    headers = {**client.api.headers, "Date": said, "Accept": JSON, "Content-Type": content_type, **_keyed(client, key)}
    request = Request(method="POST", url=client.base.at(segments), headers=headers, body=content)

    def outcome(answer: Response) -> tuple[Accepted | Refused] | None:
        if answer.status in client.api.refused:
            return (Refused(status=answer.status, errors=_errors(client, answer.body)),)
        accepted = _accepted(client, answer)
        return None if accepted is None else (accepted,)

    unheard = client.unheard
    found = client.ask(request, outcome, client.api.accepted | client.api.refused)[0]
    if isinstance(found, Refused) and client.unheard > unheard:
        return attrs.evolve(found, may_have_arrived=True)
    return found


def _keyed(client: Client, key: str) -> dict[str, str]:
    if client.api.key_header is None:
        return {}
    if not re.fullmatch(r"[!-~]{1,255}", key):
        raise InternalError(Text(fr="cette clé ne peut s'envoyer", en="this key cannot be sent"))
    return {client.api.key_header: key}


def _accepted(client: Client, answer: Response) -> Accepted | None:
    """What was accepted; None where the answer is not what it says, or what was declared: then it was cut, or not theirs."""
    value, created = None, client.api.created
    if created or answer.headers.get("content-type", "").partition(";")[0].strip().lower().endswith("json"):
        try:
            value = documents.parsed(answer.body)
        except ValueError:
            return None
    theirs = _named(client, value.get(created)) if created and isinstance(value, dict) else None
    if created and theirs is None:
        return None
    return Accepted(status=answer.status, body=answer.body, value=value, theirs=theirs)


def _named(client: Client, value: Any) -> str | None:
    """A name that can be asked for later, as part of an address; None where it cannot."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    name = str(value)
    usable = 0 < len(name) <= _LONGEST_NAME and name.isprintable() and name.strip() == name and name not in (".", "..")
    return name if usable and client.hide(name) == name else None


def _errors(client: Client, body: bytes) -> tuple[FieldError, ...]:
    """The errors a refusal tells of: `{"errors": [{"field", "code", "message"}]}`; none where it tells of none."""
    try:
        told = documents.parsed(body)
    except ValueError:
        return ()
    found = told.get("errors") if isinstance(told, dict) else None
    return tuple(_error(client, one) for one in found[:_MOST] if isinstance(one, dict)) if isinstance(found, list) else ()


def _error(client: Client, told: Mapping[str, Any]) -> FieldError:
    named = {name: _shown(client.hide(str(told.get(name) or ""))) for name in ("field", "code", "message")}
    return FieldError(**named)


def _shown(text: str) -> str:
    """A text of the service's as people are shown it: on one line, and never so long that it hides the others."""
    return "".join(character if character.isprintable() else " " for character in text[:_LONGEST]).strip()
