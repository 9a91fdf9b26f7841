"""Waybills: what the journal says of a parcel is what leaves, or nothing does.

The outbox says where a parcel goes; whoever can write to that table could send it elsewhere, with a token. The line that
decided it says so too, in a chain that shows when it is altered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from attrs import frozen
from sqlalchemy import Connection

from cigem_core.errors import WorkspaceError
from cigem_core.formats.rest.origin import Origin
from cigem_core.store import journal
from cigem_core.store.outbox import Parcel
from cigem_core.text import Text

_DECIDING = ("push", "readdress")


@frozen(kw_only=True)
class Waybill:
    """What the journal says of one parcel: what it is and where it goes, and what of it other agencies gave."""

    line: int
    envelope: str
    origin: str | None = None
    onward: Mapping[str, Any]
    """`agency kind` → the fields of its record that were let go on."""


def waybill_facts(parcels: Collection[Parcel]) -> dict[str, Any]:
    """What a line says of the parcels it decides: an envelope for each, and the origin of the service letters go to."""
    origins = {str(Origin.of(parcel.place)) for parcel in parcels if parcel.path is not None}
    said: dict[str, Any] = {"parcels": {str(parcel.id): envelope(parcel) for parcel in parcels}}
    return said | ({"origin": origins.pop()} if len(origins) == 1 else {})


def envelope(parcel: Parcel) -> str:
    """The digest of where a parcel goes, under which name, and of what it holds."""
    said = [parcel.id, parcel.agency, parcel.place, parcel.name, parcel.path, parcel.media, parcel.sha256]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode(errors="surrogatepass")).hexdigest()


def waybills(connection: Connection, numbers: Collection[int]) -> dict[int, Waybill]:
    """Parcel → what the last line that decided of it says."""
    found: dict[int, Waybill] = {}
    onward: dict[int, Mapping[str, Any]] = {}
    for line, act, facts in journal.told(connection, *_DECIDING):
        said = facts.get("parcels")
        for number, digest in said.items() if isinstance(said, dict) else ():
            at = int(number)
            if at not in found:
                found[at] = Waybill(line=line, envelope=digest, origin=facts.get("origin"), onward={})
            if act == "push":
                onward[at] = facts.get("onward", {})
        if set(numbers) <= onward.keys():
            break
    return {at: Waybill(line=b.line, envelope=b.envelope, origin=b.origin, onward=onward.get(at, {})) for at, b in found.items()}


def check_waybill(parcel: Parcel, said: Waybill | None) -> None:
    """WorkspaceError where a parcel is not what the journal says was decided."""
    is_same = said is not None and said.envelope == envelope(parcel)
    if is_same and said is not None and said.origin is not None and parcel.path is not None:
        is_same = str(Origin.of(parcel.place)) == said.origin
    if parcel.content is not None:
        is_same = is_same and hashlib.sha256(parcel.content).hexdigest() == parcel.sha256
    if not is_same:
        raise WorkspaceError(_altered(parcel))


def _altered(parcel: Parcel) -> Text:
    return Text(
        fr=f"l'envoi {parcel.id} n'est pas celui que dit le journal : sa destination, son nom ou son contenu ont été modifiés ; "
        "rien n'est parti (cigem journal verify)",
        en=f"parcel {parcel.id} is not the one the journal tells of: its place, its name or its content was altered; "
        "nothing left (cigem journal verify)",
    )
