"""From the outbox to the folder a file is for: whole, for its reader alone, and under a name nobody else has.

Files are put in place where somebody pushes, retries or delivers; opening a workspace moves nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from attrs import evolve, frozen

from cigem_core.errors import ConventionError, WorkspaceError
from cigem_core.exchange.passage import still_lets
from cigem_core.exchange.waybills import Waybill, check_waybill, waybills
from cigem_core.newfiles import new_file
from cigem_core.store import Store, journal, outbox
from cigem_core.store.locking import LOCKED, locked
from cigem_core.store.outbox import Parcel
from cigem_core.text import Text


@frozen
class Delivered:
    """What became of the files that waited."""

    left: tuple[Parcel, ...] = ()
    waiting: tuple[Parcel, ...] = ()
    """Those that cannot be put in place, or may no longer leave."""


def deliver(store: Store, *, on: date, by: str, locks: Sequence[bytes] = ()) -> Delivered:
    """Put every file that waits where it is to go, each with its journal line; what cannot be put there waits on.

    Before it leaves it is compared with the line that decided it, and the convention is asked again, as of that day: what is
    not what was decided, or may leave no longer, stays in the outbox, which says why. A file is put twice only if whoever put
    it was killed before saying so, and it was fetched since: then it is the same file under the same name. Letters are not
    sent here. What was made of an agency's workbook waits locked by it, and leaves only where one of the `locks` opens it.
    """
    with store.reading() as connection:
        parcels = [parcel for parcel in outbox.parcels(connection, states=["waiting"]) if parcel.path is None]
        said = waybills(connection, [parcel.id for parcel in parcels])
    left, waiting = [], []
    for waits in parcels:
        parcel = _opened(waits, locks)
        try:
            _ask_again(store, parcel, said.get(parcel.id), on)
            _put(store, parcel, parcel.content or b"")
        except (OSError, ConventionError, WorkspaceError):
            waiting.append(parcel)
            continue
        left.append(parcel)
        with store.writing() as connection:
            if outbox.has_left(connection, parcel):
                facts = {"agency": parcel.agency, "parcel": parcel.id, "sha256": parcel.sha256}
                journal.write(connection, "deliver", facts, on=on, by=by)
    return Delivered(tuple(left), tuple(waiting))


def _opened(parcel: Parcel, locks: Sequence[bytes]) -> Parcel:
    """A parcel with its content; without, where it is locked by a workbook that is not at hand."""
    if parcel.media != LOCKED or parcel.content is None:
        return parcel
    tried = (locked(parcel.content, lock, parcel.sha256) for lock in locks)
    return evolve(parcel, content=next((one for one in tried if hashlib.sha256(one).hexdigest() == parcel.sha256), None))


_LOCKED = Text(
    fr="attend le classeur de la structure, sans lequel il ne s'ouvre pas : le redonner (cigem push … --into CLASSEUR)",
    en="waits for the agency's workbook, without which it does not open; give it again (cigem push … --into WORKBOOK)",
)


def _ask_again(store: Store, parcel: Parcel, said: Waybill | None, on: date) -> None:
    """WorkspaceError where a file is not the one that was decided, ConventionError where it may no longer leave."""
    try:
        check_waybill(parcel, said)
        if _is(Path(parcel.place) / parcel.name, parcel):
            return  # whoever was killed may have put it there: it has left
        with store.reading() as connection:
            still_lets(connection, parcel, on, onward=said.onward if said else {})
        if parcel.content is None:
            raise WorkspaceError(_LOCKED)
    except (ConventionError, WorkspaceError) as error:
        why = {"fr": error.text.fr, "en": error.text.en}
        if parcel.said != why:
            with store.writing() as connection:
                outbox.was_tried(connection, parcel, why)
        raise


def _put(store: Store, parcel: Parcel, content: bytes) -> None:
    folder = Path(parcel.place)
    target = folder / parcel.name
    part = folder / f".{parcel.name}.{parcel.id}.{os.getpid()}.part"
    try:
        if not _is(target, parcel):
            part.unlink(missing_ok=True)
            with store.writing_beside(part):
                with new_file(part).open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                _name(part, target, parcel)
    finally:
        # Ours, and those of whoever was killed over this parcel.
        for left in [path for path in folder.iterdir() if path.name.startswith(f".{parcel.name}.{parcel.id}.")]:
            left.unlink(missing_ok=True)


def _name(part: Path, target: Path, parcel: Parcel) -> None:
    """Give a file its name, unless another has it: a rename would take the other's place."""
    try:
        os.link(part, target)
    except OSError:
        # It is there already, somebody else swept our part, or this file system has no links.
        if _is(target, parcel):
            return
        if target.exists():
            raise
        os.rename(part, target)


def _is(target: Path, parcel: Parcel) -> bool:
    return target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == parcel.sha256
