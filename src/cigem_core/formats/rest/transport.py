"""One exchange over HTTP as plain values: a request goes, an answer comes, or it is said what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen

from cigem_core.formats.rest.clock import Deadline
from cigem_core.formats.rest.tokens import Secret


@frozen(kw_only=True)
class Request:
    """What is asked. Nothing of it that could be personal or secret is shown."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    token: Secret | None = None
    scheme: str | None = None
    token_header: str = "Authorization"  # noqa: S105  where it stands, not what it is


@frozen(kw_only=True)
class Response:
    """A whole answer: as many bytes as were announced. Headers are named in lower case."""

    status: int
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


class Went(StrEnum):
    """How an exchange can go wrong."""

    UNREACHABLE = "unreachable"
    """Nobody was there: nothing was sent."""
    UNTRUSTED = "untrusted"
    """Who answered could not prove to be who was asked: nothing was sent."""
    LATE = "late"
    CUT = "cut"
    """Fewer bytes than announced, a connection that broke, or an answer that is not what it says."""
    PAGE = "page"
    """A web page in place of an answer: a portal on the way, or the service's own for people."""
    TOO_LARGE = "too-large"
    PACKED = "packed"
    """Compressed in a way nobody asked for."""
    ASTRAY = "astray"
    """A redirect to where nothing is sent."""


@frozen
class NetworkTrouble:
    """What went wrong, and nothing of what was being said."""

    went: Went
    status: int | None = None


class Transport(Protocol):
    """Whatever carries requests."""

    def exchange(self, request: Request, watch: Deadline) -> Response | NetworkTrouble:
        """Send a request and read the whole answer; no redirect is followed."""

    def forget(self) -> None:
        """Speak over new connections from now on: one that misbehaved may still hold what it did not say."""

    def close(self) -> None:
        """Let go of every connection."""
