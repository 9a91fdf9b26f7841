"""From the outbox to the folder a file is for: whole, for its reader alone, and under a name nobody else has."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from cigem_core.errors import ConventionError
from cigem_core.exchange.passage import still_lets
from cigem_core.store import Store, outbox
from cigem_core.store.outbox import Parcel


def deliver(store: Store, *, on: date) -> Sequence[Parcel]:
    """Put every file that has not left where it is to go; those that cannot be put there, for they wait.

    Before it leaves, the convention is asked again, as of that day: what it lets through no longer stays in the outbox,
    which says why. A file is put twice only if whoever put it was killed before saying so, and it was fetched since: then it is
    the same file under the same name. Letters are not sent here: opening a workspace calls no service.
    """
    with store.reading() as connection:
        parcels = [parcel for parcel in outbox.parcels(connection, states=["waiting"]) if parcel.path is None]
    waiting = []
    for parcel in parcels:
        try:
            if not _is(Path(parcel.place) / parcel.name, parcel):  # whoever was killed may have put it there: it has left
                _ask_again(store, parcel, on)
            _put(parcel, parcel.content or b"")
        except (OSError, ConventionError):
            waiting.append(parcel)
            continue
        with store.writing() as connection:
            outbox.has_left(connection, parcel)
    return waiting


def _ask_again(store: Store, parcel: Parcel, on: date) -> None:
    """ConventionError where a file that waits may no longer leave; why is kept with it."""
    try:
        with store.reading() as connection:
            still_lets(store, connection, parcel, on)
    except ConventionError as error:
        said = {"fr": error.text.fr, "en": error.text.en}
        if parcel.said != said:
            with store.writing() as connection:
                outbox.was_tried(connection, parcel, said)
        raise


def _put(parcel: Parcel, content: bytes) -> None:
    folder = Path(parcel.place)
    target = folder / parcel.name
    part = folder / f".{parcel.name}.{parcel.id}.{os.getpid()}.part"
    try:
        if not _is(target, parcel):
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
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
