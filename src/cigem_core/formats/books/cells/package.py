"""The parts of a zipped workbook, found by name and read a piece at a time."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from cigem_core.formats.guard.reasons import Unreadable

_PIECE = 1 << 20


class BookPackage:
    """A zip archive as parts with names: letter case, leading and backward strokes are free."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        self._entries = {plain(entry.filename): entry for entry in archive.infolist()}
        if len(self._entries) < len(archive.infolist()):
            raise Unreadable("broken")  # two parts of one name: which one counts would depend on the reader

    def __contains__(self, name: str) -> bool:
        return plain(name) in self._entries

    def names(self) -> list[str]:
        """All parts, as names are compared."""
        return list(self._entries)

    def size(self, name: str) -> int:
        """How many bytes the archive says a part has."""
        return self._entries[plain(name)].file_size

    def pieces(self, name: str, size: int = _PIECE) -> Iterator[bytes]:
        """The bytes of a part, a piece at a time."""
        if name not in self:
            raise Unreadable("broken")
        try:
            with self._zip.open(self._entries[plain(name)]) as part:
                while piece := part.read(size):
                    yield piece
        except RuntimeError:
            raise Unreadable("locked") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
            raise Unreadable("broken") from None


def plain(name: str) -> str:
    """A part's name as it is compared."""
    return name.replace("\\", "/").lstrip("/").lower()


def beside(name: str, target: str) -> str:
    """The part a relationship of another part points to."""
    target = unquote(target.replace("\\", "/"))
    return target if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(name), target))


def relations(name: str) -> str:
    """The part that holds the relationships of another."""
    folder, _, own = name.replace("\\", "/").rpartition("/")
    return f"{folder}/_rels/{own}.rels"
