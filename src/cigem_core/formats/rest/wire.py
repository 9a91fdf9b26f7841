"""Requests over real connections, through the `requests` library; imported only when a service is spoken to.

What a session of `requests` would do by itself and must not: follow redirects or prepare to, take a user or a proxy for
plain HTTP from the environment, keep cookies, believe an answer that was cut, wait once more for every byte that
comes. So there is no session: requests go straight to the adapter.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import zlib
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError

from cigem_core.formats.rest.api import RequestLimits
from cigem_core.formats.rest.clock import Deadline
from cigem_core.formats.rest.origin import Origin
from cigem_core.formats.rest.transport import NetworkTrouble, Request, Response, Went

_CHUNK = 1 << 16
_watch: ContextVar[Deadline] = ContextVar("_watch")


class Wire:
    """Connections to one service; nothing is sent to any other."""

    def __init__(self, origin: Origin, limits: RequestLimits, *, authorities: str | None = None) -> None:
        self._origin = origin
        self._limits = limits
        self._authorities = authorities
        self._adapter = _StrictTransport()

    def exchange(self, request: Request, watch: Deadline) -> Response | NetworkTrouble:
        """Send a request and read the whole answer; no redirect is followed."""
        before = _watch.set(watch)
        try:
            return self._exchange(request, watch)
        except (requests.RequestException, HTTPError, http.client.HTTPException, OSError, UnicodeError) as error:
            # What these say may quote what was sent: only its kind goes on.
            return NetworkTrouble(_went(error))
        finally:
            _watch.reset(before)

    def forget(self) -> None:
        """Speak over new connections from now on."""
        self._adapter.close()

    def close(self) -> None:
        """Let go of every connection."""
        self._adapter.close()

    def _exchange(self, request: Request, watch: Deadline) -> Response | NetworkTrouble:
        prepared = requests.Request(request.method, request.url, headers=_headers(request), data=request.body).prepare()
        if Origin.of(prepared.url or "") != self._origin:
            return NetworkTrouble(Went.ASTRAY)
        left = watch.left()
        response = self._adapter.send(
            prepared,
            stream=True,
            verify=self._authorities or True,
            timeout=(min(self._limits.connect, left), left),
            proxies=self._proxies(),
        )
        try:
            return self._answer(response)
        finally:
            response.close()

    def _proxies(self) -> dict[str, str]:
        """A proxy sees nothing of what is encrypted; anything else goes straight."""
        if self._origin.scheme != "https":
            return {}
        return {"https": proxy} if (proxy := get_environ_proxies(str(self._origin)).get("https")) else {}

    def _answer(self, response: requests.Response) -> Response | NetworkTrouble:
        headers = {name.lower(): value for name, value in response.headers.items()}
        limits, announced = self._limits, headers.get("content-length", "")
        if announced.isdigit() and len(announced) < 20 and int(announced) > limits.body:
            return NetworkTrouble(Went.TOO_LARGE, response.status_code)
        body = _read(response, limits.body)
        if body is None:
            return NetworkTrouble(Went.TOO_LARGE, response.status_code)
        if announced and "transfer-encoding" not in headers and announced != str(len(body)):
            return NetworkTrouble(Went.CUT, response.status_code)
        plain = _unpacked(body, headers.get("content-encoding", "identity").strip().lower(), limits.unpacked)
        if isinstance(plain, Went):
            return NetworkTrouble(plain, response.status_code)
        return Response(status=response.status_code, headers=headers, body=plain)


class _Hidden(str):
    """A header's value that does not show itself where headers are printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


def _headers(request: Request) -> Mapping[str, str]:
    headers = {"User-Agent": "cigem", "Accept-Encoding": "gzip", **request.headers}
    if request.token is not None:
        scheme = "Bearer" if request.scheme is None else request.scheme
        headers[request.token_header] = _Hidden(f"{scheme} {request.token.reveal()}".lstrip(" "))
    return headers


def _read(response: requests.Response, most: int) -> bytes | None:
    """The body as it travelled; None where it is longer than borne."""
    body = bytearray()
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


_MEMBERS = 100
"""Parts a packed answer may have; servers make one."""

_UNFOLDED, _UNFOLDED_PER_BYTE = 8 << 20, 50
"""Bytes that a packed answer may unfold to, whatever its size, and what each byte of it adds."""


def _unpacked(body: bytes, encoding: str, most: int) -> bytes | Went:
    """A body as it was before it was packed for the journey."""
    if encoding in ("", "identity"):
        return body if len(body) <= most else Went.TOO_LARGE
    if encoding not in ("gzip", "x-gzip"):
        return Went.PACKED
    # To ask for much memory, a service must send much: honest lists unfold five to thirty times.
    most = min(most, _UNFOLDED + _UNFOLDED_PER_BYTE * len(body))
    plain, rest = bytearray(), body
    try:
        for _ in range(_MEMBERS):
            if not rest:
                return bytes(plain)
            member = zlib.decompressobj(wbits=31)
            plain += member.decompress(rest, most + 1 - len(plain))
            if len(plain) > most:
                return Went.TOO_LARGE
            if not member.eof:
                return Went.CUT
            rest = member.unused_data
    except zlib.error:
        return Went.CUT
    return Went.PACKED


def _went(error: BaseException) -> Went:
    """What kind of trouble an exception tells of, by all that stands behind it."""
    behind = _behind(error)
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in behind):
        return Went.UNTRUSTED
    if any(isinstance(one, (NewConnectionError, ConnectTimeoutError, requests.exceptions.ProxyError)) for one in behind):
        return Went.UNREACHABLE
    if any(isinstance(one, (TimeoutError, ReadTimeoutError)) for one in behind):
        return Went.LATE
    return Went.CUT


def _behind(error: BaseException) -> list[BaseException]:
    """An exception, those it carries and those it came of."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and all(one is not other for other in found):
            found.append(one)
            waiting += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
    return found


# --- connections whose every read is under the watch -----------------------------------------------------------------


class _Timed(io.RawIOBase):
    """A socket's bytes, each wait for them no longer than what is left of the whole."""

    def __init__(self, held: io.BufferedIOBase, sock: socket.socket, watch: Deadline) -> None:
        self._held = held
        self._sock = sock
        self._watch = watch

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._watch.left())
        return self._sock.recv_into(buffer)

    def close(self) -> None:
        self._held.close()
        super().close()


class _TimedAnswer(http.client.HTTPResponse):
    """Status line and headers are read under the watch too, not only the body."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Timed(self.fp, sock, _watch.get()))

    def begin(self) -> None:
        super().begin()
        if self.headers.defects or self.headers.get_payload():
            # It would be logged with what could not be read, whatever that is.
            raise http.client.HTTPException


class _Connection(HTTPConnection):
    debuglevel = 0  # else what is sent could be printed, token included
    response_class = _TimedAnswer


class _SafeConnection(HTTPSConnection):
    debuglevel = 0
    response_class = _TimedAnswer


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _SafeConnection


class _StrictTransport(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SafePool}

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SafePool}
        return manager
