"""A process that ends at any step: between two steps of ours, before what it keeps is kept, around what it sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attrs import define, field, frozen
from sqlalchemy import event

from cigem_core import Workspace
from cigem_core.exchange.services import Services
from cigem_core.formats.rest import Client


class Killed(BaseException):
    """Nobody catches it: the process is gone."""


@define
class Fuse:
    """Counts the steps of a process, and ends it at one of them."""

    at: int | None = None
    """The step before which it ends, counted from 1; None lets it live."""
    steps: list[str] = field(factory=list)

    def step(self, name: str) -> None:
        """A step is about to be made."""
        self.steps.append(name)
        if len(self.steps) == self.at:
            raise Killed(name)

    def light(self, at: int | None) -> None:
        """Begin to count anew."""
        self.at, self.steps = at, []


@frozen(kw_only=True)
class Mortal(Services):
    """Services whose every sending is a step, and so is what comes after it."""

    fuse: Fuse = field(factory=Fuse)

    def connect(self, adapter: Any, url: str) -> Client:
        client = super().connect(adapter, url)
        client.transport = _Wire(client.transport, self.fuse)
        return client


@define
class _Wire:
    held: Any
    fuse: Fuse

    def exchange(self, request: Any, watch: Any) -> Any:
        self.fuse.step("send")
        answer = self.held.exchange(request, watch)
        self.fuse.step("sent")
        return answer

    def forget(self) -> None:
        self.held.forget()

    def close(self) -> None:
        self.held.close()


@contextmanager
def mortal(where: object, plugins: Any, services: Mortal) -> Iterator[Workspace]:
    """A workspace in a process that may end: what it did not keep is then not kept."""
    with Workspace(where, plugins=plugins, services=services) as centre:
        engine = centre.store._engine
        event.listen(engine, "commit", lambda _: services.fuse.step("commit"))
        yield centre
