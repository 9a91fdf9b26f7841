"""A copy of a whole workspace as it is at one moment, kept elsewhere against the day the first one is lost."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from attrs import frozen

from cigem_core.errors import CigemError, OperatorError, is_taken, unwritable
from cigem_core.model.receipts import Head
from cigem_core.newfiles import new_file
from cigem_core.store import Store, journal
from cigem_core.text import Text


@frozen(kw_only=True)
class Backup:
    """What was copied: where it lies, and how far its journal had come."""

    path: Path
    head: Head


def back_up(store: Store, path: Path, *, on: date, by: str) -> Backup:
    """Copy a workspace to a file that is not there yet, for its owner alone, while others go on writing.

    The copy is asked whether it is whole, and the journal tells of it, before it gets its name. Raises OperatorError where
    it cannot be made, and for a workspace on a server, which has tools of its own.
    """
    if path.exists():
        raise is_taken(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with store.writing_beside(*(beside.with_name(beside.name + ending) for ending in _FILES)):
        return _copied(store, beside, path, on=on, by=by)


_FILES = ("", "-wal", "-shm")


def _copied(store: Store, beside: Path, path: Path, *, on: date, by: str) -> Backup:
    try:
        new_file(beside)
        store.copy(beside)
        head = _checked(beside)
        with beside.open("rb") as copied:
            os.fsync(copied.fileno())
        # The line stands first: a line too many is better than a copy of everyone that nobody knows of.
        with store.writing() as connection:
            journal.write(connection, "backup", {"head": head.digest, "length": head.length}, on=on, by=by)
        os.link(beside, path)  # a rename would take the place of a file that came in between
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        for ending in _FILES:
            beside.with_name(beside.name + ending).unlink(missing_ok=True)
    return Backup(path=path, head=head)


def _checked(path: Path) -> Head:
    """How far the journal of a copy has come; OperatorError where the copy is not whole."""
    copy = Store.open(path)
    try:
        if not copy.is_sound() or copy.verify_journal():
            raise _broken()
        return copy.head()
    except CigemError:
        raise _broken() from None
    finally:
        copy.close()


def _broken() -> OperatorError:
    return OperatorError(
        Text(
            fr="la copie n'est pas entière : l'espace de travail est lui-même endommagé (cigem doctor)",
            en="the copy is not whole: the workspace itself is damaged (cigem doctor)",
        )
    )
