"""What whoever was killed left half written elsewhere: a copy, an export, a file to hand over.

Before something is written beside its place, a note next to the database says where; when it is done the note goes. A note
whose process is gone tells of a leftover, which is removed when the workspace is next written, and named by `doctor`.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cigem_core.newfiles import new_file

_OURS = re.compile(r"\.(?:export-|publish-).*|\..*\.[0-9]+(?:[-.].*)?")
"""How what we write beside its place is called: nothing else is ever removed, whatever a note says."""


@contextmanager
def noted(database: Path | None, *paths: Path) -> Iterator[None]:
    """Remember what is being written beside its place, until it is done."""
    if database is None:
        yield
        return
    note = database.with_name(f".{database.name}.{os.getpid()}.{uuid.uuid4().hex}.left")
    new_file(note).write_text("\n".join(str(path.absolute()) for path in paths), "utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def leftovers(database: Path | None) -> list[Path]:
    """What was left by processes that are gone, as far as it is still there."""
    return [path for _, paths in _notes(database) for path in paths if path.is_symlink() or path.exists()]


def sweep(database: Path | None) -> None:
    """Remove what was left, and the notes of it; what cannot be removed stays noted."""
    for note, paths in _notes(database):
        for path in paths:
            with suppress(OSError):
                _remove(path)
        if not any(path.is_symlink() or path.exists() for path in paths):
            note.unlink(missing_ok=True)


def _notes(database: Path | None) -> Iterator[tuple[Path, list[Path]]]:
    """The notes of processes that are gone, with what they tell of."""
    if database is None or not database.parent.is_dir():
        return
    name = re.compile(rf"\.{re.escape(database.name)}\.([0-9]+)\.[0-9a-f]+\.left")
    for note in sorted(database.parent.iterdir()):
        found = name.fullmatch(note.name)
        if found and note.is_file() and not note.is_symlink() and not _is_alive(int(found[1])):
            told = [Path(line) for line in note.read_text("utf-8").splitlines() if line]
            yield note, [path for path in told if _OURS.fullmatch(path.name)]


def _remove(path: Path) -> None:
    """Remove a file or a folder; of a link, the link alone."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    """Whether a process is there; where the system does not tell without harm, one of ours may always be."""
    if sys.platform == "win32":
        return process != 0
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
