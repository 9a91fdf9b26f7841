"""A service like APEJ's, over real HTTP on loopback, which goes wrong when it is told to.

    with ApejServer({"jeunes": [...], "stages": [...]}, token="…", faults=one_in(5)) as server:
        centre.pull("apej", server.url, ...)
    assert server.effects == {"CIGEM-2009-00001": 1}

It follows the interface the four agencies' synthetic samples are described with; nobody's real service is like it.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cigem_core.testing.mishaps import Event, Mishap, Plan, Reply, plan_of
from cigem_core.testing.serving import Received, Serving, said

LISTS = ("jeunes", "stages", "projets")
ORDER = "modifie_le"
BASE = "/api/v1"
TOKEN = "jeton-de-demonstration"  # noqa: S105  a made-up one
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_MOST = 200
_REQUIRED = ("numero", "nom", "prenoms")

Record = dict[str, Any]


class ApejServer:
    """APEJ's service: its lists, its referrals, and what it remembers of who asked.

    `faults` says what happens to the n-th request. `elsewhere` is where its redirects lead, `patience` how long a
    time-out lasts, and `pause` how many seconds it asks for when it is busy.
    """

    def __init__(
        self,
        records: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
        *,
        token: str = TOKEN,
        faults: Plan | Sequence[Event] | None = None,
        elsewhere: str = "http://127.0.0.2:9/",
        patience: float = 30,
        pause: int = 1,
    ) -> None:
        self.records = {name: [dict(deepcopy(one)) for one in (records or {}).get(name, ())] for name in LISTS}
        self.token = token
        self.referrals: dict[str, Record] = {}
        """What was created, by its id."""
        self.effects: Counter[str] = Counter()
        """How often a referral was created, by its number."""
        self._keys: dict[str, tuple[bytes, str]] = {}
        moments = [moment for rows in self.records.values() for one in rows if (moment := _moment_or_none(one.get(ORDER)))]
        self._latest = max(moments, default=datetime(2009, 6, 1, tzinfo=UTC))
        self._lock = threading.RLock()
        plan = plan_of(faults)
        self._serving = Serving(self._answer, plan, elsewhere=elsewhere, patience=patience, pause=pause)

    @property
    def url(self) -> str:
        """The base of the service."""
        return f"http://127.0.0.1:{self._serving.port}{BASE}"

    @property
    def requests(self) -> list[Received]:
        """Every request that came, in order."""
        return self._serving.requests

    def plan(self, faults: Plan | Sequence[Event] | None) -> None:
        """From now on, what goes wrong; the next request is the first."""
        done, plan = len(self.requests), plan_of(faults)
        self._serving.plan = lambda number: plan(number - done)

    def __enter__(self) -> ApejServer:
        self._serving.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._serving.__exit__(kind, error, trace)

    # --- what the agency does ---------------------------------------------------------------------------------------

    def change(self, name: str, key: str, **fields: Any) -> None:
        """A record changes: it is dated after all others."""
        with self._lock:
            record = next(one for one in self.records[name] if one.get("id") == key)
            record.update(fields)
            if ORDER in record:
                record[ORDER] = self._later()

    def add(self, name: str, record: Mapping[str, Any]) -> None:
        """A record comes; where its list is dated, after all others."""
        with self._lock:
            dated = {ORDER: self._later()} if name == "jeunes" else {}
            self.records[name].append({**deepcopy(dict(record)), **dated})

    def remove(self, name: str, key: str) -> None:
        """A record goes; nobody is told."""
        with self._lock:
            self.records[name] = [one for one in self.records[name] if one.get("id") != key]

    def decide(self, numero: str, statut: str, **more: Any) -> None:
        """The agency answers a referral: acceptee, refusee (motif=…), terminee (resultat=…)."""
        with self._lock:
            next(one for one in self.referrals.values() if one["numero"] == numero).update(statut=statut, **more)

    # --- what the service answers -----------------------------------------------------------------------------------

    def _answer(self, received: Received) -> Reply:
        if received.headers.get("authorization") != f"Bearer {self.token}":
            return _said(401, {"message": "jeton refusé"})
        path, _, query = received.path.partition("?")
        parts = urlsplit(path).path.removeprefix(BASE).strip("/").split("/")
        with self._lock:
            if received.method == "GET" and len(parts) == 1 and parts[0] in LISTS:
                return self._list(parts[0], {name: values[-1] for name, values in parse_qs(query).items()}, received.event)
            if received.method == "POST" and parts == ["orientations"]:
                return self._create(received)
            if received.method == "GET" and parts[0] == "orientations" and len(parts) == 2 and parts[1] in self.referrals:
                return _said(200, self.referrals[parts[1]])
        return _said(404, {"message": "introuvable"})

    def _list(self, name: str, asked: Mapping[str, str], event: Event) -> Reply:
        try:
            page, size = int(asked.get("page", 1)), min(int(asked.get("per_page", 100)), _MOST)
            since = _moment(asked["modifie_depuis"]) if "modifie_depuis" in asked and name == "jeunes" else None
        except ValueError:
            page = size = 0
        if page < 1 or size < 1:
            return _said(400, {"message": "paramètre illisible"})
        if event is Mishap.CHANGED:
            self._change_first(name)
        rows = _after(self._in_order(name), since)
        pages = max(1, -(-len(rows) // size))
        following = None if page >= pages else f"{self.url}/{name}?{urlencode({**asked, 'page': page + 1})}"
        meta = {"page": page, "pages": pages, "total": len(rows)}
        return _said(200, {"data": _page(rows, page, size, event), "meta": meta, "links": {"next": following}})

    def _in_order(self, name: str) -> list[Record]:
        rows = self.records[name]
        return sorted(rows, key=lambda one: str(one.get(ORDER) or "")) if name == "jeunes" else list(rows)

    def _change_first(self, name: str) -> None:
        rows = self._in_order(name)
        if rows and ORDER in rows[0]:
            rows[0][ORDER] = self._later()

    def _later(self) -> str:
        """A moment after every one there ever was, of records that went too."""
        self._latest += timedelta(minutes=1)
        return self._latest.strftime(_STAMP)

    def _create(self, received: Received) -> Reply:
        key = received.headers.get("idempotency-key")
        if not key:
            return _said(400, {"message": "Idempotency-Key manque"})
        if key in self._keys:
            body, known = self._keys[key]
            same = body == received.body
            return (
                _said(200, self.referrals[known]) if same else _refused(409, "Idempotency-Key", "conflict", "clé déjà employée")
            )
        try:
            sent = json.loads(received.body)
        except ValueError:
            sent = None
        if not isinstance(sent, dict):
            return _refused(422, "", "json", "corps illisible")
        if missing := [name for name in _REQUIRED if not sent.get(name)]:
            return _refused(422, missing[0], "required", f"{missing[0]} est obligatoire")
        return self._created(key, received.body, sent)

    def _created(self, key: str, body: bytes, sent: Record) -> Reply:
        known = f"OR-{len(self.referrals) + 1:05d}"
        self.referrals[known] = {**sent, "id": known, "statut": "recue"}
        self.effects[str(sent["numero"])] += 1
        self._keys[key] = (body, known)
        return _said(201, self.referrals[known])


def _page(rows: list[Record], page: int, size: int, event: Event) -> list[Record]:
    """The rows of a page, and what became of it."""
    start = (page - 1) * size
    shown = rows[start : start + size]
    if event is Mishap.REPEATED and page > 1:
        return rows[start - 1 : start] + shown
    if event is Mishap.SAME_PAGE and page > 1:
        return rows[start - size : start]
    if event is Mishap.SWAPPED and len(rows) > start + size:
        return rows[start + size : start + 2 * size]
    return shown[::-1] if event is Mishap.REORDERED else shown


def _after(rows: list[Record], since: datetime | None) -> list[Record]:
    """What changed from a moment on, that moment included."""
    if since is None:
        return rows
    return [one for one in rows if (moment := _moment_or_none(one.get(ORDER))) and moment >= since]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moment_or_none(value: object) -> datetime | None:
    try:
        return _moment(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _said(status: int, value: Any) -> Reply:
    return said(status, json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _refused(status: int, name: str, code: str, message: str) -> Reply:
    return _said(status, {"errors": [{"field": name, "code": code, "message": message}]})
