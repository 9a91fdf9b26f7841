"""What passes between a worker and its parent: JSON, and bytes beside it. Nothing is unpickled."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import IO, Any, TypeAlias

Wired: TypeAlias = bool | int | float | str | bytes | Sequence["Wired"] | Mapping[str, "Wired"] | None
"""Whatever passes. A tuple arrives as a list."""

_LENGTH = struct.Struct("<QQ")
_BYTES = "#bytes"


def send(file: IO[bytes], value: Wired) -> None:
    """Write one value."""
    blobs: list[bytes] = []
    text = json.dumps(_folded(value, blobs)).encode()
    file.write(_LENGTH.pack(len(text), len(blobs)))
    file.write(text)
    for blob in blobs:
        file.write(_LENGTH.pack(len(blob), 0))
        file.write(blob)
    file.flush()


def receive(file: IO[bytes]) -> Any:
    """Read one value; EOFError where the other side is gone."""
    length, number = _LENGTH.unpack(_exactly(file, _LENGTH.size))
    text = _exactly(file, length)
    blobs = [_exactly(file, _LENGTH.unpack(_exactly(file, _LENGTH.size))[0]) for _ in range(number)]
    return json.loads(text, object_hook=lambda found: blobs[found[_BYTES]] if _BYTES in found else found)


def _folded(value: Wired, blobs: list[bytes]) -> object:
    if isinstance(value, bytes):
        blobs.append(value)
        return {_BYTES: len(blobs) - 1}
    if isinstance(value, Mapping):
        return {str(key): _folded(one, blobs) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_folded(one, blobs) for one in value]
    return value


def _exactly(file: IO[bytes], size: int) -> bytes:
    found = file.read(size)
    if len(found) < size:
        raise EOFError
    return found
