"""The check of services: however often the network fails, a pull says what the service holds and a letter has one effect."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import evolve

from cigem_core.exchange.services import Services
from cigem_core.formats.posts import Letterbox
from cigem_core.formats.rest import Patience, RequestLimits
from cigem_core.formats.rest.tokens import Secret
from cigem_core.model.identity import Identity, Sex
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.table import Table
from cigem_core.testing.clock import HandClock
from cigem_core.testing.kit.drawing import drawn
from cigem_core.testing.kit.keeping import BY, ON, agreed, everything, workspace
from cigem_core.testing.kit.subject import NotReviewed, ServiceDouble, Subject, Unsupported
from cigem_core.testing.mishaps import PASSING, Mishap, Plan
from cigem_core.testing.strategies import records
from cigem_core.workspace import Workspace

TOKEN = "token-of-the-contract"  # noqa: S105  of a service on this machine that is gone with the test

OF_LETTERS = tuple(mishap for mishap in PASSING if mishap is not Mishap.UNAUTHORISED)


class Crash(BaseException):
    """Someone pulled the plug."""


def exactly_once(subject: Subject) -> dict[str, Any]:
    """Under every mishap of a network a pull keeps what the service holds, and each letter that is sent has one effect."""
    adapter = subject.adapter
    if adapter.api is None:
        raise Unsupported("the agency has no service: it takes and hands over files")
    if subject.service is None:
        raise NotReviewed("the adapter declares a service; give one that goes wrong when told to (service=ApejServer)")
    api = evolve(adapter.api, limits=RequestLimits(connect=2, silence=0.3, whole=0.6), patience=Patience(attempts=12, turns=16))
    hurried = evolve(adapter, api=api)
    with subject.service(_records(subject), token=TOKEN, patience=1) as server:
        return {**_pulls(hurried, server), **_pushes(hurried, server, subject.size(6, 60))}


def _records(subject: Subject) -> dict[str, list[Any]]:
    """The samples by the resources they are of."""
    found: dict[str, list[Any]] = {}
    for table, source in subject.arranged:
        if table.format.resource is not None:
            stream = source.open()
            held = json.loads(stream.read(-1))
            stream.close()
            key = getattr(table.format, "records", None)
            found.setdefault(table.format.resource, []).extend(held[key] if isinstance(held, dict) and key in held else held)
    return found


def _services(token: Callable[[str], Secret] | None = None) -> Services:
    return Services(token=token or (lambda _: Secret(TOKEN)), clock=HandClock().clock)


def _pulls(adapter: Adapter, server: ServiceDouble) -> dict[str, Any]:
    """A pull under mishaps keeps what a calm one keeps; a second one adds nothing."""
    served = {resource.name for resource in adapter.api.resources} if adapter.api else set()
    tables = [table for table in adapter.pull if table.format.resource in served]
    if not tables:
        return {}
    convention = agreed(adapter, everything(tables), cargo=True)
    kept = []
    plans: list[Plan | None] = [None, _each_in_turn(PASSING, every=3)]
    for plan in plans:
        server.plan(plan)
        with tempfile.TemporaryDirectory() as folder, workspace(Path(folder), adapter, convention, _services()) as centre:
            centre.pull(adapter.agency, server.url, on=ON, by=BY)
            again = centre.pull(adapter.agency, server.url, on=ON, by=BY)
            if again.counts.new or again.counts.changed:
                raise AssertionError(f"pulled again: {again.counts.new} new, {again.counts.changed} changed; none should be")
            kept.append((centre.store.counts(), len(centre.quarantine())))
    if kept[0] != kept[1]:
        raise AssertionError(f"on a calm day {kept[0]} was kept, on a bad one {kept[1]}")
    return {"pulled": sum(kept[0][0].values())}


def _each_in_turn(mishaps: tuple[Mishap, ...], every: int) -> Plan:
    return lambda number: mishaps[(number // every) % len(mishaps)] if number % every == 0 else None


def _pushes(adapter: Adapter, server: ServiceDouble, letters: int) -> dict[str, Any]:
    """Letters sent under mishaps, and by someone who is stopped half way, have one effect each."""
    table = next((table for table in adapter.push if isinstance(table.format, Letterbox)), None)
    if table is None:
        return {}
    convention, before = agreed(adapter, {}, everything([table]), cargo=False), Counter(server.effects)
    with tempfile.TemporaryDirectory() as folder:
        sent = []
        for number, mishap in enumerate(OF_LETTERS):
            server.plan([mishap] * (1 + number % 3))
            with workspace(Path(folder), adapter, convention, _services()) as centre:
                sent += _refer(centre, table, adapter.agency, letters // 6 or 1)
                centre.push(adapter.agency, to=server.url, on=ON, by=BY)
        server.plan(None)
        sent += _stopped(Path(folder), adapter, table, convention, server)
        with workspace(Path(folder), adapter, convention, _services()) as centre:
            centre.retry(adapter.agency, on=ON, by=BY)
            waiting = len(centre.outbox())
    effects = {reference: server.effects[reference] - before[reference] for reference in sent}
    if wrong := {reference: times for reference, times in effects.items() if times != 1}:
        raise AssertionError(f"of {len(sent)} letters these did not have exactly one effect: {wrong}")
    if waiting:
        raise AssertionError(f"{waiting} letters wait on although the service is well again")
    return {"pushed": len(sent), "mishaps": len(OF_LETTERS)}


def _refer(centre: Workspace, table: Table, agency: str, some: int) -> list[str]:
    """Refer people to the agency, for a need that its table has a word for."""
    needs = records(table.kind.name, table).map(lambda referral: referral.occupation).filter(bool)
    need = drawn(needs) if "occupation" in table.lenses else None
    people = [Identity(family_name=f"Essai {n}", given_names="Une", sex=Sex.FEMALE) for n in range(some)]
    return [str(centre.refer(who, to=agency, need=need, again=True, on=ON, by=BY).reference) for who in people]


def _stopped(folder: Path, adapter: Adapter, table: Table, convention: Any, server: ServiceDouble) -> list[str]:
    """Someone is stopped when the letters were decided and none was sent; whoever comes next sends them."""

    def token(_: str) -> Secret:
        if len(centre.outbox()) > before:
            raise Crash
        return Secret(TOKEN)

    with workspace(folder, adapter, convention, _services(token)) as centre:
        before = len(centre.outbox())
        sent = _refer(centre, table, adapter.agency, 2)
        try:
            centre.push(adapter.agency, to=server.url, on=ON, by=BY)
        except Crash:
            return sent
    raise AssertionError("the letters left although whoever sent them was stopped")
