"""Speaking with one service: who we are, how often we try, where we go, and when we give up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import unquote

from attrs import define, evolve, field

from cigem_core.errors import RemoteError, SourceRefused
from cigem_core.formats.kinds_of_file import is_page
from cigem_core.formats.rest import documents
from cigem_core.formats.rest.api import Api
from cigem_core.formats.rest.clock import Clock, Deadline, asked_pause, backoff
from cigem_core.formats.rest.meanings import Outcome, may_have_arrived, may_retry, refusal
from cigem_core.formats.rest.origin import Base, base_of, landing
from cigem_core.formats.rest.tokens import Secret, TokenSource, checked
from cigem_core.formats.rest.transport import NetworkTrouble, Request, Response, Transport, Went
from cigem_core.text import Text

Read = TypeVar("Read")

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 5


@define(kw_only=True)
class Client:
    """A service at its address, within one run. Made by `connect`, closed by `with`."""

    api: Api
    base: Base
    clock: Clock = field(repr=False)
    transport: Transport = field(repr=False)
    source: TokenSource | None = field(repr=False)
    calls: int = 0
    """How many requests were made, those made again included."""
    unheard: int = 0
    """How many of them may have had an effect that nobody told us of."""
    _token: Secret | None = field(default=None, init=False, repr=False)

    def ask(self, request: Request, read: Callable[[Response], Read | None], accepted: frozenset[int]) -> Read:
        """Make a request until it is answered as it should be; RemoteError where it will not be.

        `read` makes of an accepted answer what is wanted, or None where it is cut short.
        """
        renewed, attempt = False, 0
        while True:
            attempt += 1
            outcome: Outcome = self._attempt(request)
            if isinstance(outcome, Response) and outcome.status in accepted:
                meant = read(outcome)
                if meant is not None:
                    return meant
                outcome = NetworkTrouble(Went.PAGE if is_page(outcome.body) else Went.CUT, outcome.status)
            self.unheard += may_have_arrived(outcome)
            if outcome.status == 401 and not renewed:
                renewed, self._token = True, None  # it may just have been renewed
                continue
            self.clock.sleep(self._pause(outcome, attempt))
            self.transport.forget()

    def hide(self, text: str) -> str:
        """A text of the service's, should it repeat our token."""
        return self._token.hidden_in(text) if self._token else text

    def close(self) -> None:
        """Let go of every connection."""
        self.transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _attempt(self, request: Request) -> Outcome:
        """One request and, where it reads, the redirects it meets within the origin."""
        for _ in range(_HOPS):
            outcome = self._exchange(request)
            if not (isinstance(outcome, Response) and outcome.status in _REDIRECTS):
                return outcome
            target = landing(request.url, outcome.headers.get("location", ""))
            if target is None or request.method != "GET" or self.hide(unquote(target)) != unquote(target):
                return NetworkTrouble(Went.ASTRAY, outcome.status)
            request = evolve(request, url=target)
        return NetworkTrouble(Went.ASTRAY, outcome.status)

    def _exchange(self, request: Request) -> Outcome:
        if self.calls >= self.api.budget.calls:
            raise self.spent("calls", self.api.budget.calls)
        self.calls += 1
        if self.api.scheme is not None:
            request = evolve(request, token=self._secret(), scheme=self.api.scheme, token_header=self.api.token_header)
        limits = self.api.limits
        watch = Deadline(clock=self.clock, until=self.clock.monotonic() + limits.whole, silence=limits.silence)
        return self.transport.exchange(request, watch)

    def _secret(self) -> Secret | None:
        if self._token is None and self.source is not None:
            self._token = checked(self.source(self.api.agency), self.api.agency)
        return self._token

    def _pause(self, outcome: Outcome, attempt: int) -> float:
        """How long to wait before the next attempt; RemoteError where there is to be none."""
        patience = self.api.patience
        after = asked_pause(outcome.headers.get("retry-after"), self.clock) if isinstance(outcome, Response) else None
        tired = attempt >= patience.attempts or (after or 0) > patience.longest
        if tired or not may_retry(outcome):
            raise refusal(self.api, self.base.origin, outcome, after)
        pause = backoff(patience, attempt, self.clock)
        return pause if after is None else after + pause

    def spent(self, what: str, most: int) -> RemoteError:
        """The error of a run that would take more than it may."""
        fr = {"calls": "demandes", "records": "fiches"}[what]
        agency = self.api.agency
        return RemoteError(
            Text(
                fr=f"{agency} : cette lecture dépasse {most} {fr} ; rien n'en est gardé ; relever la limite si c'est voulu",
                en=f"{agency}: this run takes more than {most} {what}; nothing of it is kept; raise the limit if that is meant",
            ),
            agency=agency,
        )


def connect(
    api: Api,
    url: str,
    *,
    token: TokenSource | None = None,
    allow_plain: bool = False,
    authorities: Path | None = None,
    clock: Clock | None = None,
    transport: Transport | None = None,
) -> Client:
    """Be ready to speak with a service at its address; nothing is sent yet.

    `token` is asked for the token when it is needed. `authorities` is a file of certificates to trust instead of the
    usual ones; there is no way to trust anyone. SourceRefused where the address is none we would send a token to.
    """
    base = base_of(url, allow_plain=allow_plain)
    if transport is None:
        from cigem_core.formats.rest.wire import Wire

        transport = Wire(base.origin, api.limits, authorities=_file(authorities))
    return Client(api=api, base=base, clock=clock or Clock(), transport=transport, source=token)


def get(client: Client, *segments: str, query: Mapping[str, str] | None = None) -> Any:
    """One object of a service, by the segments of its address below the base; RemoteError where it cannot be had."""
    request = Request(
        method="GET", url=client.base.at(segments, query), headers={**client.api.headers, "Accept": "application/json"}
    )
    return client.ask(request, _json, frozenset({200}))[0]


def _json(answer: Response) -> tuple[Any] | None:
    try:
        return (documents.parsed(answer.body),)
    except ValueError:
        return None


def _file(path: Path | None) -> str | None:
    if path is None:
        return None
    if not path.is_file():
        raise SourceRefused(
            Text(fr=f"{path} : fichier de certificats introuvable", en=f"{path}: no such file of certificates"), source=str(path)
        )
    return str(path)
