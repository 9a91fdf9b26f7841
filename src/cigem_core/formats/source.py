"""Where bytes come from: a path, bytes in hand, or a table in memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from attrs import evolve, field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_LONGEST_PATH = 4096
_SMALL = 1 << 20
"""Bytes of a file that is kept in memory between being looked at and being read; a pull may be of some hundreds."""
_HEAD = 1 << 16
"""First bytes that are enough to look at."""


class Digested(Protocol):
    """What was read of a file already, a workbook: nothing is asked of it here but its digest."""

    @property
    def sha256(self) -> str:
        """The digest of the file."""


@frozen(kw_only=True)
class Source:
    """Something to read, under the name its agency gave it.

    `table` is set for data that is already a table in memory (Arrow or Polars); `content` for bytes;
    `path` for a file.
    """

    name: str
    path: Path | None = None
    content: bytes | None = field(default=None, repr=False)
    table: Any = field(default=None, repr=False)
    sheet: str | None = None
    """The sheet a table in memory was read from."""
    letters: Mapping[str, str] = field(factory=dict)
    """By their titles, the letters a spreadsheet calls the columns of that sheet by."""
    assumed: tuple[Text, ...] = ()
    """What was found out about the file a table in memory was read from."""
    digest: str | None = None
    """The digest of the file a table in memory was read from."""
    read: Digested | None = field(default=None, repr=False)
    """The workbook, where it was read already."""
    head: bytes | None = field(default=None, repr=False)
    """The first bytes of a large file, where it was looked at already."""

    @classmethod
    def of(cls, given: Any, name: str | None = None) -> Source:
        """The source of a path, of bytes, of an Arrow table, or the source itself."""
        if isinstance(given, Source):
            return given
        if isinstance(given, (str, Path)):
            if len(str(given)) > _LONGEST_PATH or {"\n", "\0"} & set(str(given)):
                # Someone's data, handed over as text: none of it is quoted.
                raise SourceRefused(
                    Text(
                        fr="ce texte n'est pas un chemin ; donner le contenu d'un fichier en octets (bytes)",
                        en="this text is no path; hand the content of a file over as bytes",
                    )
                )
            return cls(name=name or Path(given).name or str(given), path=Path(given))
        if isinstance(given, (bytes, bytearray, memoryview)):
            return cls(name=name or "bytes", content=bytes(given))
        if hasattr(given, "__arrow_c_stream__"):
            return cls(name=name or "table", table=_materialised(given))
        what = type(given).__name__
        raise SourceRefused(
            Text(
                fr=f"une source est un chemin, des octets ou une table Arrow, pas {what}",
                en=f"a source is a path, bytes or an Arrow table, not {what}",
            )
        )

    def at_hand(self) -> Source:
        """The same, looked at once: a small file whole, of a larger one its first bytes; SourceRefused where it cannot be read.

        Whose file it is and how it is written is asked many times before it is read.
        """
        if self.path is None:
            return self
        stream = self.open()
        try:
            content = stream.read(_SMALL + 1)
        finally:
            stream.close()
        if len(content) > _SMALL:
            return evolve(self, head=content[:_HEAD])
        return evolve(self, path=None, content=content)

    def first(self, size: int) -> bytes:
        """Its first bytes; SourceRefused where they cannot be had."""
        if self.head is not None and size <= len(self.head):
            return self.head[:size]
        stream = self.open()
        try:
            return stream.read(size)
        finally:
            stream.close()

    def open(self) -> Stream:
        """The bytes from the start; SourceRefused where they cannot be had."""
        if self.path is None:
            return Stream(io.BytesIO(self.content or b""))
        try:
            if self.path.is_dir():
                raise IsADirectoryError
            if self.path.exists() and not self.path.is_file():
                # A pipe could be read once only, and a table is looked at before it is read.
                raise SourceRefused(
                    Text(fr=f"{self.name} n'est pas un fichier ordinaire", en=f"{self.name} is no ordinary file"),
                    source=self.name,
                )
            return Stream(self.path.open("rb"))
        except OSError as error:
            raise SourceRefused(_unreadable(self.name, error), source=self.name) from None

    def whole(self, largest: int) -> tuple[bytes, str]:
        """All the bytes and their digest, for formats that are looked at in one piece; SourceRefused beyond `largest`."""
        stream = self.open()
        try:
            content = stream.read(largest + 1)
        finally:
            stream.close()
        if len(content) > largest:
            size = largest >> 20
            raise SourceRefused(
                Text(
                    fr=f"{self.name} : le fichier dépasse {size} Mio ; demander à l'agence de l'envoyer en plusieurs fois",
                    en=f"{self.name}: the file is larger than {size} MiB; ask the agency to send it in several parts",
                )
            )
        return content, stream.sha256

    def check(self) -> None:
        """SourceRefused where there is nothing to read."""
        if self.table is None:
            self.open().close()

    def is_workbook(self) -> bool:
        """Whether the bytes begin as those of workbooks do (a zip archive, or OLE); False where nothing can be read."""
        if self.table is not None:
            return False
        try:
            head = self.first(8)
        except SourceRefused:
            return False
        return head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))

    def sha256(self) -> str:
        """The digest of all the bytes."""
        if self.read is not None:
            return self.read.sha256
        stream = self.open()
        while stream.read(1 << 20):
            pass
        stream.close()
        return stream.sha256


def _materialised(given: Any) -> pl.DataFrame:
    """A table in memory as Polars sees it: a reader can be read once only, and a table is looked at before."""
    import polars as pl

    try:
        return pl.DataFrame(given)
    except pl.exceptions.DuplicateError:
        said = Text(
            fr="deux colonnes de la table portent le même nom ; en renommer une",
            en="two columns of the table share a name; rename one",
        )
    except Exception:  # noqa: BLE001  whoever made the table may raise anything, and quote what it holds
        said = Text(fr="cette table ne peut être lue", en="this table cannot be read")
    raise SourceRefused(said)


class Stream:
    """Bytes read once, with the digest of all that was read."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._back = io.BytesIO()
        self._digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; empty at the end."""
        if again := self._back.read(size):
            return again
        try:
            chunk = self._raw.read(size)
        except OSError:
            raise SourceRefused(
                Text(fr="la lecture s'est interrompue ; recommencer", en="reading was cut short; try again")
            ) from None
        self._digest.update(chunk)
        return chunk

    def put_back(self, chunk: bytes) -> None:
        """Bytes that were read only to look at them; they come first when reading goes on."""
        self._back = io.BytesIO(chunk)

    @property
    def sha256(self) -> str:
        """The digest of what was read so far, in hexadecimal."""
        return self._digest.hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        self._raw.close()


def _unreadable(name: str, error: OSError) -> Text:
    if isinstance(error, FileNotFoundError):
        return Text(
            fr=f"{name} : fichier introuvable ; vérifier le chemin",
            en=f"{name}: no such file; check the path",
        )
    if isinstance(error, IsADirectoryError):
        return Text(
            fr=f"{name} est un dossier ; donner les fichiers qu'il contient",
            en=f"{name} is a folder; name the files in it",
        )
    if isinstance(error, PermissionError):
        return Text(
            fr=f"{name} : lecture interdite ; demander le droit de lire ce fichier",
            en=f"{name}: not allowed to read it; ask for the right to",
        )
    return Text(fr=f"{name} : lecture impossible", en=f"{name}: cannot be read")
