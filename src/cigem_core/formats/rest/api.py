"""What an adapter declares of a service: its lists, how their pages are asked, and how much of it is borne."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import product
from typing import Any, Literal

from attrs import Factory, field, frozen

from cigem_core.errors import DeclarationError, UnknownName, nearest
from cigem_core.text import Text


def _asked(given: Mapping[str, str | Iterable[str]]) -> Mapping[str, str | tuple[str, ...]]:
    return {name: texts if isinstance(texts, str) else tuple(texts) for name, texts in given.items()}


def _several(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


@frozen
class Resource:
    """A list a service keeps.

    With `modified`, the list is in the order of that field and `since` asks for what changed from a moment on, that
    moment included. Without it the list is always read whole.
    """

    name: str
    key: str = field(default="id", kw_only=True)
    """The field by which a record that comes twice is known."""
    modified: str | None = field(default=None, kw_only=True)
    """The field that says when a record changed last."""
    since: str | None = field(default=None, kw_only=True)
    """The parameter that asks for later changes."""
    overlap: timedelta = field(default=timedelta(minutes=10), kw_only=True)
    """How far before the cursor the next reading begins: a change may be dated before it can be seen."""
    path: str = field(default="", kw_only=True)
    """Where it stands below the base URL; its name, unless said."""
    query: Mapping[str, str | tuple[str, ...]] = field(factory=dict, kw_only=True, converter=_asked)
    """Parameters every request for it bears: a text, or several (`{"country": ("ML", "SN")}`), for each of which the list is
    read whole, one after the other. Never a secret: addresses are logged on the way."""

    @property
    def queries(self) -> Iterator[dict[str, str]]:
        """The parameters of each list that is read, in the order they are declared; one, without any, where none are."""
        yield from (dict(zip(self.query, texts, strict=True)) for texts in product(*map(_several, self.query.values())))

    def __attrs_post_init__(self) -> None:
        if empty := [name for name, texts in self.query.items() if not (name and texts and all(_several(texts)))]:
            raise DeclarationError(
                Text(
                    fr=f"{self.name} : le paramètre « {empty[0]} » (query=) attend une valeur, ou plusieurs",
                    en=f"{self.name}: the parameter '{empty[0]}' (query=) needs a value, or several",
                ),
                resource=self.name,
            )
        if self.since is not None and self.since in self.query:
            raise DeclarationError(
                Text(
                    fr=f"{self.name} : « {self.since} » ne peut être à la fois since= et un paramètre de query=",
                    en=f"{self.name}: '{self.since}' cannot be both since= and a parameter of query=",
                ),
                resource=self.name,
            )
        if (self.modified is None) != (self.since is None):
            raise DeclarationError(
                Text(
                    fr=f"{self.name} : modified= et since= vont ensemble",
                    en=f"{self.name}: modified= and since= go together",
                ),
                resource=self.name,
            )


@frozen(kw_only=True)
class Paging:
    """How a page is asked, and where it says what. Dots lead into objects; None means the service does not say it.

    Where nothing says how many there are, a page that is shorter than asked may be all the service gives at once: pages are
    asked for until an empty one comes.
    """

    page: str | None = "page"
    """The parameter that asks for a page; None where the list comes whole, in one answer, which then says nothing of pages
    unless declared."""
    size: str | None = field(default=Factory(lambda made: _if_paged(made, "per_page"), takes_self=True))
    """The parameter that asks for so many records a page; None where the service decides alone."""
    per_page: int = field(default=100)
    counts: Literal["pages", "records"] = "pages"
    """What the parameter `page` counts: pages from `first`, or the records before it."""
    first: int = 1
    data: str = "data"
    """The list of records; the whole answer is the list where this is empty."""
    total: str | None = field(default=Factory(lambda made: _if_paged(made, "meta.total"), takes_self=True))
    pages: str | None = field(default=Factory(lambda made: _if_paged(made, "meta.pages"), takes_self=True))
    next: str | None = field(default=Factory(lambda made: _if_paged(made, "links.next"), takes_self=True))
    """Whether there is another page. The address it gives is not followed: pages are asked by number."""

    @per_page.validator
    def _some(self, _: Any, value: int) -> None:
        if value < 2:
            raise DeclarationError(
                Text(fr="une page porte au moins deux fiches (per_page)", en="a page holds at least two records (per_page)")
            )

    def __attrs_post_init__(self) -> None:
        if self.page is None and (told := next((name for name in ("size", "pages", "next") if getattr(self, name)), None)):
            raise DeclarationError(
                Text(
                    fr=f"une liste qui vient entière (page=None) n'a pas de {told}=",
                    en=f"a list that comes whole (page=None) has no {told}=",
                )
            )

    @property
    def is_told(self) -> bool:
        """Whether a page says how many records or pages there are, or whether another follows."""
        return any((self.total, self.pages, self.next))

    def query(self, number: int, size: int, *, seen: int | None = None) -> dict[str, str]:
        """The parameters that ask for a page, counted from 0; `seen` is how many records came before it.

        A service may give fewer records to a page than were asked for, and counts on from those it gave.
        """
        at = (number * size if seen is None else seen) if self.counts == "records" else number
        asked = {} if self.page is None else {self.page: str(self.first + at)}
        return asked if self.size is None else {**asked, self.size: str(size)}


def _if_paged(paging: Paging, usual: str) -> str | None:
    return None if paging.page is None else usual


@frozen(kw_only=True)
class RequestLimits:
    """What one request may take: seconds and bytes."""

    connect: float = 10
    silence: float = 30
    """How long nothing at all may come."""
    whole: float = 120
    """How long the whole answer may take, from the first byte sent to the last one read."""
    body: int = 32 << 20
    """Bytes of an answer as they travel."""
    unpacked: int = 64 << 20
    """Bytes of an answer once decompressed."""


@frozen(kw_only=True)
class Budget:
    """What one run may take."""

    calls: int = 5_000
    records: int = 1_000_000


@frozen(kw_only=True)
class Patience:
    """How often, and with what pauses, what failed is tried again."""

    attempts: int = 5
    """How often one request is made, the first time included."""
    base: float = 0.5
    """The longest first pause, in seconds; it doubles each time, and a part of it is taken at random."""
    pause: float = 30
    """The longest pause of our own."""
    longest: float = 300
    """The longest pause a service may ask for; beyond it, the run ends and says so."""
    turns: int = 7
    """How often a list that changes under the reading is read again."""


_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OURS = frozenset(
    "host content-length transfer-encoding connection user-agent accept accept-encoding content-type cookie".split()  # noqa: SIM905
)
"""Headers that say something else."""


def _statuses(given: Iterable[int]) -> frozenset[int]:
    return frozenset(given)


def _listed(given: Iterable[Resource]) -> tuple[Resource, ...]:
    return tuple(given)


@frozen(kw_only=True)
class Api:
    """A service an agency offers, as its adapter declares it. It holds no address and no token."""

    agency: str
    resources: tuple[Resource, ...] = field(default=(), converter=_listed)
    paging: Paging = Paging()
    scheme: str | None = "Bearer"
    """The word before the token; empty where the token stands alone, None where no token is asked."""
    token_header: str = field(default="Authorization")
    """The header that carries the token: `X-Api-Key`, with `scheme=""`, for a service that asks for a key."""
    key_header: str | None = "Idempotency-Key"
    """The header by which the service knows a repeated request; None where the body itself carries it."""
    headers: Mapping[str, str] = field(factory=dict)
    """What else every request says of itself, such as the version of a protocol; never a secret."""
    accepted: frozenset[int] = field(default=frozenset({200, 201, 202}), converter=_statuses)
    refused: frozenset[int] = field(default=frozenset({400, 413, 415, 422}), converter=_statuses)
    """The answers that speak of what was sent, not of the sending, and say that nothing happened. A conflict (409) is
    none of them: something did happen under that key."""
    created: str | None = None
    """The member of the answer by which the service names what was sent; an answer without it accepts nothing, be it
    the page of a portal on the way. None where the status alone counts."""
    meanings: Mapping[int, Text] = field(factory=dict)
    """What an answer means to whoever runs the command, where this service says more than the usual."""
    limits: RequestLimits = RequestLimits()
    budget: Budget = Budget()
    patience: Patience = Patience()

    @token_header.validator
    def _carries_a_token(self, _: Any, value: str) -> None:
        if not _HEADER.fullmatch(value) or value.casefold() in _OURS:
            raise DeclarationError(
                Text(
                    fr=f"{self.agency} : « {value} » ne peut porter un jeton ; attendu un en-tête comme X-Api-Key",
                    en=f"{self.agency}: '{value}' cannot carry a token; expected a header like X-Api-Key",
                )
            )

    @resources.validator
    def _distinct(self, _: Any, value: Iterable[Resource]) -> None:
        names = [resource.name for resource in value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise DeclarationError(
                Text(fr=f"{self.agency} : {twice[0]} est déclaré deux fois", en=f"{self.agency}: {twice[0]} is declared twice")
            )

    def resource(self, name: str) -> Resource:
        """The list of that name; UnknownName proposes the nearest."""
        for resource in self.resources:
            if resource.name == name:
                return resource
        near = nearest(name, [resource.name for resource in self.resources])
        raise UnknownName(
            Text(fr=f"{self.agency} n'a pas de liste {name!r} ; {near.fr}", en=f"{self.agency} has no list {name!r}; {near.en}")
        )
