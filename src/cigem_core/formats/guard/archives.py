"""What a zip archive says of itself, looked at before any of it is unfolded."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from itertools import pairwise

from cigem_core.formats.guard.reasons import Unreadable

_HEADER = 30
_ENCRYPTED = 0x1


def open_archive(content: bytes, *, entries: int, unfolded: int) -> zipfile.ZipFile:
    """An archive that may be read: so many entries at most, unfolding to so many bytes at most, none over another.

    What an entry declares to unfold to is what is read of it, so nothing is gained by lying. Archives within archives
    are not looked into by anybody. Raises Unreadable.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError, EOFError, LookupError):
        raise Unreadable("broken") from None
    found = archive.infolist()
    if len(found) > entries or sum(entry.file_size for entry in found) > unfolded or _overlap(found):
        raise Unreadable("bomb")
    if any(entry.flag_bits & _ENCRYPTED for entry in found):
        raise Unreadable("locked")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in found):
        raise Unreadable("broken")
    return archive


def _overlap(entries: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether two entries share bytes, as in archives that unfold the same bytes many times over."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    return any(one.header_offset + _HEADER + one.compress_size > two.header_offset for one, two in pairwise(ordered))
