"""A backup becomes the workspace again: in another epoch, so that nothing it gives or sends is taken for what went before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from attrs import evolve, frozen

from cigem_core.errors import OperatorError, is_taken, unwritable
from cigem_core.model.fields import CENTRE, Kind, kinds
from cigem_core.model.receipts import Head
from cigem_core.newfiles import new_file
from cigem_core.store import Store, journal, outbox
from cigem_core.store.identity import raise_epoch
from cigem_core.text import Text, without_secrets


@frozen(kw_only=True)
class Restored:
    """What was restored, how far its journal had come, and what may have left since the backup was made."""

    where: str
    epoch: int
    mark: str
    """What numbers given from now on bear."""
    head: Head
    waiting: tuple[str, ...] = ()
    """What was addressed to agencies and had not left when the backup was made, referrals above all: it may have left since, by
    the workspace that is lost."""


def restore(backup: str | Path, where: str | Path | None = None, *, on: date, by: str) -> Restored:
    """Make a workspace of a backup, at a place where there is nothing yet; a database on a server is restored where it is.

    Raises OperatorError where the backup is not whole or the place is taken.
    """
    if "://" in str(backup):
        return _begin_anew(str(backup), on=on, by=by)
    if where is None:
        raise OperatorError(
            Text(fr="dire où restaurer (--to) : un fichier qui n'existe pas encore", en="say where (--to): a file not there yet")
        )
    source, target = Path(backup), Path(where)
    if target.exists():
        raise is_taken(target)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with source.open("rb") as copied, new_file(beside).open("wb") as made:
            shutil.copyfileobj(copied, made)
            made.flush()
            os.fsync(made.fileno())
        done = _begin_anew(beside, on=on, by=by)
        os.link(beside, target)  # a rename would take the place of a file that came in between
    except OSError as error:
        raise unwritable(target, error) from None
    finally:
        for ending in ("", "-wal", "-shm"):
            beside.with_name(beside.name + ending).unlink(missing_ok=True)
    return evolve(done, where=str(target))


def _check(store: Store) -> None:
    """OperatorError where a backup is not whole."""
    if not store.is_sound():
        raise OperatorError(_DAMAGED)
    if broken := store.verify_journal():
        raise OperatorError(broken.text)


_DAMAGED = Text(fr="la sauvegarde est endommagée ; en prendre une autre", en="the backup is damaged; take another one")


def _begin_anew(where: str | Path, *, on: date, by: str) -> Restored:
    store = Store.create(where)
    try:
        _check(store)
        waiting = tuple(key for kind in kinds() if kind.is_addressed for key in _waiting(store, kind))
        with store.writing() as connection:
            now = raise_epoch(connection)
            before = journal.head(connection)
            facts = {
                "epoch": now.epoch,
                "mark": now.mark,
                "head": before.digest,
                "length": before.length,
                "waiting": len(waiting),
            }
            head = journal.write(connection, "restore", facts, on=on, by=by)
    finally:
        store.close()
    return Restored(where=without_secrets(str(where)), epoch=now.epoch, mark=now.mark, head=head, waiting=waiting)


def _waiting(store: Store, kind: Kind) -> Iterator[str]:
    """The records of an addressed kind that are not known to have left."""
    with store.reading() as connection:
        left = outbox.sent_keys(connection, kind)
    return (row["key"] for row in store.records(kind, agency=CENTRE) if row["key"] not in left)
