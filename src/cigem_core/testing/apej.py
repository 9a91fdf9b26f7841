"""A service like APEJ's, over real HTTP on loopback, which goes wrong when it is told to.

    with ApejServer({"jeunes": [...], "stages": [...]}, token="…", faults=one_in(5)) as server:
        centre.pull("apej", server.url, ...)
    assert server.effects == {"CIGEM-2009-00001": 1}

It needs nothing beyond the standard library.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import evolve, field, frozen

from cigem_core.testing.mishaps import Event, Mishap, Plan, Reply, plan_of
from cigem_core.testing.wires import Manner, write

LISTS = ("jeunes", "stages", "projets")
ORDER = "modifie_le"
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_REQUIRED = ("numero", "nom", "prenoms", "axe", "convention")


@frozen(kw_only=True)
class Received:
    """A request the service got, whatever it made of it."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    event: Event = None
    """What happened to it."""


class ApejServer:
    """APEJ's service: its lists, its referrals, and what it remembers of who asked."""

    def __init__(
        self,
        records: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
        *,
        token: str = "jeton-de-demonstration",  # noqa: S107  a made-up one
        faults: Plan | Sequence[Event] | None = None,
        elsewhere: str = "http://127.0.0.2:9/",
        patience: float = 30,
        pause: int = 1,
    ) -> None:
        self.records = {name: [dict(deepcopy(one)) for one in (records or {}).get(name, ())] for name in LISTS}
        self.token, self.elsewhere, self.patience, self.pause = token, elsewhere, patience, pause
        self.requests: list[Received] = []
        self.referrals: dict[str, dict[str, Any]] = {}
        self.effects: Counter[str] = Counter()
        """How often a referral was created, by its number."""
        self.stopping = threading.Event()
        self._plan = plan_of(faults)
        self._keys: dict[str, tuple[bytes, str]] = {}
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._http.daemon_threads, self._http.block_on_close = True, False
        self._http.service = self  # type: ignore[attr-defined]

    @property
    def url(self) -> str:
        """The base of the service, which ends in /api/v1."""
        return f"http://127.0.0.1:{self.port}/api/v1"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._http.server_address[1])
