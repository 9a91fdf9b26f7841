"""What an adapter declares of a service: its lists, how their pages are asked, and how much of it is borne."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Literal

from attrs import field, frozen

from cigem_core.errors import DeclarationError, UnknownName, nearest
from cigem_core.text import Text


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

    def __attrs_post_init__(self) -> None:
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
    """How a page is asked, and where it says what. Dots lead into objects; None means the service does not say it."""

    page: str = "page"
    size: str = "per_page"
    per_page: int = field(default=100)
    counts: Literal["pages", "records"] = "pages"
    """What the parameter `page` counts: pages from `first`, or the records before it."""
    first: int = 1
    data: str = "data"
    """The list of records; the whole answer is the list where this is empty."""
    total: str | None = "meta.total"
    pages: str | None = "meta.pages"
    next: str | None = "links.next"
    """Whether there is another page. The address it gives is not followed: pages are asked by number."""

    @per_page.validator
    def _some(self, _: Any, value: int) -> None:
        if value < 2:
            raise DeclarationError(
                Text(fr="une page porte au moins deux fiches (per_page)", en="a page holds at least two records (per_page)")
            )

    def query(self, number: int, size: int, *, seen: int | None = None) -> dict[str, str]:
        """The parameters that ask for a page, counted from 0; `seen` is how many records came before it.

        A service may give fewer records to a page than were asked for, and counts on from those it gave.
        """
        at = (number * size if seen is None else seen) if self.counts == "records" else number
        return {self.page: str(self.first + at), self.size: str(size)}


@frozen(kw_only=True)
class Limits:
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
    """The word before the token in `Authorization`; None where no token is asked."""
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
    limits: Limits = Limits()
    budget: Budget = Budget()
    patience: Patience = Patience()

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
