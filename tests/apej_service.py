"""A service like APEJ's as many tests meet it: small pages, short patience, and time that passes at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import evolve

from cigem_core.formats.rest import Api, Client, Paging, Patience, RequestLimits, Resource, connect
from cigem_core.testing.apej import ApejServer
from cigem_core.testing.clock import HandClock

TOKEN = "tok-5ecr3t-d0-n0t-sh0w"
NAME = "Nomsecret"
API = Api(
    agency="apej",
    resources=(
        Resource("jeunes", modified="modifie_le", since="modifie_depuis", overlap=timedelta(0)),
        Resource("stages"),
        Resource("projets"),
    ),
    paging=Paging(per_page=5),
    limits=RequestLimits(connect=2, silence=2, whole=5),
)
HURRIED = evolve(API, limits=RequestLimits(connect=2, silence=0.15, whole=0.25), patience=Patience(attempts=10, turns=14))


def young(number: int, minute: int | None = None, **more: Any) -> dict[str, Any]:
    """A record of /jeunes, changed at a minute of an hour."""
    at = number if minute is None else minute
    return {"id": f"J{number}", "etat_civil": {"nom": NAME}, "modifie_le": f"2009-06-01T{at // 60:02d}:{at % 60:02d}:00Z", **more}


def crowd(count: int) -> dict[str, list[dict[str, Any]]]:
    """Some young people, and an internship for each."""
    return {"jeunes": [young(n) for n in range(count)], "stages": [{"id": f"S{n}", "jeune": f"J{n}"} for n in range(count)]}


def service(records: Any = None, faults: Any = None, **more: Any) -> ApejServer:
    """The service, whose token is ours."""
    return ApejServer(records, faults=faults, token=TOKEN, **{"patience": 1, **more})


def speak(server: ApejServer, api: Api = API, hand: HandClock | None = None) -> Client:
    """Speak with it."""
    return connect(api, server.url, token=lambda _: TOKEN, clock=(hand or HandClock()).clock)
