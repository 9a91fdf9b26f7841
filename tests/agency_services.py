"""Workspaces that speak with the reference services of two agencies: patience is short, and pauses pass at once."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve
from made import make
from sqlalchemy import select

from cigem_core import Identity, PartialDate, Sex, Workspace
from cigem_core.exchange.services import Services
from cigem_core.formats.rest import Paging, Patience, RequestLimits, Secret
from cigem_core.model.values import Occupation
from cigem_core.plugins import Plugins, load
from cigem_core.store.schema import journal
from cigem_core.testing.apej import LISTS, TOKEN, ApejServer
from cigem_core.testing.clock import HandClock
from cigem_core.testing.mishaps import Reply
from cigem_core.testing.openrosa import OpenRosaServer

ON = date(2009, 10, 1)
SAMPLE = Path(__file__).parents[1] / "plugins/cigem-apej/samples/apej"
LIMITS = RequestLimits(connect=5, silence=1, whole=1.5)
AWA = Identity(family_name="Diarra", given_names="Awa", sex=Sex.FEMALE, birth=PartialDate(year=1985, approximate=True))
WELDING = Occupation("7212")
REFUSED = Reply(status=422, body=b'{"errors": [{"field": "nom", "code": "unknown_person", "message": "Diarra est inconnue"}]}')
"""What a service says of someone it does not know."""
TIRED = Patience(attempts=2)


def hurried(per_page: int = 100, *, limits: RequestLimits = LIMITS, patience: Patience | None = None, **more: Any) -> Plugins:
    """The installed plugins, whose services are waited for a moment only."""
    found = load()
    told = {"limits": limits, "paging": Paging(per_page=per_page), "patience": patience or Patience(attempts=8, turns=12), **more}
    speaking = [
        evolve(one, adapters=tuple(evolve(a, api=evolve(a.api, **told)) if a.api else a for a in one.adapters))
        for one in found.found
    ]
    return Plugins(found=tuple(speaking), manager=found._manager)


def services(token: str | None = TOKEN, **more: Any) -> Services:
    """What an embedder hands in; time passes at once."""
    told = {} if token is None else {"token": lambda _: Secret(token)}
    return Services(clock=HandClock().clock, **told, **more)


def workspace(where: object, plugins: Plugins | None = None, **more: Any) -> Workspace:
    """A workspace with the shipped conventions, that may speak with services."""
    plugins = plugins or hurried()
    make(where, plugins)
    return Workspace(where, plugins=plugins, services=services(**more))


def again(centre: Workspace, where: object) -> Workspace:
    """The same workspace, opened by somebody else."""
    return Workspace(where, plugins=centre.plugins, services=centre.services)


def apej(records: Any = None, faults: Any = None, **more: Any) -> ApejServer:
    """APEJ's service."""
    return ApejServer(records, faults=faults, **{"patience": 0.3, **more})


def ufae(faults: Any = None, **more: Any) -> OpenRosaServer:
    """UFAE's server of forms."""
    from cigem_ufae import orientation

    return OpenRosaServer(orientation(), faults=faults, **{"patience": 0.3, **more})


def sample() -> dict[str, list[dict[str, Any]]]:
    """What the synthetic agency holds."""
    return {name: json.loads((SAMPLE / f"{name}.json").read_text("utf-8")) for name in LISTS}


def young(number: int, **more: Any) -> dict[str, Any]:
    """A record of /jeunes that nothing is wrong with."""
    moment = f"2009-06-01T{number // 60:02d}:{number % 60:02d}:00Z"
    return {"id": f"J{number}", "etat_civil": {"nom": f"Nom{number}", "prenoms": ["Awa"]}, "modifie_le": moment, **more}


def refer(centre: Workspace, who: Any = AWA, *, to: str = "apej", **more: Any) -> str:
    """Refer someone, whether they were before or not; the referral's number."""
    told = {"axis": "training" if to == "ufae" else None, "need": WELDING, "on": ON, "by": "awa", "again": True, **more}
    return str(centre.refer(who, to=to, **told).reference)


def push(centre: Workspace, url: str, agency: str = "apej", **more: Any) -> Any:
    """Hand over what waits."""
    return centre.push(agency, to=url, **{"on": ON, "by": "awa", **more})


def pull(centre: Workspace, url: str, axis: str = "employment-data", **more: Any) -> Any:
    """Receive what APEJ's service says."""
    return centre.pull("apej", url, axis=axis, **{"on": ON, "by": "awa", **more})


def states(centre: Workspace) -> dict[str, str]:
    """Where each referral stands."""
    return {one.referral.reference: str(one.state) for one in centre.referrals()}


def parcels(centre: Workspace) -> dict[int, str]:
    """Where each letter stands."""
    return {parcel.id: parcel.state for parcel in centre.outbox(everything=True)}


def acts(centre: Workspace) -> dict[str, int]:
    """What the journal tells of letters."""
    with centre.store.reading() as connection:
        told = Counter(connection.execute(select(journal.c.act)).scalars())
    return {act: told[act] for act in ("push", "sent", "refused", "withdraw", "readdress") if told[act]}
